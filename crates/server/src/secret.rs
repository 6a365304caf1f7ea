//! The secret that the shop's own server and this one share.
//!
//! It signs link tokens and turns customer numbers into profile ids, so whoever has it can read every
//! linked profile. Changing it gives every customer a new, empty profile.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A shared secret of at least [`MIN_LEN`](Self::MIN_LEN) bytes. Its `Debug` form hides it.
#[derive(Clone)]
pub struct Secret {
    bytes: Vec<u8>,
    mac: Hmac<Sha256>,
}

impl Secret {
    /// As long as the digest of HMAC-SHA256: RFC 7518, section 3.2, asks for it.
    pub const MIN_LEN: usize = 32;

    /// Takes over `bytes`.
    ///
    /// # Errors
    ///
    /// [`SecretError::TooShort`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, SecretError> {
        let too_short = SecretError::TooShort {
            expected: Self::MIN_LEN,
            got: bytes.len(),
        };
        if bytes.len() < Self::MIN_LEN {
            return Err(too_short);
        }
        // HMAC takes keys of any length, so this second way to the error is never walked.
        let mac = Hmac::new_from_slice(&bytes).map_err(|_| too_short)?;
        Ok(Self { bytes, mac })
    }

    /// Reads the secret from a file; one line break at its end is not part of it.
    ///
    /// # Errors
    ///
    /// [`SecretError::File`] or [`SecretError::TooShortFile`].
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let bytes = std::fs::read(path).map_err(|error| SecretError::file(path, &error))?;
        Self::new(without_line_break(bytes)).map_err(|error| match error {
            SecretError::TooShort { expected, got } => SecretError::TooShortFile {
                path: path.to_owned(),
                expected,
                got,
            },
            other => other,
        })
    }

    /// Reads the secret that profiles were already stored under, so that its file must be there.
    ///
    /// # Errors
    ///
    /// [`SecretError::Missing`], [`SecretError::File`] or [`SecretError::TooShortFile`].
    pub fn read_kept(path: &Path) -> Result<Self, SecretError> {
        match path.try_exists() {
            Ok(true) => Self::read(path),
            Ok(false) => Err(SecretError::Missing {
                path: path.to_owned(),
            }),
            Err(error) => Err(SecretError::file(path, &error)),
        }
    }

    /// Reads the secret that an earlier run left in `path`, or draws one and leaves it there for the
    /// owner's eyes only. The flag is true when it is new.
    ///
    /// Only for a store without profiles: under a new secret no customer would find theirs again.
    ///
    /// # Errors
    ///
    /// [`SecretError::File`], [`SecretError::Entropy`], or [`SecretError::TooShortFile`] for a file that somebody cut.
    pub fn read_or_create(path: &Path) -> Result<(Self, bool), SecretError> {
        match Self::read_kept(path) {
            Ok(secret) => return Ok((secret, false)),
            Err(SecretError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        let mut random = [0; Self::MIN_LEN];
        getrandom::fill(&mut random).map_err(|error| SecretError::Entropy {
            reason: error.to_string(),
        })?;
        // In hexadecimal, so that it can be copied into the configuration of the shop's server.
        let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(path, &text).map_err(|error| SecretError::file(path, &error))?;
        Ok((Self::new(text.into_bytes())?, true))
    }

    /// By which another secret is told from this one, in hexadecimal. It is of no use for anything else.
    pub fn check_value(&self) -> String {
        let mac = self.mac().chain_update(b"endcap key check\0");
        let digest = mac.finalize().into_bytes();
        digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        self.mac.clone()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// Why there is no usable secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// It would be guessed too easily.
    #[error(
        "the secret has {got} bytes, expected at least {expected}: create one with `openssl rand -hex 32`"
    )]
    TooShort {
        /// The least length.
        expected: usize,
        /// The length that it has.
        got: usize,
    },
    /// What is in its file would be guessed too easily, or was cut.
    #[error(
        "the secret file {path} has {got} bytes, expected at least {expected}: restore it from a backup, \
         because another secret gives every customer a new, empty profile; \
         to start anew, write one with `openssl rand -hex 32`"
    )]
    TooShortFile {
        /// The file.
        path: PathBuf,
        /// The least length.
        expected: usize,
        /// The length that it has.
        got: usize,
    },
    /// Its file is gone while profiles are stored.
    #[error(
        "profiles are stored, but the secret file {path} that customers find them by is missing: \
         restore it from a backup, or name the secret that was used with --secret-file or ENDCAP_SECRET; \
         to start anew, delete the profiles"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is not the one that the store was written under.
    #[error(
        "the profiles in the store were written under another secret{of_tenant}: give the one that was used before, \
         because another one gives every customer a new, empty profile; \
         to go on with this one all the same, start once with --accept-secret {check}"
    )]
    Other {
        /// Whose secret, where there are tenants: ` of …`.
        of_tenant: String,
        /// The [check value](Secret::check_value) of the secret that was given.
        check: String,
    },
    /// Its file cannot be read or written.
    #[error("the secret file {path} cannot be used ({reason}): check the path and its permissions")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The system gives no random bytes.
    #[error(
        "the system gives no random bytes ({reason}): pass a secret with --secret-file or ENDCAP_SECRET"
    )]
    Entropy {
        /// What the system said.
        reason: String,
    },
}

impl SecretError {
    fn file(path: &Path, error: &io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }

    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } | Self::TooShortFile { .. } => "secret/too-short",
            Self::Missing { .. } => "secret/missing",
            Self::File { .. } => "secret/file",
            Self::Entropy { .. } => "secret/entropy",
            Self::Other { .. } => "secret/other",
        }
    }
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let draft = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    // Losing the name of the file in a crash would lose every customer's profile with it.
    File::open(folder)?.sync_all()
}

fn without_line_break(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_created_secret_is_private_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let (first, created) = Secret::read_or_create(&path).unwrap();
        assert!(created);
        let (second, created) = Secret::read_or_create(&path).unwrap();
        assert!(!created);
        assert_eq!(first.as_bytes(), second.as_bytes());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let other = Secret::read_or_create(&folder.path().join("other")).unwrap();
        assert_ne!(first.as_bytes(), other.0.as_bytes());
    }

    #[test]
    fn a_line_break_at_the_end_of_the_file_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let text = "s".repeat(Secret::MIN_LEN);
        std::fs::write(&path, format!("{text}\r\n")).unwrap();
        assert_eq!(Secret::read(&path).unwrap().as_bytes(), text.as_bytes());
        std::fs::write(&path, "short\n").unwrap();
        assert_eq!(
            Secret::read(&path).unwrap_err(),
            SecretError::TooShortFile {
                path,
                expected: 32,
                got: 5
            }
        );
    }

    #[test]
    fn a_secret_that_is_in_use_is_never_drawn_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let error = Secret::read_kept(&path).unwrap_err();
        assert_eq!(error, SecretError::Missing { path: path.clone() });
        assert!(!path.exists());

        std::fs::write(&path, "").unwrap();
        let error = Secret::read_or_create(&path).unwrap_err();
        assert_eq!(error.code(), "secret/too-short");
        assert!(error.to_string().contains("restore it"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"", "overwritten");
    }

    #[test]
    fn a_check_value_tells_secrets_apart() {
        let secret = |byte| Secret::new(vec![byte; 32]).unwrap();
        assert_eq!(secret(1).check_value(), secret(1).check_value());
        assert_ne!(secret(1).check_value(), secret(2).check_value());
        assert_eq!(secret(1).check_value().len(), 16);
    }

    #[test]
    fn a_secret_does_not_reach_a_log() {
        let secret = Secret::new(vec![b's'; 32]).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    }
}
