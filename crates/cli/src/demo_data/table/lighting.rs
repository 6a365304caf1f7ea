//! Lamps and luminaires.

use super::Coat::{Always, By};
use super::{Bulk, Guild, Kind, Series, any, axis, same, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Lighting,
        "lighting/lamps/led-lamps",
        t("LED-Lampen", "LED bulbs"),
        t("LED-Lampe", "LED Bulb"),
    )
    .share(30)
    .cents(290, 990)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {socket} {power} {luminous-flux}, {colour-temperature}")
    .blurb(
        "Sofort hell, flimmerfrei und sparsam.",
        "Instantly bright, flicker-free and economical.",
    )
    .facts(&[axis("dimmable", "yes no"), axis("socket", "E27 E27 E14")])
    .variants(&[
        sized("power", "4.9 7 8.5 11 14", 0.4),
        sized("luminous-flux", "470 806 1055 1521", 0.0),
        axis("colour-temperature", "2700 4000 6500"),
    ])
    .fit("luminous-flux", "power", 92.0, 125.0)
    .drawn(&["bulb"], Always("white"))
    .with(&[any("electrical/switches/dimmers")]),
    Kind::new(
        Guild::Lighting,
        "lighting/lamps/filament-lamps",
        t("Filamentlampen", "Filament bulbs"),
        t("LED-Filamentlampe", "LED Filament Bulb"),
    )
    .share(18)
    .cents(490, 1990)
    .named(Series::Home)
    .title("{brand} {model} {noun} {socket} {power}, {glass}")
    .blurb(
        "Sichtbare Fäden im Stil der alten Glühlampe.",
        "Visible filaments in the style of the old light bulb.",
    )
    .facts(&[
        axis("socket", "E27 E14"),
        axis("colour-temperature", "1800 2200 2700"),
    ])
    .variants(&[
        sized("power", "2.5 4 6.5", 0.3),
        axis("glass", "clear-glass amber-glass smoke-glass"),
    ])
    .drawn(&["bulb-filament"], By("glass")),
    Kind::new(
        Guild::Lighting,
        "lighting/lamps/spot-lamps",
        t("LED-Spots", "LED spot bulbs"),
        t("LED-Spot", "LED Spot Bulb"),
    )
    .share(16)
    .cents(290, 990)
    .named(Series::Plain)
    .bulk(Bulk::Few)
    .title("{brand} {model} {noun} {socket} {power}, {colour-temperature}, {pack}")
    .blurb(
        "Gerichtetes Licht mit 36° Abstrahlwinkel.",
        "Directed light with a 36° beam.",
    )
    .facts(&[axis("socket", "GU10 GU5.3"), axis("dimmable", "yes no")])
    .variants(&[
        sized("power", "3.5 4.6 6.5", 0.3),
        axis("colour-temperature", "2700 4000"),
        sized("pack", "1 3 10", 0.85),
    ])
    .drawn(&["spot-lamp"], Always("light-grey")),
    Kind::new(
        Guild::Lighting,
        "lighting/lamps/led-strips",
        t("LED-Streifen", "LED strips"),
        t("LED-Streifen", "LED Strip"),
    )
    .share(12)
    .euros(12, 89)
    .named(Series::Plain)
    .title("{brand} {model} {noun} {length-m}, {light-colour}")
    .blurb(
        "Selbstklebend, kürzbar, mit Fernbedienung.",
        "Self-adhesive, can be cut, with remote control.",
    )
    .facts(&[axis("voltage", "12 24"), axis("protection", "IP20 IP65")])
    .variants(&[
        sized("length-m", "2 3 5 10", 0.7),
        axis("light-colour", "warm-white rgb tunable-white"),
    ])
    .drawn(&["led-strip"], Always("white")),
    Kind::new(
        Guild::Lighting,
        "lighting/indoor/pendant-lights",
        t("Pendelleuchten", "Pendant lights"),
        t("Pendelleuchte", "Pendant Light"),
    )
    .share(24)
    .euros(39, 290)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Gibt blendfreies Licht über Tisch und Tresen.",
        "Gives glare-free light over tables and counters.",
    )
    .facts(&[axis("socket", "E27")])
    .variants(&[
        sized("diameter-cm", "20 30 40 50", 0.6),
        axis("colour", "black white copper brushed-brass sage mustard"),
    ])
    .drawn(&["pendant"], By("colour"))
    .with(&[any("lighting/lamps/filament-lamps")]),
    Kind::new(
        Guild::Lighting,
        "lighting/indoor/ceiling-lights",
        t("Deckenleuchten", "Ceiling lights"),
        t("LED-Deckenleuchte", "LED Ceiling Light"),
    )
    .share(16)
    .euros(29, 240)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Flache Leuchte mit gleichmäßigem Licht.",
        "Flat luminaire with even light.",
    )
    .facts(&[
        axis("colour-temperature", "2700 3000 4000"),
        axis("dimmable", "yes no"),
    ])
    .variants(&[
        sized("diameter-cm", "25 30 40 60", 0.7),
        axis("colour", "white black brushed-brass"),
    ])
    .drawn(&["ceiling-light"], By("colour")),
    Kind::new(
        Guild::Lighting,
        "lighting/indoor/floor-lamps",
        t("Stehleuchten", "Floor lamps"),
        t("Stehleuchte", "Floor Lamp"),
    )
    .share(14)
    .euros(49, 320)
    .named(Series::Home)
    .title("{brand} {model} {noun} {height-cm}, {colour}")
    .blurb(
        "Warmes Licht für die Leseecke, mit Fußschalter.",
        "Warm light for the reading corner, with foot switch.",
    )
    .facts(&[axis("socket", "E27")])
    .variants(&[
        sized("height-cm", "140 150 165", 0.3),
        axis("colour", "black white brushed-brass wood-oak"),
    ])
    .drawn(&["floor-lamp"], By("colour"))
    .with(&[any("lighting/lamps/filament-lamps")]),
    Kind::new(
        Guild::Lighting,
        "lighting/indoor/table-lamps",
        t("Tischleuchten", "Table lamps"),
        t("Tischleuchte", "Table Lamp"),
    )
    .share(18)
    .euros(24, 160)
    .named(Series::Home)
    .title("{brand} {model} {noun}, {colour}")
    .blurb(
        "Kleine Leuchte mit Textilschirm.",
        "Small lamp with fabric shade.",
    )
    .facts(&[
        axis("socket", "E14 E27"),
        axis("material", "ceramic glass brass"),
    ])
    .variants(&[axis(
        "colour",
        "white sage terracotta navy mustard petrol rose",
    )])
    .drawn(&["table-lamp"], By("colour"))
    .with(&[same("lighting/lamps/led-lamps", &["socket"])]),
    Kind::new(
        Guild::Lighting,
        "lighting/outdoor/wall-lights",
        t("Außenwandleuchten", "Outdoor wall lights"),
        t("Außenwandleuchte", "Outdoor Wall Light"),
    )
    .share(14)
    .euros(29, 190)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {function}, {colour}")
    .blurb(
        "Wetterfeste Leuchte aus Aluminiumguss.",
        "Weatherproof luminaire of cast aluminium.",
    )
    .facts(&[axis("protection", "IP44 IP54")])
    .variants(&[
        axis("function", "motion-sensor plain"),
        axis("colour", "anthracite black white brushed-steel"),
    ])
    .drawn(&["wall-lantern"], By("colour")),
];
