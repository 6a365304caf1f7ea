//! Plugs, anchors and small hardware.

use super::Coat::{Always, By};
use super::{Bulk, Guild, Kind, Model, any, axis, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Fasteners,
        "fasteners/anchors/plastic-plugs",
        t("Kunststoffdübel", "Plastic plugs"),
        t("Spreizdübel", "Expansion Plug"),
    )
    .share(30)
    .cents(290, 990)
    .title("{brand} {model} {noun} {diameter#}×{length#}, {pack}")
    .blurb(
        "Vierfach spreizender Dübel für Beton, Voll- und Lochstein.",
        "Four-way expanding plug for concrete, solid and hollow brick.",
    )
    .facts(&[
        axis("suited-for", "concrete hollow-brick aerated-concrete"),
        axis("colour", "grey red green"),
    ])
    .variants(&[
        sized("diameter", "5 6 8 10 12 14", 1.1),
        axis("length", "25 30 40 50 60 70"),
        sized("pack", "25 50 100", 0.8),
    ])
    .fit("length", "diameter", 4.5, 6.2)
    .drawn(&["wall-plug"], By("colour"))
    .bulk(Bulk::Trade)
    .with(&[
        any("fasteners/screws/wood/chipboard-screws"),
        any("power-tools/accessories/drill-bits/masonry-bits"),
    ]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/anchors/plasterboard-plugs",
        t("Gipskartondübel", "Plasterboard plugs"),
        t(
            "Gipskartondübel selbstbohrend",
            "Self-Drilling Plasterboard Plug",
        ),
    )
    .share(14)
    .cents(390, 1290)
    .title("{brand} {model} {noun}, {pack}")
    .blurb(
        "Dreht sich ohne Vorbohren in die Platte.",
        "Drives into the board without a pilot hole.",
    )
    .facts(&[axis("material", "zinc nylon"), axis("load", "8 12 15")])
    .variants(&[sized("pack", "10 25 50 100", 0.8)])
    .drawn(&["plasterboard-plug"], By("material"))
    .bulk(Bulk::Trade),
    Kind::new(
        Guild::Fasteners,
        "fasteners/anchors/bolt-anchors",
        t("Bolzenanker", "Bolt anchors"),
        t("Bolzenanker", "Wedge Anchor"),
    )
    .share(26)
    .cents(1490, 3900)
    .title("{brand} {model} {noun} {thread#}×{length#} {grade}, {pack}")
    .blurb(
        "Schwerlastanker für gerissenen und ungerissenen Beton.",
        "Heavy-duty anchor for cracked and uncracked concrete.",
    )
    .facts(&[axis("grade", "8.8 A4")])
    .variants(&[
        sized("thread", "M8 M10 M12 M16", 1.3),
        sized("length", "75 95 115 135 165", 0.6),
        sized("pack", "4 10 25", 0.85),
    ])
    .drawn(&["bolt-anchor"], By("grade"))
    .bulk(Bulk::Trade)
    .with(&[any("power-tools/accessories/drill-bits/masonry-bits")]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/anchors/injection-mortar",
        t("Verbundmörtel", "Injection mortar"),
        t("Injektionsmörtel", "Injection Mortar"),
    )
    .share(8)
    .cents(890, 2900)
    .title("{brand} {model} {noun} {volume-ml}")
    .blurb(
        "Spreizdruckfreie Befestigung, styrolfrei, mit zwei Mischern.",
        "Expansion-free fixing, styrene-free, with two mixers.",
    )
    .variants(&[sized("volume-ml", "150 300 360 410", 0.6)])
    .drawn(&["sealant"], Always("red"))
    .bulk(Bulk::Few),
    Kind::new(
        Guild::Fasteners,
        "fasteners/hardware/nails",
        t("Nägel & Stifte", "Nails"),
        t("Senkkopfnagel", "Round Wire Nail"),
    )
    .share(14)
    .cents(390, 1290)
    .model(Model::Nameless)
    .title("{noun} {diameter#}×{length#} {material}, {weight} – {brand}")
    .blurb(
        "Drahtstift mit geriffeltem Senkkopf.",
        "Wire nail with chequered head.",
    )
    .facts(&[axis("material", "zinc steel-plain hot-dip")])
    .variants(&[
        axis("diameter", "1.8 2.2 2.8 3.4 4.2"),
        axis("length", "30 40 50 65 80 100 120"),
        sized("weight", "0.5 1 2.5 5", 0.85),
    ])
    .fit("length", "diameter", 15.0, 32.0)
    .drawn(&["nails"], By("material"))
    .bulk(Bulk::Few),
    Kind::new(
        Guild::Fasteners,
        "fasteners/hardware/brackets",
        t("Winkelverbinder", "Angle brackets"),
        t("Winkelverbinder", "Angle Bracket"),
    )
    .share(16)
    .cents(190, 690)
    .title("{brand} {model} {noun} {dimensions} {material}, {pack}")
    .blurb(
        "Mit Sicke verstärkt, passend für Holzschrauben.",
        "Reinforced with a rib, made for wood screws.",
    )
    .facts(&[axis("material", "hot-dip stainless black")])
    .variants(&[
        sized("dimensions", "40×40 60×60 90×90 105×105", 0.5),
        sized("pack", "1 10 50", 0.85),
    ])
    .drawn(&["bracket"], By("material"))
    .bulk(Bulk::Trade)
    .with(&[any("fasteners/screws/wood/chipboard-screws")]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/hardware/assortments",
        t("Sortimente", "Assortments"),
        t("Sortimentskasten", "Assortment Box"),
    )
    .share(10)
    .euros(12, 59)
    .title("{brand} {model} {noun}, {set-size}, {colour}")
    .blurb(
        "Das Wichtigste griffbereit im Kasten mit festen Fächern.",
        "The essentials at hand in a box with fixed compartments.",
    )
    .variants(&[
        sized("set-size", "120 240 360 500 800", 0.6),
        axis("colour", "blue red"),
    ])
    .drawn(&["assortment-box"], By("colour")),
];
