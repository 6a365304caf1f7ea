//! What a pack says of itself, and what the manifest says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use endcap::catalogue::{Catalogue, Overlay};
use endcap::knowledge::Knowledge;
use endcap::pack::{Pack, PackError, PackKind, delta_ends};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ShelfError;

/// The answer of `GET /v1/manifest.json`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Manifest {
    /// The catalogue for a shop that names no language.
    pub catalogue: Option<Entry>,
    /// The catalogue of each language.
    pub catalogues: BTreeMap<String, Entry>,
    /// What logs teach, for all languages.
    pub knowledge: Option<KnowledgeEntry>,
    /// What the shop has signed: the text of a manifest that names every pack by its SHA-256. Passed on as it is, because the
    /// keys are none of the server's business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

/// A manifest's text with its signatures.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Signed {
    /// The text, to the byte.
    pub manifest: String,
    /// Each with its key.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Signature {
    /// The public key.
    pub key: String,
    /// 64 bytes as base64url.
    pub signature: String,
}

impl Signed {
    /// The names of the packs in the text.
    pub(super) fn hashes(&self) -> Result<BTreeSet<String>, serde_json::Error> {
        let mut hashes = BTreeSet::new();
        collect(&serde_json::from_str(&self.manifest)?, &mut hashes);
        Ok(hashes)
    }
}

/// Whatever has a `url` is a pack; the depth of JSON is bounded by its reader.
fn collect(value: &Value, hashes: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let hash = fields.get("hash").and_then(Value::as_str);
            if fields.contains_key("url") {
                hashes.extend(hash.map(str::to_owned));
            }
            fields.values().for_each(|value| collect(value, hashes));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, hashes)),
        _ => {}
    }
}

/// The knowledge pack in the manifest.
#[derive(Clone, Debug, Serialize)]
pub struct KnowledgeEntry {
    /// The pack's name: the hash of its content.
    pub hash: String,
    /// Where it is served.
    pub url: String,
    /// Its length.
    pub bytes: u64,
    /// Queries in it, for people.
    #[serde(skip)]
    pub queries: usize,
}

/// One catalogue in the manifest.
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
    /// What to begin with while the whole is on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<HeadEntry>,
    /// What makes it of former packs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deltas: Vec<DeltaEntry>,
    /// What lies over it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<OverlayEntry>,
    /// Products in it, for people.
    #[serde(skip)]
    pub items: usize,
}

/// The head of a catalogue.
#[derive(Clone, Debug, Serialize)]
pub struct HeadEntry {
    /// Its name.
    pub hash: String,
    /// Where it is served.
    pub url: String,
    /// Its length.
    pub bytes: u64,
    #[serde(skip)]
    whole: String,
}

/// What makes one pack of another.
#[derive(Clone, Debug, Serialize)]
pub struct DeltaEntry {
    /// The pack that it begins with.
    pub from: String,
    /// Its name.
    pub hash: String,
    /// Where it is served.
    pub url: String,
    /// Its length.
    pub bytes: u64,
    #[serde(skip)]
    to: String,
}

/// Prices, stock and visibility.
#[derive(Clone, Debug, Serialize)]
pub struct OverlayEntry {
    /// Its name.
    pub hash: String,
    /// Where it is served.
    pub url: String,
    /// Its length.
    pub bytes: u64,
    /// Its layer.
    pub layer: u8,
    /// Grows from overlay to overlay of a layer.
    pub sequence: u64,
    /// The catalogue that it was made for; none: any.
    #[serde(skip)]
    base: Option<String>,
}

impl Manifest {
    pub(super) fn entries(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.catalogue
            .iter_mut()
            .chain(self.catalogues.values_mut())
    }

    /// Names of all packs in it.
    pub(super) fn hashes(&self) -> impl Iterator<Item = &str> {
        let entries = self.catalogue.iter().chain(self.catalogues.values());
        let knowledge = self.knowledge.iter().map(|entry| entry.hash.as_str());
        let of_catalogues = entries.flat_map(|entry| {
            let head = entry.head.iter().map(|head| &head.hash);
            let deltas = entry.deltas.iter().map(|delta| &delta.hash);
            let overlays = entry.overlays.iter().map(|overlay| &overlay.hash);
            let all = head.chain(deltas).chain(overlays).map(String::as_str);
            all.chain([entry.hash.as_str()])
        });
        of_catalogues.chain(knowledge)
    }
}

