//! Cameras, lenses and what goes with them.

use super::Coat::{Always, By};
use super::{Guild, Kind, Model, Series, any, axis, same, sized, t};

const MOUNTS: &str = "TX-R VM-Z KB-E";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Photo,
        "photo/cameras/mirrorless",
        t("Systemkameras", "Mirrorless cameras"),
        t("Systemkamera", "Mirrorless Camera"),
    )
    .share(18)
    .euros(499, 2400)
    .model(Model::Code("^{resolution#}#-##"))
    .title("{brand} {model} {noun} {sensor}, {resolution}, {scope}, {colour}")
    .blurb(
        "Spiegellose Kamera mit schnellem Autofokus und stabilisiertem Sensor.",
        "Mirrorless camera with fast autofocus and stabilised sensor.",
    )
    .facts(&[
        axis("sensor", "full-frame aps-c four-thirds"),
        sized("resolution", "20 24 26 33 45 61", 0.7),
        axis("mount", MOUNTS),
    ])
    .variants(&[
        axis("scope", "body with-kit-lens"),
        axis("colour", "black silver"),
    ])
    .drawn(&["camera"], By("colour"))
    .with(&[
        same("photo/lenses/prime-lenses", &["mount"]),
        same("photo/lenses/zoom-lenses", &["mount"]),
        any("photo/accessories/camera-bags"),
        any("photo/accessories/memory-cards"),
    ])
    .parts(&[same("photo/accessories/camera-batteries", &["brand"])]),
    Kind::new(
        Guild::Photo,
        "photo/cameras/compact",
        t("Kompaktkameras", "Compact cameras"),
        t("Kompaktkamera", "Compact Camera"),
    )
    .share(14)
    .euros(179, 890)
    .model(Model::Code("^C-{resolution#}#"))
    .title("{brand} {model} {noun} {resolution}, {colour}")
    .blurb(
        "Passt in jede Jackentasche und hat doch ein lichtstarkes Zoom.",
        "Fits any pocket and still has a fast zoom.",
    )
    .facts(&[sized("resolution", "16 20 24", 0.4)])
    .variants(&[axis("colour", "black silver red petrol")])
    .drawn(&["compact-camera"], By("colour"))
    .with(&[
        any("photo/accessories/memory-cards"),
        any("photo/accessories/camera-bags"),
    ]),
    Kind::new(
        Guild::Photo,
        "photo/cameras/instant",
        t("Sofortbildkameras", "Instant cameras"),
        t("Sofortbildkamera", "Instant Camera"),
    )
    .share(10)
    .euros(69, 190)
    .named(Series::Home)
    .title("{brand} {model} {noun}, {colour}")
    .blurb(
        "Das Bild kommt sofort: ideal für Feste.",
        "The picture comes at once: ideal for parties.",
    )
    .facts(&[axis("scope", "with-film body")])
    .variants(&[axis("colour", "mint rose light-blue white lavender")])
    .drawn(&["instant-camera"], By("colour")),
    Kind::new(
        Guild::Photo,
        "photo/lenses/prime-lenses",
        t("Festbrennweiten", "Prime lenses"),
        t("Festbrennweite", "Prime Lens"),
    )
    .share(24)
    .euros(189, 1200)
    .model(Model::Nameless)
    .title("{brand} {focal-length} {aperture} {noun}, {mount}")
    .blurb(
        "Lichtstarkes Objektiv mit neun Lamellen für ruhige Unschärfe.",
        "Fast lens with nine blades for smooth bokeh.",
    )
    .facts(&[
        sized("focal-length", "14 20 24 28 35 50 56 85 90 105 135", 0.3),
        axis("aperture", "f/1.2 f/1.4 f/1.8 f/2.8"),
        axis("filter-thread", "49 55 58 67 77"),
    ])
    .variants(&[axis("mount", MOUNTS)])
    .drawn(&["lens"], Always("black"))
    .with(&[
        same("photo/accessories/filters", &["filter-thread"]),
        same("photo/cameras/mirrorless", &["mount"]),
    ]),
    Kind::new(
        Guild::Photo,
        "photo/lenses/zoom-lenses",
        t("Zoomobjektive", "Zoom lenses"),
        t("Zoomobjektiv", "Zoom Lens"),
    )
    .share(20)
    .euros(249, 1900)
    .model(Model::Nameless)
    .title("{brand} {zoom-range} {aperture} {noun}, {mount}, {colour}")
    .blurb(
        "Vom Weitwinkel bis zum Tele mit durchgehender Schärfe.",
        "From wide angle to telephoto, sharp throughout.",
    )
    .facts(&[
        axis(
            "zoom-range",
            "10-24 16-35 18-55 24-70 24-105 55-200 70-200 100-400",
        ),
        axis("aperture", "f/2.8 f/4 f/4.5-5.6"),
        axis("filter-thread", "55 58 67 77 82"),
    ])
    .variants(&[axis("mount", MOUNTS), axis("colour", "black white")])
    .drawn(&["zoom-lens"], By("colour"))
    .with(&[
        same("photo/accessories/filters", &["filter-thread"]),
        same("photo/cameras/mirrorless", &["mount"]),
    ]),
    Kind::new(
        Guild::Photo,
        "photo/accessories/camera-bags",
        t("Fototaschen", "Camera bags"),
        t("Fototasche", "Camera Bag"),
    )
    .share(18)
    .euros(39, 190)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Gepolsterte Tasche mit variablen Fächern und Regenhülle.",
        "Padded bag with variable dividers and rain cover.",
    )
    .facts(&[axis("material", "nylon canvas leather")])
    .variants(&[
        sized("volume", "5 8 12", 0.5),
        axis("colour", "black olive cognac grey"),
    ])
    .drawn(&["camera-bag"], By("colour")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/backpacks",
        t("Fotorucksäcke", "Camera backpacks"),
        t("Fotorucksack", "Camera Backpack"),
    )
    .share(14)
    .euros(69, 290)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Seitlicher Schnellzugriff, Fach für den Rechner, Stativhalter.",
        "Side access, laptop sleeve, tripod holder.",
    )
    .variants(&[
        sized("volume", "15 20 25 30", 0.5),
        axis("colour", "black olive grey navy"),
    ])
    .drawn(&["backpack"], By("colour")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/tripods",
        t("Stative", "Tripods"),
        t("Dreibeinstativ", "Tripod"),
    )
    .share(14)
    .euros(39, 390)
    .named(Series::Technical)
    .title("{brand} {noun} {model} {material}, {height-cm}, {load}")
    .blurb(
        "Mit Kugelkopf und Schnellwechselplatte.",
        "With ball head and quick-release plate.",
    )
    .facts(&[axis("material", "aluminium carbon")])
    .variants(&[
        sized("height-cm", "130 150 165 180", 0.4),
        sized("load", "5 8 12", 0.3),
    ])
    .drawn(&["tripod"], By("material")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/filters",
        t("Filter", "Filters"),
        t("Filter", "Filter"),
    )
    .share(20)
    .euros(15, 99)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {filter-type} {filter-thread}")
    .blurb(
        "Mehrfach vergütetes Glas in schlanker Fassung.",
        "Multi-coated glass in a slim ring.",
    )
    .variants(&[
        axis("filter-type", "uv polarising nd8 nd64"),
        sized("filter-thread", "49 55 58 67 77 82", 0.6),
    ])
    .drawn(&["filter"], By("filter-type")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/memory-cards",
        t("Speicherkarten", "Memory cards"),
        t("Speicherkarte", "Memory Card"),
    )
    .share(14)
    .euros(9, 49)
    .named(Series::Plain)
    .title("{brand} {model} {card-type} {noun} {storage}")
    .blurb(
        "Schnell genug für Serienbilder und 4K.",
        "Fast enough for bursts and 4K.",
    )
    .variants(&[
        axis("card-type", "SDXC microSDXC"),
        sized("storage", "32 64 128 256 512", 0.7),
    ])
    .drawn(&["memory-card"], Always("red")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/camera-batteries",
        t("Kameraakkus", "Camera batteries"),
        t("Kamera-Akku", "Camera Battery"),
    )
    .share(10)
    .euros(19, 79)
    .model(Model::Code("LI-^##"))
    .title("{brand} {noun} {model}, {pack}")
    .blurb("Hält bis zu 600 Aufnahmen.", "Lasts for up to 600 shots.")
    .variants(&[sized("pack", "1 2", 0.85)])
    .drawn(&["camera-battery"], Always("anthracite")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/flashes",
        t("Blitzgeräte", "Flashes"),
        t("Aufsteckblitz", "Speedlight"),
    )
    .share(10)
    .euros(59, 390)
    .model(Model::Code("^F-{guide-number#}"))
    .title("{brand} {model} {noun} {mount}")
    .blurb(
        "Dreh- und schwenkbar mit Funksteuerung.",
        "Rotates and tilts, radio-controlled.",
    )
    .facts(&[sized("guide-number", "32 44 58 60", 0.6)])
    .variants(&[axis("mount", MOUNTS)])
    .drawn(&["flash"], Always("black")),
];
