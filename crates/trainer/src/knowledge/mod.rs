//! Event logs and experts' files in, a knowledge pack out.
//!
//! [`train`] reads the logs and gives a [`KnowledgeTraining`], whose [`take_pack`](KnowledgeTraining::take_pack) makes the
//! pack. `docs/search.md` has the formulas, and what is thrown away for privacy.
//!
//! # Invariants
//! * The same files give the same bytes, whatever order the lines of one instant have.
//! * What fewer than [`MIN_SHOPPERS`] people searched for, as far as the logs tell people apart (`people.rs`), leaves no trace.

mod blend;
mod catalogues;
mod count_file;
mod counts;
mod eval;
mod export;
mod held_out;
mod people;
mod proposals;
mod randomised;
mod reformulations;
mod related;
mod relations;
mod replay;
mod review;
mod rules;
mod search;
mod shopping;
mod synonyms;
mod value_orders;
mod visits;
mod weights;

use std::path::{Path, PathBuf};

use endcap::knowledge::{Knowledge, KnowledgeMeta, KnowledgeSource};
use endcap::normalised;
use endcap::pack::Pack;

use crate::build::{BuiltPack, Progress};
use crate::error::TrainerError;
use crate::issue::Report;
use crate::log::{LogSummary, read_log};
pub use blend::LearnedBlend;
use catalogues::Catalogues;
pub use count_file::{COUNTS_VERSION, CountedFrom, CountsReason};
use counts::Counts;
pub use eval::{SearchEvaluation, SearchMeasured, evaluate};
use export::Exporter;
use held_out::{Days, day_of, held_out};
pub use proposals::Proposal;
pub use randomised::{CategoryEstimate, randomised_categories};
use related::relate;
use review::Review;
use search::{Reading, learn};
pub use visits::Part;
use visits::{Gathering, VisitFile};
pub use weights::LearnedWeights;

/// Different shoppers that a query needs to be kept, at least: k-anonymity with k = 3. In Endcap's own log they are devices of one period, from as many
/// networks and on two days or more.
pub const MIN_SHOPPERS: usize = 3;
/// Share of the visits that teach priors for learning weights; the later ones teach the weights.
const TAUGHT: f64 = 0.8;

