//! The trainer as a whole: fixtures in, products, reports and packs out.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod bad_input;
mod bmecat;
mod broken_off;
mod common;
mod endless;
mod exports;
mod formats;
mod knowledge;
mod logs;
mod offers;
mod packs;
mod people;
mod reformulations;
mod relations;
mod value_orders;

/// The README explains every code, with the advice that the command prints.
#[test]
fn every_issue_is_documented() {
    let readme = include_str!("../../README.md");
    for kind in endcap_trainer::IssueKind::ALL {
        let row = format!(
            "| `{}` | {} | {} |",
            kind.code(),
            kind.severity(),
            kind.advice()
        );
        assert!(readme.contains(&row), "missing in README.md: {row}");
    }
}
