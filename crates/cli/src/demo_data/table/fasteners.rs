//! Fasteners: screws, nuts and washers.

use super::Coat::By;
use super::{Bulk, Guild, Kind, Model, any, axis, same, sized, t};

const METRIC: &str = "M4 M5 M6 M8 M10 M12 M16";
const GRADES: &str = "A2 A4 8.8 10.9";
const LENGTHS: &str = "10 12 16 20 25 30 35 40 50 60 70 80 100 120";
const WITH_NORM: &[&str] = &[
    "{norm#}-{thread#}-{grade#}",
    "{norm#}-{thread#}-{grade#}/{pack#}",
];

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/machine/hexagon-screws",
        t("Sechskantschrauben", "Hexagon screws"),
        t("Sechskantschraube", "Hexagon Screw"),
    )
    .share(120)
    .cents(690, 1490)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#}×{length#} {grade}, {pack} – {brand}")
    .blurb(
        "Sechskantschraube mit metrischem Gewinde, maßhaltig nach Norm.",
        "Hexagon screw with metric thread, true to the standard.",
    )
    .facts(&[
        axis("norm", "DIN·933 DIN·933 DIN·931 ISO·4017"),
        axis("grade", GRADES),
        sized("thread", METRIC, 1.6),
    ])
    .variants(&[
        sized("length", LENGTHS, 0.8),
        sized("pack", "10 50 100", 0.82),
    ])
    .fit("length", "thread", 2.0, 15.0)
    .flagship("Schraubenkamp", &["DIN·933", "A2", "M8"])
    .drawn(
        &["screw-hex-short", "screw-hex", "screw-hex-long"],
        By("grade"),
    )
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
        "fasteners/screws/machine/socket-screws",
        t("Zylinderschrauben", "Socket head screws"),
        t(
            "Zylinderschraube Innensechskant",
            "Hexagon Socket Head Cap Screw",
        ),
    )
    .share(90)
    .cents(690, 1590)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#}×{length#} {grade}, {pack} – {brand}")
    .blurb(
        "Zylinderkopfschraube mit Innensechskant für enge Einbaustellen.",
        "Cap screw with hexagon socket for tight spots.",
    )
    .facts(&[
        axis("norm", "DIN·912 ISO·4762"),
        axis("grade", "A2 A4 8.8 12.9"),
        sized("thread", METRIC, 1.6),
    ])
    .variants(&[
        sized("length", LENGTHS, 0.8),
        sized("pack", "10 50 100", 0.82),
    ])
    .fit("length", "thread", 2.0, 15.0)
    .drawn(
        &["screw-socket-short", "screw-socket", "screw-socket-long"],
        By("grade"),
    )
    .numbers(&[
        "{norm#}-{thread#}x{length#}-{grade#}",
        "{norm#}-{thread#}x{length#}-{grade#}/{pack#}",
    ])
    .bulk(Bulk::Trade)
    .with(&[
        same("fasteners/nuts/hexagon-nuts", &["thread", "grade"]),
        same("fasteners/nuts/washers", &["thread", "grade"]),
        any("hand-tools/wrenches/hex-keys"),
    ]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/machine/countersunk-screws",
        t("Senkkopfschrauben", "Countersunk screws"),
        t("Senkschraube Innensechskant", "Countersunk Socket Screw"),
    )
    .share(55)
    .cents(690, 1590)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#}×{length#} {grade}, {pack} – {brand}")
    .blurb(
        "Senkkopf mit 90 Grad, schließt bündig ab.",
        "90° countersunk head, sits flush.",
    )
    .facts(&[
        axis("norm", "DIN·7991 ISO·10642"),
        axis("grade", GRADES),
        sized("thread", "M4 M5 M6 M8 M10 M12", 1.6),
    ])
    .variants(&[
        sized("length", "10 12 16 20 25 30 40 50 60 80", 0.8),
        sized("pack", "10 50 100", 0.82),
    ])
    .fit("length", "thread", 2.0, 12.0)
    .drawn(
        &["screw-flat-short", "screw-flat", "screw-flat-long"],
        By("grade"),
    )
    .numbers(&[
        "{norm#}-{thread#}x{length#}-{grade#}",
        "{norm#}-{thread#}x{length#}-{grade#}/{pack#}",
    ])
    .bulk(Bulk::Trade)
    .with(&[same("fasteners/nuts/hexagon-nuts", &["thread", "grade"])]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/machine/threaded-rods",
        t("Gewindestangen", "Threaded rods"),
        t("Gewindestange", "Threaded Rod"),
    )
    .share(24)
    .cents(290, 990)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#}×{length#} {grade}, {pack} – {brand}")
    .blurb(
        "Durchgehendes Gewinde zum Ablängen und Abhängen.",
        "Full-length thread to be cut and hung from.",
    )
    .facts(&[axis("norm", "DIN·976"), axis("grade", "A2 A4 8.8")])
    .variants(&[
        sized("thread", METRIC, 1.4),
        sized("length", "1000 2000", 0.9),
        sized("pack", "1 5 10", 0.9),
    ])
    .drawn(&["threaded-rod"], By("grade"))
    .numbers(&[
        "{norm#}-{thread#}x{length#}-{grade#}",
        "{norm#}-{thread#}x{length#}-{grade#}/{pack#}",
    ])
    .bulk(Bulk::Few)
    .with(&[same("fasteners/nuts/hexagon-nuts", &["thread", "grade"])]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/wood/chipboard-screws",
        t("Spanplattenschrauben", "Chipboard screws"),
        t("Spanplattenschraube", "Chipboard Screw"),
    )
    .share(75)
    .cents(590, 1490)
    .model(Model::Nameless)
    .title("{noun} {drive} {diameter#}×{length#} {material}, {pack} – {brand}")
    .blurb(
        "Holzschraube mit Fräsrippen und gleitbeschichtetem Gewinde.",
        "Wood screw with cutting ribs and lubricated thread.",
    )
    .facts(&[
        axis("drive", "torx cross"),
        axis("material", "zinc zinc yellow-zinc stainless"),
        sized("diameter", "3 3.5 4 4.5 5 6", 1.2),
    ])
    .variants(&[
        sized("length", "16 20 25 30 35 40 50 60 70 80 100 120", 0.8),
        sized("pack", "100 200 500", 0.85),
    ])
    .fit("length", "diameter", 4.0, 20.0)
    .drawn(&["screw-countersunk"], By("material"))
    .bulk(Bulk::Trade)
    .with(&[
        any("fasteners/anchors/plastic-plugs"),
        any("power-tools/accessories/bits"),
    ]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/wood/construction-screws",
        t("Tellerkopfschrauben", "Construction screws"),
        t("Holzbauschraube Tellerkopf", "Flange Head Timber Screw"),
    )
    .share(40)
    .cents(1490, 3900)
    .model(Model::Nameless)
    .title("{noun} {diameter#}×{length#} {material}, {pack} – {brand}")
    .blurb(
        "Für tragende Holzverbindungen, mit Zulassung und ohne Vorbohren.",
        "For load-bearing timber joints, approved, no pilot hole needed.",
    )
    .facts(&[
        axis("drive", "torx"),
        axis("material", "zinc stainless"),
        sized("diameter", "6 8 10", 1.2),
    ])
    .variants(&[
        sized("length", "60 80 100 120 140 160 180 200 240 300", 0.8),
        sized("pack", "25 50 100", 0.85),
    ])
    .drawn(&["screw-flange"], By("material"))
    .bulk(Bulk::Trade)
    .with(&[any("power-tools/accessories/bits")]),
    Kind::new(
        Guild::Fasteners,
        "fasteners/screws/wood/decking-screws",
        t("Terrassenschrauben", "Decking screws"),
        t("Terrassenschraube", "Decking Screw"),
    )
    .share(24)
    .cents(1290, 3900)
    .model(Model::Nameless)
    .title("{noun} {diameter#}×{length#} {material}, {pack} – {brand}")
    .blurb(
        "Mit Bohrspitze und Doppelgewinde gegen knarrende Dielen.",
        "With drill point and double thread against creaking boards.",
    )
    .facts(&[axis("drive", "torx"), axis("material", "stainless A2 A4")])
    .variants(&[
        sized("diameter", "4.5 5 5.5", 0.8),
        sized("length", "50 60 70 80", 0.7),
        sized("pack", "100 200 500", 0.85),
    ])
    .drawn(&["screw-countersunk"], By("material"))
    .bulk(Bulk::Trade),
    Kind::new(
        Guild::Fasteners,
        "fasteners/nuts/hexagon-nuts",
        t("Sechskantmuttern", "Hexagon nuts"),
        t("Sechskantmutter", "Hexagon Nut"),
    )
    .share(34)
    .cents(290, 690)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#} {grade}, {pack} – {brand}")
    .blurb(
        "Mutter mit metrischem Regelgewinde.",
        "Nut with metric coarse thread.",
    )
    .facts(&[axis("norm", "DIN·934 ISO·4032"), axis("grade", GRADES)])
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
        "fasteners/nuts/lock-nuts",
        t("Sicherungsmuttern", "Lock nuts"),
        t("Stoppmutter", "Nylon Insert Lock Nut"),
    )
    .share(24)
    .cents(390, 890)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#} {grade}, {pack} – {brand}")
    .blurb(
        "Klemmteil aus Polyamid hält auch bei Erschütterung.",
        "Nylon insert that holds under vibration.",
    )
    .facts(&[
        axis("norm", "DIN·985 ISO·10511"),
        axis("grade", "A2 A4 8.8"),
    ])
    .variants(&[
        sized("thread", METRIC, 1.6),
        sized("pack", "20 100 500", 0.8),
    ])
    .drawn(&["nut-lock"], By("grade"))
    .numbers(WITH_NORM)
    .bulk(Bulk::Trade),
    Kind::new(
        Guild::Fasteners,
        "fasteners/nuts/washers",
        t("Unterlegscheiben", "Washers"),
        t("Unterlegscheibe", "Flat Washer"),
    )
    .share(32)
    .cents(190, 490)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#} {grade}, {pack} – {brand}")
    .blurb("Flache Scheibe ohne Fase.", "Flat washer without chamfer.")
    .facts(&[
        axis("norm", "DIN·125 DIN·9021 ISO·7089"),
        axis("grade", GRADES),
    ])
    .variants(&[
        sized("thread", METRIC, 1.4),
        sized("pack", "50 100 500", 0.8),
    ])
    .drawn(&["washer"], By("grade"))
    .numbers(WITH_NORM)
    .bulk(Bulk::Trade),
    Kind::new(
        Guild::Fasteners,
        "fasteners/nuts/spring-washers",
        t("Federringe", "Spring washers"),
        t("Federring", "Spring Lock Washer"),
    )
    .share(18)
    .cents(190, 490)
    .model(Model::Nameless)
    .title("{noun} {norm} {thread#} {grade}, {pack} – {brand}")
    .blurb(
        "Federnde Scheibe gegen selbsttätiges Losdrehen.",
        "Springy washer against loosening.",
    )
    .facts(&[axis("norm", "DIN·127"), axis("grade", "A2 A4 8.8")])
    .variants(&[
        sized("thread", METRIC, 1.4),
        sized("pack", "50 100 500", 0.8),
    ])
    .drawn(&["spring-washer"], By("grade"))
    .numbers(WITH_NORM)
    .bulk(Bulk::Trade),
];
