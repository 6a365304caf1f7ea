//! The shelf: the packs in a folder, verified, and which of them a shop should open.
//!
//! # Invariants
//! * Only packs whose name is the hash of their content are handed out, so that "immutable" is true.
//! * The shelf on offer is always whole: a folder that cannot be read as one leaves the former shelf in force,
//!   as long as its packs can still be read.
//!
//! `manifest.json` in the folder chooses the packs; it has the shape that the API answers with, of which only
//! the hashes are read. Without it the newest pack of each language is chosen.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use endcap::catalogue::Catalogue;
use endcap::pack::{Pack, PackError};
use serde::{Deserialize, Serialize};

/// A folder that was found broken is not read again before this has passed: reading it verifies every new pack.
const RETRY: Duration = Duration::from_secs(1);

const LISTING: &str = "manifest.json";

/// A folder of packs that is read again whenever it changes.
pub struct Shelf {
    folder: PathBuf,
    current: RwLock<Arc<Packs>>,
    reader: Mutex<Reader>,
}

/// The packs of a folder at one time.
#[derive(Debug, Default)]
pub struct Packs {
    by_hash: BTreeMap<String, PackFile>,
    /// What clients should open.
    pub manifest: Manifest,
}

/// The answer of `GET /v1/manifest.json`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Manifest {
    /// The catalogue for a shop that names no language.
    pub catalogue: Option<Entry>,
    /// The catalogue of each language.
    pub catalogues: BTreeMap<String, Entry>,
}

/// One pack in the manifest.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The pack's name: the hash of its content.
    pub hash: String,
    /// Where it is served.
    pub url: String,
    /// Its length.
    pub bytes: u64,
    /// The language of its titles.
    pub language: String,
    /// Products in it, for people.
    #[serde(skip)]
    pub items: usize,
}

#[derive(Clone, Debug)]
struct PackFile {
    entry: Entry,
    modified: SystemTime,
}

struct Reader {
    stamp: Stamp,
    not_before: Option<Instant>,
}

/// Changes whenever a pack comes or goes or the listing is written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    folder: SystemTime,
    listing: Option<(SystemTime, u64)>,
}

impl Shelf {
    /// Reads the folder and verifies every pack in it.
    ///
    /// # Errors
    ///
    /// Every variant of [`ShelfError`].
    pub fn open(folder: &Path) -> Result<Self, ShelfError> {
        let stamp = Stamp::of(folder)?;
        let packs = Packs::read(folder, &Packs::default())?;
        Ok(Self {
            folder: folder.to_owned(),
            current: RwLock::new(Arc::new(packs)),
            reader: Mutex::new(Reader {
                stamp,
                not_before: None,
            }),
        })
    }

    /// The packs on offer, read anew if the folder has changed. May wait for the disk.
    pub fn packs(&self) -> Arc<Packs> {
        // A panic while the lock is held leaves both values whole, so a poisoned lock is as good as any.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if reader
            .not_before
            .is_none_or(|instant| instant <= Instant::now())
            && let Err(error) = self.refresh(&mut reader)
        {
            reader.not_before = Some(Instant::now() + RETRY);
            tracing::warn!(
                code = error.code(),
                "the packs on offer stay as they were: {error}"
            );
        }
        self.current()
    }

    /// The packs on offer, if those in the manifest can be read now. May wait for the disk.
    ///
    /// # Errors
    ///
    /// [`ShelfError::File`] when the folder or a pack is gone or locked since it was read.
    pub fn available(&self) -> Result<Arc<Packs>, ShelfError> {
        let packs = self.packs();
        let manifest = &packs.manifest;
        for entry in manifest
            .catalogue
            .iter()
            .chain(manifest.catalogues.values())
        {
            let path = self.folder.join(format!("{}.pack", entry.hash));
            fs::File::open(&path).map_err(|error| ShelfError::file(&path, &error))?;
        }
        Ok(packs)
    }

    /// The file of a pack on offer. May wait for the disk.
    pub fn file(&self, hash: &str) -> Option<PathBuf> {
        let known = self.current().by_hash.contains_key(hash);
        let known = known || self.packs().by_hash.contains_key(hash);
        known.then(|| self.folder.join(format!("{hash}.pack")))
    }

    fn current(&self) -> Arc<Packs> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }

    fn refresh(&self, reader: &mut Reader) -> Result<(), ShelfError> {
        let stamp = Stamp::of(&self.folder)?;
        if stamp == reader.stamp && reader.not_before.is_none() {
            return Ok(());
        }
        let packs = Packs::read(&self.folder, &self.current())?;
        tracing::info!(
            packs = packs.by_hash.len(),
            "the packs on offer have changed"
        );
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(packs);
        *reader = Reader {
            stamp,
            not_before: None,
        };
        Ok(())
    }
}

impl Stamp {
    fn of(folder: &Path) -> Result<Self, ShelfError> {
        let modified =
            |path: &Path| fs::metadata(path).and_then(|meta| Ok((meta.modified()?, meta.len())));
        let listing = folder.join(LISTING);
        Ok(Self {
            folder: modified(folder)
                .map_err(|error| ShelfError::file(folder, &error))?
                .0,
            listing: modified(&listing).ok(),
        })
    }
}

