//! Events as pages report them: names and parameters of GA4 e-commerce, and a few more.
//!
//! # Invariants
//! * Reading is lenient, since pages are: numbers where texts belong, nulls and unknown fields do no harm.
//! * What an event is worth is decided here and nowhere else.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use thiserror::Error;

use crate::{key::Key, time::Timestamp};

/// Items of one event that are looked at; carts are smaller.
const MAX_ITEMS: usize = 200;

/// Something that the shopper did.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Event {
    /// Name of the event, such as `view_item`; see [`EventKind`].
    pub name: String,
    /// Its parameters.
    #[serde(default, deserialize_with = "or_default")]
    pub params: EventParams,
}

/// Parameters of an event, as in GA4.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventParams {
    /// The items that it is about.
    #[serde(deserialize_with = "items")]
    pub items: Vec<Item>,
    /// What was searched for.
    pub search_term: Text,
    /// The facet that was used (`select_filter`).
    pub facet: Text,
    /// Its value (`select_filter`), or a category's path (`view_category`).
    pub value: Text,
    /// The order's number (`purchase`, `refund`): one that is told of again counts once, and a `refund` without items takes all of it back.
    pub transaction_id: Text,
    /// When it happened, in microseconds since 1970, as a number or its digits; absent: now.
    pub timestamp_micros: Text,
}

/// An item as GA4 describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Item {
    /// The shop's identifier; blanks around it and doubled ones do not count.
    #[serde(deserialize_with = "identifier")]
    pub item_id: Text,
    /// Title.
    pub item_name: Text,
    /// Brand.
    pub item_brand: Text,
    /// Category path, first level.
    pub item_category: Text,
    /// Second level.
    pub item_category2: Text,
    /// Third level.
    pub item_category3: Text,
    /// Fourth level.
    pub item_category4: Text,
    /// Fifth level.
    pub item_category5: Text,
    /// Variant, such as a colour.
    pub item_variant: Text,
}

/// A text that a page may also give as a number, a truth value or null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A product page was opened.
    ViewItem,
    /// A list was shown. Being shown is not an act of the shopper, so nothing is learned from it yet.
    ViewItemList,
    /// A product was chosen in a list.
    SelectItem,
    /// A product was put into the cart.
    AddToCart,
    /// A product was taken out of the cart.
    RemoveFromCart,
    /// A product was put on a wish list.
    AddToWishlist,
    /// Products were bought.
    Purchase,
    /// Products were returned.
    Refund,
    /// A search was made.
    Search,
    /// A filter was set.
    SelectFilter,
    /// A category page was opened.
    ViewCategory,
    /// A product was waved away.
    DismissItem,
}

/// Why an event was not learned from.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventError {
    /// There is no such event.
    #[error(
        "there is no event `{got}`; use a GA4 e-commerce name such as `view_item`, `add_to_cart` or `purchase`"
    )]
    UnknownName {
        /// The name given.
        got: String,
    },
    /// The event needs an item and has none with an identifier.
    #[error("`{name}` needs at least one item with an `item_id`; got {got} items without")]
    NoItem {
        /// The event.
        name: String,
        /// Items without an identifier.
        got: usize,
    },
    /// The event needs a text that is missing.
    #[error("`{name}` needs `{field}`; give it as a non-empty text")]
    NoText {
        /// The event.
        name: String,
        /// The parameter.
        field: &'static str,
    },
}

impl EventError {
    /// Stable name of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownName { .. } => "event/unknown-name",
            Self::NoItem { .. } => "event/no-item",
            Self::NoText { .. } => "event/no-text",
        }
    }
}

