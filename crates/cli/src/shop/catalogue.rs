//! One language's catalogue in memory: products in the shop's own order, the category tree, and what belongs together.

use std::collections::{BTreeMap, HashMap};

use endcap::catalogue::{Availability, CatalogueMeta, Product, ReferenceKind};
use serde::Serialize;

/// Variants that a product page can show.
const MOST_VARIANTS: usize = 48;
/// Accessories or spare parts that a product page can show.
const MOST_REFERENCES: usize = 48;
/// Attributes that name a variant, as in "M8 · 40 mm".
const MOST_DIFFERENCES: usize = 3;

/// Products and what is found by them.
pub(super) struct Catalogue {
    pub(super) meta: CatalogueMeta,
    /// In the shop's own order.
    pub(super) products: Vec<Product>,
    /// Lower-case text that the plain search looks in, by product.
    pub(super) texts: Vec<String>,
    /// Category by product: key path and label path; both empty without a category.
    pub(super) paths: Vec<CategoryPath>,
    /// Root categories, largest first.
    pub(super) categories: Vec<Category>,
    by_id: HashMap<String, usize>,
    by_group: HashMap<String, Vec<usize>>,
}

/// Where a product stands in the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct CategoryPath {
    /// `bath/taps`.
    pub(super) key: String,
    /// `Bad > Armaturen`.
    pub(super) value: String,
}

/// A node of the category tree.
#[derive(Debug, Default, Serialize)]
pub(super) struct Category {
    /// Stable keys from the root, joined by `/`.
    pub(super) key: String,
    /// Labels from the root, joined by ` > `, as facets name it.
    pub(super) value: String,
    pub(super) label: String,
    /// Products here and below.
    pub(super) count: usize,
    /// Picture of the first product that has one.
    pub(super) image: String,
    pub(super) children: Vec<Category>,
}

/// A product as lists show it: a GA4 item with what a tile shows besides.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    item_id: &'a str,
    item_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    item_brand: &'a str,
    #[serde(flatten)]
    item_categories: BTreeMap<&'static str, &'a str>,
    /// In units of the currency, as GA4 has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<f64>,
    mpn: &'a str,
    gtin: &'a str,
    category: &'a str,
    category_key: &'a str,
    price_minor: Option<u32>,
    sale_price_minor: Option<u32>,
    availability: &'static str,
    delivery_days: Option<u8>,
    image: &'a str,
    rating: Option<f32>,
    reviews: u32,
}

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
    #[serde(flatten)]
    row: Row<'a>,
    /// What sets it apart from its siblings.
    differs: String,
}

impl Catalogue {
    /// Puts `products` into the shop's own order: what can be bought and was reviewed most comes first; among
    /// equals the feed's order stands.
    pub(super) fn new(meta: CatalogueMeta, mut products: Vec<Product>) -> Self {
        products.sort_by_key(|product| {
            let sold_out = product.availability == Availability::OutOfStock;
            (sold_out, std::cmp::Reverse(product.reviews))
        });
        let paths: Vec<CategoryPath> = products.iter().map(CategoryPath::of).collect();
        let mut by_group: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, product) in products.iter().enumerate() {
            if !product.group.is_empty() {
                by_group.entry(product.group.clone()).or_default().push(at);
            }
        }
        Self {
            texts: products.iter().map(search_text).collect(),
            categories: tree(&products),
            by_id: products
                .iter()
                .enumerate()
                .map(|(at, product)| (product.id.clone(), at))
                .collect(),
            by_group,
            paths,
            products,
            meta,
        }
    }

    /// The product at `at` as lists show it.
    pub(super) fn row(&self, at: usize) -> Row<'_> {
        let product = &self.products[at];
        let path = &self.paths[at];
        let levels = [
            "item_category",
            "item_category2",
            "item_category3",
            "item_category4",
            "item_category5",
        ];
        let now = product.sale_price.or(product.price);
        Row {
            item_id: &product.id,
            item_name: &product.title,
            item_brand: &product.brand,
            item_categories: levels
                .into_iter()
                .zip(product.category.iter().map(|level| level.label.as_str()))
                .collect(),
            price: now.map(|minor| f64::from(minor) / 100.0),
            mpn: &product.mpn,
            gtin: &product.gtin,
            category: &path.value,
            category_key: &path.key,
            price_minor: product.price,
            sale_price_minor: product.sale_price,
            availability: match product.availability {
                Availability::InStock => "in_stock",
                Availability::OutOfStock => "out_of_stock",
                Availability::Preorder => "preorder",
                Availability::Backorder => "backorder",
            },
            delivery_days: product.delivery_days,
            image: &product.image,
            rating: product.rating,
            reviews: product.reviews,
        }
    }

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
            .take(MOST_VARIANTS)
            .map(|&at| {
                let labels: Vec<&str> = differing
                    .iter()
                    .filter_map(|key| value_of(&self.products[at], key))
                    .collect();
                (labels.join(" · "), at)
            })
            .collect();
        variants.sort_by(|a, b| natural(&a.0).cmp(&natural(&b.0)).then(a.1.cmp(&b.1)));
        variants
            .into_iter()
            .map(|(differs, at)| Variant {
                row: self.row(at),
                differs,
            })
            .collect()
    }
}

impl CategoryPath {
    fn of(product: &Product) -> Self {
        let keys: Vec<String> = product
            .category
            .iter()
            .map(|level| segment(&level.key))
            .collect();
        let labels: Vec<&str> = product
            .category
            .iter()
            .map(|level| level.label.as_str())
            .collect();
        Self {
            key: keys.join("/"),
            value: labels.join(" > "),
        }
    }
}

