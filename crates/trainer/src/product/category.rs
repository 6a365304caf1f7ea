//! Category paths: `Parent > Child`, with stable keys where the feed has them.

use endcap::catalogue::Label;
use serde_json::Value;

use crate::error::TrainerError;
use crate::feed::{Row, scalar_text};
use crate::field::text;
use crate::issue::{IssueKind, Outcome};
use crate::product::{MAX_LABEL, Normaliser, append, excerpt};

/// The deepest path; Google's own taxonomy has seven levels.
const MAX_DEPTH: usize = 10;

impl Normaliser {
    /// The path of `product_type`, or else of `google_product_category`.
    pub(super) fn category(&mut self, row: &Row) -> Result<Vec<Label>, TrainerError> {
        if let Some(Value::Array(levels)) = row.get("product_type")
            && levels.iter().all(Value::is_object)
        {
            return self.levels(row, levels);
        }
        for field in ["product_type", "google_product_category"] {
            let Some(raw) = row
                .get(field)
                .and_then(scalar_text)
                .filter(|raw| !raw.is_empty())
            else {
                continue;
            };
            // Google's categories may be given by number; the names are not in the feed.
            if raw.bytes().all(|byte| byte.is_ascii_digit()) {
                let message = format!("{raw} is a number, not a path of names");
                self.raise(
                    row,
                    IssueKind::Category,
                    field,
                    message,
                    Outcome::FieldDropped,
                )?;
                continue;
            }
            let labels = path(&raw);
            if labels.is_empty() {
                continue;
            }
            self.too_deep(row, field, labels.len())?;
            let keys = self.keys(row, field, labels.len())?;
            return Ok(labels
                .into_iter()
                .enumerate()
                .take(MAX_DEPTH)
                .map(|(level, label)| match keys.get(level) {
                    Some(key) => Label {
                        key: key.clone(),
                        label,
                    },
                    None => Label::plain(label),
                })
                .collect());
        }
        Ok(Vec::new())
    }

    /// A product has one place in the tree. Further paths go into the description, so that search finds it by them.
    pub(super) fn further_categories(
        &mut self,
        row: &Row,
        description: &mut String,
    ) -> Result<(), TrainerError> {
        let paths = row.get_all("product_type");
        let paths: Vec<Vec<String>> = paths
            .into_iter()
            .filter_map(scalar_text)
            .map(|raw| path(&raw))
            .filter(|path| !path.is_empty())
            .collect();
        let Some((first, further)) = paths.split_first() else {
            return Ok(());
        };
        let mut told = false;
        for path in further.iter().filter(|path| *path != first) {
            path.iter().for_each(|label| append(description, label));
            told = true;
        }
        if told {
            let message = format!(
                "{} paths; the first one is the product's place",
                paths.len()
            );
            let kind = IssueKind::Categories;
            self.raise(row, kind, "product_type", message, Outcome::FieldChanged)?;
        }
        Ok(())
    }

    /// A path as objects with `key` and `label`, whose names may hold any character.
    fn levels(&mut self, row: &Row, levels: &[Value]) -> Result<Vec<Label>, TrainerError> {
        let part = |level: &Value, name: &str| {
            let text = level.get(name).and_then(scalar_text).unwrap_or_default();
            text::clean(&text, MAX_LABEL).text
        };
        let mut labels: Vec<Label> = Vec::new();
        for level in levels {
            let (key, label) = (part(level, "key"), part(level, "label"));
            if !label.is_empty() {
                let key = if key.is_empty() { label.clone() } else { key };
                labels.push(Label { key, label });
            }
        }
        self.too_deep(row, "product_type", labels.len())?;
        labels.truncate(MAX_DEPTH);
        Ok(labels)
    }

    fn too_deep(&mut self, row: &Row, field: &str, levels: usize) -> Result<(), TrainerError> {
        if levels <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("{levels} levels, the deepest path has {MAX_DEPTH}");
        self.raise(
            row,
            IssueKind::Category,
            field,
            message,
            Outcome::FieldChanged,
        )
    }

    fn keys(&mut self, row: &Row, field: &str, depth: usize) -> Result<Vec<String>, TrainerError> {
        let Some(raw) = row
            .text("product_type_key")
            .filter(|_| field == "product_type")
        else {
            return Ok(Vec::new());
        };
        let keys: Vec<String> = raw
            .split('/')
            .map(text::collapsed)
            .filter(|key| !key.is_empty())
            .collect();
        if keys.len() == depth {
            return Ok(keys);
        }
        let message = format!(
            "{} levels in {:?}, the path has {depth}",
            keys.len(),
            excerpt(&raw)
        );
        self.raise(
            row,
            IssueKind::Category,
            "product_type_key",
            message,
            Outcome::FieldDropped,
        )?;
        Ok(Vec::new())
    }
}

fn path(raw: &str) -> Vec<String> {
    let clean = text::clean(raw, usize::MAX).text;
    let levels = clean.split(['>', '›', '»']);
    levels
        .map(|level| text::clean(level, MAX_LABEL).text)
        .filter(|level| !level.is_empty())
        .collect()
}
