//! The catalogue feeds: one product per line, in Merchant attributes.

use std::io::{self, Write};

use serde::Serialize;

use super::links::Links;
use super::numbers;
use super::picture::Picture;
use super::price;
use super::shop::Shop;
use super::table;
use super::wording::{self, Language};

#[derive(Serialize)]
struct Line<'a> {
    id: String,
    title: String,
    description: String,
    brand: &'a str,
    mpn: &'a str,
    gtin: String,
    product_type: String,
    product_type_key: &'a str,
    price: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sale_price: Option<String>,
    availability: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_handling_time: Option<u8>,
    image_link: String,
    link: String,
    item_group_id: String,
    product_detail: Vec<Detail<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_rating: Option<f64>,
    review_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    price_tiers: Vec<Tier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accessories: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spare_parts: Vec<String>,
    custom_label_0: &'a str,
}

#[derive(Serialize)]
struct Detail<'a> {
    attribute_name: &'a str,
    attribute_value: String,
    attribute_key: &'a str,
    value_key: String,
}

#[derive(Serialize)]
struct Tier {
    min_quantity: u32,
    price: String,
}

/// Writes the catalogue in one language; `step` is told after every line.
///
/// # Errors
///
/// Whatever `out` fails with.
pub(super) fn write(
    shop: &Shop,
    links: &Links<'_>,
    language: Language,
    out: &mut impl Write,
    mut step: impl FnMut(),
) -> io::Result<()> {
    for index in 0..shop.articles.len() {
        serde_json::to_writer(&mut *out, &line(shop, links, index, language))?;
        out.write_all(b"\n")?;
        step();
    }
    Ok(())
}

fn line<'a>(shop: &'a Shop, links: &Links<'_>, index: usize, language: Language) -> Line<'a> {
    let article = &shop.articles[index];
    let model = shop.model(index);
    let id = Shop::id(index);
    let ids = |articles: Vec<usize>| articles.into_iter().map(Shop::id).collect();
    Line {
        title: wording::title(shop, index, language),
        description: wording::description(shop, index, language),
        brand: model.brand.name,
        mpn: &article.mpn,
        gtin: numbers::gtin(shop.seed, index),
        product_type: wording::category_path(model.kind, language),
        product_type_key: model.kind.path,
        price: price::written(article.price),
        sale_price: article.sale_price.map(price::written),
        availability: article.stock.label(),
        max_handling_time: article.days,
        image_link: format!("/images/{}", Picture::of(shop, index).file_name()),
        link: format!("/#/p/{id}"),
        item_group_id: format!("G{}", 10_000 + article.model),
        product_detail: details(shop, index, language),
        average_rating: article.rating.map(|tenths| f64::from(tenths) / 10.0),
        review_count: article.reviews,
        price_tiers: price::tiers(model.kind.bulk, article.price)
            .into_iter()
            .map(|(min_quantity, cents)| Tier {
                min_quantity,
                price: price::written(cents),
            })
            .collect(),
        accessories: ids(links.accessories(index)),
        spare_parts: ids(links.spare_parts(index)),
        custom_label_0: "synthetic",
        id,
    }
}

fn details(shop: &Shop, index: usize, language: Language) -> Vec<Detail<'static>> {
    shop.values(index)
        .filter_map(|(key, value)| {
            let attribute = table::attribute(key)?;
            Some(Detail {
                attribute_name: language.of(attribute.name),
                attribute_value: wording::text(key, value, language),
                attribute_key: key,
                value_key: value.replace('·', " "),
            })
        })
        .collect()
}
