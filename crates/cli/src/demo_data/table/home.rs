//! Home: textiles and decoration.

use super::Coat::{Always, By};
use super::{Guild, Kind, Series, any, axis, same, sized, t};

const SOFT: &str = "cream grey sage rose terracotta navy mustard petrol";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Home,
        "home/textiles/cushions",
        t("Kissen", "Cushions"),
        t("Zierkissen", "Cushion"),
    )
    .share(26)
    .euros(14, 79)
    .named(Series::Home)
    .title("{brand} {model} {noun} {dimensions-cm}, {colour}")
    .blurb(
        "Mit Reißverschluss und waschbarem Bezug.",
        "With zip and washable cover.",
    )
    .facts(&[axis("fibre", "cotton wool linen velvet")])
    .variants(&[
        sized("dimensions-cm", "40×40 45×45 50×50 60×40", 0.5),
        axis("colour", SOFT),
    ])
    .drawn(&["cushion"], By("colour"))
    .with(&[same("home/textiles/throws", &["colour"])]),
    Kind::new(
        Guild::Home,
        "home/textiles/throws",
        t("Wohndecken", "Throws"),
        t("Wohndecke", "Throw"),
    )
    .share(18)
    .euros(29, 160)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {fibre}, {dimensions-cm}, {colour}")
    .blurb(
        "Kuschelig weich und leicht zu waschen.",
        "Cosy, soft and easy to wash.",
    )
    .facts(&[axis("fibre", "cotton wool merino cashmere")])
    .variants(&[
        sized("dimensions-cm", "130×170 150×200", 0.4),
        axis("colour", SOFT),
    ])
    .drawn(&["throw"], By("colour"))
    .with(&[same("home/textiles/cushions", &["colour"])]),
    Kind::new(
        Guild::Textiles,
        "home/textiles/bed-linen",
        t("Bettwäsche", "Bed linen"),
        t("Bettwäsche-Garnitur", "Bed Linen Set"),
    )
    .share(20)
    .euros(29, 160)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {fibre}, {dimensions-cm}, {colour}")
    .blurb(
        "Dicht gewebt mit verdecktem Reißverschluss.",
        "Densely woven with concealed zip.",
    )
    .facts(&[axis("fibre", "cotton linen silk")])
    .variants(&[
        sized("dimensions-cm", "135×200 155×220 200×200", 0.4),
        axis("colour", SOFT),
    ])
    .drawn(&["bed-linen"], By("colour")),
    Kind::new(
        Guild::Textiles,
        "home/textiles/towels",
        t("Handtücher", "Towels"),
        t("Handtuch", "Towel"),
    )
    .share(22)
    .cents(890, 3900)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {dimensions-cm}, {colour}")
    .blurb(
        "Saugstarkes Frottier aus langstapeliger Baumwolle.",
        "Absorbent terry of long-staple cotton.",
    )
    .facts(&[axis("fibre", "cotton")])
    .variants(&[
        sized("dimensions-cm", "30×50 50×100 70×140 100×150", 0.7),
        axis("colour", SOFT),
    ])
    .drawn(&["towels"], By("colour")),
    Kind::new(
        Guild::Home,
        "home/textiles/rugs",
        t("Teppiche", "Rugs"),
        t("Teppich", "Rug"),
    )
    .share(16)
    .euros(39, 340)
    .named(Series::Home)
    .title("{brand} {model} {noun} {dimensions-cm}, {colour}")
    .blurb(
        "Flach gewebt und für Fußbodenheizung geeignet.",
        "Flat-woven, suitable for underfloor heating.",
    )
    .facts(&[axis("fibre", "cotton wool jute")])
    .variants(&[
        sized("dimensions-cm", "60×90 80×150 120×170 160×230 200×300", 0.8),
        axis("colour", SOFT),
    ])
    .drawn(&["rug"], By("colour")),
    Kind::new(
        Guild::Home,
        "home/decoration/vases",
        t("Vasen", "Vases"),
        t("Vase", "Vase"),
    )
    .share(18)
    .euros(12, 89)
    .named(Series::Home)
    .title("{brand} {model} {noun} {height-cm}, {colour}")
    .blurb(
        "Handgefertigt: jedes Stück ist ein wenig anders.",
        "Made by hand: each piece differs a little.",
    )
    .facts(&[axis("material", "ceramic glass")])
    .variants(&[
        sized("height-cm", "15 20 25 35", 0.7),
        axis("colour", "white sage terracotta navy sand black"),
    ])
    .drawn(&["vase"], By("colour")),
    Kind::new(
        Guild::Home,
        "home/decoration/picture-frames",
        t("Bilderrahmen", "Picture frames"),
        t("Bilderrahmen", "Picture Frame"),
    )
    .share(18)
    .cents(690, 4900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {dimensions-cm}, {colour}")
    .blurb(
        "Mit Passepartout und Echtglas.",
        "With mount and real glass.",
    )
    .variants(&[
        sized("dimensions-cm", "13×18 20×30 30×40 50×70", 0.5),
        axis("colour", "wood-oak black white brushed-brass"),
    ])
    .drawn(&["picture-frame"], By("colour"))
    .with(&[any("hand-tools/striking/hammers")]),
    Kind::new(
        Guild::Home,
        "home/decoration/wall-clocks",
        t("Wanduhren", "Wall clocks"),
        t("Wanduhr", "Wall Clock"),
    )
    .share(12)
    .euros(19, 119)
    .named(Series::Home)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Leises Uhrwerk ohne Ticken.",
        "Silent movement without ticking.",
    )
    .variants(&[
        sized("diameter-cm", "25 30 40", 0.5),
        axis("colour", "black white wood-oak copper sage"),
    ])
    .drawn(&["clock"], By("colour")),
    Kind::new(
        Guild::Home,
        "home/decoration/baskets",
        t("Körbe", "Baskets"),
        t("Aufbewahrungskorb", "Storage Basket"),
    )
    .share(12)
    .euros(9, 59)
    .named(Series::Home)
    .title("{brand} {model} {noun} {volume}")
    .blurb("Geflochten mit zwei Henkeln.", "Woven with two handles.")
    .facts(&[axis("material", "rattan jute seagrass")])
    .variants(&[sized("volume", "8 15 30 50", 0.6)])
    .drawn(&["basket"], Always("sand")),
];
