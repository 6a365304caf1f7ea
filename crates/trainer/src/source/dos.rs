//! Tells lines in DOS code page 850 from lines in Windows-1252, and decodes them.
//!
//! Neither is marked in a file. In the wrong one of the two, umlauts become signs within words, or capitals behind small letters.

use encoding_rs::WINDOWS_1252;

/// The upper half of code page 858, which is 850 with the euro sign.
const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// What the bytes of `line` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Windows,
    Dos,
}

impl Page {
    /// For messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Windows => WINDOWS_1252.name(),
            Self::Dos => "DOS code page 850",
        }
    }

    pub(super) fn decode(self, line: &[u8]) -> String {
        match self {
            Self::Windows => WINDOWS_1252
                .decode_without_bom_handling(line)
                .0
                .into_owned(),
            Self::Dos => line.iter().map(|byte| character(*byte)).collect(),
        }
    }
}

fn character(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(upper) => UPPER
            .chars()
            .nth(usize::from(upper))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// How much more like words `line` reads in the DOS code page; below nought: in Windows-1252.
pub(super) fn lead(line: &[u8]) -> i32 {
    score(&Page::Dos.decode(line)) - score(&Page::Windows.decode(line))
}

/// Letters within words speak for a reading, signs within words and capitals behind small letters against it.
fn score(text: &str) -> i32 {
    let chars: Vec<char> = text.chars().collect();
    let letter = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|char| char.is_alphabetic())
    };
    let mut score = 0;
    for (at, char) in chars
        .iter()
        .enumerate()
        .filter(|(_, char)| !char.is_ascii())
    {
        let (before, after) = (letter(at.checked_sub(1)), letter(Some(at + 1)));
        let small_before = at > 0 && chars[at - 1].is_lowercase();
        score += match () {
            () if char.is_control() => -2,
            () if !char.is_alphabetic() => -i32::from(before && after),
            () if char.is_uppercase() && small_before => -1,
            () => i32::from(before || after),
        };
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 9] = [
        "Dübel;Größe 8 mm",
        "Schlüssel für Türen",
        "Öl",
        "Übertöpfe",
        "gießen, prüfen",
        "Müller & Söhne",
        "café crème",
        "señor",
        "Ärmel grün",
    ];

    fn encoded(text: &str, page: Page) -> Vec<u8> {
        let byte = |char: char| (0..=255_u8).find(|byte| page.decode(&[*byte]).starts_with(char));
        text.chars().map(|char| byte(char).unwrap()).collect()
    }

    #[test]
    fn words_are_read_in_the_page_that_they_were_written_in() {
        for text in WORDS {
            let (dos, windows) = (encoded(text, Page::Dos), encoded(text, Page::Windows));
            assert!(lead(&dos) > 0, "{text} in DOS");
            // A tie is Windows.
            assert!(lead(&windows) <= 0, "{text} in Windows");
            assert_eq!(Page::Dos.decode(&dos), text);
        }
        assert_eq!(UPPER.chars().count(), 128);
    }
}
