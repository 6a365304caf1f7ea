//! Garden.

use super::Coat::{Always, By, Livery};
use super::{Bulk, Guild, Kind, Model, Series, any, axis, same, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Garden,
        "garden/watering/garden-hoses",
        t("Gartenschläuche", "Garden hoses"),
        t("Gartenschlauch", "Garden Hose"),
    )
    .share(20)
    .euros(19, 69)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {hose-size}, {length-m}, {colour}")
    .blurb(
        "Knickfester Schlauch mit Gewebeeinlage, frei von Phthalaten.",
        "Kink-resistant hose with textile reinforcement, free of phthalates.",
    )
    .facts(&[
        axis("pressure", "20 25 30"),
        axis("colour", "green anthracite orange"),
    ])
    .variants(&[
        axis("hose-size", "1/2\" 3/4\""),
        sized("length-m", "10 20 25 30 50", 0.8),
    ])
    .drawn(&["garden-hose"], By("colour"))
    .with(&[same("garden/watering/hose-connectors", &["hose-size"])])
    .parts(&[same("garden/watering/hose-connectors", &["hose-size"])]),
    Kind::new(
        Guild::Garden,
        "garden/watering/hose-connectors",
        t("Schlauchanschlüsse", "Hose connectors"),
        t("Schlauchverbinder", "Hose Connector"),
    )
    .share(16)
    .cents(290, 1490)
    .named(Series::Outdoor)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {hose-size}, {function}")
    .blurb(
        "Klickt dicht und löst sich mit einer Hand.",
        "Clicks tight and comes off with one hand.",
    )
    .facts(&[axis("colour", "orange petrol brass")])
    .variants(&[
        axis("hose-size", "1/2\" 3/4\""),
        axis("function", "plain water-stop repair"),
    ])
    .drawn(&["hose-connector"], By("colour")),
    Kind::new(
        Guild::Garden,
        "garden/watering/sprinklers",
        t("Regner", "Sprinklers"),
        t("Viereckregner", "Oscillating Sprinkler"),
    )
    .share(12)
    .euros(14, 69)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {coverage}")
    .blurb(
        "Gleichmäßige Beregnung, Breite und Weite einstellbar.",
        "Even watering, width and range adjustable.",
    )
    .variants(&[sized("coverage", "150 220 280 350", 0.5)])
    .drawn(&["sprinkler"], Livery)
    .with(&[any("garden/watering/garden-hoses")]),
    Kind::new(
        Guild::Garden,
        "garden/watering/watering-cans",
        t("Gießkannen", "Watering cans"),
        t("Gießkanne", "Watering Can"),
    )
    .share(16)
    .euros(7, 49)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Ausgewogen zu tragen, mit abnehmbarer Brause.",
        "Balanced to carry, with removable rose.",
    )
    .variants(&[
        sized("volume", "1.5 5 8 10 12", 0.4),
        axis("colour", "green zinc anthracite terracotta cream"),
    ])
    .drawn(&["watering-can"], By("colour")),
    Kind::new(
        Guild::Garden,
        "garden/tools/secateurs",
        t("Gartenscheren", "Secateurs"),
        t("Bypass-Gartenschere", "Bypass Secateurs"),
    )
    .share(14)
    .euros(12, 69)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {cut-diameter}, {handedness}")
    .blurb(
        "Auswechselbare Klinge mit Saftrille.",
        "Replaceable blade with sap groove.",
    )
    .variants(&[
        sized("cut-diameter", "18 22 24 26", 0.5),
        axis("handedness", "right-handed left-handed"),
    ])
    .drawn(&["secateurs"], Livery),
    Kind::new(
        Guild::Garden,
        "garden/tools/spades",
        t("Spaten", "Spades"),
        t("Gärtnerspaten", "Digging Spade"),
    )
    .share(12)
    .euros(19, 89)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {handle-shape}, {length-cm}")
    .blurb(
        "Gehärtetes Blatt mit Tritt, Stiel aus Esche.",
        "Hardened blade with treads, ash handle.",
    )
    .facts(&[axis("handle-material", "ash fibreglass")])
    .variants(&[
        axis("handle-shape", "t-handle d-handle"),
        axis("length-cm", "105 115 125"),
    ])
    .drawn(&["spade"], Always("wood-beech"))
    .with(&[any("garden/tools/garden-gloves")]),
    Kind::new(
        Guild::Garden,
        "garden/tools/rakes",
        t("Rechen & Harken", "Rakes"),
        t("Laubbesen", "Leaf Rake"),
    )
    .share(12)
    .euros(11, 49)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {width-cm}, {colour}")
    .blurb(
        "Federnde Zinken, die den Rasen schonen.",
        "Springy tines that are kind to the lawn.",
    )
    .variants(&[
        sized("width-cm", "40 50 60", 0.4),
        axis("colour", "green orange black"),
    ])
    .drawn(&["rake"], By("colour"))
    .with(&[any("garden/tools/garden-gloves")]),
    Kind::new(
        Guild::Garden,
        "garden/tools/garden-gloves",
        t("Gartenhandschuhe", "Garden gloves"),
        t("Gartenhandschuhe", "Garden Gloves"),
    )
    .share(18)
    .cents(490, 1990)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {size}, {colour}")
    .blurb(
        "Griffig beschichtet und atmungsaktiv am Handrücken.",
        "Grippy coating, breathable back.",
    )
    .variants(&[
        axis("size", "7 8 9 10 11"),
        axis("colour", "green rose grey blue"),
    ])
    .drawn(&["gloves"], By("colour")),
    Kind::new(
        Guild::Garden,
        "garden/tools/wheelbarrows",
        t("Schubkarren", "Wheelbarrows"),
        t("Schubkarre", "Wheelbarrow"),
    )
    .share(8)
    .euros(59, 190)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Tiefgezogene Mulde und pannensicheres Rad.",
        "Deep-drawn tray and puncture-proof wheel.",
    )
    .facts(&[axis("load", "120 150 200")])
    .variants(&[
        sized("volume", "85 100 120", 0.5),
        axis("colour", "green zinc orange"),
    ])
    .drawn(&["wheelbarrow"], By("colour")),
    Kind::new(
        Guild::Garden,
        "garden/machines/lawn-mowers",
        t("Rasenmäher", "Lawn mowers"),
        t("Akku-Rasenmäher", "Cordless Lawn Mower"),
    )
    .share(14)
    .euros(179, 690)
    .model(Model::Code("^LM {voltage#}V-{width-cm#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Leiser Mäher mit zentraler Schnitthöhenverstellung.",
        "Quiet mower with central height adjustment.",
    )
    .facts(&[
        sized("voltage", "18 36 36", 0.4),
        sized("width-cm", "32 34 37 40 46", 0.6),
    ])
    .variants(&[axis("scope", "solo set-2x4 set-2x5")])
    .drawn(&["lawn-mower"], Livery)
    .with(&[
        same("power-tools/supply/batteries", &["brand", "voltage"]),
        same("power-tools/supply/chargers", &["brand", "voltage"]),
    ]),
    Kind::new(
        Guild::Garden,
        "garden/machines/hedge-trimmers",
        t("Heckenscheren", "Hedge trimmers"),
        t("Akku-Heckenschere", "Cordless Hedge Trimmer"),
    )
    .share(12)
    .euros(89, 340)
    .model(Model::Code("^HS {voltage#}V-{length-cm#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Lasergeschnittene Messer, leicht und ausgewogen.",
        "Laser-cut blades, light and well balanced.",
    )
    .facts(&[
        sized("voltage", "18 18 36", 0.4),
        sized("length-cm", "45 50 55 60 65", 0.5),
    ])
    .variants(&[axis("scope", "solo set-2x4 set-2x5")])
    .drawn(&["hedge-trimmer"], Livery)
    .with(&[
        same("power-tools/supply/batteries", &["brand", "voltage"]),
        same("power-tools/supply/chargers", &["brand", "voltage"]),
    ]),
    Kind::new(
        Guild::Garden,
        "garden/plants/plant-pots",
        t("Pflanzgefäße", "Plant pots"),
        t("Pflanztopf", "Plant Pot"),
    )
    .share(26)
    .euros(6, 79)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Frostfest, mit Ablaufloch und Untersetzer.",
        "Frost-proof, with drain hole and saucer.",
    )
    .facts(&[axis("material", "ceramic plastic clay")])
    .variants(&[
        sized("diameter-cm", "12 18 25 35 45", 1.2),
        axis("colour", "terracotta anthracite white sage sand"),
    ])
    .drawn(&["plant-pot"], By("colour"))
    .with(&[any("garden/plants/potting-soil")]),
    Kind::new(
        Guild::Garden,
        "garden/plants/seeds",
        t("Saatgut", "Seeds"),
        t("Samen", "Seeds"),
    )
    .share(18)
    .cents(149, 590)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {plant}, {seeds-for}")
    .blurb(
        "Samenfestes Saatgut mit Anleitung für Aussaat und Pflege.",
        "Open-pollinated seed with sowing and care instructions.",
    )
    .variants(&[
        axis("plant", "tomato basil sunflower carrot lettuce wildflowers"),
        sized("seeds-for", "20 50 100", 0.3),
    ])
    .drawn(&["seed-packet"], By("plant")),
    Kind::new(
        Guild::Garden,
        "garden/plants/potting-soil",
        t("Erden", "Potting soils"),
        t("Blumenerde torffrei", "Peat-Free Potting Soil"),
    )
    .share(12)
    .cents(490, 1490)
    .named(Series::Outdoor)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {suited-for}, {volume}")
    .blurb(
        "Lockere Erde mit Startdünger für sechs Wochen.",
        "Loose soil with starter fertiliser for six weeks.",
    )
    .variants(&[
        axis("suited-for", "balcony vegetables roses lawn"),
        sized("volume", "10 20 40 60", 0.7),
    ])
    .drawn(&["sack"], Always("green")),
    Kind::new(
        Guild::Garden,
        "garden/living/garden-chairs",
        t("Gartenstühle", "Garden chairs"),
        t("Gartenstuhl", "Garden Chair"),
    )
    .share(14)
    .euros(39, 240)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {function}, {colour}")
    .blurb(
        "Wetterfester Stuhl mit geschwungener Lehne.",
        "Weatherproof chair with a curved back.",
    )
    .facts(&[axis("material", "aluminium plastic acacia")])
    .variants(&[
        axis("function", "stackable folding"),
        axis("colour", "anthracite white sage terracotta"),
    ])
    .drawn(&["garden-chair"], By("colour")),
    Kind::new(
        Guild::Garden,
        "garden/living/grills",
        t("Grills", "Barbecues"),
        t("Kugelgrill", "Kettle Barbecue"),
    )
    .share(10)
    .euros(79, 440)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Emaillierter Kessel mit Deckelthermometer.",
        "Enamelled kettle with lid thermometer.",
    )
    .facts(&[axis("fuel", "charcoal gas")])
    .variants(&[
        sized("diameter-cm", "47 57 67", 0.7),
        axis("colour", "black red olive"),
    ])
    .drawn(&["grill"], By("colour")),
];
