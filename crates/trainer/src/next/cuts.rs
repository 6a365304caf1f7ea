//! Several cuts through the log instead of one; and fitting where little has happened, with weights that stay near what holds in every shop unless the
//! examples say otherwise.
//!
//! # Method
//! Before the latest visits the log is cut again: what stands before a cut is learned from, what comes next is predicted, so that every example is later
//! than all that its model has seen, and no model is older than the one that the shop will have. A long log is cut [`CUTS`] times. The latest visits of a
//! small one are too few to fit a ranker to, so it is cut again and again, back to its middle. There the ranker begins at the order
//! that the lists give without any, each standardised weight with a Gaussian prior of variance one around it, and gets hidden units only
//! if they make later examples more probable.

use endcap::recommend::{NextBuildError, NextSource, Ranker, feature_count};

use super::examples::{Unseen, predictions};
use super::fit::{Fitted, NextSettings, Standing, ways};
use super::lists::{ListSettings, lists};
use super::ranker::{Example, fit, fit_near, likelihood};
use super::vectors::{VectorSettings, vectors};
use super::visits::{UNKNOWN, Visit};

/// Cuts through a long log. Held out, ranker fitted to the latest 8 %, to three times 8 %: diginetica MRR@20 .2008, .2034, tmall .3045, .3044.
const CUTS: usize = 3;
/// Predictions from which on these are enough: the latest 12,000 visits of diginetica leave four thousand, and were ranked alike with one cut and
/// with seven; 2,000 visits of eshop2008 leave nine hundred, and gained 3 % of MRR@20 by seven.
const ENOUGH: usize = 2_000;
/// Examples from which on they need no prior.
const NO_PRIOR: usize = 8_000;
/// Share of the visits between two cuts, as many as are held out of a long log.
const BETWEEN: f64 = 0.08;
/// Share of the examples, the earlier ones, that are fitted to while widths are compared.
const EARLIER: f64 = 0.67;
/// Hidden units that are tried beside none.
const NARROW: usize = 8;
/// Examples without which hidden units are not tried: comparing them takes a hundred later ones.
const LEAST_FOR_UNITS: usize = 300;

/// A cut through the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut<'a> {
    /// What is learned from.
    pub(super) before: &'a [Visit],
    /// What is predicted then.
    pub(super) later: &'a [Visit],
}

/// The cut between `before` and `later` and others through `before`, latest first.
pub(super) fn cuts<'a>(before: &'a [Visit], later: &'a [Visit]) -> Vec<Cut<'a>> {
    let mut cuts = vec![Cut { before, later }];
    let between = ((before.len() + later.len()) as f64 * BETWEEN).ceil() as usize;
    // What the shoppers of earlier visits had bought is not known here, and must not look as if it did not matter. Nor is it known which
    // of their items would be looked for, where that is not each after its first.
    let is_whole = later.iter().all(|visit| visit.from == 1);
    let most = match (has_past(later) || !is_whole, is_few(later)) {
        (true, _) => 1,
        (_, true) => usize::MAX,
        _ => CUTS,
    };
    let (middle, mut end) = (before.len() / 2, before.len());
    while cuts.len() < most && end > middle.max(1) {
        let begin = end.saturating_sub(between).max(middle).max(1);
        cuts.push(Cut {
            before: &before[..begin],
            later: &before[begin..end],
        });
        end = begin;
    }
    cuts
}

/// Whether `later` leaves too few predictions for a ranker without a prior.
pub(super) fn is_few(later: &[Visit]) -> bool {
    let known = |visit: &Visit| {
        let targets = visit.items.iter().skip(visit.from);
        targets.filter(|&&item| item != UNKNOWN).count()
    };
    !has_past(later) && later.iter().map(known).sum::<usize>() < ENOUGH
}

fn has_past(visits: &[Visit]) -> bool {
    visits.iter().any(|visit| !visit.past.is_empty())
}

/// A log with its cuts, and what the models before them have in common.
pub(super) struct CutLog<'a> {
    pub(super) items: usize,
    pub(super) cuts: Vec<Cut<'a>>,
    /// Kinds of attributes; nothing else of it is used.
    pub(super) like: &'a NextSource,
    pub(super) again: &'a [f32],
    pub(super) settings: NextSettings,
}

