//! Products as a shop describes them: what a catalogue pack is built from.

use super::Period;
use crate::time::Timestamp;

/// One product of the shop, as read from its feed.
///
/// Empty strings mean "not given"; only [`id`](Self::id) and [`title`](Self::title) are required.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// The shop's own identifier; unique in a catalogue.
    pub id: String,
    /// Title in the catalogue's language.
    pub title: String,
    /// Longer text; searched with the lowest weight and not stored.
    pub description: String,
    /// Brand or maker.
    pub brand: String,
    /// The maker's article number.
    pub mpn: String,
    /// GTIN-8, -12, -13 or -14 as digits.
    pub gtin: String,
    /// Category path from the root to the leaf.
    pub category: Vec<Label>,
    /// Further properties; each distinct name becomes a facet.
    pub attributes: Vec<Attribute>,
    /// Price in minor units of the catalogue's currency (cents).
    pub price: Option<u32>,
    /// Reduced price in minor units.
    pub sale_price: Option<u32>,
    /// When the reduced price holds.
    pub sale_period: Period,
    /// Whether it can be bought now.
    pub availability: Availability,
    /// From when what can be ordered before (preorder, backorder) is in stock.
    pub available_from: Option<Timestamp>,
    /// When it is shown; outside of it stands in no answer.
    pub shown: Period,
    /// Days until delivery.
    pub delivery_days: Option<u8>,
    /// Address of the picture.
    pub image: String,
    /// Address of the product page.
    pub link: String,
    /// Variants of one product share this identifier.
    pub group: String,
    /// Mean rating, `0.0..=5.0`.
    pub rating: Option<f32>,
    /// Number of ratings behind [`rating`](Self::rating).
    pub reviews: u32,
    /// Weighted interactions with this product, `>= 0`; orders products that nothing else tells apart.
    pub popularity: f64,
    /// Prices for larger quantities, ascending by quantity.
    pub price_tiers: Vec<PriceTier>,
    /// Other products that belong to this one, or stand for it.
    pub references: Vec<Reference>,
}

impl Product {
    /// Reduced price, availability and whether it is shown, at `now`.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> (Option<u32>, Availability, bool) {
        let arrived = self.availability.is_ordered_before()
            && self.available_from.is_some_and(|from| from <= now);
        (
            self.sale_price.filter(|_| self.sale_period.holds(now)),
            if arrived {
                Availability::InStock
            } else {
                self.availability
            },
            self.shown.holds(now),
        )
    }
}

/// A name with the identifier behind it.
///
/// The key is what profiles remember (hashed), so it should stay the same across
/// languages and renamings; the label is what the shopper reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The shop's stable identifier.
    pub key: String,
    /// The text that is shown.
    pub label: String,
}

impl Label {
    /// A label that is its own key.
    pub fn plain(text: impl Into<String>) -> Self {
        let label = text.into();
        Self {
            key: label.clone(),
            label,
        }
    }
}

/// One property of a product, such as *colour: red*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// The property.
    pub name: Label,
    /// Its value, with the unit where it has one.
    pub value: Label,
    /// A sample of the value: `#rrggbb` or the address of a picture; "": one is chosen by the value's name, if it is a
    /// colour.
    pub swatch: String,
}

/// Whether a product can be bought now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    /// Ready to ship.
    #[default]
    InStock,
    /// Cannot be bought at present.
    OutOfStock,
    /// Can be ordered before its release.
    Preorder,
    /// Can be ordered; ships when stock arrives.
    Backorder,
}

impl Availability {
    /// Whether it can be ordered before it is in stock.
    pub(super) fn is_ordered_before(self) -> bool {
        matches!(self, Self::Preorder | Self::Backorder)
    }

    /// As columns hold it.
    pub(super) fn to_byte(self) -> u8 {
        match self {
            Self::InStock => 0,
            Self::OutOfStock => 1,
            Self::Preorder => 2,
            Self::Backorder => 3,
        }
    }

    /// What an unknown byte means is as good as any: it takes forged bytes to have one.
    pub(super) fn from_byte(byte: u8) -> Self {
        match byte {
            1 => Self::OutOfStock,
            2 => Self::Preorder,
            3 => Self::Backorder,
            _ => Self::InStock,
        }
    }
}

/// Days until delivery as columns hold them; 255: unknown.
pub(super) fn days_to_byte(days: Option<u8>) -> u8 {
    days.map_or(u8::MAX, |days| days.min(u8::MAX - 1))
}

/// A price as columns hold it; the greatest number: none.
pub(super) fn price_to_u32(price: Option<u32>) -> u32 {
    price.map_or(u32::MAX, |price| price.min(u32::MAX - 1))
}

/// A price that holds from a quantity upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceTier {
    /// The smallest quantity at which the price holds.
    pub min_quantity: u32,
    /// Price per piece in minor units.
    pub price: u32,
}

/// Another product that belongs to this one, or stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// How it belongs.
    pub kind: ReferenceKind,
    /// The other product's identifier.
    pub id: String,
}

/// How a referenced product belongs to the one that refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// Used together with it.
    Accessory,
    /// Replaces a part of it.
    SparePart,
    /// Can be bought in its stead: its successor, another brand, another packaging.
    Alternative,
}

/// What is true of a whole catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueMeta {
    /// The shop's name for it.
    pub name: String,
    /// Language of titles and labels (ISO 639-1, such as `de`).
    pub language: String,
    /// Currency of all prices (ISO 4217, such as `EUR`).
    pub currency: String,
    /// Whether the catalogue was generated rather than taken from a shop.
    pub synthetic: bool,
}
