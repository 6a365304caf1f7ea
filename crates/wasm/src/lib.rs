//! wasm-bindgen bindings of the Endcap engine: parse, call, convert.
