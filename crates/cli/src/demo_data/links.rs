//! Accessories and spare parts: which articles go with which.

use std::collections::{BTreeMap, HashMap};

use super::dice::fingerprint;
use super::shop::{Shelf, Shop};
use super::table::Link;

/// A link target with the attributes that are compared.
type Target = (&'static str, &'static [&'static str]);
/// Articles by the values that they have in those attributes.
type Matches = HashMap<String, Vec<usize>>;

/// Finds the articles that links point to.
pub(super) struct Links<'a> {
    shop: &'a Shop,
    /// Per link target and compared attributes: the articles for each combination of values.
    groups: BTreeMap<Target, Matches>,
}

/// How many articles one link may name.
const PER_LINK: usize = 2;

impl<'a> Links<'a> {
    /// Groups the articles of all link targets.
    pub(super) fn new(shop: &'a Shop) -> Self {
        let mut groups = BTreeMap::new();
        let links = shop
            .shelves
            .iter()
            .flat_map(|shelf| shelf.kind.accessories.iter().chain(shelf.kind.spare_parts));
        for link in links {
            for same in [link.same, &[]] {
                groups
                    .entry((link.to, same))
                    .or_insert_with(|| group(shop, link.to, same));
            }
        }
        Self { shop, groups }
    }

    /// Accessories of the article at `index`.
    pub(super) fn accessories(&self, index: usize) -> Vec<usize> {
        self.follow(index, self.shop.model(index).kind.accessories)
    }

    /// Spare parts of the article at `index`.
    pub(super) fn spare_parts(&self, index: usize) -> Vec<usize> {
        self.follow(index, self.shop.model(index).kind.spare_parts)
    }

    fn follow(&self, index: usize, links: &[Link]) -> Vec<usize> {
        let mut found = Vec::new();
        for link in links {
            let Some(fitting) = self.fitting(index, link) else {
                continue;
            };
            // The same few for all variants of a model, and not always the first of the shelf.
            let model = self.shop.articles[index].model as u64;
            let start = (fingerprint(link.to) ^ (model.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
                % fitting.len() as u64;
            let picks = fitting.iter().cycle().skip(start as usize).take(PER_LINK);
            for pick in picks {
                if *pick != index && !found.contains(pick) {
                    found.push(*pick);
                }
            }
        }
        found
    }

    /// The articles that agree with `index` in all that the link demands; where there is none, any
    /// of the target, except that a thing for another battery or mount would not fit at all.
    fn fitting(&self, index: usize, link: &Link) -> Option<&Vec<usize>> {
        let exact = self.groups.get(&(link.to, link.same))?;
        let wanted = signature(self.shop, index, link.same)?;
        exact.get(&wanted).or_else(|| {
            let cosmetic = link.same.iter().all(|key| *key == "colour");
            if !cosmetic {
                return None;
            }
            self.groups.get(&(link.to, &[][..]))?.get("")
        })
    }
}

fn group(shop: &Shop, to: &str, same: &[&str]) -> Matches {
    let below = |shelf: &&Shelf| {
        shelf.kind.path == to
            || shelf
                .kind
                .path
                .strip_prefix(to)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    let mut groups: Matches = HashMap::new();
    for index in shop
        .shelves
        .iter()
        .filter(below)
        .flat_map(|shelf| shelf.articles.clone())
    {
        if let Some(signature) = signature(shop, index, same) {
            groups.entry(signature).or_default().push(index);
        }
    }
    groups
}

fn signature(shop: &Shop, index: usize, same: &[&str]) -> Option<String> {
    let values: Option<Vec<_>> = same
        .iter()
        .map(|key| match *key {
            "brand" => Some(shop.model(index).brand.name),
            key => shop.value(index, key),
        })
        .collect();
    values.map(|values| values.join("|"))
}