/// What to learn from.
#[derive(Clone, Debug)]
pub struct KnowledgeSettings {
    /// Event logs, the earlier ones first.
    pub logs: Vec<PathBuf>,
    /// Files of counts to go on from, as [`count`] writes them.
    pub counts: Vec<PathBuf>,
    /// Where to write the sum of counts and logs, to go on from the next day.
    pub state: Option<PathBuf>,
    /// Catalogue packs, or folders of them; queries are tried on them.
    pub catalogues: Vec<PathBuf>,
    /// A file of synonyms.
    pub synonyms: Option<PathBuf>,
    /// A table of proposed synonyms; what the shop accepts there becomes synonyms.
    pub accept: Option<PathBuf>,
    /// Where to write the synonyms that reformulated searches speak for; verdicts that stand there stay.
    pub proposals: Option<PathBuf>,
    /// A file of experts' rules.
    pub rules: Option<PathBuf>,
    /// A file of texts that are never published, alone or within a query.
    pub blocked: Option<PathBuf>,
    /// A table of queries with verdicts: only what somebody has accepted is published, and what is new is added to it.
    pub review: Option<PathBuf>,
    /// Logs that recommendations alone are learned from, such as those that the counts are from. Beside counts, `logs` do not teach them.
    pub visits: Vec<PathBuf>,
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
            counts: Vec::new(),
            state: None,
            catalogues: Vec::new(),
            synonyms: None,
            accept: None,
            proposals: None,
            rules: None,
            blocked: None,
            review: None,
            visits: Vec::new(),
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
    /// Lines read, and how they were written.
    pub log: LogSummary,
    /// What was counted, that of files of counts included.
    pub counted: CountedFrom,
    /// Different queries, those left out included.
    pub queries: u64,
    /// Queries of too few shoppers.
    pub rare: u64,
    /// Queries that may be about a person.
    pub private: u64,
    /// Queries that a list or a verdict blocks.
    pub blocked: u64,
    /// Queries that wait for a verdict.
    pub waiting: u64,
    /// Queries that no catalogue finds as they stand: misspelt, or without a result. They teach, and are not suggested.
    pub not_found: u64,
    /// Queries that are suggested.
    pub suggested: u64,
    /// Items that something is known of.
    pub items: u64,
    /// Pairs of texts that mean the same, one way each.
    pub synonyms: u64,
    /// Of them, those that the shop has accepted from reformulated searches.
    pub accepted: u64,
    /// Proposed synonyms that wait for a verdict, if they were written to a file.
    pub proposed: Option<u64>,
    /// Visits that were too old to learn recommendations from, because there are more later ones than memory shall hold.
    pub older: u64,
    /// Visits that opened two items or more, which the next one is learned from.
    pub opened: u64,
    /// Items that others are bought with, and items that others are looked at instead of.
    pub related: [u64; 2],
    /// Categories that shoppers buy from once.
    pub once: u64,
    /// Facets whose values are put in an order that later visits proved better than popularity, and facets with enough choices to tell.
    pub ordered: [u64; 2],
    /// What later visits taught of the shopper's affinities beside what is opened next, if they had enough choices.
    pub blend: Option<LearnedBlend>,
    /// Experts' rules.
    pub rules: u64,
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
/// * [`TrainerError::Write`] if state or review queue cannot be written.
/// * [`TrainerError::Strict`] at the first issue, if asked for.
pub fn train(
    settings: &KnowledgeSettings,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<KnowledgeTraining, TrainerError> {
    let logs = [&settings.logs, &settings.counts, &settings.visits];
    let files = [&settings.synonyms, &settings.accept, &settings.rules];
    if logs.iter().all(|files| files.is_empty()) && files.iter().all(|file| file.is_none()) {
        return Err(TrainerError::Setting(
            "there is neither a log nor a file of counts, synonyms or rules to learn from".into(),
        ));
    }
    let mut report = Report::new(settings.strict);
    let mut catalogues = Catalogues::open(&settings.catalogues)?;
    let mut summary = KnowledgeSummary::default();
    let (mut visits, log, nobody) = gather(settings, &mut report, progress)?;
    let mut days = Days::new();
    let (counts, from) = counted(settings, Part::default(), &mut visits, &mut days)?;
    summary.counted = from;
    summary.counted.add(read_from(&log, nobody));
    summary.log = log;
    let mut synonyms = match &settings.synonyms {
        Some(path) => synonyms::read_synonyms(path, &mut report)?,
        None => Vec::new(),
    };
    let mut review = Review::open(settings.blocked.as_deref(), settings.review.as_deref())?;
    let mut accepted = proposals::accepted(settings.accept.as_ref())?;
    accepted.retain(|pair| !review.blocks(&pair.from) && !review.blocks(&normalised(&pair.to)));
    summary.accepted = accepted.len() as u64;
    synonyms.extend(accepted);
    summary.synonyms = synonyms.len() as u64;
    catalogues.attach(&synonyms)?;
    let (name, synthetic) = catalogues.name();
    let mut source = KnowledgeSource {
        meta: KnowledgeMeta {
            name: settings.name.clone().unwrap_or(name),
            synthetic: settings.synthetic || synthetic,
            languages: catalogues.languages(),
            lists: 0,
        },
        keep_ids: catalogues.is_empty(),
        synonyms,
        ..KnowledgeSource::default()
    };
    let mut reading = Exporter {
        review: &mut review,
        catalogues: &mut catalogues,
        summary: &mut summary,
        source: &mut source,
        shoppers: settings.least_shoppers(),
    }
    .export(counts.finish()?, progress)?;
    review.write()?;
    if let Some(path) = &settings.proposals {
        let shoppers = settings.least_shoppers();
        let found = proposals::propose(&mut reading, &mut catalogues, &review, shoppers)?;
        summary.proposed = Some(proposals::update(path, found)?);
    }
    let rules = match &settings.rules {
        Some(path) => rules::read_rules(path, &catalogues, &mut report)?,
        None => Vec::new(),
    };
    relate(
        settings,
        &mut catalogues,
        &mut visits,
        rules,
        (&mut source, &mut summary),
        &mut report,
        progress,
    )?;
    if !catalogues.is_empty() && !settings.logs.is_empty() {
        let choices = held_out(
            settings,
            &mut catalogues,
            &mut visits,
            &days,
            TAUGHT,
            progress,
        )?;
        summary.weights = weights::learn(&choices);
        source.weights = summary.weights.map(|learned| learned.weights);
    }
    if let Some(state) = &settings.state {
        let (counts, _) = counted(settings, Part::default(), &mut visits, &mut Days::new())?;
        let stream = counts.finish()?;
        stream.write(state, settings.least_shoppers(), summary.counted)?;
    }
    Ok(KnowledgeTraining {
        source,
        report,
        summary,
    })
}

/// Writes the synonyms that reformulated searches speak for to `settings.proposals`, and learns nothing else; gives the number of those that wait for a verdict.
///
/// # Errors
///
/// * [`TrainerError::Setting`] if no file is named, or what is in it makes no sense.
/// * Those of [`train`].
pub fn propose(
    settings: &KnowledgeSettings,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(u64, CountedFrom, Report), TrainerError> {
    let Some(path) = &settings.proposals else {
        return Err(TrainerError::Setting(
            "there is no file to write proposals to".into(),
        ));
    };
    let mut report = Report::new(settings.strict);
    let mut catalogues = Catalogues::open(&settings.catalogues)?;
    let (mut visits, log, nobody) = gather(settings, &mut report, progress)?;
    let (counts, mut from) = counted(settings, Part::default(), &mut visits, &mut Days::new())?;
    from.add(read_from(&log, nobody));
    let review = Review::open(settings.blocked.as_deref(), None)?;
    let mut reading = Reading::begin(counts.finish()?)?;
    reading.skip_queries()?;
    let shoppers = settings.least_shoppers();
    let found = proposals::propose(&mut reading, &mut catalogues, &review, shoppers)?;
    Ok((proposals::update(path, found)?, from, report))
}

/// Counts what logs teach of search, goes on from `settings.counts`, and writes all to `out`; only the visits of `part` are counted.
///
/// Several parts of one log, or several logs, may be counted by several processes or machines; [`train`] sums them up, and its pack has the
/// same bytes as if one process had counted all. Learned weights are the exception: they are learned from whole visits, so only by [`train`].
///
/// # Errors
///
/// * [`TrainerError::Read`], [`TrainerError::Foreign`], [`TrainerError::Counts`] if a file cannot be read.
/// * [`TrainerError::Write`] if `out` cannot be written; it is then as it was.
/// * [`TrainerError::Strict`] at the first issue, if asked for.
pub fn count(
    settings: &KnowledgeSettings,
    part: Part,
    out: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(CountedFrom, Report), TrainerError> {
    let mut report = Report::new(settings.strict);
    let (mut visits, log, nobody) = gather_part(settings, part, &mut report, progress)?;
    let (counts, mut from) = counted(settings, part, &mut visits, &mut Days::new())?;
    // One worker counts the lines, not each.
    if part.number == 0 {
        from.add(read_from(&log, nobody));
    }
    let stream = counts.finish()?;
    stream.write(out, settings.least_shoppers(), from)?;
    Ok((from, report))
}

fn read_from(log: &LogSummary, nobody: u64) -> CountedFrom {
    CountedFrom {
        lines: log.lines,
        broken: log.broken,
        visits: 0,
        nobody,
    }
}

/// Reads the logs; gives the visits, what the logs held, and the number of events of nobody.
fn gather(
    settings: &KnowledgeSettings,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(VisitFile, LogSummary, u64), TrainerError> {
    gather_part(settings, Part::default(), report, progress)
}

fn gather_part(
    settings: &KnowledgeSettings,
    part: Part,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(VisitFile, LogSummary, u64), TrainerError> {
    gather_logs(&settings.logs, part, report, progress)
}

fn gather_logs(
    logs: &[PathBuf],
    part: Part,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(VisitFile, LogSummary, u64), TrainerError> {
    let mut gathering = Gathering::new(part);
    let mut log = LogSummary::default();
    for path in logs {
        let read = read_log(path, None, report, progress, &mut |event| {
            gathering.push(&event)
        })?;
        log.add(&read);
    }
    let nobody = gathering.nobody;
    Ok((gathering.finish()?, log, nobody))
}

/// Counts visits, on top of files of counts; the visits are not yet in what it was counted from.
fn counted(
    settings: &KnowledgeSettings,
    part: Part,
    visits: &mut VisitFile,
    days: &mut Days,
) -> Result<(Counts, CountedFrom), TrainerError> {
    let mut counts = Counts::new();
    let mut from = CountedFrom::default();
    for path in &settings.counts {
        from.add(counts.read(path, settings.least_shoppers())?);
    }
    for path in &settings.logs {
        counts.claim(path, part)?;
    }
    visits.each(|visit| {
        from.visits += 1;
        *days.entry(day_of(&visit)).or_default() += 1;
        learn(&visit, &mut counts)
    })?;
    Ok((counts, from))
}

impl KnowledgeSettings {
    /// Different shoppers that a query needs.
    fn least_shoppers(&self) -> usize {
        self.shoppers.max(MIN_SHOPPERS)
    }
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
