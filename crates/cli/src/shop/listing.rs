//! Product lists: a request in, a window of the shop's own order and plain facets out.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use endcap::catalogue::Product;
use endcap_server::problem::Problem;
use serde::Serialize;

use super::catalogue::{Catalogue, Row};
use super::facets::{self, Facet};

/// The most products in one answer; an engine ranks two hundred within its two milliseconds.
const MOST: usize = 500;
const DEFAULT: usize = 48;
/// No product's name is longer; a longer text would only keep the processor busy.
const LONGEST_TEXT: usize = 1_000;
/// Filters in one request.
const MOST_FILTERS: usize = 100;

/// A list as it is asked for.
#[derive(Debug, Default)]
pub(super) struct Request {
    category: Option<String>,
    words: Vec<String>,
    /// Values by facet key; a product needs one of each facet.
    pub(super) filters: BTreeMap<String, Vec<String>>,
    price: (Option<u32>, Option<u32>),
    sort: Sort,
    offset: usize,
    limit: usize,
    facets: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sort {
    #[default]
    Shop,
    PriceAscending,
    PriceDescending,
}

/// A window of a list.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    total: usize,
    offset: usize,
    limit: usize,
    items: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<Vec<Facet<'a>>>,
}

impl Request {
    /// # Errors
    ///
    /// `shop/parameter` if a parameter is unknown or has a value that it cannot have.
    pub(super) fn parse(parameters: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut request = Self {
            limit: DEFAULT,
            ..Self::default()
        };
        let mut filters = 0;
        for (name, value) in parameters {
            match name.as_str() {
                "category" => request.category = Some(value),
                "q" if value.len() > LONGEST_TEXT => return Err(bad("q", "at most 1,000 bytes")),
                "q" => {
                    request.words = value
                        .to_lowercase()
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect()
                }
                "price_min" => request.price.0 = Some(number("price_min", &value)?),
                "price_max" => request.price.1 = Some(number("price_max", &value)?),
                "offset" => request.offset = number("offset", &value)?,
                "limit" => request.limit = number::<usize>("limit", &value)?.min(MOST),
                "facets" => {
                    request.facets = value
                        .parse()
                        .map_err(|_| bad("facets", "`true` or `false`"))?
                }
                "sort" => {
                    request.sort = match value.as_str() {
                        "relevance" => Sort::Shop,
                        "price_asc" => Sort::PriceAscending,
                        "price_desc" => Sort::PriceDescending,
                        _ => return Err(bad("sort", "`relevance`, `price_asc` or `price_desc`")),
                    };
                }
                _ => {
                    let Some(facet) = name.strip_prefix("f.") else {
                        return Err(bad(
                            &name,
                            "a name that is known: category, q, f.<facet>, price_min, price_max, sort, offset, limit, facets",
                        ));
                    };
                    filters += 1;
                    if filters > MOST_FILTERS {
                        return Err(bad("f.<facet>", "at most 100 filters"));
                    }
                    request
                        .filters
                        .entry(facet.to_owned())
                        .or_default()
                        .push(value);
                }
            }
        }
        Ok(request)
    }

    fn has_place(&self, catalogue: &Catalogue, at: usize) -> bool {
        self.category
            .as_deref()
            .is_none_or(|key| is_within(&catalogue.paths[at].key, key, "/"))
    }

    fn has_words(&self, catalogue: &Catalogue, at: usize) -> bool {
        self.words
            .iter()
            .all(|word| catalogue.texts[at].contains(word.as_str()))
    }

    fn has_price(&self, product: &Product) -> bool {
        let price = product.sale_price.or(product.price);
        let (least, most) = self.price;
        least.is_none_or(|least| price.is_some_and(|price| price >= least))
            && most.is_none_or(|most| price.is_some_and(|price| price <= most))
    }

    /// The facets whose filter this product fails.
    fn failed<'a>(&'a self, catalogue: &'a Catalogue, at: usize) -> impl Iterator<Item = &'a str> {
        self.filters
            .iter()
            .filter(move |(facet, values)| {
                !values
                    .iter()
                    .any(|value| has_value(catalogue, at, facet, value))
            })
            .map(|(facet, _)| facet.as_str())
    }
}

/// The window that `request` asks for.
pub(super) fn list<'a>(catalogue: &'a Catalogue, request: &'a Request) -> Answer<'a> {
    let mut found = Vec::new();
    let mut counter = facets::Counter::new(catalogue, request.category.is_none());
    for (at, product) in catalogue.products.iter().enumerate() {
        if !request.has_place(catalogue, at) || !request.has_words(catalogue, at) {
            continue;
        }
        let has_price = request.has_price(product);
        let mut failed = request.failed(catalogue, at);
        match (failed.next(), failed.next(), has_price) {
            (None, _, true) => {
                found.push(at);
                counter.count(at, None);
            }
            // The price range is shown for all prices, or it could only ever be narrowed.
            (None, _, false) => counter.count_price(at),
            // A facet's own filter does not narrow its counts: they say what choosing another value would give.
            (Some(only), None, true) => counter.count(at, Some(only)),
            _ => {}
        }
    }
    sort(&mut found, catalogue, request.sort);
    Answer {
        total: found.len(),
        offset: request.offset,
        limit: request.limit,
        items: found
            .into_iter()
            .skip(request.offset)
            .take(request.limit)
            .map(|at| catalogue.row(at))
            .collect(),
        facets: request.facets.then(|| counter.finish(&request.filters)),
    }
}

