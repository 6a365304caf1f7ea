//! The threat model names a test for each attack: each of them is there.

use std::fs;
use std::path::Path;

/// What is wrong with the table of attacks in `text`, and how many tests it names.
fn check(text: &str, root: &Path) -> (Vec<String>, usize) {
    let (mut wrong, mut named) = (Vec::new(), 0);
    let section = text
        .split("\n## ")
        .find(|section| section.starts_with("Attacks"));
    let rows = section.unwrap_or_default().lines();
    // Behind the header and the line below it.
    for row in rows.filter(|line| line.starts_with("| ")).skip(2) {
        let (mut source, mut tests) = (None, 0);
        let column = row.trim_end_matches([' ', '|']).rsplit(" | ").next();
        for code in column.unwrap_or_default().split('`').skip(1).step_by(2) {
            if [".rs", ".mjs"].iter().any(|end| code.ends_with(end)) {
                source = fs::read_to_string(root.join(code)).ok();
                if source.is_none() {
                    wrong.push(format!("there is no {code}"));
                }
                continue;
            }
            tests += 1;
            let forms = [format!("fn {code}("), format!("test(\"{code}\"")];
            let there = source
                .as_ref()
                .is_some_and(|source| forms.iter().any(|form| source.contains(form)));
            if !there {
                wrong.push(format!("there is no test {code}"));
            }
        }
        if tests == 0 {
            wrong.push(format!("no test: {row}"));
        }
        named += tests;
    }
    (wrong, named)
}

#[test]
fn every_test_of_the_threat_model_is_there() {
    let text = include_str!("../docs/threat-model.md");
    let (wrong, named) = check(text, Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(named >= 40, "{named}");
}

#[test]
fn a_test_that_is_gone_is_noticed() {
    let folder = std::env::temp_dir().join(format!("endcap-threats-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.rs"), "fn there() {}").unwrap();
    let found = |cell: &str| {
        let text = format!(
            "\n## Attacks\n\n| attack | stops | tests |\n| --- | --- | --- |\n| x | y | {cell} |\n\n## Not"
        );
        check(&text, &folder).0
    };
    assert!(found("`a.rs`: `there`").is_empty());
    for bad in ["", "`a.rs`", "`a.rs`: `gone`", "`b.rs`: `there`", "`there`"] {
        assert!(!found(bad).is_empty(), "{bad}");
    }
    fs::remove_dir_all(folder).unwrap();
}
