//! Gifts: jewellery, candles, scarves.

use super::Coat::By;
use super::{Guild, Kind, Series, axis, sized, t};

pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        Guild::Jewellery,
        "gifts/jewellery/rings",
        t("Ringe", "Rings"),
        t("Damenring", "Ladies' Ring"),
    )
    .share(26)
    .euros(39, 290)
    .named(Series::Jewellery)
    .title("{brand} {model} {noun} {material}, {stone}, {size}")
    .blurb(
        "Feiner Ring, von Hand poliert, im Schmucketui.",
        "Fine ring, polished by hand, in a jewellery box.",
    )
    .facts(&[axis(
        "stone",
        "zirconia pearl amethyst topaz diamond no-stone",
    )])
    .variants(&[
        axis(
            "material",
            "silver-925 gold-585 gold-plated rose-gold-plated",
        ),
        axis("size", "50 52 54 56 58 60"),
    ])
    .drawn(&["ring"], By("material")),
    Kind::new(
        Guild::Home,
        "gifts/candles/scented-candles",
        t("Duftkerzen", "Scented candles"),
        t("Duftkerze im Glas", "Scented Candle in Glass"),
    )
    .share(26)
    .cents(990, 4900)
    .named(Series::Home)
    .title("{brand} {model} {noun}, {scent}, {colour}")
    .blurb(
        "Kerze aus Rapswachs mit Baumwolldocht.",
        "Rapeseed wax candle with cotton wick.",
    )
    .facts(&[sized("burn-time", "30 45 60", 0.6)])
    .variants(&[
        axis("scent", "vanilla fig sandalwood sea-salt lavender-scent"),
        axis("colour", "cream sage rose terracotta"),
    ])
    .drawn(&["candle-glass"], By("colour")),
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
        axis("dimensions", "180×30 180×70 200×70"),
    ])
    .variants(&[axis(
        "colour",
        "red bordeaux navy petrol mustard grey rose sage",
    )])
    .drawn(&["scarf"], By("colour")),
];
