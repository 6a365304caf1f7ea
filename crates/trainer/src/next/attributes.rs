//! Attributes of items: `ItemId Attribute Value`, as such or with one column per attribute.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use csv::ReaderBuilder;
use endcap::recommend::MAX_KINDS;

use super::visits::{Items, UNKNOWN};
use crate::error::TrainerError;
use crate::log::{ITEM_NAMES, column};
use crate::source::Source;

/// The facet of a catalogue that lists are made of.
pub(super) const CATEGORY: &str = "category";

/// The attributes that most items have, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributeTable {
    /// What they are called, at most [`MAX_KINDS`].
    pub names: Vec<String>,
    /// Per attribute its values.
    values: Vec<Vec<String>>,
    /// Per item and attribute the number of its value, [`UNKNOWN`] for none.
    numbers: Vec<[u32; MAX_KINDS]>,
}

impl AttributeTable {
    /// The number of the value that `item` has of attribute `kind`.
    #[must_use]
    pub fn number(&self, item: u32, kind: usize) -> Option<u32> {
        let number = *self.numbers.get(item as usize)?.get(kind)?;
        (number != UNKNOWN).then_some(number)
    }

    /// The value that `item` has of attribute `kind`.
    #[must_use]
    pub fn value(&self, item: u32, kind: usize) -> Option<&str> {
        let number = self.number(item, kind)? as usize;
        Some(self.values.get(kind)?.get(number)?.as_str())
    }

    /// The values of attribute `kind`, by their numbers.
    #[must_use]
    pub fn values(&self, kind: usize) -> &[String] {
        self.values.get(kind).map_or(&[], Vec::as_slice)
    }

    /// What the engine calls attribute `kind` if lists are made of attribute `category`.
    #[must_use]
    pub fn facet_key(&self, kind: usize, category: usize) -> String {
        match self.names.get(kind) {
            Some(name) if kind != category => name.clone(),
            _ => CATEGORY.to_owned(),
        }
    }

    /// Takes attribute `kind` out.
    pub fn remove(&mut self, kind: usize) {
        self.names.remove(kind);
        self.values.remove(kind);
        for numbers in &mut self.numbers {
            numbers.copy_within(kind + 1.., kind);
            numbers[MAX_KINDS - 1] = UNKNOWN;
        }
    }

    /// From what each item has: its number, an attribute, its value.
    fn gather(items: usize, cells: &[(u32, String, String)]) -> Self {
        let mut frequency = BTreeMap::<&str, usize>::new();
        for (_, name, _) in cells {
            *frequency.entry(name).or_default() += 1;
        }
        let mut kinds: Vec<(&str, usize)> = frequency.into_iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        kinds.truncate(MAX_KINDS);
        let mut table = Self {
            names: kinds.iter().map(|&(name, _)| name.to_owned()).collect(),
            values: vec![Vec::new(); kinds.len()],
            numbers: vec![[UNKNOWN; MAX_KINDS]; items],
        };
        let mut known = vec![HashMap::<&str, u32>::new(); kinds.len()];
        for (item, name, value) in cells {
            let Some(kind) = kinds.iter().position(|(kind, _)| kind == name) else {
                continue;
            };
            let values = &mut table.values[kind];
            let number = *known[kind].entry(value).or_insert_with(|| {
                values.push(value.clone());
                values.len() as u32 - 1
            });
            let slot = &mut table.numbers[*item as usize][kind];
            if *slot == UNKNOWN {
                *slot = number;
            }
        }
        table
    }

    /// From a row per item, in the order of `names`.
    #[cfg(test)]
    pub(super) fn of<const N: usize>(
        names: &[&str; N],
        rows: impl Iterator<Item = [String; N]>,
    ) -> Self {
        let mut table = Self {
            names: names.map(str::to_owned).to_vec(),
            values: vec![Vec::new(); N],
            numbers: Vec::new(),
        };
        for row in rows {
            let mut numbers = [UNKNOWN; MAX_KINDS];
            for (kind, value) in row.into_iter().enumerate() {
                let values = &mut table.values[kind];
                let known = values.iter().position(|known| *known == value);
                numbers[kind] = known.unwrap_or(values.len()) as u32;
                if known.is_none() {
                    values.push(value);
                }
            }
            table.numbers.push(numbers);
        }
        table
    }

