//! Reformulations of many shoppers in, synonyms that the shop may accept out.
//!
//! # Method
//! Of all reformulations some are synonyms, the others are changes of mind. A pair is proposed if it happens more often than its two texts would meet by chance:
//! by the log-likelihood ratio of Dunning 1993 ("Accurate methods for the statistics of surprise and coincidence") over the pairs of all visits,
//!
//! `G² = 2 · Σ k · ln(k · N / (row · column))`
//!
//! over the table of *this text or another* by *answered by that text or another*. As for queries, a pair needs several people ([`super::people`]).
//!
//! # Format
//! A table by tabs with the header [`HEADER`]. The verdict is `accept`, `refuse` or empty. It is rewritten by each training, what has no verdict first; no verdict is lost.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use endcap::knowledge::Synonym;
use endcap::normalised;
use endcap::personal::{has_given_name, trace};

use super::catalogues::Catalogues;
use super::counts::Table;
use super::review::{Review, read, write_whole};
use super::search::Reading;
use crate::error::TrainerError;

const HEADER: &str = "typed\tmeans\tverdict\tvisits\tof\tratio";
/// Quantile .999 of χ² with one degree of freedom, which G² has in the limit if a pair is chance.
const LEAST_RATIO: f64 = 10.83;
/// Share of the reformulations of a text that one answer needs. Hand-set: rarer answers are seldom what the text means.
const LEAST_SHARE: f64 = 0.15;
/// Answers of one text, the most certain ones: each costs a search. Hand-set.
const MAX_ANSWERS: usize = 4;

/// A synonym that visits speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What shoppers type.
    pub typed: String,
    /// What they find it by.
    pub means: String,
    /// What the shop says of it.
    pub accepted: Option<bool>,
    /// Visits in which `means` led to a choice after `typed` had not.
    pub visits: u64,
    /// Visits in which any other search did.
    pub of: u64,
    /// Dunning's G².
    pub ratio: f64,
}

/// Reads the reformulations that are left in `reading`, and gives those that may be synonyms, by text, the most certain first.
///
/// # Errors
///
/// As [`Reading::next_of`].
pub(super) fn propose(
    reading: &mut Reading,
    catalogues: &mut Catalogues,
    review: &Review,
    shoppers: usize,
) -> Result<Vec<Proposal>, TrainerError> {
    let mut pairs: Vec<(String, Proposal)> = Vec::new();
    let mut group = (String::new(), 0, 0);
    while let Some((name, stats)) = reading.next_of(Table::Changed)? {
        let Some((from, to)) = name.split_once('\t') else {
            continue;
        };
        if group.0 != from {
            close(&mut pairs, &group);
            group = (from.to_owned(), 0, pairs.len());
        }
        group.1 += u64::from(stats.visits);
        let Some((typed, means)) = stats.spelling.split_once('\t') else {
            continue;
        };
        let is_private = |text: &str| trace(text).is_some() || has_given_name(text);
        let is_kept = stats.choices.people.are(shoppers)
            && !is_slip(from, to)
            && !is_private(typed)
            && !is_private(means)
            && !review.blocks(from)
            && !review.blocks(to);
        // What the shop does not have under the other name either is no help.
        if is_kept && catalogues.find(means).languages != 0 {
            let proposal = Proposal {
                typed: typed.to_owned(),
                means: means.to_owned(),
                accepted: None,
                visits: stats.visits.into(),
                of: 0,
                ratio: 0.0,
            };
            pairs.push((to.to_owned(), proposal));
        }
    }
    close(&mut pairs, &group);
    let mut answers: BTreeMap<String, u64> = pairs.iter().map(|(to, _)| (to.clone(), 0)).collect();
    let mut all = 0;
    while let Some((to, stats)) = reading.next_of(Table::ChangedTo)? {
        all += u64::from(stats.visits);
        if let Some(sum) = answers.get_mut(&to) {
            *sum = stats.visits.into();
        }
    }
    for (to, pair) in &mut pairs {
        let column = answers.get(to).copied().unwrap_or_default();
        pair.ratio = ratio(pair.visits, pair.of, column, all);
    }
    let mut proposals: Vec<Proposal> = pairs.into_iter().map(|(_, pair)| pair).collect();
    proposals.retain(|pair| {
        pair.ratio >= LEAST_RATIO && pair.visits as f64 >= LEAST_SHARE * pair.of as f64
    });
    proposals.sort_by(|a, b| {
        let by_text = a.typed.cmp(&b.typed);
        by_text.then_with(|| b.ratio.total_cmp(&a.ratio).then(a.means.cmp(&b.means)))
    });
    let mut last = (String::new(), 0);
    proposals.retain(|pair| {
        if last.0 != pair.typed {
            last = (pair.typed.clone(), 0);
        }
        last.1 += 1;
        last.1 <= MAX_ANSWERS
    });
    Ok(proposals)
}

