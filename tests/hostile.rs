//! Foreign bytes: whatever a network or an attacker makes of a pack, it opens or it does not; nothing panics or hangs.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, catalogue, event, items, knowledge, pack};
use endcap::{
    Engine, RecommendKind, RecommendQuery, SearchQuery, SuggestOptions, Text, Timestamp,
    catalogue::{Catalogue, Overlay, OverlayBuilder, OverlayItem, OverlayMeta},
    key::Key,
    knowledge::{Knowledge, KnownItem},
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

/// Uses everything that an engine reads from a knowledge pack.
fn exercise_knowledge(knowledge: Knowledge) {
    let _ = knowledge.weights();
    let _ = knowledge.value_order("brand");
    for query in ["", "riva", "waschtischarmatur"] {
        let _ = knowledge.facet_use(query, Some(Key::category(&["bath"])));
    }
    for item in 0..4 {
        let _ = knowledge.item(knowledge.item_key(KnownItem(item)));
        let _ = knowledge.item_id(KnownItem(item));
    }
    let mut engine = Engine::with_catalogue(catalogue(), 1);
    engine.attach_knowledge(knowledge);
    let _ = engine.knowledge_info();
    for text in [
        "",
        "w",
        "riva",
        "brause",
        "waschtischarmatur riva",
        "schraube m8",
    ] {
        let _ = engine.suggest(text, &SuggestOptions::default(), NOW);
        let query = SearchQuery {
            text: Text(text.to_owned()),
            ..SearchQuery::default()
        };
        let result = engine.search(&query, NOW);
        assert!(result.hits.iter().all(|hit| hit.score.is_finite()));
        let _ = engine.facets(&query, NOW);
    }
    for bought in ["p1", "d1"] {
        engine
            .observe(&event("purchase", &[bought]), EARLIER)
            .unwrap();
    }
    for kind in [
        RecommendKind::Next,
        RecommendKind::Complement,
        RecommendKind::Alternative,
        RecommendKind::Repurchase,
        RecommendKind::Inspiration,
    ] {
        for items in [&[][..], &["b1"], &["p1", "d1"]] {
            let query = RecommendQuery {
                kind,
                items: items.iter().map(|&id| Text(id.to_owned())).collect(),
                ..RecommendQuery::default()
            };
            let hits = engine.recommend(&query, NOW);
            assert!(hits.iter().all(|hit| hit.score.is_finite()), "{kind:?}");
        }
    }
}

/// Two months before [`NOW`].
const EARLIER: Timestamp = Timestamp(NOW.0 - 60 * 24 * 60 * 60 * 1000);

fn open_knowledge(bytes: Vec<u8>) -> Result<Knowledge, PackError> {
    Knowledge::open(Pack::open(bytes)?)
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

    /// Knowledge with the right hash and any content: an error or answers with finite scores.
    #[test]
    fn forged_knowledge_does_no_harm(
        changes in prop::collection::vec((32usize..20_000, any::<u8>()), 0..12),
        number in (0usize..20_000, prop_oneof![Just(u32::MAX), Just(0), Just(1 << 31), any::<u32>(), 0u32..500]),
    ) {
        let mut bytes = knowledge();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[32 + at % (length - 32)] = byte;
        }
        let at = 40 + number.0 % (length - 44) / 4 * 4;
        bytes[at..at + 4].copy_from_slice(&number.1.to_le_bytes());
        rehash(&mut bytes);
        if let Ok(knowledge) = open_knowledge(bytes) {
            exercise_knowledge(knowledge);
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
    assert_eq!(code(knowledge()), "pack/kind");
    let no_knowledge = open_knowledge(sound.clone()).unwrap_err();
    assert_eq!(no_knowledge.code(), "pack/kind");
    let mut damaged = sound;
    damaged[100] ^= 1;
    assert_eq!(code(damaged), "pack/hash");
}
