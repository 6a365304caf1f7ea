//! Heads: the part of a catalogue that a page begins with, while the whole is on its way.

use std::collections::BTreeMap;

use endcap::catalogue::{CatalogueBuilder, CatalogueMeta, Product};
use endcap::pack::PackHash;

use crate::error::TrainerError;
use crate::output::compressed;

/// What the head may take on the wire unless something else is asked for. Of the 300 KB until the first suggestion the engine
/// takes up to 226, the JavaScript 18; the rest is for manifest and headers. Knowledge that is heavier than the head comes behind the whole.
pub const HEAD_BYTES: usize = 53_000;
/// Products that are tried first.
const FIRST_TRY: usize = 2_000;
/// Sizes are nearly a line: what all products share, and something for each. So few tries are enough.
const TRIES: usize = 8;
/// How near to the limit is near enough.
const NEAR: f64 = 0.95;
/// Products of a category that come before those that are better known elsewhere.
const OF_A_CATEGORY: usize = 3;

/// Products in the order in which a head takes them: for each category and brand the best known ones, so that no word for them
/// is without an answer; then the best known of all; sizes and colours of what is in there already at last.
pub(crate) fn order(products: &[Product]) -> Vec<usize> {
    let mut known: Vec<usize> = (0..products.len()).collect();
    known.sort_by(|&a, &b| products[b].popularity.total_cmp(&products[a].popularity));
    let mut categories = BTreeMap::<Vec<&str>, usize>::new();
    let mut brands = BTreeMap::<&str, usize>::new();
    let mut groups = BTreeMap::<&str, usize>::new();
    let mut ranked: Vec<(usize, usize, usize)> = known
        .into_iter()
        .enumerate()
        .map(|(rank, at)| {
            let product = &products[at];
            let path = product.category.iter().map(|part| part.label.as_str());
            let of_category = count(&mut categories, path.collect());
            let of_brand = count(&mut brands, product.brand.as_str());
            let variant = !product.group.is_empty() && count(&mut groups, &product.group) > 0;
            let round = if variant {
                usize::MAX
            } else if of_category < OF_A_CATEGORY || of_brand == 0 {
                of_category.min(of_brand)
            } else {
                OF_A_CATEGORY
            };
            (round, rank, at)
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, at)| at).collect()
}

fn count<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) -> usize {
    let count = counts.entry(key).or_default();
    *count += 1;
    *count - 1
}

/// The head of `whole` with as many of `products`, which come in the order in which they are wanted, as fit into `limit` bytes
/// of brotli; `None` if not even a few do.
pub(crate) fn build(
    meta: &CatalogueMeta,
    products: &[Product],
    whole: PackHash,
    limit: usize,
) -> Result<Option<Vec<u8>>, TrainerError> {
    let mut best: Option<(usize, Vec<u8>)> = None;
    let mut last = (0.0, 0.0);
    let (mut wanted, mut least_too_many) = (FIRST_TRY.min(products.len()), products.len() + 1);
    for _ in 0..TRIES {
        let bytes = build_of(meta, products.get(..wanted).unwrap_or(products), whole)?;
        let size = compressed(&bytes, &mut |_| {}).map_or(usize::MAX, |bytes| bytes.len());
        if size <= limit {
            best = Some((wanted, bytes));
            if size as f64 >= NEAR * limit as f64 {
                break;
            }
        } else {
            least_too_many = wanted;
        }
        let fits = best.as_ref().map_or(0, |&(fits, _)| fits);
        // Linear interpolation between this try and the one before (at first: the origin), 1.5 % lower, so that the next one more likely fits.
        let here = (wanted as f64, size as f64);
        let slope = (here.1 - last.1) / (here.0 - last.0);
        let next = (here.0 + (limit as f64 - here.1) / slope) * 0.985;
        last = here;
        // A slope of 0 gives 0 or the maximum, which `clamp` brings back to a count that was not tried.
        let next = next as usize;
        let next = next.clamp(fits + 1, (least_too_many - 1).max(fits + 1));
        if next >= least_too_many || next > products.len() || next == wanted {
            break;
        }
        wanted = next;
    }
    Ok(best.map(|(_, bytes)| bytes))
}

