//! `manifest.json`: which packs are current, beside the packs.
//!
//! # Invariants
//! * It names only packs that are there, and is written after them.
//! * What belongs to a catalogue (its head, deltas to it, overlays on it) stands in the catalogue's entry.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::build::BuiltPack;
use crate::error::TrainerError;
use crate::output::write_whole;

const MANIFEST: &str = "manifest.json";

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

/// Changes the manifest in `folder`; one that is not there yet begins empty.
pub(crate) fn update(
    folder: &Path,
    change: impl FnOnce(&mut Manifest),
) -> Result<PathBuf, TrainerError> {
    let path = folder.join(MANIFEST);
    let mut manifest: Manifest = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| TrainerError::Manifest {
            file: path.clone(),
            reason: error.to_string(),
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Manifest::default(),
        Err(source) => return Err(TrainerError::Read { file: path, source }),
    };
    change(&mut manifest);
    let there = |hash: &str| folder.join(format!("{hash}.pack")).is_file();
    for entry in manifest.entries() {
        entry.deltas.retain(|delta| there(&delta.hash));
        entry.overlays.retain(|overlay| there(&overlay.hash));
        entry.head = entry.head.take().filter(|head| there(&head.hash));
    }
    manifest.knowledge = manifest.knowledge.filter(|entry| there(&entry.hash));
    let mut text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    text.push(b'\n');
    write_whole(&path, &text)?;
    Ok(path)
}

impl Manifest {
    /// Makes `pack` the catalogue of its language, with its head.
    pub(crate) fn set_catalogue(
        &mut self,
        folder: &Path,
        pack: &BuiltPack,
        head: Option<HeadEntry>,
    ) {
        let hash = pack.hash.to_string();
        let there = |entry: &ManifestEntry| folder.join(format!("{}.pack", entry.hash)).is_file();
        self.catalogues.retain(|_, entry| there(entry));
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
        let first = self
            .catalogue
            .take()
            .filter(|first| first.language != pack.language && there(first));
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
}
