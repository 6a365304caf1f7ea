//! Training: lists, vectors and a ranker that is fitted to visits the rest has not seen.
//!
//! # Method
//! Lists and vectors are made from the earlier visits, and the ranker is fitted to what happened in the later ones. Then
//! lists and vectors are made again from all visits, with the ranker kept: it has learned how far each feature is to be
//! trusted on what comes after. How lists are made is chosen on the same later visits.

use std::collections::HashMap;

use endcap::recommend::{
    MAX_KINDS, NextBuildError, NextModel, NextSource, Ranker, Workspace, feature_count,
};
use rayon::prelude::*;

use super::lists::{ListSettings, lists};
use super::random::Random;
use super::ranker::{Example, fit, likelihood};
use super::vectors::{VectorSettings, vectors};
use super::visits::Visit;

/// Share of the visits, the latest, that the ranker is fitted to where no file is given for it.
const HELD_OUT: f64 = 0.08;
/// Predictions that the ranker is fitted to at most, the latest ones: bounds memory.
const MAX_EXAMPLES: usize = 60_000;
/// Predictions that decide between ways of making lists.
const TRIAL_EXAMPLES: usize = 12_000;
/// Candidates that the first stage leaves for the second while fitting, as in the engine.
const SECOND_STAGE: usize = 64;
/// Share of the visits after which one counts 1/e in the late popularity.
const LATE: f32 = 0.03;
/// Items to offer where nothing else is known.
const LEADERS: usize = 40;
/// Share of the held-out visits that are found at the end of the log before it counts as cut off there.
const NEARLY_ALL: f64 = 0.97;
/// Visits at the end of the log per held-out visit, at most, for the held-out ones to be its end.
const DENSE: f64 = 1.3;
/// Candidates per prediction that the first stage is fitted to.
const SAMPLED: usize = 160;
const FIRST_EPOCHS: usize = 3;

/// What may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextSettings {
    /// Neighbours per item. Held out on diginetica: 16, 24, 64 give HR@20 .540, .556, .561.
    pub neighbours: usize,
    /// Dimensions of the items' vectors: 32 and 64 rank alike at 24 neighbours.
    pub dimensions: usize,
    /// Times that vectors learn all visits: from the third on they get no better.
    pub epochs: usize,
    /// Different items of a visit that are looked at; with each counting .8 of the one after it, a tenth counts an eighth.
    pub reach: usize,
    /// Hidden units of the ranker: none, 16 and 32 give HR@20 .545, .559, .560.
    pub hidden: usize,
    /// Times that the ranker learns the later visits.
    pub ranker_epochs: usize,
}

impl Default for NextSettings {
    fn default() -> Self {
        Self {
            neighbours: 22,
            dimensions: 32,
            epochs: 3,
            reach: 10,
            hidden: 24,
            ranker_epochs: 5,
        }
    }
}

impl NextSettings {
    /// Bytes that the engine holds per item.
    #[must_use]
    pub fn bytes_per_item(&self, items: usize, kinds: usize) -> f64 {
        let row = endcap::recommend::row_bytes(items, self.neighbours);
        // Four bytes of standing, four of the key; the parameters are the same however many items there are.
        (row + self.dimensions / 2 + 4 + 4 + 2 * kinds) as f64
    }
}

/// What is being done, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitStage {
    /// Ways of making lists are compared.
    Lists,
    /// Vectors are learned from the earlier visits.
    Vectors,
    /// The ranker is fitted.
    Ranker,
    /// Vectors are learned from all visits.
    AllVectors,
}

/// A finished training.
#[derive(Clone, Debug)]
pub struct NextTraining {
    /// The model.
    pub source: NextSource,
    /// How lists were made.
    pub lists: ListSettings,
    /// Predictions that the ranker was fitted to.
    pub examples: usize,
    /// Mean log-likelihood of what happened, among its candidates, with the linear first stage and with both.
    pub likelihood: [f64; 2],
}

