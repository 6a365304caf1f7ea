//! Guests: visits of people who come once and search in words of their own.
//!
//! A log of its own, so that what is told of the shoppers stays what it was.

use std::io::{self, Write};

use super::dice::Dice;
use super::log::{DAYS, Event, Item, LAST_DAY};
use super::shop::{Shelf, Shop};
use super::table::{EVERYDAY, Everyday};
use super::taste::lies_below;
use super::typing::bare;
use super::wording::Language;

/// Guests for each shopper: enough that most everyday words are typed by several.
pub(super) const PER_SHOPPER: usize = 50;
/// Products of a result list that the log keeps.
const LISTED: usize = 4;

/// A word, and the shelves of what it means.
struct Word<'a> {
    text: &'static str,
    language: Language,
    shelves: Vec<&'a Shelf>,
}

/// Writes the visits of `guests` people, in the order of time.
///
/// # Errors
///
/// Whatever `out` fails with.
pub(super) fn write(shop: &Shop, guests: usize, out: &mut impl Write) -> io::Result<()> {
    let words = words(shop);
    let mut events = Vec::new();
    for number in 0..guests {
        let mut dice = Dice::new(shop.seed, "guest", number as u64);
        visit(shop, &words, &mut dice, &mut events);
    }
    events.sort_by_key(|event: &Event| event.event_timestamp);
    for event in events {
        serde_json::to_writer(&mut *out, &event)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// All everyday words of what the shop has, those of large categories as often as they have shelves, up to four.
fn words(shop: &Shop) -> Vec<Word<'_>> {
    let mut all = Vec::new();
    for Everyday { path, words } in EVERYDAY {
        let of = |shelf: &&Shelf| lies_below(shelf.kind.path, path);
        let shelves: Vec<&Shelf> = shop.shelves.iter().filter(of).collect();
        for language in [Language::German, Language::English] {
            for text in language.of(*words).split(", ") {
                for _ in 0..shelves.len().min(4) {
                    all.push(Word {
                        text,
                        language,
                        shelves: shelves.clone(),
                    });
                }
            }
        }
    }
    all
}

/// One visit: a word that leads nowhere, the shop's own word, a look at what it finds.
fn visit(shop: &Shop, words: &[Word<'_>], dice: &mut Dice, events: &mut Vec<Event>) {
    if words.is_empty() {
        return;
    }
    let word = dice.pick(words);
    let day = LAST_DAY + 1 - DAYS + dice.below(DAYS as usize) as u64;
    let second = day * 86_400 + u64::from(dice.between(6 * 3600, 22 * 3600));
    let user = format!("{}.{second}", dice.between(1_000_000_000, 2_147_483_647));
    let mut clock = second * 1_000_000 + u64::from(dice.between(0, 999_999));
    let mut push = |name: &'static str, text: Option<String>, items: Vec<Item>, wait: u64| {
        events.push(Event {
            event_name: name,
            event_timestamp: clock,
            user_pseudo_id: user.clone(),
            ga_session_id: second,
            channel: "web",
            item_list_id: (name == "select_item").then_some("search"),
            items,
            search_term: text,
            facet: None,
            value: None,
            transaction_id: None,
        });
        clock += wait * 1_000_000;
    };
    let any = |dice: &mut Dice| &shop.shelves[dice.below(shop.shelves.len())];
    // Nothing, or what only sounds alike.
    let wrong = match dice.chance(0.4) {
        true => listed(shop, any(dice)),
        false => Vec::new(),
    };
    push("search", Some(word.text.to_owned()), Vec::new(), 1);
    push(
        "view_search_results",
        Some(word.text.to_owned()),
        wrong,
        u64::from(dice.between(4, 30)),
    );
    // Some change their mind, and look for something else.
    let shelf = match dice.chance(0.12) {
        true => any(dice),
        false => *dice.pick(&word.shelves),
    };
    let (noun, leaf) = (
        bare(word.language.of(shelf.kind.noun)),
        word.language.of(shelf.kind.leaf),
    );
    let name = match dice.chance(0.35) {
        true => noun.to_lowercase(),
        false => leaf.replace("- & ", " ").replace(" & ", " ").to_lowercase(),
    };
    let found = listed(shop, shelf);
    let chosen = match found.is_empty() {
        true => return,
        false => found[dice.below(found.len())].clone(),
    };
    push("search", Some(name.clone()), Vec::new(), 1);
    push(
        "view_search_results",
        Some(name),
        found,
        u64::from(dice.between(3, 20)),
    );
    push("select_item", None, vec![chosen.clone()], 1);
    let viewed = Item {
        index: None,
        ..chosen
    };
    push("view_item", None, vec![viewed], 1);
}

/// The first products of a shelf as a result list shows them: those that are asked for most.
fn listed(shop: &Shop, shelf: &Shelf) -> Vec<Item> {
    let mut articles: Vec<usize> = shelf.articles.clone().collect();
    articles.sort_by(|&a, &b| {
        let fame = |at: usize| shop.articles[at].fame;
        fame(b).total_cmp(&fame(a)).then(a.cmp(&b))
    });
    let first = articles.into_iter().take(LISTED).enumerate();
    first
        .map(|(place, at)| {
            let article = &shop.articles[at];
            Item {
                item_id: Shop::id(at),
                price: f64::from(article.sale_price.unwrap_or(article.price)) / 100.0,
                quantity: 1,
                index: Some(place),
            }
        })
        .collect()
}
