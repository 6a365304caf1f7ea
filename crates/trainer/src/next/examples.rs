//! Examples for the ranker: what happened in visits that a model has not seen, and the candidates among which it was chosen.

use endcap::recommend::{
    NextBuildError, NextModel, NextSource, Ranker, SECTIONS_OF_NEXT, Workspace,
};
use rayon::prelude::*;

use super::random::Random;
use super::ranker::Example;
use super::visits::Visit;

/// Predictions that the ranker is fitted to at most, the latest ones: bounds memory.
const MAX_EXAMPLES: usize = 60_000;
/// Candidates that the first stage leaves for the second while fitting, as in the engine.
const SECOND_STAGE: usize = 64;
/// Candidates per prediction that the first stage is fitted to.
const SAMPLED: usize = 160;
/// The feature that says whether a candidate is the item opened latest.
const IS_LATEST: usize = 2;

/// A visit and how much of it had happened.
pub(super) type Prediction = (u32, u32);

/// The latest predictions of `visits`.
pub(super) fn predictions(visits: &[Visit]) -> Vec<Prediction> {
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

/// A model before visits that it has not seen.
pub(super) struct Unseen<'a> {
    sections: [Vec<u8>; SECTIONS_OF_NEXT],
    pub(super) visits: &'a [Visit],
    items: usize,
}

impl<'a> Unseen<'a> {
    /// # Errors
    ///
    /// [`NextBuildError`] if `source` asks for more than the format holds.
    pub(super) fn new(
        source: &NextSource,
        visits: &'a [Visit],
        items: usize,
    ) -> Result<Self, NextBuildError> {
        Ok(Self {
            sections: source.sections()?,
            visits,
            items,
        })
    }

    /// Candidates of `predictions` whose target is among them; with a first stage only those that it leaves. Without the target they are no
    /// example: put among them all the same, it would be the only one that the first stage thinks little of, and teach just that.
    pub(super) fn examples(
        &self,
        predictions: &[Prediction],
        first: Option<&Ranker>,
    ) -> Vec<Example> {
        let found = self.each(predictions, |work, target| example(work, target, first));
        found.into_iter().flatten().collect()
    }

    /// Hits of `line` in the top 20 plus twice their reciprocal ranks, which vary about half as much.
    pub(super) fn worth(&self, predictions: &[Prediction], line: &Ranker) -> f64 {
        let worths = self.each(predictions, |work, target| {
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
        });
        worths.iter().sum()
    }

    /// What `call` makes of the candidates of each prediction and the place of its target, where that is among them.
    fn each<T: Send>(
        &self,
        predictions: &[Prediction],
        call: impl Fn(&Workspace, usize) -> T + Sync,
    ) -> Vec<T> {
        let sections = self.sections.each_ref().map(Vec::as_slice);
        let Ok(model) = NextModel::open(self.items, sections) else {
            return Vec::new();
        };
        let next = model.with(sections);
        let made: Vec<Option<T>> = predictions
            .par_iter()
            .map_init(Workspace::default, |work, &(visit, at)| {
                let Visit { items, past, .. } = &self.visits[visit as usize];
                next.fill(items[..at as usize].iter().copied(), past, work);
                let target = items[at as usize];
                let place = work.candidates().iter().position(|&item| item == target)?;
                Some(call(work, place))
            })
            .collect();
        made.into_iter().flatten().collect()
    }
}

/// Which candidate is the item opened latest.
pub(super) fn latest(example: &Example, columns: usize) -> Option<usize> {
    let mut rows = example.rows.chunks_exact(columns);
    rows.position(|row| row[IS_LATEST] > 0.0)
}

/// The same choice without the item opened latest; `None` if it was chosen.
pub(super) fn without_latest(mut example: Example, columns: usize) -> Option<Example> {
    match latest(&example, columns) {
        Some(place) if place == example.target => return None,
        Some(place) => {
            example.rows.drain(place * columns..(place + 1) * columns);
            example.target -= usize::from(place < example.target);
        }
        None => {}
    }
    Some(example)
}

fn example(work: &Workspace, target: usize, first: Option<&Ranker>) -> Option<Example> {
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
    let kept: Vec<usize> = scored.into_iter().map(|(_, at)| at).collect();
    chosen(work, columns, &kept, target)
}

/// The candidates at the places `kept`, if one is the target.
fn chosen(work: &Workspace, columns: usize, kept: &[usize], target: usize) -> Option<Example> {
    Some(Example {
        rows: kept
            .iter()
            .flat_map(|&at| &work.rows()[at * columns..][..columns])
            .copied()
            .collect(),
        target: kept.iter().position(|&at| at == target)?,
    })
}
