//! Names of the categories above the leaves.

use super::{Text, t};

/// The name of the inner category at `path`.
pub(in super::super) fn category(path: &str) -> Option<Text> {
    CATEGORIES
        .iter()
        .find(|(key, _)| *key == path)
        .map(|(_, name)| *name)
}

const CATEGORIES: &[(&str, Text)] = &[
    ("bath", t("Bad", "Bathroom")),
    ("bath/taps", t("Armaturen", "Taps")),
    ("bath/basins", t("Waschplatz", "Basins")),
    ("bath/showers", t("Dusche", "Showers")),
    ("bath/tubs", t("Badewannen", "Bathtubs")),
    ("bath/toilets", t("WC", "Toilets")),
    (
        "bath/accessories",
        t("Badaccessoires", "Bathroom accessories"),
    ),
    ("plumbing", t("Sanitärinstallation", "Plumbing")),
    ("plumbing/drains", t("Ablauf & Siphons", "Drains & traps")),
    ("plumbing/supply", t("Wasseranschluss", "Water supply")),
    (
        "plumbing/fittings",
        t("Rohre & Fittings", "Pipes & fittings"),
    ),
    ("plumbing/heating", t("Heizung", "Heating")),
    ("fasteners", t("Befestigung", "Fasteners")),
    ("fasteners/screws", t("Schrauben", "Screws")),
    (
        "fasteners/screws/machine",
        t("Maschinenschrauben", "Machine screws"),
    ),
    (
        "fasteners/screws/wood",
        t("Holz- & Bauschrauben", "Wood & construction screws"),
    ),
    ("fasteners/nuts", t("Muttern & Scheiben", "Nuts & washers")),
    ("fasteners/anchors", t("Dübel & Anker", "Plugs & anchors")),
    ("power-tools", t("Elektrowerkzeug", "Power tools")),
    (
        "power-tools/drilling",
        t("Bohren & Schrauben", "Drilling & driving"),
    ),
    ("power-tools/sawing", t("Sägen", "Sawing")),
    (
        "power-tools/grinding",
        t("Schleifen & Trennen", "Grinding & cutting"),
    ),
    (
        "power-tools/supply",
        t("Akkus & Ladegeräte", "Batteries & chargers"),
    ),
    ("power-tools/accessories", t("Zubehör", "Accessories")),
    (
        "power-tools/accessories/drill-bits",
        t("Bohrer", "Drill bits"),
    ),
    ("photo", t("Foto", "Photo")),
    ("photo/cameras", t("Kameras", "Cameras")),
    ("photo/lenses", t("Objektive", "Lenses")),
    ("photo/accessories", t("Fotozubehör", "Photo accessories")),
    ("gifts", t("Geschenke", "Gifts")),
    ("gifts/jewellery", t("Schmuck", "Jewellery")),
    ("gifts/candles", t("Kerzen & Düfte", "Candles & scents")),
    (
        "gifts/fashion",
        t("Mode-Accessoires", "Fashion accessories"),
    ),
];
