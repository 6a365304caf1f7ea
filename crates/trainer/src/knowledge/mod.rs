//! Event logs and experts' files in, a knowledge pack out.
//!
//! [`train`] reads the logs and gives a [`KnowledgeTraining`], whose [`take_pack`](KnowledgeTraining::take_pack) makes the
//! pack. `docs/search.md` has the formulas, and what is thrown away for privacy.
//!
//! # Invariants
//! * The same files give the same bytes, whatever order the lines of one instant have.
//! * What fewer than [`MIN_SHOPPERS`] shoppers searched for leaves no trace.

mod catalogues;
mod eval;
mod held_out;
mod log;
mod private;
mod replay;
mod search;
mod synonyms;
mod visits;
mod weights;

use std::collections::BTreeMap;
use std::path::PathBuf;

use endcap::knowledge::{
    CategoryFacts, FacetFacts, Knowledge, KnowledgeMeta, KnowledgeSource, QueryFacts, WordFacts,
};
use endcap::pack::Pack;

use crate::build::{BuiltPack, Progress, Stage};
use crate::error::TrainerError;
use crate::issue::Report;
use catalogues::Catalogues;
pub use eval::{SearchEvaluation, SearchMeasured, evaluate};
use held_out::{Days, day_of, held_out};
use private::has_long_number;
use search::{Limits, Searches, kept};
use visits::Visits;
pub use weights::LearnedWeights;

/// Different shoppers that a query needs to be kept, at least: k-anonymity with k = 3.
pub const MIN_SHOPPERS: usize = 3;
/// Share of the visits that teach priors for learning weights; the later ones teach the weights.
const TAUGHT: f64 = 0.8;
/// Facets that a pack can name.
const MAX_FACETS: usize = 256;

/// What to learn from.
#[derive(Clone, Debug)]
pub struct KnowledgeSettings {
    /// Event logs, the earlier ones first.
    pub logs: Vec<PathBuf>,
    /// Catalogue packs, or folders of them; queries are tried on them.
    pub catalogues: Vec<PathBuf>,
    /// A file of synonyms.
    pub synonyms: Option<PathBuf>,
    /// The pack's name; otherwise the first catalogue's.
    pub name: Option<String>,
    /// Marks the pack as learned from generated logs. It is also marked when a catalogue is.
    pub synthetic: bool,
    /// Stops at the first warning or error.
    pub strict: bool,
    /// Different shoppers that a query needs; less than [`MIN_SHOPPERS`] counts as that.
    pub shoppers: usize,
}

impl Default for KnowledgeSettings {
    fn default() -> Self {
        Self {
            logs: Vec::new(),
            catalogues: Vec::new(),
            synonyms: None,
            name: None,
            synthetic: false,
            strict: false,
            shoppers: MIN_SHOPPERS,
        }
    }
}

/// What the logs held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnowledgeSummary {
    /// Lines read.
    pub lines: u64,
    /// Visits found in them.
    pub visits: u64,
    /// Events without a shopper or visit.
    pub nobody: u64,
    /// Different queries, those left out included.
    pub queries: u64,
    /// Queries of too few shoppers.
    pub rare: u64,
    /// Queries that may be about a person.
    pub private: u64,
    /// Queries that no catalogue finds as they stand: misspelt, or without a result. They teach, and are not suggested.
    pub not_found: u64,
    /// Queries that are suggested.
    pub suggested: u64,
    /// Items that something is known of.
    pub items: u64,
    /// Pairs of texts that mean the same, one way each.
    pub synonyms: u64,
    /// What later visits taught of the weights, if there were enough searches.
    pub weights: Option<LearnedWeights>,
}

/// What was learned, before it becomes a pack.
#[derive(Clone, Debug)]
pub struct KnowledgeTraining {
    /// What goes into the pack.
    pub source: KnowledgeSource,
    /// What was wrong with the files.
    pub report: Report,
    /// What the logs held.
    pub summary: KnowledgeSummary,
}