impl Packs {
    /// Reads the folder; packs that `former` knows are taken over unread, because their content cannot change.
    fn read(folder: &Path, former: &Self) -> Result<Self, ShelfError> {
        let mut by_hash = BTreeMap::new();
        for file in fs::read_dir(folder).map_err(|error| ShelfError::file(folder, &error))? {
            let path = file
                .map_err(|error| ShelfError::file(folder, &error))?
                .path();
            if path.extension().is_none_or(|extension| extension != "pack") {
                continue;
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let file = match former.by_hash.get(name.as_ref()) {
                Some(known) => known.clone(),
                None => PackFile::read(&path, &name)?,
            };
            by_hash.insert(file.entry.hash.clone(), file);
        }
        if by_hash.is_empty() {
            return Err(ShelfError::Empty {
                folder: folder.to_owned(),
            });
        }
        let listing = folder.join(LISTING);
        let manifest = match fs::read(&listing) {
            Ok(bytes) => listed(&listing, &bytes, &by_hash)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => newest(&by_hash),
            Err(error) => return Err(ShelfError::file(&listing, &error)),
        };
        Ok(Self { by_hash, manifest })
    }
}

impl PackFile {
    fn read(path: &Path, name: &str) -> Result<Self, ShelfError> {
        let unsound = |error: PackError| ShelfError::Pack {
            path: path.to_owned(),
            error,
        };
        let file_error = |error: io::Error| ShelfError::file(path, &error);
        let modified = fs::metadata(path)
            .and_then(|meta| meta.modified())
            .map_err(file_error)?;
        let pack = Pack::open(fs::read(path).map_err(file_error)?).map_err(unsound)?;
        let hash = pack.hash().to_string();
        if hash != name {
            return Err(ShelfError::Name {
                path: path.to_owned(),
                expected: hash,
                got: name.to_owned(),
            });
        }
        let bytes = pack.len() as u64;
        let catalogue = Catalogue::open(pack).map_err(unsound)?;
        Ok(Self {
            entry: Entry {
                url: format!("/v1/packs/{hash}.pack"),
                hash,
                bytes,
                language: catalogue.meta().language.clone(),
                items: catalogue.item_count(),
            },
            modified,
        })
    }
}

fn newest(by_hash: &BTreeMap<String, PackFile>) -> Manifest {
    let mut packs: Vec<_> = by_hash.values().collect();
    // Of packs of the same instant, the hash decides: any choice is right, as long as it stays.
    packs.sort_by(|a, b| (a.modified, &a.entry.hash).cmp(&(b.modified, &b.entry.hash)));
    let entries = packs.iter().map(|pack| pack.entry.clone());
    Manifest {
        catalogue: packs.last().map(|pack| pack.entry.clone()),
        catalogues: entries
            .map(|entry| (entry.language.clone(), entry))
            .collect(),
    }
}

fn listed(
    path: &Path,
    bytes: &[u8],
    by_hash: &BTreeMap<String, PackFile>,
) -> Result<Manifest, ShelfError> {
    #[derive(Deserialize)]
    struct Listing {
        catalogue: Option<Listed>,
        #[serde(default)]
        catalogues: BTreeMap<String, Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        hash: String,
    }
    let listing: Listing = serde_json::from_slice(bytes).map_err(|error| ShelfError::Listing {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let find = |listed: &Listed| match by_hash.get(&listed.hash) {
        Some(pack) => Ok(pack.entry.clone()),
        None => Err(ShelfError::Listing {
            path: path.to_owned(),
            reason: format!("{}.pack is not in the folder", listed.hash),
        }),
    };
    let mut manifest = Manifest::default();
    for (language, listed) in &listing.catalogues {
        manifest.catalogues.insert(language.clone(), find(listed)?);
    }
    manifest.catalogue = match &listing.catalogue {
        Some(listed) => Some(find(listed)?),
        None => manifest.catalogues.values().next().cloned(),
    };
    Ok(manifest)
}

/// Why a folder of packs cannot be offered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShelfError {
    /// There is no pack in it.
    #[error("there is no pack in {folder}: build one with `endcap pack build FEED --out {folder}`", folder = .folder.display())]
    Empty {
        /// The folder.
        folder: PathBuf,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read ({reason}): check the path and its permissions", path = .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A file is no sound pack.
    #[error("{path} is refused: {error}", path = .path.display())]
    Pack {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: PackError,
    },
    /// A pack has another name than its content.
    #[error("{path} is refused: its content has the hash {expected}, its name says {got}: rename it to {expected}.pack or build it again", path = .path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The hash of its content.
        expected: String,
        /// Its name.
        got: String,
    },
    /// The list of packs makes no sense.
    #[error("{path} is refused ({reason}): write it anew with `endcap pack build`, or delete it to offer the newest pack of each language", path = .path.display())]
    Listing {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl ShelfError {
    fn file(path: &Path, error: &io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }

    /// Stable identifier; appended to, never changed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "packs/empty",
            Self::File { .. } => "packs/file",
            Self::Pack { error, .. } => error.code(),
            Self::Name { .. } => "packs/name",
            Self::Listing { .. } => "packs/listing",
        }
    }
}
