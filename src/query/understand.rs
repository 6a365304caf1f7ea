//! Understanding: what a typed text says beside the words to look for: prices, what is not wanted, values of facets, questions.
//!
//! # Method
//! Closed-class words ([`language`]) mark prices, negations and questions. They are taken out of the text before retrieval, so that one pass finds
//! what the other words name. The best known answers then tell which categories, brands and attribute values these words are: a value whose label is
//! a word of the text is certain as far as the answers share it. So what a word means depends on the words beside it, and on the catalogue alone.
//!
//! # Invariants
//! * `off`, and a text of which nothing is understood, find exactly what the text itself does.
//! * A filter never leaves nothing of the answers that fit the text: it is relaxed, and its [`Role`] says so.
//! * A product without any value of a facet passes a filter by one of its values if it has all words of the text: it may have the value all the same.
//! * The cost is bounded by the values of [`SAMPLE`] products, and by a look at the title of each answer that a negation may exclude.

mod language;
mod price;
mod reader;
mod values;

use serde::{Deserialize, Serialize};

pub use self::language::minor_unit_digits;
use self::{
    language::Role as WordRole,
    price::bounds,
    reader::{Reader, part},
    values::{Having, Subtree, base_of, denies, having, named},
};
use super::{
    SearchQuery, Tier,
    filter::PRICE,
    retrieve::Candidate,
    words::{MAX_WORDS, Words, cut},
};
use crate::{
    catalogue::{Catalogue, FacetIdx, ItemIdx, ValueIdx},
    text::folded,
};

/// From this certainty on an entry filters. Hand-set.
const SURE: f64 = 0.5;
/// The same of a value: "micro sd card" means cards whose kind is written otherwise, too. Of the judged queries on both real catalogues, filters below
/// this lost more than they gained.
const SURE_VALUE: f64 = 0.85;
/// Answers without the value that are taken to be there: one answer alone is not [`SURE_VALUE`], two are.
const PSEUDO_ANSWERS: f64 = 0.2;
/// Below this certainty a value is not told. Hand-set.
const DOUBTFUL: f64 = 0.15;
/// Certainty of a negation, and of a word for a low price. Hand-set.
const NEGATION: f64 = 0.9;
const LOW_PRICE: f64 = 0.4;
/// Log-odds that a product gains by a value that the text names, and loses by missing what would filter. Hand-set: less than the text decides by, and
/// more than a view.
const VALUE_WEIGHT: f64 = 0.5;
const MISSED: f64 = 3.0;
/// Log-odds between a product that costs nothing and one of the mean price, where a low price is asked for. Hand-set.
const LOW_PRICE_WEIGHT: f64 = 1.5;
/// Answers that tell what the words mean.
const SAMPLE: usize = 48;

/// Whether a query's text is understood, and what follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Understand {
    /// What is sure filters, what is not only weighs.
    #[default]
    Filter,
    /// Everything only weighs.
    Weigh,
    /// The text is nothing but words to look for.
    Off,
}

/// What a part of a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnderstoodKind {
    /// A kind of product: a node of the category tree.
    Category,
    /// A brand.
    Brand,
    /// A value of another facet.
    Attribute,
    /// Bounds of the price; without any: a low price.
    Price,
    /// A word that is no value of a facet, and not wanted.
    Word,
}

/// What follows from an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Every hit meets it.
    Filter,
    /// Hits that meet it stand higher.
    Weight,
    /// It would have left none of the answers that fit the other words, so it was passed over.
    Relaxed,
}

/// A part of a text that was understood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Understood {
    /// What it is.
    pub kind: UnderstoodKind,
    /// The facet; "" for words.
    pub facet: String,
    /// The facet's value, or the word; "" for prices.
    pub value: String,
    /// Least price in minor units; absent: open.
    pub min: Option<f64>,
    /// Greatest price in minor units; absent: open.
    pub max: Option<f64>,
    /// Whether it is not wanted.
    pub negated: bool,
    /// From 0 to 1.
    pub certainty: f64,
    /// Where it stands in the text, in UTF-16 code units.
    pub range: (u32, u32),
    /// What follows from it.
    pub role: Role,
}

/// What is asked of a product.
#[derive(Clone, Debug)]
enum Test {
    Price(Option<u32>, Option<u32>),
    LowPrice,
    /// It says so, or is none of these items, which have the word.
    Without(String, Having),
    Has(Subtree),
    HasNot(Subtree),
}

