//! Writes the seeds of `fuzz/corpus`: one small, sound input for each shape that a target takes.
//!
//! Run by `cargo run -p endcap-fuzz --example seeds`, after a format has changed. Inputs that a fuzzer found have other names, and stay.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use endcap::catalogue::{OverlayBuilder, OverlayItem, OverlayMeta};
use endcap::profile::{Consent, Profile};
use endcap::{Engine, Event, EventParams, Item, Text, Timestamp};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const NOW: u64 = 1_795_305_600_000;
const DAY: u64 = 86_400_000;

fn main() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let corpus = root.join("fuzz/corpus");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("seed-{name}")), bytes).expect("a file");
    };
    packs(&root, &write);
    profiles(&write);
    pages(&write);
    feeds(&root, &write);
    logs(&write);
    requests(&write);
}

type Write<'a> = &'a dyn Fn(&str, &str, &[u8]);

fn packs(root: &Path, write: Write<'_>) {
    let golden = |name: &str| fs::read(root.join("tests").join(name)).expect("a golden file");
    let (catalogue, head) = (
        golden("golden/catalogue-1.pack"),
        golden("golden-parts/head-1.pack"),
    );
    write("catalogue", "catalogue", &catalogue);
    write("catalogue", "head", &head);
    write("knowledge", "knowledge", &golden("golden/knowledge-1.pack"));
    let overlay = golden("golden-parts/overlay-1.pack");
    write("overlay", "prices", &overlay);
    let mut everything = OverlayBuilder::new(OverlayMeta::default());
    for (id, price) in ["b1", "b2", "d1", "s1", "p1", "unknown"].iter().zip(100..) {
        let item = OverlayItem {
            id: (*id).to_owned(),
            price: Some(Some(price)),
            delivery_days: Some(None),
            hidden: price > 103,
            ..OverlayItem::default()
        };
        everything.push(item).expect("an item");
    }
    write(
        "overlay",
        "hides",
        &everything.finish().expect("an overlay"),
    );
    write(
        "delta",
        "apply",
        &parts(&[&golden("golden-parts/delta-1.pack")], b""),
    );
    write("delta", "to-itself", &parts(&[b""], &catalogue));
    write("delta", "to-head", &parts(&[b""], &head));
    for target in ["catalogue_fields", "knowledge_fields"] {
        write(target, "one", &[1, 2, 0, 7, 200, 0]);
        write(target, "several", &(0..=96).collect::<Vec<u8>>());
    }
}

/// Each behind its length, then the rest.
fn parts(parts: &[&[u8]], rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u16).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    [&bytes, rest].concat()
}

fn device(replica: u64, events: &[(&str, &str)]) -> Engine {
    let mut engine = Engine::new(replica);
    for (at, (name, id)) in (0..).zip(events) {
        let event = Event {
            name: (*name).to_owned(),
            params: EventParams {
                items: vec![Item {
                    item_id: Text((*id).to_owned()),
                    item_brand: Text("Lavendorf".to_owned()),
                    item_category: Text("Bad".to_owned()),
                    ..Item::default()
                }],
                ..EventParams::default()
            },
        };
        engine
            .observe(&event, Timestamp(NOW + at * DAY / 2))
            .expect("an event");
    }
    engine
}

