//! Search and browse: all products that a query means, filtered, counted and ordered.

use super::{
    Facet, OrderedValue, SearchQuery, SearchResult, Sort,
    ahead::Ahead,
    counts::Counts,
    facets::{Asked, FacetUses},
    filter::{Filters, Selection},
    retrieve::{Candidate, Scope},
    score::{Scored, best, hit, scored},
    taught::Taught,
    understand::Meaning,
    words::{Words, normalised},
};
use crate::{
    catalogue::{Catalogue, FacetIdx},
    index::BitSet,
    key::Key,
    knowledge::Attached,
    learn::Beliefs,
    order,
    recommend::Workspace,
};

/// Who asks, and room to answer in.
pub(crate) struct Shopper<'a> {
    pub(crate) beliefs: &'a Beliefs,
    /// What the logs of all shoppers teach.
    pub(crate) known: Option<&'a Attached>,
    /// The items of this visit, latest last.
    pub(crate) visit: Vec<Key>,
    pub(crate) work: &'a mut Workspace,
}

/// Hits of one page.
const MAX_LIMIT: usize = 200;
/// Hits of one page when the query does not say.
const DEFAULT_LIMIT: usize = 24;

pub(crate) fn search(
    catalogue: &Catalogue,
    shopper: Shopper<'_>,
    query: &SearchQuery,
) -> SearchResult {
    let (beliefs, known) = (shopper.beliefs, shopper.known);
    let mut words = Words::new(query.text.as_str(), catalogue.locale());
    let mut meaning = Meaning::read(catalogue, query, &mut words);
    let mut taught = Taught::new(known, &words, false);
    let filters = Filters::new(catalogue, query);
    let mut retrieved = taught.retrieve(catalogue, known, &mut words, Scope::All);
    meaning.narrow(&words, &mut retrieved.candidates);
    let is_all = words.is_empty() && meaning.is_open();
    let selection = select(catalogue, is_all, &filters, &retrieved.candidates);
    let candidates = retrieved.candidates.into_iter();
    let chosen = candidates.filter(|candidate| selection.hits.contains(candidate.item.0));
    let (focus, mut scored) = scored(catalogue, beliefs, &taught, &words, false, chosen);
    for one in &mut scored {
        one.score += meaning.weight(one.item());
    }
    let total = scored.len();
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let end = query.offset.saturating_add(limit);
    let ordered = match query.sort {
        Sort::Relevance => best(catalogue, &taught, &words, scored, end),
        Sort::PriceAsc => by_price(catalogue, scored, false),
        Sort::PriceDesc => by_price(catalogue, scored, true),
    };
    SearchResult {
        total,
        relaxed: words.texts(&retrieved.missing),
        understood: meaning.told(),
        hits: ordered
            .iter()
            .take(end)
            .skip(query.offset)
            .map(|scored| hit(catalogue, &focus, &taught, &words, scored))
            .collect(),
        facets: asked(catalogue, shopper, query, &filters, &selection, |asked| {
            asked.facets()
        }),
    }
}

/// The facets of a query alone.
pub(crate) fn facets_of(
    catalogue: &Catalogue,
    shopper: Shopper<'_>,
    query: &SearchQuery,
) -> Vec<Facet> {
    without_hits(catalogue, shopper, query, |asked| asked.facets())
}

/// All values of one facet of a query, in their order.
pub(crate) fn ordered_values(
    catalogue: &Catalogue,
    shopper: Shopper<'_>,
    query: &SearchQuery,
    facet: FacetIdx,
) -> Vec<OrderedValue> {
    without_hits(catalogue, shopper, query, |asked| {
        asked.ordered_values(facet)
    })
}

fn without_hits<T>(
    catalogue: &Catalogue,
    shopper: Shopper<'_>,
    query: &SearchQuery,
    answer: impl FnOnce(&Asked<'_>) -> T,
) -> T {
    let known = shopper.known;
    let mut words = Words::new(query.text.as_str(), catalogue.locale());
    let mut meaning = Meaning::read(catalogue, query, &mut words);
    let mut taught = Taught::new(known, &words, false);
    let filters = Filters::new(catalogue, query);
    let is_all = words.is_empty() && meaning.is_open();
    let mut candidates = Vec::new();
    if !is_all {
        let retrieved = taught.retrieve(catalogue, known, &mut words, Scope::All);
        candidates = retrieved.candidates;
        meaning.narrow(&words, &mut candidates);
    }
    // Relaxed prices may leave no filter where there are no words.
    let is_all = words.is_empty() && meaning.is_open();
    let selection = select(catalogue, is_all, &filters, &candidates);
    asked(catalogue, shopper, query, &filters, &selection, answer)
}

/// Asks of what the filters have left, as counted, used and liked.
fn asked<T>(
    catalogue: &Catalogue,
    shopper: Shopper<'_>,
    query: &SearchQuery,
    filters: &Filters,
    selection: &Selection,
    answer: impl FnOnce(&Asked<'_>) -> T,
) -> T {
    let Shopper {
        beliefs,
        known,
        visit,
        work,
    } = shopper;
    answer(&Asked {
        catalogue,
        beliefs,
        query,
        filters,
        selection,
        counts: &Counts::new(catalogue, filters, selection),
        uses: &uses(catalogue, known, filters, query),
        ahead: Ahead::new(catalogue, known, &visit, &selection.hits, work),
    })
}

/// How often shoppers use facets after this query and in the category that is chosen.
fn uses(
    catalogue: &Catalogue,
    known: Option<&Attached>,
    filters: &Filters,
    query: &SearchQuery,
) -> FacetUses {
    let Some(known) = known else {
        return FacetUses::default();
    };
    let category = match filters.selected(FacetIdx::CATEGORY) {
        &[only] => Some(catalogue.value_key(only)),
        _ => None,
    };
    let text = normalised(query.text.as_str());
    let uses = known.knowledge().facet_use(&text, category);
    FacetUses::new(uses.iter().map(|used| (used.facet.to_owned(), used.rate)))
}

/// What the filters leave of the candidates; of all items where these are meant.
fn select(
    catalogue: &Catalogue,
    is_all: bool,
    filters: &Filters,
    candidates: &[Candidate],
) -> Selection {
    let found = if is_all {
        catalogue.shown()
    } else {
        let mut found = BitSet::new(catalogue.item_count());
        for candidate in candidates {
            found.insert(candidate.item.0);
        }
        found
    };
    filters.select(found)
}

fn by_price(catalogue: &Catalogue, scored: Vec<Scored>, dearest_first: bool) -> Vec<Scored> {
    let rank = |scored: &Scored| {
        let item = scored.candidate.item;
        // Without a price: last, either way.
        let price = match catalogue.current_price(item) {
            None => 1 << 32,
            Some(price) if dearest_first => u64::from(u32::MAX - price),
            Some(price) => u64::from(price),
        };
        // Eight ranks of tiers fit between two prices.
        price * 8 + scored.rank()
    };
    let places = order::best(
        scored.iter().map(|scored| (rank(scored), scored.score)),
        usize::MAX,
    );
    order::pick(scored, places)
}
