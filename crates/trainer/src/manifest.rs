//! `manifest.json`: which packs are current, beside the packs.
//!
//! # Invariants
//! * It names only packs that are there, and is written after them.
//! * It names a catalogue, or is not written: a manifest that opens nothing takes a shop offline.
//! * It is only ever added to or replaced entry by entry, under a lock, so that no writer undoes another's.
//! * What belongs to a catalogue (its head, deltas to it, overlays on it) stands in the catalogue's entry.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::build::BuiltPack;
use crate::error::TrainerError;
use crate::found::found;
use crate::output::{readable_as, write_whole};

pub(crate) const MANIFEST: &str = "manifest.json";

/// Held by whoever publishes into the folder.
const LOCK: &str = "manifest.lock";

/// `manifest.json`: which pack is current.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The pack for a shop that names no language: the first language that was built here.
    pub catalogue: Option<ManifestEntry>,
    /// The pack of each language.
    #[serde(default)]
    pub catalogues: BTreeMap<String, ManifestEntry>,
    /// What logs teach, for all languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knowledge: Option<KnowledgeEntry>,
    /// What other versions and tools keep here.
    #[serde(flatten)]
    pub others: BTreeMap<String, serde_json::Value>,
}

/// One catalogue in the manifest.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct ManifestEntry {
    /// Its name.
    pub hash: String,
    /// Where the server offers it.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// Its language.
    pub language: String,
    /// What to begin with while the whole is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<HeadEntry>,
    /// What makes it of former packs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deltas: Vec<DeltaEntry>,
    /// What lies over it, for everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<OverlayEntry>,
}

/// The head of a catalogue in the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct HeadEntry {
    /// Its name.
    pub hash: String,
    /// Where the server offers it.
    pub url: String,
    /// Its size.
    pub bytes: u64,
}

/// The knowledge pack in the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct KnowledgeEntry {
    /// Its name.
    pub hash: String,
    /// Where the server offers it.
    pub url: String,
    /// Its size.
    pub bytes: u64,
}

/// A delta in the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct DeltaEntry {
    /// The pack that it begins with.
    pub from: String,
    /// Its name.
    pub hash: String,
    /// Where the server offers it.
    pub url: String,
    /// Its size.
    pub bytes: u64,
}

/// An overlay in the manifest.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct OverlayEntry {
    /// Its name.
    pub hash: String,
    /// Where the server offers it.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    /// Its layer.
    pub layer: u8,
    /// Grows from overlay to overlay of a layer.
    pub sequence: u64,
}

/// Where the server offers the pack with this name.
pub(crate) fn url(hash: &str) -> String {
    format!("/v1/packs/{hash}.pack")
}

/// Changes the manifest in `folder`, for what is no pack: signatures, and what other tools keep in it.
///
/// # Errors
///
/// * [`TrainerError::Manifest`] if there is a manifest that cannot be read.
/// * [`TrainerError::MissingPack`] if it names a pack that is not there.
/// * [`TrainerError::Write`] if it cannot be written.
pub fn edit_manifest(
    folder: &Path,
    change: impl FnOnce(&mut Manifest),
) -> Result<(), TrainerError> {
    let change = |manifest: &mut Manifest| {
        change(manifest);
        Ok(())
    };
    publish(folder, change, || Ok(())).map(drop)
}