fn build_of(
    meta: &CatalogueMeta,
    products: &[Product],
    whole: PackHash,
) -> Result<Vec<u8>, TrainerError> {
    let mut builder = CatalogueBuilder::new(meta.clone()).head_of(whole);
    for product in products {
        builder
            .push(product.clone())
            .map_err(|error| TrainerError::catalogue(&error))?;
    }
    builder
        .finish()
        .map_err(|error| TrainerError::catalogue(&error))
}

/// What a head needs of a product: no long texts.
pub(crate) fn shortened(product: &Product) -> Product {
    Product {
        description: String::new(),
        references: Vec::new(),
        price_tiers: Vec::new(),
        ..product.clone()
    }
}

#[cfg(test)]
mod tests {
    use endcap::catalogue::Label;
    use endcap::pack::Pack;

    use super::*;

    /// What all products share may be most of a head, so that a smaller one is not smaller in proportion.
    #[test]
    fn a_head_is_found_where_most_of_it_is_shared() {
        let text = |seed: u64, length: u64| -> String {
            let letter = |at: u64| {
                let mut bits = (seed * 1_000 + at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                bits ^= bits >> 29;
                char::from(b'a' + (bits.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as u8 % 26)
            };
            (0..length).map(letter).collect()
        };
        let builder = CatalogueBuilder::new(CatalogueMeta::default());
        let whole = Pack::open(builder.finish().unwrap()).unwrap().hash();
        let products: Vec<Product> = (0..1_000u64)
            .map(|number| {
                let length = if number < 40 { 400 } else { 6 };
                product(&text(number, length), "Tools", "Acme", 1.0)
            })
            .collect();
        let size = |count: usize| {
            let bytes = build_of(&CatalogueMeta::default(), &products[..count], whole);
            compressed(&bytes.unwrap(), &mut |_| {}).unwrap().len()
        };
        let (few, many) = (size(60), size(1_000));
        assert!(
            few * 1_000 > many * 60 * 4,
            "{few} of {many} bytes are shared"
        );
        for limit in [few, (few + many) / 2, few + (many - few) / 10] {
            let built = build(&CatalogueMeta::default(), &products, whole, limit);
            let head = built
                .unwrap()
                .unwrap_or_else(|| panic!("no head of {limit} bytes"));
            let size = compressed(&head, &mut |_| {}).unwrap().len();
            assert!(
                size <= limit && size as f64 > 0.9 * limit as f64,
                "{size} of {limit}"
            );
        }
    }

    fn product(id: &str, category: &str, brand: &str, popularity: f64) -> Product {
        Product {
            id: id.into(),
            title: id.into(),
            brand: brand.into(),
            category: vec![Label::plain(category)],
            popularity,
            ..Product::default()
        }
    }

    #[test]
    fn every_category_and_brand_comes_before_the_second_best() {
        let mut products: Vec<Product> = (0..9)
            .map(|n| product(&format!("tap{n}"), "taps", "A", 90.0 - f64::from(n)))
            .collect();
        products.push(product("lamp", "lamps", "B", 1.0));
        products.push(product("cable", "taps", "C", 0.0));
        let first: Vec<&str> = order(&products)
            .into_iter()
            .take(5)
            .map(|at| products[at].id.as_str())
            .collect();
        assert_eq!(first, ["tap0", "lamp", "cable", "tap1", "tap2"]);
    }

    #[test]
    fn variants_come_last() {
        let variant = |id: &str, popularity| Product {
            group: "riva".into(),
            ..product(id, "taps", "A", popularity)
        };
        let products = [
            variant("chrome", 9.0),
            variant("black", 8.0),
            product("other", "taps", "A", 1.0),
        ];
        assert_eq!(order(&products), [0, 2, 1]);
    }
}