fn profiles(write: Write<'_>) {
    let events = [
        ("view_item", "4711"),
        ("add_to_cart", "4711"),
        ("purchase", "4711"),
        ("view_item", "4712"),
    ];
    let mut one = device(1, &events);
    let two = device(2, &events[1..]);
    one.mute("brand", "Lavendorf", true, Timestamp(NOW));
    one.record_consent(Consent {
        tier: 2,
        source: 1,
        at: Timestamp(NOW),
    });
    let mut kept = Profile::new();
    kept.join(two.shopper());
    kept.join(one.shopper());
    let (a, b) = (one.profile(), two.profile());
    kept.fold(9);
    let folded = kept.encode();
    let mut erased = device(3, &events);
    erased.erase_everywhere(Timestamp(NOW));
    let old = one.shopper().encode_v1();
    write("profile", "devices", &parts(&[&a, &b], &folded));
    write(
        "profile",
        "erased",
        &parts(&[&erased.profile(), &a], &folded),
    );
    write(
        "profile",
        "version-1",
        &parts(
            &[&old, &[0xec, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0]],
            &b,
        ),
    );
    write("session", "visit", &one.session());
    write("session", "empty", &Engine::new(1).session());

    let asked = one.profile_delta(&[]);
    let answer = kept.message(&two.shopper().summary()).encode();
    let summary = kept.summary().to_bytes();
    write("message", "sync", &parts(&[&asked, &answer], &summary));
    write(
        "message",
        "erased",
        &parts(&[&erased.profile_delta(&[]), &asked], &summary),
    );
    write(
        "server_sync",
        "messages",
        &parts(&[&[5; 16], &asked], &two.profile_delta(&[])),
    );
    write("server_sync", "profiles", &parts(&[&[5; 16], &a], &old));
    write(
        "server_link",
        "profile",
        &parts(&[HEADER, CLAIMS, &[6; 16]], &a),
    );
    write(
        "server_link",
        "nothing",
        &parts(&[HEADER, CLAIMS, b""], b""),
    );
}

const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;
const CLAIMS: &[u8] = br#"{"aud":"endcap","sub":"4711","exp":@NOW+60,"iat":@NOW+0,"jti":"a"}"#;

fn pages(write: Write<'_>) {
    write(
        "event",
        "ga4",
        br#"{"name":"view_item_list","params":{"item_list_id":"search","items":[{"item_id":"b1","item_brand":"Lavendorf","item_category":"Bad","index":0},{"item_id":"s1","price":8.99,"quantity":3}]}}
{"name":"purchase","params":{"transaction_id":"T1","timestamp_micros":1795305600000000,"items":[{"item_id":"d1"}]}}
{"name":"refund","params":{"transaction_id":"T1"}}
{"name":"search","params":{"search_term":"m8x40"}}
{"name":"select_filter","params":{"facet":"colour","value":"Chrom"}}
{"name":"view_category","params":{"value":"Bad > Armaturen"}}"#,
    );
    write(
        "query",
        "search",
        br#"{"text":"waschtisch riva","filters":{"colour":["Chrom"],"category":["Bad > Armaturen"]},"ranges":{"price":[[100,20000]]},"price_min":1.5,"max_facets":31,"max_values":25,"sort":"price_desc","offset":2,"limit":10}
{"kind":"complement","items":["p1"],"exclude":["p2"],"only":{"filters":{"brand":["Lumaro"]}},"cheaper":true,"in_stock":true,"diversity":0.5}
[{"item_id":"b1","price":12},{"item_id":"none","item_name":"Riva"}]"#,
    );
    write(
        "query",
        "texts",
        "m8 x 40\nAkku Bohrschrauber 18V\nmax.mustermann@example.org\nHerr Müller\n+49 30 1234567\n1.234,56\n½ Zoll\nシャワー 水栓\nbrand Lavendorf"
            .as_bytes(),
    );
}

fn feeds(root: &Path, write: Write<'_>) {
    let fixtures = root.join("crates/trainer/tests/fixtures");
    let mut files: Vec<_> = fs::read_dir(fixtures)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for path in files {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let pick = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv" | "tsv") => 0,
            Some("jsonl") => 1,
            Some("xml") => 2,
            Some("json") => 3,
            _ => continue,
        };
        let bytes = fs::read(&path).expect("a fixture");
        write("feed", &name, &[&[pick], bytes.as_slice()].concat());
    }
    let offers = "id;title;price;sale_price;sale_price_effective_date;availability;availability_date;gtin;color;max_handling_time\n\
        4711;Tap;EUR 1.234,56;99 EUR;2026-11-01T00:00+01:00/2026-12-01;preorder;2026-12-24;4006381333931;red/blue;3\n\
        4712;Drill;1'299.00;1,299.00;01.11.2026 - 30.11.2026;in stock;;;;-1\n";
    write("feed", "offers.csv", &[&[0], offers.as_bytes()].concat());
    let woo = "ID,Type,SKU,Name,Published,Regular price,Sale price,Categories,Attribute 1 name,Attribute 1 value(s)\n\
        1,variable,T1,Tap,1,,,\"Bath > Taps, Sale\",Colour,\"Red, Blue\"\n2,variation,T1-R,Tap red,1,12.5,9,,Colour,Red\n";
    write("feed", "woocommerce.csv", &[&[0], woo.as_bytes()].concat());
    let shopify = "Handle,Title,Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Image Src,Status\n\
        tap,Tap,Riva,Taps,true,Colour,Red,T1-R,9.00,12.50,https://example.org/tap.jpg,active\ntap,,,,,,Blue,T1-B,12.50,,,\n";
    write("feed", "shopify.csv", &[&[0], shopify.as_bytes()].concat());
}