/// Publishes into `folder`: `write` writes packs, whose entries `change` puts into the manifest. A folder without a manifest
/// begins with what its packs say of themselves. Returns the manifest's path; none where there is no catalogue to name.
///
/// All or nothing: the manifest is checked before a pack is written, and written after them. Waits for others who publish there.
///
/// # Errors
///
/// * [`TrainerError::Manifest`] if there is a manifest that cannot be read.
/// * [`TrainerError::MissingPack`] if the new manifest names a pack that is not there.
/// * Those of `change`, before anything is written.
/// * Those of `write`, and [`TrainerError::Write`].
pub(crate) fn publish<T>(
    folder: &Path,
    change: impl FnOnce(&mut Manifest) -> Result<(), TrainerError>,
    write: impl FnOnce() -> Result<T, TrainerError>,
) -> Result<(T, Option<PathBuf>), TrainerError> {
    fs::create_dir_all(folder).map_err(TrainerError::write(folder))?;
    let lock = folder.join(LOCK);
    let locked = File::create(&lock).and_then(|file| {
        // Whoever may write into the folder may publish; of other owners' locks the mode cannot be changed.
        let _ = readable_as(&file, folder);
        file.lock().map(|()| file)
    });
    let locked = locked.map_err(TrainerError::write(&lock))?;

    let path = folder.join(MANIFEST);
    let mut manifest = read(folder, &path)?;
    let known = manifest.clone();
    change(&mut manifest)?;
    let lost = |hash: &str, bytes: u64| {
        let pack = folder.join(format!("{hash}.pack"));
        !fs::metadata(pack).is_ok_and(|meta| meta.is_file() && meta.len() == bytes)
    };
    // Only shortcuts: a page without them loads more.
    for entry in manifest.entries() {
        let there = |hash: &str, bytes| !known.names(hash) || !lost(hash, bytes);
        entry.deltas.retain(|delta| there(&delta.hash, delta.bytes));
        let head = entry.head.take();
        entry.head = head.filter(|head| there(&head.hash, head.bytes));
    }
    let missing = |manifest: &Manifest, is_written: bool| {
        let mut named = manifest
            .needed()
            .filter(|(hash, _)| is_written || known.names(hash));
        let lost = named.find(|(hash, bytes)| lost(hash, *bytes));
        lost.map_or(Ok(()), |(hash, _)| {
            Err(TrainerError::MissingPack {
                manifest: path.clone(),
                pack: format!("{hash}.pack"),
            })
        })
    };
    missing(&manifest, false)?;
    let written = write()?;
    missing(&manifest, true)?;
    if manifest.catalogue.is_none() {
        return Ok((written, None));
    }
    let mut text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    text.push(b'\n');
    write_whole(&path, &text)?;
    drop(locked);
    Ok((written, Some(path)))
}

/// The manifest, or what stands for it where there is none yet, or one that an earlier version has written without a catalogue.
fn read(folder: &Path, path: &Path) -> Result<Manifest, TrainerError> {
    let manifest: Manifest = match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| TrainerError::Manifest {
            file: path.to_owned(),
            reason: error.to_string(),
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Manifest::default(),
        Err(error) => return Err(TrainerError::read(path)(error)),
    };
    if manifest.catalogue.is_some() || !manifest.catalogues.is_empty() {
        return Ok(manifest);
    }
    let found = found(folder)?;
    Ok(Manifest {
        knowledge: manifest.knowledge.or(found.knowledge),
        others: manifest.others,
        ..found
    })
}

impl Manifest {
    /// Makes `pack` the catalogue of its language, with its head.
    pub(crate) fn set_catalogue(&mut self, pack: &BuiltPack, head: Option<HeadEntry>) {
        let hash = pack.hash.to_string();
        // Built once more, it is the same pack, with what belongs to it.
        let known = self.catalogues.remove(&pack.language);
        let known = known.filter(|known| known.hash == hash);
        let entry = ManifestEntry {
            url: url(&hash),
            hash,
            bytes: pack.bytes.len() as u64,
            language: pack.language.clone(),
            head,
            ..known.unwrap_or_default()
        };
        self.catalogues.insert(pack.language.clone(), entry.clone());
        let first = self.catalogue.take();
        let first = first.filter(|first| first.language != pack.language);
        self.catalogue = Some(first.unwrap_or(entry));
    }

    /// The entries of the catalogue called `hash`; of every catalogue without a name.
    pub(crate) fn entries_of(
        &mut self,
        hash: Option<&str>,
    ) -> impl Iterator<Item = &mut ManifestEntry> {
        self.entries()
            .filter(move |entry| hash.is_none_or(|hash| entry.hash == hash))
    }

    fn entries(&mut self) -> impl Iterator<Item = &mut ManifestEntry> {
        self.catalogue
            .iter_mut()
            .chain(self.catalogues.values_mut())
    }
    /// What a page cannot do without, by hash and size.
    fn needed(&self) -> impl Iterator<Item = (&str, u64)> {
        let catalogues = self.catalogue.iter().chain(self.catalogues.values());
        let catalogues = catalogues.flat_map(|entry| {
            let overlays = entry.overlays.iter();
            let overlays = overlays.map(|overlay| (overlay.hash.as_str(), overlay.bytes));
            std::iter::once((entry.hash.as_str(), entry.bytes)).chain(overlays)
        });
        let knowledge = self.knowledge.iter();
        catalogues.chain(knowledge.map(|entry| (entry.hash.as_str(), entry.bytes)))
    }

