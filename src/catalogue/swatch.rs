//! Colours of colour names, for swatches beside the values of facets where the feed gives none.

/// Parts of names of attributes whose values are colours, folded to lower case.
const COLOUR_FACETS: [&str; 3] = ["colour", "color", "farbe"];

/// Parts of German and English colour names with a colour for the screen. The first that a name holds counts, so names
/// that hold another stand before it (`hellblau` before `blau`). Finishes have the colour that their middle tone has on
/// the demo shop's pictures; all others are close to the CSS colours of the same name, toned for small samples.
const COLOURS: &[(&str, &str)] = &[
    ("chrom", "#c3cad0"),
    ("edelstahl", "#b5bcc2"),
    ("stainless", "#b5bcc2"),
    ("nickel", "#b9b4a9"),
    ("titan", "#878681"),
    ("alumin", "#c8ccd0"),
    ("silber", "#c0c0c0"),
    ("silver", "#c0c0c0"),
    ("messing", "#c9a549"),
    ("brass", "#c9a549"),
    ("roségold", "#d9a294"),
    ("rose gold", "#d9a294"),
    ("gold", "#d4af37"),
    ("bronze", "#a9713f"),
    ("kupfer", "#b87333"),
    ("copper", "#b87333"),
    ("stahl", "#a3abb2"),
    ("steel", "#a3abb2"),
    ("anthra", "#3a3f44"),
    ("graphit", "#3a3f44"),
    ("charcoal", "#36454f"),
    ("schwarz", "#17191b"),
    ("black", "#17191b"),
    ("offwhite", "#f5f3ea"),
    ("cremeweiß", "#f5efdc"),
    ("weiß", "#ffffff"),
    ("weiss", "#ffffff"),
    ("white", "#ffffff"),
    ("elfenbein", "#f3ecd8"),
    ("ivory", "#f3ecd8"),
    ("creme", "#f2e6c9"),
    ("cream", "#f2e6c9"),
    ("champagner", "#ead9b5"),
    ("champagne", "#ead9b5"),
    ("beige", "#e2d3b5"),
    ("sand", "#dbc9a0"),
    ("taupe", "#8b7e74"),
    ("hellgrau", "#c9ced3"),
    ("light grey", "#c9ced3"),
    ("light gray", "#c9ced3"),
    ("dunkelgrau", "#5a6066"),
    ("dark grey", "#5a6066"),
    ("dark gray", "#5a6066"),
    ("grau", "#8b9299"),
    ("grey", "#8b9299"),
    ("gray", "#8b9299"),
    ("hellblau", "#8cc4ec"),
    ("light blue", "#8cc4ec"),
    ("himmelblau", "#8cc4ec"),
    ("sky blue", "#8cc4ec"),
    ("dunkelblau", "#1f2f58"),
    ("dark blue", "#1f2f58"),
    ("navy", "#1f2f58"),
    ("marine", "#1f2f58"),
    ("petrol", "#12616b"),
    ("türkis", "#2bb5b0"),
    ("turquoise", "#2bb5b0"),
    ("teal", "#1b8a90"),
    ("cyan", "#19b5d2"),
    ("indigo", "#3f3f99"),
    ("blau", "#2463c9"),
    ("blue", "#2463c9"),
    ("oliv", "#77793a"),
    ("mint", "#a5dcc0"),
    ("salbei", "#a9b79a"),
    ("sage", "#a9b79a"),
    ("limette", "#a6c832"),
    ("lime", "#a6c832"),
    ("dunkelgrün", "#1e5631"),
    ("dark green", "#1e5631"),
    ("grün", "#2c8a4b"),
    ("gruen", "#2c8a4b"),
    ("green", "#2c8a4b"),
    ("senf", "#c79a1b"),
    ("mustard", "#c79a1b"),
    ("gelb", "#f2c521"),
    ("yellow", "#f2c521"),
    ("apricot", "#f3b27a"),
    ("aprikose", "#f3b27a"),
    ("orange", "#ee7d1d"),
    ("terracotta", "#c4633f"),
    ("koralle", "#f2705b"),
    ("coral", "#f2705b"),
    ("lachs", "#f4937d"),
    ("salmon", "#f4937d"),
    ("altrosa", "#c98f96"),
    ("rosa", "#eba3bd"),
    ("rosé", "#e6b3b0"),
    ("pink", "#ea5f9c"),
    ("magenta", "#c22a7e"),
    ("fuchsia", "#c22a7e"),
    ("flieder", "#b79ad6"),
    ("lilac", "#b79ad6"),
    ("lavendel", "#a99bd1"),
    ("lavender", "#a99bd1"),
    ("lila", "#8e5bb5"),
    ("violett", "#7a4fb5"),
    ("violet", "#7a4fb5"),
    ("purple", "#7a4fb5"),
    ("bordeaux", "#6e1f2e"),
    ("weinrot", "#6e1f2e"),
    ("burgund", "#6e1f2e"),
    ("rot", "#cf2d2d"),
    ("red", "#cf2d2d"),
    ("eiche", "#c79b63"),
    ("oak", "#c79b63"),
    ("buche", "#d9b384"),
    ("beech", "#d9b384"),
    ("nussbaum", "#6b4629"),
    ("walnut", "#6b4629"),
    ("kiefer", "#dcb27a"),
    ("pine", "#dcb27a"),
    ("braun", "#7b5236"),
    ("brown", "#7b5236"),
];

/// Whether the values of the attribute with this key and label are colours.
pub(super) fn is_colour_facet(key: &str, label: &str) -> bool {
    [key, label].iter().any(|name| {
        let name = name.to_lowercase();
        COLOUR_FACETS.iter().any(|part| name.contains(part))
    })
}

/// The colour that `name` means, as `#rrggbb`. Of several colours in a name, the one that it begins with.
pub(super) fn colour(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    COLOURS
        .iter()
        .enumerate()
        .filter_map(|(order, &(part, colour))| {
            let at = name.match_indices(part).map(|(at, _)| at).find(|&at| {
                // `rot` and `red` are parts of many words; other names stand at the end of one (`Mattschwarz`).
                let before = name.get(..at).and_then(|before| before.chars().next_back());
                part.len() > 4
                    || before.is_none_or(|char| !char.is_alphabetic())
                    || name.get(at + part.len()..) == Some("")
            })?;
            Some((at, order, colour))
        })
        .min()
        .map(|(_, _, colour)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_languages_have_a_colour() {
        for (name, expected) in [
            ("Mattschwarz", Some("#17191b")),
            ("Hellblau", Some("#8cc4ec")),
            ("Light Blue", Some("#8cc4ec")),
            ("Weiß", Some("#ffffff")),
            ("Black/Red", Some("#17191b")),
            ("Rot", Some("#cf2d2d")),
            ("Edelstahl gebürstet", Some("#b5bcc2")),
            ("Karotte", None),
            ("Transparent", None),
            ("yes", None),
        ] {
            assert_eq!(colour(name), expected, "{name}");
        }
        assert!(is_colour_facet("colour", "Farbe") && is_colour_facet("x", "Cable Color"));
        assert!(!is_colour_facet("size", "Größe"));
    }

    #[test]
    fn colours_are_written_as_the_package_promises() {
        for (part, colour) in COLOURS {
            assert_eq!(*part, part.to_lowercase());
            assert!(
                colour.len() == 7
                    && colour.starts_with('#')
                    && colour.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
            );
        }
    }
}
