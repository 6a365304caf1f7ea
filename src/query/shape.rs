//! Questions and answers as they cross the boundary.
//!
//! Field names are snake case, as in GA4: the same shapes are read by pages, edge workers and the vectors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Understand, Understood};
use crate::learn::Text;

/// How many of each kind [`suggest`](crate::Engine::suggest) returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SuggestOptions {
    /// Products, at most 50.
    pub products: usize,
    /// Query completions, at most 50.
    pub completions: usize,
    /// Categories, at most 50.
    pub categories: usize,
    /// Brands, at most 50.
    pub brands: usize,
}

impl Default for SuggestOptions {
    fn default() -> Self {
        Self {
            products: 6,
            completions: 5,
            categories: 4,
            brands: 3,
        }
    }
}

/// What [`search`](crate::Engine::search) looks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    /// What the shopper typed; empty: everything.
    pub text: Text,
    /// Accepted values per facet: any of a facet's, and every facet. `category` accepts what lies below, too.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Accepted ranges per numeric facet, from and to, both included; absent: open. `price` is in minor units. A facet's values
    /// and ranges are alternatives: any of them will do.
    pub ranges: BTreeMap<String, Vec<Ends>>,
    /// Least price in minor units; with `price_max` another way to write a range of `price`.
    pub price_min: Option<f64>,
    /// Greatest price in minor units.
    pub price_max: Option<f64>,
    /// Facets to return at most; absent: as many as help. Above 30: all that hits have, up to 1,000.
    pub max_facets: Option<usize>,
    /// Values of each facet to return at most, besides the chosen ones; absent: as many as help. Above 24: all, up to 1,000.
    pub max_values: Option<usize>,
    /// Order of the hits.
    pub sort: Sort,
    /// Whether prices, negations and values in the text filter or weigh.
    pub understand: Understand,
    /// Parts of the text from which nothing is to follow, since the shopper took a filter back: see [`Understood::range`]. Prices and negations are then
    /// passed over, values are words.
    pub refused: Vec<String>,
    /// Hits to pass over.
    pub offset: usize,
    /// Hits to return, at most 200; absent: 24.
    pub limit: Option<usize>,
}

/// From and to of a range, both included; absent: open.
pub type Ends = (Option<f64>, Option<f64>);

/// Why a query makes no sense.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum QueryError {
    /// A range ends before it begins, or not at a number.
    #[error(
        "ranges.{facet}: expected [from, to] with from ≤ to, numbers or null, got [{from}, {to}]; swap or mend them"
    )]
    Range {
        /// The facet.
        facet: String,
        /// Its lower end.
        from: f64,
        /// Its upper end.
        to: f64,
    },
}

impl QueryError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Range { .. } => "query/range",
        }
    }
}

impl SearchQuery {
    /// Whether the query makes sense. One that does not is answered all the same: a range that nothing can lie in has no hits.
    ///
    /// # Errors
    ///
    /// [`QueryError::Range`] for the first range that ends before it begins, or whose end is NaN.
    pub fn check(&self) -> Result<(), QueryError> {
        for (facet, ranges) in &self.ranges {
            for &(from, to) in ranges {
                let (from, to) = open(from, to);
                // Not `from > to`: NaN is neither.
                if from.partial_cmp(&to).is_none_or(|order| order.is_gt()) {
                    let facet = facet.clone();
                    return Err(QueryError::Range { facet, from, to });
                }
            }
        }
        Ok(())
    }
}

/// Both ends, infinite where they are open.
pub(crate) fn open(from: Option<f64>, to: Option<f64>) -> (f64, f64) {
    (
        from.unwrap_or(f64::NEG_INFINITY),
        to.unwrap_or(f64::INFINITY),
    )
}

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sort {
    /// What helps this shopper most.
    #[default]
    Relevance,
    /// Cheapest first; without a price: last.
    PriceAsc,
    /// Dearest first; without a price: last.
    PriceDesc,
}

/// How a hit matches, the best way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tier {
    /// The text is its article number, a part of it, its GTIN or its id, however punctuated.
    Number,
    /// Every word of the text stands in it, or another form of it does; or its title begins with what is being typed.
    Exact,
    /// Another name of the text, as the shop's synonyms give it, stands in it in full.
    Synonym,
    /// Every word begins one that stands in it, or is joined with its neighbour, or a part of its article number.
    Prefix,
    /// As before, some words misspelt.
    Typo,
    /// Some words are missing.
    Partial,
    /// No text was given.
    All,
}

