//! Electrical installation.

use super::Coat::{Always, By};
use super::{Bulk, Guild, Kind, Model, Series, any, axis, same, sized, t};

const PROGRAMMES: &str = "S50 Linea-1 Cube-B Arco-5 Atelier-E";
const COVERS: &str = "white matt-white anthracite matt-black brushed-steel";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Electrical,
        "electrical/switches/light-switches",
        t("Lichtschalter", "Light switches"),
        t("Wippschalter", "Rocker Switch"),
    )
    .share(34)
    .cents(690, 3900)
    .model(Model::Nameless)
    .bulk(Bulk::Trade)
    .title("{brand} {programme} {noun} {function}, {colour}")
    .blurb(
        "Unterputzschalter mit Steckklemmen und kratzfester Wippe.",
        "Flush-mounted switch with push-in terminals and scratch-resistant rocker.",
    )
    .facts(&[axis("programme", PROGRAMMES)])
    .variants(&[
        axis(
            "function",
            "one-way two-way series-switch push-button blind-switch",
        ),
        axis("colour", COVERS),
    ])
    .drawn(&["switch"], By("colour"))
    .with(&[same("electrical/switches/frames", &["programme", "colour"])]),
    Kind::new(
        Guild::Electrical,
        "electrical/switches/sockets",
        t("Steckdosen", "Sockets"),
        t("Steckdose", "Socket Outlet"),
    )
    .share(30)
    .cents(590, 2900)
    .model(Model::Nameless)
    .bulk(Bulk::Trade)
    .title("{brand} {programme} {noun} {function}, {colour}")
    .blurb(
        "Schutzkontakt-Steckdose 16 A mit erhöhtem Berührungsschutz.",
        "Earthed 16 A socket with shutters.",
    )
    .facts(&[axis("programme", PROGRAMMES), axis("current", "16")])
    .variants(&[
        axis("function", "plain with-usb-c with-lid"),
        axis("colour", COVERS),
    ])
    .drawn(&["socket-outlet"], By("colour"))
    .with(&[same("electrical/switches/frames", &["programme", "colour"])]),
    Kind::new(
        Guild::Electrical,
        "electrical/switches/frames",
        t("Rahmen", "Frames"),
        t("Abdeckrahmen", "Cover Frame"),
    )
    .share(34)
    .cents(290, 2900)
    .model(Model::Nameless)
    .bulk(Bulk::Trade)
    .title("{brand} {programme} {noun} {gangs}, {colour}")
    .blurb(
        "Rahmen für senkrechte und waagerechte Montage.",
        "Frame for vertical and horizontal mounting.",
    )
    .facts(&[axis("programme", PROGRAMMES)])
    .variants(&[sized("gangs", "1 2 3 4 5", 0.7), axis("colour", COVERS)])
    .drawn(&["switch-frame"], By("colour")),
    Kind::new(
        Guild::Electrical,
        "electrical/switches/dimmers",
        t("Dimmer", "Dimmers"),
        t("LED-Dimmer", "LED Dimmer"),
    )
    .share(16)
    .euros(29, 119)
    .model(Model::Nameless)
    .title("{brand} {programme} {noun} {power}, {colour}")
    .blurb(
        "Phasenabschnittdimmer, flackerfrei ab 3 W.",
        "Trailing-edge dimmer, flicker-free from 3 W.",
    )
    .facts(&[axis("programme", PROGRAMMES)])
    .variants(&[sized("power", "100 200 400", 0.4), axis("colour", COVERS)])
    .drawn(&["dimmer"], By("colour"))
    .with(&[
        same("electrical/switches/frames", &["programme", "colour"]),
        any("lighting/lamps/led-lamps"),
    ]),
    Kind::new(
        Guild::Electrical,
        "electrical/cable/sheathed-cable",
        t("Mantelleitungen", "Sheathed cables"),
        t("Mantelleitung NYM-J", "Sheathed Cable NYM-J"),
    )
    .share(20)
    .euros(29, 59)
    .model(Model::Nameless)
    .bulk(Bulk::Few)
    .title("{brand} {noun} {conductors}×{cross-section}, {length-m}")
    .blurb(
        "Installationsleitung für feste Verlegung auf, in und unter Putz.",
        "Installation cable for fixed wiring.",
    )
    .variants(&[
        axis("conductors", "3 5 7"),
        sized("cross-section", "1.5 2.5 4 6 10", 0.8),
        sized("length-m", "10 25 50 100", 0.95),
    ])
    .drawn(&["cable-coil"], Always("light-grey"))
    .with(&[
        any("electrical/cable/terminals"),
        any("hand-tools/pliers/side-cutters"),
    ]),
    Kind::new(
        Guild::Electrical,
        "electrical/cable/single-wires",
        t("Aderleitungen", "Single-core wires"),
        t("Aderleitung H07V-K", "Single-Core Wire H07V-K"),
    )
    .share(26)
    .euros(12, 39)
    .model(Model::Nameless)
    .bulk(Bulk::Few)
    .title("{brand} {noun} {cross-section}, {colour}, {length-m}")
    .blurb(
        "Feindrähtige Leitung für die Verdrahtung von Verteilern.",
        "Fine-stranded wire for wiring cabinets.",
    )
    .variants(&[
        sized("cross-section", "1.5 2.5 4 6 10 16", 0.9),
        axis("colour", "black blue brown red grey green-yellow"),
        sized("length-m", "25 100", 0.9),
    ])
    .drawn(&["wire-spool"], By("colour")),
    Kind::new(
        Guild::Electrical,
        "electrical/cable/extension-leads",
        t("Verlängerungen", "Extension leads"),
        t("Steckdosenleiste", "Extension Lead"),
    )
    .share(16)
    .euros(9, 49)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {gangs}, {length-m}, {colour}")
    .blurb(
        "Mit Schalter und Kinderschutz.",
        "With switch and child protection.",
    )
    .variants(&[
        sized("gangs", "3 5 6 8", 0.4),
        sized("length-m", "1.5 3 5", 0.4),
        axis("colour", "white black"),
    ])
    .drawn(&["extension-lead"], By("colour")),
    Kind::new(
        Guild::Electrical,
        "electrical/cable/terminals",
        t("Verbindungsklemmen", "Connectors"),
        t("Verbindungsklemme mit Hebel", "Lever Connector"),
    )
    .share(14)
    .cents(590, 1990)
    .named(Series::Technical)
    .bulk(Bulk::Trade)
    .title("{brand} {model} {noun} {poles} 4 mm², {pack}")
    .blurb(
        "Für alle Leiterarten, werkzeuglos und wiederverwendbar.",
        "For all kinds of conductor, tool-free and reusable.",
    )
    .variants(&[
        sized("poles", "2 3 5", 0.4),
        sized("pack", "10 25 50 100", 0.85),
    ])
    .drawn(&["lever-terminal"], Always("orange")),
    Kind::new(
        Guild::Electrical,
        "electrical/distribution/circuit-breakers",
        t("Leitungsschutzschalter", "Circuit breakers"),
        t("Leitungsschutzschalter", "Miniature Circuit Breaker"),
    )
    .share(26)
    .cents(390, 1990)
    .model(Model::Nameless)
    .bulk(Bulk::Trade)
    .title("{brand} {noun} {characteristic}{current#}, {poles}, {breaking-capacity}")
    .blurb(
        "Für Hutschiene, mit Schaltstellungsanzeige.",
        "For DIN rail, with position indicator.",
    )
    .facts(&[sized("breaking-capacity", "6 10", 0.4)])
    .variants(&[
        axis("characteristic", "B C"),
        sized("current", "6 10 13 16 20 25 32", 0.1),
        sized("poles", "1 3", 0.9),
    ])
    .drawn(&["breaker"], Always("white"))
    .numbers(&[
        "LS-{characteristic#}{current#}-{poles#}",
        "LS{breaking-capacity#}-{characteristic#}{current#}-{poles#}",
    ])
    .with(&[any("electrical/distribution/distribution-boards")]),
    Kind::new(
        Guild::Electrical,
        "electrical/distribution/rcds",
        t("FI-Schutzschalter", "Residual current devices"),
        t("FI-Schutzschalter", "Residual Current Device"),
    )
    .share(14)
    .euros(26, 119)
    .named(Series::Technical)
    .title("{brand} {noun} {model} {current}, {poles}, {sensitivity}")
    .blurb(
        "Typ A, schützt Menschen vor gefährlichen Fehlerströmen.",
        "Type A, protects people from dangerous residual currents.",
    )
    .variants(&[
        sized("current", "25 40 63", 0.3),
        sized("poles", "2 4", 0.6),
        axis("sensitivity", "30 300"),
    ])
    .drawn(&["rcd"], Always("white"))
    .with(&[any("electrical/distribution/distribution-boards")]),
    Kind::new(
        Guild::Electrical,
        "electrical/distribution/distribution-boards",
        t("Verteiler", "Distribution boards"),
        t("Kleinverteiler", "Distribution Board"),
    )
    .share(12)
    .euros(14, 129)
    .named(Series::Technical)
    .title("{brand} {noun} {model} {rows}, {mounting}")
    .blurb(
        "Mit Klemmen für PE und N und ausrichtbaren Schienen.",
        "With PE and N terminals and adjustable rails.",
    )
    .variants(&[
        sized("rows", "1 2 3 4", 0.8),
        axis("mounting", "surface flush"),
    ])
    .drawn(&["distribution-board"], Always("white")),
    Kind::new(
        Guild::Electrical,
        "electrical/distribution/junction-boxes",
        t("Abzweigdosen", "Junction boxes"),
        t("Abzweigdose", "Junction Box"),
    )
    .share(14)
    .cents(190, 990)
    .named(Series::Technical)
    .bulk(Bulk::Trade)
    .title("{brand} {noun} {model} {dimensions}, {protection}, {colour}")
    .blurb(
        "Weiche Einführungen dichten ohne Verschraubung.",
        "Soft entries seal without glands.",
    )
    .facts(&[axis("protection", "IP54 IP65")])
    .variants(&[
        sized("dimensions", "75×75 85×85 100×100 150×110", 0.6),
        axis("colour", "light-grey white black"),
    ])
    .drawn(&["junction-box"], By("colour"))
    .with(&[any("electrical/cable/terminals")]),
];
