//! What stops a build altogether, as opposed to [`RowIssue`], which
//! concerns one row.

use std::path::{Path, PathBuf};

use endcap::catalogue::BuildError;
use endcap::pack::PackError;

use crate::issue::RowIssue;

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

impl TrainerError {
    /// A stable identifier.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "feed/read",
            Self::Write { .. } => "pack/write",
            Self::Foreign { .. } => "feed/foreign",
            Self::Columns { .. } => "log/columns",
            Self::EventLog { .. } => "feed/event-log",
            Self::Manifest { .. } => "pack/manifest",
            Self::Header { .. } => "feed/header",
            Self::Broken { .. } => "feed/broken",
            Self::Truncated { .. } => "feed/truncated",
            Self::Strict(issue) => issue.kind.code(),
            Self::Empty { .. } | Self::NoProducts { .. } => "feed/empty",
            Self::ReadPack { .. } => "pack/read",
            Self::Pack { error, .. } => error.code(),
            Self::Setting(_) => "trainer/setting",
            Self::Catalogue { code, .. } => code,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "check the path; feeds are JSON Lines, JSON, CSV, TSV or XML files, plain or .gz".into()
            }
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                "the compressed file is cut off: fetch it again".into()
            }
            Self::Read { .. } => "check that the file is complete and that you may read it".into(),
            Self::Write { .. } => "check that the folder exists, is writable and has room".into(),
            Self::Foreign { found, .. } => format!(
                "give a feed as JSON Lines, JSON, CSV, TSV or XML, plain or .gz; unpack or export {found} first"
            ),
            Self::Columns { expected, .. } => {
                format!("give a table with a header, separated by tabs, plain or .gz: {expected}")
            }
            Self::EventLog { .. } => "give event logs with --events, behind the feeds".into(),
            Self::Manifest { .. } => "mend it, or delete it: it is written anew".into(),
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
            Self::Setting(_) => "see `endcap pack build --help`".into(),
            Self::Catalogue { .. } => "the catalogue does not fit the pack format".into(),
        }
    }

    /// Whether the input is to blame, rather than the machine.
    pub fn is_rejection(&self) -> bool {
        !matches!(
            self,
            Self::Read { .. } | Self::ReadPack { .. } | Self::Write { .. } | Self::Setting(_)
        )
    }

    pub(crate) fn read(file: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let file = file.to_owned();
        move |source| Self::Read { file, source }
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
