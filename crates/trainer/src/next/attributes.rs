//! Attributes of items: `ItemId Attribute Value`, as such or with one column per attribute.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use csv::ReaderBuilder;
use endcap::recommend::MAX_KINDS;

use super::visits::{Items, UNKNOWN, Visit};
use crate::error::TrainerError;
use crate::log::{ITEM_NAMES, column};
use crate::source::Source;

/// The facet of a catalogue that lists are made of.
pub(super) const CATEGORY: &str = "category";

/// The attributes that say most about the next item of a visit, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributeTable {
    /// What they are called, at most [`MAX_KINDS`].
    pub names: Vec<String>,
    /// What the other attributes are called, and why they are not used.
    pub left_out: Vec<(String, LeftOut)>,
    /// Per attribute its values.
    values: Vec<Vec<String>>,
    /// Per item and attribute the number of its value, [`UNKNOWN`] for none.
    numbers: Vec<[u32; MAX_KINDS]>,
}

/// Why an attribute is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// Consecutive items of a visit share its value no more often than any two items: all have the same, or each its own.
    SaysNothing,
    /// There are [`MAX_KINDS`] that say more.
    SaysLess,
}

impl LeftOut {
    /// The reason, as it is printed.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::SaysNothing => "says nothing about the next item",
            Self::SaysLess => "says less about the next item than the others",
        }
    }
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

    /// From what each item has: its number, an attribute, its value. Of several values of one attribute the first counts.
    ///
    /// `wanted` is used whatever it says; without it the most frequent attribute with `category` in its name.
    fn choose(
        items: usize,
        cells: &[(u32, String, String)],
        visits: &[Visit],
        wanted: Option<&str>,
    ) -> Self {
        let mut columns = BTreeMap::<&str, Column<'_>>::new();
        for (item, name, value) in cells {
            columns.entry(name).or_default().add(*item, value);
        }
        let mut columns: Vec<(&str, Column<'_>)> = columns.into_iter().collect();
        columns.sort_by(|a, b| b.1.numbers.len().cmp(&a.1.numbers.len()).then(a.0.cmp(b.0)));
        let is_wanted = |name: &str| match wanted {
            Some(wanted) => name == wanted,
            None => name.to_lowercase().contains(CATEGORY),
        };
        let wanted = columns.iter().position(|(name, _)| is_wanted(name));
        let pairs = pairs(visits);
        let worth =
            |place: usize, column: &Column<'_>| match (Some(place) == wanted, pairs.is_empty()) {
                (true, _) => f64::INFINITY,
                // Without visits nothing is known of the next item: the most frequent are used.
                (false, true) => column.numbers.len() as f64,
                (false, false) => column.information(&pairs),
            };
        let mut ranked: Vec<(usize, f64)> = columns
            .iter()
            .enumerate()
            .map(|(place, (_, column))| (place, worth(place, column)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut used: Vec<usize> = ranked
            .iter()
            .filter(|(_, worth)| *worth > 0.0)
            .map(|&(place, _)| place)
            .take(MAX_KINDS)
            .collect();
        used.sort_unstable();
        let mut table = Self {
            numbers: vec![[UNKNOWN; MAX_KINDS]; items],
            left_out: ranked
                .iter()
                .filter(|(place, _)| !used.contains(place))
                .map(|&(place, worth)| {
                    let reason = match worth > 0.0 {
                        true => LeftOut::SaysLess,
                        false => LeftOut::SaysNothing,
                    };
                    (columns[place].0.to_owned(), reason)
                })
                .collect(),
            ..Self::default()
        };
        for (kind, &place) in used.iter().enumerate() {
            let (name, column) = &columns[place];
            table.names.push((*name).to_owned());
            table.values.push(
                column
                    .values
                    .iter()
                    .map(|&value| value.to_owned())
                    .collect(),
            );
            for (&item, &number) in &column.numbers {
                table.numbers[item as usize][kind] = number;
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
            ..Self::default()
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

/// One attribute.
#[derive(Default)]
struct Column<'a> {
    /// Its values, by their numbers.
    values: Vec<&'a str>,
    known: HashMap<&'a str, u32>,
    /// Per item that has it the number of its value.
    numbers: BTreeMap<u32, u32>,
}

impl<'a> Column<'a> {
    fn add(&mut self, item: u32, value: &'a str) {
        let values = &mut self.values;
        let number = *self.known.entry(value).or_insert_with(|| {
            values.push(value);
            values.len() as u32 - 1
        });
        self.numbers.entry(item).or_insert(number);
    }

    /// What it says about the next item, in nats per pair: the divergence (Kullback and Leibler 1951) of how often the items of `pairs` share a
    /// value from how often two items would that were drawn independently. Nought where they share it less often.
    fn information(&self, pairs: &[(u32, u32)]) -> f64 {
        let mut opened = vec![[0u32; 2]; self.values.len()];
        let mut shared = 0u32;
        for (first, second) in pairs {
            let [first, second] = [first, second].map(|item| self.numbers.get(item));
            shared += u32::from(first.is_some() && first == second);
            for (side, number) in [first, second].into_iter().enumerate() {
                if let Some(counts) = number.and_then(|&number| opened.get_mut(number as usize)) {
                    counts[side] += 1;
                }
            }
        }
        let count = pairs.len() as f64;
        let chance: f64 = opened
            .iter()
            .map(|&[first, second]| f64::from(first) / count * (f64::from(second) / count))
            .sum();
        divergence(f64::from(shared) / count, chance)
    }
}

/// Of a coin that shows heads with probability `p` from one with `q`; nought where `p` is not above `q`.
fn divergence(p: f64, q: f64) -> f64 {
    if p <= q || q <= 0.0 {
        return 0.0;
    }
    let tails = if p < 1.0 {
        (1.0 - p) * ((1.0 - p) / (1.0 - q)).ln()
    } else {
        0.0
    };
    p * (p / q).ln() + tails
}

/// Different items that a visit opened one after the other.
fn pairs(visits: &[Visit]) -> Vec<(u32, u32)> {
    let all = visits.iter().flat_map(|visit| visit.items.windows(2));
    all.filter_map(|pair| match *pair {
        [first, second] if first != second && first != UNKNOWN && second != UNKNOWN => {
            Some((first, second))
        }
        _ => None,
    })
    .collect()
}

/// Reads a table of attributes with a header, by tabs, commas, semicolons or bars: a row per attribute, or a column per attribute. Columns go by
/// their names, whatever their case and punctuation. Of several values of one attribute the first counts.
///
/// At most [`MAX_KINDS`] are used: those that say most about the next item of `visits`, and `wanted`, whatever it says; without it the most
/// frequent one with `category` in its name.
///
/// # Errors
///
/// * [`TrainerError::Read`] if the file cannot be read.
/// * [`TrainerError::Columns`] if the header has no column for items.
pub fn read_attributes(
    path: &Path,
    items: &Items,
    visits: &[Visit],
    wanted: Option<&str>,
) -> Result<AttributeTable, TrainerError> {
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
    Ok(AttributeTable::choose(items.len(), &cells, visits, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AttributeTable {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("attributes");
        std::fs::write(&path, text).unwrap();
        let items = Items::of(["7".to_owned(), "8".to_owned()]);
        read_attributes(&path, &items, &[], None).unwrap()
    }

    /// Four items in two groups that visits do not leave, and what says so.
    fn chosen(cells: &[(u32, &str, &str)], wanted: Option<&str>) -> AttributeTable {
        let visits = [[0, 1], [1, 0], [2, 3], [3, 2]].map(|items| Visit::new(0, items.to_vec()));
        let owned = cells.iter();
        let owned: Vec<_> = owned
            .map(|&(item, name, value)| (item, name.to_owned(), value.to_owned()))
            .collect();
        AttributeTable::choose(4, &owned, &visits, wanted)
    }

    #[test]
    fn what_says_most_about_the_next_item_is_used_and_the_rest_is_named() {
        let mut cells = Vec::new();
        for item in 0..4 {
            cells.push((item, "constant", "yes"));
            cells.push((item, "number", ["a", "b", "c", "d"][item as usize]));
            cells.push((item, "apart", ["x", "y", "x", "y"][item as usize]));
            for name in ["g1", "g2", "g3"] {
                cells.push((item, name, ["u", "v"][item as usize / 2]));
            }
        }
        // Half of the items have it.
        cells.extend([(0, "half", "u"), (1, "half", "u")]);
        let table = chosen(&cells, None);
        assert_eq!(table.names, ["g1", "g2", "g3", "half"]);
        let nothing = |name: &str| (name.to_owned(), LeftOut::SaysNothing);
        assert_eq!(table.left_out, ["apart", "constant", "number"].map(nothing));
        assert_eq!((table.value(2, 0), table.value(3, 3)), (Some("v"), None));

        let table = chosen(&cells, Some("constant"));
        assert_eq!(
            table.names,
            ["constant", "g1", "g2", "g3"],
            "what was asked for is used"
        );
        assert!(
            table
                .left_out
                .contains(&("half".to_owned(), LeftOut::SaysLess))
        );

        let id = cells.iter().map(|&(item, name, value)| match name {
            "number" => (item, "categoryid", value),
            _ => (item, name, value),
        });
        let table = chosen(&id.collect::<Vec<_>>(), None);
        assert!(
            table.names.contains(&"categoryid".to_owned()),
            "{:?}",
            table.names
        );
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
