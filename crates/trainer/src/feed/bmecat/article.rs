//! One `ARTICLE` or `PRODUCT` in, one row of Merchant attributes out.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::{Value, json};

use super::outline::Outline;
use super::{GONE, price, units};
use crate::feed::elements::Element;
use crate::feed::json::issue;
use crate::feed::row::{Origin, Row};
use crate::issue::{IssueKind, Outcome, RowIssue};

/// Kinds of references and the fields that hold them. `mandatory` and `select` (at least one of them) are to be ordered with the
/// article; what a set consists of can replace a part of it. Other kinds say nothing that a shopper could be told.
const REFERENCES: [(&str, &str); 8] = [
    ("accessories", "accessories"),
    ("mandatory", "accessories"),
    ("select", "accessories"),
    ("sparepart", "spare_parts"),
    ("consists_of", "spare_parts"),
    ("similar", "alternatives"),
    ("followup", "alternatives"),
    ("diff_orderunit", "alternatives"),
];

/// Parts of an article, and of its details, that are read. All others are kept by their own names, so that they are listed as
/// not read, and can be asked for as facets.
const READ: [&str; 26] = [
    "supplier_aid",
    "supplier_pid",
    "description_short",
    "description_long",
    "ean",
    "international_aid",
    "international_pid",
    "manufacturer_aid",
    "manufacturer_pid",
    "manufacturer_name",
    "manufacturer_idref",
    "manufacturer_type_descr",
    "keyword",
    "delivery_time",
    "leadtime",
    "content_unit",
    "order_unit",
    "no_cu_per_ou",
    "price_quantity",
    "article_features",
    "product_features",
    "article_price_details",
    "product_price_details",
    "mime_info",
    "article_reference",
    "product_reference",
];

/// Fields of one row from which on parts of an article are not kept by their own names; extensions of a supplier have some dozens.
const MAX_FIELDS: usize = 1_000;

/// Fields of a row as they are gathered.
#[derive(Default)]
pub(super) struct Fields {
    fields: Vec<(String, Value)>,
    places: Vec<(u64, u64)>,
}

impl Fields {
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>, place: (u64, u64)) {
        self.fields.push((name.to_owned(), value.into()));
        self.places.push(place);
    }
}

/// The row of an article.
pub(super) fn row(
    article: Element,
    outline: &Outline,
    file: &Arc<str>,
    issues: &mut VecDeque<RowIssue>,
) -> Row {
    let mut fields = Fields::default();
    let id = article.child_either("supplier_aid", "supplier_pid");
    if let Some(id) = id {
        fields.put("id", id.trimmed(), id.place);
    }
    if article.attribute("mode") == Some(GONE.1) {
        fields.put(GONE.0, GONE.1, article.place);
    }
    if let Some(details) = article.child_either("article_details", "product_details") {
        describe(details, outline, &mut fields);
    }
    category(&article, id, outline, &mut fields, file, issues);
    features(&article, outline, &mut fields);
    order(&article, &mut fields);
    price::prices(&article, outline, &mut fields, file, issues);
    pictures(&article, outline, &mut fields);
    references(&article, outline, &mut fields);
    others(&article, &mut fields);
    Row {
        file: Arc::clone(file),
        line: article.place.0,
        fields: fields.fields,
        origin: Origin::Xml(fields.places),
    }
}

fn describe(details: &Element, outline: &Outline, fields: &mut Fields) {
    let place = |name: &str| {
        details
            .child(name)
            .map_or(details.place, |child| child.place)
    };
    let mut put = |field: &str, name: &str, text: String| {
        if !text.is_empty() {
            fields.put(field, text, place(name));
        }
    };
    let text = |name: &str| outline.text(Some(details), name);
    put("title", "description_short", text("description_short"));
    // What is searched and not shown: the long text, the maker's type, keywords.
    let mut long = vec![text("description_long"), text("manufacturer_type_descr")];
    long.extend(
        outline
            .texts(Some(details), "keyword")
            .into_iter()
            .map(str::to_owned),
    );
    long.retain(|text| !text.is_empty());
    put("description", "description_long", long.join(" "));
    let maker = details
        .child("manufacturer_idref")
        .and_then(|id| outline.parties.get(id.trimmed()));
    let maker = Some(text("manufacturer_name"))
        .filter(|name| !name.is_empty())
        .or(maker.cloned());
    put("brand", "manufacturer_name", maker.unwrap_or_default());
    put("mpn", "manufacturer_aid", text("manufacturer_aid"));
    put("mpn", "manufacturer_pid", text("manufacturer_pid"));
    put("gtin", "ean", text("ean"));
    for number in details.children_either("international_aid", "international_pid") {
        let kind = number.attribute("type").unwrap_or("ean");
        if ["ean", "gtin", "upc"]
            .iter()
            .any(|known| kind.eq_ignore_ascii_case(known))
        {
            fields.put("gtin", number.trimmed(), number.place);
        }
    }
    days(details, fields);
}