/// Says to the pairs of a text how often it was reformulated at all.
fn close(pairs: &mut [(String, Proposal)], (_, of, first): &(String, u64, usize)) {
    for (_, pair) in pairs.iter_mut().skip(*first) {
        pair.of = *of;
    }
}

/// G² of a pair with `both` of `all`, where its texts have `row` and `column`; 0 if it is rarer than by chance.
fn ratio(both: u64, row: u64, column: u64, all: u64) -> f64 {
    let [k, row, column, n] = [both, row, column, all].map(|number| number as f64);
    if k * n <= row * column {
        return 0.0;
    }
    let cell = |k: f64, row: f64, column: f64| match k > 0.0 {
        true => k * libm::log(k * n / (row * column)),
        false => 0.0,
    };
    2.0 * (cell(k, row, column)
        + cell(row - k, row, n - column)
        + cell(column - k, n - row, column)
        + cell(n - row - column + k, n - row, n - column))
}

/// Whether `to` is `from` without a slip of the keyboard, which search forgives by itself.
fn is_slip(from: &str, to: &str) -> bool {
    let is_word = |text: &str| !text.contains(' ');
    let forgiven = if from.len() < 8 { 1 } else { 2 };
    is_word(from) && is_word(to) && edits(from.as_bytes(), to.as_bytes()) <= forgiven
}

/// The edit distance with transpositions of neighbours (optimal string alignment).
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// A file of proposals with what the shop says of them.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    known: BTreeMap<(String, String), Proposal>,
}

