//! Currencies as prices name them: codes, and signs that one or several of them have.

/// What names a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Currency {
    /// One, by its code or by a sign of its own.
    Code(&'static str),
    /// One of several, the most usual first.
    Sign(&'static [&'static str]),
}

impl Currency {
    /// What both mean: `$` and `CAD` are Canadian dollars, `$` and `EUR` are nothing.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Code(one), Self::Code(same)) if one == same => Some(self),
            (Self::Code(code), Self::Sign(codes)) | (Self::Sign(codes), Self::Code(code)) => {
                codes.contains(&code).then_some(Self::Code(code))
            }
            (Self::Sign(one), Self::Sign(same)) if one == same => Some(self),
            _ => None,
        }
    }
}

const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "BSD", "BBD",
    "BZD", "JMD", "TTD", "XCD", "FJD", "NAD",
];
const CROWNS: &[&str] = &["SEK", "DKK", "NOK", "ISK"];
const POUNDS: &[&str] = &["GBP", "EGP", "LBP", "SYP", "FKP", "GIP", "SHP", "SDG"];
const YEN: &[&str] = &["JPY", "CNY"];
const RUPEES: &[&str] = &["INR", "PKR", "LKR", "NPR", "MUR", "SCR"];
const LEI: &[&str] = &["RON", "MDL"];
const DINARS: &[&str] = &["RSD", "MKD"];

/// Signs and local names, in upper case and without a full stop behind (Unicode CLDR, and what shops write besides).
const SIGNS: [(&str, &[&str]); 66] = [
    ("€", &["EUR"]),
    ("EURO", &["EUR"]),
    ("EUROS", &["EUR"]),
    ("$", DOLLARS),
    ("DOLLAR", DOLLARS),
    ("DOLLARS", DOLLARS),
    ("US$", &["USD"]),
    ("U$S", &["USD"]),
    ("CA$", &["CAD"]),
    ("CAD$", &["CAD"]),
    ("C$", &["CAD"]),
    ("AU$", &["AUD"]),
    ("A$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("HK$", &["HKD"]),
    ("S$", &["SGD"]),
    ("MX$", &["MXN"]),
    ("NT$", &["TWD"]),
    ("R$", &["BRL"]),
    ("£", POUNDS),
    ("¥", YEN),
    ("￥", YEN),
    ("円", &["JPY"]),
    ("元", &["CNY"]),
    ("₹", &["INR"]),
    ("RS", RUPEES),
    ("₺", &["TRY"]),
    ("TL", &["TRY"]),
    ("₩", &["KRW"]),
    ("SFR", &["CHF"]),
    ("FR", &["CHF"]),
    ("FRANKEN", &["CHF"]),
    ("ZŁ", &["PLN"]),
    ("ZL", &["PLN"]),
    ("KČ", &["CZK"]),
    ("KC", &["CZK"]),
    ("KR", CROWNS),
    ("FT", &["HUF"]),
    ("LEI", LEI),
    ("LEU", LEI),
    ("ЛВ", &["BGN"]),
    ("LV", &["BGN"]),
    ("DIN", DINARS),
    ("ДИН", DINARS),
    ("ДЕН", &["MKD"]),
    ("KM", &["BAM"]),
    ("₽", &["RUB"]),
    ("РУБ", &["RUB"]),
    ("₴", &["UAH"]),
    ("ГРН", &["UAH"]),
    ("₪", &["ILS"]),
    ("฿", &["THB"]),
    ("₫", &["VND"]),
    ("Đ", &["VND"]),
    ("₱", &["PHP"]),
    ("₦", &["NGN"]),
    ("₾", &["GEL"]),
    ("₸", &["KZT"]),
    ("₼", &["AZN"]),
    ("₡", &["CRC"]),
    ("₲", &["PYG"]),
    ("S/", &["PEN"]),
    ("RP", &["IDR"]),
    ("RM", &["MYR"]),
    ("R", &["ZAR"]),
    ("KN", &["HRK"]),
];

/// ISO 4217's codes of money that is paid with.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF \
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK \
    SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF \
    XPF YER ZAR ZMW ZWG";

/// Codes that are words as well, and are read in capitals alone.
const WORDS: [&str; 13] = [
    "ALL", "BOB", "COP", "CUP", "GEL", "LAK", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY", "RUB",
];

/// Signs that are units as well, and are read with a capital alone: `990 Ft`, but `12.50 ft`.
const UNITS: [&str; 8] = ["ft", "km", "rm", "r", "rp", "din", "kn", "lv"];

/// The code that ISO 4217 has, in capitals.
pub(crate) fn iso_code(text: &str) -> Option<&'static str> {
    CODES.split_ascii_whitespace().find(|code| *code == text)
}

