//! The synonyms file: which texts mean the same.
//!
//! One rule per line: `handy => smartphone` (one way, several targets by commas) or `akku, batterie, accu` (each for each).
//! Texts may have several words. What follows `#` is a comment; blank lines do nothing. A line may also be quoted as a CSV row.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use endcap::knowledge::Synonym;
use endcap::normalised;

use crate::error::TrainerError;
use crate::feed::{Line, read_line};
use crate::issue::{IssueKind, Outcome, Report, RowIssue};
use crate::source::Source;

/// Words of the longest text that is looked for in a query.
const MAX_WORDS: usize = 4;
/// Texts of one line; more than this is a word list that was mistaken for synonyms.
const MAX_TEXTS: usize = 32;

/// Reads the file; bad lines are reported and left out.
///
/// # Errors
///
/// * [`TrainerError::Read`] if it cannot be read.
/// * [`TrainerError::Strict`] at the first bad line, if the report is strict.
pub(crate) fn read_synonyms(
    path: &Path,
    report: &mut Report,
) -> Result<Vec<Synonym>, TrainerError> {
    let mut source = Source::open(path)?;
    let file = Arc::clone(&source.name);
    let mut synonyms = BTreeSet::new();
    let mut line = 0;
    loop {
        let text = match read_line(&mut source)? {
            Line::End => break,
            Line::TooLong => String::from("=>"),
            Line::Text { text, .. } => text,
        };
        line += 1;
        match rule(&text) {
            Ok(found) => synonyms.extend(found),
            Err(message) => report.raise(RowIssue {
                file: Arc::clone(&file),
                line,
                column: None,
                kind: IssueKind::Synonym,
                field: None,
                message,
                outcome: Outcome::RowDropped,
            })?,
        }
    }
    Ok(synonyms.into_iter().collect())
}

/// What one line says.
fn rule(line: &str) -> Result<Vec<Synonym>, String> {
    let line = line.split('#').next().unwrap_or_default().trim();
    if line.is_empty() {
        return Ok(Vec::new());
    }
    if let Some((from, to)) = line.split_once("=>") {
        if to.contains("=>") {
            return Err("it has more than one `=>`".into());
        }
        let (from, to) = (texts(from)?, texts(to)?);
        if from.is_empty() || to.is_empty() {
            return Err("there is nothing on one side of `=>`".into());
        }
        return Ok(pairs(&from, &to));
    }
    let all = texts(line)?;
    if all.len() < 2 {
        return Err("a single text has no synonym; write `a, b` or `a => b`".into());
    }
    Ok(pairs(&all, &all))
}

fn pairs(from: &[String], to: &[String]) -> Vec<Synonym> {
    let pairs = from.iter().flat_map(|from| {
        to.iter().map(|to| Synonym {
            from: normalised(from),
            to: to.clone(),
        })
    });
    pairs
        .filter(|pair| pair.from != normalised(&pair.to))
        .collect()
}

/// The texts between commas or semicolons, without quotes around them.
fn texts(list: &str) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    for text in list.split([',', ';', '\t']) {
        let text = text.trim().trim_matches('"').trim();
        if text.is_empty() {
            continue;
        }
        let words = normalised(text);
        match words.split_whitespace().count() {
            0 => return Err(format!("`{text}` has no letters or digits")),
            1..=MAX_WORDS => texts.push(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            _ => return Err(format!("`{text}` has more than {MAX_WORDS} words")),
        }
    }
    if texts.len() > MAX_TEXTS {
        return Err(format!(
            "it has {} texts, at most {MAX_TEXTS} fit",
            texts.len()
        ));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Vec<(String, String)> {
        let pairs = rule(line).unwrap();
        pairs.into_iter().map(|pair| (pair.from, pair.to)).collect()
    }

    #[test]
    fn one_way_and_each_for_each() {
        assert_eq!(
            said("Handy => Smartphone # colloquial"),
            [("handy".into(), "Smartphone".into())]
        );
        assert_eq!(said("\"akku\", accu").len(), 2);
        assert_eq!(said("a, b; c").len(), 6);
        assert_eq!(said("bade wanne, wanne => Badewanne").len(), 2);
        assert!(said("  # nothing").is_empty());
        // Both sides fold to the same words.
        assert!(said("Dübel => duebel").is_empty());
    }

    #[test]
    fn bad_lines_say_why() {
        for line in [
            "alone",
            "a => b => c",
            "=> b",
            "a =>",
            "?, !",
            "one two three four five => x",
        ] {
            assert!(rule(line).is_err(), "{line}");
        }
    }
}
