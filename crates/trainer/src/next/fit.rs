//! Training: lists, vectors and a ranker that is fitted to visits the rest has not seen.
//!
//! # Method
//! Lists and vectors are made from the earlier visits, and the ranker is fitted to what happened in the later ones. Then
//! lists and vectors are made again from all visits, with the ranker kept: it has learned how far each feature is to be
//! trusted on what comes after. How lists are made is chosen on the same later visits.

use endcap::recommend::{MAX_KINDS, NextBuildError, NextSource, Ranker, feature_count};

use super::cuts::{CutLog, cuts, is_few};
use super::examples::{Prediction, Unseen, latest, predictions, without_latest};
use super::lists::{ListSettings, lists};
use super::ranker::{Example, fit, likelihood};
use super::vectors::{VectorSettings, vectors};
use super::visits::Visit;

/// Predictions that decide between ways of making lists.
const TRIAL_EXAMPLES: usize = 12_000;
/// Share of the visits after which one counts 1/e in the late popularity.
const LATE: f32 = 0.03;
const FIRST_EPOCHS: usize = 3;
/// Predictions of another item than the latest that a ranker of their own needs: with fewer one ranker for all has more to learn from.
const LEAST_OTHERS: usize = 5_000;
/// Predictions that a ranker of what is bought again needs.
const LEAST_AGAIN: usize = 1_000;

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
    /// Hidden units of the ranker, in all its networks.
    pub hidden: usize,
    /// Times that the ranker learns the later visits; the curve is in docs/recommend.md.
    pub ranker_epochs: usize,
    /// Items to offer where nothing else is known.
    pub leaders: usize,
}

