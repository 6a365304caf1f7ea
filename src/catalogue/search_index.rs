//! Builds the search index of a catalogue: terms, article numbers and query completions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Product,
    facets::FacetTable,
    kinds::Kinds,
    read::NONE,
    sections::Section,
    title::typed_title,
    words::{Vocabulary, also},
};
use crate::{
    index::{Field, write_dictionary, write_linked},
    pack::PackWriter,
    text::{Locale, Token, folded, squashed, tokens},
};

/// Words of a title or label that are indexed; the rest of a longer one is noise.
const MAX_TITLE_WORDS: usize = 64;
/// Words of a description that are indexed. Hand-set: the first sentences name what the title leaves out.
const MAX_DESCRIPTION_WORDS: usize = 40;
/// Words of an attribute's name that are compared.
const MAX_LABEL_WORDS: usize = 4;
/// Characters of an article number that are indexed.
const MAX_NUMBER_CHARS: usize = 40;
/// An article number has at least this length.
const MIN_NUMBER_CHARS: usize = 2;
/// A phrase of titles becomes a completion when this many products share it.
const MIN_PHRASE_ITEMS: u32 = 5;
/// Words of the longest phrase.
const MAX_PHRASE_WORDS: usize = 3;
/// Completions kept, the most frequent first.
const MAX_COMPLETIONS: usize = 20_000;

pub(super) fn write(
    writer: &mut PackWriter,
    products: &[Product],
    facets: &FacetTable,
    language: &str,
) {
    let locale = Locale::new(language);
    write_terms(writer, products, language, locale);
    write_title_order(writer, products, locale);
    write_numbers(writer, products);
    write_gtins(writer, products);
    write_completions(writer, products, facets, locale);
}

/// Term → items with the best field that it stands in.
type Index = BTreeMap<String, BTreeMap<u32, Field>>;

fn write_terms(writer: &mut PackWriter, products: &[Product], language: &str, locale: Locale) {
    let index = terms(products, locale);
    let words: Vec<&str> = index.keys().map(String::as_str).collect();
    let vocabulary = Vocabulary::new(language, &words);
    let (blocks, blob) = write_dictionary(words.iter().copied());
    writer.put_u32s(Section::Terms, blocks);
    writer.put_bytes(Section::TermsBlob, blob);
    let rings = vocabulary.rings();
    let mut lists: Vec<BTreeMap<u32, Field>> = index.values().cloned().collect();
    for (number, items) in index.values().enumerate() {
        for (part, is_head) in vocabulary.parts(number) {
            let Some(list) = lists.get_mut(part) else {
                continue;
            };
            // A `Schlosserhammer` is a hammer; a `Schraubendreher` has to do with screws, and what only a description speaks of has not.
            for (&item, &field) in items.iter().filter(|(_, field)| **field > Field::Mention) {
                let field = if is_head { field } else { Field::Mention };
                let best = list.entry(item).or_insert(field);
                *best = field.max(*best);
            }
        }
    }
    let lists = lists.into_iter().map(|list| list.into_iter().collect());
    let next = rings.into_iter().map(|next| next as usize);
    let (blocks, blob) = write_linked(next.zip(lists));
    writer.put_u32s(Section::TermPostings, blocks);
    writer.put_bytes(Section::TermPostingsBlob, blob);
}