fn logs(write: Write<'_>) {
    let ga4 = r#"{"event_name":"view_item","event_timestamp":1700000000000000,"user_pseudo_id":"ann","ga_session_id":1,"items":[{"item_id":"b1","quantity":2}]}
{"event_name":"search","event_timestamp":1700000001000000,"user_pseudo_id":"ann","ga_session_id":1,"search_term":"riva","device":"228.0123456789abcdef"}
{"event_name":"purchase","event_timestamp":1700000002000000,"user_pseudo_id":"ann","ga_session_id":1,"transaction_id":"T1","items":[{"item_id":"b1"}]}
"#;
    let query = r#"{"event_name":"view_item","event_timestamp":"1700000000000000","user_id":null,"user_pseudo_id":"ann","event_params":[{"key":"ga_session_id","value":{"string_value":null,"int_value":"1"}}],"items":[{"item_id":"b1","quantity":null}]}
"#;
    let segment = r#"{"type":"track","event":"Product Viewed","anonymousId":"ann","timestamp":"2026-11-22T10:00:00.000Z","context":{"sessionId":1},"properties":{"product_id":"b1"}}
{"type":"track","event":"Order Completed","userId":"ann","timestamp":1700000000,"properties":{"order_id":"T1","products":[{"product_id":"b1","quantity":2}]}}
"#;
    let table = "session\tuser_id\titem\ttime\tkind\torder_id\tquantity\n1\tann\tb1\t1700000000\tview_item\t\t\n1\tann\tb1\t2026-11-22 10:00:00\tpurchase\tT1\t2\n";
    for (name, text) in [
        ("ga4", ga4),
        ("bigquery", query),
        ("segment", segment),
        ("table", table),
    ] {
        write("log", name, text.as_bytes());
    }
    write(
        "knowledge_files",
        "log",
        &[b"\x05", ga4.as_bytes()].concat(),
    );
    for (pick, name, text) in [
        (
            0,
            "synonyms",
            "handy => smartphone, mobiltelefon\nakku, batterie, accu # each for each\n\"a\",\"b c\"\n",
        ),
        (
            1,
            "rules",
            "because\trecommend\tfrom\tuntil\tnote\nproduct b1\tb4\t2026-11-01\t2026-12-01\tFits\ncategory Bad > Armaturen\tb4\t\t\t\nbrand Lavendorf\tb2\t\t\t\n",
        ),
        (3, "blocked", "riva\n# comment\nfoo bar\n"),
        (
            4,
            "review",
            "query\tverdict\tpeople\nriva\tyes\t5\nnera\t\t3\n",
        ),
    ] {
        write(
            "knowledge_files",
            name,
            &[&[pick], text.as_bytes()].concat(),
        );
    }
    write(
        "knowledge_files",
        "counts",
        &[&[2][..], &counts(ga4)].concat(),
    );
    for (name, packed, version) in [
        ("snappy", Compression::SNAPPY, WriterVersion::PARQUET_1_0),
        (
            "gzip",
            Compression::GZIP(GzipLevel::default()),
            WriterVersion::PARQUET_1_0,
        ),
        (
            "zstd",
            Compression::ZSTD(ZstdLevel::default()),
            WriterVersion::PARQUET_2_0,
        ),
        (
            "plain",
            Compression::UNCOMPRESSED,
            WriterVersion::PARQUET_2_0,
        ),
    ] {
        for dictionary in [true, false] {
            let properties = WriterProperties::builder()
                .set_compression(packed)
                .set_writer_version(version)
                .set_dictionary_enabled(dictionary);
            let name = format!("{name}{}", if dictionary { "-dictionary" } else { "" });
            write("parquet", &name, &parquet_log(properties.build()));
        }
    }
}

