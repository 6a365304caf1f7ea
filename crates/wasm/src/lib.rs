//! wasm-bindgen bindings of the Endcap engine: parse, call, convert; nothing else.
//!
//! # Invariants
//! * Importing the module runs nothing of ours; instantiating it installs the panic hook.
//! * What JavaScript passes is checked by serde and by the engine; what it gets wrong is thrown as an `EndcapError`.
//! * Each TypeScript declaration stands once, in `shapes`, next to the method that speaks it.

mod engine;
mod error;
mod shapes;

use wasm_bindgen::prelude::wasm_bindgen;

/// A panic would otherwise read "unreachable executed".
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}