fn terms(products: &[Product], locale: Locale) -> Index {
    let mut index = Index::new();
    let mut add = |item: u32, tokens: &[Token], fields: &[Field]| {
        let before = std::iter::once(None).chain(tokens.iter().map(Some));
        for ((token, before), &field) in tokens.iter().zip(before).zip(fields) {
            for word in also(before, token).into_iter().chain([token.text.clone()]) {
                let best = index.entry(word).or_default().entry(item).or_insert(field);
                *best = field.max(*best);
            }
        }
    };
    let words = |text: &str, limit| tokens(text, limit, locale);
    let kinds = Kinds::new(products, locale);
    let labels = attribute_labels(products, locale);
    for (item, product) in (0u32..).zip(products) {
        let title = words(&product.title, MAX_TITLE_WORDS);
        let fields = kinds.of_title(product, &title);
        add(item, &title, &fields);
        let brand = words(&product.brand, MAX_TITLE_WORDS);
        add(item, &brand, &[Field::Title; MAX_TITLE_WORDS]);
        for part in &product.category {
            let (tokens, fields) = kinds.of_label(&part.label);
            add(item, &tokens, &fields);
        }
        for attribute in &product.attributes {
            let value = words(&attribute.value.label, MAX_TITLE_WORDS);
            add(item, &value, &[Field::Property; MAX_TITLE_WORDS]);
        }
        let description = without_labels(&product.description, &labels, locale);
        add(item, &description, &[Field::Mention; MAX_DESCRIPTION_WORDS]);
    }
    index
}

/// The names of attributes, folded.
fn attribute_labels(products: &[Product], locale: Locale) -> BTreeSet<String> {
    let attributes = products.iter().flat_map(|product| &product.attributes);
    let names: BTreeSet<&str> = attributes
        .map(|attribute| attribute.name.label.as_str())
        .collect();
    names
        .into_iter()
        .map(|name| folded(name, MAX_TITLE_WORDS, locale))
        .collect()
}

/// The first words of a description, without the names of attributes before a colon: "Farbe: Chrom" says nothing of paint.
fn without_labels(description: &str, labels: &BTreeSet<String>, locale: Locale) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut parts = description.split(':').peekable();
    while let Some(part) = parts.next() {
        let mut words = tokens(part, MAX_DESCRIPTION_WORDS, locale);
        if parts.peek().is_some() {
            let texts: Vec<&str> = words.iter().map(|token| token.text.as_str()).collect();
            let most = texts.len().min(MAX_LABEL_WORDS);
            let label = (1..=most).rev().find(|&length| {
                let last = texts.get(texts.len() - length..).unwrap_or_default();
                labels.contains(&last.join(" "))
            });
            words.truncate(words.len() - label.unwrap_or(0));
        }
        kept.extend(words);
    }
    kept.truncate(MAX_DESCRIPTION_WORDS);
    kept
}

/// Items ascending by what a shopper types first, see [`typed_title`].
fn write_title_order(writer: &mut PackWriter, products: &[Product], locale: Locale) {
    let mut items: Vec<u32> = (0..products.len() as u32).collect();
    items.sort_by_cached_key(|&item| {
        let product = products.get(item as usize);
        product.map(|product| typed_title(&product.title, &product.brand, locale))
    });
    writer.put_u32s(Section::ItemsByTitle, items);
}

/// Article numbers without punctuation, ascending, with the items that have them.
fn write_numbers(writer: &mut PackWriter, products: &[Product]) {
    let mut index = BTreeMap::<String, Vec<(u32, Field)>>::new();
    for (item, product) in (0u32..).zip(products) {
        let number = squashed(&product.mpn, MAX_NUMBER_CHARS);
        if number.len() >= MIN_NUMBER_CHARS {
            index.entry(number).or_default().push((item, Field::Title));
        }
    }
    let numbers = index.keys().map(String::as_str);
    writer.put_strings(Section::Numbers, Section::NumbersBlob, numbers);
    let (blocks, blob) = write_linked(index.into_values().enumerate());
    writer.put_u32s(Section::NumberPostings, blocks);
    writer.put_bytes(Section::NumberPostingsBlob, blob);
}

/// The items that have a GTIN, ascending by it.
fn write_gtins(writer: &mut PackWriter, products: &[Product]) {
    let mut items: Vec<(u64, u32)> = products
        .iter()
        .zip(0u32..)
        .map(|(product, item)| (product.gtin.parse().unwrap_or(0), item))
        .filter(|&(gtin, _)| gtin != 0)
        .collect();
    items.sort_unstable();
    writer.put_u32s(
        Section::ItemsByGtin,
        items.into_iter().map(|(_, item)| item),
    );
}

