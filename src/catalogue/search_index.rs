//! Builds the search index of a catalogue: terms, article numbers and query completions.

use std::collections::BTreeMap;

use super::{Product, facets::FacetTable, read::NONE, sections::Section};
use crate::{
    index::{Field, write_dictionary, write_postings},
    pack::PackWriter,
    text::{folded, part_starts, squashed, tokens},
};

/// Words of a title or label that are indexed; the rest of a longer one is noise.
const MAX_TITLE_WORDS: usize = 64;
/// Words of a description that are indexed. Hand-set: the first sentences name what the title leaves out.
const MAX_DESCRIPTION_WORDS: usize = 40;
/// Characters of an article number that are indexed.
const MAX_NUMBER_CHARS: usize = 40;
/// A part of an article number is findable from this length on.
const MIN_NUMBER_CHARS: usize = 2;
/// A phrase of titles becomes a completion when this many products share it.
const MIN_PHRASE_ITEMS: u32 = 5;
/// Words of the longest phrase.
const MAX_PHRASE_WORDS: usize = 3;
/// Completions kept, the most frequent first.
const MAX_COMPLETIONS: usize = 20_000;

pub(super) fn write(writer: &mut PackWriter, products: &[Product], facets: &FacetTable) {
    write_terms(writer, products, facets);
    write_numbers(writer, products);
    write_completions(writer, products, facets);
}

/// Lists of postings, each ascending by item.
pub(super) fn write_lists(
    writer: &mut PackWriter,
    offsets: Section,
    blob: Section,
    lists: impl IntoIterator<Item = Vec<(u32, Field)>>,
) {
    let (mut starts, mut bytes) = (vec![0], Vec::new());
    for list in lists {
        write_postings(&mut bytes, list);
        starts.push(bytes.len() as u32);
    }
    writer.put_u32s(offsets, starts);
    writer.put_bytes(blob, bytes);
}

type Index = BTreeMap<String, BTreeMap<u32, Field>>;

fn write_index(writer: &mut PackWriter, sections: [Section; 4], index: Index) {
    let [blocks_section, blob_section, offsets, postings] = sections;
    let (blocks, blob) = write_dictionary(index.keys().map(String::as_str));
    writer.put_u32s(blocks_section, blocks);
    writer.put_bytes(blob_section, blob);
    let lists = index.into_values().map(|items| items.into_iter().collect());
    write_lists(writer, offsets, postings, lists);
}

fn write_terms(writer: &mut PackWriter, products: &[Product], facets: &FacetTable) {
    let mut index = Index::new();
    let mut add = |item: u32, field: Field, text: &str, limit: usize| {
        for token in tokens(text, limit) {
            let best = index
                .entry(token.text)
                .or_default()
                .entry(item)
                .or_insert(field);
            *best = field.max(*best);
        }
    };
    for ((item, product), values) in (0u32..).zip(products).zip(&facets.item_values) {
        add(item, Field::Title, &product.title, MAX_TITLE_WORDS);
        add(item, Field::Brand, &product.brand, MAX_TITLE_WORDS);
        for part in &product.category {
            add(item, Field::Category, &part.label, MAX_TITLE_WORDS);
        }
        for &value in values {
            if let Some(value) = facets.value(value) {
                add(item, Field::Detail, &value.label, MAX_TITLE_WORDS);
            }
        }
        add(
            item,
            Field::Detail,
            &product.description,
            MAX_DESCRIPTION_WORDS,
        );
    }
    let sections = [
        Section::Terms,
        Section::TermsBlob,
        Section::TermPostings,
        Section::TermPostingsBlob,
    ];
    write_index(writer, sections, index);
}

fn write_numbers(writer: &mut PackWriter, products: &[Product]) {
    let mut index = Index::new();
    for (item, product) in (0u32..).zip(products) {
        for number in [&product.mpn, &product.gtin, &product.id] {
            let number = squashed(number, MAX_NUMBER_CHARS);
            for start in part_starts(&number) {
                let part = number.get(start..).unwrap_or_default();
                if part.len() >= MIN_NUMBER_CHARS {
                    index
                        .entry(part.to_owned())
                        .or_default()
                        .insert(item, Field::Title);
                }
            }
        }
    }
    let sections = [
        Section::Numbers,
        Section::NumbersBlob,
        Section::NumberPostings,
        Section::NumberPostingsBlob,
    ];
    write_index(writer, sections, index);
}

struct Completion {
    text: String,
    weight: u32,
    value: u32,
}

/// Completions from categories, brands, brands within categories and phrases that titles begin with.
fn write_completions(writer: &mut PackWriter, products: &[Product], facets: &FacetTable) {
    let mut completions = BTreeMap::<String, Completion>::new();
    // What is added first keeps its spelling and value; the greater weight stands.
    let mut add = |text: &str, weight: u32, value: u32| {
        let folded = folded(text, MAX_TITLE_WORDS);
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
    for (phrase, items) in title_phrases(products) {
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
fn title_phrases(products: &[Product]) -> BTreeMap<String, u32> {
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
                .entry(folded(phrase, MAX_PHRASE_WORDS * 4))
                .or_insert_with(|| (phrase.to_owned(), 0))
                .1 += 1;
        }
    }
    spelling.into_values().collect()
}
