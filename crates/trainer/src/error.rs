//! What stops a build altogether, as opposed to [`RowIssue`], which
//! concerns one row.

use std::path::{Path, PathBuf};

use endcap::catalogue::BuildError;
use endcap::pack::PackError;

use crate::issue::{Report, RowIssue};
use crate::knowledge::CountsReason;
use crate::shrink::Offer;

/// Why no pack could be built.
///
/// The codes are stable and append-only; [`help`](Self::help) says what to do.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum TrainerError {
    /// The file could not be opened or read.
    #[error("cannot read {}: {source}", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output could not be written.
    #[error("cannot write {}: {source}", .file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a feed at all.
    #[error("{} is {found}, not a feed", .file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What it looks like.
        found: &'static str,
    },
    /// The export of a shop system that is not read.
    #[error("{} is {found}, which is not read", .file.display())]
    Export {
        /// The file.
        file: PathBuf,
        /// Whose export it is.
        found: &'static str,
    },
    /// A table of visits or attributes lacks a column.
    #[error("{} lacks {missing}: expected columns {expected}", .file.display())]
    Columns {
        /// The file.
        file: PathBuf,
        /// What there should be.
        expected: &'static str,
        /// What is not there.
        missing: &'static str,
    },
    /// No row of a log says anything.
    #[error("{}: none of its {lines} lines tells what was opened or bought{}", .file.display(), first_of(.first.as_deref()))]
    NoEvents {
        /// The file.
        file: PathBuf,
        /// Lines behind the header.
        lines: u64,
        /// What was wrong with the first one that was no event.
        first: Option<Box<RowIssue>>,
    },
    /// An event log where a feed was expected.
    #[error("{} is an event log, not a feed", .file.display())]
    EventLog {
        /// The file.
        file: PathBuf,
    },
    /// A `manifest.json` beside the packs that cannot be read.
    #[error("cannot read {}: {reason}", .file.display())]
    Manifest {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A manifest that names a pack which is gone or cut: publishing it would offer less than was there.
    #[error("{} names {pack}, which is not there or cut; nothing is published", .manifest.display())]
    MissingPack {
        /// The manifest.
        manifest: PathBuf,
        /// The file's name.
        pack: String,
    },
    /// Far less than what is served; the former pack stays on offer.
    #[error(
        "{served} {what} are served, and {offered} would take their place; nothing is published"
    )]
    Shrinks {
        /// What they are.
        what: Offer,
        /// How many are on offer.
        served: u64,
        /// How many there would be.
        offered: u64,
    },
    /// A BMEcat file whose transaction cannot be used here.
    #[error("{} holds {found}: {reason}", .file.display())]
    Transaction {
        /// The file.
        file: PathBuf,
        /// The transaction's element.
        found: String,
        /// Why it cannot be used.
        reason: TransactionReason,
    },
    /// A table whose first line names no column that we know.
    #[error("{}: the first line names no column `id`; its columns are: {columns}", .file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// The columns that were found, shortened.
        columns: String,
    },
    /// The structure of an XML or JSON document breaks, so that the rest cannot be read.
    #[error("{}:{line}:{column}: {message}", .file.display())]
    Broken {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
        /// What was expected and what came.
        message: String,
    },
    /// The document ends in the middle.
    #[error("{} ends in the middle, at line {line}, after {rows} rows", .file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// The last line, from 1.
        line: u64,
        /// Rows read so far.
        rows: u64,
    },
    /// `--strict` and there was an issue.
    #[error("{0}")]
    Strict(Box<RowIssue>),
    /// No product was left.
    #[error("no product left of {rows} rows read")]
    NoProducts {
        /// Rows read.
        rows: u64,
    },
    /// Nothing is in the file, or nothing but blanks.
    #[error("{}: the file is empty", .file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// A pack that was to be built on cannot be read.
    #[error("cannot read {}: {source}", .file.display())]
    ReadPack {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that is no usable pack.
    #[error("{}: {error}", .file.display())]
    Pack {
        /// The file.
        file: PathBuf,
        /// What the engine says of it.
        error: PackError,
    },
    /// A file of counts that cannot be gone on from.
    #[error("{} {reason}", .file.display())]
    Counts {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: CountsReason,
    },
    /// There is no room for temporary files.
    #[error("cannot use the folder for temporary files: {source}")]
    Temporary {
        /// What the system said.
        source: std::io::Error,
    },
    /// A setting that makes no sense.
    #[error("{0}")]
    Setting(String),
    /// The engine rejected the catalogue.
    #[error("{message}")]
    Catalogue {
        /// The engine's stable code.
        code: &'static str,
        /// The engine's message.
        message: String,
    },
}

fn first_of(issue: Option<&RowIssue>) -> String {
    issue.map_or_else(String::new, |issue| format!("; {issue}"))
}

/// Why the transaction of a BMEcat file cannot be used.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionReason {
    /// It is none that we know.
    Unknown,
    /// Articles that changed, and no catalogue before them that they change.
    UpdateAlone,
    /// Prices that changed, where a catalogue is built.
    PricesAlone,
    /// What changed, where what is missing shall be hidden.
    HidesMissing,
}

impl TransactionReason {
    fn help(self) -> &'static str {
        match self {
            Self::Unknown => "export the catalogue as T_NEW_CATALOG",
            Self::UpdateAlone => {
                "give the catalogue (T_NEW_CATALOG) first, and its updates behind it, oldest first"
            }
            Self::PricesAlone => {
                "make an overlay of it with `endcap pack overlay`, or export the catalogue as T_NEW_CATALOG"
            }
            Self::HidesMissing => "leave --hide-missing away, or give a whole catalogue",
        }
    }
}

