//! The catalogues that queries are tried on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use endcap::catalogue::{Catalogue, FacetIdx};
use endcap::key::Key;
use endcap::knowledge::{Knowledge, KnowledgeSource, Synonym};
use endcap::pack::{Pack, PackKind};
use endcap::{Engine, SearchQuery, Text, Tier, Timestamp};

use crate::error::TrainerError;
use crate::manifest::Manifest;

/// Between the keys of a category path, as some logs write it.
const KEY_SEPARATOR: char = '/';

/// One engine per language, without a shopper.
pub(crate) struct Catalogues {
    engines: BTreeMap<String, Engine>,
}

/// How a query is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// One bit per language in which all words are found as they are written.
    pub(crate) languages: u32,
    /// Whether it is an article number somewhere.
    pub(crate) is_number: bool,
}

impl Catalogues {
    /// Opens packs, and of folders the packs that their manifest names, or else all.
    ///
    /// # Errors
    ///
    /// * [`TrainerError::Read`] if a file cannot be read.
    /// * [`TrainerError::Manifest`] if a folder's manifest makes no sense.
    /// * [`TrainerError::Catalogue`] if a pack is not sound, or no catalogue is there.
    pub(crate) fn open(paths: &[PathBuf]) -> Result<Self, TrainerError> {
        let mut engines = BTreeMap::new();
        for path in paths {
            let files = if path.is_dir() {
                packs_in(path)?
            } else {
                vec![path.clone()]
            };
            for file in files {
                let bytes = fs::read(&file).map_err(TrainerError::read(&file))?;
                let unsound = |error: endcap::pack::PackError| TrainerError::Catalogue {
                    code: error.code(),
                    message: format!("{}: {error}", file.display()),
                };
                let pack = Pack::open(bytes).map_err(unsound)?;
                if path.is_dir() && pack.kind() != PackKind::Catalogue {
                    continue;
                }
                let catalogue = Catalogue::open(pack).map_err(unsound)?;
                let language = catalogue.meta().language.clone();
                engines.insert(language, Engine::with_catalogue(catalogue, 0));
            }
        }
        if engines.is_empty() && !paths.is_empty() {
            return Err(TrainerError::Setting(format!(
                "there is no catalogue pack in {}",
                paths[0].display()
            )));
        }
        Ok(Self { engines })
    }

