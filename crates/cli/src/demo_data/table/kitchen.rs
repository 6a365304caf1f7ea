//! Kitchen.

use super::Coat::{Always, By};
use super::{Guild, Kind, Model, Series, any, axis, same, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Kitchen,
        "kitchen/cookware/pots",
        t("Töpfe", "Pots"),
        t("Kochtopf mit Deckel", "Saucepan with Lid"),
    )
    .share(20)
    .euros(24, 160)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {volume}, {colour}")
    .blurb(
        "Wärmespeichernder Boden, für alle Herdarten samt Induktion.",
        "Heat-retaining base for all hobs including induction.",
    )
    .variants(&[
        sized("diameter-cm", "16 20 24 28", 0.4),
        sized("volume", "1.9 3.7 5.7 8.2", 0.3),
        axis("colour", "brushed-steel black red sage"),
    ])
    .fit("volume", "diameter-cm", 0.11, 0.3)
    .drawn(&["pot"], By("colour"))
    .with(&[any("kitchen/cookware/pans")]),
    Kind::new(
        Guild::Kitchen,
        "kitchen/cookware/pans",
        t("Pfannen", "Frying pans"),
        t("Bratpfanne", "Frying Pan"),
    )
    .share(20)
    .euros(19, 130)
    .named(Series::Home)
    .title("{brand} {model} {noun} {coating}, {diameter-cm}, {colour}")
    .blurb(
        "Gleichmäßige Hitze und ein Griff, der kühl bleibt.",
        "Even heat and a handle that stays cool.",
    )
    .facts(&[axis("coating", "non-stick-coating cast-iron stainless")])
    .variants(&[
        sized("diameter-cm", "20 24 28 32", 0.6),
        axis("colour", "black anthracite copper"),
    ])
    .drawn(&["pan"], By("colour")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/knives/kitchen-knives",
        t("Küchenmesser", "Kitchen knives"),
        t("Küchenmesser", "Kitchen Knife"),
    )
    .share(22)
    .euros(19, 190)
    .named(Series::Home)
    .title("{brand} {model} {knife-type} {length-cm}, {grip}")
    .blurb(
        "Geschmiedete Klinge, eisgehärtet, von Hand abgezogen.",
        "Forged blade, ice-hardened, honed by hand.",
    )
    .facts(&[axis("grip", "wood-oak black")])
    .variants(&[
        axis("knife-type", "chef bread paring santoku"),
        sized("length-cm", "9 16 18 20", 0.5),
    ])
    .drawn(&["knife"], By("grip"))
    .with(&[any("kitchen/knives/chopping-boards")]),
    Kind::new(
        Guild::Kitchen,
        "kitchen/knives/chopping-boards",
        t("Schneidebretter", "Chopping boards"),
        t("Schneidebrett", "Chopping Board"),
    )
    .share(12)
    .euros(12, 79)
    .named(Series::Home)
    .title("{brand} {model} {noun} {wood}, {dimensions-cm}")
    .blurb(
        "Massives Holz, geölt, mit Saftrille.",
        "Solid oiled wood with juice groove.",
    )
    .facts(&[axis("wood", "wood-oak wood-beech walnut")])
    .variants(&[sized("dimensions-cm", "30×20 38×25 45×30 54×29", 0.6)])
    .drawn(&["board"], By("wood"))
    .with(&[any("kitchen/knives/kitchen-knives")]),
    Kind::new(
        Guild::Kitchen,
        "kitchen/coffee/espresso-machines",
        t("Espressomaschinen", "Espresso machines"),
        t("Siebträgermaschine", "Espresso Machine"),
    )
    .share(12)
    .euros(149, 890)
    .model(Model::Code("^E-{pressure#}#0"))
    .title("{brand} {model} {noun} {pressure}, {colour}")
    .blurb(
        "Schnell aufgeheizt, mit Dampflanze für Milchschaum.",
        "Heats up fast, with steam wand for milk foam.",
    )
    .facts(&[axis("pressure", "15 19 20")])
    .variants(&[axis("colour", "brushed-steel black red cream sage")])
    .drawn(&["espresso-machine"], By("colour"))
    .with(&[any("kitchen/tableware/mugs")]),
    Kind::new(
        Guild::Kitchen,
        "kitchen/coffee/french-presses",
        t("Kaffeebereiter", "Coffee presses"),
        t("Kaffeebereiter", "French Press"),
    )
    .share(12)
    .euros(15, 79)
    .named(Series::Home)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Borosilikatglas und feiner Edelstahlfilter.",
        "Borosilicate glass and fine steel filter.",
    )
    .variants(&[
        sized("volume", "0.35 0.6 1 1.5", 0.4),
        axis("colour", "chrome matt-black copper brushed-brass"),
    ])
    .drawn(&["french-press"], By("colour")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/coffee/kettles",
        t("Wasserkocher", "Kettles"),
        t("Wasserkocher", "Electric Kettle"),
    )
    .share(14)
    .euros(25, 119)
    .named(Series::Home)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Mit Temperaturwahl und Abschaltautomatik.",
        "With temperature selection and automatic switch-off.",
    )
    .facts(&[axis("power", "2000 2200 2400")])
    .variants(&[
        sized("volume", "1 1.5 1.7", 0.3),
        axis("colour", "brushed-steel black cream red mint"),
    ])
    .drawn(&["kettle"], By("colour")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/baking/stand-mixers",
        t("Küchenmaschinen", "Stand mixers"),
        t("Küchenmaschine", "Stand Mixer"),
    )
    .share(12)
    .euros(119, 640)
    .named(Series::Home)
    .title("{brand} {model} {noun} {volume}, {colour}")
    .blurb(
        "Planetarisches Rührwerk für schwere Teige.",
        "Planetary mixing for heavy doughs.",
    )
    .facts(&[sized("power", "800 1000 1200", 0.4)])
    .variants(&[
        sized("volume", "4.3 4.8 6.9", 0.4),
        axis("colour", "red cream mint black light-blue silver"),
    ])
    .drawn(&["stand-mixer"], By("colour"))
    .with(&[any("kitchen/baking/cake-tins")]),
    Kind::new(
        Guild::Kitchen,
        "kitchen/baking/cake-tins",
        t("Backformen", "Cake tins"),
        t("Springform", "Springform Tin"),
    )
    .share(12)
    .cents(890, 3900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Auslaufsicher mit schnittfestem Boden.",
        "Leak-proof with cut-resistant base.",
    )
    .variants(&[
        sized("diameter-cm", "18 20 24 26 28", 0.4),
        axis("colour", "anthracite red"),
    ])
    .drawn(&["cake-tin"], By("colour")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/tableware/mugs",
        t("Becher & Tassen", "Mugs"),
        t("Kaffeebecher", "Mug"),
    )
    .share(24)
    .cents(690, 2900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {volume-ml}, {colour}, {pack}")
    .blurb(
        "Steinzeug mit reaktiver Glasur.",
        "Stoneware with reactive glaze.",
    )
    .facts(&[axis("volume-ml", "250 300 350 400")])
    .variants(&[
        axis(
            "colour",
            "white red sage navy mustard rose light-blue black",
        ),
        sized("pack", "1 2 4", 0.85),
    ])
    .drawn(&["mug"], By("colour")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/tableware/plates",
        t("Teller", "Plates"),
        t("Speiseteller", "Dinner Plate"),
    )
    .share(20)
    .cents(790, 2900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}, {pack}")
    .blurb(
        "Kantenfest und mikrowellengeeignet.",
        "Chip-resistant and microwave-safe.",
    )
    .variants(&[
        sized("diameter-cm", "16 21 27 30", 0.7),
        axis("colour", "white cream sage navy anthracite"),
        sized("pack", "1 4 6", 0.85),
    ])
    .drawn(&["plate"], By("colour"))
    .with(&[same("kitchen/tableware/mugs", &["colour"])]),
    Kind::new(
        Guild::Kitchen,
        "kitchen/tableware/glasses",
        t("Gläser", "Glasses"),
        t("Weinglas", "Wine Glass"),
    )
    .share(14)
    .cents(690, 3900)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {volume-ml}, {pack}")
    .blurb(
        "Feines Kristallglas mit gezogenem Stiel.",
        "Fine crystal glass with drawn stem.",
    )
    .variants(&[
        axis("volume-ml", "250 350 450 600"),
        sized("pack", "2 4 6", 0.85),
    ])
    .drawn(&["wine-glass"], Always("bordeaux")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/storage/bottles",
        t("Trinkflaschen", "Drinking bottles"),
        t("Isolierflasche", "Insulated Bottle"),
    )
    .share(18)
    .euros(14, 49)
    .named(Series::Outdoor)
    .title("{brand} {model} {noun} {volume-ml}, {colour}")
    .blurb(
        "Hält 24 Stunden kalt und zwölf Stunden heiß.",
        "Keeps cold for 24 hours and hot for twelve.",
    )
    .variants(&[
        sized("volume-ml", "350 500 750 1000", 0.4),
        axis(
            "colour",
            "black white sage petrol red rose light-blue brushed-steel",
        ),
    ])
    .drawn(&["bottle"], By("colour")),
    Kind::new(
        Guild::Kitchen,
        "kitchen/storage/jars",
        t("Vorratsgläser", "Storage jars"),
        t("Vorratsglas", "Storage Jar"),
    )
    .share(12)
    .cents(590, 2900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {volume-ml}, {pack}")
    .blurb(
        "Luftdicht durch Deckel mit Silikonring.",
        "Airtight lid with silicone ring.",
    )
    .facts(&[axis("lid", "wood-oak wood-beech")])
    .variants(&[
        sized("volume-ml", "300 650 1000 1500", 0.5),
        sized("pack", "1 3 6", 0.85),
    ])
    .drawn(&["jar"], By("lid")),
];
