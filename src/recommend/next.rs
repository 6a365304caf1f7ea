//! Next: the items that a shopper most probably opens now.

use super::{
    features::{Past, Workspace},
    lists::ROW_LEVELS,
    model::Next,
    ranker::Ranker,
};
use crate::order::{ascending, best_by, pick};

/// Candidates that the first stage leaves to the second. Held out on diginetica, 64 lose less than 0.0005 of HR@20 against
/// scoring all.
const SECOND_STAGE: usize = 64;

/// An item and its score; scores of one call may be compared, no others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Number of the item.
    pub item: u32,
    /// Its score.
    pub score: f32,
}

impl Next<'_> {
    /// The best `limit` items after `visit` among those that `allowed` lets through, best first; ties fall to the smaller number.
    ///
    /// Where the item opened latest may not come, the ranker that was fitted so decides. Without a fitted ranker the weights of the
    /// lists do.
    pub fn predict(
        &self,
        visit: impl DoubleEndedIterator<Item = u32>,
        past: &[Past],
        limit: usize,
        mut allowed: impl FnMut(u32) -> bool,
        work: &mut Workspace,
    ) -> Vec<Scored> {
        let visit: Vec<u32> = visit.collect();
        self.fill(visit.into_iter(), past, work);
        let ranker = self.ranker(work.latest().is_none_or(&mut allowed));
        self.ranked(ranker, limit, &mut allowed, work)
    }

    /// The best `limit` of what the shopper bought before, by how probably it is bought again now; `None` where no ranker was fitted to that.
    pub fn again(
        &self,
        past: &[Past],
        limit: usize,
        mut allowed: impl FnMut(u32) -> bool,
        work: &mut Workspace,
    ) -> Option<Vec<Scored>> {
        let ranker = self.ranker_of_again()?;
        self.fill(std::iter::empty(), past, work);
        let mut bought = |item| past.iter().any(|past| past.item == item) && allowed(item);
        Some(self.ranked(Some(ranker), limit, &mut bought, work))
    }

    /// The best candidates of what was filled in, compiled once for all its uses.
    fn ranked(
        &self,
        ranker: Option<&Ranker>,
        limit: usize,
        allowed: &mut dyn FnMut(u32) -> bool,
        work: &Workspace,
    ) -> Vec<Scored> {
        let Some(ranker) = ranker else {
            let by_lists = (0..work.candidates.len())
                .map(|at| (work.candidates[at], work.row(at)))
                .filter(|&(item, _)| allowed(item))
                .map(|(item, row)| Scored {
                    item,
                    score: row[3] + row[1],
                })
                .collect();
            return best_of(by_lists, limit);
        };
        let mut first = Vec::with_capacity(work.candidates.len());
        for (at, &item) in (0u32..).zip(&work.candidates) {
            if allowed(item) {
                let score = ranker.first_score(work.row(at as usize));
                first.push(Scored { item: at, score });
            }
        }
        let kept = SECOND_STAGE.max(limit);
        if first.len() > kept {
            first = best_by(first, kept, |scored| f64::from(scored.score));
        }
        let second = first
            .into_iter()
            .map(|scored| Scored {
                item: work.candidates[scored.item as usize],
                score: ranker.score(work.row(scored.item as usize)),
            })
            .collect();
        best_of(second, limit)
    }
}

impl Next<'_> {
    /// Which of `visit` points to `item` most strongly; of equal ones the first.
    pub fn pointing(&self, visit: impl Iterator<Item = u32>, item: u32) -> Option<u32> {
        let (mut best, mut greatest) = (None, 0.0);
        for from in visit {
            let weights = self.row_weights(from);
            self.neighbours(from, |neighbour, level| {
                let weight = weights[usize::from(level) % ROW_LEVELS];
                if neighbour == item && weight > greatest {
                    (best, greatest) = (Some(from), weight);
                }
            });
        }
        best
    }

    /// How probably each item is opened after `visit`, if it is one of those that `allowed` lets through: the softmax of their
    /// scores, over `more` and the candidates of the visit.
    pub(crate) fn shares(
        &self,
        visit: impl DoubleEndedIterator<Item = u32>,
        more: &[u32],
        mut allowed: impl FnMut(u32) -> bool,
        work: &mut Workspace,
    ) -> Vec<Scored> {
        self.fill_with(visit, &[], more, work);
        let ranker = self.ranker(work.latest().is_none_or(&mut allowed));
        let mut shares: Vec<Scored> = (0..work.candidates.len())
            .map(|at| (work.candidates[at], work.row(at)))
            .filter(|&(item, _)| allowed(item))
            .map(|(item, row)| {
                let score = ranker.map_or(row[3] + row[1], |ranker| ranker.score(row));
                Scored { item, score }
            })
            .collect();
        let most = shares
            .iter()
            .fold(f32::MIN, |most, one| most.max(one.score));
        let mut sum = 0.0;
        for one in &mut shares {
            one.score = libm::expf(one.score - most);
            sum += one.score;
        }
        for one in &mut shares {
            one.score /= sum;
        }
        shares
    }

    /// How often `item` was opened, about.
    pub(crate) fn popularity(&self, item: u32) -> f32 {
        libm::expm1f(self.standing(item)[0])
    }
}

/// The best `limit`, equal ones by item. The one sort of the crate serves here, too: another would weigh 9 KB.
fn best_of(scored: Vec<Scored>, limit: usize) -> Vec<Scored> {
    let order = ascending(scored.iter().map(|scored| u64::from(scored.item)).collect());
    best_by(pick(scored, order), limit, |scored| f64::from(scored.score))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommend::{NextModel, NextSource, feature_count};

    /// A ranker of no hidden units that goes by one feature alone.
    fn by(feature: usize, weight: f32) -> Ranker {
        let columns = feature_count(0);
        let mut linear = vec![0.0; columns];
        linear[feature] = weight;
        Ranker::line(linear)
    }

    #[test]
    fn what_is_bought_again_has_a_ranker_of_its_own() {
        let source = |ranker_of_again| NextSource {
            neighbours: 1,
            lists: vec![Vec::new(); 6],
            standing: [9.0, 5.0, 4.0, 3.0, 2.0, 1.0]
                .map(|popularity| [popularity, 0.0, 0.0, 0.0])
                .to_vec(),
            leaders: vec![0, 1],
            ranker: Some(by(11, 1.0)),
            ranker_of_others: Some(by(11, -1.0)),
            ranker_of_again,
            ..NextSource::default()
        };
        let past = [3, 4, 5].map(|item| Past {
            item,
            times: item as f32,
            since: 9.0,
            span: 0.0,
        });
        let items = |list: Vec<Scored>| list.iter().map(|one| one.item).collect::<Vec<_>>();
        let mut work = Workspace::default();
        for ranker in [None, Some(by(20, 1.0))] {
            let sections = source(ranker.clone()).sections().unwrap();
            let slices = sections.each_ref().map(Vec::as_slice);
            let model = NextModel::open(6, slices).unwrap();
            let next = model.with(slices);
            let again = next.again(&past, 2, |item| item != 4, &mut work);
            assert_eq!(again.map(items), ranker.map(|_| vec![5, 3]));
            let list = next.predict([2].into_iter(), &past, 9, |_| true, &mut work);
            assert_eq!(items(list), [2, 3, 4, 5], "the other rankers stay");
            let list = next.predict([2].into_iter(), &past, 1, |item| item != 2, &mut work);
            assert_eq!(items(list), [5]);
        }
    }
}