/// A product of the catalogue in an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The shop's identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Brand, or "".
    pub brand: String,
    /// The maker's article number, or "".
    pub mpn: String,
    /// GTIN as digits, or "".
    pub gtin: String,
    /// Category path, or "".
    pub category: String,
    /// Price in minor units.
    pub price: Option<u32>,
    /// Reduced price in minor units.
    pub sale_price: Option<u32>,
    /// `in_stock`, `out_of_stock`, `preorder` or `backorder`.
    pub availability: &'static str,
    /// Days until delivery.
    pub delivery_days: Option<u8>,
    /// Address of the picture, or "".
    pub image: String,
    /// Address of the page, or "".
    pub link: String,
    /// Mean rating, 0 to 5.
    pub rating: Option<f64>,
    /// Number of ratings.
    pub reviews: u32,
    /// Matching ranges of the title in UTF-16 code units.
    pub title_highlights: Vec<(u32, u32)>,
    /// Matching ranges of the article number in UTF-16 code units.
    pub mpn_highlights: Vec<(u32, u32)>,
    /// How it matches.
    pub tier: Tier,
    /// Log-odds of being chosen, beside others of its tier.
    pub score: f64,
    /// What contributes most to the score, the greatest first.
    pub reasons: Vec<Reason>,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// What kind of part it is.
    pub kind: ReasonKind,
    /// The facet (`affinity`), else "".
    pub facet: String,
    /// Its value (`affinity`), else "".
    pub value: String,
    /// What the shopper reads for the value, else "".
    pub label: String,
    /// Log-odds.
    pub contribution: f64,
}

/// Where a part of a score comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReasonKind {
    /// The shopper's turn for a facet value.
    Affinity,
    /// What the shopper did with this very item.
    Item,
    /// What all shoppers did with it.
    Popularity,
    /// How well the text matches.
    Text,
    /// Its place in the shop's own order.
    Position,
    /// What all shoppers chose after this query.
    Query,
    /// Another name of the text, given as the value.
    Synonym,
    /// It cannot be had now.
    Availability,
    /// Others opened it next to the product of the visit that value and label name.
    Visit,
    /// It is bought with the product that value and label name.
    Complement,
    /// The shop names it as accessory or spare part of that product.
    Accessory,
    /// An expert recommends it with that product; the label is what the expert says.
    Rule,
    /// Others looked at it or bought it instead of that product.
    Alternative,
    /// It is of the kind of that product and has much in common with it, or the shop names it in its stead.
    Alike,
    /// The shopper bought it as many days ago as the value says, and it is needed again after as many as the label says.
    Repurchase,
    /// The shopper sent it back.
    Returned,
}

/// Answer of [`search`](crate::Engine::search).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchResult {
    /// Number of all hits.
    pub total: usize,
    /// Words of the text that no hit has, where none has all: what was relaxed, so that the road does not end.
    pub relaxed: Vec<String>,
    /// What was understood of the text, beside the words to look for.
    pub understood: Vec<Understood>,
    /// The hits asked for, best first.
    pub hits: Vec<Hit>,
    /// The facets of all hits, in the order that fits result and shopper.
    pub facets: Vec<Facet>,
}

/// A facet of a result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facet {
    /// `category`, `brand`, `price` or an attribute's key.
    pub key: String,
    /// What the shopper reads; "" for `category`, `brand` and `price`, which the page names itself.
    pub label: String,
    /// How to show it.
    pub kind: FacetKind,
    /// How much it helps: what it splits and what the shopper cares about.
    pub score: f64,
    /// Unit of its numbers (`number`), or "".
    pub unit: String,
    /// Its values, the most helpful first. Categories stand as a tree: each behind the one above it.
    pub values: Vec<FacetValue>,
    /// Ranges of its numbers that hold roughly equally many hits (`number`, `price`), ascending; the chosen ones first.
    pub ranges: Vec<FacetRange>,
    /// Least number (`number`), or price in minor units (`price`).
    pub min: Option<f64>,
    /// Greatest number, or price in minor units.
    pub max: Option<f64>,
}

/// How a facet is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FacetKind {
    /// A level of the category tree.
    Category,
    /// A list of values.
    Text,
    /// A range of prices.
    Price,
    /// Numbers with one unit: ranges, and values.
    Number,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FacetValue {
    /// What a filter takes.
    pub value: String,
    /// What the shopper reads.
    pub label: String,
    /// Hits that have it, all other facets' filters applied.
    pub count: u32,
    /// Whether it is among the query's filters.
    pub selected: bool,
    /// The shopper's turn for it, in log-odds.
    pub affinity: f64,
    /// A sample: `#rrggbb` or the address of a picture; "": none.
    pub swatch: String,
    /// Level in the tree (`category`), 0 for the roots and in all other facets.
    pub level: u8,
}

/// A range of a facet's numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FacetRange {
    /// Lower end as a filter takes it; absent: open.
    pub from: Option<f64>,
    /// Upper end as a filter takes it, included; absent: open.
    pub to: Option<f64>,
    /// What the shopper reads: `< 10 cm`, `10–20 cm`, `≥ 20 cm`; "" for prices, which the page formats itself.
    pub label: String,
    /// Hits in it, all other facets' filters applied.
    pub count: u32,
    /// Whether it is among the query's ranges.
    pub selected: bool,
}