    /// How many attributes there are, and per item its values as numbers from one on; none: nought. Without attributes there are no rows.
    #[must_use]
    pub fn kinds(&self) -> (usize, Vec<[u16; MAX_KINDS]>) {
        // Beyond 65,535 values numbers are shared: a wrong match now and then, not a wrong item.
        let number = |number: u32| match number {
            UNKNOWN => 0,
            number => (number % u32::from(u16::MAX)) as u16 + 1,
        };
        let rows = self.numbers.iter().filter(|_| !self.names.is_empty());
        (self.names.len(), rows.map(|row| row.map(number)).collect())
    }
}

/// Reads a table of attributes with a header, by tabs, commas, semicolons or bars: a row per attribute, or a column per attribute. Columns go by
/// their names, whatever their case and punctuation. Of several values of one attribute the first counts.
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Columns`] if the header has no column for items.
pub fn read_attributes(path: &Path, items: &Items) -> Result<AttributeTable, TrainerError> {
    let source = Source::open(path)?;
    let failed = |error: csv::Error| TrainerError::Read {
        file: path.to_owned(),
        source: std::io::Error::other(error),
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(source.delimiter())
        .flexible(true)
        .from_reader(source.reader);
    let header = reader.headers().map_err(failed)?.clone();
    let item = column(&header, &ITEM_NAMES).ok_or_else(|| TrainerError::Columns {
        file: path.to_owned(),
        expected: "ItemId, Attribute, Value",
        missing: "ItemId",
    })?;
    let long = column(&header, &["attribute", "attributename", "property"]).zip(column(
        &header,
        &["value", "attributevalue", "propertyvalue"],
    ));
    let mut cells: Vec<(u32, String, String)> = Vec::new();
    for row in reader.records() {
        let row = row.map_err(failed)?;
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let number = items.number(cell(item));
        let mut add = |name: &str, value: &str| {
            if number != UNKNOWN && !name.is_empty() && !value.is_empty() {
                cells.push((number, name.to_owned(), value.to_owned()));
            }
        };
        match long {
            Some((name, value)) => add(cell(name), cell(value)),
            None => {
                let others = header.iter().enumerate().filter(|&(at, _)| at != item);
                others.for_each(|(at, name)| add(name.trim(), cell(at)));
            }
        }
    }
    Ok(AttributeTable::gather(items.len(), &cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AttributeTable {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("attributes");
        std::fs::write(&path, text).unwrap();
        let items = Items::of(["7".to_owned(), "8".to_owned()]);
        read_attributes(&path, &items).unwrap()
    }

    #[test]
    fn tables_of_attributes_go_by_their_header() {
        let tabs = read("ItemId\tAttribute\tValue\n7\tcolour\tred\n8\tcolour\tblue\n");
        assert_eq!(tabs.value(1, 0), Some("blue"));
        for text in [
            "ItemId,Attribute,Value\n7,colour,red\n8,colour,blue\n",
            "\u{feff}item_id;attribute;value\r\n7;colour;red\r\n8;colour;blue\r\n",
            "Attribute\tSKU\tValue\ncolour\t7\tred\ncolour\t8\tblue\n",
            "colour,Product ID\n\"red\",7\nblue,8\n",
            "item_id,colour\n7,red\n8,blue\n9,green\n",
        ] {
            assert_eq!(read(text), tabs, "{text}");
        }
    }

    #[test]
    fn without_attributes_there_are_no_rows_of_them() {
        for text in ["ItemId\tAttribute\tValue\n", "item_id,colour\n9,red\n7,\n"] {
            assert_eq!(read(text).kinds(), (0, Vec::new()), "{text}");
        }
    }
}
