//! Foreign bytes: whatever a network or an attacker makes of a pack, it opens or it does not; nothing panics or hangs.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, event, items, pack};
use endcap::{
    Engine, SearchQuery, SuggestOptions,
    catalogue::{Catalogue, Overlay, OverlayBuilder, OverlayItem, OverlayMeta},
    pack::{Pack, PackError},
};
use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

/// Uses everything that an engine reads from a pack.
fn exercise(catalogue: Catalogue) {
    let mut engine = Engine::with_catalogue(catalogue, 1);
    let ids: Vec<String> = {
        let catalogue = engine.catalogue().unwrap();
        let ids = catalogue.items().map(|item| catalogue.id(item).to_owned());
        ids.collect()
    };
    for id in ids.iter().take(4) {
        let _ = engine.observe(&event("view_item", &[id]), NOW);
    }
    for text in ["", "m8x40", "waschtisch ri", "2000000000077", "a"] {
        let _ = engine.suggest(text, &SuggestOptions::default(), NOW);
    }
    let query = SearchQuery {
        filters: [
            ("category".to_owned(), vec!["Bad > Armaturen".to_owned()]),
            ("colour".to_owned(), vec!["Chrom".to_owned()]),
        ]
        .into(),
        ..SearchQuery::default()
    };
    let _ = engine.search(&query, NOW);
    let _ = engine.facets(&SearchQuery::default(), NOW);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let list = items(&ids);
    let _ = engine.rank(&list, NOW);
    for item in &list {
        let _ = engine.explain(item, NOW);
    }
    let _ = engine.affinities(100, NOW);
}

/// An overlay of the shop: new prices, and two items that are hidden.
fn overlay() -> Vec<u8> {
    let mut builder = OverlayBuilder::new(OverlayMeta::default());
    for (id, price) in ["b1", "b2", "d1", "s1", "p1", "unknown"].iter().zip(100..) {
        let item = OverlayItem {
            id: (*id).into(),
            price: Some(Some(price)),
            delivery_days: Some(None),
            hidden: price > 103,
            ..OverlayItem::default()
        };
        builder.push(item).unwrap();
    }
    builder.finish().unwrap()
}

/// Gives changed bytes the hash that they should have.
fn rehash(bytes: &mut [u8]) {
    let hash = xxh3_128(&bytes[32..]);
    bytes[16..32].copy_from_slice(&hash.to_le_bytes());
}

fn open(bytes: Vec<u8>) -> Result<Catalogue, PackError> {
    Catalogue::open(Pack::open(bytes)?)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_cut_pack_does_not_open(cut in 0usize..20_000) {
        let mut bytes = pack();
        let cut = cut % bytes.len();
        bytes.truncate(cut);
        let cut_off = matches!(open(bytes), Err(PackError::Truncated { .. }));
        prop_assert!(cut_off);
    }

    #[test]
    fn a_flipped_bit_is_noticed(bit in 0usize..160_000) {
        let mut bytes = pack();
        let bit = bit % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(open(bytes).is_err());
    }

    /// Bytes that carry the right hash all the same: an error or answers, never a panic.
    #[test]
    fn a_forged_pack_does_no_harm(changes in prop::collection::vec((32usize..20_000, any::<u8>()), 1..12)) {
        let mut bytes = pack();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[32 + at % (length - 32)] = byte;
        }
        rehash(&mut bytes);
        if let Ok(catalogue) = open(bytes) {
            exercise(catalogue);
        }
    }

    /// The same aimed at numbers: offsets, lengths, ranges.
    #[test]
    fn forged_numbers_do_no_harm(at in 40usize..20_000, number in prop_oneof![Just(u32::MAX), Just(0), Just(1 << 31), any::<u32>(), 0u32..5_000]) {
        let mut bytes = pack();
        let at = at % (bytes.len() - 4) / 4 * 4;
        if at >= 32 {
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            rehash(&mut bytes);
            if let Ok(catalogue) = open(bytes) {
                exercise(catalogue);
            }
        }
    }

    /// An overlay of forged bytes: an error, or answers as ever; taken away again, it leaves nothing.
    #[test]
    fn a_forged_overlay_does_no_harm(changes in prop::collection::vec((32usize..2_000, any::<u8>()), 1..8)) {
        let mut bytes = overlay();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[32 + at % (length - 32)] = byte;
        }
        rehash(&mut bytes);
        if let Ok(overlay) = Pack::open(bytes).and_then(Overlay::open) {
            let mut catalogue = common::catalogue();
            let mut engine = Engine::with_catalogue(catalogue.clone(), 1);
            let before = format!("{:?}", engine.search(&SearchQuery::default(), NOW));
            let layer = overlay.meta().layer;
            if catalogue.lay(overlay).is_ok_and(|overlaid| overlaid.applied) {
                exercise(catalogue.clone());
                let meta = OverlayMeta { layer, sequence: u64::MAX, ..OverlayMeta::default() };
                let nothing = OverlayBuilder::new(meta).finish().unwrap();
                catalogue.lay(Overlay::open(Pack::open(nothing).unwrap()).unwrap()).unwrap();
                let mut engine = Engine::with_catalogue(catalogue, 1);
                prop_assert_eq!(format!("{:?}", engine.search(&SearchQuery::default(), NOW)), before);
            }
        }
    }

    #[test]
    fn random_bytes_are_foreign(bytes in prop::collection::vec(any::<u8>(), 8..400)) {
        prop_assert_eq!(open(bytes).unwrap_err(), PackError::Foreign);
    }
}

#[test]
fn each_error_has_its_code() {
    let code = |bytes: Vec<u8>| open(bytes).unwrap_err().code();
    let sound = pack();
    assert_eq!(code(Vec::new()), "pack/truncated");
    assert_eq!(code(b"<!doctype html>".to_vec()), "pack/foreign");
    let mut newer = sound.clone();
    newer[8] = 9;
    assert_eq!(code(newer), "pack/newer-version");
    let mut longer = sound.clone();
    longer.push(0);
    assert_eq!(code(longer), "pack/too-long");
    let mut other = sound.clone();
    other[12] = 7;
    assert_eq!(code(other), "pack/kind");
    let mut damaged = sound;
    damaged[100] ^= 1;
    assert_eq!(code(damaged), "pack/hash");
}
