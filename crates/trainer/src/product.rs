//! Rows in, products out: every Merchant attribute read, cleaned and checked once.
//!
//! # Invariants
//! * Nothing is made up: what a feed does not say stays empty.
//! * Every product has an `id` of its own and a title.
//! * Links and pictures have no scheme but `http` and `https`.

mod category;
mod dates;
mod offer;
mod properties;

use std::collections::{BTreeMap, HashMap, HashSet};

use endcap::catalogue::{Label, Product, Reference, ReferenceKind};

use crate::error::TrainerError;
use crate::feed::{GONE, Row, alias_of, scalar_text};
use crate::feeds::Updates;
use crate::field::{gtin, text};
use crate::issue::{IssueKind, Outcome, Report};
use crate::overlay::Offer;

/// The longest `id`, in characters. Merchant allows 50; a longer one is dropped, for cut ids collide.
pub const MAX_ID: usize = 128;
/// The longest title. Merchant allows 150, real feeds go to 250.
pub const MAX_TITLE: usize = 300;
/// The longest description, as in Merchant's specification.
pub const MAX_DESCRIPTION: usize = 5_000;
/// The longest brand, article number, group or label. Merchant allows 70 to 140.
pub const MAX_LABEL: usize = 150;
/// The longest attribute value; Merchant allows 1,000, no facet can show so much.
pub const MAX_VALUE: usize = 500;
/// The longest article number, as in Merchant's specification.
pub const MAX_MPN: usize = 70;
/// The most words of an article number. `GSR 18V-55 Professional` has three; beyond five it is a
/// sentence, as in the 30 % of Icecat's rows that repeat the title here.
pub const MAX_MPN_WORDS: usize = 5;
/// The longest address, as in Merchant's specification.
pub const MAX_LINK: usize = 2_048;
/// Fields that are read. All others are listed as ignored.
const READ: [&str; 46] = [
    "id",
    "title",
    "description",
    "brand",
    "mpn",
    "gtin",
    "product_type",
    "product_type_key",
    "google_product_category",
    "price",
    "sale_price",
    "sale_price_effective_date",
    "availability",
    "availability_date",
    "expiration_date",
    "disclosure_date",
    "image_link",
    "link",
    "item_group_id",
    "product_detail",
    "color",
    "size",
    "material",
    "pattern",
    "gender",
    "age_group",
    "condition",
    "max_handling_time",
    "min_handling_time",
    "average_rating",
    "review_count",
    "price_tiers",
    "accessories",
    "spare_parts",
    "alternatives",
    "custom_label_0",
    "custom_label_1",
    "custom_label_2",
    "custom_label_3",
    "custom_label_4",
    "energy_efficiency_class",
    "size_type",
    "size_system",
    "multipack",
    "is_bundle",
    "unit_pricing_measure",
];

/// A feed field that shoppers shall filter by, although it is not one of Merchant's product attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetField {
    /// The field, by its [canonical name](crate::canonical_name).
    pub field: String,
    /// What shoppers read.
    pub label: String,
}

/// Turns rows into products and remembers what all rows have in common.
#[derive(Debug)]
pub(crate) struct Normaliser {
    pub(crate) report: Report,
    /// Fields that nothing reads, with the number of rows that fill them.
    pub(crate) ignored: BTreeMap<String, u64>,
    /// Values that were brought to the spelling that came first.
    pub(crate) respelled: u64,
    /// ISO 4217; set by the caller or by the first price that names one.
    pub(crate) currency: Option<String>,
    /// The currency was given or named, not guessed from a sign that several share.
    currency_is_sure: bool,
    /// Prices by the currency they name.
    pub(crate) currencies: BTreeMap<String, u64>,
    /// Prices by a sign whose currency had to be guessed: which currencies have it.
    signs: BTreeMap<&'static str, (&'static [&'static str], u64)>,
    pub(crate) updates: Updates,
    /// Products whose custom label says that they are synthetic.
    pub(crate) synthetic: u64,
    pub(crate) language: String,
    facets: Vec<FacetField>,
    pub(crate) seen: HashSet<String>,
    spellings: HashMap<String, HashMap<String, Label>>,
}

impl Normaliser {
    pub(crate) fn new(
        report: Report,
        language: &str,
        currency: Option<String>,
        facets: Vec<FacetField>,
    ) -> Self {
        Self {
            report,
            ignored: BTreeMap::new(),
            respelled: 0,
            currency_is_sure: currency.is_some(),
            currency,
            currencies: BTreeMap::new(),
            signs: BTreeMap::new(),
            updates: Updates::default(),
            synthetic: 0,
            language: language.to_owned(),
            facets,
            seen: HashSet::new(),
            spellings: HashMap::new(),
        }
    }

