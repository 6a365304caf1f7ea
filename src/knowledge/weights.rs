//! Weights of what is added up inside a tier.

/// How much each part of a score counts: 1 is what its unit says, log-odds of being chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// How well the text matches, and how long and how misspelt the title's words are.
    pub text: f32,
    /// Words that stand together in text and title.
    pub together: f32,
    /// What all shoppers did with the product, and whether it can be had.
    pub popularity: f32,
    /// The shopper's turn for its brand, category and properties.
    pub values: f32,
    /// What the shopper did with this very product.
    pub item: f32,
    /// That it cannot be had now, beyond what `popularity` takes off; in log-odds.
    pub unavailable: f32,
    /// What all shoppers chose after this query.
    pub prior: f32,
}

/// The log-odds are taken at their word, until logs teach better.
impl Default for Weights {
    fn default() -> Self {
        Self {
            text: 1.0,
            together: 1.0,
            popularity: 1.0,
            values: 1.0,
            item: 1.0,
            unavailable: 0.0,
            prior: 1.0,
        }
    }
}

/// No part may count against itself or drown all others, whatever the bytes say.
pub(super) const GREATEST: f32 = 8.0;

impl Weights {
    /// Number of weights.
    pub const COUNT: usize = 7;

    /// All weights in the order of the fields.
    #[must_use]
    pub fn to_array(self) -> [f32; Self::COUNT] {
        let Self {
            text,
            together,
            popularity,
            values,
            item,
            unavailable,
            prior,
        } = self;
        [text, together, popularity, values, item, unavailable, prior]
    }

    /// Weights in the order of the fields; those out of `0..=8` are brought back into it.
    #[must_use]
    pub fn from_array(weights: [f32; Self::COUNT]) -> Self {
        let [text, together, popularity, values, item, unavailable, prior] =
            weights.map(|weight| {
                if weight.is_nan() {
                    0.0
                } else {
                    weight.clamp(0.0, GREATEST)
                }
            });
        Self {
            text,
            together,
            popularity,
            values,
            item,
            unavailable,
            prior,
        }
    }

    /// From the bits of a pack; weights that an older pack does not have are the default ones.
    pub(super) fn from_bits(bits: impl Iterator<Item = u32>) -> Self {
        let mut weights = Self::default().to_array();
        for (place, bits) in weights.iter_mut().zip(bits) {
            *place = f32::from_bits(bits);
        }
        Self::from_array(weights)
    }
}
