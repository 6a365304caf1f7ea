//! One visit in, its reformulations out: searches that led to no choice, and the search that did.
//!
//! # Method
//! A shopper types a word that the shop does not use, finds nothing or nothing that is worth a click, and types another one. The words that both searches begin or
//! end with are the same in both languages, the shopper's and the shop's, so the words between them are what was reformulated:
//! `grimwald bohrmaschine`, then `grimwald bohrhammer` says `bohrmaschine`, then `bohrhammer`.
//!
//! # Invariants
//! * A visit says each pair once.
//! * A category, or an item that no result list showed, ends the run of searches: the shopper has found another way.

use std::collections::BTreeSet;

use endcap::normalised;

use super::search::term_of;
use super::visits::Visit;
use crate::log::{Kind, LogEvent};

/// Searches without a choice that one choice answers. Hand-set: more are a shopper who looks for several things.
const MAX_TRIES: usize = 3;
/// Microseconds from a search without a choice to the one that led to a choice. Hand-set, as a search is seldom read for longer.
const PATIENCE: u64 = 10 * 60 * 1_000_000;
/// Words of the longest text that a synonym may have.
const MAX_WORDS: usize = 4;

/// A text that led to no choice, and the one that was typed instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reformulation {
    /// Normalised, and as it was typed.
    pub(super) from: (String, String),
    pub(super) to: (String, String),
}

/// A search of the visit.
struct Try {
    spelling: String,
    query: String,
    time: u64,
    shown: BTreeSet<String>,
    chosen: bool,
}

/// The reformulations of `visit`, each once.
pub(super) fn reformulations(visit: &Visit) -> BTreeSet<Reformulation> {
    let mut found = BTreeSet::new();
    let mut failed: Vec<Try> = Vec::new();
    let mut current: Option<Try> = None;
    for event in &visit.events {
        match event.kind {
            Kind::Search | Kind::ViewSearchResults => {
                search(&mut current, &mut failed, event);
            }
            Kind::ViewItemList if event.list.to_lowercase().contains("search") => {
                show(current.as_mut(), event);
            }
            Kind::ViewCategory => {
                current = None;
                failed.clear();
            }
            Kind::SelectItem | Kind::ViewItem | Kind::AddToCart | Kind::AddToWishlist => {
                let Some(search) = current.as_mut() else {
                    failed.clear();
                    continue;
                };
                let is_listed = |id: &String| search.shown.is_empty() || search.shown.contains(id);
                if event.items.iter().any(|item| is_listed(&item.id)) {
                    search.chosen = true;
                    let answered = failed
                        .drain(..)
                        .filter(|failed| search.time.saturating_sub(failed.time) <= PATIENCE);
                    found.extend(
                        answered.filter_map(|failed| changed(&failed.spelling, &search.spelling)),
                    );
                } else if !search.chosen {
                    current = None;
                    failed.clear();
                }
            }
            _ => {}
        }
    }
    found
}

/// Begins a search, or goes on with the same one.
fn search(current: &mut Option<Try>, failed: &mut Vec<Try>, event: &LogEvent) {
    let Some((query, spelling)) = term_of(event) else {
        *current = None;
        failed.clear();
        return;
    };
    if current.as_ref().is_none_or(|known| known.query != query) {
        let next = Try {
            spelling,
            query,
            time: event.time,
            shown: BTreeSet::new(),
            chosen: false,
        };
        if let Some(before) = current.replace(next)
            && !before.chosen
        {
            failed.push(before);
            if failed.len() > MAX_TRIES {
                failed.remove(0);
            }
        }
    }
    show(current.as_mut(), event);
}

fn show(current: Option<&mut Try>, event: &LogEvent) {
    if let Some(search) = current {
        search
            .shown
            .extend(event.items.iter().map(|item| item.id.clone()));
    }
}

