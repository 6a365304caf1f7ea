//! The engine as a JavaScript class.
//!
//! # Invariants
//! * Arguments are read before the engine is borrowed and answers are written after: a getter that throws, or a
//!   structure too deep, unwinds through here without running destructors, and must leave the engine usable.

use std::cell::RefCell;

use endcap::Timestamp;
use endcap::catalogue::{Catalogue, Overlay};
use endcap::knowledge::Knowledge;
use endcap::pack::{Pack, apply_delta};
use endcap::profile::Consent;
use js_sys::Reflect;
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::error::{ToJs, thrown};

/// The last millisecond of the year 9999.
const LAST_MS: f64 = 253_402_300_799_999.0;

/// One shopper's engine. `now` is in milliseconds since 1970; what is thrown is an `EndcapError`.
#[wasm_bindgen]
pub struct Engine(RefCell<endcap::Engine>);

#[wasm_bindgen]
impl Engine {
    /// Without a catalogue: orders items by their own fields. `replica` is drawn at random and belongs to this one writer.
    #[wasm_bindgen(constructor)]
    pub fn new(replica: u64) -> Self {
        Self(RefCell::new(endcap::Engine::new(replica)))
    }

    /// Before the catalogue in a pack, which is verified. Throws.
    #[wasm_bindgen(js_name = withPack)]
    pub fn with_pack(bytes: Vec<u8>, replica: u64) -> Result<Self, JsValue> {
        let pack = Pack::open(bytes).map_err(ToJs::to_js)?;
        let catalogue = Catalogue::open(pack).map_err(ToJs::to_js)?;
        let engine = endcap::Engine::with_catalogue(catalogue, replica);
        Ok(Self(RefCell::new(engine)))
    }

    /// The pack that a delta makes of an old one, bit for bit. Throws.
    pub fn patch(old: Vec<u8>, delta: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        apply_delta(old, delta).map_err(ToJs::to_js)
    }

    /// Goes on before the catalogue in another pack; session and profile stay, overlays go. Throws, and then keeps what it has.
    #[wasm_bindgen(js_name = setPack)]
    pub fn set_pack(&self, bytes: Vec<u8>) -> Result<(), JsValue> {
        let pack = Pack::open(bytes).map_err(ToJs::to_js)?;
        let catalogue = Catalogue::open(pack).map_err(ToJs::to_js)?;
        self.0.borrow_mut().set_catalogue(catalogue);
        Ok(())
    }

    /// Lays prices, stock and visibility over the catalogue. Throws, and then leaves what lay there.
    #[wasm_bindgen(js_name = applyOverlay, unchecked_return_type = "Overlaid")]
    pub fn apply_overlay(&self, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let pack = Pack::open(bytes).map_err(ToJs::to_js)?;
        let overlay = Overlay::open(pack).map_err(ToJs::to_js)?;
        let overlaid = self.0.borrow_mut().apply_overlay(overlay);
        to_js(&overlaid.map_err(ToJs::to_js)?)
    }

    /// Takes in a knowledge pack, in place of the one before. Throws.
    #[wasm_bindgen(js_name = attachKnowledge, unchecked_return_type = "KnowledgeInfo")]
    pub fn attach_knowledge(&self, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let pack = Pack::open(bytes).map_err(ToJs::to_js)?;
        let knowledge = Knowledge::open(pack).map_err(ToJs::to_js)?;
        self.0.borrow_mut().attach_knowledge(knowledge);
        let info = self.0.borrow().knowledge_info();
        to_js(&info)
    }

    /// Who writes here.
    #[wasm_bindgen(getter)]
    pub fn replica(&self) -> u64 {
        self.0.borrow().replica()
    }

    /// Goes on writing as `replica`; what was learned so far stays the former one's part of the profile.
    #[wasm_bindgen(setter)]
    pub fn set_replica(&self, replica: u64) {
        self.0.borrow_mut().set_replica(replica);
    }

    /// Goes on as the profile that the server keeps under `id`: an erasure under another id stays behind.
    #[wasm_bindgen(js_name = setOwner)]
    pub fn set_owner(&self, id: &str) {
        self.0.borrow_mut().set_owner(id);
    }

    /// What the pack is of; null without one.
    #[wasm_bindgen(unchecked_return_type = "CatalogueInfo | null")]
    pub fn catalogue(&self) -> Result<JsValue, JsValue> {
        let info = self.0.borrow().catalogue_info();
        to_js(&info)
    }

    /// Learns from an event. Throws.
    #[wasm_bindgen(unchecked_return_type = "Learned")]
    pub fn observe(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Event")] event: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        let event: endcap::Event = from_js(event)?;
        let now = timestamp(now)?;
        let learned = self.0.borrow_mut().observe(&event, now);
        to_js(&learned.map_err(ToJs::to_js)?)
    }