fn category(
    article: &Element,
    id: Option<&Element>,
    outline: &Outline,
    fields: &mut Fields,
    file: &Arc<str>,
    issues: &mut VecDeque<RowIssue>,
) {
    let path = id.map_or(Ok(Vec::new()), |id| outline.path(id.trimmed()));
    match path {
        Ok(path) if !path.is_empty() => {
            let levels = path
                .iter()
                .map(|(key, label)| json!({ "key": key, "label": label }));
            fields.put("product_type", levels.collect::<Vec<_>>(), article.place);
            return;
        }
        Ok(_) => {}
        Err(message) => issues.push_back(RowIssue {
            field: Some("product_type".into()),
            outcome: Outcome::FieldDropped,
            ..issue(
                file,
                (article.place.0, Some(article.place.1)),
                IssueKind::Category,
                message,
            )
        }),
    }
    // Without groups, what the classification calls it is better than nothing; its codes are not.
    let features = article.children_either("article_features", "product_features");
    let mut names = features.filter_map(|features| features.child("reference_feature_group_name"));
    if let Some(name) = names.next() {
        let level = json!([{ "key": name.trimmed(), "label": name.trimmed() }]);
        fields.put("product_type", level, name.place);
    }
}

fn features(article: &Element, outline: &Outline, fields: &mut Fields) {
    let all = article.children_either("article_features", "product_features");
    for feature in all.flat_map(|features| features.children("feature")) {
        let text = |name: &str| outline.text(Some(feature), name);
        let template = feature
            .child("ft_idref")
            .and_then(|id| outline.features.get(id.trimmed()));
        let (name, descr) = (text("fname"), text("fdescr"));
        let known = template.or_else(|| outline.features.get(&name));
        let (label, key) = match known {
            Some((label, _)) => (
                label.clone(),
                feature
                    .child("ft_idref")
                    .map_or(name.as_str(), Element::trimmed),
            ),
            None if is_code(&name) => (descr, name.as_str()),
            None => (name.clone(), ""),
        };
        if label.is_empty() {
            if !name.is_empty() {
                fields.put("feature_code", name, feature.place);
            }
            continue;
        }
        let own = text("funit");
        let unit = units::symbol(
            known
                .map(|(_, unit)| unit)
                .filter(|_| own.is_empty())
                .unwrap_or(&own),
        );
        let variants = feature.child("variants");
        let variants = variants.into_iter().flat_map(|all| all.children("variant"));
        let values = variants.flat_map(|variant| outline.texts(Some(variant), "fvalue"));
        let details = text("fvalue_details");
        for value in outline
            .texts(Some(feature), "fvalue")
            .into_iter()
            .chain(values)
        {
            let mut detail = json!({ "attribute_name": label, "attribute_key": key });
            detail["attribute_value"] = match value
                .starts_with(|c: char| c.is_ascii_digit() || "+-.±≤≥<>".contains(c))
            {
                true if !unit.is_empty() => format!("{value} {unit}").into(),
                _ if is_code(value) && details.is_empty() => continue,
                _ if is_code(value) => {
                    detail["value_key"] = value.into();
                    details.as_str().into()
                }
                _ => value.into(),
            };
            if value != "-" {
                fields.put("product_detail", detail, feature.place);
            }
        }
    }
}

/// Whether a name or value is a code of ETIM (`EF000123`) or ECLASS (`0173-1#02-AAB123#001`), which no shopper can read.
fn is_code(text: &str) -> bool {
    let etim = text.len() == 8 && ["EF", "EV"].iter().any(|start| text.starts_with(start));
    (etim && text[2..].bytes().all(|byte| byte.is_ascii_digit())) || text.starts_with("0173-1#")
}

fn order(article: &Element, fields: &mut Fields) {
    let Some(order) = article.child_either("article_order_details", "product_order_details") else {
        return;
    };
    let unit = units::symbol(order.child("content_unit").map_or("", Element::trimmed));
    let Some(content) = order.child("no_cu_per_ou") else {
        return;
    };
    let number = price::whole(content.trimmed());
    let packed = order.child("content_unit").is_some() && number != "1" && number != "0";
    if packed && unit.is_empty() {
        fields.put("multipack", number, content.place);
    } else if packed {
        fields.put(
            "unit_pricing_measure",
            format!("{number} {unit}"),
            content.place,
        );
    }
}

