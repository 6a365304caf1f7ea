//! The sections of a knowledge pack.
//!
//! Only the first two must be there. The others form *parts*: all sections of a part are there, or none, so that a pack
//! without search logs has no queries, and a part that a later version adds is passed over by this one.

use crate::pack::{Tag, sections};

sections! {
    /// Flags, name and languages, each with its length before it; then how many lists were looked at.
    Meta b"KMTA" 1 "knowledge: meta";
    /// Ascending: the lower 32 bits of the items' keys. An item's number is its place here.
    ItemKeys b"KIKY" 4 "knowledge: item keys";
    ItemIds b"KIOF" 4 "knowledge: item id offsets";
    ItemIdsBlob b"KIBL" 1 "knowledge: item ids";
    Queries b"KQBK" 4 "queries: blocks";
    QueriesBlob b"KQBL" 1 "queries: folded text";
    /// Visits that searched so.
    QueryCounts b"KQCT" 4 "queries: counts";
    /// One bit per language of the pack in which the query finds something.
    QueryLanguages b"KQLG" 4 "queries: languages";
    /// As shoppers write it; empty where it is not to be suggested.
    QueryTexts b"KQTO" 4 "queries: text offsets";
    QueryTextsBlob b"KQTB" 1 "queries: text";
    QueryPriors b"KQPO" 4 "queries: prior offsets";
    /// Ascending in each range: item in the upper 24 bits, quantised log-odds in the lower 8.
    QueryPriorsList b"KQPI" 4 "queries: priors";
    QueryFacets b"KQFO" 4 "queries: facet use offsets";
    /// Facet in the upper 8 bits, visits that used it in the lower 24.
    QueryFacetsList b"KQFI" 4 "queries: facet use";
    Words b"KWBK" 4 "query words: blocks";
    WordsBlob b"KWBL" 1 "query words: folded text";
    WordPriors b"KWPO" 4 "query words: prior offsets";
    WordPriorsList b"KWPI" 4 "query words: priors";
    FacetKeys b"KFKO" 4 "facet use: key offsets";
    FacetKeysBlob b"KFKB" 1 "facet use: keys";
    /// Visits to a list that used the facet.
    FacetCounts b"KFCT" 4 "facet use: counts";
    /// Ascending profile keys of categories.
    CategoryKeys b"KCKY" 8 "facet use: categories";
    CategoryCounts b"KCCT" 4 "facet use: visits to categories";
    CategoryFacets b"KCFO" 4 "facet use: category offsets";
    CategoryFacetsList b"KCFI" 4 "facet use: in categories";
    /// Bits of an `f32` each, in the order of `Weights`.
    Weights b"KWGT" 4 "weights";
    Synonyms b"KSBK" 4 "synonyms: blocks";
    SynonymsBlob b"KSBL" 1 "synonyms: folded text";
    SynonymTexts b"KSTO" 4 "synonyms: offsets";
    /// What the text may also be called, separated by line feeds.
    SynonymTextsBlob b"KSTB" 1 "synonyms: other names";
    /// Facets whose values have an order of their own, ascending by key.
    OrderKeys b"KOKO" 4 "facet order: key offsets";
    OrderKeysBlob b"KOKB" 1 "facet order: keys";
    /// The bits of the `f32`s of each facet's network.
    OrderWeights b"KOWO" 4 "facet order: weight offsets";
    OrderWeightsList b"KOWT" 4 "facet order: weights";
    /// As `recommend::model` tells: what is not per item, then rows, vectors, standing and kinds item by item.
    NextParameters b"KNPA" 4 "next: parameters";
    NextLists b"KNLI" 1 "next: lists";
    NextVectors b"KNVE" 1 "next: vectors";
    NextStanding b"KNST" 4 "next: standing";
    NextKinds b"KNKI" 2 "next: kinds";
    /// The bits of an `f32`.
    Blend b"KNBL" 4 "next: what the shopper's affinities weigh";
    /// As `recommend::relations` tells.
    Complements b"KRCO" 1 "relations: complements";
    Alternatives b"KRAL" 1 "relations: alternatives";
    /// Days between purchases in twelfths of an octave (0: unknown), share bought again, share sent back, zero.
    Buying b"KRBU" 4 "relations: buying";
    /// Ascending profile keys of categories of which a shopper needs one product.
    BoughtOnce b"KRON" 8 "relations: categories that are bought from once";
    /// Ascending profile keys of what a rule goes by: an item, a category or a brand.
    RuleKeys b"KRRK" 8 "rules: because of";
    /// Item, first and last day since 1970.
    RuleItems b"KRRI" 4 "rules: items and days";
    RuleNotes b"KRRO" 4 "rules: note offsets";
    RuleNotesBlob b"KRRB" 1 "rules: notes";
}

/// What the section behind `tag` holds.
pub(crate) fn section_name(tag: Tag) -> Option<&'static str> {
    Section::ALL
        .iter()
        .find(|section| section.tag() == tag)
        .map(|section| section.name())
}