/// Reads logs, catalogues and synonyms.
///
/// # Errors
///
/// * [`TrainerError::Setting`] if there is nothing to learn from.
/// * [`TrainerError::Read`], [`TrainerError::Foreign`] if a file cannot be read.
/// * [`TrainerError::Catalogue`] if a catalogue is no sound pack.
/// * [`TrainerError::Strict`] at the first issue, if asked for.
pub fn train(
    settings: &KnowledgeSettings,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<KnowledgeTraining, TrainerError> {
    if settings.logs.is_empty() && settings.synonyms.is_none() {
        return Err(TrainerError::Setting(
            "there is neither a log nor a file of synonyms to learn from".into(),
        ));
    }
    let mut report = Report::new(settings.strict);
    let mut catalogues = Catalogues::open(&settings.catalogues)?;
    let mut searches = Searches::new(Limits {
        shoppers: settings.shoppers.max(MIN_SHOPPERS),
    });
    let mut visits = Visits::default();
    let mut summary = KnowledgeSummary::default();
    let mut days = Days::new();
    let mut learn = |visit: visits::Visit| {
        *days.entry(day_of(&visit)).or_default() += 1;
        searches.learn(&visit);
    };
    for path in &settings.logs {
        summary.lines += log::read_log(path, &mut report, progress, |event| {
            visits.push(event, &mut learn);
        })?;
    }
    visits.finish(&mut learn);
    summary.visits = visits.ended;
    summary.nobody = visits.nobody;
    let synonyms = match &settings.synonyms {
        Some(path) => synonyms::read_synonyms(path, &mut report)?,
        None => Vec::new(),
    };
    summary.synonyms = synonyms.len() as u64;
    let (name, synthetic) = catalogues.name();
    let mut source = KnowledgeSource {
        meta: KnowledgeMeta {
            name: settings.name.clone().unwrap_or(name),
            synthetic: settings.synthetic || synthetic,
            languages: catalogues.languages(),
            lists: searches.lists,
        },
        keep_ids: catalogues.is_empty(),
        synonyms,
        ..KnowledgeSource::default()
    };
    Exporter {
        catalogues: &mut catalogues,
        summary: &mut summary,
        source: &mut source,
    }
    .export(searches, progress);
    if !catalogues.is_empty() {
        let choices = held_out(settings, &mut catalogues, &days, TAUGHT, progress)?;
        summary.weights = weights::learn(&choices);
        source.weights = summary.weights.map(|learned| learned.weights);
    }
    Ok(KnowledgeTraining {
        source,
        report,
        summary,
    })
}

impl KnowledgeTraining {
    /// Builds the pack, and opens it once to be sure of it. What was learned moves into it.
    ///
    /// # Errors
    ///
    /// [`TrainerError::Catalogue`] if the knowledge does not fit the format.
    pub fn take_pack(&mut self) -> Result<BuiltPack, TrainerError> {
        let source = std::mem::take(&mut self.source);
        let bytes = source.build().map_err(|error| TrainerError::Catalogue {
            code: error.code(),
            message: error.to_string(),
        })?;
        let opened = Pack::open(bytes.clone()).and_then(Knowledge::open);
        let knowledge = opened.map_err(|error| TrainerError::Catalogue {
            code: error.code(),
            message: error.to_string(),
        })?;
        Ok(BuiltPack {
            hash: knowledge.hash(),
            bytes,
            language: String::new(),
        })
    }
}

/// Turns what was counted into what a pack holds.
struct Exporter<'a> {
    catalogues: &'a mut Catalogues,
    summary: &'a mut KnowledgeSummary,
    source: &'a mut KnowledgeSource,
}

