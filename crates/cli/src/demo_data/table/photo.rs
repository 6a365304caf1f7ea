//! Cameras, lenses and what goes with them.

use super::Coat::By;
use super::{Guild, Kind, Model, Series, any, axis, same, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Photo,
        "photo/cameras/mirrorless",
        t("Systemkameras", "Mirrorless cameras"),
        t("Systemkamera", "Mirrorless Camera"),
    )
    .share(12)
    .euros(499, 2400)
    .model(Model::Code("^-{resolution#}#"))
    .title("{brand} {model} {noun}, {sensor}, {colour}")
    .blurb(
        "Spiegellose Kamera mit schnellem Autofokus und stabilisiertem Sensor.",
        "Mirrorless camera with fast autofocus and stabilised sensor.",
    )
    .facts(&[
        axis("sensor", "full-frame aps-c four-thirds"),
        sized("resolution", "20 24 26 33 45 61", 0.7),
        axis("mount", "NX-R OM-Z KB-E"),
    ])
    .variants(&[axis("colour", "black silver")])
    .drawn(&["camera"], By("colour"))
    .with(&[
        same("photo/lenses/prime-lenses", &["mount"]),
        any("photo/accessories/camera-bags"),
    ]),
    Kind::new(
        Guild::Photo,
        "photo/lenses/prime-lenses",
        t("Festbrennweiten", "Prime lenses"),
        t("Festbrennweite", "Prime Lens"),
    )
    .share(16)
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
        axis("colour", "black"),
    ])
    .variants(&[axis("mount", "NX-R OM-Z KB-E")])
    .drawn(&["lens"], By("colour")),
    Kind::new(
        Guild::Photo,
        "photo/accessories/camera-bags",
        t("Fototaschen", "Camera bags"),
        t("Fototasche", "Camera Bag"),
    )
    .share(16)
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
];
