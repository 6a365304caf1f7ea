//! What shoppers do: visits to the web shop, purchases in the store, returns.

mod order;
mod seek;

use super::dice::Dice;
use super::links::Links;
use super::log::{Event, Item, Memory};
use super::shop::Shop;
use super::taste::{Shopper, lies_below};

/// Articles shown on one page of a list.
const PAGE: usize = 12;
/// How far down a list people ever look.
const DEPTH: usize = 96;

/// The shop's own order of every shelf, and what goes with what.
pub(super) struct Shelves<'a> {
    links: Links<'a>,
    /// Per shelf, the articles from the most to the least asked for.
    by_fame: Vec<Vec<usize>>,
}

impl<'a> Shelves<'a> {
    /// Orders all shelves.
    pub(super) fn new(shop: &'a Shop) -> Self {
        let by_fame = shop.shelves.iter().map(|shelf| {
            let mut articles: Vec<_> = shelf.articles.clone().collect();
            articles.sort_by(|&a, &b| {
                shop.articles[b]
                    .fame
                    .total_cmp(&shop.articles[a].fame)
                    .then(a.cmp(&b))
            });
            articles
        });
        Self {
            links: Links::new(shop),
            by_fame: by_fame.collect(),
        }
    }
}

/// One day of one shopper: returns that are due, perhaps a visit, perhaps a walk to the store.
#[expect(
    clippy::too_many_arguments,
    reason = "a day is made of all of these, and of nothing else"
)]
pub(super) fn live_through(
    shop: &Shop,
    shelves: &Shelves<'_>,
    shopper: &Shopper,
    memory: &mut Memory,
    day: u64,
    midnight: u64,
    dice: &mut Dice,
    events: &mut Vec<Event>,
) {
    // 1970-01-01 was a Thursday.
    let weekday = (midnight / 86_400 + 3) % 7;
    let mut visit = Visit {
        shop,
        shelves,
        shopper,
        memory,
        dice,
        events,
        user: shopper.pseudo_id(shop.seed),
        day,
        session: 0,
        clock: 0,
        channel: "web",
        cart: Vec::new(),
    };
    visit.send_back(midnight);
    let rhythm = match (shopper.persona.trade, weekday >= 5) {
        (true, true) => 0.25,
        (true, false) => 1.3,
        (false, true) => 1.6,
        (false, false) => 0.76,
    };
    if visit.dice.chance(shopper.pace * rhythm) {
        let hour = if shopper.persona.trade {
            visit.dice.between(6, 16)
        } else {
            visit.dice.between(9, 21)
        };
        visit.open(midnight + u64::from(hour) * 3600, "web");
        visit.shop_online();
    }
    if weekday < 6 && visit.dice.chance(shopper.store_pace) {
        let hour = visit.dice.between(9, 18);
        visit.open(midnight + u64::from(hour) * 3600, "store");
        visit.shop_in_store();
    }
}

struct Visit<'a, 'b> {
    shop: &'a Shop,
    shelves: &'a Shelves<'a>,
    shopper: &'a Shopper,
    memory: &'b mut Memory,
    dice: &'b mut Dice,
    events: &'b mut Vec<Event>,
    user: String,
    day: u64,
    session: u64,
    /// Microseconds since 1970.
    clock: u64,
    channel: &'static str,
    cart: Vec<Item>,
}

impl Visit<'_, '_> {
    fn open(&mut self, second: u64, channel: &'static str) {
        self.session = second + u64::from(self.dice.between(0, 3599));
        self.clock = self.session * 1_000_000 + u64::from(self.dice.between(0, 999_999));
        self.channel = channel;
        self.cart.clear();
    }

    fn shop_online(&mut self) {
        let mut shelf = self.intent();
        let tasks = 1 + self.dice.weighted(&[0.62, 0.26, 0.12]);
        for task in 0..tasks {
            if task > 0 && self.dice.chance(0.5) {
                shelf = self.neighbour(shelf);
            }
            self.look_for(shelf);
        }
        self.check_out();
    }

    /// Which shelf this visit is about: mostly what the shopper loves, sometimes a present.
    fn intent(&mut self) -> usize {
        if self.dice.chance(self.shopper.departs) {
            let all = if self.dice.chance(0.7) {
                self.below("gifts")
            } else {
                Vec::new()
            };
            let all = if all.is_empty() {
                (0..self.shop.shelves.len()).collect()
            } else {
                all
            };
            return *self.dice.pick(&all);
        }
        self.loved_shelf()
    }

    fn loved_shelf(&mut self) -> usize {
        let shares: Vec<_> = self.shopper.loves.iter().map(|(_, share)| *share).collect();
        let path = self.shopper.loves[self.dice.weighted(&shares)].0;
        self.shelf_below(path)
    }

    fn shelf_below(&mut self, path: &str) -> usize {
        let shelves = self.below(path);
        let sizes: Vec<_> = shelves
            .iter()
            .map(|&shelf| libm::sqrt(self.shelves.by_fame[shelf].len() as f64))
            .collect();
        shelves[self.dice.weighted(&sizes)]
    }

