//! Deltas: whatever changed, the new pack comes out bit for bit; whatever was done to the delta, it does or gives an error.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{pack, products};
use endcap::{
    catalogue::{
        Attribute, Catalogue, CatalogueBuilder, CatalogueMeta, Label, OverlayBuilder, OverlayMeta,
        Product,
    },
    pack::{Pack, PackError, apply_delta, delta_ends, make_delta},
};
use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

fn meta() -> CatalogueMeta {
    CatalogueMeta {
        language: "de".into(),
        currency: "EUR".into(),
        ..CatalogueMeta::default()
    }
}

fn built(products: &[Product], base: Option<&[u8]>) -> Vec<u8> {
    let mut builder = CatalogueBuilder::new(meta());
    if let Some(base) = base {
        builder = builder.on_base(&opened(base));
    }
    for product in products {
        builder.push(product.clone()).unwrap();
    }
    builder.finish().unwrap()
}

fn opened(pack: &[u8]) -> Catalogue {
    Catalogue::open(Pack::open(pack.to_vec()).unwrap()).unwrap()
}

/// A product out of few words, so that catalogues share much.
fn product() -> impl Strategy<Value = Product> {
    let word = || {
        prop::sample::select(vec![
            "Bohrer", "Schraube", "Kabel", "Lampe", "Chrom", "M8x40", "18 V",
        ])
    };
    (
        0u32..60,
        prop::collection::vec(word(), 1..5),
        prop::sample::select(vec!["", "Kraftwig", "Aquilon", "Norvik"]),
        prop::collection::vec((0u8..4, 0u8..9), 0..4),
        prop::option::of(1u32..99_999),
        0u32..50,
    )
        .prop_map(
            |(id, words, brand, attributes, price, popularity)| Product {
                id: format!("P{id}"),
                title: words.join(" "),
                brand: brand.into(),
                mpn: format!("N-{}", id * 7),
                category: vec![Label::plain(words[0]), Label::plain(brand)],
                attributes: attributes
                    .into_iter()
                    .map(|(name, value)| Attribute {
                        name: Label::plain(format!("name {name}")),
                        value: Label::plain(format!("value {value}")),
                        swatch: String::new(),
                    })
                    .collect(),
                price,
                popularity: f64::from(popularity),
                ..Product::default()
            },
        )
}

fn catalogue() -> impl Strategy<Value = Vec<Product>> {
    prop::collection::vec(product(), 1..80).prop_map(|mut products| {
        products.sort_by(|a, b| a.id.cmp(&b.id));
        products.dedup_by(|a, b| a.id == b.id);
        products
    })
}

fn rehash(bytes: &mut [u8]) {
    let hash = xxh3_128(&bytes[32..]);
    bytes[16..32].copy_from_slice(&hash.to_le_bytes());
}

