//! Fasteners: screws, nuts, washers, plugs and anchors.

use super::Coat::{Always, By};
use super::{Bulk, Guild, Kind, Model, any, axis, same, sized, t};

const METRIC: &str = "M4 M5 M6 M8 M10 M12 M16";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/machine/hexagon-screws",
        t("Sechskantschrauben", "Hexagon screws"),
        t("Sechskantschraube", "Hexagon Screw"),
    )
    .share(110)
    .cents(690, 1490)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#}×{length#} {grade}, {pack} – {brand}")
    .blurb(
        "Sechskantschraube mit Gewinde bis Kopf, maßhaltig nach Norm.",
        "Fully threaded hexagon screw, true to the standard.",
    )
    .facts(&[
        axis("norm", "DIN·933 DIN·931 ISO·4017"),
        axis("grade", "A2 A4 8.8 10.9"),
        sized("thread", METRIC, 1.6),
    ])
    .variants(&[
        sized("length", "10 12 16 20 25 30 35 40 50 60 70 80 100 120", 0.8),
        sized("pack", "10 50 100", 0.82),
    ])
    .fit("length", "thread", 2.0, 15.0)
    .drawn(&["screw-hex"], By("grade"))
    .numbers(&[
        "{thread#}x{length#}-{grade#}",
        "{norm#}-{thread#}x{length#}-{grade#}",
        "{norm#}-{thread#}x{length#}-{grade#}/{pack#}",
    ])
    .bulk(Bulk::Trade)
    .with(&[
        same("fasteners/nuts/hexagon-nuts", &["thread", "grade"]),
        same("fasteners/nuts/washers", &["thread", "grade"]),
    ]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/nuts/hexagon-nuts",
        t("Sechskantmuttern", "Hexagon nuts"),
        t("Sechskantmutter", "Hexagon Nut"),
    )
    .share(30)
    .cents(290, 690)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#} {grade}, {pack} – {brand}")
    .blurb(
        "Mutter mit metrischem Regelgewinde.",
        "Nut with metric coarse thread.",
    )
    .facts(&[
        axis("norm", "DIN·934 ISO·4032"),
        axis("grade", "A2 A4 8.8 10.9"),
    ])
    .variants(&[
        sized("thread", METRIC, 1.6),
        sized("pack", "20 100 500", 0.8),
    ])
    .drawn(&["nut"], By("grade"))
    .numbers(&[
        "{thread#}-{grade#}",
        "{norm#}-{thread#}-{grade#}",
        "{norm#}-{thread#}-{grade#}/{pack#}",
    ])
    .bulk(Bulk::Trade),
    Kind::new(
        Guild::Fasteners,
        "fasteners/nuts/washers",
        t("Unterlegscheiben", "Washers"),
        t("Unterlegscheibe", "Washer"),
    )
    .share(30)
    .cents(190, 490)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#} {grade}, {pack} – {brand}")
    .blurb("Flache Scheibe ohne Fase.", "Flat washer without chamfer.")
    .facts(&[
        axis("norm", "DIN·125 DIN·9021 ISO·7089"),
        axis("grade", "A2 A4 8.8 10.9"),
    ])
    .variants(&[
        sized("thread", METRIC, 1.4),
        sized("pack", "50 100 500", 0.8),
    ])
    .drawn(&["washer"], By("grade"))
    .numbers(&[
        "{norm#}-{thread#}-{grade#}",
        "{norm#}-{thread#}-{grade#}/{pack#}",
    ])
    .bulk(Bulk::Trade),
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/wood/chipboard-screws",
        t("Spanplattenschrauben", "Chipboard screws"),
        t("Spanplattenschraube", "Chipboard Screw"),
    )
    .share(70)
    .cents(590, 1490)
    .model(Model::Nameless)
    .title("{noun} {drive} {diameter#}×{length#} {material}, {pack} – {brand}")
    .blurb(
        "Holzschraube mit Fräsrippen und gleitbeschichtetem Gewinde.",
        "Wood screw with cutting ribs and lubricated thread.",
    )
    .facts(&[
        axis("drive", "torx cross"),
        axis("material", "zinc stainless"),
        sized("diameter", "3 3.5 4 4.5 5 6", 1.2),
    ])
    .variants(&[
        sized("length", "16 20 25 30 35 40 50 60 70 80 100 120", 0.8),
        sized("pack", "100 200 500", 0.85),
    ])
    .fit("length", "diameter", 4.0, 20.0)
    .drawn(&["screw-countersunk"], By("material"))
    .bulk(Bulk::Trade)
    .with(&[any("fasteners/anchors/plastic-plugs")]),
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
    .facts(&[axis("suited-for", "concrete hollow-brick aerated-concrete")])
    .variants(&[
        sized("diameter", "5 6 8 10 12 14", 1.1),
        axis("length", "25 30 40 50 60 70"),
        sized("pack", "25 50 100", 0.8),
    ])
    .fit("length", "diameter", 4.5, 6.2)
    .drawn(&["wall-plug"], Always("grey"))
    .bulk(Bulk::Trade),
];
