//! Packs that carry the right hash and any content, and deltas between packs.

use arbitrary::{Arbitrary as _, Result, Unstructured};
use endcap::Engine;
use endcap::catalogue::{Catalogue, Overlay, OverlayBuilder, OverlayMeta};
use endcap::key::Key;
use endcap::knowledge::{Knowledge, KnownItem};
use endcap::pack::{Pack, apply_delta, delta_ends, make_delta};
use xxhash_rust::xxh3::xxh3_128;

use crate::part;
use crate::shop::{self, CATALOGUE, KNOWLEDGE, exercise};

/// Changes to one pack at most.
const MAX_EDITS: usize = 16;

/// A catalogue of any bytes.
pub(crate) fn catalogue(data: &[u8]) {
    open_catalogue(forged(data, 1));
}

/// Edits of the sections of a sound catalogue.
pub(crate) fn catalogue_fields(data: &[u8]) {
    if let Ok(bytes) = edited(CATALOGUE, data) {
        open_catalogue(bytes);
    }
}

fn open_catalogue(bytes: Vec<u8>) {
    let Ok(pack) = Pack::open(bytes) else { return };
    let _ = pack.sections().count();
    if let Ok(catalogue) = Catalogue::open(pack) {
        let mut engine = Engine::with_catalogue(catalogue, 1);
        exercise(&mut engine);
        // Knowledge of another catalogue, as it comes when the two are loaded at different times.
        engine.attach_knowledge(shop::knowledge());
        exercise(&mut engine);
    }
}

/// Knowledge of any bytes.
pub(crate) fn knowledge(data: &[u8]) {
    open_knowledge(forged(data, 2));
}

/// Edits of the sections of sound knowledge.
pub(crate) fn knowledge_fields(data: &[u8]) {
    if let Ok(bytes) = edited(KNOWLEDGE, data) {
        open_knowledge(bytes);
    }
}

fn open_knowledge(bytes: Vec<u8>) {
    let Ok(knowledge) = Pack::open(bytes).and_then(Knowledge::open) else {
        return;
    };
    let _ = (knowledge.weights(), knowledge.blend());
    let _ = knowledge.value_order("brand");
    for query in ["", "riva", "waschtischarmatur"] {
        let _ = knowledge.facet_use(query, Some(Key::category(&["bath"])));
    }
    for item in 0..4 {
        let item = KnownItem(item);
        let _ = knowledge.item(knowledge.item_key(item));
        let _ = (knowledge.item_id(item), knowledge.buying(item));
        let _ = (knowledge.complements(item), knowledge.alternatives(item));
    }
    let mut engine = Engine::with_catalogue(shop::catalogue(), 1);
    engine.attach_knowledge(knowledge);
    exercise(&mut engine);
}

/// An overlay of any bytes over a sound catalogue; taken away again, it leaves nothing.
pub(crate) fn overlay(data: &[u8]) {
    let Ok(overlay) = Pack::open(forged(data, 3)).and_then(Overlay::open) else {
        return;
    };
    let _ = overlay.said().count();
    let mut catalogue = shop::catalogue();
    let layer = overlay.meta().layer;
    if !catalogue
        .lay(overlay)
        .is_ok_and(|overlaid| overlaid.applied)
    {
        return;
    }
    exercise(&mut Engine::with_catalogue(catalogue.clone(), 1));
    let nothing = OverlayBuilder::new(OverlayMeta {
        layer,
        sequence: u64::MAX,
        ..OverlayMeta::default()
    });
    let nothing = Pack::open(nothing.finish().unwrap()).and_then(Overlay::open);
    let Ok(_) = catalogue.lay(nothing.unwrap()) else {
        return;
    };
    let bare = shop::catalogue();
    for item in bare.items() {
        assert_eq!(catalogue.current_price(item), bare.current_price(item));
        assert_eq!(catalogue.availability(item), bare.availability(item));
        assert_eq!(catalogue.delivery_days(item), bare.delivery_days(item));
    }
}

/// A delta of any bytes to a sound pack, and the delta from that to any pack.
pub(crate) fn delta(mut data: &[u8]) {
    let delta = forged(part(&mut data), 4);
    if let Ok(pack) = Pack::open(delta.clone()) {
        let _ = delta_ends(pack);
    }
    if let Ok(new) = apply_delta(CATALOGUE.to_vec(), delta) {
        assert!(Pack::open(new).is_ok(), "a delta to what is no pack");
    }
    let new = forged(data, 1);
    if let Ok(delta) = make_delta(CATALOGUE, &new) {
        let applied = apply_delta(CATALOGUE.to_vec(), delta);
        assert_eq!(applied.as_ref(), Ok(&new), "a delta leads elsewhere");
    }
}

/// The bytes with a pack's magic, version, kind, length and hash.
fn forged(data: &[u8], kind: u32) -> Vec<u8> {
    let mut bytes = data.to_vec();
    bytes.resize(bytes.len().max(48), 0);
    bytes[..8].copy_from_slice(b"ENDCAPPK");
    bytes[8..12].copy_from_slice(&1_u32.to_le_bytes());
    bytes[12..16].copy_from_slice(&kind.to_le_bytes());
    let length = bytes.len() as u64;
    bytes[32..40].copy_from_slice(&length.to_le_bytes());
    bytes[44..48].fill(0);
    rehashed(bytes)
}

fn rehashed(mut bytes: Vec<u8>) -> Vec<u8> {
    let hash = xxh3_128(&bytes[32..]);
    bytes[16..32].copy_from_slice(&hash.to_le_bytes());
    bytes
}

/// A sound pack after edits that `data` describes: which section, where in it, what stands there then.
fn edited(pack: &[u8], data: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = pack.to_vec();
    let sections: Vec<_> = Pack::open(bytes.clone()).unwrap().sections().collect();
    let mut input = Unstructured::new(data);
    for _ in 0..MAX_EDITS {
        if input.is_empty() {
            break;
        }
        let section = input.choose(&sections)?;
        let width = *input.choose(&[1, 2, 4, 8])?;
        let Some(last) = section.bytes.checked_sub(width) else {
            continue;
        };
        // On the element's boundary most of the time: that is where numbers are.
        let mut at = input.int_in_range(0..=last)?;
        if u8::arbitrary(&mut input)? < 200 {
            at -= at % width;
        }
        let at = section.offset + at;
        let number = match u8::arbitrary(&mut input)? % 4 {
            0 => u64::MAX,
            1 => u64::from(u8::arbitrary(&mut input)?),
            2 => u64::from(u32::arbitrary(&mut input)?),
            // One more or less than what is there.
            _ => {
                let mut known = [0; 8];
                known[..width].copy_from_slice(&bytes[at..at + width]);
                let step = i64::from(i8::arbitrary(&mut input)?);
                u64::from_le_bytes(known).wrapping_add_signed(step)
            }
        };
        bytes[at..at + width].copy_from_slice(&number.to_le_bytes()[..width]);
    }
    Ok(rehashed(bytes))
}
