//! Likeness: how much two products have in common.

use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    index::BitSet,
    order,
};

/// Log-odds that a price loses which is e times as high or low. Hand-set: a tap for twice the price is still a tap.
const PRICE_WEIGHT: f64 = 0.3;

/// The category that `item` lies in.
pub(super) fn leaf_of(catalogue: &Catalogue, item: ItemIdx) -> Option<ValueIdx> {
    // The category comes first.
    let first = catalogue.item_values(item).next()?;
    (catalogue.facet_of(first) == FacetIdx::CATEGORY).then_some(first)
}

/// The share of common facet values, 0 to 1; variants of one product are alike.
pub(super) fn likeness(catalogue: &Catalogue, one: ItemIdx, other: ItemIdx) -> f64 {
    let group = catalogue.group(one);
    if group.is_some() && group == catalogue.group(other) {
        return 1.0;
    }
    // Both ascend.
    let (mut ones, mut others) = (
        catalogue.item_values(one).peekable(),
        catalogue.item_values(other).peekable(),
    );
    let all = ones.len() + others.len();
    let mut common = 0;
    while let (Some(&left), Some(&right)) = (ones.peek(), others.peek()) {
        common += usize::from(left == right);
        if left <= right {
            ones.next();
        }
        if right <= left {
            others.next();
        }
    }
    common as f64 / (all - common).max(1) as f64
}

/// The `k` products of the category of `item` that are most like it, among those that `allowed` has, with how much they are,
/// less for another price. Variants of the product itself are not among them.
pub(super) fn alike(
    catalogue: &Catalogue,
    item: ItemIdx,
    allowed: &BitSet,
    k: usize,
) -> Vec<(ItemIdx, f64)> {
    let Some(leaf) = leaf_of(catalogue, item) else {
        return Vec::new();
    };
    let range = leaf.0..leaf.0 + 1;
    let group = catalogue.group(item);
    let price = |item| f64::from(catalogue.current_price(item).unwrap_or(0).max(1));
    let own = price(item);
    let others: Vec<(ItemIdx, f64)> = catalogue
        .items()
        .filter(|&other| {
            allowed.contains(other.0)
                && !catalogue.item_values_in(other, &range).is_empty()
                && other != item
                && (group.is_none() || catalogue.group(other) != group)
        })
        .map(|other| {
            let apart = libm::log(price(other) / own).abs();
            let like = likeness(catalogue, item, other) - PRICE_WEIGHT * apart;
            (other, like)
        })
        .collect();
    order::best_by(others, k, |&(_, like)| like)
}
