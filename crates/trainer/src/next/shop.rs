//! The engine before the catalogue of a log, as a shopper meets it: for what is measured and fitted before the engine itself.

use endcap::catalogue::{Attribute, Catalogue, CatalogueBuilder, CatalogueMeta, Label, Product};
use endcap::knowledge::Knowledge;
use endcap::pack::{Pack, PackError};
use endcap::{Engine, Event, EventParams, Item, Timestamp};

use super::attributes::AttributeTable;
use super::visits::Items;

/// When replayed visits begin, and how far their events are apart: half a minute, as people read a page.
pub(crate) const BEGIN_MS: u64 = 1_600_000_000_000;
pub(crate) const STEP_MS: u64 = 30_000;
/// The attribute that every catalogue has a place of its own for.
const BRAND: &str = "brand";

/// The engine before the catalogue that `table` describes, ordered by `popularity`, with a knowledge pack.
pub(super) fn shop(
    pack: Vec<u8>,
    items: &Items,
    table: &AttributeTable,
    category: usize,
    popularity: &[f32],
) -> Result<Engine, PackError> {
    let mut builder = CatalogueBuilder::new(CatalogueMeta::default());
    for (item, id) in items.ids().iter().enumerate() {
        let mut product = Product {
            id: id.clone(),
            title: id.clone(),
            popularity: popularity.get(item).copied().map_or(0.0, f64::from),
            ..Product::default()
        };
        for (kind, name) in table.names.iter().enumerate() {
            let Some(value) = table.value(item as u32, kind) else {
                continue;
            };
            if kind == category {
                product.category = vec![shown(value)];
            } else if name == BRAND {
                product.brand = shown(value).key;
            } else {
                product.attributes.push(Attribute {
                    name: Label::plain(name),
                    value: shown(value),
                    swatch: String::new(),
                });
            }
        }
        // Identifiers of a table of visits are distinct and not empty.
        let _ = builder.push(product);
    }
    let bytes = builder.finish().unwrap_or_default();
    let mut engine = Engine::with_catalogue(Catalogue::open(Pack::open(bytes)?)?, 1);
    engine.attach_knowledge(Knowledge::open(Pack::open(pack)?)?);
    Ok(engine)
}

/// Lets the shopper look at a product.
pub(crate) fn view(engine: &mut Engine, id: &str, now: Timestamp) {
    let event = Event {
        name: "view_item".to_owned(),
        params: EventParams {
            items: vec![Item::with_id(id)],
            ..EventParams::default()
        },
    };
    // An event of a known kind about one item is always accepted.
    let _ = engine.observe(&event, now);
}

/// A value as a facet shows it: with a sign before it, so that numbers are names and not a scale.
pub(super) fn shown(value: &str) -> Label {
    Label::plain(format!("#{value}"))
}
