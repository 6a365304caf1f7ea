//! The demo shop's own API: feeds in, categories, product lists and product pages out, over HTTP.
//!
//! It stands for whatever a shop already has. Nothing here knows a shopper: every list comes in the shop's own
//! order, and works without the engine.
//!
//! # Invariants
//! * Catalogues are read once at the start, with the prices of that moment, and never change: equal requests get equal bytes and one ETag.
//! * A request that cannot be understood gets an RFC 9457 problem that names the parameter.

mod answer;
mod catalogue;
mod facets;
mod listing;
mod page;

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use endcap::Timestamp;
use endcap::catalogue::{Overlay, OverlayItem, Product};
use endcap::pack::Pack;
use endcap_server::problem::Problem;
use endcap_trainer::Settings;
use serde::Serialize;

use answer::json;
use catalogue::Catalogue;
use listing::Request;

/// The feeds' catalogues by language.
type Shop = BTreeMap<String, Catalogue>;

/// A feed whose name tells no language, and for which the caller knows none either.
const UNDETERMINED: &str = "und";

/// Reads `feeds` and serves them under `/shop`.
///
/// The language of a feed is in its name, as in `catalogue.de.jsonl`; `language` is for feeds whose name has none. `overlay` has
/// the file with the prices and stock of a language that are newer than the feed, so that the shop's pages say what the
/// engine says.
///
/// # Errors
///
/// If a feed or overlay cannot be read or a feed holds no product, or if two feeds have the same language.
pub(crate) fn router(
    feeds: &[PathBuf],
    language: Option<&str>,
    overlay: impl Fn(&str) -> Option<PathBuf>,
) -> anyhow::Result<Router> {
    let since_1970 = std::time::UNIX_EPOCH
        .elapsed()
        .context("the clock stands before 1970")?;
    let now = Timestamp(u64::try_from(since_1970.as_millis())?);
    let mut shop = Shop::new();
    for feed in feeds {
        let settings = Settings {
            feeds: vec![feed.clone()],
            ..Settings::default()
        };
        let mut read = endcap_trainer::read(&settings, &mut |_| ())
            .with_context(|| format!("the shop cannot read {}", feed.display()))?;
        ensure!(
            !read.products.is_empty(),
            "{} holds no product",
            feed.display()
        );
        if read.meta.language == UNDETERMINED
            && let Some(language) = language
        {
            read.meta.language = language.to_owned();
        }
        let language = read.meta.language.clone();
        ensure!(
            !shop.contains_key(&language),
            "{} is a second feed in {language:?}: give one per language, named like catalogue.de.jsonl",
            feed.display()
        );
        if let Some(file) = overlay(&language) {
            lay(&file, &mut read.products)
                .with_context(|| format!("the shop cannot read {}", file.display()))?;
        }
        hold_still(&mut read.products, now);
        shop.insert(language, Catalogue::new(read.meta, read.products));
    }
    Ok(Router::new()
        .route("/shop", get(catalogues))
        .route("/shop/{language}/categories", get(categories))
        .route("/shop/{language}/products", get(products))
        .route("/shop/{language}/products/{id}", get(product))
        .with_state(Arc::new(shop)))
}

/// Gives products the prices, stock and visibility that they have at `now`.
fn hold_still(products: &mut Vec<Product>, now: Timestamp) {
    products.retain_mut(|product| {
        let (sale_price, availability, shown) = product.at(now);
        product.sale_price = sale_price;
        product.availability = availability;
        shown
    });
}

/// Gives products the prices and stock of the overlay in `file`.
fn lay(file: &FilePath, products: &mut [Product]) -> anyhow::Result<()> {
    let overlay = Overlay::open(Pack::open(std::fs::read(file)?)?)?;
    let mut said: BTreeMap<String, OverlayItem> =
        overlay.said().map(|item| (item.id.clone(), item)).collect();
    for product in products {
        if let Some(item) = said.remove(&product.id) {
            product.price = item.price.unwrap_or(product.price);
            if let Some(sale_price) = item.sale_price {
                product.sale_price = sale_price;
                product.sale_period = item.sale_period;
            }
            if let Some(availability) = item.availability {
                product.availability = availability;
                product.available_from = item.available_from;
            }
            product.delivery_days = item.delivery_days.unwrap_or(product.delivery_days);
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Summary<'a> {
    language: &'a str,
    name: &'a str,
    currency: &'a str,
    synthetic: bool,
    products: usize,
}

async fn catalogues(State(shop): State<Arc<Shop>>, headers: HeaderMap) -> Response {
    let catalogues: Vec<_> = shop
        .values()
        .map(|catalogue| Summary {
            language: &catalogue.meta.language,
            name: &catalogue.meta.name,
            currency: &catalogue.meta.currency,
            synthetic: catalogue.meta.synthetic,
            products: catalogue.products.len(),
        })
        .collect();
    json(&headers, &BTreeMap::from([("catalogues", catalogues)]))
}

async fn categories(
    State(shop): State<Arc<Shop>>,
    Path(language): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = find(&shop, &language)?;
    Ok(json(
        &headers,
        &BTreeMap::from([("categories", &catalogue.categories)]),
    ))
}

async fn products(
    State(shop): State<Arc<Shop>>,
    Path(language): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = find(&shop, &language)?;
    let request = Request::parse(parameters)?;
    Ok(json(&headers, &listing::list(catalogue, &request)))
}

async fn product(
    State(shop): State<Arc<Shop>>,
    Path((language, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let catalogue = find(&shop, &language)?;
    let detail = catalogue.detail(&id).ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "shop/no-product",
            "No such product",
            "the catalogue has no product with this id: ids are those of the feed",
        )
    })?;
    Ok(json(&headers, &detail))
}

fn find<'a>(shop: &'a Shop, language: &str) -> Result<&'a Catalogue, Problem> {
    shop.get(language).ok_or_else(|| {
        let known: Vec<&str> = shop.keys().map(String::as_str).collect();
        Problem::new(
            StatusCode::NOT_FOUND,
            "shop/no-language",
            "No such language",
            format!(
                "there is no catalogue in this language: there is {}",
                known.join(", ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn feed(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::File::create(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("a file");
        path
    }

    #[test]
    fn two_feeds_of_one_language_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let line = "{\"id\":\"1\",\"title\":\"Hammer\"}\n";
        let feeds = [
            feed(&folder, "a.de.jsonl", line),
            feed(&folder, "b.de.jsonl", line),
        ];
        let error = router(&feeds, None, |_| None).expect_err("the same language twice");
        assert!(error.to_string().contains("second feed"), "{error}");
        assert!(router(&feeds[..1], None, |_| None).is_ok());
    }

    #[test]
    fn a_feed_without_products_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let feeds = [feed(&folder, "a.de.jsonl", "{\"id\":\"1\"}\n")];
        assert!(router(&feeds, None, |_| None).is_err());
        assert!(router(&[folder.path().join("absent.jsonl")], None, |_| None).is_err());
    }

    #[test]
    fn an_unknown_language_names_those_that_exist() {
        let problem = find(&Shop::new(), "xx").err().expect("a problem");
        assert_eq!(problem.code(), "shop/no-language");
    }
}