fn counts(log: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let (log_path, state) = (
        folder.path().join("log.jsonl"),
        folder.path().join("counts"),
    );
    fs::write(&log_path, log).expect("a file");
    let settings = endcap_trainer::knowledge::KnowledgeSettings {
        logs: vec![log_path],
        state: Some(state.clone()),
        ..Default::default()
    };
    endcap_trainer::knowledge::train(&settings, &mut |_| {}).expect("counts");
    fs::read(state).expect("counts")
}

fn parquet_log(properties: WriterProperties) -> Vec<u8> {
    let schema = "message log { required binary session (UTF8); required binary item (UTF8); required int64 time; }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    for values in [["1", "1", "2"], ["b1", "s1", "b1"]] {
        let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
        let mut column = group.next_column().expect("a column").expect("one more");
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, None, None)
            .expect("values");
        column.close().expect("a column");
    }
    let mut column = group.next_column().expect("a column").expect("one more");
    let times = [1_700_000_000, 1_700_000_060, 1_700_000_070];
    column
        .typed::<Int64Type>()
        .write_batch(&times, None, None)
        .expect("values");
    column.close().expect("a column");
    group.close().expect("a group");
    writer.into_inner().expect("a file")
}

fn requests(write: Write<'_>) {
    let events = br#"{"consent":"contribute","session":"0123456789abcdef","device":"228.0123456789abcdef","events":[{"name":"view_item_list","timestamp_micros":1795305600000000,"params":{"item_list_id":"search","items":[{"item_id":"b1","index":1,"quantity":2}]}},{"name":"search","params":{"search_term":"riva"}}]}"#;
    write(
        "server_events",
        "plain",
        &[b"\0", events.as_slice()].concat(),
    );
    let mut packed = flate2::write::GzEncoder::new(vec![1], flate2::Compression::best());
    std::io::Write::write_all(&mut packed, events).expect("gzip");
    write("server_events", "packed", &packed.finish().expect("gzip"));
    write("token", "sound", &parts(&[HEADER, CLAIMS], b"a.b.c"));
    let many =
        br#"{"aud":["shop","endcap"],"sub":"4711","exp":@NOW+600,"nbf":@NOW+0,"device":"x"}"#;
    write(
        "token",
        "audiences",
        &parts(&[br#"{"alg":"HS256","kid":"a","crit":["x"]}"#, many], b""),
    );
    let keys = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"EdDSA","use":"sig","x":"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w"},{"kty":"EC","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"},{"kty":"oct","k":"YSBzZWNyZXQgb2YgdGhlIHNob3AgdGhhdCBub2JvZHkga25vd3M"}]}"#;
    write("keys", "three", &parts(&[HEADER, CLAIMS], keys));
    let manifest = br#"{"catalogue":{"hash":"c","url":"/c","bytes":1,"head":{"hash":"h","url":"/h"},"deltas":[{"from":"b","hash":"d","url":"/d"}]},"knowledge":{"hash":"k","url":"/k"}}"#;
    let signed = br#"{"manifest":"{\"version\":7,\"catalogue\":{\"hash\":\"c\",\"url\":\"/c\",\"sha256\":\"00\"}}","signatures":[{"key":"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w","signature":"MYQn4ctjz0Z7mD0r3_8VNZ4v3OVYj6ti2R8OWDe4_7PLSg-xBQtmzmQ4A6XoD4U1QUYvhQFxDJlBODUKUIreCA"}]}"#;
    write("manifest", "both", &parts(&[manifest], signed));
    write(
        "manifest",
        "key",
        &parts(&[b""], b"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w"),
    );
    write(
        "forwarded",
        "chain",
        b"10.0.0.0/8 ::1\n10.0.0.7\n\n198.51.100.7, 10.1.2.3\n10.0.0.9:80",
    );
    write("forwarded", "real-ip", b"fd00::/8\nfd00::1\n203.0.113.5\n");
}