impl EventKind {
    /// The kind that GA4, or this engine, calls `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "view_item" => Self::ViewItem,
            "view_item_list" => Self::ViewItemList,
            "select_item" => Self::SelectItem,
            "add_to_cart" => Self::AddToCart,
            "remove_from_cart" => Self::RemoveFromCart,
            "add_to_wishlist" => Self::AddToWishlist,
            "purchase" => Self::Purchase,
            "refund" => Self::Refund,
            "search" | "view_search_results" => Self::Search,
            "select_filter" => Self::SelectFilter,
            "view_category" => Self::ViewCategory,
            "dismiss_item" => Self::DismissItem,
            _ => return None,
        })
    }

    /// Whether its items are what the shopper acted on, rather than what a page showed besides.
    pub(crate) fn is_about_items(self) -> bool {
        !matches!(
            self,
            Self::ViewItemList | Self::Search | Self::SelectFilter | Self::ViewCategory
        )
    }

    /// What one such event says about the brand, category and properties of its item, in views.
    ///
    /// Hand-set, in the order in which shops value these events; a fit on logs may replace them.
    pub(crate) fn value_weight(self) -> f64 {
        match self {
            Self::ViewItemList => 0.0,
            // Of a brand or category by its name; any other says nothing about values.
            Self::Search => 1.0,
            Self::SelectItem | Self::ViewCategory => 0.5,
            Self::ViewItem => 1.0,
            Self::SelectFilter => 1.5,
            Self::AddToWishlist => 2.0,
            Self::AddToCart => 3.0,
            Self::Purchase => 4.0,
            Self::RemoveFromCart => -1.0,
            Self::DismissItem => -1.0,
            Self::Refund => -2.0,
        }
    }

    /// What one such event says about the item itself, in views. A purchase says nothing: some things are bought
    /// once, some again and again. Hand-set likewise.
    pub(crate) fn item_weight(self) -> f64 {
        match self {
            Self::ViewItem | Self::AddToWishlist | Self::AddToCart => 1.0,
            Self::SelectItem => 0.5,
            Self::RemoveFromCart => -1.0,
            Self::Refund | Self::DismissItem => -3.0,
            Self::ViewItemList
            | Self::Purchase
            | Self::Search
            | Self::SelectFilter
            | Self::ViewCategory => 0.0,
        }
    }
}

impl Event {
    /// The kind of this event, its parameters found sufficient.
    ///
    /// # Errors
    ///
    /// * [`EventError::UnknownName`] if no event has this name.
    /// * [`EventError::NoItem`] if it is about items and none has an identifier.
    /// * [`EventError::NoText`] if it is about a search, filter or category that is not given.
    pub fn kind(&self) -> Result<EventKind, EventError> {
        let kind = EventKind::from_name(&self.name).ok_or_else(|| EventError::UnknownName {
            got: self.name.chars().take(80).collect(),
        })?;
        let needs = |field, text: &Text| {
            if text.as_str().trim().is_empty() {
                return Err(EventError::NoText {
                    name: self.name.clone(),
                    field,
                });
            }
            Ok(kind)
        };
        match kind {
            EventKind::Search => needs("search_term", &self.params.search_term),
            EventKind::ViewCategory => needs("value", &self.params.value),
            EventKind::SelectFilter => {
                needs("facet", &self.params.facet).and_then(|_| needs("value", &self.params.value))
            }
            EventKind::ViewItemList => Ok(kind),
            EventKind::Refund if !self.params.transaction_id.as_str().trim().is_empty() => Ok(kind),
            _ if self.items().next().is_none() => Err(EventError::NoItem {
                name: self.name.clone(),
                got: self.params.items.len(),
            }),
            _ => Ok(kind),
        }
    }

    /// Its items that have an identifier.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Item> {
        self.params
            .items
            .iter()
            .filter(|item| !item.item_id.as_str().is_empty())
            .take(MAX_ITEMS)
    }

    /// When it happened: a time in the future, or none that makes sense, counts as `now`, because a wrong clock is no
    /// reason to lose a click.
    pub(crate) fn time(&self, now: Timestamp) -> Timestamp {
        let micros: Option<u64> = self.params.timestamp_micros.as_str().parse().ok();
        match micros.map(|micros| Timestamp(micros / 1000)) {
            Some(at) if at.0 > 0 && at <= now => at,
            _ => now,
        }
    }
}

impl Item {
    /// An item of which only the identifier is known.
    #[must_use]
    pub fn with_id(id: &str) -> Self {
        Self {
            item_id: Text(id.to_owned()),
            ..Self::default()
        }
    }

