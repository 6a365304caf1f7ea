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
    ("electrical", t("Elektroinstallation", "Electrical")),
    ("electrical/cable", t("Kabel & Leitungen", "Cables & wires")),
    (
        "electrical/distribution",
        t("Verteilung & Schutz", "Distribution & protection"),
    ),
    (
        "electrical/switches",
        t("Schalter & Steckdosen", "Switches & sockets"),
    ),
    ("fasteners/hardware", t("Kleineisenwaren", "Hardware")),
    ("garden", t("Garten", "Garden")),
    ("garden/living", t("Gartenleben", "Garden living")),
    ("garden/machines", t("Gartengeräte", "Garden machines")),
    ("garden/plants", t("Pflanzen & Erde", "Plants & soil")),
    ("garden/tools", t("Handgeräte", "Garden tools")),
    ("garden/watering", t("Bewässerung", "Watering")),
    ("gifts/games", t("Spiele", "Games")),
    ("gifts/stationery", t("Papeterie", "Stationery")),
    ("hand-tools", t("Handwerkzeug", "Hand tools")),
    (
        "hand-tools/cutting",
        t("Sägen & Schneiden", "Sawing & cutting"),
    ),
    ("hand-tools/measuring", t("Messen", "Measuring")),
    ("hand-tools/pliers", t("Zangen", "Pliers")),
    (
        "hand-tools/screwdrivers",
        t("Schraubendreher", "Screwdrivers"),
    ),
    ("hand-tools/storage", t("Aufbewahrung", "Storage")),
    (
        "hand-tools/striking",
        t("Hämmer & Beitel", "Hammers & chisels"),
    ),
    ("hand-tools/wrenches", t("Schlüssel", "Wrenches")),
    ("home", t("Wohnen", "Home")),
    ("home/decoration", t("Dekoration", "Decoration")),
    ("home/textiles", t("Heimtextilien", "Home textiles")),
    ("kitchen", t("Küche", "Kitchen")),
    ("kitchen/baking", t("Backen", "Baking")),
    ("kitchen/coffee", t("Kaffee & Tee", "Coffee & tea")),
    ("kitchen/cookware", t("Kochgeschirr", "Cookware")),
    ("kitchen/knives", t("Messer & Bretter", "Knives & boards")),
    (
        "kitchen/storage",
        t("Vorrat & Unterwegs", "Storage & to go"),
    ),
    ("kitchen/tableware", t("Geschirr", "Tableware")),
    ("lighting", t("Licht", "Lighting")),
    ("lighting/indoor", t("Innenleuchten", "Indoor lights")),
    ("lighting/lamps", t("Leuchtmittel", "Lamps")),
    ("lighting/outdoor", t("Außenleuchten", "Outdoor lights")),
    ("paint", t("Farbe", "Paint")),
    ("paint/interior", t("Innenfarben", "Interior paints")),
    (
        "paint/preparation",
        t("Vorbereiten & Abdichten", "Preparation & sealing"),
    ),
    ("paint/tools", t("Malerwerkzeug", "Painting tools")),
    ("paint/wood", t("Lacke & Lasuren", "Lacquers & stains")),
    ("power-tools/cleaning", t("Reinigen", "Cleaning")),
];
