//! Properties: Merchant's variant attributes, `product_detail`, and fields that the shop adds.

use endcap::catalogue::{Attribute, Label};

use crate::error::TrainerError;
use crate::feed::{Row, scalar_text};
use crate::field::detail::{self, Detail};
use crate::issue::{IssueKind, Outcome};
use crate::product::{MAX_LABEL, MAX_VALUE, Normaliser};

/// Attributes of one product at most: five times what the richest product of a real feed has.
const MAX_ATTRIBUTES: usize = 400;

/// Facet keys of the engine itself; a detail named like one keeps its label under another key.
const RESERVED: [&str; 3] = ["category", "brand", "price"];

/// Merchant attributes that shoppers filter by: key, English and German label.
const VARIANT_ATTRIBUTES: [(&str, &str, &str); 12] = [
    ("color", "Colour", "Farbe"),
    ("size", "Size", "Größe"),
    ("material", "Material", "Material"),
    ("pattern", "Pattern", "Muster"),
    ("gender", "Gender", "Geschlecht"),
    ("age_group", "Age group", "Altersgruppe"),
    ("condition", "Condition", "Zustand"),
    ("energy_efficiency_class", "Energy class", "Energieklasse"),
    ("size_type", "Fit", "Passform"),
    ("size_system", "Size system", "Größensystem"),
    ("multipack", "Pack of", "Packung zu"),
    ("unit_pricing_measure", "Contents", "Inhalt"),
];

impl Normaliser {
    pub(super) fn attributes(&mut self, row: &Row) -> Result<Vec<Attribute>, TrainerError> {
        let mut attributes: Vec<Attribute> = Vec::new();
        for value in row.get_all("product_detail") {
            match detail::parse(value) {
                Some(details) => {
                    for detail in details {
                        self.add(row, "product_detail", detail, &mut attributes)?;
                    }
                }
                None => {
                    let message = "expected attribute_name and attribute_value";
                    self.raise(
                        row,
                        IssueKind::Detail,
                        "product_detail",
                        message,
                        Outcome::FieldDropped,
                    )?;
                }
            }
        }
        for (key, english, german) in VARIANT_ATTRIBUTES {
            let label = if self.language == "de" {
                german
            } else {
                english
            };
            self.add_field(row, key, label, &mut attributes)?;
        }
        for facet in self.facets.clone() {
            self.add_field(row, &facet.field, &facet.label, &mut attributes)?;
        }
        Ok(attributes)
    }

    fn add_field(
        &mut self,
        row: &Row,
        field: &str,
        label: &str,
        attributes: &mut Vec<Attribute>,
    ) -> Result<(), TrainerError> {
        let values = if row.get_all(field).is_empty() {
            row.get(field).into_iter().collect()
        } else {
            row.get_all(field)
        };
        for value in values {
            let Some(value) = scalar_text(value) else {
                self.raise(
                    row,
                    IssueKind::Shape,
                    field,
                    "expected text, got an object",
                    Outcome::FieldDropped,
                )?;
                continue;
            };
            let detail = Detail {
                name: label.to_owned(),
                name_key: field.to_owned(),
                value: value.into_owned(),
                value_key: String::new(),
                swatch: String::new(),
            };
            self.add(row, field, detail, attributes)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        row: &Row,
        field: &str,
        detail: Detail,
        attributes: &mut Vec<Attribute>,
    ) -> Result<(), TrainerError> {
        let name = self.cleaned(row, field, &detail.name, MAX_LABEL)?;
        let value = self.cleaned(row, field, &detail.value, MAX_VALUE)?;
        if name.is_empty() || value.is_empty() {
            return Ok(());
        }
        if attributes.len() == MAX_ATTRIBUTES {
            let message = format!("more than {MAX_ATTRIBUTES} attributes, the rest is left out");
            return self.raise(
                row,
                IssueKind::Detail,
                field,
                message,
                Outcome::FieldDropped,
            );
        }
        let mut name = keyed(detail.name_key, name);
        if RESERVED
            .iter()
            .any(|reserved| name.key.eq_ignore_ascii_case(reserved))
        {
            name.key = format!("detail.{}", name.key.to_ascii_lowercase());
        }
        let name = self.spelling("", name);
        let value = self.spelling(&name.key, keyed(detail.value_key, value));
        let mut swatch = detail.swatch;
        if !swatch.is_empty() && !is_swatch(&swatch) {
            let message = "swatch: expected #rrggbb or the address of a picture (https://… or /…)";
            self.raise(
                row,
                IssueKind::Detail,
                field,
                message,
                Outcome::FieldDropped,
            )?;
            swatch.clear();
        }
        let attribute = Attribute {
            name,
            value,
            swatch,
        };
        if !attributes.contains(&attribute) {
            attributes.push(attribute);
        }
        Ok(())
    }
}

/// Whether `text` is a colour as `#rgb` or `#rrggbb`, or the address of a picture without characters that styles would take for
/// their own.
fn is_swatch(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('#') {
        return matches!(digits.len(), 3 | 6)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let is_address = ["https://", "http://", "/"]
        .iter()
        .any(|start| text.starts_with(start));
    is_address && !text.contains(|char: char| char.is_whitespace() || "\"'()<>\\".contains(char))
}

fn keyed(key: String, label: String) -> Label {
    if key.is_empty() {
        Label::plain(label)
    } else {
        Label { key, label }
    }
}

#[cfg(test)]
mod tests {
    use super::is_swatch;

    #[test]
    fn a_swatch_is_a_colour_or_an_address() {
        for good in [
            "#fff",
            "#12aBcd",
            "/oak.svg",
            "https://shop.example/s.png?w=40",
        ] {
            assert!(is_swatch(good), "{good}");
        }
        for bad in [
            "#ffff",
            "#gggggg",
            "red",
            "javascript:alert(1)",
            "/a b",
            "/a)\"",
            "url(/x)",
        ] {
            assert!(!is_swatch(bad), "{bad}");
        }
    }
}
