//! Product pages: everything about one product, its variants and what belongs to it.

use endcap::catalogue::{Product, ReferenceKind};
use serde::Serialize;

use super::catalogue::{Catalogue, Row};

/// Variants of one product; a group of a thousand is a mistake in the feed.
const MOST_VARIANTS: usize = 1_000;
/// Accessories or spare parts that a product page can show.
const MOST_REFERENCES: usize = 48;
/// Attributes by which a variant is chosen, such as thread and length.
const MOST_DIFFERENCES: usize = 4;

/// Everything about one product.
#[derive(Serialize)]
pub(super) struct Detail<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    description: &'a str,
    attributes: Vec<AttributeRow<'a>>,
    price_tiers: Vec<TierRow>,
    accessories: Vec<Row<'a>>,
    spare_parts: Vec<Row<'a>>,
    variants: Vec<Variant<'a>>,
}

#[derive(Serialize)]
struct AttributeRow<'a> {
    key: &'a str,
    label: &'a str,
    value_key: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct TierRow {
    min_quantity: u32,
    price: u32,
}

#[derive(Serialize)]
struct Variant<'a> {
    item_id: &'a str,
    item_name: &'a str,
    /// What sets it apart from its siblings.
    differs: Vec<Difference<'a>>,
}

#[derive(Serialize)]
struct Difference<'a> {
    key: &'a str,
    label: &'a str,
    value: &'a str,
}

impl Catalogue {
    /// Everything about the product with this id.
    pub(super) fn detail(&self, id: &str) -> Option<Detail<'_>> {
        let at = *self.by_id.get(id)?;
        let product = &self.products[at];
        let referenced = |kind: ReferenceKind| {
            product
                .references
                .iter()
                .filter(|reference| reference.kind == kind)
                .filter_map(|reference| self.by_id.get(&reference.id))
                .take(MOST_REFERENCES)
                .map(|&other| self.row(other))
                .collect()
        };
        Some(Detail {
            row: self.row(at),
            description: &product.description,
            attributes: product
                .attributes
                .iter()
                .map(|attribute| AttributeRow {
                    key: &attribute.name.key,
                    label: &attribute.name.label,
                    value_key: &attribute.value.key,
                    value: &attribute.value.label,
                })
                .collect(),
            price_tiers: product
                .price_tiers
                .iter()
                .map(|tier| TierRow {
                    min_quantity: tier.min_quantity,
                    price: tier.price,
                })
                .collect(),
            accessories: referenced(ReferenceKind::Accessory),
            spare_parts: referenced(ReferenceKind::SparePart),
            variants: self.variants(product),
        })
    }

    /// The product and its siblings, in the order of what sets them apart.
    fn variants(&self, product: &Product) -> Vec<Variant<'_>> {
        let Some(members) = self.by_group.get(&product.group) else {
            return Vec::new();
        };
        let differing = differing(members.iter().map(|&at| &self.products[at]));
        let mut variants: Vec<_> = members
            .iter()
            .map(|&at| {
                let product = &self.products[at];
                let differs: Vec<_> = differing
                    .iter()
                    .filter_map(|key| difference(product, key))
                    .collect();
                let order: Vec<_> = differs.iter().map(|one| natural(one.value)).collect();
                (order, at, differs)
            })
            .collect();
        variants.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
        variants
            .into_iter()
            .take(MOST_VARIANTS)
            .map(|(_, at, differs)| Variant {
                item_id: &self.products[at].id,
                item_name: &self.products[at].title,
                differs,
            })
            .collect()
    }
}

/// Keys of the attributes that differ among `members`, in the order in which a product names them.
fn differing<'a>(members: impl Iterator<Item = &'a Product> + Clone) -> Vec<&'a str> {
    let Some(first) = members.clone().next() else {
        return Vec::new();
    };
    first
        .attributes
        .iter()
        .map(|attribute| attribute.name.key.as_str())
        .filter(|key| {
            let value = |product| difference(product, key).map(|one| one.value);
            members.clone().any(|other| value(other) != value(first))
        })
        .take(MOST_DIFFERENCES)
        .collect()
}

fn difference<'a>(product: &'a Product, key: &str) -> Option<Difference<'a>> {
    let mut attributes = product.attributes.iter();
    let attribute = attributes.find(|attribute| attribute.name.key == key)?;
    Some(Difference {
        key: &attribute.name.key,
        label: &attribute.name.label,
        value: &attribute.value.label,
    })
}

/// Sorts `M8` before `M10`: words by letters, the number behind each by value.
fn natural(text: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest
            .find(|char: char| char.is_ascii_digit())
            .unwrap_or(rest.len());
        let (word, from_digit) = rest.split_at(digits);
        let end = from_digit
            .find(|char: char| !char.is_ascii_digit())
            .unwrap_or(from_digit.len());
        let (number, after) = from_digit.split_at(end);
        parts.push((word.to_lowercase(), number.parse().unwrap_or(u64::MAX)));
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::tests::small;
    use super::*;

    #[test]
    fn a_page_names_what_sets_variants_apart() {
        let shop = small();
        let page = shop.detail("1").expect("a product");
        let differs: Vec<_> = page
            .variants
            .iter()
            .map(|one| one.differs[0].value)
            .collect();
        assert_eq!(differs, ["Black", "Chrome", "Chrome"]);
        assert_eq!(page.accessories.len(), 1);
        let json = serde_json::to_value(&page).expect("JSON");
        assert_eq!(json["price"], 99.0);
        assert!(shop.detail("absent").is_none());
    }

    #[test]
    fn sizes_sort_by_number() {
        let mut sizes = ["M10 x 20", "M8 x 100", "M8 x 40", "M8"];
        sizes.sort_by_key(|size| natural(size));
        assert_eq!(sizes, ["M8", "M8 x 40", "M8 x 100", "M10 x 20"]);
    }
}