/// What a text means beside the words to look for.
#[derive(Clone, Debug)]
pub(crate) struct Meaning<'a> {
    catalogue: &'a Catalogue,
    mode: Understand,
    text: &'a str,
    /// Parts of the text from which nothing follows, folded.
    refused: Vec<String>,
    entries: Vec<(Understood, Test)>,
    /// Where each of the words that are looked for stands in the text.
    origins: Vec<(u32, u32)>,
    mean_price: f64,
}

impl<'a> Meaning<'a> {
    /// Takes prices, negations and questions out of `words`, which are those of `query`.
    pub(crate) fn read(
        catalogue: &'a Catalogue,
        query: &'a SearchQuery,
        words: &mut Words,
    ) -> Self {
        let fold = |text: &String| folded(text, MAX_WORDS, catalogue.locale());
        let mut meaning = Self {
            catalogue,
            mode: query.understand,
            text: cut(query.text.as_str()),
            refused: query.refused.iter().take(MAX_WORDS).map(fold).collect(),
            entries: Vec::new(),
            origins: Vec::new(),
            mean_price: 0.0,
        };
        let numbers = catalogue.numbers();
        let is_number = !words.number.is_empty() && !numbers.prefix_range(&words.number).is_empty();
        if meaning.mode != Understand::Off && !is_number {
            let gone = meaning.read_words(words);
            if let Some(rest) = meaning.rest(words, gone) {
                *words = Words::new(&rest, catalogue.locale());
            }
        }
        meaning
    }

    /// One bit per word that says something beside what is looked for.
    fn read_words(&mut self, words: &Words) -> u16 {
        let meta = self.catalogue.meta();
        let reader = Reader::new(self.text, words, &meta.language, &meta.currency);
        let asks = reader.role(0) == Some(WordRole::Ask);
        let (mut gone, mut at) = (0, 0);
        while at < words.tokens.len() {
            let end = match reader.role(at) {
                Some(WordRole::Not) => self.read_negation(&reader, at),
                Some(WordRole::Cheap) => {
                    let range = reader.range(at, at + 1);
                    self.push(LOW_PRICE, range, None, Test::LowPrice);
                    Some(at + 1)
                }
                Some(WordRole::Ask | WordRole::Filler) if asks => Some(at + 1),
                _ => bounds(&reader, at).map(|bounds| {
                    let range = reader.range(at, bounds.end);
                    let test = Test::Price(bounds.from, bounds.to);
                    self.push(bounds.certainty, range, None, test);
                    bounds.end
                }),
            };
            gone |= end.map_or(0, |end| bits(at, end));
            at = end.unwrap_or(at + 1);
        }
        // A text of nothing but a question's words means them.
        if asks && self.entries.is_empty() && gone == bits(0, words.tokens.len()) {
            return 0;
        }
        gone
    }

    /// Reads what the negation at `at` excludes: the next word, and those joined to it. Returns one past the last of them.
    fn read_negation(&mut self, reader: &Reader<'_>, at: usize) -> Option<usize> {
        let catalogue = self.catalogue;
        let (mut end, mut next) = (None, at + 1);
        while let Some(word) = reader.content_word(next) {
            let range = reader.range(end.map_or(at, |_| next), next + 1);
            let word = base_of(catalogue, word).unwrap_or(word);
            let items = having(catalogue, word);
            if end.is_none() && self.is_value(reader, at, &items) {
                return None;
            }
            let sample = items.first(SAMPLE);
            let values = named(catalogue, &Words::new(word, catalogue.locale()), &sample);
            let value = values
                .first()
                .filter(|value| value.items * 2 > sample.len());
            let subject = value.map(|value| value.value);
            let test = match subject {
                // What is for a brand's products is none of them.
                Some(brand) if catalogue.facet_of(brand) == FacetIdx::BRAND => {
                    Test::HasNot(Subtree::new(catalogue, brand))
                }
                _ => Test::Without(word.to_owned(), items),
            };
            self.push(NEGATION, range, subject, test);
            end = Some(next + 1);
            if reader.role(next + 1) != Some(WordRole::Join) {
                break;
            }
            next += 2;
        }
        end
    }

    /// Whether the negation at `at` is a part of a value: `ohne Deckel`.
    fn is_value(&self, reader: &Reader<'_>, at: usize, items: &Having) -> bool {
        let (from, to) = reader.range(at, at + 2);
        let phrase = Words::new(part(self.text, from, to), self.catalogue.locale());
        let denying = having(self.catalogue, reader.word(at).unwrap_or_default());
        let sample = denying.and(items).first(SAMPLE);
        let named = named(self.catalogue, &phrase, &sample);
        named
            .iter()
            .any(|value| value.to - value.from == 2 && value.items * 4 > sample.len())
    }

