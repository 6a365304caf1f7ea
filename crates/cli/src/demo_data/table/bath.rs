//! Bathroom: taps, basins, showers, tubs, toilets, accessories.

use super::Coat::{Always, By};
use super::{Guild, Kind, Series, any, axis, same, sized, t};

const FINISHES: &str = "chrome matt-black brushed-steel brushed-brass";

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
        axis("operation", "single-lever single-lever two-handle sensor"),
        axis("connection", "G3/8"),
    ])
    .variants(&[
        sized("height", "90 140 190 250", 0.35),
        axis("colour", FINISHES),
    ])
    .drawn(&["basin-tap", "basin-tap-arc"], By("colour"))
    .with(&[
        same("plumbing/drains/bottle-traps", &["colour"]),
        any("plumbing/supply/flexible-hoses"),
    ])
    .parts(&[any("plumbing/supply/cartridges")]),
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
    .drawn(&["hand-shower"], By("colour")),
    Kind::new(
        Guild::Bath,
        "bath/tubs/freestanding-bathtubs",
        t("Freistehende Badewannen", "Freestanding bathtubs"),
        t("Freistehende Badewanne", "Freestanding Bathtub"),
    )
    .share(10)
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
        axis("colour", "white matt-white anthracite"),
    ])
    .drawn(&["bathtub"], By("colour")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/drains/bottle-traps",
        t("Flaschensiphons", "Bottle traps"),
        t("Design-Siphon", "Design Bottle Trap"),
    )
    .share(16)
    .cents(1290, 9900)
    .named(Series::Plain)
    .title("{brand} {model} {noun} G1¼ × {diameter}, {colour}")
    .blurb(
        "Röhrensiphon für Waschtische, höhenverstellbar, mit herausnehmbarem Einsatz.",
        "Trap for basins, height-adjustable, with removable cup.",
    )
    .facts(&[axis("material", "brass plastic")])
    .variants(&[
        axis("diameter", "32 40"),
        axis("colour", "chrome matt-black brushed-brass white"),
    ])
    .drawn(&["siphon"], By("colour")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/supply/flexible-hoses",
        t("Flexschläuche", "Flexible hoses"),
        t("Flexschlauch", "Flexible Hose"),
    )
    .share(20)
    .cents(390, 1490)
    .named(Series::Plain)
    .title("{brand} {noun} DN8, {connection}, {length}")
    .blurb(
        "Panzerschlauch mit Edelstahlgeflecht und Trinkwasserzulassung.",
        "Braided stainless steel hose approved for drinking water.",
    )
    .variants(&[
        axis("connection", "G3/8×M10 G3/8×G3/8 G1/2×G3/8"),
        sized("length", "200 300 350 400 500 600 800 1000", 0.4),
    ])
    .drawn(&["flexible-hose"], Always("stainless")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/supply/cartridges",
        t("Kartuschen", "Cartridges"),
        t("Keramikkartusche", "Ceramic Cartridge"),
    )
    .share(12)
    .cents(890, 4900)
    .named(Series::Technical)
    .title("{brand} {noun} {model}, {diameter}")
    .blurb(
        "Ersatzkartusche für Einhebelmischer mit Heißwassersperre.",
        "Replacement cartridge for single-lever mixers with hot water limiter.",
    )
    .variants(&[axis("diameter", "25 35 40 46")])
    .drawn(&["cartridge"], Always("blue")),
];