/// By price, with what has none at the end; among equals the shop's order stands.
fn sort(found: &mut [usize], catalogue: &Catalogue, sort: Sort) {
    let price = |at: &usize| {
        catalogue.products[*at]
            .sale_price
            .or(catalogue.products[*at].price)
    };
    match sort {
        Sort::Shop => {}
        Sort::PriceAscending => {
            found.sort_by_key(|at| price(at).map_or((1, 0), |price| (0, price)))
        }
        Sort::PriceDescending => {
            found.sort_by_key(|at| price(at).map_or((1, 0), |price| (0, u32::MAX - price)))
        }
    }
}

/// Values are named by key or by label: engines know one, addresses may hold the other.
fn has_value(catalogue: &Catalogue, at: usize, facet: &str, value: &str) -> bool {
    let product = &catalogue.products[at];
    match facet {
        "brand" => product.brand == value,
        "category" => {
            is_within(&catalogue.paths[at].value, value, " > ")
                || is_within(&catalogue.paths[at].key, value, "/")
        }
        _ => product.attributes.iter().any(|one| {
            one.name.key == facet && (one.value.key == value || one.value.label == value)
        }),
    }
}

/// Whether `path` is `above` or lies below it.
fn is_within(path: &str, above: &str, separator: &str) -> bool {
    path.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, Problem> {
    value
        .parse()
        .map_err(|_| bad(name, "a whole number that is not negative"))
}

fn bad(name: &str, expected: &str) -> Problem {
    // The name came from outside and may be as long as the address.
    let name: String = name.chars().take(60).collect();
    Problem::new(
        StatusCode::BAD_REQUEST,
        "shop/parameter",
        "Parameter not understood",
        format!("parameter {name:?}: expected {expected}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::tests::small;
    use super::*;

    fn parse(query: &[(&str, &str)]) -> Result<Request, Problem> {
        Request::parse(
            query
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        )
    }

    fn ids(query: &[(&str, &str)]) -> Vec<String> {
        let request = parse(query).expect("a request");
        let answer = serde_json::to_value(list(&small(), &request)).expect("JSON");
        let items = answer["items"].as_array().expect("items");
        items
            .iter()
            .map(|item| item["item_id"].as_str().expect("an id").to_owned())
            .collect()
    }

    #[test]
    fn lists_follow_category_words_filters_price_and_sort() {
        assert_eq!(ids(&[]), ["2", "1", "3", "4"]);
        assert_eq!(ids(&[("category", "bath")]), ["2", "1", "3"]);
        assert_eq!(ids(&[("category", "ba")]), [""; 0]);
        assert_eq!(ids(&[("q", "RIO tap")]), ["2", "1", "3"]);
        assert_eq!(ids(&[("q", "rio hammer")]), [""; 0]);
        assert_eq!(ids(&[("f.colour", "chrome")]), ["1", "3"]);
        assert_eq!(
            ids(&[("f.colour", "Black"), ("f.colour", "chrome")]),
            ["2", "1", "3"]
        );
        assert_eq!(
            ids(&[("f.category", "Bath > Taps"), ("f.brand", "Pico")]),
            [""; 0]
        );
        assert_eq!(ids(&[("price_max", "10000")]), ["1", "4"]);
        assert_eq!(ids(&[("sort", "price_desc"), ("limit", "2")]), ["3", "2"]);
        assert_eq!(ids(&[("offset", "3"), ("limit", "9")]), ["4"]);
    }

    #[test]
    fn counts_of_a_facet_ignore_its_own_filter() {
        let request = parse(&[("f.colour", "chrome"), ("facets", "true")]).expect("a request");
        let answer = serde_json::to_value(list(&small(), &request)).expect("JSON");
        assert_eq!(answer["total"], 2);
        let facets = answer["facets"].as_array().expect("facets");
        let of = |key: &str| {
            facets
                .iter()
                .find(|facet| facet["key"] == key)
                .expect("the facet")
        };
        let colours: Vec<_> = of("colour")["values"]
            .as_array()
            .expect("values")
            .iter()
            .map(|value| {
                (
                    value["value"].as_str().expect("a value").to_owned(),
                    value["count"].as_u64(),
                    value["selected"].as_bool(),
                )
            })
            .collect();
        assert_eq!(
            colours,
            [
                ("chrome".to_owned(), Some(2), Some(true)),
                ("black".to_owned(), Some(1), Some(false))
            ]
        );
        assert_eq!(of("price")["min"], 9_900);
    }

    #[test]
    fn bad_parameters_are_named() {
        for query in [
            ("limit", "-1"),
            ("price_min", "12,50"),
            ("sort", "best"),
            ("facets", "yes"),
            ("colour", "red"),
        ] {
            let problem = parse(&[query]).expect_err("a problem");
            assert_eq!(problem.code(), "shop/parameter");
            assert!(format!("{problem:?}").contains(query.0), "{problem:?}");
        }
        assert!(parse(&[("q", &"x".repeat(1_001))]).is_err());
        assert_eq!(
            parse(&[("limit", "100000")]).expect("a request").limit,
            MOST
        );
    }
}