    /// For the letters typed so far. Throws.
    #[wasm_bindgen(unchecked_return_type = "Suggestions")]
    pub fn suggest(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "SuggestOptions")] options: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        whole(
            &options,
            &["products", "completions", "categories", "brands"],
        )?;
        let options: endcap::SuggestOptions = from_js(options)?;
        let now = timestamp(now)?;
        let suggestions = self.0.borrow_mut().suggest(text, &options, now);
        to_js(&suggestions)
    }

    /// Hits and facets. Throws.
    #[wasm_bindgen(unchecked_return_type = "SearchResult")]
    pub fn search(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SearchQuery")] query: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        let query = search_query(query)?;
        let now = timestamp(now)?;
        let result = self.0.borrow_mut().search(&query, now);
        to_js(&result)
    }

    /// Products of that kind, best first. Throws.
    #[wasm_bindgen(unchecked_return_type = "Hit[]")]
    pub fn recommend(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RecommendKind")] kind: JsValue,
        #[wasm_bindgen(unchecked_param_type = "RecommendOptions")] options: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        whole(&options, &["limit"])?;
        let mut query: endcap::RecommendQuery = from_js(options)?;
        query.kind = from_js(kind)?;
        let now = timestamp(now)?;
        let hits = self.0.borrow_mut().recommend(&query, now);
        to_js(&hits)
    }

    /// The number of an item in the knowledge; undefined if it has none.
    #[wasm_bindgen(js_name = knownItem)]
    pub fn known_item(&self, id: &str) -> Option<u32> {
        let engine = self.0.borrow();
        let item = engine.knowledge()?.item(endcap::key::Key::item(id))?;
        Some(item.0)
    }

    /// Numbers of the items that are most probably opened after those of `visit`, best first.
    #[wasm_bindgen(js_name = predictNext)]
    pub fn predict_next(&self, visit: &[u32], limit: usize) -> Vec<u32> {
        self.0.borrow_mut().predict_next(visit, limit)
    }

    /// Facets alone. Throws.
    #[wasm_bindgen(unchecked_return_type = "Facet[]")]
    pub fn facets(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SearchQuery")] query: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        let query = search_query(query)?;
        let now = timestamp(now)?;
        let facets = self.0.borrow_mut().facets(&query, now);
        to_js(&facets)
    }

    /// Where the items stood, best first: a permutation. Throws.
    pub fn rank(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Item[]")] items: JsValue,
        now: f64,
    ) -> Result<Vec<u32>, JsValue> {
        let items: Vec<endcap::Item> = from_js(items)?;
        let now = timestamp(now)?;
        let ranked = self.0.borrow_mut().rank(&items, now);
        Ok(ranked.iter().map(|ranked| ranked.index as u32).collect())
    }

    /// Why an item has its score. Throws.
    #[wasm_bindgen(unchecked_return_type = "Explanation")]
    pub fn explain(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Item")] item: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        let item: endcap::Item = from_js(item)?;
        let now = timestamp(now)?;
        let explanation = self.0.borrow_mut().explain(&item, now);
        to_js(&explanation)
    }

    /// What is believed of the shopper, strongest first. Throws.
    #[wasm_bindgen(unchecked_return_type = "Affinity[]")]
    pub fn affinities(&self, limit: f64, now: f64) -> Result<JsValue, JsValue> {
        let limit = count("limit", Some(limit))?;
        let now = timestamp(now)?;
        let affinities = self.0.borrow_mut().affinities(limit, now);
        to_js(&affinities)
    }

    /// What lasts, at most 4 KB; equal profiles have equal bytes.
    pub fn profile(&self) -> Vec<u8> {
        self.0.borrow().profile()
    }

    /// Takes in what another device, another tab or a store knows. Throws.
    #[wasm_bindgen(js_name = joinProfile)]
    pub fn join_profile(&self, bytes: &[u8]) -> Result<(), JsValue> {
        let joined = self.0.borrow_mut().join_profile(bytes);
        joined.map_err(ToJs::to_js)
    }

    /// A message for `POST …/sync`: what is here, and what the server lacks as far as `since`, from the answer before, tells (empty: nothing known).
    #[wasm_bindgen(js_name = profileDelta)]
    pub fn profile_delta(&self, since: &[u8]) -> Vec<u8> {
        self.0.borrow().profile_delta(since)
    }

    /// Takes in the server's answer; returns what it has, to be kept for the next `profileDelta`. Throws.
    #[wasm_bindgen(js_name = joinDelta)]
    pub fn join_delta(&self, answer: &[u8]) -> Result<Vec<u8>, JsValue> {
        let joined = self.0.borrow_mut().join_delta(answer);
        joined.map_err(ToJs::to_js)
    }

    /// Whether the server has all of the profile, as far as `since` tells.
    #[wasm_bindgen(js_name = isSynced)]
    pub fn is_synced(&self, since: &[u8]) -> bool {
        self.0.borrow().is_synced(since)
    }

    /// Concludes nothing from a value any more, on any device, until it is unmuted. `facet`: item, brand, category or an attribute. Throws.
    pub fn mute(&self, facet: &str, value: &str, muted: bool, now: f64) -> Result<(), JsValue> {
        let now = timestamp(now)?;
        self.0.borrow_mut().mute(facet, value, muted, now);
        Ok(())
    }

    /// What is muted. Throws.
    #[wasm_bindgen(unchecked_return_type = "Muted[]")]
    pub fn muted(&self) -> Result<JsValue, JsValue> {
        let muted = self.0.borrow().muted();
        to_js(&muted)
    }

    /// Writes the consent into the profile: the tier's number, 0 for the lowest, and where it comes from, in numbers of the host. Throws.
    #[wasm_bindgen(js_name = recordConsent)]
    pub fn record_consent(&self, tier: u8, source: u8, now: f64) -> Result<(), JsValue> {
        let at = timestamp(now)?;
        let consent = Consent { tier, source, at };
        self.0.borrow_mut().record_consent(consent);
        Ok(())
    }

    /// The consent in the profile: tier, source, time. Empty if there is none.
    pub fn consent(&self) -> Vec<f64> {
        let consent = self.0.borrow().shopper().consent();
        let parts = |consent: Consent| {
            [
                f64::from(consent.tier),
                f64::from(consent.source),
                consent.at.0 as f64,
            ]
        };
        consent.map(parts).into_iter().flatten().collect()
    }

    /// The ids of what `unlink` can take out of the profile: its writers, and what was folded.
    #[wasm_bindgen(js_name = partIds)]
    pub fn part_ids(&self) -> Vec<u64> {
        self.0.borrow().shopper().part_ids()
    }

    /// Takes a part out of the profile for good. Whoever writes as this replica must go on as another.
    pub fn unlink(&self, id: u64) {
        self.0.borrow_mut().unlink(id);
    }

    /// This visit, for its next page.
    pub fn session(&self) -> Vec<u8> {
        self.0.borrow().session()
    }

    /// Goes on with the visit of an earlier page; whether the bytes were one.
    #[wasm_bindgen(js_name = restoreSession)]
    pub fn restore_session(&self, bytes: &[u8]) -> bool {
        self.0.borrow_mut().restore_session(bytes)
    }

    /// Erases everything about the shopper, here and wherever this profile is joined. Throws.
    #[wasm_bindgen(js_name = eraseEverywhere)]
    pub fn erase_everywhere(&self, now: f64) -> Result<(), JsValue> {
        let now = timestamp(now)?;
        self.0.borrow_mut().erase_everywhere(now);
        Ok(())
    }

    /// Forgets everything about the shopper, here and now.
    pub fn erase(&self) {
        self.0.borrow_mut().erase();
    }
}

