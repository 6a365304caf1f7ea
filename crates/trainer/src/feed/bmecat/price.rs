//! Prices: one kind of them, per unit of order, with scales.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::json;

use super::article::Fields;
use super::outline::Outline;
use crate::feed::elements::Element;
use crate::feed::json::issue;
use crate::issue::{IssueKind, Outcome, RowIssue};

/// Kinds of prices, best first where as many articles have them. What a customer alone pays comes last: a pack is for everybody.
const KINDS: [&str; 5] = [
    "net_list",
    "gros_list",
    "nrp",
    "net_customer",
    "net_customer_exp",
];
/// Of [`KINDS`] those that everybody may see.
const PUBLIC: usize = 3;

/// Which kinds of prices articles have.
#[derive(Default)]
pub(super) struct Kinds {
    articles: [u64; KINDS.len()],
    /// Kinds that the article under way has.
    seen: [bool; KINDS.len()],
    other: String,
}

impl Kinds {
    pub(super) fn add(&mut self, kind: &str) {
        match KINDS.iter().position(|known| *known == kind) {
            Some(at) if !self.seen[at] => {
                self.seen[at] = true;
                self.articles[at] += 1;
            }
            None if self.other.is_empty() => self.other = kind.to_owned(),
            _ => {}
        }
    }

    pub(super) fn next_article(&mut self) {
        self.seen = Default::default();
    }

    /// The kind that most articles have, of those that everybody may see if there is one.
    pub(super) fn chosen(&self) -> String {
        let most = |from: usize, to: usize| {
            let kinds = (from..to).filter(|&at| self.articles[at] > 0);
            kinds.max_by_key(|&at| (self.articles[at], std::cmp::Reverse(at)))
        };
        let chosen = most(0, PUBLIC).or_else(|| most(PUBLIC, KINDS.len()));
        chosen.map_or_else(|| self.other.clone(), |at| KINDS[at].to_owned())
    }
}

/// Whether prices of this kind are one customer's.
pub(super) fn is_private(kind: &str) -> bool {
    KINDS[PUBLIC..].contains(&kind)
}

/// Reads the prices of an article.
pub(super) fn prices(
    article: &Element,
    outline: &Outline,
    fields: &mut Fields,
    file: &Arc<str>,
    issues: &mut VecDeque<RowIssue>,
) {
    let Some(details) = valid(article, &outline.made) else {
        return;
    };
    let all: Vec<&Element> = details
        .children_either("article_price", "product_price")
        .collect();
    let mut prices: Vec<&Element> = all.clone();
    prices.retain(|price| price.attribute("price_type").unwrap_or_default() == outline.price_type);
    if let (Some(other), true) = (all.first(), prices.is_empty()) {
        let kind = other.attribute("price_type").unwrap_or_default();
        let message = format!(
            "has a price of type {kind:?}, the pack's are {:?}",
            outline.price_type
        );
        issues.push_back(RowIssue {
            field: Some("price".into()),
            outcome: Outcome::FieldDropped,
            ..issue(
                file,
                (other.place.0, Some(other.place.1)),
                IssueKind::PriceType,
                message,
            )
        });
        return;
    }
    let currency = |price: &Element| match price.child("price_currency") {
        Some(currency) => currency.trimmed().to_uppercase(),
        None => outline.default_currency.clone(),
    };
    if prices
        .iter()
        .any(|price| currency(price) == outline.currency)
    {
        prices.retain(|price| currency(price) == outline.currency);
    }
    let order = article.child_either("article_order_details", "product_order_details");
    let quantity = order.and_then(|order| order.child("price_quantity"));
    let quantity = quantity.map_or("1", Element::trimmed);
    let read = |price: &Element| {
        let text = |name: &str, absent| {
            price
                .child(name)
                .map_or(absent, Element::trimmed)
                .to_owned()
        };
        let (amount, factor) = (text("price_amount", ""), text("price_factor", "1"));
        let amount = per_unit(&amount, &factor, quantity).unwrap_or(amount);
        format!("{amount} {}", currency(price)).trim().to_owned()
    };
    let bound = |price: &Element| {
        whole(price.child("lower_bound").map_or("1", Element::trimmed)).to_owned()
    };
    let order = |price: &&&Element| bound(price).parse::<u32>().unwrap_or(u32::MAX);
    if let Some(first) = prices.iter().min_by_key(order) {
        fields.put("price", read(first), first.place);
    }
    for price in &prices {
        let quantity = bound(price);
        if quantity != "1" && quantity != "0" {
            let tier = json!({ "min_quantity": quantity, "price": read(price) });
            fields.put("price_tiers", tier, price.place);
        }
    }
}

