//! The shelf: the packs in a folder, verified, and which of them a shop should open.
//!
//! # Invariants
//! * Only packs whose name is the hash of their content are handed out, so that "immutable" is true.
//! * The shelf on offer is always whole: a folder that cannot be read as one leaves the former shelf in force,
//!   as long as its packs can still be read.
//! * The manifest names a catalogue, always.
//! * What holds for one customer (an overlay above layer 0) is neither named nor handed out.
//!
//! `manifest.json` in the folder chooses the catalogues; it has the shape that the API answers with, of which only
//! their hashes are read. Without it, or where it names none, the newest pack of each language is chosen. What belongs to a catalogue (its head,
//! deltas to it, the latest overlay) is found by what the packs themselves say.

mod entry;
mod error;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use serde::Deserialize;

use self::entry::PackFile;
pub use self::entry::{
    DeltaEntry, Entry, HeadEntry, KnowledgeEntry, Manifest, OverlayEntry, Signature, Signed,
};
pub use self::error::ShelfError;

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
        for hash in packs.manifest.hashes() {
            let path = self.folder.join(format!("{hash}.pack"));
            fs::File::open(&path).map_err(|error| ShelfError::file(&path, &error))?;
        }
        Ok(packs)
    }

    /// The file of a pack on offer. May wait for the disk.
    pub fn file(&self, hash: &str) -> Option<PathBuf> {
        let offers = |packs: Arc<Packs>| packs.by_hash.get(hash).is_some_and(PackFile::is_public);
        let known = offers(self.current()) || offers(self.packs());
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
            by_hash.insert(file.hash().to_owned(), file);
        }
        if by_hash.values().all(|file| file.catalogue().is_none()) {
            return Err(ShelfError::Empty {
                folder: folder.to_owned(),
            });
        }
        let listing = folder.join(LISTING);
        let mut manifest = match fs::read(&listing) {
            Ok(bytes) => listed(&listing, &bytes, &by_hash)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => newest(&by_hash),
            Err(error) => return Err(ShelfError::file(&listing, &error)),
        };
        for entry in manifest.entries() {
            entry.attach(by_hash.values());
        }
        Ok(Self { by_hash, manifest })
    }
}

/// The newest catalogue of each language.
fn newest(by_hash: &BTreeMap<String, PackFile>) -> Manifest {
    let mut packs: Vec<_> = by_hash
        .values()
        .filter_map(|pack| Some((pack.modified, pack.catalogue()?)))
        .collect();
    // Of packs of the same instant, the hash decides: any choice is right, as long as it stays.
    packs.sort_by(|(a, x), (b, y)| (a, &x.hash).cmp(&(b, &y.hash)));
    let knowledge = by_hash
        .values()
        .filter_map(|pack| Some((pack.modified, pack.knowledge()?)));
    Manifest {
        knowledge: knowledge
            .max_by(|(a, x), (b, y)| (a, &x.hash).cmp(&(b, &y.hash)))
            .map(|(_, entry)| entry.clone()),
        signed: None,
        catalogue: packs.last().map(|(_, entry)| (*entry).clone()),
        catalogues: packs
            .into_iter()
            .map(|(_, entry)| (entry.language.clone(), entry.clone()))
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
        knowledge: Option<Listed>,
        signed: Option<Signed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        hash: String,
    }
    let listing: Listing = serde_json::from_slice(bytes).map_err(|error| ShelfError::Listing {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let find = |listed: &Listed| {
        let pack = by_hash.get(&listed.hash).and_then(PackFile::catalogue);
        pack.cloned().ok_or_else(|| ShelfError::Listing {
            path: path.to_owned(),
            reason: format!(
                "{}.pack is not in the folder, or no whole catalogue",
                listed.hash
            ),
        })
    };
    let mut manifest = Manifest::default();
    for (language, listed) in &listing.catalogues {
        manifest.catalogues.insert(language.clone(), find(listed)?);
    }
    manifest.catalogue = match &listing.catalogue {
        Some(listed) => Some(find(listed)?),
        None => manifest.catalogues.values().next().cloned(),
    };
    if manifest.catalogue.is_none() {
        // It would take the shop offline. There is a catalogue, or the folder would have been refused.
        manifest = newest(by_hash);
    }
    if let Some(listed) = &listing.knowledge {
        let pack = by_hash.get(&listed.hash).and_then(PackFile::knowledge);
        manifest.knowledge = Some(pack.cloned().ok_or_else(|| ShelfError::Listing {
            path: path.to_owned(),
            reason: format!("{}.pack is not in the folder, or no knowledge", listed.hash),
        })?);
    }
    if let Some(signed) = listing.signed {
        let missing = match signed.hashes() {
            Ok(hashes) => hashes.into_iter().find(|hash| !by_hash.contains_key(hash)),
            Err(_) => Some("the signed manifest".to_owned()),
        };
        if let Some(missing) = missing {
            return Err(ShelfError::Listing {
                path: path.to_owned(),
                reason: format!(
                    "it is signed, and {missing} is not in the folder; sign it with `endcap pack sign`"
                ),
            });
        }
        manifest.signed = Some(signed);
    }
    Ok(manifest)
}
