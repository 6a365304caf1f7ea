//! Gifts: jewellery, candles, fashion accessories, stationery.

use super::Coat::{Always, By};
use super::{Guild, Kind, Series, any, axis, same, sized, t};

const METALS: &str = "silver-925 gold-585 gold-plated rose-gold-plated";
const STONES: &str = "zirconia pearl amethyst topaz diamond no-stone";

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Jewellery,
        "gifts/jewellery/rings",
        t("Ringe", "Rings"),
        t("Damenring", "Ladies' Ring"),
    )
    .share(30)
    .euros(39, 290)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {material}, {stone}, {ring-size}")
    .blurb(
        "Feiner Ring, von Hand poliert, im Schmucketui.",
        "Fine ring, polished by hand, in a jewellery box.",
    )
    .facts(&[axis("stone", STONES)])
    .variants(&[
        axis("material", METALS),
        axis("ring-size", "50 52 54 56 58 60"),
    ])
    .drawn(&["ring"], By("material"))
    .trimmed("stone")
    .with(&[same("gifts/jewellery/earrings", &["brand", "material"])]),
    Kind::new(
        Guild::Jewellery,
        "gifts/jewellery/necklaces",
        t("Halsketten", "Necklaces"),
        t("Halskette mit Anhänger", "Pendant Necklace"),
    )
    .share(24)
    .euros(39, 340)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {material}, {stone}, {length-cm}")
    .blurb(
        "Zarte Kette mit Anhänger und verstellbarem Verschluss.",
        "Delicate chain with pendant and adjustable clasp.",
    )
    .facts(&[axis("stone", STONES)])
    .variants(&[
        axis("material", METALS),
        sized("length-cm", "42 45 50 60", 0.3),
    ])
    .drawn(&["necklace"], By("material"))
    .trimmed("stone")
    .with(&[same("gifts/jewellery/earrings", &["brand", "material"])]),
    Kind::new(
        Guild::Jewellery,
        "gifts/jewellery/earrings",
        t("Ohrringe", "Earrings"),
        t("Ohrstecker", "Stud Earrings"),
    )
    .share(20)
    .euros(24, 240)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {material}, {stone}")
    .blurb(
        "Leichte Stecker mit sicherem Verschluss.",
        "Light studs with secure backs.",
    )
    .facts(&[axis("stone", STONES)])
    .variants(&[axis("material", METALS)])
    .drawn(&["earrings"], By("material"))
    .trimmed("stone"),
    Kind::new(
        Guild::Jewellery,
        "gifts/jewellery/bracelets",
        t("Armbänder", "Bracelets"),
        t("Armband", "Bracelet"),
    )
    .share(18)
    .euros(29, 260)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {material}, {length-cm}")
    .blurb(
        "Schlichtes Armband, das zu allem passt.",
        "Simple bracelet that goes with everything.",
    )
    .facts(&[axis("stone", STONES)])
    .variants(&[axis("material", METALS), axis("length-cm", "17 18 19")])
    .drawn(&["bracelet"], By("material"))
    .trimmed("stone"),
    Kind::new(
        Guild::Jewellery,
        "gifts/jewellery/watches",
        t("Uhren", "Watches"),
        t("Armbanduhr", "Wrist Watch"),
    )
    .share(18)
    .euros(79, 490)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {diameter}, {colour}")
    .blurb(
        "Saphirglas, Quarzwerk und wechselbares Armband.",
        "Sapphire glass, quartz movement and interchangeable strap.",
    )
    .facts(&[
        axis("strap", "leather stainless-strap"),
        axis("diameter", "32 36 40 42"),
    ])
    .variants(&[axis("colour", "black cognac navy silver rose")])
    .drawn(&["watch"], By("colour")),
    Kind::new(
        Guild::Home,
        "gifts/candles/scented-candles",
        t("Duftkerzen", "Scented candles"),
        t("Duftkerze im Glas", "Scented Candle in Glass"),
    )
    .share(26)
    .cents(990, 4900)
    .named(Series::Home)
    .title("{brand} {model} {noun}, {scent}, {burn-time}, {colour}")
    .blurb(
        "Kerze aus Rapswachs mit Baumwolldocht.",
        "Rapeseed wax candle with cotton wick.",
    )
    .facts(&[sized("burn-time", "30 45 60", 0.6)])
    .variants(&[
        axis(
            "scent",
            "vanilla fig sandalwood sea-salt lavender-scent cinnamon",
        ),
        axis("colour", "cream sage rose terracotta"),
    ])
    .drawn(&["candle-glass"], By("colour")),
    Kind::new(
        Guild::Home,
        "gifts/candles/pillar-candles",
        t("Stumpenkerzen", "Pillar candles"),
        t("Stumpenkerze", "Pillar Candle"),
    )
    .share(18)
    .cents(290, 1490)
    .named(Series::Home)
    .title("{brand} {model} {noun} {height}, {colour}, {pack}")
    .blurb(
        "Durchgefärbt und tropfarm.",
        "Coloured through, hardly drips.",
    )
    .variants(&[
        sized("height", "80 120 180", 0.6),
        axis("colour", "cream red sage navy mustard rose"),
        sized("pack", "1 4", 0.85),
    ])
    .drawn(&["candle-pillar"], By("colour")),
    Kind::new(
        Guild::Home,
        "gifts/candles/diffusers",
        t("Raumdüfte", "Reed diffusers"),
        t("Raumduft mit Stäbchen", "Reed Diffuser"),
    )
    .share(14)
    .cents(1290, 5900)
    .named(Series::Home)
    .title("{brand} {model} {noun}, {scent}, {volume-ml}")
    .blurb(
        "Duftet bis zu drei Monate, ganz ohne Flamme.",
        "Scents a room for up to three months without a flame.",
    )
    .facts(&[axis("colour", "cognac sage rose light-blue")])
    .variants(&[
        axis("scent", "vanilla fig sandalwood sea-salt lavender-scent"),
        sized("volume-ml", "100 200", 0.6),
    ])
    .drawn(&["diffuser"], By("colour")),
    Kind::new(
        Guild::Textiles,
        "gifts/fashion/scarves",
        t("Schals & Tücher", "Scarves"),
        t("Schal", "Scarf"),
    )
    .share(30)
    .euros(24, 110)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {fibre}, {colour}")
    .blurb(
        "Weicher Schal mit kurzen Fransen.",
        "Soft scarf with short fringes.",
    )
    .facts(&[
        axis("fibre", "cotton wool merino cashmere silk"),
        axis("dimensions-cm", "180×30 180×70 200×70"),
    ])
    .variants(&[axis(
        "colour",
        "red bordeaux navy petrol mustard grey rose sage",
    )])
    .drawn(&["scarf"], By("colour"))
    .with(&[same("gifts/fashion/hats", &["colour"])]),
    Kind::new(
        Guild::Textiles,
        "gifts/fashion/hats",
        t("Mützen", "Beanies"),
        t("Strickmütze", "Knitted Beanie"),
    )
    .share(18)
    .euros(15, 59)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {fibre}, {colour}")
    .blurb(
        "Warm gestrickt mit weichem Innenfutter.",
        "Warmly knitted with a soft lining.",
    )
    .facts(&[axis("fibre", "cotton wool merino cashmere")])
    .variants(&[axis(
        "colour",
        "red bordeaux navy petrol mustard grey rose black",
    )])
    .drawn(&["beanie"], By("colour"))
    .with(&[same("gifts/fashion/scarves", &["colour"])]),
    Kind::new(
        Guild::Textiles,
        "gifts/fashion/handbags",
        t("Handtaschen", "Handbags"),
        t("Handtasche", "Handbag"),
    )
    .share(18)
    .euros(49, 290)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {bag-material}, {colour}")
    .blurb(
        "Mit Reißverschluss, Innenfach und langem Riemen.",
        "With zip, inner pocket and long strap.",
    )
    .facts(&[axis("bag-material", "leather canvas")])
    .variants(&[axis("colour", "black cognac bordeaux navy sage cream")])
    .drawn(&["handbag"], By("colour"))
    .with(&[same("gifts/fashion/wallets", &["colour"])]),
    Kind::new(
        Guild::Textiles,
        "gifts/fashion/wallets",
        t("Geldbörsen", "Wallets"),
        t("Geldbörse", "Wallet"),
    )
    .share(12)
    .euros(29, 110)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {bag-material}, {colour}")
    .blurb(
        "Mit Ausleseschutz und Münzfach.",
        "With RFID protection and coin pocket.",
    )
    .facts(&[axis("bag-material", "leather")])
    .variants(&[axis("colour", "black cognac bordeaux navy brown")])
    .drawn(&["wallet"], By("colour")),
    Kind::new(
        Guild::Textiles,
        "gifts/fashion/umbrellas",
        t("Regenschirme", "Umbrellas"),
        t("Stockschirm", "Walking Umbrella"),
    )
    .share(12)
    .euros(19, 89)
    .named(Series::Textiles)
    .title("{brand} {model} {noun} {diameter-cm}, {colour}")
    .blurb(
        "Sturmsicheres Gestell aus Fiberglas.",
        "Storm-proof fibreglass frame.",
    )
    .variants(&[
        sized("diameter-cm", "100 115 130", 0.4),
        axis("colour", "black navy red mustard petrol"),
    ])
    .drawn(&["umbrella"], By("colour")),
    Kind::new(
        Guild::Home,
        "gifts/stationery/notebooks",
        t("Notizbücher", "Notebooks"),
        t("Notizbuch", "Notebook"),
    )
    .share(16)
    .cents(790, 2900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {paper-size} {ruling}, {colour}")
    .blurb(
        "Fadengebunden, mit Leseband und Gummizug.",
        "Thread-bound, with ribbon and elastic.",
    )
    .variants(&[
        axis("paper-size", "DIN·A6 DIN·A5 DIN·A4"),
        axis("ruling", "lined dotted blank"),
        axis("colour", "black navy sage rose mustard"),
    ])
    .drawn(&["notebook"], By("colour"))
    .with(&[any("gifts/stationery/pens")]),
    Kind::new(
        Guild::Home,
        "gifts/stationery/pens",
        t("Füllhalter", "Fountain pens"),
        t("Füllfederhalter", "Fountain Pen"),
    )
    .share(12)
    .euros(19, 149)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {nib}, {colour}")
    .blurb(
        "Edelstahlfeder, ausgewogen, im Etui.",
        "Steel nib, well balanced, in a case.",
    )
    .variants(&[
        axis("nib", "EF F M B"),
        axis("colour", "black navy bordeaux silver petrol"),
    ])
    .drawn(&["pen"], By("colour"))
    .with(&[any("gifts/stationery/notebooks")]),
    Kind::new(
        Guild::Home,
        "gifts/stationery/gift-boxes",
        t("Geschenkverpackung", "Gift wrap"),
        t("Geschenkbox mit Schleife", "Gift Box with Bow"),
    )
    .share(12)
    .cents(390, 1490)
    .named(Series::Home)
    .title("{brand} {model} {noun} {size}, {colour}")
    .blurb(
        "Stabile Box mit Satinschleife, flach geliefert.",
        "Sturdy box with satin bow, delivered flat.",
    )
    .variants(&[
        axis("size", "S M L"),
        axis("colour", "red navy sage rose cream"),
    ])
    .drawn(&["gift-box"], By("colour")),
    Kind::new(
        Guild::Home,
        "gifts/games/puzzles",
        t("Puzzles & Spiele", "Puzzles & games"),
        t("Puzzle", "Jigsaw Puzzle"),
    )
    .share(10)
    .cents(990, 2900)
    .named(Series::Home)
    .title("{brand} {model} {noun} {motif}, {set-size}")
    .blurb(
        "Präzise gestanzt aus fester Pappe.",
        "Precisely cut from sturdy board.",
    )
    .variants(&[
        axis("motif", "mountains harbour balloons meadow"),
        sized("set-size", "500 1000 1500 2000", 0.4),
    ])
    .drawn(&["puzzle"], Always("turquoise")),
];
