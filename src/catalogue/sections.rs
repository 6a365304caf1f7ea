//! The sections of a catalogue pack.

use crate::pack::{Tag, sections};

sections! {
    /// Flags, then language, currency and name, each with its length before it.
    Meta b"META" 1 "meta";
    Ids b"IDOF" 4 "items: id offsets";
    IdsBlob b"IDBL" 1 "items: ids";
    /// Ascending: hash of the id in the upper half, item in the lower.
    IdHashes b"IDHS" 8 "items: id hashes";
    Titles b"TIOF" 4 "items: title offsets";
    TitlesBlob b"TIBL" 1 "items: titles";
    Mpns b"MPOF" 4 "items: article number offsets";
    MpnsBlob b"MPBL" 1 "items: article numbers";
    Images b"IMOF" 4 "items: image offsets";
    ImagesBlob b"IMBL" 1 "items: images";
    Links b"LKOF" 4 "items: link offsets";
    LinksBlob b"LKBL" 1 "items: links";
    /// The GTIN as a number; zero: none.
    Gtins b"GTIN" 8 "items: GTINs";
    /// Minor units; the greatest number: none.
    Prices b"PRCE" 4 "items: prices";
    SalePrices b"SALE" 4 "items: sale prices";
    Reviews b"RVWS" 4 "items: review counts";
    /// Items ascending by their title without the brand in front, folded.
    ItemsByTitle b"TIIX" 4 "items: by title";
    /// Bits of an `f32` in log-odds.
    Priors b"PRIO" 4 "items: popularity priors";
    /// Variants of one product share a number; the greatest number: none.
    Groups b"GRUP" 4 "items: variant groups";
    /// Availability, delivery days (255: unknown), twentieths of the rating (0: none), words in the title.
    States b"STAT" 4 "items: state";
    /// Absent where no item names another: distances to its accessories and spare parts, then nought and those to its alternatives.
    References b"RFOF" 4 "items: reference offsets";
    ReferencesBlob b"RFBL" 1 "items: references";
    /// Absent where all holds for ever: what holds of items in a period; see `period`.
    Periods b"PERI" 16 "items: periods";
    FacetKeys b"FKOF" 4 "facets: key offsets";
    FacetKeysBlob b"FKBL" 1 "facets: keys";
    FacetLabels b"FLOF" 4 "facets: label offsets";
    FacetLabelsBlob b"FLBL" 1 "facets: labels";
    /// First value of each facet, and the number of values.
    FacetValues b"FVAL" 4 "facets: value ranges";
    /// 0: text; 1 + decimals: numbers in units of `10^-decimals`.
    FacetKinds b"FKND" 1 "facets: kinds";
    FacetUnits b"FUOF" 4 "facets: unit offsets";
    FacetUnitsBlob b"FUBL" 1 "facets: units";
    /// Of each numeric facet its values' numbers, ascending: distance of the lower end from the one before, length of the range.
    FacetNumbers b"FNOF" 4 "facets: number offsets";
    FacetNumbersBlob b"FNBL" 1 "facets: numbers";
    ValueLabels b"VLOF" 4 "values: label offsets";
    ValueLabelsBlob b"VLBL" 1 "values: labels";
    /// Ascending: the values whose identifier is not their label.
    NamedValues b"VNID" 4 "values: with a name of their own";
    ValueNames b"VNOF" 4 "values: name offsets";
    ValueNamesBlob b"VNBL" 1 "values: names";
    /// Ascending: the values with a swatch.
    SwatchValues b"SWVL" 4 "values: with a swatch";
    Swatches b"SWOF" 4 "values: swatch offsets";
    SwatchesBlob b"SWBL" 1 "values: swatches";
    /// Level of each category in the tree, 0 for the roots.
    CategoryLevels b"CLVL" 1 "categories: levels";
    /// The facets that items have values of; see `item_values`.
    FacetSets b"FSET" 1 "items: sets of facets";
    ItemSets b"ISET" 1 "items: facet sets";
    ValueStreams b"VSOF" 4 "facets: value offsets";
    ValueStreamsBlob b"VSBL" 1 "facets: values of items";
    Terms b"TMBK" 4 "terms: blocks";
    TermsBlob b"TMBL" 1 "terms: text";
    /// Number of terms, then the start of each block of lists.
    TermPostings b"TPBK" 4 "terms: posting blocks";
    /// Each list is linked to that of the next term with the same stem, the last to the first.
    TermPostingsBlob b"TPST" 1 "terms: postings";
    Numbers b"NMOF" 4 "article numbers: offsets";
    NumbersBlob b"NMBL" 1 "article numbers: text";
    NumberPostings b"NPBK" 4 "article numbers: posting blocks";
    NumberPostingsBlob b"NPST" 1 "article numbers: postings";
    /// The items that have one, ascending by it.
    ItemsByGtin b"GTIX" 4 "GTINs: items";
    Completions b"CMBK" 4 "completions: blocks";
    CompletionsBlob b"CMBL" 1 "completions: folded text";
    CompletionTexts b"CTOF" 4 "completions: text offsets";
    CompletionTextsBlob b"CTBL" 1 "completions: text";
    /// Items that the completion stands for.
    CompletionWeights b"CWGT" 4 "completions: weights";
    /// The category or brand that it names; the greatest number: none.
    CompletionValues b"CVAL" 4 "completions: values";
}

/// What the section behind `tag` holds.
pub(super) fn name(tag: Tag) -> Option<&'static str> {
    Section::ALL
        .iter()
        .find(|section| section.tag() == tag)
        .map(|section| section.name())
}
