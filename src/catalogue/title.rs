//! Titles as shoppers type them.

use crate::text::{Locale, folded};

/// Words of a title that are compared; nobody types more.
const MAX_WORDS: usize = 24;

/// A title as a shopper types it who knows the brand: folded, without the brand in front.
pub(super) fn typed_title(title: &str, brand: &str, locale: Locale) -> String {
    let mut title = folded(title, MAX_WORDS, locale);
    let brand = folded(brand, MAX_WORDS, locale);
    let is_brand = |rest: &str| rest.starts_with(' ');
    if !brand.is_empty() && title.strip_prefix(&brand).is_some_and(is_brand) {
        title.drain(..=brand.len());
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brand_in_front_is_left_out() {
        let typed_title = |title, brand| typed_title(title, brand, Locale::NEUTRAL);
        assert_eq!(typed_title("BRAUN Multi-Quick 5", "Braun"), "multi quick 5");
        assert_eq!(typed_title("Multi-Quick 5", "Braun"), "multi quick 5");
        assert_eq!(typed_title("Braunbär", "Braun"), "braunbaer");
        assert_eq!(typed_title("Braun", "Braun"), "braun");
    }
}