/// What differs between two texts; `None` if one only has more words than the other.
fn changed(from: &str, to: &str) -> Option<Reformulation> {
    let split = |text: &str| -> Vec<(String, String)> {
        let words = text.split_whitespace();
        words
            .map(|word| (normalised(word), word.to_owned()))
            .filter(|(word, _)| !word.is_empty())
            .collect()
    };
    let (from, to) = (split(from), split(to));
    let within = |some: &[(String, String)], all: &[(String, String)]| {
        some.iter()
            .all(|(word, _)| all.iter().any(|(other, _)| other == word))
    };
    if within(&from, &to) || within(&to, &from) {
        return None;
    }
    let same = |pair: &(&(String, String), &(String, String))| pair.0.0 == pair.1.0;
    let before = from.iter().zip(&to).take_while(same).count();
    let (from, to) = (&from[before..], &to[before..]);
    let after = from.iter().rev().zip(to.iter().rev());
    let after = after.take_while(same).count();
    let text = |words: &[(String, String)]| {
        let words = &words[..words.len() - after];
        let join = |of: fn(&(String, String)) -> &str| -> String {
            words.iter().map(of).collect::<Vec<_>>().join(" ")
        };
        (!words.is_empty() && words.len() <= MAX_WORDS)
            .then(|| (join(|word| &word.0), join(|word| &word.1)))
    };
    Some(Reformulation {
        from: text(from)?,
        to: text(to)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::LogItem;

    const MINUTE: u64 = 60 * 1_000_000;

    fn event(minute: u64, kind: Kind, text: &str, items: &[&str]) -> LogEvent {
        LogEvent {
            time: minute * MINUTE,
            kind,
            search_term: text.into(),
            items: items
                .iter()
                .map(|id| LogItem {
                    id: (*id).into(),
                    quantity: 1,
                })
                .collect(),
            ..LogEvent::default()
        }
    }

    fn found(events: Vec<LogEvent>) -> Vec<(String, String)> {
        let visit = Visit {
            shopper: 1,
            contribution: None,
            events,
        };
        let all = reformulations(&visit).into_iter();
        all.map(|pair| (pair.from.1, pair.to.1)).collect()
    }

    fn pair(from: &str, to: &str) -> Vec<(String, String)> {
        vec![(from.into(), to.into())]
    }

    #[test]
    fn a_search_without_a_choice_is_answered_by_the_next_one_with_a_choice() {
        use Kind::{SelectItem, ViewCategory, ViewItem, ViewSearchResults as Results};
        let nothing = || event(0, Results, "Grimwald Faucet", &[]);
        let other = || event(0, Results, "grimwald faucet", &["x", "y"]);
        let tap = || event(1, Results, "grimwald tap", &["t1", "t2"]);
        let click = || event(2, SelectItem, "", &["t2"]);
        assert_eq!(
            found(vec![nothing(), tap(), click(), click()]),
            pair("faucet", "tap")
        );
        // Results that nobody clicks are as good as none.
        assert_eq!(found(vec![other(), tap(), click()]), pair("faucet", "tap"));
        // A choice answers the first search, or nothing the second one.
        let early = event(0, SelectItem, "", &["x"]);
        assert!(found(vec![other(), early, tap(), click()]).is_empty());
        assert!(found(vec![nothing(), tap()]).is_empty());
        // Another way: a category, an item from elsewhere.
        let category = event(1, ViewCategory, "", &[]);
        assert!(found(vec![nothing(), category, tap(), click()]).is_empty());
        let elsewhere = event(1, ViewItem, "", &["z"]);
        assert!(found(vec![other(), elsewhere, tap(), click()]).is_empty());
        // Somebody who comes back later looks for something else.
        let late = event(11, Results, "grimwald tap", &["t1"]);
        let click_late = event(12, SelectItem, "", &["t1"]);
        assert!(found(vec![nothing(), late, click_late]).is_empty());
    }

    #[test]
    fn only_what_differs_is_reformulated() {
        let texts = |from: &str, to: &str| changed(from, to).map(|pair| (pair.from.1, pair.to.1));
        let both = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(
            texts("klo deckel weiß", "wc sitz weiß"),
            both("klo deckel", "wc sitz")
        );
        assert_eq!(
            texts("flex", "grimwald winkelschleifer"),
            both("flex", "grimwald winkelschleifer")
        );
        // More or fewer words of the same are no other words.
        assert_eq!(texts("tap", "basin tap"), None);
        assert_eq!(texts("matt black tap", "tap black"), None);
        assert_eq!(texts("bath tap", "bath mixer tap"), None);
        assert_eq!(texts("one two three four five", "x"), None);
    }
}