/// The currency that a word names, if it names one.
pub(crate) fn currency_of(word: &str) -> Option<Currency> {
    let around = |char: char| {
        matches!(
            char,
            '*' | '¹'
                | '²'
                | '³'
                | '†'
                | '.'
                | ','
                | ':'
                | ';'
                | '!'
                | '+'
                | '-'
                | '–'
                | '—'
                | '−'
                | '"'
                | '='
        )
    };
    let word = word.trim_matches(around);
    if UNITS.contains(&word) {
        return None;
    }
    let upper = word.to_uppercase();
    if let Some((_, codes)) = SIGNS.iter().find(|(sign, _)| *sign == upper) {
        return match codes {
            [code] => Some(Currency::Code(code)),
            codes => Some(Currency::Sign(codes)),
        };
    }
    let code = iso_code(&upper)?;
    (word == upper || !WORDS.contains(&code)).then_some(Currency::Code(code))
}

/// What is paid with where a language is spoken, among the currencies that share a sign.
pub(crate) fn usual_currency(language: &str) -> Option<&'static str> {
    let region = language
        .split('-')
        .nth(1)
        .unwrap_or_default()
        .to_uppercase();
    let of_region = match region.as_str() {
        "US" => Some("USD"),
        "CA" => Some("CAD"),
        "AU" => Some("AUD"),
        "NZ" => Some("NZD"),
        "SG" => Some("SGD"),
        "HK" => Some("HKD"),
        "MX" => Some("MXN"),
        "AR" => Some("ARS"),
        "CL" => Some("CLP"),
        "CO" => Some("COP"),
        "EG" => Some("EGP"),
        "PK" => Some("PKR"),
        _ => None,
    };
    of_region.or(match language.split('-').next().unwrap_or_default() {
        "da" => Some("DKK"),
        "no" | "nb" | "nn" => Some("NOK"),
        "sv" => Some("SEK"),
        "is" => Some("ISK"),
        "zh" => Some("CNY"),
        "ja" => Some("JPY"),
        "mk" => Some("MKD"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_words_are_no_currencies() {
        for word in [
            "pcs", "ft", "km", "pro", "Stk", "top", "all", "try", "XXX", "EUX", "m", "", "*",
        ] {
            assert_eq!(currency_of(word), None, "{word}");
        }
        for (word, code) in [
            ("EUR", "EUR"),
            ("eur", "EUR"),
            ("€*", "EUR"),
            ("TOP", "TOP"),
            ("kč", "CZK"),
            ("Ft.", "HUF"),
        ] {
            assert_eq!(currency_of(word), Some(Currency::Code(code)), "{word}");
        }
    }

    #[test]
    fn every_code_is_one() {
        let mut codes: Vec<&str> = CODES.split_ascii_whitespace().collect();
        assert!(codes.iter().all(|code| code.len() == 3));
        assert!(codes.is_sorted());
        codes.dedup();
        let known = |code: &&str| codes.contains(code);
        assert!(SIGNS.iter().all(|(_, all)| all.iter().all(&known)));
        assert!(WORDS.iter().all(known));
    }
}