impl Verdicts {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::Read`] if it cannot be read.
    /// * [`TrainerError::Setting`] if a line makes no sense.
    pub(super) fn open(path: &Path) -> Result<Self, TrainerError> {
        let text = read(path).map_err(TrainerError::read(path))?;
        let mut verdicts = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
            if line.is_empty() || line == HEADER {
                continue;
            }
            let proposal = proposal(line).map_err(|what| {
                TrainerError::Setting(format!("line {number} of {}: {what}", path.display()))
            })?;
            verdicts.take(proposal);
        }
        Ok(verdicts)
    }

    /// The synonyms that the shop has accepted.
    pub(super) fn accepted(&self) -> impl Iterator<Item = Synonym> {
        self.known
            .values()
            .filter(|known| known.accepted == Some(true))
            .map(|known| Synonym {
                from: normalised(&known.typed),
                to: known.means.clone(),
            })
    }

    /// Takes in a row; a verdict stands until another one is given, and of two the careful one stands.
    fn take(&mut self, mut row: Proposal) {
        let key = (normalised(&row.typed), normalised(&row.means));
        if let Some(known) = self.known.get(&key) {
            row.accepted = match (known.accepted, row.accepted) {
                (Some(a), Some(b)) => Some(a && b),
                (a, b) => a.or(b),
            };
        }
        self.known.insert(key, row);
    }

    /// The rows in the order of the file.
    fn rows(&self) -> Vec<&Proposal> {
        let mut rows: Vec<&Proposal> = self.known.values().collect();
        rows.sort_by(|a, b| {
            let decided = |row: &Proposal| row.accepted.is_some();
            decided(a)
                .cmp(&decided(b))
                .then_with(|| b.ratio.total_cmp(&a.ratio))
        });
        rows
    }
}

/// Adds `proposals` to the file at `path`, whose verdicts stay; gives the number of those that wait for one.
///
/// # Errors
///
/// * [`TrainerError::Read`], [`TrainerError::Setting`] if the file that is there cannot be read.
/// * [`TrainerError::Write`] if it cannot be written; it is then as it was.
pub(super) fn update(path: &Path, proposals: Vec<Proposal>) -> Result<u64, TrainerError> {
    let mut verdicts = match path.exists() {
        true => Verdicts::open(path)?,
        false => Verdicts::default(),
    };
    // What nobody has decided on and no log speaks for any more is gone.
    verdicts.known.retain(|_, known| known.accepted.is_some());
    proposals.into_iter().for_each(|row| verdicts.take(row));
    let mut text = format!("{HEADER}\n");
    let mut waiting = 0;
    for row in verdicts.rows() {
        let verdict = match row.accepted {
            None => "",
            Some(true) => "accept",
            Some(false) => "refuse",
        };
        waiting += u64::from(row.accepted.is_none());
        let Proposal {
            typed,
            means,
            visits,
            of,
            ratio,
            ..
        } = row;
        text += &format!("{typed}\t{means}\t{verdict}\t{visits}\t{of}\t{ratio:.1}\n");
    }
    write_whole(path, &text)?;
    Ok(waiting)
}

fn proposal(line: &str) -> Result<Proposal, String> {
    let mut cells = line.split('\t').map(str::trim);
    let mut next = || cells.next().unwrap_or_default();
    let (typed, means, verdict) = (next(), next(), next());
    if normalised(typed).is_empty() || normalised(means).is_empty() {
        return Err("expected what is typed and what it means, by a tab".into());
    }
    let accepted = match verdict.to_lowercase().as_str() {
        "accept" => Some(true),
        "refuse" => Some(false),
        "" => None,
        other => {
            return Err(format!(
                "the verdict is {other:?}; write accept, refuse, or nothing"
            ));
        }
    };
    Ok(Proposal {
        typed: typed.to_owned(),
        means: means.to_owned(),
        accepted,
        visits: next().parse().unwrap_or_default(),
        of: next().parse().unwrap_or_default(),
        ratio: next().parse().unwrap_or_default(),
    })
}

/// The synonyms that the file at `path` accepts; none without a file.
///
/// # Errors
///
/// As [`Verdicts::open`].
pub(super) fn accepted(path: Option<&PathBuf>) -> Result<Vec<Synonym>, TrainerError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    Ok(Verdicts::open(path)?.accepted().collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Against the same formula written down in Python.
    #[test]
    fn the_ratio_is_dunnings() {
        assert!((ratio(10, 10, 10, 100) - 65.016_595).abs() < 1e-5);
        assert!((ratio(8, 10, 20, 100) - 19.391_032).abs() < 1e-5);
        // As often as by chance, and less.
        assert_eq!(ratio(2, 10, 20, 100), 0.0);
        assert_eq!(ratio(1, 10, 20, 100), 0.0);
    }

    #[test]
    fn slips_are_no_synonyms() {
        assert!(is_slip("hamemr", "hammer") && is_slip("bohrhamer", "bohrhammer"));
        assert!(is_slip("schraubnzeiher", "schraubenzieher"));
        assert!(!is_slip("flex", "hose") && !is_slip("tap", "basin tap"));
    }

    #[test]
    fn verdicts_outlive_trainings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.tsv");
        let new = |typed: &str, visits: u64| Proposal {
            typed: typed.into(),
            means: "Basin tap".into(),
            accepted: None,
            visits,
            of: visits + 1,
            ratio: visits as f64 * 2.0,
        };
        let both = || vec![new("faucet", 9), new("spigot", 5)];
        assert_eq!(update(&path, both()).unwrap(), 2);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            format!(
                "{HEADER}\nfaucet\tBasin tap\t\t9\t10\t18.0\nspigot\tBasin tap\t\t5\t6\t10.0\n"
            )
        );
        assert!(accepted(Some(&path)).unwrap().is_empty());

        let judged = text
            .replacen("\t\t", "\tAccept\t", 1)
            .replacen("\t\t", "\trefuse\t", 1);
        fs::write(&path, judged).unwrap();
        let later = vec![new("faucet", 12), new("mixer", 3)];
        assert_eq!(update(&path, later).unwrap(), 1);
        let text = fs::read_to_string(&path).unwrap();
        let rows = "mixer\tBasin tap\t\t3\t4\t6.0\nfaucet\tBasin tap\taccept\t12\t13\t24.0\nspigot\tBasin tap\trefuse\t5\t6\t10.0\n";
        assert_eq!(text, format!("{HEADER}\n{rows}"));
        let synonyms = accepted(Some(&path)).unwrap();
        let faucet = Synonym {
            from: "faucet".into(),
            to: "Basin tap".into(),
        };
        assert_eq!(synonyms, [faucet]);

        fs::write(&path, "faucet\ttap\tmaybe\n").unwrap();
        let error = accepted(Some(&path)).unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
        fs::write(&path, "faucet\n").unwrap();
        assert!(accepted(Some(&path)).is_err());
    }
}
