//! Languages as BMEcat names them (ISO 639-2) and as the rest of the world does (ISO 639-1).

/// Two letters, and the three of terminology; where those of bibliography differ, they follow, else the same again.
const CODES: [(&str, &str, &str); 24] = [
    ("bg", "bul", "bul"),
    ("cs", "ces", "cze"),
    ("da", "dan", "dan"),
    ("de", "deu", "ger"),
    ("el", "ell", "gre"),
    ("en", "eng", "eng"),
    ("es", "spa", "spa"),
    ("et", "est", "est"),
    ("fi", "fin", "fin"),
    ("fr", "fra", "fre"),
    ("hr", "hrv", "scr"),
    ("hu", "hun", "hun"),
    ("it", "ita", "ita"),
    ("lt", "lit", "lit"),
    ("lv", "lav", "lav"),
    ("nl", "nld", "dut"),
    ("no", "nor", "nob"),
    ("pl", "pol", "pol"),
    ("pt", "por", "por"),
    ("ro", "ron", "rum"),
    ("sk", "slk", "slo"),
    ("sl", "slv", "slv"),
    ("sv", "swe", "swe"),
    ("tr", "tur", "tur"),
];

/// Brings `deu`, `ger`, `de-AT` and `DE` to `de`; other codes stay, in lower case.
pub(super) fn primary(code: &str) -> String {
    let lower = code.trim().to_lowercase();
    let lower = lower.split(['-', '_']).next().unwrap_or_default();
    let known = CODES
        .iter()
        .find(|(two, three, other)| [two, three, other].contains(&&lower));
    known.map_or(lower, |(two, ..)| two).to_owned()
}

/// The language that a file's header names, if it is a BMEcat file and the header comes early.
pub(crate) fn declared(head: &str) -> Option<String> {
    if crate::feed::elements::root(head).as_deref() != Some(super::ROOT) {
        return None;
    }
    let at = |pattern: &str| head.find(pattern).map(|at| at + pattern.len());
    // Of several languages that which is marked, else the first.
    let from = at("LANGUAGE default=\"true\"")
        .or_else(|| at("<LANGUAGE"))
        .or_else(|| at(":LANGUAGE"))?;
    let (_, text) = head[from..].split_once('>')?;
    let code = primary(text.split('<').next()?);
    let known = CODES.iter().any(|(two, ..)| *two == code);
    known.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{declared, primary};

    #[test]
    fn codes_come_down_to_two_letters() {
        for code in ["deu", "ger", "DE", " de-AT", "de_CH"] {
            assert_eq!(primary(code), "de");
        }
        assert_eq!(primary("gsw"), "gsw");
    }

    #[test]
    fn the_header_names_the_language() {
        let head = |inner: &str| {
            format!("<?xml version=\"1.0\"?><BMECAT version=\"2005\"><HEADER><CATALOG>{inner}")
        };
        let of = |inner: &str| declared(&head(inner));
        assert_eq!(of("<LANGUAGE>deu</LANGUAGE>").as_deref(), Some("de"));
        let two = "<LANGUAGE>eng</LANGUAGE><LANGUAGE default=\"true\">fra</LANGUAGE>";
        assert_eq!(of(two).as_deref(), Some("fr"));
        for none in ["", "<LANGUAGE", "<LANGUAGE>", "<LANGUAGE>xyz</LANGUAGE>"] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(declared("<rss><LANGUAGE>deu</LANGUAGE>"), None);
    }
}