impl std::fmt::Display for TransactionReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => {
                "expected T_NEW_CATALOG, T_NEW_PRODUCTDATA, T_UPDATE_PRODUCTS or T_UPDATE_PRICES"
            }
            Self::UpdateAlone => "some articles of a catalogue that did not come before it",
            Self::PricesAlone => "prices without the articles that have them",
            Self::HidesMissing => "what it lacks is not gone, so it cannot be hidden",
        })
    }
}

impl TrainerError {
    /// A stable identifier.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "feed/read",
            Self::Write { .. } => "pack/write",
            Self::Foreign { .. } => "feed/foreign",
            Self::Export { .. } => "feed/export",
            Self::Columns { .. } => "log/columns",
            Self::NoEvents { .. } => "log/no-events",
            Self::EventLog { .. } => "feed/event-log",
            Self::Manifest { .. } => "pack/manifest",
            Self::MissingPack { .. } => "pack/missing",
            Self::Shrinks { .. } => "pack/shrinks",
            Self::Transaction { .. } => "feed/transaction",
            Self::Header { .. } => "feed/header",
            Self::Broken { .. } => "feed/broken",
            Self::Truncated { .. } => "feed/truncated",
            Self::Strict(issue) => issue.kind.code(),
            Self::Empty { .. } | Self::NoProducts { .. } => "feed/empty",
            Self::ReadPack { .. } => "pack/read",
            Self::Pack { error, .. } => error.code(),
            Self::Counts { reason, .. } => reason.code(),
            Self::Temporary { .. } => "trainer/temporary",
            Self::Setting(_) => "trainer/setting",
            Self::Catalogue { code, .. } => code,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "check the path; feeds are JSON Lines, JSON, CSV, TSV, XML or BMEcat files, plain or .gz".into()
            }
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                "the compressed file is cut off: fetch it again".into()
            }
            Self::Read { .. } => "check that the file is complete and that you may read it".into(),
            Self::Write { .. } => "check that the folder exists, is writable and has room".into(),
            Self::Foreign { found, .. } => format!(
                "give a feed as JSON Lines, JSON, CSV, TSV, XML or BMEcat, plain or .gz; unpack or export {found} first"
            ),
            Self::Export { .. } => {
                "export a Google Merchant feed (XML, TSV, CSV or JSON Lines) instead; every shop system has a plug-in for it".into()
            }
            Self::Columns { expected, .. } => {
                format!("give a table with a header, plain or .gz, separated by tabs, commas, semicolons or bars: {expected}")
            }
            Self::NoEvents { first: Some(issue), .. } => issue.kind.advice().into(),
            Self::NoEvents { .. } => "give a table with a header, plain or .gz: SessionId, ItemId, Time; or GA4, BigQuery, Segment".into(),
            Self::EventLog { .. } => "give event logs with --events, behind the feeds".into(),
            Self::Manifest { .. } => "mend it, or delete it: it is written anew".into(),
            Self::MissingPack { .. } => "restore the file, build the catalogue of its language again, or take its entry out of the manifest".into(),
            Self::Shrinks { .. } => "look whether the input is whole; if it is meant, run the command once more with --confirm-shrink".into(),
            Self::Transaction { reason, .. } => reason.help().into(),
            Self::Header { .. } => {
                "the first line of a table must name its columns by Google Merchant attributes: id, title, price, …".into()
            }
            Self::Broken { .. } => "mend the file at this place, or export it again".into(),
            Self::Truncated { .. } => {
                "fetch or export it again; half a catalogue must not replace a whole one".into()
            }
            Self::Strict(issue) => {
                format!("{}; or run without --strict to build all the same", issue.kind.advice())
            }
            Self::NoProducts { .. } => {
                "every row needs `id` and `title`; the summary says what happened to the rows".into()
            }
            Self::Empty { .. } => "fetch or export it again; leave it out if it is meant to be empty".into(),
            Self::ReadPack { .. } => "give a .pack file, as `endcap pack build` writes it".into(),
            Self::Pack { .. } => "give a pack as `endcap pack build` writes it".into(),
            Self::Counts { reason, .. } => reason.help().into(),
            Self::Temporary { .. } => "set TMPDIR to a folder with as much room as the logs take unpacked".into(),
            Self::Setting(_) => "see `endcap pack build --help`".into(),
            Self::Catalogue { .. } => "the catalogue does not fit the pack format".into(),
        }
    }

    /// Whether the input is to blame, rather than the machine.
    pub fn is_rejection(&self) -> bool {
        !matches!(
            self,
            Self::Read { .. }
                | Self::ReadPack { .. }
                | Self::Write { .. }
                | Self::Temporary { .. }
                | Self::Setting(_)
        )
    }

    pub(crate) fn read(file: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let file = file.to_owned();
        move |source| Self::Read { file, source }
    }

    /// Says why nothing of a log was of use.
    pub(crate) fn no_events(file: &Path, lines: u64, report: &Report) -> Self {
        match lines {
            0 => Self::Empty {
                file: file.to_owned(),
            },
            lines => Self::NoEvents {
                file: file.to_owned(),
                lines,
                first: report.first().cloned().map(Box::new),
            },
        }
    }

    pub(crate) fn temporary(source: std::io::Error) -> Self {
        Self::Temporary { source }
    }

    pub(crate) fn catalogue(error: &BuildError) -> Self {
        Self::Catalogue {
            code: error.code(),
            message: error.to_string(),
        }
    }

    pub(crate) fn write(file: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let file = file.to_owned();
        move |source| Self::Write { file, source }
    }
}