/// A key that can stand between slashes.
fn segment(key: &str) -> String {
    key.replace('/', "~")
}

fn search_text(product: &Product) -> String {
    [
        &product.title,
        &product.brand,
        &product.mpn,
        &product.gtin,
        &product.id,
    ]
    .map(|text| text.to_lowercase())
    .join("\n")
}

/// The tree of all categories, each level with the largest first.
fn tree(products: &[Product]) -> Vec<Category> {
    let mut roots = Vec::new();
    for product in products {
        let mut level = &mut roots;
        let (mut key, mut value) = (String::new(), String::new());
        for label in &product.category {
            if !key.is_empty() {
                key.push('/');
                value.push_str(" > ");
            }
            key.push_str(&segment(&label.key));
            value.push_str(&label.label);
            let at = match level.iter().position(|node: &Category| node.key == key) {
                Some(at) => at,
                None => {
                    level.push(Category {
                        key: key.clone(),
                        value: value.clone(),
                        label: label.label.clone(),
                        ..Category::default()
                    });
                    level.len() - 1
                }
            };
            let node = &mut level[at];
            node.count += 1;
            if node.image.is_empty() {
                node.image.clone_from(&product.image);
            }
            level = &mut node.children;
        }
    }
    sort(&mut roots);
    roots
}

fn sort(level: &mut [Category]) {
    // Stable: equals stay in the order in which the shop's list meets them.
    level.sort_by_key(|node| std::cmp::Reverse(node.count));
    for node in level {
        sort(&mut node.children);
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
            members
                .clone()
                .any(|other| value_of(other, key) != value_of(first, key))
        })
        .take(MOST_DIFFERENCES)
        .collect()
}

fn value_of<'a>(product: &'a Product, key: &str) -> Option<&'a str> {
    product
        .attributes
        .iter()
        .find(|attribute| attribute.name.key == key)
        .map(|attribute| attribute.value.label.as_str())
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
pub(super) mod tests {
    use super::*;
    use endcap::catalogue::{Attribute, Label, Reference};

    /// A small shop: three taps of one group in two colours, and a hammer.
    pub(in crate::shop) fn small() -> Catalogue {
        let tap = |id: &str, colour: (&str, &str), price, reviews| Product {
            id: id.into(),
            title: format!("Basin tap Rio {}", colour.1),
            brand: "Grohl".into(),
            mpn: format!("RIO-{id}"),
            group: "rio".into(),
            category: vec![label("bath", "Bath"), label("taps", "Taps")],
            attributes: vec![
                Attribute {
                    name: label("colour", "Colour"),
                    value: label(colour.0, colour.1),
                },
                Attribute {
                    name: label("spout", "Spout"),
                    value: label("high", "High"),
                },
            ],
            price: Some(price),
            reviews,
            image: format!("/images/{id}.svg"),
            ..Product::default()
        };
        let mut products = vec![
            tap("1", ("chrome", "Chrome"), 9_900, 3),
            tap("2", ("black", "Black"), 12_900, 40),
            tap("3", ("chrome", "Chrome"), 14_900, 0),
            Product {
                id: "4".into(),
                title: "Claw hammer".into(),
                brand: "Pico".into(),
                category: vec![label("tools/hand", "Hand tools")],
                price: Some(2_500),
                sale_price: Some(1_999),
                reviews: 99,
                availability: Availability::OutOfStock,
                ..Product::default()
            },
        ];
        products[0].references.push(Reference {
            kind: ReferenceKind::Accessory,
            id: "4".into(),
        });
        Catalogue::new(
            CatalogueMeta {
                language: "en".into(),
                ..CatalogueMeta::default()
            },
            products,
        )
    }

    fn label(key: &str, label: &str) -> Label {
        Label {
            key: key.into(),
            label: label.into(),
        }
    }

    fn ids(rows: impl Iterator<Item = usize>, catalogue: &Catalogue) -> Vec<&str> {
        rows.map(|at| catalogue.products[at].id.as_str()).collect()
    }

    #[test]
    fn the_shops_order_is_by_reviews_with_what_is_sold_out_last() {
        let shop = small();
        assert_eq!(ids(0..4, &shop), ["2", "1", "3", "4"]);
    }

    #[test]
    fn the_tree_counts_products_and_keeps_slashes_out_of_keys() {
        let shop = small();
        let roots: Vec<_> = shop
            .categories
            .iter()
            .map(|node| (node.key.as_str(), node.count))
            .collect();
        assert_eq!(roots, [("bath", 3), ("tools~hand", 1)]);
        let taps = &shop.categories[0].children[0];
        assert_eq!(
            (taps.key.as_str(), taps.value.as_str(), taps.count),
            ("bath/taps", "Bath > Taps", 3)
        );
        assert_eq!(taps.image, "/images/2.svg");
    }

    #[test]
    fn a_page_names_what_sets_variants_apart() {
        let shop = small();
        let page = shop.detail("1").expect("a product");
        let differs: Vec<_> = page
            .variants
            .iter()
            .map(|one| one.differs.as_str())
            .collect();
        assert_eq!(differs, ["Black", "Chrome", "Chrome"]);
        assert_eq!(page.accessories.len(), 1);
        assert_eq!(page.row.price, Some(99.0));
        assert!(shop.detail("absent").is_none());
    }

    #[test]
    fn sizes_sort_by_number() {
        let mut sizes = ["M10 x 20", "M8 x 100", "M8 x 40", "M8"];
        sizes.sort_by_key(|size| natural(size));
        assert_eq!(sizes, ["M8", "M8 x 40", "M8 x 100", "M10 x 20"]);
    }
}