/// Days until delivery; parts of days are rounded up.
fn days(details: &Element, fields: &mut Fields) {
    let times = details.child("delivery_times");
    let time = times
        .and_then(|times| times.child("leadtime"))
        .or_else(|| details.child("delivery_time"));
    let Some(time) = time.filter(|time| !time.trimmed().is_empty()) else {
        return;
    };
    let days = time.trimmed().parse::<f32>().ok().map(f32::ceil);
    let days = days.filter(|days| (0.0..=255.0).contains(days));
    let text = days.map_or_else(|| time.trimmed().to_owned(), |days| format!("{days:.0}"));
    fields.put("max_handling_time", text, time.place);
}

/// The picture that fits a list best, and the page.
fn pictures(article: &Element, outline: &Outline, fields: &mut Fields) {
    let all = || {
        article
            .children("mime_info")
            .flat_map(|info| info.children("mime"))
    };
    let source = |mime: &Element| outline.text(Some(mime), "mime_source").replace('\\', "/");
    let kind = |mime: &Element| {
        mime.child("mime_type")
            .map_or("", Element::trimmed)
            .to_lowercase()
    };
    let rank = |mime: &&Element| {
        let purpose = mime
            .child("mime_purpose")
            .map_or("", Element::trimmed)
            .to_lowercase();
        let purposes = ["normal", "detail", "", "thumbnail", "others"];
        let at = purposes.iter().position(|one| *one == purpose)?;
        let order = mime
            .child("mime_order")
            .and_then(|order| order.trimmed().parse::<u32>().ok());
        Some((at, order.unwrap_or(u32::MAX)))
    };
    let is_picture = |mime: &&Element| {
        kind(mime).starts_with("image/") || kind(mime).is_empty() && is_picture(&source(mime))
    };
    let pictures = all()
        .filter(is_picture)
        .filter(|mime| !source(mime).is_empty() && rank(mime).is_some());
    if let Some(best) = pictures.min_by_key(rank) {
        fields.put(
            "image_link",
            joined(&outline.mime_root, &source(best)),
            best.place,
        );
    }
    let mut pages = all().filter(|mime| {
        ["url", "text/html"].contains(&kind(mime).as_str()) && source(mime).starts_with("http")
    });
    if let Some(page) = pages.next() {
        fields.put("link", source(page), page.place);
    }
}

fn is_picture(source: &str) -> bool {
    let (_, end) = source.rsplit_once('.').unwrap_or_default();
    ["jpg", "jpeg", "png", "gif", "webp", "svg", "avif"]
        .iter()
        .any(|known| end.eq_ignore_ascii_case(known))
}

/// An address below the root that the header names; folders of the supplier's own disk are no such root.
fn joined(root: &str, source: &str) -> String {
    let is_root = ["http://", "https://", "/"]
        .iter()
        .any(|start| root.starts_with(start));
    let is_whole = source.contains("://") || source.starts_with('/');
    match is_root && !is_whole {
        true => format!(
            "{}/{}",
            root.trim_end_matches('/'),
            source.trim_start_matches("./")
        ),
        false => source.to_owned(),
    }
}

fn references(article: &Element, outline: &Outline, fields: &mut Fields) {
    for reference in article.children_either("article_reference", "product_reference") {
        let catalogue = reference.child("catalog_id").map_or("", Element::trimmed);
        let elsewhere = !catalogue.is_empty() && catalogue != outline.catalogue;
        let kind = reference
            .attribute("type")
            .unwrap_or("others")
            .to_lowercase();
        let field = REFERENCES
            .iter()
            .find(|(name, _)| *name == kind && !elsewhere);
        for id in reference.children_either("art_id_to", "prod_id_to") {
            match field {
                Some((_, field)) => fields.put(field, json!({ "id": id.trimmed() }), id.place),
                None => fields.put(&format!("reference_{kind}"), id.trimmed(), id.place),
            }
        }
    }
}

/// Keeps what nothing reads by its own name.
fn others(element: &Element, fields: &mut Fields) {
    for child in &element.children {
        if READ.contains(&child.name.as_str()) || fields.fields.len() >= MAX_FIELDS {
            continue;
        }
        if child.children.is_empty() {
            fields.put(&child.name, child.trimmed(), child.place);
        } else {
            others(child, fields);
        }
    }
}