    fn below(&self, path: &str) -> Vec<usize> {
        (0..self.shop.shelves.len())
            .filter(|&shelf| lies_below(self.shop.shelves[shelf].kind.path, path))
            .collect()
    }

    /// Another shelf of the same inner category.
    fn neighbour(&mut self, shelf: usize) -> usize {
        let path = self.shop.shelves[shelf].kind.path;
        let parent = path.rsplit_once('/').map_or(path, |(parent, _)| parent);
        self.shelf_below(parent)
    }

    fn look_for(&mut self, shelf: usize) {
        let wanted = self.favourite(&self.shelves.by_fame[shelf]);
        let (list, from) = match self.dice.weighted(&[0.46, 0.38, 0.16]) {
            0 => self.search(shelf, wanted),
            1 => self.browse(shelf),
            _ => {
                let again = !self.memory.seen.is_empty() && self.dice.chance(0.5);
                let target = if again {
                    *self.dice.pick(&self.memory.seen)
                } else {
                    wanted
                };
                self.view(target);
                self.decide(&[target]);
                return;
            }
        };
        let list = self.narrow(shelf, list, from);
        self.pick_from(&list, from);
    }

    /// The article that appeals most among some that catch the eye.
    fn favourite(&mut self, list: &[usize]) -> usize {
        let depth = list.len().min(DEPTH);
        let appeals: Vec<_> = list[..depth]
            .iter()
            .map(|&index| libm::exp(self.shopper.appeal(self.shop, index)))
            .collect();
        list[self.dice.weighted(&appeals)]
    }

    /// Looks closer at a few articles of a list.
    fn pick_from(&mut self, list: &[usize], from: &'static str) {
        let mut page = &list[..list.len().min(PAGE)];
        if list.len() > PAGE && self.dice.chance(0.25) {
            page = &list[PAGE..list.len().min(2 * PAGE)];
            self.show(page, from);
        }
        let mut weights: Vec<_> = page
            .iter()
            .enumerate()
            // People look from the top: the fifth place gets half of the first one's attention.
            .map(|(place, &index)| {
                libm::exp(self.shopper.appeal(self.shop, index)) / (1.0 + 0.2 * place as f64)
            })
            .collect();
        let looks = 1 + self.dice.weighted(&[0.3, 0.3, 0.2, 0.12, 0.08]);
        let mut seen = Vec::new();
        for _ in 0..looks.min(page.len()) {
            let place = self.dice.weighted(&weights);
            weights[place] = 0.0;
            let mut event = self.event("select_item");
            event.items = vec![self.item(page[place], 1, Some(place))];
            event.item_list_id = Some(from);
            self.push(event);
            self.wait(0, 1);
            self.view(page[place]);
            seen.push(page[place]);
        }
        self.decide(&seen);
    }

    fn view(&mut self, index: usize) {
        let mut event = self.event("view_item");
        event.items = vec![self.item(index, 1, None)];
        self.push(event);
        self.memory.seen.push(index);
        self.wait(8, 110);
    }

    /// Puts the best of what was seen into the cart, perhaps with what belongs to it.
    fn decide(&mut self, seen: &[usize]) {
        if seen.is_empty() {
            return;
        }
        let best = self.favourite(seen);
        if self.dice.chance(0.06) {
            let mut event = self.event("add_to_wishlist");
            event.items = vec![self.item(best, 1, None)];
            self.push(event);
            self.wait(2, 6);
        }
        if !self.dice.chance(0.34) {
            return;
        }
        self.add(best);
        let companions = self.shelves.links.accessories(best);
        if !companions.is_empty() && self.dice.chance(0.4) {
            let companion = self.favourite(&companions);
            self.view(companion);
            if self.dice.chance(0.5) {
                self.add(companion);
            }
        }
        if self.dice.chance(0.1)
            && let Some(regretted) = self.cart.pop()
        {
            let mut event = self.event("remove_from_cart");
            event.items = vec![regretted];
            self.push(event);
            self.wait(2, 8);
        }
    }

    fn item(&self, index: usize, quantity: u32, place: Option<usize>) -> Item {
        let article = &self.shop.articles[index];
        Item {
            item_id: Shop::id(index),
            price: f64::from(article.sale_price.unwrap_or(article.price)) / 100.0,
            quantity,
            index: place,
        }
    }

    fn event(&self, event_name: &'static str) -> Event {
        Event {
            event_name,
            event_timestamp: self.clock,
            user_pseudo_id: self.user.clone(),
            ga_session_id: self.session,
            channel: self.channel,
            items: Vec::new(),
            search_term: None,
            facet: None,
            value: None,
            item_list_id: None,
            transaction_id: None,
        }
    }

    fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Lets some seconds pass.
    fn wait(&mut self, least: u32, most: u32) {
        let micros = self
            .dice
            .between(least * 1_000_000 + 150_000, most * 1_000_000 + 900_000);
        self.clock += u64::from(micros);
    }
}