/// The date of this type, in either spelling.
pub(super) fn date<'a>(parent: &'a Element, kind: &str) -> Option<&'a str> {
    let mut dates = parent.children("datetime");
    let typed = dates.find(|date| date.attribute("type") == Some(kind));
    let date = typed
        .and_then(|date| date.child("date"))
        .or_else(|| parent.child(kind))?;
    date.trimmed().get(..10)
}

/// The prices that held when the file was made, else the first. There is no clock here: the same file gives the same pack.
fn valid<'a>(article: &'a Element, made: &str) -> Option<&'a Element> {
    let made = made.get(..10).unwrap_or_default();
    let all = || article.children_either("article_price_details", "product_price_details");
    let holds = |details: &&Element| {
        date(details, "valid_start_date").is_none_or(|start| start <= made)
            && date(details, "valid_end_date").is_none_or(|end| made <= end)
    };
    all()
        .find(|details| made.is_empty() || holds(details))
        .or_else(|| all().next())
}

/// `PRICE_AMOUNT × PRICE_FACTOR / PRICE_QUANTITY` with six decimals, cut off: that leaves the later rounding to cents exact.
/// None where one of them is no plain number.
fn per_unit(amount: &str, factor: &str, quantity: &str) -> Option<String> {
    const PLACES: u32 = 6;
    let (amount, factor, quantity) = (decimal(amount)?, decimal(factor)?, decimal(quantity)?);
    let above = 10_u128.checked_pow(quantity.1 + PLACES)?;
    let above = amount.0.checked_mul(factor.0)?.checked_mul(above)?;
    let below = quantity
        .0
        .checked_mul(10_u128.checked_pow(amount.1 + factor.1)?)?;
    let (units, one) = (above.checked_div(below)?, 10_u128.pow(PLACES));
    Some(format!("{}.{:06}", units / one, units % one))
}

/// Digits and how many of them are decimals. BMEcat has points; commas occur, and stand for points unless three digits follow.
fn decimal(text: &str) -> Option<(u128, u32)> {
    let (whole, decimals) = match text.split_once('.') {
        Some(parts) => parts,
        None => text.split_once(',').unwrap_or((text, "")),
    };
    let doubtful = text.contains(',') && decimals.len() == 3;
    let digits = format!("{whole}{decimals}");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !doubtful).then_some(())?;
    Some((digits.parse().ok()?, decimals.len() as u32))
}

/// `10.00` as `10`.
pub(super) fn whole(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, noughts)) if noughts.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_per_unit_of_order() {
        for (amount, factor, quantity, expected) in [
            ("12.50", "1", "1", "12.500000"),
            ("1.299", "1", "1", "1.299000"),
            ("12,5", "1", "1", "12.500000"),
            ("12.50", "0.9", "100", "0.112500"),
            ("1", "1", "3", "0.333333"),
            ("2", "1", "3.00", "0.666666"),
        ] {
            assert_eq!(
                per_unit(amount, factor, quantity).as_deref(),
                Some(expected)
            );
        }
        for (amount, factor, quantity) in [
            ("1,299", "1", "1"),
            ("1.299,00", "1", "1"),
            ("-1", "1", "1"),
            ("", "1", "1"),
            (".", "1", "1"),
            ("1", "1", "0"),
            ("1", "1e9", "1"),
            (&"9".repeat(60), "1", "1"),
            (&format!("0.{}", "0".repeat(60)), "1", "1"),
        ] {
            assert_eq!(
                per_unit(amount, factor, quantity),
                None,
                "{amount} {factor} {quantity}"
            );
        }
    }

    #[test]
    fn list_prices_come_before_customers_prices() {
        let mut kinds = Kinds::default();
        for article in [
            ["net_customer", "nrp"],
            ["net_customer", "gros_list"],
            ["udp", "gros_list"],
        ] {
            kinds.next_article();
            article.into_iter().for_each(|kind| kinds.add(kind));
        }
        assert_eq!(kinds.chosen(), "gros_list");
        let mut kinds = Kinds::default();
        kinds.add("udp");
        kinds.add("net_customer");
        assert_eq!(kinds.chosen(), "net_customer");
        let mut kinds = Kinds::default();
        kinds.add("udp");
        assert_eq!(kinds.chosen(), "udp");
    }
}
