//! Plumbing: drains, water supply, pipes and fittings, heating.

use super::Coat::{Always, By};
use super::{Bulk, Guild, Kind, Model, Series, any, axis, same, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Plumbing,
        "plumbing/drains/bottle-traps",
        t("Siphons", "Basin traps"),
        t("Design-Siphon", "Design Bottle Trap"),
    )
    .share(18)
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
        axis(
            "colour",
            "chrome matt-black brushed-steel brushed-brass white",
        ),
    ])
    .drawn(&["siphon"], By("colour"))
    .parts(&[any("plumbing/fittings/seals")]),
    Kind::new(
        Guild::Plumbing,
        "plumbing/drains/basin-wastes",
        t("Ablaufgarnituren", "Basin wastes"),
        t("Push-Open-Ventil", "Push-Open Basin Waste"),
    )
    .share(12)
    .cents(890, 4900)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {connection} {function}, {colour}")
    .blurb(
        "Ablaufventil mit Druckknopf und großem Stopfen.",
        "Basin waste with push button and large plug.",
    )
    .facts(&[axis("connection", "G1¼")])
    .variants(&[
        axis("function", "with-overflow without-overflow"),
        axis(
            "colour",
            "chrome matt-black brushed-steel brushed-brass white",
        ),
    ])
    .drawn(&["basin-waste"], By("colour")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/drains/drain-pipes",
        t("Abflussrohre HT", "Drain pipes"),
        t("HT-Rohr mit Muffe", "Push-Fit Drain Pipe"),
    )
    .share(14)
    .cents(290, 890)
    .model(Model::Nameless)
    .bulk(Bulk::Few)
    .title("{brand} {noun} DN {diameter#}, {length}")
    .blurb(
        "Heißwasserbeständiges Abflussrohr mit Lippendichtung.",
        "Hot water resistant drain pipe with lip seal.",
    )
    .variants(&[
        sized("diameter", "32 40 50 75 110", 0.7),
        sized("length", "150 250 500 1000 1500 2000", 0.6),
    ])
    .drawn(&["drain-pipe"], Always("grey")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/supply/flexible-hoses",
        t("Flexschläuche", "Flexible hoses"),
        t("Flexschlauch", "Flexible Hose"),
    )
    .share(20)
    .cents(390, 1490)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} DN8, {connection}, {length}")
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
        "plumbing/supply/shower-hoses",
        t("Brauseschläuche", "Shower hoses"),
        t("Brauseschlauch", "Shower Hose"),
    )
    .share(12)
    .cents(990, 3900)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length-cm}, {colour}")
    .blurb(
        "Verdrehsicherer Schlauch mit glatter Hülle.",
        "Twist-free hose with a smooth cover.",
    )
    .facts(&[axis("connection", "G1/2")])
    .variants(&[
        sized("length-cm", "125 150 160 175 200", 0.4),
        axis("colour", "chrome matt-black brushed-brass white"),
    ])
    .drawn(&["shower-hose"], By("colour")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/supply/angle-valves",
        t("Eckventile", "Angle valves"),
        t("Eckventil", "Angle Valve"),
    )
    .share(14)
    .cents(590, 3900)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {connection}, {colour}")
    .blurb(
        "Eckventil mit selbstdichtendem Gewinde und Metallgriff.",
        "Angle valve with self-sealing thread and metal handle.",
    )
    .variants(&[
        axis("connection", "G1/2×G3/8 G1/2×G1/2"),
        axis("colour", "chrome matt-black brushed-steel brushed-brass"),
    ])
    .drawn(&["angle-valve"], By("colour"))
    .with(&[any("plumbing/supply/flexible-hoses")]),
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
    Kind::new(
        Guild::Plumbing,
        "plumbing/supply/ball-valves",
        t("Kugelhähne", "Ball valves"),
        t("Kugelhahn", "Ball Valve"),
    )
    .share(12)
    .cents(690, 3900)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {connection}, {handle}")
    .blurb(
        "Voller Durchgang, DVGW-geprüft, Gehäuse aus Messing.",
        "Full bore, tested for drinking water, brass body.",
    )
    .facts(&[axis("material", "brass")])
    .variants(&[
        axis("connection", "G3/8 G1/2 G3/4 G1 G1¼"),
        axis("handle", "lever butterfly"),
    ])
    .drawn(&["ball-valve"], By("material")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/fittings/press-fittings",
        t("Pressfittings", "Press fittings"),
        t("Pressfitting", "Press Fitting"),
    )
    .share(26)
    .cents(290, 990)
    .model(Model::Nameless)
    .bulk(Bulk::Trade)
    .title("{brand} {noun} {shape} {diameter}, {material}")
    .blurb(
        "Pressfitting mit Leckpfad: unverpresst undicht, verpresst für immer dicht.",
        "Press fitting with leak path: leaks when forgotten, tight for ever when pressed.",
    )
    .facts(&[axis("material", "copper stainless brass")])
    .variants(&[
        axis("shape", "elbow-90 elbow-45 tee coupling reducer"),
        sized("diameter", "12 15 18 22 28 35", 0.9),
    ])
    .drawn(&["fitting-elbow"], By("material")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/fittings/pipes",
        t("Verbundrohre", "Multilayer pipes"),
        t("Mehrschichtverbundrohr", "Multilayer Pipe"),
    )
    .share(10)
    .euros(19, 89)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {dimensions}, {length-m}")
    .blurb(
        "Formstabiles Rohr mit Aluminiumkern für Heizung und Trinkwasser.",
        "Dimensionally stable pipe with aluminium core for heating and drinking water.",
    )
    .variants(&[
        sized("dimensions", "16×2 20×2 26×3 32×3", 0.6),
        sized("length-m", "5 10 25 50 100", 0.85),
    ])
    .drawn(&["pipe-coil"], Always("white"))
    .with(&[any("plumbing/fittings/press-fittings")]),
    Kind::new(
        Guild::Plumbing,
        "plumbing/fittings/seals",
        t("Dichtungen", "Seals"),
        t("Dichtungssortiment", "Seal Assortment"),
    )
    .share(10)
    .cents(390, 1490)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun}, {pack}")
    .blurb(
        "O-Ringe und Flachdichtungen für die gängigen Armaturen.",
        "O-rings and flat seals for common taps.",
    )
    .facts(&[axis("material", "rubber silicone fibre-seal")])
    .variants(&[sized("pack", "25 50 100 200", 0.6)])
    .drawn(&["o-rings"], Always("black")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/heating/circulation-pumps",
        t("Heizungspumpen", "Circulation pumps"),
        t("Hocheffizienzpumpe", "High-Efficiency Pump"),
    )
    .share(8)
    .euros(119, 390)
    .model(Model::Code("^ECO {diameter#}-{lift#}0"))
    .title("{brand} {model} {noun} {installation-length}")
    .blurb(
        "Selbstregelnde Nassläuferpumpe mit Anzeige der Leistungsaufnahme.",
        "Self-regulating wet-rotor pump that shows its power draw.",
    )
    .facts(&[axis("diameter", "15 25 32"), sized("lift", "4 6 8", 0.5)])
    .variants(&[axis("installation-length", "130 180")])
    .drawn(&["pump"], Always("red")),
    Kind::new(
        Guild::Plumbing,
        "plumbing/heating/radiators",
        t("Heizkörper", "Radiators"),
        t("Badheizkörper", "Bathroom Radiator"),
    )
    .share(16)
    .euros(89, 490)
    .named(Series::Bath)
    .title("{brand} {model} {noun} {dimensions}, {colour}")
    .blurb(
        "Handtuchheizkörper mit Mittelanschluss.",
        "Towel radiator with central connection.",
    )
    .facts(&[sized("power", "420 560 780 950", 0.2)])
    .variants(&[
        sized("dimensions", "800×500 1200×500 1500×600 1800×600", 0.6),
        axis("colour", "white anthracite black chrome"),
    ])
    .drawn(&["radiator"], By("colour"))
    .with(&[any("plumbing/heating/thermostats")]),
    Kind::new(
        Guild::Plumbing,
        "plumbing/heating/thermostats",
        t("Heizkörperthermostate", "Radiator thermostats"),
        t("Thermostatkopf", "Thermostatic Head"),
    )
    .share(10)
    .cents(990, 6900)
    .named(Series::Technical)
    .title("{brand} {noun} {model} {connection}, {colour}")
    .blurb(
        "Regelt die Raumtemperatur genau und spart Energie.",
        "Controls the room temperature precisely and saves energy.",
    )
    .facts(&[axis("operation", "manual electronic radio")])
    .variants(&[
        axis("connection", "M30×1.5 M28×1.5"),
        axis("colour", "white black chrome"),
    ])
    .drawn(&["thermostat"], By("colour"))
    .with(&[same("plumbing/heating/radiators", &["colour"])]),
];