/// A clock that counts in seconds or from elsewhere is not told from here, but one that is no clock is.
fn timestamp(now: f64) -> Result<Timestamp, JsValue> {
    if (0.0..=LAST_MS).contains(&now) {
        return Ok(Timestamp(now as u64));
    }
    let message = format!("now must be milliseconds since 1970, up to the year 9999; got {now}");
    Err(thrown("call/clock", &message))
}

fn search_query(query: JsValue) -> Result<endcap::SearchQuery, JsValue> {
    whole(&query, &["limit", "offset", "max_facets", "max_values"])?;
    let query: endcap::SearchQuery = from_js(query)?;
    query.check().map_err(ToJs::to_js)?;
    Ok(query)
}

/// serde would name the type that it wants, but not the field.
fn whole(options: &JsValue, fields: &[&str]) -> Result<(), JsValue> {
    for field in fields.iter().filter(|_| options.is_object()) {
        let value = Reflect::get(options, &JsValue::from_str(field))?;
        if !value.is_undefined() && !value.is_null() {
            count(field, value.as_f64())?;
        }
    }
    Ok(())
}

fn count(field: &str, value: Option<f64>) -> Result<usize, JsValue> {
    match value {
        Some(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) => {
            Ok(number as usize)
        }
        _ => {
            let message = format!("{field}: a whole number ≥ 0, below 2^32");
            Err(thrown("call/invalid", &message))
        }
    }
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(ToJs::to_js)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(ToJs::to_js)
}