/// What is learned from. Visits are ordered by time.
#[derive(Clone, Copy, Debug)]
pub struct NextInput<'a> {
    /// Number of items.
    pub items: usize,
    /// Visits that lists and vectors are made from while the ranker is fitted.
    pub before: &'a [Visit],
    /// Later visits, which the ranker is fitted to.
    pub later: &'a [Visit],
    /// Visits that lists and vectors are made from in the end.
    pub all: &'a [Visit],
    /// Kinds of attributes, and a row of them per item, or none.
    pub kinds: (usize, &'a [[u16; MAX_KINDS]]),
    /// Per item the share of buyers who bought it again, in `before` and in `all`; or none.
    pub again: [&'a [f32]; 2],
}

/// The visits before those that are `held_out`, and these; without any the latest of `visits` are held out.
///
/// `held_out` may or may not be among `visits`; what is there is taken out, by what was opened: a file that was cut out of a log may have
/// other times, and lack items or visits. If the held-out visits are the end of the log, the log ends before them.
#[must_use]
pub fn split(visits: &[Visit], held_out: Option<Vec<Visit>>) -> (Vec<Visit>, Vec<Visit>) {
    let Some(held_out) = held_out else {
        let later = (visits.len() as f64 * HELD_OUT).ceil() as usize;
        let (before, later) = visits.split_at(visits.len() - later.min(visits.len()));
        return (before.to_vec(), later.to_vec());
    };
    let mut wanted = HashMap::<&[u32], usize>::new();
    for visit in &held_out {
        *wanted.entry(visit.items.as_slice()).or_default() += 1;
    }
    // From the end: of equal visits the latest are the held-out ones.
    let mut found = vec![false; visits.len()];
    let mut places = Vec::new();
    for (place, visit) in visits.iter().enumerate().rev() {
        if let Some(left) = wanted
            .get_mut(visit.items.as_slice())
            .filter(|left| **left > 0)
        {
            *left -= 1;
            found[place] = true;
            places.push(place);
        }
    }
    // Nearly all of them; the few before are short visits that were held out in another shape and happened earlier, too.
    let begin = places.get((places.len() as f64 * NEARLY_ALL) as usize);
    let end = match begin {
        Some(&begin)
            if places.len() * 2 > held_out.len()
                && (visits.len() - begin) as f64 <= held_out.len() as f64 * DENSE =>
        {
            begin
        }
        _ => visits.len(),
    };
    let before = visits[..end]
        .iter()
        .zip(&found)
        .filter(|&(_, &found)| !found)
        .map(|(visit, _)| visit.clone())
        .collect();
    (before, held_out)
}

/// Trains lists, vectors and the ranker.
///
/// # Errors
///
/// [`NextBuildError`] if the settings ask for more than the format holds.
pub fn train_next(
    input: NextInput<'_>,
    settings: NextSettings,
    progress: &mut dyn FnMut(FitStage, usize, usize),
) -> Result<NextTraining, NextBuildError> {
    let NextInput {
        items,
        before,
        later,
        all,
        kinds,
        again,
    } = input;
    let predictions = predictions(later);
    let vector_settings = VectorSettings {
        dimensions: settings.dimensions,
        epochs: settings.epochs,
    };
    let mut source = NextSource {
        neighbours: settings.neighbours,
        reach: settings.reach,
        kind_count: kinds.0,
        kinds: kinds.1.to_vec(),
        ..NextSource::default()
    };
    source.stand(items, before, again[0]);
    let chosen = choose(items, before, later, &predictions, &mut source, progress)?;
    let learned = vectors(items, before, vector_settings, &mut |done, total| {
        progress(FitStage::Vectors, done, total);
    });
    source.dimensions = learned.dimensions;
    (source.vectors, source.gates) = (learned.units, learned.gates);
    progress(FitStage::Ranker, 0, 2);
    let fitted = fit_ranker(&source, later, &predictions, settings, items)?;
    progress(FitStage::Ranker, 2, 2);
    source.stand(items, all, again[1]);
    source.lists = lists(
        items,
        all,
        &source.popularity(),
        chosen,
        settings.neighbours,
    );
    let learned = vectors(items, all, vector_settings, &mut |done, total| {
        progress(FitStage::AllVectors, done, total);
    });
    (source.vectors, source.gates) = (learned.units, learned.gates);
    source.ranker = Some(fitted.ranker);
    Ok(NextTraining {
        source,
        lists: chosen,
        examples: fitted.examples,
        likelihood: fitted.likelihood,
    })
}

/// A visit and how much of it had happened.
type Prediction = (u32, u32);

fn predictions(visits: &[Visit]) -> Vec<Prediction> {
    let mut all: Vec<Prediction> = (0u32..)
        .zip(visits)
        .flat_map(|(number, visit)| {
            (visit.from as u32..visit.items.len() as u32).map(move |at| (number, at))
        })
        .collect();
    let surplus = all.len().saturating_sub(MAX_EXAMPLES);
    all.drain(..surplus);
    all
}

trait Standing {
    fn stand(&mut self, items: usize, visits: &[Visit], again: &[f32]);
    fn popularity(&self) -> Vec<f32>;
}

impl Standing for NextSource {
    /// Fills in how popular each item is, and the leaders.
    fn stand(&mut self, items: usize, visits: &[Visit], again: &[f32]) {
        let total = visits.len().max(1) as f32;
        self.standing = vec![[0.0; 4]; items];
        for (standing, &again) in self.standing.iter_mut().zip(again) {
            standing[3] = again;
        }
        for (number, visit) in visits.iter().enumerate() {
            let age = (visits.len() - number) as f32 / total;
            let late = libm::expf(-age / LATE);
            for &item in &visit.items {
                if let Some(standing) = self.standing.get_mut(item as usize) {
                    standing[0] += 1.0;
                    standing[1] += late;
                    standing[2] = 1.0 - age;
                }
            }
        }
        let mut leaders: Vec<u32> = (0..items as u32).collect();
        leaders.sort_by(|&a, &b| {
            let late = |item: u32| self.standing[item as usize][1];
            late(b).total_cmp(&late(a)).then(a.cmp(&b))
        });
        leaders.truncate(LEADERS);
        self.leaders = leaders;
    }

    fn popularity(&self) -> Vec<f32> {
        self.standing.iter().map(|standing| standing[0]).collect()
    }
}

/// The way of making lists with which a line ranks best what happened later.
fn choose(
    items: usize,
    before: &[Visit],
    later: &[Visit],
    predictions: &[Prediction],
    source: &mut NextSource,
    progress: &mut dyn FnMut(FitStage, usize, usize),
) -> Result<ListSettings, NextBuildError> {
    let ways: Vec<ListSettings> = [f32::INFINITY, 0.3]
        .into_iter()
        .flat_map(|memory| [0.5, 1.0, 0.0].map(|walk| ListSettings { memory, walk }))
        .collect();
    let popularity = source.popularity();
    let every = predictions.len().div_ceil(TRIAL_EXAMPLES).max(1);
    let trial: Vec<Prediction> = predictions.iter().step_by(every).copied().collect();
    let mut best: Option<(f64, ListSettings, Vec<Vec<endcap::recommend::Neighbour>>)> = None;
    for (done, &way) in ways.iter().enumerate() {
        progress(FitStage::Lists, done, ways.len());
        source.lists = lists(items, before, &popularity, way, source.neighbours);
        let (fitting, checking) = trial.split_at(trial.len() / 2);
        let columns = feature_count(source.kind_count);
        let sections = source.sections()?;
        let examples = examples(source, &sections, later, fitting, None, items);
        let line = fit(&examples, columns, 0, FIRST_EPOCHS);
        let worth = worth(source, &sections, later, checking, &line, items);
        if best.as_ref().is_none_or(|&(most, ..)| worth > most) {
            best = Some((worth, way, std::mem::take(&mut source.lists)));
        }
    }
    progress(FitStage::Lists, ways.len(), ways.len());
    let (_, way, lists) = best.unwrap_or((0.0, ways[0], Vec::new()));
    source.lists = lists;
    Ok(way)
}

type Sections = [Vec<u8>; endcap::recommend::SECTIONS_OF_NEXT];

fn slices(sections: &Sections) -> [&[u8]; endcap::recommend::SECTIONS_OF_NEXT] {
    sections.each_ref().map(Vec::as_slice)
}

/// Candidates of `predictions` whose target is among them; with a first stage only those that it leaves.
fn examples(
    _source: &NextSource,
    sections: &Sections,
    visits: &[Visit],
    predictions: &[Prediction],
    first: Option<&Ranker>,
    items: usize,
) -> Vec<Example> {
    let Ok(model) = NextModel::open(items, slices(sections)) else {
        return Vec::new();
    };
    let next = model.with(slices(sections));
    let found: Vec<Option<Example>> = predictions
        .par_iter()
        .map_init(Workspace::default, |work, &(visit, at)| {
            let Visit {
                items: visit, past, ..
            } = &visits[visit as usize];
            next.fill(visit[..at as usize].iter().copied(), past, work);
            let target = work
                .candidates()
                .iter()
                .position(|&item| item == visit[at as usize])?;
            Some(example(work, target, first))
        })
        .collect();
    found.into_iter().flatten().collect()
}

fn example(work: &Workspace, target: usize, first: Option<&Ranker>) -> Example {
    let columns = work.rows().len() / work.candidates().len().max(1);
    let Some(first) = first else {
        // Some of the others, drawn by the target, say as much as all of them and fit into memory.
        let count = work.candidates().len();
        let mut random = Random::new(u64::from(work.candidates()[target]));
        let mut kept: Vec<usize> = (0..count).collect();
        if count > SAMPLED {
            kept = (0..SAMPLED)
                .map(|_| random.below(count))
                .filter(|&at| at != target)
                .collect();
            kept.push(target);
            kept.sort_unstable();
            kept.dedup();
        }
        return chosen(work, columns, &kept, target);
    };
    let rows = || work.rows().chunks_exact(columns.max(1));
    let mut scored: Vec<(f32, usize)> = rows().map(|row| first.first_score(row)).zip(0..).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.truncate(SECOND_STAGE);
    if scored.iter().all(|&(_, at)| at != target) {
        scored.pop();
        scored.push((0.0, target));
    }
    let kept: Vec<usize> = scored.into_iter().map(|(_, at)| at).collect();
    chosen(work, columns, &kept, target)
}

/// The candidates at the places `kept`, of which one is the target.
fn chosen(work: &Workspace, columns: usize, kept: &[usize], target: usize) -> Example {
    Example {
        rows: kept
            .iter()
            .flat_map(|&at| &work.rows()[at * columns..][..columns])
            .copied()
            .collect(),
        target: kept.iter().position(|&at| at == target).unwrap_or(0),
    }
}

/// Hits in the top 20 plus twice their reciprocal ranks, which vary about half as much.
fn worth(
    _source: &NextSource,
    sections: &Sections,
    visits: &[Visit],
    predictions: &[Prediction],
    line: &Ranker,
    items: usize,
) -> f64 {
    let Ok(model) = NextModel::open(items, slices(sections)) else {
        return 0.0;
    };
    let next = model.with(slices(sections));
    let worths: Vec<f64> = predictions
        .par_iter()
        .map_init(Workspace::default, |work, &(visit, at)| {
            let Visit {
                items: visit, past, ..
            } = &visits[visit as usize];
            next.fill(visit[..at as usize].iter().copied(), past, work);
            let Some(target) = work
                .candidates()
                .iter()
                .position(|&item| item == visit[at as usize])
            else {
                return 0.0;
            };
            let columns = work.rows().len() / work.candidates().len();
            let scores: Vec<f32> = work
                .rows()
                .chunks_exact(columns)
                .map(|row| line.score(row))
                .collect();
            let rank = scores
                .iter()
                .filter(|&&score| score > scores[target])
                .count();
            if rank < 20 {
                1.0 + 2.0 / (rank as f64 + 1.0)
            } else {
                0.0
            }
        })
        .collect();
    worths.iter().sum()
}

struct Fitted {
    ranker: Ranker,
    examples: usize,
    likelihood: [f64; 2],
}

fn fit_ranker(
    source: &NextSource,
    later: &[Visit],
    predictions: &[Prediction],
    settings: NextSettings,
    items: usize,
) -> Result<Fitted, NextBuildError> {
    let columns = feature_count(source.kind_count);
    let sections = source.sections()?;
    let every = predictions.len().div_ceil(TRIAL_EXAMPLES).max(1);
    let some: Vec<Prediction> = predictions.iter().step_by(every).copied().collect();
    let mut line = fit(
        &examples(source, &sections, later, &some, None, items),
        columns,
        0,
        FIRST_EPOCHS,
    );
    line.first = line.linear.clone();
    let examples = examples(source, &sections, later, predictions, Some(&line), items);
    let mut ranker = fit(&examples, columns, settings.hidden, settings.ranker_epochs);
    let likelihood = [
        likelihood(&examples, |row| line.score(row), columns),
        likelihood(&examples, |row| ranker.score(row), columns),
    ];
    // The first stage was standardised by other means than the second: brought to those of the second, in which only differences
    // between candidates count, so that its constant may go.
    ranker.first = line
        .first
        .iter()
        .zip(&line.scale)
        .zip(&ranker.scale)
        .map(|((weight, own), other)| {
            if *other > 0.0 {
                weight * own / other
            } else {
                0.0
            }
        })
        .collect();
    Ok(Fitted {
        ranker,
        examples: examples.len(),
        likelihood,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(time: i64, item: u32) -> Visit {
        Visit::new(time, vec![item, item + 1])
    }

    /// A file cut out of the log's end, with other times and without some visits, takes the whole end out.
    #[test]
    fn what_the_ranker_is_fitted_to_is_not_learned_from() {
        let visits: Vec<Visit> = (0..1000)
            .map(|time| visit(time, time as u32 % 700))
            .collect();
        let held_out: Vec<Visit> = (800..1000)
            .filter(|time| time % 20 != 3)
            .map(|time| visit(time - 7, time as u32 % 700))
            .collect();
        let (before, later) = split(&visits, Some(held_out.clone()));
        assert_eq!(later, held_out);
        assert!(
            before.len() <= 806 && before.len() >= 790,
            "{} are left",
            before.len()
        );
        assert!(before.iter().all(|visit| visit.time < 806));
    }

    #[test]
    fn a_file_of_its_own_takes_nothing_out() {
        let visits: Vec<Visit> = (0..100).map(|time| visit(time, time as u32)).collect();
        let (before, _) = split(&visits, Some(vec![visit(200, 5000)]));
        assert_eq!(before.len(), 100);
    }

    #[test]
    fn without_a_file_the_latest_are_held_out() {
        let visits: Vec<Visit> = (0..100).map(|time| visit(time, time as u32)).collect();
        let (before, later) = split(&visits, None);
        assert_eq!((before.len(), later.len()), (92, 8));
        assert!(before.iter().all(|visit| visit.time < later[0].time));
    }
}