    /// What is left of the text without the words of `gone`, and with words in the form that the catalogue has; `None` if it is the whole text.
    fn rest(&mut self, words: &Words, gone: u16) -> Option<String> {
        let mut rest = String::new();
        let mut is_changed = gone != 0;
        for (place, token) in words.tokens.iter().enumerate() {
            if gone >> place & 1 == 1 {
                continue;
            }
            let base = base_of(self.catalogue, &token.text);
            is_changed |= base.is_some();
            self.origins.push((token.start, token.end));
            rest.push_str(base.unwrap_or_else(|| part(self.text, token.start, token.end)));
            rest.push(' ');
        }
        if !is_changed {
            return None;
        }
        // A last word that is still being typed stays the last.
        let is_last_gone = words
            .tokens
            .len()
            .checked_sub(1)
            .is_none_or(|last| gone >> last & 1 == 1);
        if words.unfinished && !is_last_gone {
            rest.pop();
        }
        Some(rest)
    }

    /// Whether nothing filters.
    pub(crate) fn is_open(&self) -> bool {
        !self
            .entries
            .iter()
            .any(|(entry, _)| entry.role == Role::Filter)
    }

    /// What was understood, in the order of the text.
    pub(crate) fn told(self) -> Vec<Understood> {
        self.entries.into_iter().map(|(entry, _)| entry).collect()
    }

    /// Understands which values `words` are by `candidates`, the answers to them, and leaves those that meet what is sure.
    pub(crate) fn narrow(&mut self, words: &Words, candidates: &mut Vec<Candidate>) {
        if self.mode == Understand::Off {
            return;
        }
        let full = |one: &&Candidate| one.tier != Tier::Partial;
        let is_full = candidates.iter().any(|one| full(&one));
        let best = candidates.iter().filter(full).map(|one| one.text);
        let least = best.fold(0.0, f32::max) / 2.0;
        let fits = |one: &&Candidate| !is_full || full(one) && one.text >= least;
        if !words.is_empty() {
            let sample = candidates.iter().filter(fits).take(SAMPLE);
            let sample: Vec<ItemIdx> = sample.map(|one| one.item).collect();
            self.read_values(words, &sample);
        }
        let is_cheap = self
            .entries
            .iter()
            .any(|(_, test)| matches!(test, Test::LowPrice));
        if self.is_open() && !is_cheap {
            return;
        }
        let (mut sum, mut prices) = (0.0, 0u32);
        let mut fewest = u32::MAX;
        let mut misses = Vec::with_capacity(candidates.len());
        for one in candidates.iter() {
            if let Some(price) = self.catalogue.current_price(one.item) {
                sum += f64::from(price);
                prices += 1;
            }
            let missed = self.missed(one);
            misses.push(missed);
            if fits(&one) {
                // Of equally many the earlier entries: prices and negations before values, which the text names itself.
                fewest = fewest.min(missed.count_ones() << 16 | u32::from(missed));
            }
        }
        self.mean_price = sum / f64::from(prices.max(1));
        let relaxed = if misses.is_empty() { 0 } else { fewest as u16 };
        for (place, (entry, _)) in self.entries.iter_mut().enumerate() {
            if relaxed >> place & 1 == 1 {
                entry.role = Role::Relaxed;
            }
        }
        let mut misses = misses.into_iter();
        candidates.retain(|_| misses.next().is_some_and(|missed| missed & !relaxed == 0));
    }

    /// The values that `words` name, as far as the products of `sample` have them.
    fn read_values(&mut self, words: &Words, sample: &[ItemIdx]) {
        for value in named(self.catalogue, words, sample) {
            // One product tells little of what a word means.
            let share = value.items as f64 / (sample.len() as f64 + PSEUDO_ANSWERS);
            let tokens = words.tokens.get(value.from..value.to).unwrap_or_default();
            let has = |what: fn(char) -> bool| tokens.iter().any(|token| token.text.contains(what));
            // A number with letters, such as `18v` or `m8`, is hardly anything else; nor are several words, such as `ohne deckel`.
            let is_measure = has(|char| char.is_ascii_digit()) && has(char::is_alphabetic);
            let certainty = match (is_measure, tokens.len()) {
                (true, _) => (share + 3.0) / 4.0,
                (_, 2..) => (share + 1.0) / 2.0,
                _ => share,
            };
            let places = self.origins.get(value.from..value.to).unwrap_or_default();
            if let (Some(&(start, _)), Some(&(_, end))) = (places.first(), places.last())
                && share >= DOUBTFUL
            {
                let range = (start, end);
                let test = Test::Has(Subtree::new(self.catalogue, value.value));
                self.push(certainty, range, Some(value.value), test);
            }
        }
    }

