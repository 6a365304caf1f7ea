//! Bathroom: taps, basins, showers, tubs, toilets, accessories.

use super::Coat::{Always, By};
use super::{Guild, Kind, Series, any, axis, same, sized, t};

const FINISHES: &str = "chrome matt-black brushed-steel brushed-brass";
const CERAMICS: &str = "white matt-white anthracite";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Bath,
        "bath/taps/basin-taps",
        t("Waschtischarmaturen", "Basin taps"),
        t("Einhebel-Waschtischmischer", "Single-Lever Basin Mixer"),
    )
    .share(42)
    .euros(49, 380)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {height}, {colour}")
    .blurb(
        "Waschtischarmatur mit keramischer Kartusche und wassersparendem Strahlregler.",
        "Basin tap with ceramic cartridge and water-saving aerator.",
    )
    .facts(&[
        axis("connection", "G3/8"),
        axis("waste", "with-waste without-waste"),
    ])
    .variants(&[
        sized("height", "90 140 190 250", 0.35),
        axis("colour", FINISHES),
    ])
    .drawn(&["basin-tap", "basin-tap-arc"], By("colour"))
    .with(&[
        same("plumbing/drains/bottle-traps", &["colour"]),
        any("plumbing/supply/flexible-hoses"),
        any("plumbing/supply/angle-valves"),
    ])
    .parts(&[any("plumbing/supply/cartridges")]),
    Kind::new(
        Guild::Bath,
        "bath/taps/shower-mixers",
        t("Brause- & Wannenarmaturen", "Bath & shower mixers"),
        t("Thermostat", "Thermostatic Mixer"),
    )
    .share(24)
    .euros(79, 420)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {suited-for}, {colour}")
    .blurb(
        "Aufputz-Thermostat mit Sicherheitssperre bei 38 °C.",
        "Exposed thermostat with safety stop at 38 °C.",
    )
    .facts(&[axis("connection", "G1/2")])
    .variants(&[
        axis("suited-for", "shower bathtub"),
        axis("colour", FINISHES),
    ])
    .drawn(&["wall-mixer"], By("colour"))
    .with(&[
        same("bath/showers/hand-showers", &["colour"]),
        any("plumbing/supply/shower-hoses"),
    ])
    .parts(&[any("plumbing/supply/cartridges")]),
    Kind::new(
        Guild::Bath,
        "bath/taps/kitchen-taps",
        t("Küchenarmaturen", "Kitchen taps"),
        t("Spültischmischer", "Kitchen Mixer"),
    )
    .share(24)
    .euros(59, 440)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {spout}, {colour}")
    .blurb(
        "Hoher Auslauf, 360° schwenkbar, für große Töpfe.",
        "High spout, swivels by 360°, made for large pots.",
    )
    .facts(&[sized("height", "280 340 380 420", 0.2)])
    .variants(&[
        axis("spout", "fixed pull-out"),
        axis("colour", "chrome matt-black brushed-steel copper"),
    ])
    .drawn(&["kitchen-tap"], By("colour"))
    .with(&[any("plumbing/supply/flexible-hoses")])
    .parts(&[any("plumbing/supply/cartridges")]),
    Kind::new(
        Guild::Bath,
        "bath/basins/countertop-basins",
        t("Aufsatzwaschbecken", "Countertop basins"),
        t("Aufsatzwaschbecken", "Countertop Basin"),
    )
    .share(18)
    .euros(89, 460)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {shape} {width}, {colour}")
    .blurb(
        "Dünnwandige Schale ohne Überlauf, porenfrei glasiert.",
        "Thin-walled bowl without overflow, glazed without pores.",
    )
    .facts(&[
        axis("shape", "round oval square"),
        axis("material", "ceramic mineral-cast"),
    ])
    .variants(&[
        sized("width", "380 420 500 600", 0.4),
        axis("colour", CERAMICS),
    ])
    .drawn(&["basin-bowl"], By("colour"))
    .with(&[
        any("bath/taps/basin-taps"),
        any("plumbing/drains/basin-wastes"),
    ]),
    Kind::new(
        Guild::Bath,
        "bath/basins/washbasins",
        t("Waschtische", "Washbasins"),
        t("Waschtisch", "Washbasin"),
    )
    .share(18)
    .euros(69, 490)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {width#} × 460 mm, {colour}")
    .blurb(
        "Wandhängender Waschtisch mit Hahnloch und Überlauf.",
        "Wall-hung basin with tap hole and overflow.",
    )
    .facts(&[axis("material", "ceramic")])
    .variants(&[
        sized("width", "450 550 600 650 800 1000", 0.8),
        axis("colour", CERAMICS),
    ])
    .drawn(&["washbasin"], By("colour"))
    .with(&[
        any("bath/taps/basin-taps"),
        any("plumbing/drains/bottle-traps"),
    ]),
    Kind::new(
        Guild::Bath,
        "bath/basins/vanity-units",
        t("Waschtischunterschränke", "Vanity units"),
        t("Waschtischunterschrank", "Vanity Unit"),
    )
    .share(14)
    .euros(149, 890)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {width}, {colour}")
    .blurb(
        "Zwei Auszüge mit Dämpfung, feuchtraumgeeignet lackiert.",
        "Two soft-close drawers, finished for damp rooms.",
    )
    .variants(&[
        sized("width", "500 600 800 1000 1200", 0.7),
        axis("colour", "white anthracite wood-oak sage"),
    ])
    .drawn(&["vanity"], By("colour"))
    .with(&[any("bath/basins/washbasins"), any("bath/basins/mirrors")]),
    Kind::new(
        Guild::Bath,
        "bath/basins/mirrors",
        t("Lichtspiegel", "Illuminated mirrors"),
        t("LED-Spiegel", "LED Mirror"),
    )
    .share(14)
    .euros(79, 390)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {shape} {dimensions}")
    .blurb(
        "Spiegel mit umlaufendem Licht, Sensorschalter und Heizung gegen Beschlag.",
        "Mirror with surrounding light, touch sensor and demister.",
    )
    .facts(&[
        axis("shape", "round square"),
        axis("colour-temperature", "3000 4000"),
    ])
    .variants(&[sized(
        "dimensions",
        "500×700 600×800 800×600 1000×700 1200×700",
        0.5,
    )])
    .drawn(&["mirror"], Always("light-blue")),
    Kind::new(
        Guild::Bath,
        "bath/showers/hand-showers",
        t("Handbrausen", "Hand showers"),
        t("Handbrause", "Hand Shower"),
    )
    .share(22)
    .euros(19, 140)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {diameter}, {colour}")
    .blurb(
        "Handbrause mit drei Strahlarten und leicht zu reinigenden Noppen.",
        "Hand shower with three spray modes and easy-clean nozzles.",
    )
    .facts(&[axis("flow", "360 540 720")])
    .variants(&[
        sized("diameter", "100 120 150", 0.5),
        axis("colour", "chrome matt-black brushed-brass white"),
    ])
    .drawn(&["hand-shower"], By("colour"))
    .with(&[any("plumbing/supply/shower-hoses")]),
    Kind::new(
        Guild::Bath,
        "bath/showers/overhead-showers",
        t("Kopfbrausen", "Overhead showers"),
        t("Regendusche", "Rain Shower Head"),
    )
    .share(18)
    .euros(49, 320)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {shape} {diameter}, {colour}")
    .blurb(
        "Ultraflache Kopfbrause mit weichem Regenstrahl.",
        "Ultra-flat shower head with a soft rain spray.",
    )
    .facts(&[axis("shape", "round square")])
    .variants(&[
        sized("diameter", "200 250 300 400", 0.7),
        axis("colour", FINISHES),
    ])
    .drawn(&["overhead-shower"], By("colour")),
    Kind::new(
        Guild::Bath,
        "bath/showers/shower-systems",
        t("Duschsysteme", "Shower systems"),
        t("Duschsystem mit Thermostat", "Thermostatic Shower System"),
    )
    .share(16)
    .euros(179, 890)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {diameter}, {colour}")
    .blurb(
        "Brausestange mit Kopfbrause, Handbrause und Thermostat, fertig vormontiert.",
        "Riser rail with rain shower, hand shower and thermostat, preassembled.",
    )
    .variants(&[
        sized("diameter", "200 250 300", 0.4),
        axis("colour", FINISHES),
    ])
    .drawn(&["shower-column"], By("colour"))
    .parts(&[
        any("plumbing/supply/shower-hoses"),
        same("bath/showers/hand-showers", &["colour"]),
    ]),
    Kind::new(
        Guild::Bath,
        "bath/showers/shower-screens",
        t("Duschwände", "Shower screens"),
        t("Walk-in-Duschwand", "Walk-In Shower Screen"),
    )
    .share(14)
    .euros(159, 590)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {width#} × 2000 mm, {colour}")
    .blurb(
        "8 mm Sicherheitsglas mit Lotuseffekt und Stabilisationsstange.",
        "8 mm safety glass with easy-clean coating and stabiliser bar.",
    )
    .variants(&[
        sized("width", "800 900 1000 1200 1400", 0.6),
        axis("colour", "chrome matt-black brushed-brass"),
    ])
    .drawn(&["shower-screen"], By("colour")),
    Kind::new(
        Guild::Bath,
        "bath/tubs/freestanding-bathtubs",
        t("Freistehende Badewannen", "Freestanding bathtubs"),
        t("Freistehende Badewanne", "Freestanding Bathtub"),
    )
    .share(12)
    .euros(690, 2900)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {dimensions}, {colour}")
    .blurb(
        "Großzügige Wanne mit sanft geneigtem Rücken für lange Bäder.",
        "Generous tub with a gently sloped back for long baths.",
    )
    .facts(&[axis("material", "acrylic mineral-cast steel-enamel")])
    .variants(&[
        sized("dimensions", "1500×700 1600×750 1700×750 1800×800", 0.7),
        axis("colour", CERAMICS),
    ])
    .drawn(&["bathtub"], By("colour"))
    .with(&[any("bath/taps/shower-mixers")]),
    Kind::new(
        Guild::Bath,
        "bath/tubs/built-in-bathtubs",
        t("Einbauwannen", "Built-in bathtubs"),
        t("Einbau-Badewanne", "Built-In Bathtub"),
    )
    .share(10)
    .euros(189, 890)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {dimensions}, {colour}")
    .blurb(
        "Körpergerechte Wanne mit Mittelablauf für zwei.",
        "Ergonomic tub with central waste for two.",
    )
    .facts(&[axis("material", "acrylic steel-enamel")])
    .variants(&[
        sized("dimensions", "1600×700 1700×750 1800×800 1900×900", 0.7),
        axis("colour", "white matt-white"),
    ])
    .drawn(&["bathtub-built-in"], By("colour"))
    .with(&[any("bath/taps/shower-mixers")]),
    Kind::new(
        Guild::Bath,
        "bath/toilets/wall-hung-toilets",
        t("Wand-WCs", "Wall-hung toilets"),
        t("Wand-WC spülrandlos", "Rimless Wall-Hung Toilet"),
    )
    .share(16)
    .euros(119, 590)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {depth}, {colour}")
    .blurb(
        "Spülrandloses Tiefspül-WC mit verdeckter Befestigung.",
        "Rimless washdown toilet with concealed fixing.",
    )
    .facts(&[axis("material", "ceramic")])
    .variants(&[
        sized("depth", "490 530 560", 0.2),
        axis("colour", "white matt-white black"),
    ])
    .drawn(&["toilet"], By("colour"))
    .with(&[
        same("bath/toilets/toilet-seats", &["colour"]),
        any("bath/toilets/flush-plates"),
    ]),
    Kind::new(
        Guild::Bath,
        "bath/toilets/toilet-seats",
        t("WC-Sitze", "Toilet seats"),
        t("WC-Sitz", "Toilet Seat"),
    )
    .share(14)
    .euros(25, 130)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {function}, {colour}")
    .blurb(
        "Abnehmbarer Sitz aus Duroplast mit Edelstahlscharnieren.",
        "Removable thermoset seat with stainless steel hinges.",
    )
    .variants(&[
        axis("function", "soft-close plain"),
        axis("colour", "white matt-white black wood-oak"),
    ])
    .drawn(&["toilet-seat"], By("colour")),
    Kind::new(
        Guild::Bath,
        "bath/toilets/flush-plates",
        t("Betätigungsplatten", "Flush plates"),
        t("Betätigungsplatte", "Flush Plate"),
    )
    .share(12)
    .euros(29, 190)
    .named(Series::Bath)
    .title("{brand} {model} {noun}, {colour}")
    .blurb(
        "Flache Platte für Zweimengenspülung, von vorn montiert.",
        "Slim plate for dual flush, mounted from the front.",
    )
    .facts(&[axis("material", "plastic glass stainless")])
    .variants(&[axis(
        "colour",
        "white chrome matt-black brushed-steel brushed-brass",
    )])
    .drawn(&["flush-plate"], By("colour")),
    Kind::new(
        Guild::Bath,
        "bath/accessories/towel-rails",
        t("Handtuchhalter", "Towel rails"),
        t("Badetuchhalter", "Towel Rail"),
    )
    .share(16)
    .euros(19, 110)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {length}, {colour}")
    .blurb(
        "Stange mit verdeckter Verschraubung, zum Bohren oder Kleben.",
        "Rail with concealed screws, to be drilled or glued.",
    )
    .variants(&[
        sized("length", "300 450 600 800", 0.4),
        axis("colour", FINISHES),
    ])
    .drawn(&["towel-rail"], By("colour"))
    .with(&[any("home/textiles/towels")]),
    Kind::new(
        Guild::Bath,
        "bath/accessories/soap-dispensers",
        t("Seifenspender", "Soap dispensers"),
        t("Seifenspender", "Soap Dispenser"),
    )
    .share(16)
    .euros(12, 69)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {volume-ml}, {colour}")
    .blurb(
        "Nachfüllbarer Spender mit leichtgängiger Pumpe.",
        "Refillable dispenser with a smooth pump.",
    )
    .facts(&[axis("material", "ceramic glass stainless")])
    .variants(&[
        sized("volume-ml", "200 300 400", 0.3),
        axis("colour", "white matt-black sage beige terracotta"),
    ])
    .drawn(&["soap-dispenser"], By("colour")),
    Kind::new(
        Guild::Bath,
        "bath/accessories/roll-holders",
        t("Toilettenpapierhalter", "Toilet roll holders"),
        t("Papierhalter", "Toilet Roll Holder"),
    )
    .share(12)
    .euros(14, 79)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {function}, {colour}")
    .blurb(
        "Papierhalter aus massivem Metall.",
        "Roll holder of solid metal.",
    )
    .variants(&[
        axis("function", "with-lid without-lid"),
        axis("colour", FINISHES),
    ])
    .drawn(&["roll-holder"], By("colour")),
];
