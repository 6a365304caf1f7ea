//! An event of a log, whatever the log is written in.

use crate::field::text::collapsed;

/// What happened, by the names of GA4 and of Endcap's own events. The order is that of what happens in one instant: a search comes before
/// what it found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A search was asked for.
    Search,
    /// A category was opened; `value` names it.
    ViewCategory,
    /// The results of a search were shown.
    ViewSearchResults,
    /// A list was shown.
    ViewItemList,
    /// A facet was used.
    SelectFilter,
    /// An item of a list was clicked.
    SelectItem,
    /// An item was looked at.
    ViewItem,
    /// An item was put on a list for later.
    AddToWishlist,
    /// An item was put into the cart.
    AddToCart,
    /// An item was taken out of the cart.
    RemoveFromCart,
    /// An item was waved away.
    DismissItem,
    /// An order, online or in a store.
    Purchase,
    /// A return.
    Refund,
    /// A category of a visit as a device has randomised it: `facet` says by what, `value` names it.
    RandomisedCategory,
    /// Anything else; it shows that the visit goes on.
    #[default]
    Other,
}

impl Kind {
    /// Every kind but [`Kind::Other`], with its name in GA4's manner.
    pub const NAMED: [(Self, &'static str); 14] = [
        (Self::Search, "search"),
        (Self::ViewCategory, "view_category"),
        (Self::ViewSearchResults, "view_search_results"),
        (Self::ViewItemList, "view_item_list"),
        (Self::SelectFilter, "select_filter"),
        (Self::SelectItem, "select_item"),
        (Self::ViewItem, "view_item"),
        (Self::AddToWishlist, "add_to_wishlist"),
        (Self::AddToCart, "add_to_cart"),
        (Self::RemoveFromCart, "remove_from_cart"),
        (Self::DismissItem, "dismiss_item"),
        (Self::Purchase, "purchase"),
        (Self::Refund, "refund"),
        (Self::RandomisedCategory, "randomised_category"),
    ];

    /// GA4's name; `other` for what has none here.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = Self::NAMED.iter().find(|(kind, _)| *kind == self);
        named.map_or("other", |(_, name)| name)
    }

    /// The kind that GA4 calls `name`.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let named = Self::NAMED.iter().find(|(_, known)| *known == name);
        named.map_or(Self::Other, |(kind, _)| *kind)
    }

    /// Whether an event of this kind says nothing unless it names an item.
    pub(super) fn is_about_items(self) -> bool {
        matches!(
            self,
            Self::SelectItem
                | Self::ViewItem
                | Self::AddToWishlist
                | Self::AddToCart
                | Self::RemoveFromCart
                | Self::DismissItem
                | Self::Purchase
        )
    }
}

/// Where it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// In the shop's pages or app.
    #[default]
    Online,
    /// At a till, told by a loyalty card.
    Store,
}

/// What Endcap's own log says of who contributed an event: nothing that names a person, and nobody vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    /// The period of 91 days in which the device goes by the name that stands as shopper; `None` if it has told no name.
    pub period: Option<u16>,
    /// A sketch of the network that it came from: equal for equal networks on one day, and for one in a thousand others.
    pub network: u16,
}

/// An item of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogItem {
    /// The shop's identifier.
    pub id: String,
    /// Pieces, at least 1.
    pub quantity: u32,
}

/// An event of a log. Texts are "" where the log does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogEvent {
    /// Microseconds since 1970; 0 where the log does not say.
    pub time: u64,
    /// What happened.
    pub kind: Kind,
    /// On which visit.
    pub session: String,
    /// Who did it.
    pub shopper: String,
    /// Who contributed it, where that is all that is known: the shopper is then a device.
    pub contribution: Option<Contribution>,
    /// Number of the order or return.
    pub order: String,
    /// Where.
    pub channel: Channel,
    /// What was searched for.
    pub search_term: String,
    /// Which facet was used.
    pub facet: String,
    /// The facet's value, or the category.
    pub value: String,
    /// `item_list_id`, else `item_list_name`.
    pub list: String,
    /// The items, in the order of their places in the list where the log tells them.
    pub items: Vec<LogItem>,
}

impl LogEvent {
    /// Identifiers as feeds are read, without blanks around; what stands for none is none.
    pub(super) fn settle(&mut self) {
        for item in &mut self.items {
            item.id = collapsed(&item.id);
        }
        self.items.retain(|item| !is_unset(&item.id));
        for name in [&mut self.session, &mut self.shopper, &mut self.order] {
            if name.starts_with(char::is_whitespace) || name.ends_with(char::is_whitespace) {
                *name = name.trim().to_owned();
            }
            if is_unset(name) {
                name.clear();
            }
        }
    }
}

/// What exports write where nothing is known.
fn is_unset(name: &str) -> bool {
    matches!(
        name,
        "" | "(not set)" | "undefined" | "null" | "NULL" | "NaN"
    )
}

/// The channel that a shop calls `name`.
pub(super) fn channel(name: &str) -> Channel {
    const STORE: [&str; 8] = [
        "store", "pos", "offline", "in_store", "in-store", "instore", "retail", "branch",
    ];
    match STORE.contains(&name.trim().to_lowercase().as_str()) {
        true => Channel::Store,
        false => Channel::Online,
    }
}

/// Whole pieces: half a kilo is one piece, and what is no number is one, too.
pub(super) fn pieces(quantity: &str) -> u32 {
    let number = endcap::number_of(quantity).unwrap_or(1.0).abs();
    number.ceil().clamp(1.0, f64::from(u32::MAX)) as u32
}
