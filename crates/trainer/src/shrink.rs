//! Holds what is to be published against what is served: far less is a broken export more often than a wish.

use std::fs;
use std::path::Path;

use endcap::catalogue::{Catalogue, Overlay};
use endcap::knowledge::Knowledge;
use endcap::pack::Pack;

use crate::error::TrainerError;

/// Shops with fewer may change as they like: a test shop of three products is no shop of thousands with a broken export.
const FEW: u64 = 20;

/// What a pack offers.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A catalogue's products, or those that an overlay does not hide.
    Products,
    /// The queries that a knowledge pack suggests.
    Queries,
}

impl std::fmt::Display for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Products => "products",
            Self::Queries => "queries",
        })
    }
}

/// Refuses `offered` where it is less than half of what is `served`, unless somebody has said that it is meant. What cannot be
/// counted is no reason to refuse.
pub(crate) fn check(
    what: Offer,
    served: Option<u64>,
    offered: impl FnOnce() -> Option<u64>,
    is_confirmed: bool,
) -> Result<(), TrainerError> {
    let Some(served) = served.filter(|served| *served >= FEW && !is_confirmed) else {
        return Ok(());
    };
    match offered() {
        Some(offered) if offered < served.div_ceil(2) => Err(TrainerError::Shrinks {
            what,
            served,
            offered,
        }),
        _ => Ok(()),
    }
}

/// What the pack called `hash` in `folder` offers; none if there is none, or no such pack.
pub(crate) fn served(
    folder: &Path,
    hash: &str,
    count: impl FnOnce(Pack) -> Option<u64>,
) -> Option<u64> {
    let bytes = fs::read(folder.join(format!("{hash}.pack"))).ok()?;
    count(Pack::open(bytes).ok()?)
}

pub(crate) fn products(pack: Pack) -> Option<u64> {
    Some(Catalogue::open(pack).ok()?.item_count() as u64)
}

pub(crate) fn queries(pack: Pack) -> Option<u64> {
    Some(Knowledge::open(pack).ok()?.query_count() as u64)
}

pub(crate) fn hidden(pack: Pack) -> Option<u64> {
    let overlay = Overlay::open(pack).ok()?;
    Some(overlay.said().filter(|item| item.hidden).count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_half_is_refused_and_half_is_not() {
        let checked = |served, offered, is_confirmed| {
            check(Offer::Products, served, || offered, is_confirmed).map_err(|error| error.code())
        };
        for (served, least) in [(20, 10), (21, 11), (1_000_000, 500_000)] {
            assert_eq!(checked(Some(served), Some(least), false), Ok(()));
            let refused = Err("pack/shrinks");
            assert_eq!(checked(Some(served), Some(least - 1), false), refused);
            assert_eq!(checked(Some(served), Some(least - 1), true), Ok(()));
        }
        for (served, offered) in [(Some(19), Some(1)), (None, Some(1)), (Some(1000), None)] {
            assert_eq!(checked(served, offered, false), Ok(()));
        }
    }
}