impl Default for NextSettings {
    fn default() -> Self {
        Self {
            neighbours: 22,
            dimensions: 32,
            epochs: 3,
            reach: 10,
            hidden: 48,
            ranker_epochs: 20,
            leaders: 40,
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
    /// The same from the earlier visits alone, for what is fitted to the later ones with it.
    pub earlier: NextSource,
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
    /// What was bought again while the later visits happened, of which a ranker of its own is made; or none.
    pub bought_again: &'a [Visit],
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
        bought_again,
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
    let like = source.clone();
    source.stand(items, before, again[0], settings.leaders);
    let log = CutLog {
        items,
        cuts: cuts(before, later),
        like: &like,
        again: again[0],
        settings,
    };
    let few = is_few(later);
    let chosen = if few {
        // Without later visits there is nothing to compare ways by, nor to fit a ranker to.
        let chosen = if later.is_empty() {
            ways()[0]
        } else {
            log.choose()?
        };
        source.lists = lists(
            items,
            before,
            &source.popularity(),
            chosen,
            settings.neighbours,
        );
        chosen
    } else {
        choose(items, before, later, &predictions, &mut source, progress)?
    };
    let learned = vectors(items, before, vector_settings, &mut |done, total| {
        progress(FitStage::Vectors, done, total);
    });
    source.dimensions = learned.dimensions;
    (source.vectors, source.gates) = (learned.units, learned.gates);
    progress(FitStage::Ranker, 0, 2);
    let fitted = if later.is_empty() {
        Fitted::default()
    } else if few {
        log.fitted(chosen)?
    } else {
        let mut parts = Vec::new();
        for cut in log.cuts.iter().skip(1).rev() {
            let model = log.model(cut, chosen, settings.dimensions);
            parts.push(Unseen::new(&model, cut.later, items)?);
        }
        parts.push(Unseen::new(&source, later, items)?);
        fit_ranker(&parts, feature_count(source.kind_count), settings)
    };
    progress(FitStage::Ranker, 2, 2);
    source.ranker = fitted.ranker;
    source.ranker_of_others = fitted.ranker_of_others;
    source.ranker_of_again = ranker_of_again(&source, bought_again, settings, items)?;
    let earlier = source.clone();
    source.stand(items, all, again[1], settings.leaders);
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
    Ok(NextTraining {
        source,
        earlier,
        lists: chosen,
        examples: fitted.examples,
        likelihood: fitted.likelihood,
    })
}

/// Lists alone, for logs too short to fit anything to.
#[must_use]
pub fn train_lists(items: usize, visits: &[Visit], settings: NextSettings) -> NextSource {
    let mut source = NextSource {
        neighbours: settings.neighbours,
        reach: settings.reach,
        ..NextSource::default()
    };
    source.stand(items, visits, &[], settings.leaders);
    let way = ListSettings {
        memory: f32::INFINITY,
        walk: 0.5,
    };
    source.lists = lists(items, visits, &source.popularity(), way, source.neighbours);
    source
}

pub(super) trait Standing {
    fn stand(&mut self, items: usize, visits: &[Visit], again: &[f32], most: usize);
    fn popularity(&self) -> Vec<f32>;
}

impl Standing for NextSource {
    /// Fills in how popular each item is, and at most `most` leaders.
    fn stand(&mut self, items: usize, visits: &[Visit], again: &[f32], most: usize) {
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
        leaders.truncate(most);
        self.leaders = leaders;
    }

    fn popularity(&self) -> Vec<f32> {
        self.standing.iter().map(|standing| standing[0]).collect()
    }
}

/// The ways of making lists that are compared.
pub(super) fn ways() -> Vec<ListSettings> {
    [f32::INFINITY, 0.3]
        .into_iter()
        .flat_map(|memory| [0.5, 1.0, 0.0].map(|walk| ListSettings { memory, walk }))
        .collect()
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
    let ways = ways();
    let popularity = source.popularity();
    let every = predictions.len().div_ceil(TRIAL_EXAMPLES).max(1);
    let trial: Vec<Prediction> = predictions.iter().step_by(every).copied().collect();
    let mut best: Option<(f64, ListSettings, Vec<Vec<endcap::recommend::Neighbour>>)> = None;
    for (done, &way) in ways.iter().enumerate() {
        progress(FitStage::Lists, done, ways.len());
        source.lists = lists(items, before, &popularity, way, source.neighbours);
        let (fitting, checking) = trial.split_at(trial.len() / 2);
        let columns = feature_count(source.kind_count);
        let unseen = Unseen::new(source, later, items)?;
        let line = fit(&unseen.examples(fitting, None), columns, 0, FIRST_EPOCHS);
        let worth = unseen.worth(checking, &line);
        if best.as_ref().is_none_or(|&(most, ..)| worth > most) {
            best = Some((worth, way, std::mem::take(&mut source.lists)));
        }
    }
    progress(FitStage::Lists, ways.len(), ways.len());
    let (_, way, lists) = best.unwrap_or((0.0, ways[0], Vec::new()));
    source.lists = lists;
    Ok(way)
}

/// The ranker of what is bought again, if enough was. It chooses among what the shopper bought before: with leaders beside it, it learned to tell
/// the two apart, and little else.
fn ranker_of_again(
    source: &NextSource,
    bought: &[Visit],
    settings: NextSettings,
    items: usize,
) -> Result<Option<Ranker>, NextBuildError> {
    if predictions(bought).len() < LEAST_AGAIN {
        return Ok(None);
    }
    let alone = NextSource {
        leaders: Vec::new(),
        ..source.clone()
    };
    let unseen = Unseen::new(&alone, bought, items)?;
    Ok(fit_ranker(&[unseen], feature_count(source.kind_count), settings).ranker)
}

/// Fitted rankers.
#[derive(Default)]
pub(super) struct Fitted {
    /// None where nothing happened.
    ranker: Option<Ranker>,
    ranker_of_others: Option<Ranker>,
    examples: usize,
    likelihood: [f64; 2],
}

/// Fits a ranker to what happened behind each cut; `parts` are ordered by time, and the first stage is the latest one's.
fn fit_ranker(parts: &[Unseen<'_>], columns: usize, settings: NextSettings) -> Fitted {
    let Some(latest) = parts.last() else {
        return Fitted::default();
    };
    let all = predictions(latest.visits);
    if all.is_empty() {
        return Fitted::default();
    }
    let every = all.len().div_ceil(TRIAL_EXAMPLES).max(1);
    let some: Vec<Prediction> = all.into_iter().step_by(every).collect();
    let line = fit(&latest.examples(&some, None), columns, 0, FIRST_EPOCHS);
    let examples: Vec<Example> = parts
        .iter()
        .flat_map(|part| part.examples(&predictions(part.visits), Some(&line)))
        .collect();
    let ranker = fit(&examples, columns, settings.hidden, settings.ranker_epochs);
    Fitted::of(&line, ranker, examples, settings.ranker_epochs)
}

impl Fitted {
    /// `ranker` behind the first stage `line`, and one as wide without the latest item if there are enough `examples` for it.
    pub(super) fn of(
        line: &Ranker,
        mut ranker: Ranker,
        examples: Vec<Example>,
        epochs: usize,
    ) -> Self {
        let columns = line.linear.len();
        let likelihood = [
            likelihood(&examples, |row| line.score(row), columns),
            likelihood(&examples, |row| ranker.score(row), columns),
        ];
        ranker.first = line.first.clone();
        let count = examples.len();
        let any_latest = examples.iter().any(|one| latest(one, columns).is_some());
        let others: Vec<Example> = examples
            .into_iter()
            .filter_map(|example| without_latest(example, columns))
            .collect();
        let mut ranker_of_others = None;
        if any_latest && others.len() >= LEAST_OTHERS {
            let mut ranker = fit(&others, columns, ranker.bias.len(), epochs);
            ranker.first = line.first.clone();
            ranker_of_others = Some(ranker);
        }
        Self {
            ranker: Some(ranker),
            ranker_of_others,
            examples: count,
            likelihood,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pack has one width for both.
    #[test]
    fn the_ranker_of_others_is_as_wide_as_the_ranker() {
        let columns = feature_count(0);
        let mut rows = vec![0.0; 2 * columns];
        (rows[2], rows[columns + 3]) = (1.0, 1.0);
        let examples = vec![Example { rows, target: 1 }; LEAST_OTHERS];
        for width in [0, 1, 8] {
            let line = Ranker::line(vec![0.0; columns]);
            let ranker = Ranker {
                hidden: vec![0.0; columns * width],
                bias: vec![0.0; width],
                output: vec![0.0; width],
                ..line.clone()
            };
            let fitted = Fitted::of(&line, ranker, examples.clone(), 1);
            let others = fitted.ranker_of_others.expect("enough examples");
            assert_eq!(others.bias.len(), width);
        }
    }
}
