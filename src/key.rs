//! Keys: what a profile remembers instead of names.
//!
//! A key is a stable hash of the shop's own identifiers, so it means the same in every pack, in every
//! language and without a pack. Its top byte names the facet, so that values of one facet can be told from
//! those of another even where no pack says which is which.
//!
//! # Invariants
//! * The value of a key never changes between versions: profiles outlive software.

use xxhash_rust::xxh3::xxh3_64;

/// 8 bits of facet and 32 bits of value.
///
/// An entry of a profile meets one of 100,000 other values of its facet by chance once in 40,000 times (100,000 / 2³²); a
/// collision lends one value the affinity of another and does no other harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

/// The facet byte of a [`Key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FacetTag(u8);

impl FacetTag {
    /// Items themselves.
    pub const ITEM: Self = Self(0);
    /// Brands.
    pub const BRAND: Self = Self(8);
    /// Items that the shopper bought for the first time, as far as is known.
    pub(crate) const BOUGHT: Self = Self(9);
    /// Items that the shopper bought again.
    pub(crate) const AGAIN: Self = Self(10);
    /// Days between such purchases.
    pub(crate) const GAP: Self = Self(11);
    /// Items that the shopper sent back.
    pub(crate) const RETURNED: Self = Self(12);
    /// Items of one order, or of its return, so that an order that is told again counts once.
    pub(crate) const ORDERED: Self = Self(13);
    /// Deeper category levels share the last tag.
    pub const MAX_CATEGORY_LEVELS: usize = 6;

    /// Level `depth` of the category path, 0 for the root.
    #[must_use]
    pub fn category(depth: usize) -> Self {
        Self(1 + depth.min(Self::MAX_CATEGORY_LEVELS - 1) as u8)
    }

    /// An attribute, by the key of its name.
    #[must_use]
    pub fn attribute(name_key: &str) -> Self {
        // 0..16 are reserved for facets that every shop has.
        Self(16 + (hash(name_key.as_bytes()) % 240) as u8)
    }
}

impl Key {
    /// Bytes that a key takes in a profile.
    pub const BYTES: usize = 5;

    /// An item, by the shop's identifier.
    #[must_use]
    pub fn item(id: &str) -> Self {
        Self::new(FacetTag::ITEM, "", id)
    }

    /// A brand, by its name's key. Case does not matter: feeds and pages differ in it.
    #[must_use]
    pub fn brand(name: &str) -> Self {
        Self::new(FacetTag::BRAND, "", &name.to_lowercase())
    }

    /// A category, by the keys of its path from the root.
    #[must_use]
    pub fn category<S: AsRef<str>>(path: &[S]) -> Self {
        let mut joined = String::new();
        for part in path {
            joined.push_str(part.as_ref());
            joined.push('\u{1f}');
        }
        Self::new(
            FacetTag::category(path.len().saturating_sub(1)),
            "",
            &joined,
        )
    }

    /// An attribute's value, by the keys of both.
    #[must_use]
    pub fn attribute(name_key: &str, value_key: &str) -> Self {
        Self::new(FacetTag::attribute(name_key), name_key, value_key)
    }

    /// An item of an order.
    pub(crate) fn ordered(order: &str, item: Self) -> Self {
        let mut key = Self::new(FacetTag::ORDERED, order, "");
        key.0 ^= item.0 & 0xffff_ffff;
        key
    }

    fn new(tag: FacetTag, name: &str, value: &str) -> Self {
        let mut text = String::with_capacity(name.len() + value.len() + 1);
        text.push_str(name);
        text.push('\u{1e}');
        text.push_str(value);
        let hash = hash(text.as_bytes()) & 0xffff_ffff;
        Self(u64::from(tag.0) << 32 | hash)
    }

    /// The facet that this key belongs to.
    #[must_use]
    pub fn tag(self) -> FacetTag {
        FacetTag((self.0 >> 32) as u8)
    }

    /// The same value as another kind of fact: an item as one that was bought.
    pub(crate) fn as_fact(self, tag: FacetTag) -> Self {
        Self(u64::from(tag.0) << 32 | self.0 & 0xffff_ffff)
    }

    /// As a number below 2⁴⁰.
    #[must_use]
    pub fn to_u64(self) -> u64 {
        self.0
    }

    /// From a number; bits above the fortieth are dropped.
    #[must_use]
    pub fn from_u64(number: u64) -> Self {
        Self(number & 0xff_ffff_ffff)
    }
}

/// One copy of a function that is long when it stands in its callers.
#[inline(never)]
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Profiles in the field hold these numbers: a change here orphans them.
    #[test]
    fn keys_never_change() {
        assert_eq!(Key::item("100001").to_u64(), 655_532_465);
        assert_eq!(Key::brand("Norvik"), Key::brand("NORVIK"));
        assert_eq!(Key::category(&["bath", "taps"]).to_u64(), 12_633_964_451);
        assert_eq!(Key::attribute("colour", "red").to_u64(), 447_770_016_560);
    }

    #[test]
    fn a_path_is_not_its_parts_glued_together() {
        assert_ne!(Key::category(&["ab", "c"]), Key::category(&["a", "bc"]));
        assert_ne!(Key::attribute("a", "bc"), Key::attribute("ab", "c"));
    }
}