    /// Whether it names this pack.
    fn names(&self, hash: &str) -> bool {
        let catalogues = self.catalogue.iter().chain(self.catalogues.values());
        let mut shortcuts = catalogues.flat_map(|entry| {
            let deltas = entry.deltas.iter().map(|delta| &delta.hash);
            entry.head.iter().map(|head| &head.hash).chain(deltas)
        });
        shortcuts.any(|known| known == hash) || self.needed().any(|(known, _)| known == hash)
    }
}

#[cfg(test)]
mod tests {
    use endcap::catalogue::{CatalogueBuilder, CatalogueMeta, Product};
    use endcap::knowledge::KnowledgeSource;

    use super::*;
    use crate::build::built;
    use crate::output::{Publishing, write, write_knowledge};

    fn catalogue(language: &str, title: &str) -> BuiltPack {
        let mut builder = CatalogueBuilder::new(CatalogueMeta {
            name: "Test".to_owned(),
            language: language.to_owned(),
            currency: "EUR".to_owned(),
            synthetic: true,
        });
        let product = Product {
            id: "1".to_owned(),
            title: title.to_owned(),
            ..Product::default()
        };
        builder.push(product).unwrap();
        built(builder.finish().unwrap(), language.to_owned()).unwrap()
    }

    fn knowledge() -> BuiltPack {
        built(KnowledgeSource::default().build().unwrap(), String::new()).unwrap()
    }

    fn publish_catalogue(folder: &Path, pack: &BuiltPack) -> Result<(), TrainerError> {
        write(pack, folder, Publishing::default(), &mut |_| {}).map(drop)
    }

    fn listed(folder: &Path) -> Option<Manifest> {
        let bytes = fs::read(folder.join(MANIFEST)).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    #[test]
    fn a_folder_without_a_manifest_keeps_its_catalogues() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for language in ["de", "en"] {
            publish_catalogue(folder, &catalogue(language, "Hahn")).unwrap();
        }
        let before = listed(folder).unwrap();
        // Also what an earlier version has written in this case: a manifest that opens nothing.
        for left in [
            None,
            Some("{\"catalogue\":null,\"catalogues\":{},\"desk\":7}"),
        ] {
            fs::remove_file(folder.join(MANIFEST)).unwrap();
            if let Some(left) = left {
                fs::write(folder.join(MANIFEST), left).unwrap();
            }
            let how = Publishing::default();
            let written = write_knowledge(&knowledge(), folder, how, &mut |_| {}).unwrap();
            assert!(written.manifest.is_some());
            let manifest = listed(folder).unwrap();
            assert_eq!(manifest.catalogues, before.catalogues);
            assert!(manifest.catalogue.is_some() && manifest.knowledge.is_some());
            assert_eq!(manifest.others.contains_key("desk"), left.is_some());
        }
    }

    #[test]
    fn a_manifest_that_opens_nothing_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let how = Publishing::default();
        let written = write_knowledge(&knowledge(), folder.path(), how, &mut |_| {}).unwrap();
        assert_eq!((written.manifest, listed(folder.path())), (None, None));
        // The catalogue that comes later takes it in.
        publish_catalogue(folder.path(), &catalogue("de", "Hahn")).unwrap();
        assert!(listed(folder.path()).unwrap().knowledge.is_some());
    }

    #[test]
    fn writers_at_the_same_time_lose_nothing() {
        const WRITERS: usize = 8;
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let folder = folder.path();
                scope.spawn(move || {
                    let language = format!("x{writer}");
                    publish_catalogue(folder, &catalogue(&language, "Hahn")).unwrap();
                });
            }
        });
        assert_eq!(listed(folder.path()).unwrap().catalogues.len(), WRITERS);
    }

    #[test]
    fn what_would_offer_less_than_was_there_is_refused_whole() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (german, english) = (catalogue("de", "Hahn"), catalogue("en", "Tap"));
        publish_catalogue(folder, &german).unwrap();
        publish_catalogue(folder, &english).unwrap();
        let before = listed(folder);
        let path = folder.join(format!("{}.pack", german.hash));
        for cut in [Some(german.bytes.len() - 1), None] {
            match cut {
                Some(length) => fs::write(&path, &german.bytes[..length]).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let newer = catalogue("en", "Taps");
            let error = publish_catalogue(folder, &newer).unwrap_err();
            assert_eq!(error.code(), "pack/missing");
            assert_eq!(listed(folder), before);
            assert!(!folder.join(format!("{}.pack", newer.hash)).exists());
        }
        // Built again, it takes the place of what is gone.
        publish_catalogue(folder, &catalogue("de", "Hähne")).unwrap();
        publish_catalogue(folder, &catalogue("en", "Taps")).unwrap();
    }
}