    /// The currency of most prices, where it is not the one that they were read in; a sign that several share counts for each
    /// of them that is named, too.
    pub(crate) fn other_currency(&self) -> Option<String> {
        let count = |code: &str| {
            let signs = self
                .signs
                .values()
                .filter(|(codes, _)| codes.contains(&code));
            let named = self.currencies.get(code).copied().unwrap_or(0);
            named + signs.map(|(_, prices)| prices).sum::<u64>()
        };
        let chosen = self.currency.as_deref()?;
        let most = self.currencies.keys().max_by_key(|code| count(code))?;
        let named_before = self.currencies.contains_key(chosen);
        (count(most) > count(chosen) || !named_before && count(most) == count(chosen))
            .then(|| most.clone())
    }

    /// The product of a row; `None` if the row had to be dropped.
    pub(crate) fn product(&mut self, row: &Row) -> Result<Option<Product>, TrainerError> {
        let Some(id) = self.id(row)? else {
            return Ok(None);
        };
        let title = self.clean(row, "title", MAX_TITLE)?;
        if title.is_empty() {
            self.raise(
                row,
                IssueKind::Title,
                "title",
                format!("product {id:?} has no title"),
                Outcome::RowDropped,
            )?;
            return Ok(None);
        }
        let brand = self.clean(row, "brand", MAX_LABEL)?;
        let mut description = self.clean(row, "description", MAX_DESCRIPTION)?;
        self.further_categories(row, &mut description)?;
        let product = Product {
            title,
            brand: if brand.is_empty() {
                brand
            } else {
                self.spelling("brand", Label::plain(brand)).label
            },
            mpn: self.mpn(row, &mut description)?,
            gtin: self.gtin(row)?,
            category: self.category(row)?,
            attributes: self.attributes(row)?,
            availability: self.availability(row)?,
            available_from: self.available_from(row)?,
            shown: self.shown(row)?,
            delivery_days: self.delivery_days(row)?,
            image: self.link(row, "image_link")?,
            link: self.link(row, "link")?,
            group: self.clean(row, "item_group_id", MAX_LABEL)?,
            references: references(row),
            description,
            id: id.clone(),
            ..Product::default()
        };
        let product = self.prices(row, product)?;
        let product = self.rating(row, product)?;
        self.note_ignored(row);
        self.synthetic += u64::from(
            (0..5).any(|n| row.text(&format!("custom_label_{n}")).as_deref() == Some("synthetic")),
        );
        self.seen.insert(id);
        Ok(Some(product))
    }

    /// What a row says of price and stock alone; `None` if it had to be dropped.
    pub(crate) fn offer(&mut self, row: &Row) -> Result<Option<Offer>, TrainerError> {
        let Some(id) = self.id(row)? else {
            return Ok(None);
        };
        let is_given = |field: &str| row.text(field).is_some_and(|text| !text.trim().is_empty());
        let availability = match is_given("availability") {
            true => Some(self.availability(row)?),
            false => None,
        };
        let delivery_days = self.delivery_days(row)?;
        let available_from = self.available_from(row)?;
        let Product {
            price,
            sale_price,
            sale_period,
            ..
        } = self.prices(row, Product::default())?;
        self.seen.insert(id.clone());
        Ok(Some(Offer {
            id,
            price,
            sale_price,
            sale_period,
            availability,
            available_from,
            delivery_days,
            gone: is_gone(row),
        }))
    }

    fn id(&mut self, row: &Row) -> Result<Option<String>, TrainerError> {
        let id = row
            .text("id")
            .map(|id| text::collapsed(&id))
            .unwrap_or_default();
        let problem = if id.is_empty() {
            Some((IssueKind::Id, "the row has no id".to_owned()))
        } else if id.chars().count() > MAX_ID {
            Some((
                IssueKind::Id,
                format!("the id is longer than {MAX_ID} characters"),
            ))
        } else if self.seen.contains(&id) {
            Some((
                IssueKind::Duplicate,
                format!("the id {id:?} occurred before"),
            ))
        } else {
            None
        };
        match problem {
            None => Ok(Some(id)),
            Some((kind, message)) => {
                self.raise(row, kind, "id", message, Outcome::RowDropped)?;
                Ok(None)
            }
        }
    }

    /// A text field, cleaned; says what was done to it.
    fn clean(&mut self, row: &Row, field: &str, limit: usize) -> Result<String, TrainerError> {
        let Some(value) = row.get(field) else {
            return Ok(String::new());
        };
        let Some(raw) = scalar_text(value) else {
            self.raise(
                row,
                IssueKind::Shape,
                field,
                "expected text, got an object",
                Outcome::FieldDropped,
            )?;
            return Ok(String::new());
        };
        self.cleaned(row, field, &raw, limit)
    }

    fn cleaned(
        &mut self,
        row: &Row,
        field: &str,
        raw: &str,
        limit: usize,
    ) -> Result<String, TrainerError> {
        let clean = text::clean(raw, limit);
        // Descriptions are HTML by nature.
        if clean.markup && field != "description" {
            let message = format!("tags or entities taken out of {:?}", excerpt(raw));
            self.raise(
                row,
                IssueKind::Markup,
                field,
                message,
                Outcome::FieldChanged,
            )?;
        }
        if let Some(length) = clean.cut_from {
            let message = format!("cut from {length} to {limit} characters");
            self.raise(row, IssueKind::Long, field, message, Outcome::FieldChanged)?;
        }
        Ok(clean.text)
    }