impl CutLog<'_> {
    /// The way of making lists whose order alone puts highest what happened later.
    ///
    /// # Errors
    ///
    /// [`NextBuildError`] if the settings ask for more than the format holds.
    pub(super) fn choose(&self) -> Result<ListSettings, NextBuildError> {
        let line = by_lists(self.like.kind_count);
        let mut best: Option<(f64, ListSettings)> = None;
        for way in ways() {
            let mut worth = 0.0;
            for cut in &self.cuts {
                let unseen = Unseen::new(&self.model(cut, way, 0), cut.later, self.items)?;
                worth += unseen.worth(&predictions(cut.later), &line);
            }
            if best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, way));
            }
        }
        Ok(best.map_or_else(|| ways()[0], |(_, way)| way))
    }

    /// Fits a ranker to what happened behind all cuts.
    ///
    /// # Errors
    ///
    /// [`NextBuildError`] if the settings ask for more than the format holds.
    pub(super) fn fitted(&self, way: ListSettings) -> Result<Fitted, NextBuildError> {
        let mut parts = Vec::new();
        for cut in self.cuts.iter().rev() {
            let model = self.model(cut, way, self.settings.dimensions);
            let unseen = Unseen::new(&model, cut.later, self.items)?;
            parts.push((unseen, predictions(cut.later)));
        }
        let examples = |first: Option<&Ranker>| -> Vec<Example> {
            let examples = parts
                .iter()
                .flat_map(|(unseen, all)| unseen.examples(all, first));
            examples.collect()
        };
        let sampled = examples(None);
        if sampled.is_empty() {
            return Ok(Fitted::default());
        }
        let line = fit_near(&sampled, &by_lists(self.like.kind_count).linear, 0);
        let examples = examples(Some(&line));
        let (kinds, settings) = (self.like.kind_count, self.settings);
        let ranker = ranker(&examples, kinds, settings.hidden, settings.ranker_epochs);
        Ok(Fitted::of(&line, ranker, examples, settings.ranker_epochs))
    }

    /// What is learned before `cut`.
    pub(super) fn model(&self, cut: &Cut<'_>, way: ListSettings, dimensions: usize) -> NextSource {
        let Self {
            items,
            like,
            settings,
            ..
        } = *self;
        let mut source = NextSource {
            neighbours: settings.neighbours,
            reach: settings.reach,
            kind_count: like.kind_count,
            kinds: like.kinds.clone(),
            ..NextSource::default()
        };
        source.stand(items, cut.before, self.again, settings.leaders);
        let popularity = source.popularity();
        source.lists = lists(items, cut.before, &popularity, way, settings.neighbours);
        let settings = VectorSettings {
            dimensions,
            epochs: settings.epochs,
        };
        let learned = vectors(items, cut.before, settings, &mut |_, _| {});
        source.dimensions = learned.dimensions;
        (source.vectors, source.gates) = (learned.units, learned.gates);
        source
    }
}

/// What the engine goes by without a ranker: the lists of the visit's items, and how lately an item was seen.
fn by_lists(kinds: usize) -> Ranker {
    let mut linear = vec![0.0; feature_count(kinds)];
    (linear[1], linear[3]) = (1.0, 1.0);
    Ranker::line(linear)
}

/// A ranker with at most `hidden` units; `examples` are ordered by time.
fn ranker(examples: &[Example], kinds: usize, hidden: usize, epochs: usize) -> Ranker {
    let columns = feature_count(kinds);
    if examples.len() >= NO_PRIOR {
        return fit(examples, columns, hidden, epochs);
    }
    let centre = by_lists(kinds).linear;
    let mut best = (f64::MIN, 0);
    if examples.len() >= LEAST_FOR_UNITS {
        let earlier = (examples.len() as f64 * EARLIER) as usize;
        let (earlier, later) = examples.split_at(earlier);
        for width in [0, NARROW.min(hidden)] {
            let tried = fit_near(earlier, &centre, width);
            let fits = likelihood(later, |row| tried.score(row), columns);
            if fits > best.0 {
                best = (fits, width);
            }
        }
    }
    fit_near(examples, &centre, best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(count: i64) -> Vec<Visit> {
        (0..count)
            .map(|time| Visit::new(time, vec![0, 1, 2]))
            .collect()
    }

    #[test]
    fn short_logs_are_cut_again_and_each_part_is_later_than_its_model() {
        let all = visits(100);
        let (before, later) = all.split_at(92);
        let cuts = cuts(before, later);
        assert_eq!(cuts.len(), 7);
        let mut end = 100;
        for cut in &cuts {
            assert_eq!(cut.before.len() + cut.later.len(), end);
            assert!(cut.before.last().unwrap().time < cut.later[0].time);
            end = cut.before.len();
        }
        assert_eq!(end, 46);
    }

    #[test]
    fn long_logs_are_cut_three_times_and_those_of_shoppers_with_a_past_once() {
        let (before, mut later) = (visits(46_000), visits(4_000));
        let lengths: Vec<usize> = cuts(&before, &later)
            .iter()
            .map(|cut| cut.later.len())
            .collect();
        assert_eq!(lengths, [4_000; 3]);
        assert!(!is_few(&later));
        later.truncate(8);
        assert!(is_few(&later));
        later[3].past = [endcap::recommend::Past::default()].into();
        assert!(!is_few(&later));
        assert_eq!(cuts(&before, &later).len(), 1);
    }

    /// Of an order one position is hidden; of what is learned from nobody knows which it would be.
    #[test]
    fn a_log_is_cut_once_where_parts_of_visits_are_predicted() {
        let (before, mut later) = (visits(46_000), visits(4_000));
        for visit in &mut later {
            visit.from = 2;
        }
        assert_eq!(cuts(&before, &later).len(), 1);
        later.truncate(8);
        assert_eq!(cuts(&before, &later).len(), 1);
    }

    /// What contradicts the lists moves the line away from them, the more the more often it was seen.
    #[test]
    fn the_fewer_examples_the_nearer_the_line_stays_to_the_lists() {
        let columns = feature_count(0);
        let mut rows = vec![0.0; 2 * columns];
        (rows[3], rows[columns + 11]) = (1.0, 1.0);
        let example = Example { rows, target: 1 };
        let ahead = |count: usize| {
            let examples = vec![example.clone(); count];
            let line = fit_near(&examples, &by_lists(0).linear, 0);
            line.score(&example.rows[..columns]) - line.score(&example.rows[columns..])
        };
        let (one, ten, many) = (ahead(1), ahead(10), ahead(200));
        assert!(
            many < ten && ten < one && one < 1.0 && many < 0.0,
            "{one} {ten} {many}"
        );
    }
}