impl Entry {
    /// Names what belongs to this catalogue.
    pub(super) fn attach<'a>(&mut self, packs: impl Iterator<Item = &'a PackFile> + Clone) {
        let kinds = packs.clone().map(|pack| &pack.holds);
        // Of several heads the latest was made with the latest wish for its size.
        let heads = packs.filter_map(|pack| match &pack.holds {
            Holds::Head(head) if head.whole == self.hash => Some((pack.modified, head)),
            _ => None,
        });
        self.head = heads
            .max_by(|(a, x), (b, y)| (a, &x.hash).cmp(&(b, &y.hash)))
            .map(|(_, head)| head.clone());
        self.deltas = kinds
            .clone()
            .filter_map(|holds| match holds {
                Holds::Delta(delta) if delta.to == self.hash => Some(delta.clone()),
                _ => None,
            })
            .collect();
        let overlays = kinds.filter_map(|holds| match holds {
            Holds::Overlay(overlay) => Some(overlay),
            _ => None,
        });
        self.overlays = overlays
            .filter(|overlay| overlay.layer == 0)
            .filter(|overlay| overlay.base.as_ref().is_none_or(|base| *base == self.hash))
            .max_by_key(|overlay| (overlay.sequence, &overlay.hash))
            .cloned()
            .into_iter()
            .collect();
    }
}

/// A file in the folder.
#[derive(Clone, Debug)]
pub(super) struct PackFile {
    holds: Holds,
    pub(super) modified: SystemTime,
}

#[derive(Clone, Debug)]
enum Holds {
    Catalogue(Entry),
    Head(HeadEntry),
    Overlay(OverlayEntry),
    Delta(DeltaEntry),
    Knowledge(KnowledgeEntry),
}

impl PackFile {
    pub(super) fn read(path: &Path, name: &str) -> Result<Self, ShelfError> {
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
        let holds = Holds::read(pack, hash).map_err(unsound)?;
        Ok(Self { holds, modified })
    }

    /// Its name.
    pub(super) fn hash(&self) -> &str {
        match &self.holds {
            Holds::Catalogue(entry) => &entry.hash,
            Holds::Head(entry) => &entry.hash,
            Holds::Overlay(entry) => &entry.hash,
            Holds::Delta(entry) => &entry.hash,
            Holds::Knowledge(entry) => &entry.hash,
        }
    }

    /// The catalogue in it, if it holds a whole one.
    pub(super) fn catalogue(&self) -> Option<&Entry> {
        match &self.holds {
            Holds::Catalogue(entry) => Some(entry),
            _ => None,
        }
    }

    /// The knowledge in it.
    pub(super) fn knowledge(&self) -> Option<&KnowledgeEntry> {
        match &self.holds {
            Holds::Knowledge(entry) => Some(entry),
            _ => None,
        }
    }

    /// Whether anybody may have it.
    pub(super) fn is_public(&self) -> bool {
        !matches!(&self.holds, Holds::Overlay(overlay) if overlay.layer > 0)
    }
}

impl Holds {
    fn read(pack: Pack, hash: String) -> Result<Self, PackError> {
        let bytes = pack.len() as u64;
        let url = format!("/v1/packs/{hash}.pack");
        Ok(match pack.kind() {
            PackKind::Overlay => {
                let overlay = Overlay::open(pack)?;
                let meta = overlay.meta();
                Self::Overlay(OverlayEntry {
                    hash,
                    url,
                    bytes,
                    layer: meta.layer,
                    sequence: meta.sequence,
                    base: meta.base.map(|base| base.to_string()),
                })
            }
            PackKind::Knowledge => Self::Knowledge(KnowledgeEntry {
                hash,
                url,
                bytes,
                queries: Knowledge::open(pack)?.query_count(),
            }),
            PackKind::Delta => {
                let (from, to) = delta_ends(pack)?;
                Self::Delta(DeltaEntry {
                    from: from.to_string(),
                    hash,
                    url,
                    bytes,
                    to: to.to_string(),
                })
            }
            _ => {
                let catalogue = Catalogue::open(pack)?;
                match catalogue.whole() {
                    Some(whole) => Self::Head(HeadEntry {
                        hash,
                        url,
                        bytes,
                        whole: whole.to_string(),
                    }),
                    None => Self::Catalogue(Entry {
                        hash,
                        url,
                        bytes,
                        language: catalogue.meta().language.clone(),
                        head: None,
                        deltas: Vec::new(),
                        overlays: Vec::new(),
                        items: catalogue.item_count(),
                    }),
                }
            }
        })
    }
}