struct Completion {
    text: String,
    weight: u32,
    value: u32,
}

/// Completions from categories, brands, brands within categories and phrases that titles begin with.
fn write_completions(
    writer: &mut PackWriter,
    products: &[Product],
    facets: &FacetTable,
    locale: Locale,
) {
    let mut completions = BTreeMap::<String, Completion>::new();
    // What is added first keeps its spelling and value; the greater weight stands.
    let mut add = |text: &str, weight: u32, value: u32| {
        let folded = folded(text, MAX_TITLE_WORDS, locale);
        if folded.is_empty() {
            return;
        }
        completions
            .entry(folded)
            .and_modify(|known| known.weight = known.weight.max(weight))
            .or_insert_with(|| Completion {
                text: text.to_owned(),
                weight,
                value,
            });
    };
    for (number, value) in facets.categories().chain(facets.brands()) {
        add(&value.label, value.items, number);
    }
    for ((brand, category), items) in brands_in_categories(facets) {
        if let (Some(brand), Some(row)) = (facets.value(brand), facets.value(category))
            && items >= MIN_PHRASE_ITEMS
        {
            add(&format!("{} {}", brand.label, row.label), items, category);
        }
    }
    for (phrase, items) in title_phrases(products, locale) {
        if items >= MIN_PHRASE_ITEMS {
            add(&phrase, items, NONE);
        }
    }
    if completions.len() > MAX_COMPLETIONS {
        let mut weights: Vec<u32> = completions.values().map(|known| known.weight).collect();
        weights.sort_unstable_by(|a, b| b.cmp(a));
        let least = weights.get(MAX_COMPLETIONS).copied().unwrap_or(0);
        completions.retain(|_, completion| completion.weight > least);
    }
    let (blocks, blob) = write_dictionary(completions.keys().map(String::as_str));
    writer.put_u32s(Section::Completions, blocks);
    writer.put_bytes(Section::CompletionsBlob, blob);
    let all = || completions.values();
    let texts = all().map(|completion| completion.text.as_str());
    writer.put_strings(
        Section::CompletionTexts,
        Section::CompletionTextsBlob,
        texts,
    );
    writer.put_u32s(
        Section::CompletionWeights,
        all().map(|completion| completion.weight),
    );
    writer.put_u32s(
        Section::CompletionValues,
        all().map(|completion| completion.value),
    );
}

fn brands_in_categories(facets: &FacetTable) -> BTreeMap<(u32, u32), u32> {
    let brands = facets.brands().next().map_or(0..0, |(first, _)| {
        first..first + facets.brands().count() as u32
    });
    let mut counts = BTreeMap::new();
    for values in &facets.item_values {
        let category = values.iter().find(|&&value| value < brands.start);
        let brand = values.iter().find(|value| brands.contains(value));
        if let (Some(&category), Some(&brand)) = (category, brand) {
            *counts.entry((brand, category)).or_default() += 1;
        }
    }
    counts
}

/// The first one to three words of titles, in their first spelling, with the number of products.
fn title_phrases(products: &[Product], locale: Locale) -> BTreeMap<String, u32> {
    let mut spelling = BTreeMap::<String, (String, u32)>::new();
    for product in products {
        let words: Vec<&str> = product
            .title
            .split_whitespace()
            .take(MAX_PHRASE_WORDS)
            .collect();
        for length in 1..=words.len() {
            let phrase = words
                .iter()
                .take(length)
                .copied()
                .collect::<Vec<_>>()
                .join(" ");
            let phrase = phrase.trim_end_matches(|char: char| !char.is_alphanumeric());
            spelling
                .entry(folded(phrase, MAX_PHRASE_WORDS * 4, locale))
                .or_insert_with(|| (phrase.to_owned(), 0))
                .1 += 1;
        }
    }
    spelling.into_values().collect()
}