    /// Adds an entry, unless the shopper has refused it.
    fn push(&mut self, certainty: f64, range: (u32, u32), subject: Option<ValueIdx>, test: Test) {
        let catalogue = self.catalogue;
        let typed = folded(
            part(self.text, range.0, range.1),
            MAX_WORDS,
            catalogue.locale(),
        );
        if self.refused.contains(&typed) || self.entries.len() == MAX_WORDS {
            return;
        }
        let subject = subject.map(|value| (catalogue.facet_of(value), value));
        let (mut kind, mut facet, mut value) = (UnderstoodKind::Word, "", String::new());
        if let Some((of, subject)) = subject {
            (facet, value) = (catalogue.facet_key(of), catalogue.value_name(subject));
            kind = match of {
                FacetIdx::CATEGORY => UnderstoodKind::Category,
                FacetIdx::BRAND => UnderstoodKind::Brand,
                _ => UnderstoodKind::Attribute,
            };
        }
        let (mut min, mut max) = (None, None);
        match &test {
            Test::Price(from, to) => (min, max) = (from.map(f64::from), to.map(f64::from)),
            Test::Without(word, _) if subject.is_none() => value.clone_from(word),
            _ => {}
        }
        if matches!(test, Test::Price(..) | Test::LowPrice) {
            (kind, facet) = (UnderstoodKind::Price, PRICE);
        }
        let sure = match test {
            Test::Has(_) => SURE_VALUE,
            _ => SURE,
        };
        let is_sure = self.mode == Understand::Filter && certainty >= sure;
        // A kind orders only: what a category does not hold may be of the kind all the same.
        let is_kind = kind == UnderstoodKind::Category && matches!(test, Test::Has(_));
        let entry = Understood {
            kind,
            facet: facet.to_owned(),
            value,
            min,
            max,
            negated: matches!(test, Test::Without(..) | Test::HasNot(_)),
            certainty,
            range,
            role: if is_sure && !is_kind {
                Role::Filter
            } else {
                Role::Weight
            },
        };
        self.entries.push((entry, test));
    }

    /// Log-odds that `item` gains by what only weighs.
    pub(crate) fn weight(&self, item: ItemIdx) -> f64 {
        let mut sum = 0.0;
        for (entry, test) in &self.entries {
            if entry.role != Role::Weight {
                continue;
            }
            sum += match test {
                Test::LowPrice => {
                    let price = self.catalogue.current_price(item);
                    let share =
                        price.map_or(1.0, |price| f64::from(price) / self.mean_price.max(1.0));
                    -LOW_PRICE_WEIGHT * share.min(2.0)
                }
                Test::Has(value) => {
                    let has = value.of(self.catalogue, item) == Some(true);
                    VALUE_WEIGHT * entry.certainty * f64::from(u8::from(has))
                }
                _ if self.meets(item, test) => 0.0,
                _ => -MISSED,
            };
        }
        sum
    }

    /// One bit per filter that `candidate` does not meet. Whoever types an article number means it.
    fn missed(&self, candidate: &Candidate) -> u16 {
        let mut missed = 0;
        for (place, (entry, test)) in self.entries.iter().enumerate() {
            let filters = entry.role == Role::Filter && candidate.tier != Tier::Number;
            // What lacks words of the text may lack this one.
            let meets = match test {
                Test::Has(value) if candidate.tier == Tier::Partial => {
                    value.of(self.catalogue, candidate.item) == Some(true)
                }
                _ => self.meets(candidate.item, test),
            };
            if filters && !meets {
                missed |= 1 << place;
            }
        }
        missed
    }

    fn meets(&self, item: ItemIdx, test: &Test) -> bool {
        let catalogue = self.catalogue;
        match test {
            Test::LowPrice => true,
            &Test::Price(from, to) => catalogue.current_price(item).is_some_and(|price| {
                from.is_none_or(|from| from <= price) && to.is_none_or(|to| price <= to)
            }),
            Test::Without(word, items) => !items.contains(item) || denies(catalogue, item, word),
            Test::Has(value) => value.of(catalogue, item) != Some(false),
            Test::HasNot(value) => value.of(catalogue, item) != Some(true),
        }
    }
}

/// One bit per place of `from..to`, which are at most [`MAX_WORDS`].
fn bits(from: usize, to: usize) -> u16 {
    (from..to).fold(0, |bits, place| bits | 1 << place)
}
