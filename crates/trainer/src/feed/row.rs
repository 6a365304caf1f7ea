//! One row of a feed: fields by their Merchant attribute names, and where they stand in the file.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use crate::issue::{IssueKind, Outcome, RowIssue};

/// Names that shops use for Merchant attributes; read only where the attribute itself is absent.
const ALIASES: [(&str, &str); 46] = [
    ("id", "product_id"),
    ("id", "item_id"),
    ("id", "sku"),
    ("title", "name"),
    ("title", "item_name"),
    ("description", "summary"),
    ("description", "content"),
    ("brand", "manufacturer"),
    ("brand", "item_brand"),
    ("mpn", "manufacturer_part_number"),
    ("gtin", "ean"),
    ("gtin", "upc"),
    ("product_type", "category"),
    ("product_type", "categories"),
    ("image_link", "image"),
    ("image_link", "image_url"),
    ("link", "url"),
    ("color", "colour"),
    ("average_rating", "rating"),
    ("review_count", "reviews"),
    ("review_count", "rating_count"),
    ("id", "artikelnummer"),
    ("id", "artikelnr"),
    ("id", "artikel_nr"),
    ("title", "titel"),
    ("title", "bezeichnung"),
    ("title", "artikelbezeichnung"),
    ("title", "produktname"),
    ("description", "beschreibung"),
    ("brand", "marke"),
    ("brand", "hersteller"),
    ("mpn", "herstellernummer"),
    ("gtin", "gtin/ean"),
    ("product_type", "kategorie"),
    ("product_type", "warengruppe"),
    ("price", "preis"),
    ("price", "verkaufspreis"),
    ("sale_price", "sonderpreis"),
    ("sale_price", "angebotspreis"),
    ("availability", "verfügbarkeit"),
    ("image_link", "bild"),
    ("image_link", "bild_url"),
    ("image_link", "bildlink"),
    ("link", "produktlink"),
    ("color", "farbe"),
    ("size", "größe"),
];

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// Where the row begins, from 1.
    pub line: u64,
    /// Fields in file order, by [canonical](canonical_name) name; a name may repeat.
    pub fields: Vec<(String, Value)>,
    pub(crate) origin: Origin,
}

/// What is needed to find a field's place in the file when there is something to say about it.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// The text of the object, and the column at which it begins.
    Json { text: String, column: u64 },
    /// Field *n* stands in column *n*.
    Table,
    /// Line and column of each field.
    Xml(Vec<(u64, u64)>),
}

impl Row {
    /// The first field of this name (or an alias of it) that holds anything.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).map(|at| &self.fields[at].1)
    }

    /// All values of this name: repeated fields, and lists taken apart.
    pub fn get_all(&self, name: &str) -> Vec<&Value> {
        let mut all = Vec::new();
        for (_, value) in self
            .fields
            .iter()
            .filter(|(field, value)| field == name && !is_blank(value))
        {
            match value {
                Value::Array(values) => all.extend(values.iter().filter(|value| !is_blank(value))),
                value => all.push(value),
            }
        }
        all
    }

    /// Text of a field: strings, numbers and booleans; of a list its first entry.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name).and_then(scalar_text)
    }

    /// The row with other fields, which are found in the file by its line alone.
    pub(super) fn with(self, fields: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self {
            fields: fields.into_iter().collect(),
            origin: Origin::Xml(Vec::new()),
            ..self
        }
    }

    /// An issue of this row, placed at `field` when it can be found.
    pub fn issue(
        &self,
        kind: IssueKind,
        field: &str,
        message: impl Into<String>,
        outcome: Outcome,
    ) -> RowIssue {
        let place = self.position(field).and_then(|at| self.locate(at));
        RowIssue {
            file: Arc::clone(&self.file),
            line: place.map_or(self.line, |(line, _)| line),
            column: place.map(|(_, column)| column),
            kind,
            field: (!field.is_empty()).then(|| field.to_owned()),
            message: message.into(),
            outcome,
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        let find = |name: &str| {
            self.fields
                .iter()
                .position(|(field, value)| field == name && !is_blank(value))
        };
        find(name).or_else(|| {
            let mut aliases = ALIASES.iter().filter(|(attribute, _)| *attribute == name);
            aliases.find_map(|(_, alias)| find(alias))
        })
    }

    fn locate(&self, at: usize) -> Option<(u64, u64)> {
        match &self.origin {
            Origin::Table => Some((self.line, at as u64 + 1)),
            Origin::Xml(places) => places.get(at).copied(),
            Origin::Json { text, column } => {
                let offset = key_offset(text, at)?;
                let before = &text[..offset];
                let newlines = before.matches('\n').count() as u64;
                let in_line = before
                    .rsplit('\n')
                    .next()
                    .unwrap_or_default()
                    .chars()
                    .count() as u64;
                let shift = if newlines == 0 { column - 1 } else { 0 };
                Some((self.line + newlines, in_line + 1 + shift))
            }
        }
    }
}

/// Lower case, `_` for blanks and hyphens, without the `g:` prefix: `g:Image Link` → `image_link`.
pub fn canonical_name(name: &str) -> String {
    let name = name.trim();
    let name = name
        .strip_prefix("g:")
        .or_else(|| name.strip_prefix("G:"))
        .unwrap_or(name);
    let mut canonical = String::with_capacity(name.len());
    for part in name.split([' ', '-', '_']).filter(|part| !part.is_empty()) {
        if !canonical.is_empty() {
            canonical.push('_');
        }
        canonical.push_str(&part.to_lowercase());
    }
    canonical
}

/// Whether some field is read under this name, as attribute or alias.
pub(crate) fn alias_of(name: &str) -> Option<&'static str> {
    ALIASES
        .iter()
        .find(|(_, alias)| *alias == name)
        .map(|(attribute, _)| *attribute)
}

pub(crate) fn scalar_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text.trim())),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Array(values) => values
            .iter()
            .find(|value| !is_blank(value))
            .and_then(scalar_text),
        Value::Null | Value::Object(_) => None,
    }
}

pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.iter().all(is_blank),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The offset of the `nth` key of a JSON object's text.
fn key_offset(text: &str, nth: usize) -> Option<usize> {
    let (mut depth, mut seen, mut expects_key) = (0_u32, 0, false);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let start = at;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if depth == 1 && expects_key {
                    if seen == nth {
                        return Some(start);
                    }
                    seen += 1;
                    expects_key = false;
                }
            }
            b'{' | b'[' => {
                depth += 1;
                expects_key = depth == 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => expects_key = true,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_brought_to_one_form() {
        for name in [
            "image_link",
            "g:image_link",
            "Image Link",
            " image-link ",
            "G:IMAGE  LINK",
        ] {
            assert_eq!(canonical_name(name), "image_link");
        }
    }

    #[test]
    fn a_field_is_found_in_the_text_of_its_object() {
        let text = r#"{"id": "a \"price\" tag", "tiers":[{"price":1}], "price":"x"}"#;
        assert_eq!(key_offset(text, 2), text.rfind("\"price\""));
        assert_eq!(key_offset(text, 3), None);
    }

    #[test]
    fn an_attribute_wins_over_its_aliases_unless_it_is_blank() {
        let mut row = Row {
            file: "f".into(),
            line: 1,
            fields: vec![
                ("name".into(), "alias".into()),
                ("title".into(), "attribute".into()),
            ],
            origin: Origin::Table,
        };
        assert_eq!(row.text("title").as_deref(), Some("attribute"));
        row.fields[1].1 = "  ".into();
        assert_eq!(row.text("title").as_deref(), Some("alias"));
    }
}