    /// The category path that its fields give.
    pub(crate) fn category(&self) -> Vec<&str> {
        [
            &self.item_category,
            &self.item_category2,
            &self.item_category3,
            &self.item_category4,
            &self.item_category5,
        ]
        .into_iter()
        .map(Text::as_str)
        .take_while(|part| !part.is_empty())
        .collect()
    }

    /// What the item says of itself: facet, label and key of each value, categories from the root.
    pub(crate) fn values(&self) -> Vec<(&'static str, String, Key)> {
        let path = self.category();
        let mut values: Vec<_> = (1..=path.len())
            .filter_map(|depth| path.get(..depth))
            .map(|path| {
                let name = path.join(crate::catalogue::CATEGORY_SEPARATOR);
                ("category", name, Key::category(path))
            })
            .collect();
        let brand = self.item_brand.as_str();
        if !brand.is_empty() {
            values.push(("brand", brand.to_owned(), Key::brand(brand)));
        }
        let variant = self.item_variant.as_str();
        if !variant.is_empty() {
            values.push((
                "variant",
                variant.to_owned(),
                Key::attribute("variant", variant),
            ));
        }
        values
    }
}

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a page gives as null is absent.
fn or_default<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An identifier as feeds are read: single blanks within, none around.
fn identifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    let Text(mut id) = Text::deserialize(deserializer)?;
    if id.starts_with(char::is_whitespace) || id.ends_with(char::is_whitespace) || id.contains("  ")
    {
        id = id.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    Ok(Text(id))
}

/// A list in which some items, or which itself, may be null.
fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Item>, D::Error> {
    let items: Vec<Option<Item>> = or_default(deserializer)?;
    Ok(items.into_iter().flatten().collect())
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> de::Visitor<'de> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E>(self, truth: bool) -> Result<String, E> {
        Ok(truth.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        // JavaScript has only this kind of number: 4711.0 is the identifier 4711, as Rust writes it.
        Ok(number.to_string())
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_none<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<String, A::Error> {
        while list.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        while map
            .next_entry::<de::IgnoredAny, de::IgnoredAny>()?
            .is_some()
        {}
        Ok(String::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(json: &str) -> Event {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn pages_are_read_leniently() {
        let event = event(
            r#"{"name":"view_item","params":{"items":[null,{"item_id":4711,"item_brand":null,"item_name":["x"],"item_variant":{"a":1},"price":"12,50 €","x":{}}]}}"#,
        );
        assert_eq!(event.kind(), Ok(EventKind::ViewItem));
        assert_eq!(event.items().next().unwrap().item_id.as_str(), "4711");
        for json in [r#"{"name":"search"}"#, r#"{"name":"search","params":null}"#] {
            assert_eq!(
                self::event(json).kind().unwrap_err().code(),
                "event/no-text"
            );
        }
        let list = self::event(r#"{"name":"view_item_list","params":{"items":null}}"#);
        assert_eq!(list.kind(), Ok(EventKind::ViewItemList));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |json| event(json).kind().unwrap_err().code();
        assert_eq!(error(r#"{"name":"buy"}"#), "event/unknown-name");
        assert_eq!(error(r#"{"name":"view_item"}"#), "event/no-item");
        assert_eq!(
            error(r#"{"name":"purchase","params":{"items":[{"item_name":"tap"}]}}"#),
            "event/no-item"
        );
        assert_eq!(
            error(r#"{"name":"search","params":{"search_term":" "}}"#),
            "event/no-text"
        );
    }

    #[test]
    fn absurd_times_count_as_now() {
        let now = Timestamp(1_795_305_600_000);
        for micros in ["-1", "1e30", "0", "null", "1795305600001000"] {
            let json = format!(r#"{{"name":"search","params":{{"timestamp_micros":{micros}}}}}"#);
            assert_eq!(event(&json).time(now), now, "{micros}");
        }
        for micros in [
            "1795305599000000",
            r#""1795305599000000""#,
            "1795305599000000.0",
        ] {
            let json = format!(r#"{{"name":"search","params":{{"timestamp_micros":{micros}}}}}"#);
            assert_eq!(
                event(&json).time(now),
                Timestamp(1_795_305_599_000),
                "{micros}"
            );
        }
    }
}
