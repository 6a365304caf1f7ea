//! Product details: Merchant's `product_detail` in each of its spellings in, names and values out.

use serde_json::Value;

use crate::feed::scalar_text;

/// One property as it was written; keys are empty where the feed gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) name: String,
    pub(crate) name_key: String,
    pub(crate) value: String,
    pub(crate) value_key: String,
    pub(crate) swatch: String,
}

/// Reads one entry of a list: an object, or the text form with any number of details.
pub(crate) fn parse(value: &Value) -> Option<Vec<Detail>> {
    match value {
        Value::Object(fields) => {
            let get = |name: &str| {
                fields
                    .get(name)
                    .and_then(scalar_text)
                    .unwrap_or_default()
                    .into_owned()
            };
            let detail = Detail {
                name: get("attribute_name"),
                name_key: get("attribute_key"),
                value: get("attribute_value"),
                value_key: get("value_key"),
                swatch: get("swatch"),
            };
            (!detail.name.is_empty() && !detail.value.is_empty()).then(|| vec![detail])
        }
        Value::String(text) => parse_text(text),
        _ => None,
    }
}

/// Reads `section:name:value,section:name:value`; `\,` and `\:` stand for the characters themselves.
///
/// A part without a colon continues the value before it, because exports forget to escape commas.
fn parse_text(text: &str) -> Option<Vec<Detail>> {
    let mut details: Vec<Detail> = Vec::new();
    for part in split(text, ',') {
        let fields = split(&part, ':');
        let fields: Vec<&str> = fields.iter().map(|field| field.trim()).collect();
        let (name, value) = match fields.as_slice() {
            [_section, name, value @ ..] if !value.is_empty() => (*name, value.join(":")),
            [name, value] => (*name, (*value).to_owned()),
            [more] => {
                if let Some(last) = details.last_mut()
                    && !more.is_empty()
                {
                    last.value = format!("{}, {}", last.value, unescape(more));
                }
                continue;
            }
            _ => continue,
        };
        if !name.is_empty() && !value.is_empty() {
            details.push(Detail {
                name: unescape(name),
                value: unescape(&value),
                ..Detail::default()
            });
        }
    }
    (!details.is_empty()).then_some(details)
}

/// Splits at `separator` where no backslash stands before it; keeps the backslashes.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == separator && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}

fn unescape(text: &str) -> String {
    text.replace("\\,", ",").replace("\\:", ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let details = parse(&Value::String(text.into())).unwrap_or_default();
        details
            .into_iter()
            .map(|detail| (detail.name, detail.value))
            .collect()
    }

    #[test]
    fn the_text_form() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("Allgemein:Antrieb:Torx,Maße:Länge:40 mm"),
            [pair("Antrieb", "Torx"), pair("Länge", "40 mm")]
        );
        assert_eq!(
            pairs(":Material:Edelstahl"),
            [pair("Material", "Edelstahl")]
        );
        assert_eq!(pairs("Material:Edelstahl"), [pair("Material", "Edelstahl")]);
        assert_eq!(pairs("Bild:Format:16\\:9"), [pair("Format", "16:9")]);
        assert_eq!(pairs("Bild:Format:16:9"), [pair("Format", "16:9")]);
        assert_eq!(
            pairs("Ware:Enthält:Dübel, Schraube,Ware:Farbe:rot"),
            [pair("Enthält", "Dübel, Schraube"), pair("Farbe", "rot")]
        );
        assert_eq!(pairs("nonsense"), []);
    }
}
