//! Units as codes of UN/ECE recommendation 20, which BMEcat asks for, in; as shoppers read them, out.

/// The codes that catalogues of tools, sanitary and electrical goods use; ETIM's units come as symbols already.
const SYMBOLS: [(&str, &str); 46] = [
    ("MMT", "mm"),
    ("CMT", "cm"),
    ("DMT", "dm"),
    ("MTR", "m"),
    ("KMT", "km"),
    ("INH", "in"),
    ("MMK", "mm²"),
    ("CMK", "cm²"),
    ("MTK", "m²"),
    ("MTQ", "m³"),
    ("MGM", "mg"),
    ("GRM", "g"),
    ("KGM", "kg"),
    ("TNE", "t"),
    ("MLT", "ml"),
    ("CLT", "cl"),
    ("LTR", "l"),
    ("MQH", "m³/h"),
    ("L2", "l/min"),
    ("WTT", "W"),
    ("KWT", "kW"),
    ("WHR", "Wh"),
    ("KWH", "kWh"),
    ("2Z", "mV"),
    ("VLT", "V"),
    ("KVT", "kV"),
    ("4K", "mA"),
    ("AMP", "A"),
    ("AMH", "Ah"),
    ("D46", "VA"),
    ("OHM", "Ω"),
    ("HTZ", "Hz"),
    ("LUM", "lm"),
    ("KEL", "K"),
    ("CEL", "°C"),
    ("DD", "°"),
    ("P1", "%"),
    ("BAR", "bar"),
    ("PAL", "Pa"),
    ("NEW", "N"),
    ("NU", "Nm"),
    ("2N", "dB"),
    ("SEC", "s"),
    ("MIN", "min"),
    ("HUR", "h"),
    ("DAY", "d"),
];

/// Codes that say no more than that things are counted.
const COUNTED: [&str; 8] = ["C62", "PCE", "H87", "EA", "NAR", "ST", "STK", "1"];

/// The symbol of a unit: none for things that are counted, the text itself where it is no code.
pub(super) fn symbol(unit: &str) -> &str {
    let unit = unit.trim();
    if COUNTED.iter().any(|code| unit.eq_ignore_ascii_case(code)) {
        return "";
    }
    let known = SYMBOLS.iter().find(|(code, _)| *code == unit);
    known.map_or(unit, |(_, symbol)| symbol)
}
