//! Paint and what one paints with.

use super::Coat::{Always, By};
use super::{Bulk, Guild, Kind, Series, any, axis, sized, t};

const SHADES: &str =
    "white cream sand sage mint petrol navy terracotta rose mustard anthracite lavender";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Paint,
        "paint/interior/wall-paint",
        t("Wandfarben", "Wall paints"),
        t("Innenwandfarbe matt", "Matt Interior Wall Paint"),
    )
    .share(40)
    .euros(19, 69)
    .named(Series::Home)
    .title("{brand} {model} {noun}, {colour}, {volume}")
    .blurb(
        "Stumpfmatte Farbe, emissionsarm und hoch deckend.",
        "Dead matt paint, low in emissions, with high coverage.",
    )
    .facts(&[axis("coverage-class", "1 2"), axis("abrasion-class", "1 2")])
    .variants(&[axis("colour", SHADES), sized("volume", "1 2.5 5 10", 0.7)])
    .drawn(&["paint-bucket"], By("colour"))
    .with(&[
        any("paint/tools/rollers"),
        any("paint/preparation/masking-tape"),
    ]),
    Kind::new(
        Guild::Paint,
        "paint/interior/ceiling-paint",
        t("Deckenfarben", "Ceiling paints"),
        t("Deckenweiß streiflichtfrei", "Ceiling White"),
    )
    .share(10)
    .euros(17, 59)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {volume}")
    .blurb(
        "Lange offen, damit keine Ansätze zu sehen sind.",
        "Long open time, so that no lap marks show.",
    )
    .facts(&[axis("colour", "white")])
    .variants(&[sized("volume", "2.5 5 10 12.5", 0.7)])
    .drawn(&["paint-bucket"], By("colour"))
    .with(&[any("paint/tools/rollers")]),
    Kind::new(
        Guild::Paint,
        "paint/wood/lacquers",
        t("Lacke", "Lacquers"),
        t("Acryllack", "Acrylic Lacquer"),
    )
    .share(34)
    .cents(1190, 4900)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {gloss}, {colour}, {volume-ml}")
    .blurb(
        "Schlagfester Lack für Holz und Metall.",
        "Impact-resistant lacquer for wood and metal.",
    )
    .facts(&[axis("gloss", "silk-matt high-gloss")])
    .variants(&[
        axis("colour", "white black red blue green yellow grey brown"),
        sized("volume-ml", "125 375 750 2000", 0.6),
    ])
    .drawn(&["paint-can"], By("colour"))
    .with(&[
        any("paint/tools/brushes"),
        any("paint/preparation/sandpaper"),
    ]),
    Kind::new(
        Guild::Paint,
        "paint/wood/wood-stains",
        t("Holzlasuren", "Wood stains"),
        t("Dickschichtlasur", "Wood Stain"),
    )
    .share(20)
    .cents(1690, 6900)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun}, {colour}, {volume}")
    .blurb(
        "Schützt Holz außen vor Sonne und Nässe.",
        "Protects outdoor wood from sun and rain.",
    )
    .facts(&[sized("coverage", "12 14 16", 0.2)])
    .variants(&[
        axis("colour", "wood-oak wood-beech walnut grey anthracite"),
        sized("volume", "0.75 2.5 5", 0.75),
    ])
    .drawn(&["paint-can"], By("colour"))
    .with(&[any("paint/tools/brushes")]),
    Kind::new(
        Guild::Paint,
        "paint/wood/spray-paint",
        t("Sprühlacke", "Spray paints"),
        t("Sprühlack", "Spray Paint"),
    )
    .share(20)
    .cents(590, 1690)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {gloss}, {colour}, {volume-ml}")
    .blurb(
        "Gleichmäßiger Nebel, in 20 Minuten staubtrocken.",
        "Even mist, dust-dry in 20 minutes.",
    )
    .facts(&[axis("gloss", "silk-matt high-gloss")])
    .variants(&[
        axis(
            "colour",
            "white black red blue green yellow orange pink turquoise silver gold-polished copper",
        ),
        axis("volume-ml", "400"),
    ])
    .drawn(&["spray-can"], By("colour")),
    Kind::new(
        Guild::Paint,
        "paint/tools/brushes",
        t("Pinsel", "Brushes"),
        t("Flachpinsel", "Flat Brush"),
    )
    .share(18)
    .cents(290, 1790)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {width}, {bristles}")
    .blurb(
        "Nimmt viel Farbe auf und verliert keine Borsten.",
        "Holds a lot of paint and sheds no bristles.",
    )
    .variants(&[
        sized("width", "20 30 40 50 60 70 100", 0.6),
        axis("bristles", "natural-bristle synthetic-bristle"),
    ])
    .drawn(&["brush"], Always("wood-beech")),
    Kind::new(
        Guild::Paint,
        "paint/tools/rollers",
        t("Farbroller", "Paint rollers"),
        t("Farbroller", "Paint Roller"),
    )
    .share(18)
    .cents(390, 1990)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {width}, {pile}")
    .blurb(
        "Spritzarm und gleichmäßig auch auf Raufaser.",
        "Low splash and even, on textured wallpaper too.",
    )
    .variants(&[
        sized("width", "100 180 250", 0.5),
        axis("pile", "microfibre polyamide foam"),
    ])
    .drawn(&["roller"], Always("yellow")),
    Kind::new(
        Guild::Paint,
        "paint/preparation/masking-tape",
        t("Abklebebänder", "Masking tapes"),
        t("Malerkrepp", "Masking Tape"),
    )
    .share(14)
    .cents(290, 990)
    .named(Series::Plain)
    .bulk(Bulk::Trade)
    .title("{brand} {model} {noun} {width} × {length-m}, {colour}")
    .blurb(
        "Scharfe Kanten, rückstandsfrei abziehbar.",
        "Sharp edges, peels off without residue.",
    )
    .facts(&[axis("colour", "yellow blue green")])
    .variants(&[
        sized("width", "19 25 30 38 50", 0.8),
        sized("length-m", "25 50", 0.8),
    ])
    .drawn(&["tape-roll"], By("colour")),
    Kind::new(
        Guild::Paint,
        "paint/preparation/fillers",
        t("Spachtelmassen", "Fillers"),
        t("Füllspachtel", "Filler"),
    )
    .share(12)
    .cents(490, 2900)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {suited-for} {weight}")
    .blurb(
        "Leicht zu verarbeiten, fällt nicht ein, gut zu schleifen.",
        "Easy to work, no shrinkage, sands well.",
    )
    .facts(&[axis("suited-for", "indoor outdoor")])
    .variants(&[sized("weight", "0.4 1 5 10 20", 0.6)])
    .drawn(&["sack"], Always("light-blue")),
    Kind::new(
        Guild::Paint,
        "paint/preparation/sealants",
        t("Dichtstoffe", "Sealants"),
        t("Silikon", "Silicone Sealant"),
    )
    .share(20)
    .cents(390, 1490)
    .named(Series::Plain)
    .bulk(Bulk::Trade)
    .title("{brand} {model} {noun} {suited-for}, {colour}, {volume-ml}")
    .blurb(
        "Dauerelastisch und schimmelhemmend.",
        "Permanently elastic, resists mould.",
    )
    .facts(&[axis("suited-for", "sanitary natural-stone window")])
    .variants(&[
        axis("colour", "transparent white grey anthracite beige black"),
        axis("volume-ml", "300 310"),
    ])
    .drawn(&["sealant"], By("colour")),
    Kind::new(
        Guild::Paint,
        "paint/preparation/sandpaper",
        t("Schleifpapier", "Sandpaper"),
        t("Schleifpapier Bogen", "Sandpaper Sheets"),
    )
    .share(12)
    .cents(390, 1290)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {grain}, {pack}")
    .blurb(
        "Reißfestes Papier für Handschliff und Schwingschleifer.",
        "Tear-resistant paper for hand and orbital sanding.",
    )
    .variants(&[
        axis("grain", "P60 P80 P120 P180 P240 P400"),
        sized("pack", "5 10 50", 0.8),
    ])
    .drawn(&["sandpaper"], Always("terracotta")),
];
