//! One log in every shape, read to the same visits and orders.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use endcap_trainer::log::{Channel, LogEvent, LogFormat, LogSummary, read_log};
use endcap_trainer::next::{read_first, read_more, read_orders};
use endcap_trainer::{IssueKind, Report, TrainerError};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// Shopper, session, seconds, item: what all of the files below hold.
const VIEWS: [(&str, &str, i64, &str); 5] = [
    ("ann", "1", 1_700_000_000, "a"),
    ("ben", "2", 1_700_000_010, "c"),
    ("ann", "1", 1_700_000_060, "b"),
    ("ben", "2", 1_700_000_070, "a"),
    ("ann", "3", 1_700_090_000, "c"),
];

fn lines(of: impl Fn((&str, &str, i64, &str)) -> String) -> String {
    let lines: Vec<String> = VIEWS.into_iter().map(of).collect();
    lines.join("\n") + "\n"
}

fn ga4() -> String {
    lines(|(shopper, session, time, item)| {
        format!(
            r#"{{"event_name":"view_item","event_timestamp":{time}000000,"user_pseudo_id":"{shopper}","ga_session_id":{session},"items":[{{"item_id":"{item}"}}]}}"#
        )
    })
}

fn big_query() -> String {
    lines(|(shopper, session, time, item)| {
        format!(
            r#"{{"event_name":"view_item","event_timestamp":"{time}000000","user_id":null,"user_pseudo_id":"{shopper}","event_params":[{{"key":"ga_session_id","value":{{"string_value":null,"int_value":"{session}"}}}}],"items":[{{"item_id":"{item}","quantity":null}}]}}"#
        )
    })
}

fn segment() -> String {
    lines(|(shopper, session, time, item)| {
        format!(
            r#"{{"type":"track","event":"Product Viewed","anonymousId":"{shopper}","timestamp":{time},"context":{{"sessionId":{session}}},"properties":{{"product_id":"{item}"}}}}"#
        )
    })
}

fn table(separator: &str) -> String {
    let row = |cells: [&str; 4]| cells.join(separator) + "\n";
    let mut text = row(["SessionId", "user_id", "ItemId", "Time"]);
    for (shopper, session, time, item) in VIEWS {
        text += &row([session, shopper, item, &time.to_string()]);
    }
    text
}

fn write_parquet(path: &Path, properties: WriterProperties) {
    let schema = "message log { required binary session (UTF8); required binary user_id (UTF8);
        required binary item (UTF8); required int64 time; required binary kind (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = std::fs::File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = |group: &mut SerializedRowGroupWriter<'_, _>, of: fn(usize) -> &'static str| {
        let values: Vec<ByteArray> = (0..VIEWS.len()).map(|at| of(at).into()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    };
    texts(&mut group, |at| VIEWS[at].1);
    texts(&mut group, |at| VIEWS[at].0);
    texts(&mut group, |at| VIEWS[at].3);
    let times: Vec<i64> = VIEWS.iter().map(|view| view.2).collect();
    let mut column = group.next_column().unwrap().unwrap();
    let typed = column.typed::<Int64Type>();
    typed.write_batch(&times, None, None).unwrap();
    column.close().unwrap();
    texts(&mut group, |_| "view_item");
    group.close().unwrap();
    writer.close().unwrap();
}

/// Each way to pack pages that a log may have; and files whose pages claim another size.
#[test]
fn parquet_pages_are_believed_as_far_as_they_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.parquet");
    for packed in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder()
                .set_compression(packed)
                .set_writer_version(version);
            write_parquet(&path, properties.build());
            assert_eq!(read(&path).0.len(), VIEWS.len(), "{packed:?} {version:?}");

            // A page's header begins with its kind and its size: fields 1 and 2, a number each. The first is the dictionary of sessions.
            let sound = std::fs::read(&path).unwrap();
            assert_eq!(sound[4..7], [0x15, 4, 0x15], "the first page's header");
            for claim in [
                &[0xfe, 0xff, 0xff, 0xff, 0x0f][..],
                &[0x82, 0x80, 0x80, 0x10],
                &[1],
            ] {
                let mut forged = sound.clone();
                // The reader goes by offsets; a longer header takes the place of bytes that nothing can be read from any more.
                forged[7..7 + claim.len()].copy_from_slice(claim);
                std::fs::write(&path, forged).unwrap();
                let mut report = Report::new(false);
                let error = read_log(&path, None, &mut report, &mut |_| {}, &mut |_| Ok(()));
                let error = error.unwrap_err();
                assert!(matches!(error, TrainerError::Read { .. }), "{error}");
                let text = format!("{error:?}");
                assert!(text.contains("claims more"), "{packed:?}: {text}");
            }
        }
    }
}

