//! The benchmark's workload: what shoppers type and click, drawn from a shop's feed by a seed.
//!
//! Both hosts replay the same file, so that their times can be compared.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::workspace::Workspace;

/// Texts that are typed letter by letter.
const TYPED: usize = 300;

/// Longer texts are rare at the counter and cheap for the engine: the last word narrows most.
const LETTERS: usize = 16;

/// Clicks, each on a list of [`LIST`] products.
const CLICKS: usize = 1000;

/// The length of a list that a shop lets us order: a category page with everything loaded.
const LIST: usize = 200;

/// What both hosts do, in this order.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Workload {
    /// Every prefix of every typed text.
    suggest: Vec<String>,
    /// The whole texts.
    search: Vec<String>,
    click: Vec<Click>,
}

/// A click on one product of a category's list.
#[derive(Debug, PartialEq, Serialize)]
struct Click {
    item_id: String,
    /// The category whose facets are asked for: a path such as `Bad > Armaturen`.
    category: String,
    /// The list to order.
    item_ids: Vec<String>,
}

/// The attributes of a feed line that matter here.
#[derive(Deserialize)]
struct Line {
    id: String,
    title: String,
    #[serde(default)]
    mpn: String,
    #[serde(default)]
    product_type: String,
}

impl Workload {
    /// Draws the workload and writes it where the hosts read it.
    pub(crate) fn write(ws: &Workspace, feed: &Path, seed: u64) -> Result<PathBuf> {
        let file = ws.target("bench/workload.json");
        fs::create_dir_all(ws.target("bench"))?;
        fs::write(&file, serde_json::to_vec(&Self::draw(feed, seed)?)?)?;
        Ok(file)
    }

    /// Draws the workload from a feed of JSON Lines.
    fn draw(feed: &Path, seed: u64) -> Result<Self> {
        let lines = read(feed)?;
        ensure!(
            lines.len() >= LIST,
            "{} has {} products, a workload needs {LIST}",
            feed.display(),
            lines.len()
        );
        let mut dice = Dice(seed);
        let mut workload = Self {
            suggest: Vec::new(),
            search: Vec::new(),
            click: Vec::new(),
        };
        for turn in 0..TYPED {
            let line = dice.choose(&lines);
            let text = typed(line, turn);
            let short: String = text.chars().take(LETTERS).collect();
            workload.suggest.extend(
                short
                    .char_indices()
                    .map(|(at, letter)| short[..at + letter.len_utf8()].to_owned()),
            );
            workload.search.push(text);
        }
        let mut shelves: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        for line in &lines {
            shelves
                .entry(top(&line.product_type))
                .or_default()
                .push(line);
        }
        for _ in 0..CLICKS {
            // By product and not by category, so that large categories are clicked as often as they are large.
            let category = top(&dice.choose(&lines).product_type);
            let shelf = &shelves[category];
            let item_ids: Vec<String> = (0..LIST).map(|_| dice.choose(shelf).id.clone()).collect();
            workload.click.push(Click {
                item_id: dice.choose(&item_ids).clone(),
                category: category.to_owned(),
                item_ids,
            });
        }
        Ok(workload)
    }
}

fn read(feed: &Path) -> Result<Vec<Line>> {
    let file = File::open(feed).with_context(|| format!("open {}", feed.display()))?;
    BufReader::new(file)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_>>()
        .with_context(|| format!("read {}", feed.display()))
}

/// What a shopper types who wants this product: the beginning of its title, a word of it, its category, or its number.
fn typed(line: &Line, turn: usize) -> String {
    let text = match turn % 4 {
        0 => line.title.as_str(),
        1 => line
            .title
            .split_whitespace()
            .max_by_key(|word| word.len())
            .unwrap_or_default(),
        2 => line.product_type.rsplit('>').next().unwrap_or_default(),
        _ => line.mpn.as_str(),
    };
    let text = if text.trim().is_empty() {
        &line.title
    } else {
        text
    };
    text.trim().to_lowercase()
}

/// The first two levels of a path: the pages that shoppers land on.
fn top(path: &str) -> &str {
    path.match_indices(" > ")
        .nth(1)
        .map_or(path, |(at, _)| &path[..at])
}

/// SplitMix64 (Steele, Lea, Flood: *Fast splittable pseudorandom number generators*, 2014): enough for drawing texts.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// `from` is never empty here: all lists hold the line that they were made from.
    fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[(self.roll() % from.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn draw(seed: u64) -> Workload {
        let mut feed = String::new();
        for id in 0..LIST {
            writeln!(
                feed,
                r#"{{"id":"p{id}","title":"Würfel {id}","mpn":"W-{id}","product_type":"Spiel > Tisch > Würfel"}}"#
            )
            .expect("write");
        }
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("feed.jsonl");
        std::fs::write(&file, feed).expect("write");
        Workload::draw(&file, seed).expect("draw")
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn texts_grow_letter_by_letter_and_lists_are_full() {
        let workload = draw(1);
        assert!(workload.suggest.len() > 3 * TYPED);
        assert!(workload.suggest.iter().any(|text| text == "wü"));
        for click in &workload.click {
            assert_eq!(click.item_ids.len(), LIST);
            assert_eq!(click.category, "Spiel > Tisch");
        }
    }
}
