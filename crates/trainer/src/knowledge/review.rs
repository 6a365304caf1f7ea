//! What people say of queries before they are published: the block list and the review queue.
//!
//! # Format
//! The block list has a text per line; what follows `#` is a comment. The queue is a table by tabs with the header `query`, `verdict`, `visits`: `yes` publishes,
//! `no` never does, an empty verdict waits for somebody to read it. It is rewritten by each training: what waits comes first, the most frequent first, and no
//! verdict is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use endcap::normalised;

use crate::error::TrainerError;

const HEADER: &str = "query\tverdict\tvisits";
/// A queue or list of more bytes is some other file.
const MAX_BYTES: u64 = 64 << 20;

/// Whether a query may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Publish,
    Blocked,
    Waiting,
}

/// The block list and the queue.
#[derive(Debug, Default)]
pub(super) struct Review {
    blocked: BTreeSet<String>,
    /// With a queue, what has no verdict waits.
    queue: Option<PathBuf>,
    /// Per query its spelling, verdict and visits.
    known: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    spelling: String,
    verdict: Option<bool>,
    visits: u64,
}

impl Review {
    /// Reads both; a queue that is not there yet is empty.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::Read`] if a file cannot be read.
    /// * [`TrainerError::Setting`] if a line of the queue is none.
    pub(super) fn open(blocked: Option<&Path>, queue: Option<&Path>) -> Result<Self, TrainerError> {
        let mut review = Self {
            queue: queue.map(Path::to_owned),
            ..Self::default()
        };
        if let Some(path) = blocked {
            let text = read(path).map_err(TrainerError::read(path))?;
            let texts = text
                .lines()
                .map(|line| normalised(line.split('#').next().unwrap_or_default()));
            review.blocked = texts.filter(|text| !text.is_empty()).collect();
        }
        if let Some(path) = queue {
            let text = match read(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
                read => read.map_err(TrainerError::read(path))?,
            };
            for (number, line) in (1..).zip(text.lines()) {
                review.take(line).map_err(|what| {
                    TrainerError::Setting(format!("line {number} of {}: {what}", path.display()))
                })?;
            }
        }
        Ok(review)
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
        if line.is_empty() || line == HEADER {
            return Ok(());
        }
        let mut cells = line.split('\t');
        let spelling = cells.next().unwrap_or_default().trim();
        let verdict = match cells
            .next()
            .map(|cell| cell.trim().to_lowercase())
            .as_deref()
        {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            None | Some("") => None,
            Some(other) => {
                return Err(format!(
                    "the verdict is {other:?}; write yes, no, or nothing"
                ));
            }
        };
        let entry = Entry {
            spelling: spelling.to_owned(),
            verdict,
            visits: cells
                .next()
                .and_then(|cell| cell.trim().parse().ok())
                .unwrap_or(0),
        };
        let query = normalised(spelling);
        // Of two verdicts the careful one stands.
        let known = self.known.get(&query).and_then(|known| known.verdict);
        if known != Some(false) {
            self.known.insert(query, entry);
        }
        Ok(())
    }

    /// Whether `query` has a text of the block list.
    pub(super) fn blocks(&self, query: &str) -> bool {
        let words: Vec<&str> = query.split(' ').collect();
        let blocked = |from: usize, to: usize| self.blocked.contains(&words[from..to].join(" "));
        (0..words.len()).any(|from| (from + 1..=words.len()).any(|to| blocked(from, to)))
    }

    /// Whether `query` may be published; what has no verdict yet is put into the queue.
    pub(super) fn judge(&mut self, query: &str, spelling: &str, visits: u64) -> Verdict {
        if self.blocks(query) {
            return Verdict::Blocked;
        }
        if self.queue.is_none() {
            return Verdict::Publish;
        }
        let entry = self.known.entry(query.to_owned()).or_insert_with(|| Entry {
            spelling: spelling.to_owned(),
            verdict: None,
            visits,
        });
        entry.visits = visits;
        match entry.verdict {
            Some(true) => Verdict::Publish,
            Some(false) => Verdict::Blocked,
            None => Verdict::Waiting,
        }
    }

    /// Whether there is anything that words must be held to, too.
    pub(super) fn is_set(&self) -> bool {
        self.queue.is_some() || !self.blocked.is_empty()
    }

    /// Writes the queue, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Write`]; the queue is then as it was.
    pub(super) fn write(&self) -> Result<(), TrainerError> {
        let Some(path) = &self.queue else {
            return Ok(());
        };
        let mut entries: Vec<&Entry> = self.known.values().collect();
        entries.sort_by_key(|entry| (entry.verdict.is_some(), std::cmp::Reverse(entry.visits)));
        let mut text = format!("{HEADER}\n");
        for Entry {
            spelling,
            verdict,
            visits,
        } in entries
        {
            let verdict = match verdict {
                None => "",
                Some(true) => "yes",
                Some(false) => "no",
            };
            text += &format!("{spelling}\t{verdict}\t{visits}\n");
        }
        write_whole(path, &text)
    }
}

/// Lays `text` over the file at `path`, whole or not at all.
///
/// # Errors
///
/// [`TrainerError::Write`]; the file is then as it was.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), TrainerError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(TrainerError::write(path))
}

/// Reads a table that people write.
pub(super) fn read(path: &Path) -> io::Result<String> {
    match fs::metadata(path)?.len() > MAX_BYTES {
        true => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is larger than 64 MiB",
        )),
        false => fs::read_to_string(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_verdict_waits_and_no_verdict_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let queue = folder.path().join("review.tsv");
        let open = || Review::open(None, Some(&queue)).unwrap();
        let mut review = open();
        assert_eq!(review.judge("tap", "Tap", 3), Verdict::Waiting);
        assert_eq!(review.judge("basin tap", "basin tap", 9), Verdict::Waiting);
        review.write().unwrap();
        let text = fs::read_to_string(&queue).unwrap();
        assert_eq!(text, "query\tverdict\tvisits\nbasin tap\t\t9\nTap\t\t3\n");

        fs::write(
            &queue,
            text.replace("Tap\t\t", "Tap\tYES\t")
                .replace("basin tap\t\t", "basin tap\tno\t"),
        )
        .unwrap();
        let mut review = open();
        assert_eq!(review.judge("tap", "TAP", 5), Verdict::Publish);
        assert_eq!(review.judge("sink", "sink", 1), Verdict::Waiting);
        review.write().unwrap();
        // The blocked one was not searched for this time.
        let text = fs::read_to_string(&queue).unwrap();
        assert_eq!(
            text,
            "query\tverdict\tvisits\nsink\t\t1\nbasin tap\tno\t9\nTap\tyes\t5\n"
        );
        assert_eq!(open().judge("basin tap", "basin tap", 9), Verdict::Blocked);

        fs::write(&queue, "tap\tmaybe\t1\n").unwrap();
        let error = Review::open(None, Some(&queue)).unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }

    #[test]
    fn a_blocked_text_is_blocked_within_others() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("blocked.txt");
        fs::write(&list, "# not in our shop\nErika  Muster\nscam # a word\n").unwrap();
        let mut review = Review::open(Some(&list), None).unwrap();
        for blocked in ["erika muster", "tap erika muster", "scam tap"] {
            assert_eq!(
                review.judge(blocked, blocked, 1),
                Verdict::Blocked,
                "{blocked}"
            );
        }
        for fine in ["erika", "tap", "scammer"] {
            assert_eq!(review.judge(fine, fine, 1), Verdict::Publish, "{fine}");
        }
        assert!(Review::open(Some(&folder.path().join("none")), None).is_err());
    }
}