/// Answer of [`suggest`](crate::Engine::suggest).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Suggestions {
    /// Products, best first, one of each group of variants.
    pub products: Vec<Hit>,
    /// What the text may become.
    pub completions: Vec<Completion>,
    /// Categories to go to.
    pub categories: Vec<SuggestedCategory>,
    /// Brands to go to.
    pub brands: Vec<SuggestedBrand>,
    /// Words of the text that no product has, where none has all.
    pub relaxed: Vec<String>,
    /// The shopper's own searches of this visit that fit, latest first.
    pub recent: Vec<Recent>,
}

/// Why something is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SuggestReason {
    /// Many shoppers searched for it.
    Searched,
    /// Titles, categories or brands of the catalogue read so.
    Catalogue,
    /// It is called what was typed.
    Named,
    /// This shopper turns to it.
    Affinity,
    /// Products that match are of it.
    Products,
    /// This shopper searched for it on this visit.
    Recent,
}

/// An own search of this visit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recent {
    /// What was searched for.
    pub text: String,
    /// Ranges that the shopper has typed, in UTF-16 code units.
    pub highlights: Vec<(u32, u32)>,
    /// Why it is suggested: always [`SuggestReason::Recent`].
    pub reason: SuggestReason,
}

/// A query completion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Completion {
    /// The whole text.
    pub text: String,
    /// Ranges that the shopper has typed, in UTF-16 code units.
    pub highlights: Vec<(u32, u32)>,
    /// Why it is suggested.
    pub reason: SuggestReason,
    /// Visits that searched so, as far as the logs go; 0 where none is known.
    pub searches: u32,
}

/// A category to go to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuggestedCategory {
    /// Its path: what a filter takes.
    pub value: String,
    /// Its own name.
    pub label: String,
    /// The path above it, or "".
    pub path: String,
    /// Matching products in it.
    pub count: u32,
    /// Why it is suggested.
    pub reason: SuggestReason,
}

/// A brand to go to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuggestedBrand {
    /// What a filter takes.
    pub value: String,
    /// Its name.
    pub label: String,
    /// Matching products of it.
    pub count: u32,
    /// Why it is suggested.
    pub reason: SuggestReason,
}

/// What [`observe`](crate::Engine::observe) has learned.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Learned {
    /// Whether the event was learned from.
    pub accepted: bool,
    /// How many of its items the catalogue knows.
    pub items_known: usize,
    /// Affinities that it moved, the greatest move first.
    pub changes: Vec<Change>,
}

/// An affinity that an event moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The facet.
    pub facet: String,
    /// Its value.
    pub value: String,
    /// What the shopper reads for it.
    pub label: String,
    /// Log-odds before the event.
    pub before: f64,
    /// Log-odds after it.
    pub after: f64,
}

/// What the engine believes of the shopper's turn for one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Affinity {
    /// The facet.
    pub facet: String,
    /// Its value.
    pub value: String,
    /// What the shopper reads for it.
    pub label: String,
    /// Log-odds that it adds to an item.
    pub score: f64,
    /// Evidence of this visit, in views; negative: against.
    pub session: f64,
    /// Evidence from before this visit, in views; negative: against.
    pub profile: f64,
}

/// A value from which nothing is concluded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Muted {
    /// The facet; empty where nobody has told the name.
    pub facet: String,
    /// Its value, or its key in hexadecimal.
    pub value: String,
    /// What the shopper reads for it.
    pub label: String,
}

/// An item of a list in its new place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// Its place in the list that was given.
    pub index: usize,
    /// Log-odds of being chosen.
    pub score: f64,
}

/// Why an item has its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The shop's identifier.
    pub id: String,
    /// The sum of the parts.
    pub score: f64,
    /// The parts, the greatest first.
    pub parts: Vec<Reason>,
}

/// What a page needs to know of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CatalogueInfo {
    /// Name of the pack.
    pub hash: String,
    /// Number of products.
    pub items: usize,
    /// False for the head of a catalogue: some of its products, while the whole is on its way.
    pub complete: bool,
    /// The shop's name for it.
    pub name: String,
    /// Language (ISO 639-1).
    pub language: String,
    /// Currency (ISO 4217).
    pub currency: String,
    /// Whether it was generated rather than taken from a shop.
    pub synthetic: bool,
}

/// What a page needs to know of the knowledge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KnowledgeInfo {
    /// Name of the pack.
    pub hash: String,
    /// Number of products that something is known of.
    pub items: usize,
    /// How many of them the catalogue has.
    pub items_known: usize,
    /// Number of queries that something is known of.
    pub queries: usize,
    /// Whether it was learned from generated logs.
    pub synthetic: bool,
}