impl Exporter<'_> {
    fn export(&mut self, mut searches: Searches, progress: &mut dyn FnMut(Progress<'_>)) {
        self.summary.queries = searches.queries.len() as u64;
        searches.forget_the_rare();
        self.summary.rare = self.summary.queries - searches.queries.len() as u64;
        let facets = self.facets(&searches);
        let place_of = |used: &BTreeMap<String, u32>| -> Vec<(usize, u32)> {
            let known = used
                .iter()
                .filter_map(|(key, &count)| Some((*facets.get(key)?, count)));
            known.collect()
        };
        let words = searches.word_odds();
        let mut items = Items::default();
        let total = searches.queries.len() as u64;
        for (done, (query, stats)) in (0u64..).zip(&searches.queries) {
            progress(Progress {
                stage: Stage::Queries,
                name: "queries",
                done,
                total,
                rows: 0,
            });
            let spelling = stats.spelling();
            let found = self.catalogues.find(spelling);
            if has_long_number(spelling) && !found.is_number {
                self.summary.private += 1;
                continue;
            }
            let suggested = found.languages != 0;
            self.summary.suggested += u64::from(suggested);
            self.summary.not_found += u64::from(!suggested);
            let odds = searches.query_odds(query, stats, &words);
            let odds = odds
                .into_iter()
                .filter(|&(item, _)| self.has(&searches, item));
            let priors = kept(&searches, odds, true);
            self.source.queries.push(QueryFacts {
                query: query.clone(),
                text: if suggested {
                    spelling.to_owned()
                } else {
                    String::new()
                },
                visits: stats.visits,
                languages: found.languages,
                priors: items.placed(priors),
                facets: place_of(&stats.facets),
            });
        }
        for (word, odds) in &words {
            let odds = odds.iter().map(|(&item, &odds)| (item, odds));
            let odds = odds.filter(|&(item, _)| self.has(&searches, item));
            let priors = kept(&searches, odds, false);
            // A word without items says nothing.
            if !priors.is_empty() {
                self.source.words.push(WordFacts {
                    word: (*word).to_owned(),
                    priors: items.placed(priors),
                });
            }
        }
        for (name, stats) in &searches.categories {
            if let Some(category) = self.catalogues.category(name) {
                self.source.categories.push(CategoryFacts {
                    category,
                    visits: stats.visits,
                    facets: place_of(&stats.facets),
                });
            }
        }
        let ids = items
            .order
            .iter()
            .filter_map(|&item| searches.items.get(item as usize));
        self.source.items = ids.cloned().collect();
        self.summary.items = self.source.items.len() as u64;
    }

    fn has(&self, searches: &Searches, item: u32) -> bool {
        let id = searches.items.get(item as usize);
        id.is_some_and(|id| self.catalogues.has_item(id))
    }

    /// The facets that were used most, each with its place.
    fn facets(&mut self, searches: &Searches) -> BTreeMap<String, usize> {
        let least = MIN_SHOPPERS as u32;
        let mut used: Vec<(&String, u32)> = searches
            .facets
            .iter()
            .map(|(key, &visits)| (key, visits))
            .filter(|&(key, visits)| visits >= least && self.catalogues.has_facet(key))
            .collect();
        used.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        used.truncate(MAX_FACETS);
        self.source.facets = used
            .iter()
            .map(|&(key, visits)| FacetFacts {
                key: key.clone(),
                visits,
            })
            .collect();
        let keys = used.into_iter().map(|(key, _)| key.clone());
        keys.zip(0..).collect()
    }
}

/// The items that are named, in the order of their first mention.
#[derive(Default)]
struct Items {
    places: BTreeMap<u32, usize>,
    order: Vec<u32>,
}

impl Items {
    fn placed<T>(&mut self, entries: Vec<(u32, T)>) -> Vec<(usize, T)> {
        let place = |(item, value)| {
            let next = self.order.len();
            let place = *self.places.entry(item).or_insert(next);
            if place == next {
                self.order.push(item);
            }
            (place, value)
        };
        entries.into_iter().map(place).collect()
    }
}