fn file(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn read(path: &Path) -> (Vec<LogEvent>, LogSummary, Report) {
    let mut events = Vec::new();
    let mut report = Report::new(false);
    let summary = read_log(path, None, &mut report, &mut |_| {}, &mut |event| {
        events.push(event);
        Ok(())
    });
    (events, summary.unwrap(), report)
}

#[test]
fn every_shape_holds_the_same_visits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(ga4().as_bytes()).unwrap();
    let zstd = zstd::encode_all(table("\t").as_bytes(), 1).unwrap();
    write_parquet(&folder.join("log.parquet"), WriterProperties::default());
    let files = [
        (file(folder, "ga4.jsonl", ga4().as_bytes()), LogFormat::Ga4),
        (
            file(folder, "ga4.jsonl.gz", &gzip.finish().unwrap()),
            LogFormat::Ga4,
        ),
        (
            file(folder, "bigquery.jsonl", big_query().as_bytes()),
            LogFormat::BigQuery,
        ),
        (
            file(folder, "segment.jsonl", segment().as_bytes()),
            LogFormat::Segment,
        ),
        (
            file(folder, "log.tsv", table("\t").as_bytes()),
            LogFormat::Table,
        ),
        (
            file(folder, "log.csv", table(";").as_bytes()),
            LogFormat::Table,
        ),
        (file(folder, "log.tsv.zst", &zstd), LogFormat::Table),
        (folder.join("log.parquet"), LogFormat::Parquet),
    ];
    let (events, ..) = read(&files[0].0);
    let (items, first) = read_first(&files[0].0, &mut |_| {}).unwrap();
    assert_eq!(items.ids(), ["a", "b", "c"]);
    let opened: Vec<&[u32]> = first.visits.iter().map(|visit| &visit.items[..]).collect();
    assert_eq!(opened, [&[0, 1][..], &[2, 0], &[2]]);
    for (path, format) in files {
        let (found, summary, _) = read(&path);
        assert_eq!(found, events, "{}", path.display());
        assert_eq!(summary.formats.keys().collect::<Vec<_>>(), [&format]);
        assert_eq!((summary.lines, summary.broken), (5, 0));
        let visits = read_more(&path, &items, &mut |_| {}).unwrap().visits;
        assert_eq!(visits, first.visits, "{}", path.display());
    }
}

#[test]
fn orders_returns_and_the_till() {
    let folder = tempfile::tempdir().unwrap();
    let log = [
        r#"{"event_name":"purchase","event_timestamp":1000000,"user_pseudo_id":"u","transaction_id":"o1","items":[{"item_id":"a"},{"item_id":"b","quantity":3}]}"#,
        r#"{"event_name":"purchase","event_timestamp":2000000,"user_id":"card-7","transaction_id":"o2","channel":"store","items":[{"item_id":"c"}]}"#,
        r#"{"event":"Order Refunded","timestamp":"1970-01-01T00:00:03Z","anonymousId":"u","properties":{"order_id":"o1"}}"#,
    ];
    let path = file(folder.path(), "shop.jsonl", log.join("\n").as_bytes());
    let (events, summary, _) = read(&path);
    assert_eq!(events[0].items[1].quantity, 3);
    assert_eq!(events[1].channel, Channel::Store);
    assert_eq!(summary.formats_named(), "GA4 (2), Segment (1)");
    let table = read_orders(&path, &mut |_| {}).unwrap();
    let orders: Vec<(i64, usize, bool)> = table
        .orders
        .iter()
        .map(|order| (order.time, order.items.len(), order.returned))
        .collect();
    // A return that names no item takes back the whole order.
    assert_eq!(orders, [(1, 2, false), (2, 1, false), (3, 2, true)]);
    assert_eq!(table.orders[0].customer, table.orders[2].customer);
}

#[test]
fn broken_lines_are_counted_and_placed() {
    let folder = tempfile::tempdir().unwrap();
    let text = "session,item,time,kind\ns,a,5,\n,a,5,\ns,a,soon,\ns,,5,view\ns,b,6,purchase\n";
    let path = file(folder.path(), "log.csv", text.as_bytes());
    let (events, summary, report) = read(&path);
    assert_eq!(events.len(), 2);
    assert_eq!((summary.lines, summary.broken), (5, 3));
    let told = |kind: IssueKind| report.examples(kind)[0].to_string();
    assert!(told(IssueKind::EventRow).contains("log.csv:3: neither session nor order"));
    assert!(told(IssueKind::EventTime).contains(":4: time is \"soon\""));
    assert!(told(IssueKind::EventItems).contains(":5: a view_item that names no item"));
    let strict = read_log(
        &path,
        None,
        &mut Report::new(true),
        &mut |_| {},
        &mut |_| Ok(()),
    );
    assert_eq!(strict.unwrap_err().code(), "events/row");
}

#[test]
fn what_is_no_log_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let code = |name: &str, content: &[u8]| {
        let path = file(folder.path(), name, content);
        let read = read_log(
            &path,
            None,
            &mut Report::new(false),
            &mut |_| {},
            &mut |_| Ok(()),
        );
        read.map_err(|error: TrainerError| error.code())
    };
    assert_eq!(code("x.xlsx", b"PK\x03\x04"), Err("feed/foreign"));
    assert_eq!(code("x.csv", b"a,b\n1,2\n"), Err("log/columns"));
    assert_eq!(code("cut.parquet", b"PAR1 and no end"), Err("feed/read"));
    assert_eq!(code("empty.jsonl", b"\n").map(|read| read.lines), Ok(0));
}

#[test]
fn a_click_and_the_view_it_leads_to_are_one_opening() {
    let folder = tempfile::tempdir().unwrap();
    let event = |name: &str, time: u32, item: &str| {
        format!(
            r#"{{"event_name":"{name}","event_timestamp":{time},"user_pseudo_id":"u","items":[{{"item_id":"{item}"}}]}}"#
        )
    };
    let log = [
        event("select_item", 1, "a"),
        event("view_item", 2, "a"),
        event("view_item", 3, "b"),
        event("add_to_cart", 4, "b"),
        event("add_to_cart", 5, "c"),
        event("view_item", 6, "b"),
        // Half an hour later it is another visit.
        event("view_item", 1_800_000_007, "a"),
    ];
    let path = file(folder.path(), "log.jsonl", log.join("\n").as_bytes());
    let (_, table) = read_first(&path, &mut |_| {}).unwrap();
    let opened: Vec<&[u32]> = table.visits.iter().map(|visit| &visit.items[..]).collect();
    assert_eq!(opened, [&[0, 1, 2, 1][..], &[0]]);
}
