//! One language's catalogue in memory: products in the shop's own order, and the category tree.

use std::collections::{BTreeMap, HashMap};

use endcap::catalogue::{Availability, CatalogueMeta, Product};
use serde::Serialize;

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
    /// Places in `products`.
    pub(super) by_id: HashMap<String, usize>,
    /// Variants of one product.
    pub(super) by_group: HashMap<String, Vec<usize>>,
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use endcap::catalogue::{Attribute, Label, Reference, ReferenceKind};

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
                    swatch: String::new(),
                },
                Attribute {
                    name: label("spout", "Spout"),
                    value: label("high", "High"),
                    swatch: String::new(),
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
}
