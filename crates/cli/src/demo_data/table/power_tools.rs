//! Power tools, their batteries, chargers and consumables.

use super::Coat::{Always, Livery};
use super::{Bulk, Guild, Kind, Link, Model, Series, any, axis, same, sized, t};

const SCOPES: &str = "solo set-2x4 set-2x5";
const POWERED: [Link; 2] = [
    same("power-tools/supply/batteries", &["brand", "voltage"]),
    same("power-tools/supply/chargers", &["brand", "voltage"]),
];

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::PowerTools,
        "power-tools/drilling/drill-drivers",
        t("Akku-Bohrschrauber", "Cordless drill drivers"),
        t("Akku-Bohrschrauber", "Cordless Drill Driver"),
    )
    .share(26)
    .euros(99, 320)
    .model(Model::Code("^SR {voltage#}V-{torque#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Kompakter Bohrschrauber mit bürstenlosem Motor und Metallbohrfutter.",
        "Compact drill driver with brushless motor and metal chuck.",
    )
    .facts(&[
        sized("voltage", "12 18 18 36", 0.5),
        sized("torque", "28 35 45 55 60 75 90 110", 0.6),
    ])
    .variants(&[axis("scope", SCOPES)])
    .flagship("Grimwald", &["18", "55"])
    .drawn(&["cordless-drill"], Livery)
    .with(&[
        POWERED[0],
        POWERED[1],
        any("power-tools/accessories/bits"),
        any("power-tools/accessories/drill-bits/metal-bits"),
    ]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/drilling/combi-drills",
        t("Akku-Schlagbohrschrauber", "Cordless combi drills"),
        t("Akku-Schlagbohrschrauber", "Cordless Combi Drill"),
    )
    .share(20)
    .euros(119, 360)
    .model(Model::Code("^SB {voltage#}V-{torque#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Schraubt, bohrt und schlägt: für Holz, Metall und Mauerwerk.",
        "Drives, drills and hammers: for wood, metal and masonry.",
    )
    .facts(&[
        sized("voltage", "12 18 18 36", 0.5),
        sized("torque", "35 50 55 65 80 100 150", 0.6),
    ])
    .variants(&[axis("scope", SCOPES)])
    .drawn(&["cordless-drill"], Livery)
    .with(&[
        POWERED[0],
        POWERED[1],
        any("power-tools/accessories/bits"),
        any("power-tools/accessories/drill-bits/masonry-bits"),
    ]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/drilling/rotary-hammers",
        t("Bohrhämmer", "Rotary hammers"),
        t("Bohrhammer SDS-plus", "SDS-Plus Rotary Hammer"),
    )
    .share(20)
    .euros(129, 480)
    .model(Model::Code("^BH {class#}-2#"))
    .title("{brand} {noun} {model}, {impact}, {scope}")
    .blurb(
        "Vibrationsgedämpfter Hammer mit Drehstopp und Sicherheitskupplung.",
        "Damped hammer with rotation stop and safety clutch.",
    )
    .facts(&[
        axis("class", "2 3 4 18V"),
        sized("impact", "1.7 2.2 2.7 3.2 5", 0.5),
    ])
    .variants(&[axis("scope", "case carton")])
    .drawn(&["rotary-hammer"], Livery)
    .with(&[
        any("power-tools/accessories/drill-bits/masonry-bits"),
        any("fasteners/anchors/bolt-anchors"),
    ]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/drilling/impact-drivers",
        t("Schlagschrauber", "Impact drivers"),
        t("Akku-Drehschlagschrauber", "Cordless Impact Driver"),
    )
    .share(16)
    .euros(89, 340)
    .model(Model::Code("^DR {voltage#}V-{torque#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Viel Drehmoment ohne Rückschlag für lange Holzschrauben.",
        "Plenty of torque without kick-back for long timber screws.",
    )
    .facts(&[
        sized("voltage", "12 18 18", 0.5),
        sized("torque", "110 160 180 200 220 260", 0.5),
    ])
    .variants(&[axis("scope", SCOPES)])
    .drawn(&["impact-driver"], Livery)
    .with(&[POWERED[0], POWERED[1], any("power-tools/accessories/bits")]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/grinding/angle-grinders",
        t("Winkelschleifer", "Angle grinders"),
        t("Winkelschleifer", "Angle Grinder"),
    )
    .share(20)
    .euros(59, 290)
    .model(Model::Code("^WS {power#}-{diameter#}"))
    .title("{brand} {noun} {model}, {diameter}, {scope}")
    .blurb(
        "Schlanker Griff, Wiederanlaufschutz und werkzeuglos verstellbare Haube.",
        "Slim grip, restart protection and tool-free guard.",
    )
    .facts(&[
        sized("power", "750 900 1000 1300 1500 1700", 0.5),
        sized("diameter", "115 125 150", 0.4),
    ])
    .variants(&[axis("scope", "case carton")])
    .drawn(&["angle-grinder"], Livery)
    .with(&[same("power-tools/accessories/cutting-discs", &["diameter"])]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/grinding/sanders",
        t("Exzenterschleifer", "Random orbit sanders"),
        t("Exzenterschleifer", "Random Orbit Sander"),
    )
    .share(14)
    .euros(59, 340)
    .model(Model::Code("^EX {diameter#}-{power#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Vibrationsarm mit Tellerbremse und Staubbox.",
        "Low vibration, pad brake and dust box.",
    )
    .facts(&[
        axis("diameter", "125 150"),
        sized("power", "250 300 350 400", 0.6),
    ])
    .variants(&[axis("scope", "case carton")])
    .drawn(&["sander"], Livery)
    .with(&[
        same("power-tools/accessories/sanding-discs", &["diameter"]),
        any("power-tools/cleaning/vacuum-cleaners"),
    ]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/grinding/multi-tools",
        t("Multifunktionswerkzeuge", "Multi-tools"),
        t("Akku-Multitool", "Cordless Multi-Tool"),
    )
    .share(12)
    .euros(79, 320)
    .model(Model::Code("^OP {voltage#}V-##"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Sägt, schleift und schabt dort, wo nichts anderes hinkommt.",
        "Saws, sands and scrapes where nothing else gets in.",
    )
    .facts(&[sized("voltage", "12 18 18", 0.5)])
    .variants(&[axis("scope", SCOPES)])
    .drawn(&["multi-tool"], Livery)
    .with(&POWERED),
    Kind::new(
        Guild::PowerTools,
        "power-tools/sawing/jigsaws",
        t("Stichsägen", "Jigsaws"),
        t("Pendelhubstichsäge", "Orbital Jigsaw"),
    )
    .share(16)
    .euros(69, 360)
    .model(Model::Code("^ST {depth#}-{power#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Saubere Kurven durch präzise Blattführung und LED-Licht.",
        "Clean curves thanks to precise blade guide and LED light.",
    )
    .facts(&[
        axis("depth", "80 100 120 140 160"),
        sized("power", "550 650 720 800", 0.7),
    ])
    .variants(&[axis("scope", "case carton")])
    .drawn(&["jigsaw"], Livery)
    .with(&[any("power-tools/accessories/jigsaw-blades")]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/sawing/circular-saws",
        t("Handkreissägen", "Circular saws"),
        t("Handkreissäge", "Circular Saw"),
    )
    .share(16)
    .euros(89, 460)
    .model(Model::Code("^KS {diameter#}-{power#}"))
    .title("{brand} {noun} {model}, {scope}")
    .blurb(
        "Kraftvolle Säge mit Tauchfunktion, passend für Führungsschienen.",
        "Powerful plunge saw that fits guide rails.",
    )
    .facts(&[
        sized("diameter", "160 165 190", 0.4),
        sized("power", "1100 1300 1400 1800", 0.5),
    ])
    .variants(&[axis("scope", "case carton")])
    .drawn(&["circular-saw"], Livery)
    .with(&[same("power-tools/accessories/saw-blades", &["diameter"])]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/cleaning/vacuum-cleaners",
        t("Nass-/Trockensauger", "Wet & dry vacuums"),
        t("Nass-/Trockensauger", "Wet & Dry Vacuum"),
    )
    .share(10)
    .euros(79, 540)
    .model(Model::Code("^AS {power#}-#0"))
    .title("{brand} {noun} {model}, {volume}")
    .blurb(
        "Absaugung mit Steckdose und automatischer Filterreinigung.",
        "Dust extractor with tool socket and automatic filter cleaning.",
    )
    .facts(&[sized("power", "1200 1400 1600", 0.4)])
    .variants(&[sized("volume", "20 25 30 35 50", 0.4)])
    .drawn(&["vacuum"], Livery),
    Kind::new(
        Guild::PowerTools,
        "power-tools/supply/batteries",
        t("Akkus", "Batteries"),
        t("Akkupack", "Battery Pack"),
    )
    .share(16)
    .euros(39, 99)
    .model(Model::Code("^BA {voltage#}V"))
    .title("{brand} {noun} {model}, {capacity-ah}")
    .blurb(
        "Lithium-Ionen-Akku mit Ladestandsanzeige, passt in alle Geräte der Spannungsklasse.",
        "Lithium-ion battery with charge display, fits all tools of its voltage class.",
    )
    .facts(&[sized("voltage", "12 18 36", 0.7)])
    .variants(&[sized("capacity-ah", "2 4 5.5 8 12", 0.7)])
    .drawn(&["battery-pack"], Livery)
    .with(&[same("power-tools/supply/chargers", &["brand", "voltage"])]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/supply/chargers",
        t("Ladegeräte", "Chargers"),
        t("Schnellladegerät", "Rapid Charger"),
    )
    .share(10)
    .euros(39, 110)
    .model(Model::Code("^AL {voltage#}V"))
    .title("{brand} {noun} {model}, {current}")
    .blurb(
        "Lädt mit Lüfter und Temperaturüberwachung schonend und schnell.",
        "Charges gently and fast with fan and temperature control.",
    )
    .facts(&[axis("voltage", "12 18 36")])
    .variants(&[sized("current", "4 6 8 16", 0.4)])
    .drawn(&["charger"], Livery),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/bits",
        t("Schrauberbits", "Screwdriver bits"),
        t("Bit-Satz", "Bit Set"),
    )
    .share(16)
    .cents(690, 3900)
    .named(Series::Plain)
    .title("{brand} {model} {noun}, {set-size}")
    .blurb(
        "Zähharte Bits in der Box mit Magnethalter.",
        "Tough bits in a box with magnetic holder.",
    )
    .variants(&[sized("set-size", "7 10 25 32 43", 0.7)])
    .drawn(&["bit-set"], Livery),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/drill-bits/metal-bits",
        t("Metallbohrer", "Metal drill bits"),
        t("Spiralbohrer", "Twist Drill Bit"),
    )
    .share(30)
    .cents(290, 990)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {material} {diameter}, {pack}")
    .blurb(
        "Geschliffener Bohrer mit Kreuzanschliff, zentriert sich selbst.",
        "Ground bit with split point, self-centring.",
    )
    .facts(&[axis("material", "hss-g hss-co hss-tin")])
    .variants(&[
        sized(
            "diameter",
            "1 1.5 2 2.5 3 3.3 4 4.2 5 6 6.8 8 8.5 10 10.2 12 13",
            0.7,
        ),
        sized("pack", "1 5 10", 0.85),
    ])
    .drawn(&["drill-bit"], super::Coat::By("material")),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/drill-bits/masonry-bits",
        t("Hammerbohrer", "Masonry drill bits"),
        t("Hammerbohrer SDS-plus", "SDS-Plus Hammer Bit"),
    )
    .share(26)
    .cents(390, 1490)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {diameter#}×{length}")
    .blurb(
        "Vier Schneiden aus Hartmetall, auch durch Bewehrung.",
        "Four carbide cutting edges, even through rebar.",
    )
    .variants(&[
        sized("diameter", "5 6 8 10 12 14 16 18 20", 0.7),
        sized("length", "110 160 210 260 310 460", 0.5),
    ])
    .fit("length", "diameter", 12.0, 36.0)
    .drawn(&["masonry-bit"], Always("steel-plain")),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/cutting-discs",
        t("Trennscheiben", "Cutting discs"),
        t("Trennscheibe", "Cutting Disc"),
    )
    .share(20)
    .cents(190, 690)
    .named(Series::Plain)
    .bulk(Bulk::Trade)
    .title("{brand} {model} {noun} {suited-for} {diameter}, {pack}")
    .blurb(
        "Dünne Scheibe für schnelle, gratarme Schnitte.",
        "Thin disc for quick cuts with little burr.",
    )
    .facts(&[axis("suited-for", "metal stainless-work stone tiles")])
    .variants(&[
        sized("diameter", "115 125 150 230", 0.8),
        sized("pack", "1 10 25 50", 0.85),
    ])
    .drawn(&["cutting-disc"], Livery),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/saw-blades",
        t("Kreissägeblätter", "Circular saw blades"),
        t("Kreissägeblatt", "Circular Saw Blade"),
    )
    .share(18)
    .euros(14, 69)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {suited-for} {diameter}, {teeth}")
    .blurb(
        "Hartmetallbestückt und lasergeschnitten für ruhigen Lauf.",
        "Carbide-tipped and laser-cut for smooth running.",
    )
    .facts(&[axis("suited-for", "wood laminate metal")])
    .variants(&[
        sized("diameter", "160 165 190 216 254", 0.6),
        sized("teeth", "24 36 48 60", 0.4),
    ])
    .drawn(&["saw-blade"], Livery),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/jigsaw-blades",
        t("Stichsägeblätter", "Jigsaw blades"),
        t("Stichsägeblatt T-Schaft", "T-Shank Jigsaw Blade"),
    )
    .share(14)
    .cents(490, 1490)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {suited-for}, {length}, {pack}")
    .blurb(
        "Für gerade und kurvige Schnitte.",
        "For straight and curved cuts.",
    )
    .facts(&[axis("suited-for", "wood metal laminate")])
    .variants(&[
        sized("length", "75 100 132", 0.4),
        sized("pack", "3 5 25", 0.8),
    ])
    .drawn(&["jigsaw-blades"], Livery),
    Kind::new(
        Guild::PowerTools,
        "power-tools/accessories/sanding-discs",
        t("Schleifscheiben", "Sanding discs"),
        t("Klett-Schleifscheibe", "Hook-and-Loop Sanding Disc"),
    )
    .share(22)
    .cents(590, 1490)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {diameter} {grain}, {pack}")
    .blurb(
        "Gelochte Scheibe mit Klettrücken, setzt sich kaum zu.",
        "Perforated disc with hook-and-loop back, hardly clogs.",
    )
    .facts(&[axis("diameter", "125 150")])
    .variants(&[
        axis("grain", "P40 P60 P80 P120 P180 P240 P320"),
        sized("pack", "5 25 50", 0.8),
    ])
    .drawn(&["sanding-disc"], Always("terracotta")),
];
