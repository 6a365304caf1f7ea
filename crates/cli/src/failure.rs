//! Failures of the command: a stable code, a message, what to do, and the exit code.

use std::process::ExitCode;

/// Something outside stood in the way: a file, a port, the disk.
const EXIT_FAILED: u8 = 1;
/// The command line was not understood; clap's own code.
const EXIT_USAGE: u8 = 2;
/// The input was read and is not acceptable.
const EXIT_REJECTED: u8 = 3;

/// Why the command stopped.
///
/// Printed as `error[code]: message`, then `help: …` when there is something to do.
#[derive(Debug)]
pub(crate) struct Failure {
    code: String,
    message: String,
    help: Option<String>,
    exit: u8,
}

impl Failure {
    /// The environment stood in the way (exit code 1).
    pub(crate) fn failed(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            help: None,
            exit: EXIT_FAILED,
        }
    }

    /// The input was not acceptable (exit code 3).
    pub(crate) fn rejected(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            exit: EXIT_REJECTED,
            ..Self::failed(code, message)
        }
    }

    /// An option makes no sense (exit code 2).
    pub(crate) fn usage(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            exit: EXIT_USAGE,
            ..Self::failed(code, message)
        }
    }

    /// Says what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Prints the failure to standard error and returns the exit code.
    pub(crate) fn report(self) -> ExitCode {
        eprintln!("error[{}]: {}", self.code, self.message);
        if let Some(help) = self.help {
            eprintln!("help: {help}");
        }
        ExitCode::from(self.exit)
    }
}

/// Subcommands without typed errors of their own report the whole chain of causes.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Failure>() {
            Ok(failure) => failure,
            Err(error) => Self::failed("endcap/failed", format!("{error:#}")),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
