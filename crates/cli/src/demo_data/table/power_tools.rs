//! Power tools, their batteries, chargers and consumables.

use super::Coat::{Always, Livery};
use super::{Guild, Kind, Model, Series, any, axis, same, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::PowerTools,
        "power-tools/drilling/cordless-drills",
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
        sized("torque", "28 40 55 60 85 110", 0.6),
    ])
    .variants(&[axis("scope", "solo set-2x4 set-2x5")])
    .drawn(&["cordless-drill"], Livery)
    .with(&[
        same("power-tools/supply/batteries", &["brand", "voltage"]),
        same("power-tools/supply/chargers", &["brand"]),
        any("power-tools/accessories/bits"),
    ]),
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
    .with(&[same("power-tools/supply/chargers", &["brand"])]),
    Kind::new(
        Guild::PowerTools,
        "power-tools/supply/chargers",
        t("Ladegeräte", "Chargers"),
        t("Schnellladegerät", "Rapid Charger"),
    )
    .share(8)
    .euros(39, 110)
    .model(Model::Code("^AL {voltage#}-{current#}0"))
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
    .drawn(&["bit-set"], Always("red")),
];
