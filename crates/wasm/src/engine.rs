//! The engine as a JavaScript class.

use endcap::Timestamp;
use endcap::catalogue::Catalogue;
use endcap::pack::Pack;
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::error::ToJs;

/// One shopper's engine. `now` is in milliseconds since 1970; what is thrown is an `EndcapError`.
#[wasm_bindgen]
pub struct Engine(endcap::Engine);

#[wasm_bindgen]
impl Engine {
    /// Without a catalogue: orders items by their own fields. `replica` is drawn at random and belongs to this one writer.
    #[wasm_bindgen(constructor)]
    pub fn new(replica: u64) -> Self {
        Self(endcap::Engine::new(replica))
    }

    /// Before the catalogue in a pack, which is verified. Throws.
    #[wasm_bindgen(js_name = withPack)]
    pub fn with_pack(bytes: Vec<u8>, replica: u64) -> Result<Self, JsValue> {
        let pack = Pack::open(bytes).map_err(ToJs::to_js)?;
        let catalogue = Catalogue::open(pack).map_err(ToJs::to_js)?;
        Ok(Self(endcap::Engine::with_catalogue(catalogue, replica)))
    }

    /// Who writes here.
    #[wasm_bindgen(getter)]
    pub fn replica(&self) -> u64 {
        self.0.replica()
    }

    /// Goes on writing as `replica`; what was learned so far stays the former one's part of the profile.
    #[wasm_bindgen(setter)]
    pub fn set_replica(&mut self, replica: u64) {
        self.0.set_replica(replica);
    }

    /// What the pack is of; null without one.
    #[wasm_bindgen(unchecked_return_type = "CatalogueInfo | null")]
    pub fn catalogue(&self) -> Result<JsValue, JsValue> {
        to_js(&self.0.catalogue_info())
    }

    /// Learns from an event. Throws.
    #[wasm_bindgen(unchecked_return_type = "Learned")]
    pub fn observe(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Event")] event: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        let event: endcap::Event = from_js(event)?;
        let learned = self.0.observe(&event, timestamp(now));
        to_js(&learned.map_err(ToJs::to_js)?)
    }

    /// For the letters typed so far. Throws.
    #[wasm_bindgen(unchecked_return_type = "Suggestions")]
    pub fn suggest(
        &mut self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "SuggestOptions")] options: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        to_js(&self.0.suggest(text, &from_js(options)?, timestamp(now)))
    }

    /// Hits and facets. Throws.
    #[wasm_bindgen(unchecked_return_type = "SearchResult")]
    pub fn search(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "SearchQuery")] query: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        to_js(&self.0.search(&from_js(query)?, timestamp(now)))
    }

    /// Facets alone. Throws.
    #[wasm_bindgen(unchecked_return_type = "Facet[]")]
    pub fn facets(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "SearchQuery")] query: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        to_js(&self.0.facets(&from_js(query)?, timestamp(now)))
    }

    /// Where the items stood, best first: a permutation. Throws.
    pub fn rank(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Item[]")] items: JsValue,
        now: f64,
    ) -> Result<Vec<u32>, JsValue> {
        let items: Vec<endcap::Item> = from_js(items)?;
        let ranked = self.0.rank(&items, timestamp(now));
        Ok(ranked.iter().map(|ranked| ranked.index as u32).collect())
    }

    /// Why an item has its score. Throws.
    #[wasm_bindgen(unchecked_return_type = "Explanation")]
    pub fn explain(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Item")] item: JsValue,
        now: f64,
    ) -> Result<JsValue, JsValue> {
        to_js(&self.0.explain(&from_js(item)?, timestamp(now)))
    }

    /// What is believed of the shopper, strongest first.
    #[wasm_bindgen(unchecked_return_type = "Affinity[]")]
    pub fn affinities(&mut self, limit: usize, now: f64) -> Result<JsValue, JsValue> {
        to_js(&self.0.affinities(limit, timestamp(now)))
    }

    /// What lasts, at most 4 KB; equal profiles have equal bytes.
    pub fn profile(&self) -> Vec<u8> {
        self.0.profile()
    }

    /// Takes in what another device, another tab or a store knows. Throws.
    #[wasm_bindgen(js_name = joinProfile)]
    pub fn join_profile(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.join_profile(bytes).map_err(ToJs::to_js)
    }

    /// This visit, for its next page.
    pub fn session(&self) -> Vec<u8> {
        self.0.session()
    }

    /// Goes on with the visit of an earlier page; whether the bytes were one.
    #[wasm_bindgen(js_name = restoreSession)]
    pub fn restore_session(&mut self, bytes: &[u8]) -> bool {
        self.0.restore_session(bytes)
    }

    /// Forgets everything about the shopper.
    pub fn erase(&mut self) {
        self.0.erase();
    }
}

/// Negative times and NaN become 1970.
fn timestamp(now: f64) -> Timestamp {
    Timestamp(now as u64)
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(ToJs::to_js)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(ToJs::to_js)
}
