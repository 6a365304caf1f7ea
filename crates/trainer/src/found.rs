//! A folder of packs → the manifest that they would have: for a folder that has none yet.
//!
//! Chosen is what the server chooses by itself: the newest catalogue of each language, the newest knowledge, and what
//! belongs to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use endcap::catalogue::{Catalogue, Overlay};
use endcap::pack::{Pack, PackHash, PackKind, delta_ends};

use crate::error::TrainerError;
use crate::manifest::{
    DeltaEntry, HeadEntry, KnowledgeEntry, Manifest, ManifestEntry, OverlayEntry, url,
};

/// By this the newest of several packs is chosen; of one instant the hash decides.
type Age = (SystemTime, String);

/// What belongs to a catalogue.
#[derive(Default)]
struct Parts {
    heads: Vec<(PackHash, HeadEntry)>,
    deltas: Vec<(PackHash, DeltaEntry)>,
    overlays: Vec<(Option<PackHash>, OverlayEntry)>,
}

/// What the packs in `folder` say of themselves. What is no sound pack is passed over.
///
/// # Errors
///
/// [`TrainerError::Read`] if the folder or a pack cannot be read.
pub(crate) fn found(folder: &Path) -> Result<Manifest, TrainerError> {
    let mut catalogues: BTreeMap<String, (Age, ManifestEntry)> = BTreeMap::new();
    let mut knowledge: Option<(Age, KnowledgeEntry)> = None;
    let mut parts = Parts::default();
    for file in fs::read_dir(folder).map_err(TrainerError::read(folder))? {
        let path = file.map_err(TrainerError::read(folder))?.path();
        if path.extension().is_none_or(|extension| extension != "pack") {
            continue;
        }
        let bytes = fs::read(&path).map_err(TrainerError::read(&path))?;
        let modified = fs::metadata(&path).and_then(|meta| meta.modified());
        let modified = modified.map_err(TrainerError::read(&path))?;
        let Ok(pack) = Pack::open(bytes) else {
            continue;
        };
        let hash = pack.hash().to_string();
        if path.file_stem().is_none_or(|name| name != hash.as_str()) {
            continue;
        }
        let (bytes, age) = (pack.len() as u64, (modified, hash.clone()));
        match pack.kind() {
            PackKind::Knowledge => {
                if knowledge.as_ref().is_none_or(|(known, _)| *known < age) {
                    let url = url(&hash);
                    knowledge = Some((age, KnowledgeEntry { hash, url, bytes }));
                }
            }
            PackKind::Catalogue => {
                let Ok(catalogue) = Catalogue::open(pack) else {
                    continue;
                };
                if let Some(whole) = catalogue.whole() {
                    let url = url(&hash);
                    parts.heads.push((whole, HeadEntry { hash, url, bytes }));
                    continue;
                }
                let language = catalogue.meta().language.clone();
                let known = catalogues.get(&language);
                if known.is_none_or(|(known, _)| *known < age) {
                    let entry = ManifestEntry {
                        url: url(&hash),
                        hash,
                        bytes,
                        language: language.clone(),
                        ..ManifestEntry::default()
                    };
                    catalogues.insert(language, (age, entry));
                }
            }
            _ => parts.take(pack, hash, bytes),
        }
    }
    let newest = catalogues.values().max_by(|(a, _), (b, _)| a.cmp(b));
    let newest = newest.map(|(_, entry)| entry.hash.clone());
    let mut manifest = Manifest {
        knowledge: knowledge.map(|(_, entry)| entry),
        ..Manifest::default()
    };
    for (language, (_, mut entry)) in catalogues {
        parts.attach(&mut entry);
        if newest.as_ref() == Some(&entry.hash) {
            manifest.catalogue = Some(entry.clone());
        }
        manifest.catalogues.insert(language, entry);
    }
    Ok(manifest)
}

impl Parts {
    fn take(&mut self, pack: Pack, hash: String, bytes: u64) {
        let url = url(&hash);
        if pack.kind() == PackKind::Delta {
            if let Ok((from, to)) = delta_ends(pack) {
                let from = from.to_string();
                let entry = DeltaEntry {
                    from,
                    hash,
                    url,
                    bytes,
                };
                self.deltas.push((to, entry));
            }
        } else if let Ok(overlay) = Overlay::open(pack)
            && overlay.meta().layer == 0
        {
            let entry = OverlayEntry {
                hash,
                url,
                bytes,
                layer: 0,
                sequence: overlay.meta().sequence,
            };
            self.overlays.push((overlay.meta().base, entry));
        }
    }

    fn attach(&self, entry: &mut ManifestEntry) {
        let is = |hash: &PackHash| hash.to_string() == entry.hash;
        let head = self.heads.iter().filter(|(whole, _)| is(whole));
        entry.head = head
            .map(|(_, head)| head.clone())
            .max_by(|a, b| a.hash.cmp(&b.hash));
        let deltas = self.deltas.iter().filter(|(to, _)| is(to));
        let mut deltas: Vec<_> = deltas.map(|(_, delta)| delta.clone()).collect();
        deltas.sort_by(|a, b| (&a.from, &a.hash).cmp(&(&b.from, &b.hash)));
        let overlays = self.overlays.iter();
        let overlays = overlays.filter(|(base, _)| base.as_ref().is_none_or(is));
        let latest = overlays.max_by_key(|(_, overlay)| overlay.sequence);
        entry.overlays = latest
            .map(|(_, overlay)| overlay.clone())
            .into_iter()
            .collect();
        entry.deltas = deltas;
    }
}
