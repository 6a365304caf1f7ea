//! The trades and hobbies that shoppers come from.

/// A sort of shopper.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Persona {
    pub(in super::super) key: &'static str,
    /// Relative number of shoppers.
    pub(in super::super) share: u32,
    /// Category paths that such a shopper may love; each shopper takes two or three.
    pub(in super::super) loves: &'static [&'static str],
    /// Buys by day for a living rather than in the evening for pleasure.
    pub(in super::super) trade: bool,
}

const fn persona(
    key: &'static str,
    share: u32,
    trade: bool,
    loves: &'static [&'static str],
) -> Persona {
    Persona {
        key,
        share,
        loves,
        trade,
    }
}

/// Every sort of shopper. Paths that the shop does not carry are passed over.
pub(in super::super) const PERSONAS: &[Persona] = &[
    persona(
        "plumber",
        12,
        true,
        &[
            "bath/taps",
            "plumbing/drains",
            "plumbing/supply",
            "plumbing/fittings",
            "plumbing/heating",
            "bath/toilets",
            "hand-tools/pliers",
        ],
    ),
    persona(
        "bathroom-renovator",
        10,
        false,
        &[
            "bath/taps",
            "bath/basins",
            "bath/showers",
            "bath/tubs",
            "bath/accessories",
            "lighting/indoor",
        ],
    ),
    persona(
        "metalworker",
        9,
        true,
        &[
            "fasteners/screws/machine",
            "fasteners/nuts",
            "power-tools/grinding",
            "hand-tools/wrenches",
            "power-tools/accessories/drill-bits",
        ],
    ),
    persona(
        "carpenter",
        11,
        true,
        &[
            "fasteners/screws/wood",
            "power-tools/sawing",
            "power-tools/drilling",
            "hand-tools/striking",
            "fasteners/anchors",
            "power-tools/accessories",
        ],
    ),
    persona(
        "electrician",
        11,
        true,
        &[
            "electrical/switches",
            "electrical/cable",
            "electrical/distribution",
            "hand-tools/pliers",
            "lighting/lamps",
            "hand-tools/screwdrivers",
        ],
    ),
    persona(
        "home-improver",
        14,
        false,
        &[
            "power-tools/drilling",
            "fasteners/anchors",
            "paint/interior",
            "lighting/lamps",
            "hand-tools/screwdrivers",
            "electrical/switches",
        ],
    ),
    persona(
        "painter",
        7,
        true,
        &[
            "paint/interior",
            "paint/tools",
            "paint/wood",
            "paint/preparation",
        ],
    ),
    persona(
        "gardener",
        12,
        false,
        &[
            "garden/watering",
            "garden/tools",
            "garden/machines",
            "garden/plants",
            "garden/living",
        ],
    ),
    persona(
        "photographer",
        11,
        false,
        &["photo/cameras", "photo/lenses", "photo/accessories"],
    ),
    persona(
        "cook",
        11,
        false,
        &[
            "kitchen/cookware",
            "kitchen/knives",
            "kitchen/coffee",
            "kitchen/baking",
            "kitchen/tableware",
        ],
    ),
    persona(
        "homemaker",
        10,
        false,
        &[
            "gifts/candles",
            "home/textiles",
            "home/decoration",
            "kitchen/tableware",
            "lighting/indoor",
        ],
    ),
    persona(
        "gift-giver",
        10,
        false,
        &[
            "gifts/jewellery",
            "gifts/candles",
            "gifts/fashion",
            "gifts/stationery",
            "home/decoration",
        ],
    ),
    persona(
        "caretaker",
        6,
        true,
        &[
            "fasteners/anchors",
            "lighting/lamps",
            "plumbing/supply",
            "garden/tools",
            "electrical/distribution",
            "hand-tools/screwdrivers",
        ],
    ),
];
