//! Texts: without markup, control characters and doubled blanks, and no longer than a limit.

use std::borrow::Cow;

/// A cleaned text, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cleaned {
    /// The text.
    pub(crate) text: String,
    /// Tags or entities were taken out.
    pub(crate) markup: bool,
    /// The number of characters before it was cut, if it was cut.
    pub(crate) cut_from: Option<usize>,
}

/// Tags that occur in product texts. Others are text: `Kabel <2 m`, `M8 <A2>`.
const TAGS: [&str; 40] = [
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tr",
    "ul",
];
/// Tags that stand inside of words, such as `m<sup>2</sup>`; all others separate words.
const INLINE_TAGS: [&str; 12] = [
    "a", "abbr", "b", "big", "em", "font", "i", "s", "small", "span", "sub", "sup",
];
/// Elements whose content is not text.
const HIDDEN: [&str; 2] = ["script", "style"];

/// Cleans `raw` and cuts it, at a word where possible, to `limit` characters.
pub(crate) fn clean(raw: &str, limit: usize) -> Cleaned {
    let (text, markup) = without_markup(raw);
    let mut clean = collapsed(&text);
    let mut cut_from = None;
    if clean.len() > limit {
        let length = clean.chars().count();
        if length > limit {
            cut_from = Some(length);
            clean = cut(&clean, limit);
        }
    }
    Cleaned {
        text: clean,
        markup,
        cut_from,
    }
}

/// Single blanks between words, no control or invisible formatting characters.
pub(crate) fn collapsed(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.extend(word.chars().filter(|c| !is_invisible(*c)));
    }
    if clean.ends_with(' ') {
        clean.pop();
    }
    clean
}

/// Zero-width and direction marks, the soft hyphen, and the replacement character: they hide matches from search.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fffd}')
}

fn cut(text: &str, limit: usize) -> String {
    let end = text
        .char_indices()
        .nth(limit.saturating_sub(1))
        .map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    let head = match head.rfind(' ') {
        // A blank in the last quarter; else the text is one long word.
        Some(at) if at * 4 > head.len() * 3 => &head[..at],
        _ => head,
    };
    format!("{}…", head.trim_end())
}

/// Decodes entities and takes tags out, twice at most, because feeds escape what was escaped already.
fn without_markup(raw: &str) -> (Cow<'_, str>, bool) {
    let mut text = Cow::Borrowed(raw);
    let mut markup = false;
    for _ in 0..2 {
        if !text.contains(['<', '&']) {
            break;
        }
        let stripped = without_tags(&text);
        let decoded = html_escape::decode_html_entities(&stripped);
        let unchanged = *decoded == *text;
        if unchanged {
            break;
        }
        markup = true;
        text = Cow::Owned(decoded.into_owned());
    }
    (text, markup)
}

fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        clean.push_str(&rest[..at]);
        let tag = &rest[at..];
        match skip_tag(tag) {
            Some((end, separates)) => {
                if separates {
                    clean.push(' ');
                }
                rest = &tag[end..];
            }
            None => {
                clean.push('<');
                rest = &tag[1..];
            }
        }
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// The length of the tag, comment or hidden element at the beginning of `text`, and whether it separates words.
fn skip_tag(text: &str) -> Option<(usize, bool)> {
    if text.starts_with("<!--") {
        return Some((text.find("-->").map_or(text.len(), |at| at + 3), true));
    }
    if text.starts_with("<![CDATA[") {
        return Some(("<![CDATA[".len(), false));
    }
    let inner = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let name_end = inner
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inner.len());
    let name = inner[..name_end].to_ascii_lowercase();
    let end = text.find('>')? + 1;
    // A `<` before the next `>`: the first one opens nothing.
    if text[1..end].contains('<') {
        return None;
    }
    if HIDDEN.contains(&name.as_str()) {
        let close = format!("</{name}");
        let after = text
            .to_ascii_lowercase()
            .find(&close)
            .and_then(|at| Some(at + text[at..].find('>')? + 1));
        return Some((after.unwrap_or(end), true));
    }
    TAGS.contains(&name.as_str())
        .then(|| (end, !INLINE_TAGS.contains(&name.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> String {
        clean(raw, 200).text
    }

    #[test]
    fn markup_goes_and_text_stays() {
        for (raw, text) in [
            ("Fischer &amp; Co.", "Fischer & Co."),
            ("Fischer &amp;amp; Co.", "Fischer & Co."),
            ("Fläche 3 m<sup>2</sup>", "Fläche 3 m2"),
            ("one<br>two<br/>three", "one two three"),
            ("<p>Hammer</p><p>500&nbsp;g</p>", "Hammer 500 g"),
            ("a<script>alert(1)</script>b", "a b"),
            ("<!-- x -->Dübel", "Dübel"),
            ("&lt;b&gt;Bohrer&lt;/b&gt;", "Bohrer"),
            ("  viel \t Platz\u{a0} \n", "viel Platz"),
            ("Schrau\u{ad}be", "Schraube"),
        ] {
            assert_eq!(cleaned(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in [
            "Kabel <2 m",
            "R&D kit",
            "A < B > C",
            "Ø < 5 & > 3",
            "Adapter <HDMI>",
        ] {
            let clean = clean(text, 200);
            assert_eq!(clean.text, text);
            assert!(!clean.markup, "{text}");
        }
    }

    #[test]
    fn long_texts_are_cut_at_a_word() {
        let clean = clean("one two three four five", 20);
        assert_eq!(clean.text, "one two three four…");
        assert_eq!(clean.cut_from, Some(23));
        assert!(super::clean(&"ä".repeat(500), 100).text.chars().count() <= 100);
        assert_eq!(super::clean("genau", 5).cut_from, None);
    }
}