    /// Lets queries be found by their other names, too.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Catalogue`] if the synonyms do not fit the format.
    pub(crate) fn attach(&mut self, synonyms: &[Synonym]) -> Result<(), TrainerError> {
        if synonyms.is_empty() {
            return Ok(());
        }
        let unfit = |code: &'static str, message: String| TrainerError::Catalogue { code, message };
        let source = KnowledgeSource {
            synonyms: synonyms.to_vec(),
            ..KnowledgeSource::default()
        };
        let bytes = source.build();
        let bytes = bytes.map_err(|error| unfit(error.code(), error.to_string()))?;
        let knowledge = Pack::open(bytes).and_then(Knowledge::open);
        let knowledge = knowledge.map_err(|error| unfit(error.code(), error.to_string()))?;
        for engine in self.engines.values_mut() {
            engine.attach_knowledge(knowledge.clone());
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.engines.is_empty()
    }

    /// The name of the first catalogue, and whether it is synthetic.
    pub(crate) fn name(&self) -> (String, bool) {
        let first = self.catalogues().next();
        first.map_or((String::new(), false), |catalogue| {
            (catalogue.meta().name.clone(), catalogue.meta().synthetic)
        })
    }

    /// In the order of the bits of [`Found::languages`].
    pub(crate) fn languages(&self) -> Vec<String> {
        self.engines.keys().cloned().collect()
    }

    /// Tries a query. Without a catalogue every query is taken to be found.
    pub(crate) fn find(&mut self, query: &str) -> Found {
        let mut found = Found {
            languages: if self.is_empty() { u32::MAX } else { 0 },
            is_number: false,
        };
        let query = SearchQuery {
            text: Text(query.to_owned()),
            limit: Some(1),
            ..SearchQuery::default()
        };
        for (bit, engine) in self.engines.values_mut().enumerate() {
            let result = engine.search(&query, Timestamp(0));
            let Some(best) = result.hits.first() else {
                continue;
            };
            found.is_number |= best.tier == Tier::Number;
            if best.tier <= Tier::Prefix && result.relaxed.is_empty() && bit < 32 {
                found.languages |= 1 << bit;
            }
        }
        found
    }

    /// All engines.
    pub(crate) fn engines(&mut self) -> impl Iterator<Item = &mut Engine> {
        self.engines.values_mut()
    }

    /// The engine of the first language in which the query finds something.
    pub(crate) fn engine_for(&mut self, query: &str) -> Option<&mut Engine> {
        let languages = self.find(query).languages;
        let all = self.engines.len() as u32;
        let at = languages.trailing_zeros();
        self.engines
            .values_mut()
            .nth(if at < all { at as usize } else { 0 })
    }

    /// Whether a catalogue has the item; without a catalogue all are taken to be there.
    pub(crate) fn has_item(&self, id: &str) -> bool {
        self.is_empty()
            || self
                .catalogues()
                .any(|catalogue| catalogue.item(id).is_some())
    }

    /// Keys of department, category and brand of an item, as far as a catalogue knows them.
    pub(crate) fn kinds_of(&self, id: &str) -> [Option<Key>; 3] {
        let mut kinds = [None; 3];
        let found = self
            .catalogues()
            .find_map(|catalogue| Some((catalogue, catalogue.item(id)?)));
        let Some((catalogue, item)) = found else {
            return kinds;
        };
        for value in catalogue.item_values(item) {
            let key = |value| Some(catalogue.value_key(value));
            match catalogue.facet_of(value) {
                FacetIdx::CATEGORY => {
                    kinds[0] = catalogue.ancestors(value).last().and_then(key);
                    kinds[1] = key(value);
                }
                FacetIdx::BRAND => kinds[2] = key(value),
                _ => {}
            }
        }
        kinds
    }

    /// Whether a catalogue has the facet, or it is one that every catalogue has.
    pub(crate) fn has_facet(&self, key: &str) -> bool {
        let common = matches!(key, "category" | "brand" | "price");
        let known = |catalogue: &Catalogue| catalogue.facet(key).is_some();
        common || self.is_empty() || self.catalogues().any(known)
    }

    /// The key of a category, from its path of labels or of keys.
    pub(crate) fn category(&self, path: &str) -> Option<Key> {
        let named = self.catalogues().find_map(|catalogue| {
            let value = catalogue.value(FacetIdx::CATEGORY, path)?;
            Some(catalogue.value_key(value))
        });
        named
            .or_else(|| {
                let parts: Vec<&str> = path.split(KEY_SEPARATOR).map(str::trim).collect();
                let key = Key::category(&parts);
                let known = |catalogue: &Catalogue| catalogue.value_by_key(key).is_some();
                self.catalogues().any(known).then_some(key)
            })
            .or_else(|| {
                let parts: Vec<&str> = path.split(" > ").collect();
                self.is_empty().then(|| Key::category(&parts))
            })
    }

    /// The key of a brand.
    pub(crate) fn brand(&self, name: &str) -> Option<Key> {
        let key = Key::brand(name);
        let known = |catalogue: &Catalogue| catalogue.value_by_key(key).is_some();
        (self.is_empty() || self.catalogues().any(known)).then_some(key)
    }

    fn catalogues(&self) -> impl Iterator<Item = &Catalogue> {
        self.engines.values().filter_map(Engine::catalogue)
    }
}

fn packs_in(folder: &Path) -> Result<Vec<PathBuf>, TrainerError> {
    let path = folder.join("manifest.json");
    if path.is_file() {
        let bytes = fs::read(&path).map_err(TrainerError::read(&path))?;
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| TrainerError::Manifest {
                file: path,
                reason: error.to_string(),
            })?;
        let entries = manifest.catalogues.values();
        return Ok(entries
            .map(|entry| folder.join(format!("{}.pack", entry.hash)))
            .collect());
    }
    let mut packs = Vec::new();
    for entry in fs::read_dir(folder).map_err(TrainerError::read(folder))? {
        let path = entry.map_err(TrainerError::read(folder))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "pack")
        {
            packs.push(path);
        }
    }
    packs.sort();
    Ok(packs)
}
