//! The order of a facet's values: what the logs teach of how probably each is that of the product opened next.

use super::{Knowledge, sections::Section};
use crate::recommend::Ranker;

/// How the values of one facet are ordered: a small network over what is known of each value among the products listed.
///
/// | part | what it says of a value |
/// | --- | --- |
/// | 0 | ln of the share of what all shoppers opened of the products that has the value |
/// | 1 | ln of the share of the products that has it and was not opened in this visit |
/// | 2 | ln of how probably it is chosen by this shopper's taste |
/// | 3, 4 | ln of how probably the product opened next has it, by the model of what is opened next; the likeliest such product |
/// | 5–7 | of this visit: whether the product opened latest has it, share of the views whose products have it, ln(1 + these views) |
/// | 8–10 | the same of the products listed alone |
/// | 11–13 | of all values alike: ln(1 + views), share of different values in them, ln(1 + views of products listed) |
#[derive(Clone, Debug, PartialEq)]
pub struct ValueOrder {
    /// The facet's key.
    pub facet: String,
    /// The network.
    pub ranker: Ranker,
}

impl ValueOrder {
    /// Number of parts.
    pub const PARTS: usize = 14;

    /// By popularity alone: what stands where nothing else has been better on later visits.
    #[must_use]
    pub fn by_popularity(facet: String) -> Self {
        let mut linear = vec![0.0; Self::PARTS];
        linear[0] = 1.0;
        let ranker = Ranker::line(linear);
        Self { facet, ranker }
    }
}

impl Knowledge {
    /// The order of the values of `facet`, if it has one of its own.
    #[must_use]
    pub fn value_order(&self, facet: &str) -> Option<Ranker> {
        let keys = self.strings(Section::OrderKeys, Section::OrderKeysBlob);
        let at = (0..self.order_count()).find(|&at| keys.at(at) == facet)?;
        self.order(at)
    }

    /// Number of facets whose values have an order of their own.
    #[must_use]
    pub fn order_count(&self) -> usize {
        self.u32s(Section::OrderKeys).len().saturating_sub(1)
    }

    /// The network of order `at`; `None` if its numbers are none.
    pub(super) fn order(&self, at: usize) -> Option<Ranker> {
        let bits = self.list(Section::OrderWeights, Section::OrderWeightsList, at);
        let numbers: Vec<f32> = bits.iter().map(f32::from_bits).collect();
        let sound = numbers.iter().all(|number| number.is_finite());
        let ranker = Ranker::of_any_width(&numbers, ValueOrder::PARTS);
        ranker.filter(|_| sound)
    }
}