/// A delta of the shared shop: one product gone, one changed.
fn shops_delta() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let old = pack();
    let mut changed = products();
    changed.remove(3);
    changed[5].title = "Sechskantschraube M8x45, verzinkt".into();
    let new = built(&changed, Some(&old));
    let delta = make_delta(&old, &new).unwrap();
    (old, new, delta)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Applying what was made of two packs gives the second, on a base or not.
    #[test]
    fn a_delta_leads_to_the_new_pack(old in catalogue(), new in catalogue(), on_base: bool) {
        let old = built(&old, None);
        let new = built(&new, on_base.then_some(old.as_slice()));
        let delta = make_delta(&old, &new).unwrap();
        prop_assert_eq!(&make_delta(&old, &new).unwrap(), &delta);
        let ends = delta_ends(Pack::open(delta.clone()).unwrap()).unwrap();
        prop_assert_eq!(ends, (opened(&old).hash(), opened(&new).hash()));
        prop_assert_eq!(apply_delta(old, delta).unwrap(), new);
    }

    /// On a base, items keep their numbers as far as there are as many as before; nothing gets lost or doubled.
    #[test]
    fn items_keep_their_numbers_on_a_base(old in catalogue(), new in catalogue()) {
        let base = built(&old, None);
        let (base, next) = (opened(&base), opened(&built(&new, Some(&base))));
        prop_assert_eq!(next.item_count(), new.len());
        prop_assert!(new.iter().all(|product| next.item(&product.id).is_some()));
        for product in &old {
            let (before, now) = (base.item(&product.id).unwrap(), next.item(&product.id));
            if let Some(now) = now {
                let moved_up = before.0 as usize >= next.item_count();
                prop_assert!(now == before || moved_up || now.0 < before.0, "{} moved from {before:?} to {now:?}", product.id);
            }
        }
        if new.len() >= old.len() {
            let kept = |product: &&Product| next.item(&product.id).is_none_or(|now| base.item(&product.id) == Some(now));
            prop_assert!(old.iter().all(|product| kept(&product)));
        }
    }

    /// Forged operations, lengths and tables: an error, or the pack that was promised.
    #[test]
    fn a_forged_delta_does_no_harm(changes in prop::collection::vec((32usize..9_000, any::<u8>()), 1..8)) {
        let (old, new, mut delta) = shops_delta();
        let length = delta.len();
        for (at, byte) in changes {
            delta[32 + at % (length - 32)] = byte;
        }
        rehash(&mut delta);
        if let Ok(made) = apply_delta(old, delta) {
            prop_assert_eq!(made, new);
        }
    }

    #[test]
    fn a_cut_or_flipped_delta_is_noticed(at in 0usize..9_000, bit in 0u8..8) {
        let (old, _, delta) = shops_delta();
        let at = at % delta.len();
        let cut = delta[..at].to_vec();
        prop_assert!(apply_delta(old.clone(), cut).is_err());
        let mut flipped = delta;
        flipped[at] ^= 1 << bit;
        prop_assert!(apply_delta(old, flipped).is_err());
    }
}

#[test]
fn a_small_change_makes_a_small_delta() {
    let (_, new, delta) = shops_delta();
    assert!(
        delta.len() * 2 < new.len(),
        "{} of {}",
        delta.len(),
        new.len()
    );
}

#[test]
fn a_delta_fits_its_own_base_alone() {
    let (old, new, delta) = shops_delta();
    let code = |old: &[u8], delta: &[u8]| {
        apply_delta(old.to_vec(), delta.to_vec())
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&new, &delta), "pack/base");
    assert_eq!(code(&old, &new), "pack/kind");
    assert_eq!(code(&delta, &delta), "pack/base");
    assert_eq!(code(b"nothing at all", &delta), "pack/foreign");
    let not_a_catalogue = Catalogue::open(Pack::open(delta).unwrap()).unwrap_err();
    assert_eq!(not_a_catalogue.code(), "pack/kind");
}

#[test]
fn a_delta_that_promises_too_much_is_not_followed() {
    let (old, _, mut delta) = shops_delta();
    // The announced length stands behind the two hashes.
    let pack = Pack::open(delta.clone()).unwrap();
    let at = pack.sections().next().unwrap().offset + 32;
    delta[at..at + 8].copy_from_slice(&(1u64 << 40).to_le_bytes());
    rehash(&mut delta);
    assert!(matches!(
        apply_delta(old, delta),
        Err(PackError::Unsound {
            section: "delta: meta",
            ..
        })
    ));
}

/// Deltas know nothing of catalogues that they need: overlays, and other kinds, have them as well.
#[test]
fn other_kinds_have_deltas_too() {
    let overlay = |sequence| {
        let meta = OverlayMeta {
            sequence,
            ..OverlayMeta::default()
        };
        OverlayBuilder::new(meta).finish().unwrap()
    };
    let delta = make_delta(&overlay(1), &overlay(2)).unwrap();
    assert_eq!(apply_delta(overlay(1), delta).unwrap(), overlay(2));
}