    fn mpn(&mut self, row: &Row, description: &mut String) -> Result<String, TrainerError> {
        let mpn = self.clean(row, "mpn", MAX_DESCRIPTION)?;
        let (length, words) = (mpn.chars().count(), mpn.split(' ').count());
        // `Rack PDU Switched` is a name; only single words do without a digit, such as `HERCULES`.
        let is_name = words > 1 && !mpn.chars().any(|c| c.is_ascii_digit());
        if length <= MAX_MPN && words <= MAX_MPN_WORDS && !is_name {
            return Ok(mpn);
        }
        let message = format!(
            "{length} characters in {words} words are no article number: {:?}",
            excerpt(&mpn)
        );
        self.raise(row, IssueKind::Mpn, "mpn", message, Outcome::FieldDropped)?;
        append(description, &mpn);
        Ok(String::new())
    }

    fn gtin(&mut self, row: &Row) -> Result<String, TrainerError> {
        let Some(raw) = row.text("gtin").filter(|raw| !raw.is_empty()) else {
            return Ok(String::new());
        };
        match gtin::parse(&raw) {
            Ok(gtin) => Ok(gtin),
            Err(error) => {
                let message = format!("{error} in {:?}", excerpt(&raw));
                self.raise(row, IssueKind::Gtin, "gtin", message, Outcome::FieldDropped)?;
                Ok(String::new())
            }
        }
    }

    fn link(&mut self, row: &Row, field: &str) -> Result<String, TrainerError> {
        let link: String = row
            .text(field)
            .map(|link| link.trim().to_owned())
            .unwrap_or_default();
        let problem = if link.chars().count() > MAX_LINK {
            Some(format!("longer than {MAX_LINK} characters"))
        } else if link.chars().any(char::is_control) || !is_safe(&link) {
            Some(format!("no http(s) address: {:?}", excerpt(&link)))
        } else {
            None
        };
        match problem {
            None => Ok(link),
            Some(message) => {
                self.raise(row, IssueKind::Link, field, message, Outcome::FieldDropped)?;
                Ok(String::new())
            }
        }
    }

    /// The spelling of a value that came first: `Black` and `black` are one value of a facet.
    fn spelling(&mut self, of: &str, label: Label) -> Label {
        let known = self.spellings.entry(of.to_owned()).or_default();
        match known.get(&label.key.to_lowercase()) {
            Some(first) => {
                self.respelled += u64::from(*first != label);
                first.clone()
            }
            None => {
                known.insert(label.key.to_lowercase(), label.clone());
                label
            }
        }
    }

    fn note_ignored(&mut self, row: &Row) {
        for (name, value) in &row.fields {
            let used = READ.contains(&name.as_str())
                || alias_of(name).is_some()
                || self.facets.iter().any(|facet| facet.field == *name);
            if !used && !crate::feed::is_blank(value) {
                *self.ignored.entry(name.clone()).or_default() += 1;
            }
        }
    }

    pub(crate) fn raise(
        &mut self,
        row: &Row,
        kind: IssueKind,
        field: &str,
        message: impl Into<String>,
        outcome: Outcome,
    ) -> Result<(), TrainerError> {
        self.report.raise(row.issue(kind, field, message, outcome))
    }
}

/// Paths and `http(s)` addresses. A `javascript:` address would run in the shop's page.
fn is_safe(link: &str) -> bool {
    let before_path = link.split(['/', '?', '#']).next().unwrap_or_default();
    match before_path.split_once(':') {
        None => true,
        Some((scheme, _)) => {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        }
    }
}

/// Whether an update takes the product out.
pub(crate) fn is_gone(row: &Row) -> bool {
    row.text(GONE.0).as_deref() == Some(GONE.1)
}

fn references(row: &Row) -> Vec<Reference> {
    let mut references = Vec::new();
    for (field, kind) in [
        ("accessories", ReferenceKind::Accessory),
        ("spare_parts", ReferenceKind::SparePart),
        ("alternatives", ReferenceKind::Alternative),
    ] {
        for value in row.get_all(field) {
            // An object holds one identifier, whatever characters it has.
            let (ids, separators): (_, &[char]) = match value.get("id") {
                Some(id) => (scalar_text(id), &[]),
                None => (scalar_text(value), &[',', ';', '|']),
            };
            let ids = ids.unwrap_or_default();
            for id in ids
                .split(separators)
                .map(text::collapsed)
                .filter(|id| !id.is_empty())
            {
                let reference = Reference { kind, id };
                if !references.contains(&reference) {
                    references.push(reference);
                }
            }
        }
    }
    references
}

/// Adds a text to a description, so that it is found although it is not shown.
pub(crate) fn append(description: &mut String, text: &str) {
    let joined = description.chars().count() + text.chars().count() + 2;
    if description.contains(text) || joined > MAX_DESCRIPTION {
        return;
    }
    if !description.is_empty() {
        description.push_str("; ");
    }
    description.push_str(text);
}

/// The beginning of a text, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
