//! Errors of the engine as JavaScript `Error`s with `name: "EndcapError"` and a stable `code`.

use js_sys::{Error, JsString, Reflect};
use wasm_bindgen::JsValue;

/// What a binding throws.
pub(crate) fn thrown(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    error.set_name("EndcapError");
    // Setting a property of an object that was made the line before cannot fail.
    let _ = Reflect::set(&error, &JsString::from("code"), &JsString::from(code));
    error.into()
}

/// For `map_err`: each of the engine's errors has its own `code`.
macro_rules! to_js {
    ($($error:ty),+ $(,)?) => {
        $(impl ToJs for $error {
            fn to_js(self) -> JsValue {
                thrown(self.code(), &self.to_string())
            }
        })+
    };
}

/// An error that can be thrown.
pub(crate) trait ToJs {
    /// As a JavaScript `Error`.
    fn to_js(self) -> JsValue;
}

to_js!(
    endcap::EventError,
    endcap::QueryError,
    endcap::catalogue::OverlayError,
    endcap::pack::PackError,
    endcap::profile::ProfileError,
);

impl ToJs for serde_wasm_bindgen::Error {
    fn to_js(self) -> JsValue {
        thrown(
            "call/invalid",
            &format!("an argument has the wrong shape: {self}; see the types in endcap.d.ts"),
        )
    }
}
