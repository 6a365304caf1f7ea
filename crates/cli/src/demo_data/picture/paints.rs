//! The colours of things, by the key of the value that names them.

use std::fmt;

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(u8, u8, u8);

/// How a surface takes the light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finish {
    Metal,
    Gloss,
    Matt,
}

/// A colour with its finish.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    key: &'static str,
    base: Rgb,
    pub(super) finish: Finish,
}

/// The paint called `key`.
pub(super) fn paint(key: &str) -> Option<&'static Paint> {
    PAINTS.iter().find(|paint| paint.key == key)
}

impl Rgb {
    pub(super) const WHITE: Self = Self(255, 255, 255);
    const SHADE: Self = Self(16, 20, 32);

    /// `percent` of `other`, the rest of `self`; integers, so that every platform agrees.
    pub(super) fn mix(self, other: Self, percent: u32) -> Self {
        let part =
            |a: u8, b: u8| ((u32::from(a) * (100 - percent) + u32::from(b) * percent) / 100) as u8;
        Self(
            part(self.0, other.0),
            part(self.1, other.1),
            part(self.2, other.2),
        )
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Paint {
    pub(super) fn base(&self) -> Rgb {
        self.base
    }

    pub(super) fn light(&self) -> Rgb {
        self.base.mix(
            Rgb::WHITE,
            if self.finish == Finish::Metal { 52 } else { 30 },
        )
    }

    pub(super) fn dark(&self) -> Rgb {
        self.base.mix(Rgb::SHADE, 30)
    }

    pub(super) fn deep(&self) -> Rgb {
        self.base.mix(
            Rgb::SHADE,
            if self.finish == Finish::Metal { 46 } else { 58 },
        )
    }
}

const fn p(key: &'static str, rgb: u32, finish: Finish) -> Paint {
    Paint {
        key,
        base: Rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8),
        finish,
    }
}

use Finish::{Gloss, Matt, Metal};

const PAINTS: &[Paint] = &[
    p("chrome", 0xb9c2cc, Metal),
    p("matt-black", 0x34383e, Matt),
    p("brushed-steel", 0xa3a8ab, Metal),
    p("brushed-brass", 0xc29a55, Metal),
    p("gold-polished", 0xdcae4a, Metal),
    p("copper", 0xc47a50, Metal),
    p("white", 0xeef1f4, Gloss),
    p("matt-white", 0xe9ebed, Matt),
    p("cream", 0xeee3cb, Matt),
    p("beige", 0xd8c4a4, Matt),
    p("sand", 0xcdb48c, Matt),
    p("grey", 0x8b949e, Matt),
    p("light-grey", 0xc2c9d0, Gloss),
    p("anthracite", 0x474e57, Matt),
    p("black", 0x2b2f35, Gloss),
    p("brown", 0x7a5236, Matt),
    p("cognac", 0xa9612f, Gloss),
    p("terracotta", 0xc8694a, Matt),
    p("red", 0xcf2f36, Gloss),
    p("bordeaux", 0x7c2038, Matt),
    p("orange", 0xee7a22, Gloss),
    p("yellow", 0xf3bd24, Gloss),
    p("mustard", 0xcf9a2e, Matt),
    p("green", 0x3b9650, Gloss),
    p("olive", 0x737a45, Matt),
    p("sage", 0x9db198, Matt),
    p("mint", 0x8fd0b7, Matt),
    p("turquoise", 0x25b0ac, Gloss),
    p("petrol", 0x14707f, Gloss),
    p("blue", 0x2467c0, Gloss),
    p("light-blue", 0x84b7e2, Matt),
    p("navy", 0x273d6b, Matt),
    p("lavender", 0xab9ad1, Matt),
    p("pink", 0xe4568f, Gloss),
    p("rose", 0xe3a3a4, Matt),
    p("silver", 0xbec3c9, Metal),
    p("transparent", 0xd6e6ef, Gloss),
    p("green-yellow", 0x9fb52c, Gloss),
    p("zinc", 0xb3bac0, Metal),
    p("steel-plain", 0x7f868d, Metal),
    p("hot-dip", 0x9aa1a6, Matt),
    p("stainless", 0xc0c6cc, Metal),
    p("brass", 0xcda34c, Metal),
    p("nylon", 0xd9dde0, Matt),
    p("plastic", 0xd0d5da, Gloss),
    p("A2", 0xc0c6cc, Metal),
    p("A4", 0xcbcfd2, Metal),
    p("8.8", 0xb4bdc0, Metal),
    p("10.9", 0x43474c, Metal),
    p("silver-925", 0xc9ced4, Metal),
    p("gold-585", 0xe0b04a, Metal),
    p("gold-plated", 0xe6c06a, Metal),
    p("rose-gold-plated", 0xdca08a, Metal),
    p("aluminium", 0xbfc4c9, Metal),
    p("carbon", 0x30343a, Gloss),
    p("wood-oak", 0xbd9463, Matt),
    p("wood-beech", 0xd9b78a, Matt),
    p("ceramic", 0xf0f1f1, Gloss),
    p("glass", 0xcfe0ea, Gloss),
    p("leather", 0x8a5530, Gloss),
    p("canvas", 0x8c8a6a, Matt),
    p("12.9", 0x3a3e43, Metal),
    p("yellow-zinc", 0xc9b264, Metal),
    p("hss-g", 0xa9b0b6, Metal),
    p("hss-co", 0x9a8b6e, Metal),
    p("hss-tin", 0xd6b048, Metal),
    p("walnut", 0x6d4a30, Matt),
    p("amber-glass", 0xd98f2b, Gloss),
    p("clear-glass", 0xe2ebf0, Gloss),
    p("smoke-glass", 0x6b6660, Gloss),
    p("tomato", 0xd5402f, Gloss),
    p("basil", 0x4f9140, Gloss),
    p("sunflower", 0xf2b71f, Gloss),
    p("carrot", 0xef7f2a, Gloss),
    p("lettuce", 0x86b94a, Gloss),
    p("wildflowers", 0x8d6bc4, Gloss),
    p("uv", 0xc9d7f2, Gloss),
    p("polarising", 0x6b7280, Gloss),
    p("nd8", 0x4a4f57, Gloss),
    p("nd64", 0x24282d, Gloss),
    p("zirconia", 0xb9dcf3, Gloss),
    p("diamond", 0xd3e6f2, Gloss),
    p("pearl", 0xf1e6d8, Gloss),
    p("amethyst", 0x8d5cc0, Gloss),
    p("topaz", 0x3f9bd8, Gloss),
];
