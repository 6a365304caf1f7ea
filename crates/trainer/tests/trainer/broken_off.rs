//! Files that break off, or hold more or less than one catalogue, give no half catalogue.

use std::io::Write;

use crate::common::{feed, ids, place, product, settings, train, try_train};
use endcap_trainer::{IssueKind, TrainerError};

#[test]
fn documents_that_break_off_give_no_half_catalogue() {
    let error = try_train(&settings("truncated.xml")).unwrap_err();
    assert!(
        matches!(
            error,
            TrainerError::Truncated {
                line: 4,
                rows: 1,
                ..
            }
        ),
        "{error:?}"
    );
    let error = try_train(&settings("broken.xml")).unwrap_err();
    assert!(
        matches!(error, TrainerError::Broken { line: 3, .. }),
        "{error:?}"
    );
    let folder = tempfile::tempdir().unwrap();
    let array = br#"[{"id":"1","title":"a"},{"id":"2","ti"#;
    let error = try_train(&feed(folder.path(), "a.json", array)).unwrap_err();
    assert!(
        matches!(error, TrainerError::Truncated { rows: 1, .. }),
        "{error:?}"
    );
    let error = try_train(&feed(folder.path(), "a.json", b"[1,2]")).unwrap_err();
    assert!(
        matches!(
            error,
            TrainerError::Broken {
                line: 1,
                column: 2,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_quote_that_never_closes_gives_no_half_catalogue() {
    let error = try_train(&settings("open-quote.csv")).unwrap_err();
    assert!(
        matches!(
            error,
            TrainerError::Truncated {
                line: 3,
                rows: 1,
                ..
            }
        ),
        "{error:?}"
    );
    let folder = tempfile::tempdir().unwrap();
    let mut content = b"id,title\n1,fine\n2,\"open\n".to_vec();
    for n in 3..400 {
        writeln!(content, "{n},product").unwrap();
    }
    content.extend(b"400,\"another\n401,c\n");
    let error = try_train(&feed(folder.path(), "open.csv", &content)).unwrap_err();
    assert!(
        matches!(error, TrainerError::Broken { line: 3, .. }),
        "{error:?}"
    );
    let head = try_train(&feed(folder.path(), "head.csv", b"id,\"title\n1,a\n")).unwrap_err();
    assert_eq!(head.code(), "feed/truncated");
}

#[test]
fn a_quote_that_closes_at_the_next_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let content = b"id,title\n1,fine\n2,\"open\n3,lost\n4,\"quoted\"\n5,\"two\nlines\"\n";
    let training = try_train(&feed(folder.path(), "open.csv", content)).unwrap();
    assert_eq!(ids(&training), ["1", "5"]);
    assert_eq!(training.report.count(IssueKind::Csv), 1);
    assert_eq!(place(&training, IssueKind::Csv), (3, None));
}

#[test]
fn inches_are_no_quotes_between_tabs() {
    let training = train("inches.tsv");
    let titles: Vec<&str> = training
        .products
        .iter()
        .map(|product| product.title.as_str())
        .collect();
    assert_eq!(
        titles,
        ["Pipe 1\"", "\"1/2 inch\" pipe", "\"open", "4\" pipe", "\"5"]
    );
    let folder = tempfile::tempdir().unwrap();
    let quoted = b"id\ttitle\tprice\n1\t\"a\nb\tc\"\t1 EUR\n";
    let training = try_train(&feed(folder.path(), "quoted.tsv", quoted)).unwrap();
    assert_eq!(product(&training, "1").title, "a b c");
}

#[test]
fn last_rows_that_are_cut_give_no_half_catalogue() {
    let error = try_train(&settings("cut.csv")).unwrap_err();
    assert!(
        matches!(
            error,
            TrainerError::Truncated {
                line: 3,
                rows: 1,
                ..
            }
        ),
        "{error:?}"
    );
    let error = try_train(&settings("cut.jsonl")).unwrap_err();
    assert!(
        matches!(
            error,
            TrainerError::Truncated {
                line: 2,
                rows: 1,
                ..
            }
        ),
        "{error:?}"
    );
    let folder = tempfile::tempdir().unwrap();
    let wrong = b"{\"id\":\"1\",\"title\":\"a\"}\n{\"id\":\"2\",}";
    let training = try_train(&feed(folder.path(), "wrong.jsonl", wrong)).unwrap();
    assert_eq!(training.report.count(IssueKind::Json), 1);
    let whole = b"id,title\n1,a\n2,b";
    let training = try_train(&feed(folder.path(), "whole.csv", whole)).unwrap();
    assert_eq!(ids(&training), ["1", "2"]);
}

#[test]
fn files_with_nothing_in_them_say_so() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["empty.jsonl", "empty.csv", "empty.xml", "empty.json"] {
        for content in [b"".as_slice(), b"\xef\xbb\xbf", b"\xff\xfe", b"\n \r\n\n"] {
            let error = try_train(&feed(folder.path(), name, content)).unwrap_err();
            assert!(matches!(error, TrainerError::Empty { .. }), "{error:?}");
            assert_eq!(error.code(), "feed/empty");
            assert!(error.to_string().ends_with("the file is empty"), "{error}");
        }
    }
    let blanks_first = b"\n\n{\"id\":\"1\",\"title\":\"a\"}\n";
    let training = try_train(&feed(folder.path(), "a.txt.json", blanks_first)).unwrap();
    assert_eq!(ids(&training), ["1"]);
}

#[test]
fn nothing_is_lost_behind_the_list_of_products() {
    let folder = tempfile::tempdir().unwrap();
    let read = |content: &str| try_train(&feed(folder.path(), "a.json", content.as_bytes()));
    let list = r#"[{"id":"1","title":"a"}]"#;
    for content in [
        format!("{list}{list}"),
        format!("{list}garbage"),
        format!("{list}\n]"),
        format!(r#"{{"products":{list},"products2":{list}}}"#),
        format!(r#"{{"products":{list},"items":{list}}}"#),
        format!(r#"{{"products":{list}}} {{"products":{list}}}"#),
    ] {
        let error = read(&content).unwrap_err();
        assert_eq!(error.code(), "feed/broken", "{content}");
    }
    for content in [
        format!(" {list}\n\n"),
        format!(r#"{{"products":{list},"total":1,"pages":[1]}}"#),
        format!(r#"{{"shop":{{"n":"{{","products":{list}}},"next":null}}"#),
        format!("{{\n  \"products\":\n  {list},\n  \"total\": 1\n}}\n"),
    ] {
        let training = read(&content).unwrap();
        assert_eq!(ids(&training), ["1"], "{content}");
    }
    let error = read(&format!(r#"{{"products":{list},"tot"#)).unwrap_err();
    assert_eq!(error.code(), "feed/truncated");
}
