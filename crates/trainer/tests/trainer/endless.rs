//! Records without an end stop the reading at a stated size, and not when the memory is full.

use endcap_trainer::log::read_log;
use endcap_trainer::{Report, TrainerError};

use crate::common::{feed, try_train};

/// More than a parser may hold.
const LONG: usize = 24 << 20;

fn endless(before: &str, filler: &str) -> Vec<u8> {
    let mut bytes = before.as_bytes().to_vec();
    while bytes.len() < LONG {
        bytes.extend_from_slice(filler.as_bytes());
    }
    bytes
}

#[test]
fn a_feed_stops_at_a_record_without_an_end() {
    let folder = tempfile::tempdir().unwrap();
    for (name, before, filler) in [
        ("quote.csv", "id,title\n1,\"a", "b,c\n"),
        ("line.csv", "id,title\n1,a", "bcdefgh"),
        ("header.csv", "id,title,", "bcdefgh"),
        ("text.xml", "<rss><item><title>", "abcdefgh"),
        ("comment.xml", "<rss><item><!-- ", "<a>bcdefgh"),
        ("section.xml", "<rss><item><title><![CDATA[", "<a>bcdefgh"),
        ("tag.xml", "<rss><item a='", "<bcdefgh>"),
    ] {
        let settings = feed(folder.path(), name, &endless(before, filler));
        let error = try_train(&settings).unwrap_err();
        assert_eq!(error.code(), "feed/broken", "{name}: {error}");
        assert!(
            error.to_string().contains("no end within 16 MiB"),
            "{error}"
        );
    }
}

#[test]
fn a_log_stops_at_a_record_without_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let before = "session,item,time\n1,a,5\n1,\"b";
    std::fs::write(&path, endless(before, "c,d\n")).unwrap();
    let (mut events, mut report) = (0, Report::new(false));
    let read = read_log(&path, None, &mut report, &mut |_| {}, &mut |_| {
        events += 1;
        Ok(())
    });
    assert!(
        matches!(&read, Err(TrainerError::Read { source, .. }) if source.to_string().contains("no end within 16 MiB")),
        "{read:?}"
    );
    assert_eq!(events, 1);
}
