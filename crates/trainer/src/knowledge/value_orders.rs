//! The orders of facet values that go into a knowledge pack: fitted before the shop's own catalogue.

use std::collections::BTreeMap;

use endcap::catalogue::{Catalogue, FacetIdx};
use endcap::knowledge::{Knowledge, ValueOrder};
use endcap::pack::Pack;
use endcap::recommend::NextSource;
use endcap::{Engine, SearchQuery, Timestamp};

use crate::error::TrainerError;
use crate::next::{BEGIN_MS, Choice, Next, STEP_MS, Visit, fit_orders, knowledge_pack, view};

/// Choices that orders are fitted to, at most. Each is replayed before the engine, half a millisecond per facet that the product has.
const MOST: usize = 4_000;

/// Fits an order to every facet of the engine's catalogue that `later` visits have enough choices of. `earlier` is the model of what is opened next from the
/// visits before them, whose items are numbered as in `ids`; it stays with the engine.
///
/// # Errors
///
/// [`TrainerError::Catalogue`] if the model does not fit the format.
pub(super) fn value_orders(
    engine: &mut Engine,
    ids: &[String],
    earlier: NextSource,
    later: &[Visit],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<ValueOrder>, TrainerError> {
    let Some(catalogue) = engine.catalogue() else {
        return Ok(Vec::new());
    };
    let facets: Vec<String> = catalogue
        .facets()
        .map(|facet| catalogue.facet_key(facet).to_owned())
        .collect();
    let popular = facets.iter().cloned().map(ValueOrder::by_popularity);
    let unfit = |code, message: String| TrainerError::Catalogue { code, message };
    let pack = knowledge_pack("", ids, earlier, popular.collect())
        .map_err(|error| unfit(error.code(), error.to_string()))?;
    let knowledge = Pack::open(pack).and_then(Knowledge::open);
    let knowledge = knowledge.map_err(|error| unfit(error.code(), error.to_string()))?;
    engine.attach_knowledge(knowledge);
    let mut ordered = |next: &Next<'_>| choices(engine, ids, &facets, next);
    let orders = fit_orders(&facets, later, MOST, &mut ordered, progress);
    engine.erase();
    Ok(orders.into_iter().flatten().collect())
}

/// Of each facet the values on the list of the next item's category, if the item has one of them; categories stand on the list of all.
fn choices(
    engine: &mut Engine,
    ids: &[String],
    facets: &[String],
    next: &Next<'_>,
) -> Vec<Option<Choice>> {
    engine.erase();
    let mut now = Timestamp(BEGIN_MS);
    for id in next
        .before
        .iter()
        .filter_map(|&item| ids.get(item as usize))
    {
        view(engine, id, now);
        now.0 += STEP_MS;
    }
    let own = match (engine.catalogue(), ids.get(next.item as usize)) {
        (Some(catalogue), Some(id)) => own_values(catalogue, id),
        _ => BTreeMap::new(),
    };
    let category = own.get(CATEGORY).and_then(|path| path.first());
    let all = facets.iter().map(|facet| {
        let own = own.get(facet)?;
        let mut query = SearchQuery::default();
        if let Some(category) = category.filter(|_| facet != CATEGORY) {
            let category = vec![category.clone()];
            query.filters.insert(CATEGORY.to_owned(), category);
        }
        let values = engine.ordered_values(&query, facet, now);
        let place = values.iter().position(|value| own.contains(&value.value))?;
        Some((values, place))
    });
    all.collect()
}

/// The key of the facet of categories.
const CATEGORY: &str = "category";

/// By facet the names of a product's values; of its category the ways up, the lowest first.
fn own_values(catalogue: &Catalogue, id: &str) -> BTreeMap<String, Vec<String>> {
    let mut own = BTreeMap::<String, Vec<String>>::new();
    let Some(item) = catalogue.item(id) else {
        return own;
    };
    for value in catalogue.item_values(item) {
        let facet = catalogue.facet_of(value);
        let names = own
            .entry(catalogue.facet_key(facet).to_owned())
            .or_default();
        match facet {
            FacetIdx::CATEGORY => {
                let levels = catalogue.ancestors(value);
                names.extend(levels.map(|level| catalogue.value_name(level)));
            }
            _ => names.push(catalogue.value_name(value)),
        }
    }
    own
}
