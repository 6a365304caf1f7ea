//! Hand tools.

use super::Coat::{By, Livery};
use super::{Guild, Kind, Series, any, axis, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::HandTools,
        "hand-tools/striking/hammers",
        t("Hämmer", "Hammers"),
        t("Schlosserhammer", "Engineer's Hammer"),
    )
    .share(16)
    .euros(11, 49)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {weight-g}, {handle-material}")
    .blurb(
        "Geschmiedeter Kopf mit sicher verkeiltem Stiel.",
        "Forged head with securely wedged handle.",
    )
    .variants(&[
        sized("weight-g", "200 300 500 800 1000 1500", 0.4),
        axis("handle-material", "ash hickory fibreglass"),
    ])
    .drawn(&["hammer"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/striking/chisels",
        t("Stechbeitel", "Wood chisels"),
        t("Stechbeitel", "Wood Chisel"),
    )
    .share(12)
    .euros(9, 39)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {width}")
    .blurb(
        "Hohl geschliffene Klinge aus Chrom-Vanadium-Stahl.",
        "Hollow-ground blade of chrome vanadium steel.",
    )
    .variants(&[sized("width", "6 8 10 12 16 20 26 32 40", 0.3)])
    .drawn(&["chisel"], Livery)
    .with(&[any("hand-tools/striking/hammers")]),
    Kind::new(
        Guild::HandTools,
        "hand-tools/screwdrivers/screwdrivers",
        t("Schraubendreher", "Screwdrivers"),
        t("Schraubendreher", "Screwdriver"),
    )
    .share(24)
    .cents(490, 1990)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {tip}, {protection-vde}")
    .blurb(
        "Griffzonen für Kraft und Tempo, Spitze brüniert.",
        "Grip zones for power and speed, blackened tip.",
    )
    .variants(&[
        axis("tip", "PH1 PH2 PZ1 PZ2 TX10 TX20 TX25 TX30 SL3.5 SL5.5"),
        axis("protection-vde", "vde standard-grip"),
    ])
    .drawn(&["screwdriver"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/screwdrivers/screwdriver-sets",
        t("Schraubendrehersätze", "Screwdriver sets"),
        t("Schraubendrehersatz", "Screwdriver Set"),
    )
    .share(10)
    .euros(16, 79)
    .named(Series::Plain)
    .title("{brand} {model} {noun}, {set-size}, {protection-vde}")
    .blurb(
        "Die gängigen Größen mit Wandhalter.",
        "The common sizes with wall rack.",
    )
    .variants(&[
        sized("set-size", "5 6 7 12", 0.6),
        axis("protection-vde", "vde standard-grip"),
    ])
    .drawn(&["screwdriver"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/pliers/combination-pliers",
        t("Kombizangen", "Combination pliers"),
        t("Kombizange", "Combination Pliers"),
    )
    .share(16)
    .euros(12, 49)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length}, {protection-vde}")
    .blurb(
        "Greift, biegt und schneidet auch harten Draht.",
        "Grips, bends and cuts even hard wire.",
    )
    .variants(&[
        sized("length", "160 180 200", 0.5),
        axis("protection-vde", "vde standard-grip"),
    ])
    .drawn(&["pliers"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/pliers/water-pump-pliers",
        t("Wasserpumpenzangen", "Water pump pliers"),
        t("Wasserpumpenzange", "Water Pump Pliers"),
    )
    .share(14)
    .euros(14, 59)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length}")
    .blurb(
        "Feinverstellung auf Knopfdruck, selbstklemmend an Rohren.",
        "Push-button adjustment, self-locking on pipes.",
    )
    .variants(&[
        sized("length", "150 180 250 300 400 560", 0.7),
        axis("protection-vde", "standard-grip"),
    ])
    .drawn(&["pump-pliers"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/pliers/side-cutters",
        t("Seitenschneider", "Side cutters"),
        t("Kraft-Seitenschneider", "Diagonal Cutters"),
    )
    .share(12)
    .euros(13, 49)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length}, {protection-vde}")
    .blurb(
        "Induktiv gehärtete Schneiden für weichen und harten Draht.",
        "Induction-hardened edges for soft and hard wire.",
    )
    .variants(&[
        sized("length", "140 160 180 200", 0.5),
        axis("protection-vde", "vde standard-grip"),
    ])
    .drawn(&["pliers"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/wrenches/combination-spanners",
        t("Ring-Maulschlüssel", "Combination spanners"),
        t("Ring-Maulschlüssel", "Combination Spanner"),
    )
    .share(22)
    .cents(390, 1490)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {width-across-flats}, {finish}")
    .blurb(
        "Schlanke Maulform, Ringseite um 15° abgewinkelt.",
        "Slim jaws, ring end offset by 15°.",
    )
    .facts(&[axis("finish", "chrome matt-black")])
    .variants(&[sized(
        "width-across-flats",
        "6 7 8 10 11 13 14 16 17 19 22 24 27 30 32",
        0.8,
    )])
    .drawn(&["spanner"], By("finish")),
    Kind::new(
        Guild::HandTools,
        "hand-tools/wrenches/socket-sets",
        t("Steckschlüsselsätze", "Socket sets"),
        t("Steckschlüsselsatz", "Socket Set"),
    )
    .share(12)
    .euros(29, 190)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {square-drive}, {set-size}")
    .blurb(
        "Umschaltknarre mit 72 Zähnen und Nüssen im Koffer.",
        "72-tooth reversible ratchet with sockets in a case.",
    )
    .facts(&[axis("square-drive", "1/4\" 3/8\" 1/2\"")])
    .variants(&[sized("set-size", "26 46 56 94 108 171", 0.6)])
    .drawn(&["socket-set"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/wrenches/hex-keys",
        t("Winkelschraubendreher", "Hex keys"),
        t("Winkelschlüsselsatz", "Hex Key Set"),
    )
    .share(12)
    .cents(790, 3900)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {drive}, {set-size}")
    .blurb(
        "Mit Kugelkopf für schräges Schrauben.",
        "With ball ends for driving at an angle.",
    )
    .facts(&[axis("drive", "hex-socket torx")])
    .variants(&[sized("set-size", "7 9 13", 0.6)])
    .drawn(&["hex-keys"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/measuring/spirit-levels",
        t("Wasserwaagen", "Spirit levels"),
        t("Wasserwaage", "Spirit Level"),
    )
    .share(14)
    .euros(14, 89)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length-cm}, {function}")
    .blurb(
        "Verwindungssteifes Profil mit bruchsicheren Libellen.",
        "Torsion-proof profile with shatterproof vials.",
    )
    .variants(&[
        sized("length-cm", "30 40 60 80 100 120 200", 0.6),
        axis("function", "magnetic plain"),
    ])
    .drawn(&["spirit-level"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/measuring/tape-measures",
        t("Bandmaße", "Tape measures"),
        t("Taschenbandmaß", "Tape Measure"),
    )
    .share(14)
    .cents(490, 2900)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length-m}, {function}")
    .blurb(
        "Entspiegeltes Stahlband, Genauigkeitsklasse II.",
        "Anti-glare steel tape, accuracy class II.",
    )
    .variants(&[
        sized("length-m", "3 5 8 10", 0.5),
        axis("function", "magnetic plain"),
    ])
    .drawn(&["tape-measure"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/cutting/hand-saws",
        t("Handsägen", "Hand saws"),
        t("Fuchsschwanz", "Hand Saw"),
    )
    .share(12)
    .euros(11, 49)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length}, {teeth-per-inch}")
    .blurb(
        "Gehärtete Zähne für schnelle Schnitte in Holz.",
        "Hardened teeth for quick cuts in wood.",
    )
    .variants(&[
        sized("length", "300 350 450 550", 0.4),
        axis("teeth-per-inch", "7 9 11"),
    ])
    .drawn(&["hand-saw"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/cutting/utility-knives",
        t("Cuttermesser", "Utility knives"),
        t("Cuttermesser", "Utility Knife"),
    )
    .share(12)
    .cents(390, 2490)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {width}, {function}")
    .blurb(
        "Mit Klingenmagazin und Arretierung.",
        "With blade magazine and lock.",
    )
    .variants(&[axis("width", "9 18 25"), axis("function", "safety plain")])
    .drawn(&["utility-knife"], Livery),
    Kind::new(
        Guild::HandTools,
        "hand-tools/storage/toolboxes",
        t("Werkzeugkoffer", "Toolboxes"),
        t("Werkzeugkoffer", "Toolbox"),
    )
    .share(12)
    .euros(19, 149)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Stapelbarer Koffer mit Verschlüssen aus Metall.",
        "Stackable case with metal latches.",
    )
    .variants(&[
        sized("volume", "12 19 28 42", 0.6),
        axis("colour", "red blue black"),
    ])
    .drawn(&["toolbox"], By("colour")),
];
