//! [`Json`]: what the server says, read by the browser
//! ([JSON.parse](https://tc39.es/ecma262/#sec-json.parse)).

use js_sys::{Reflect, JSON};
use wasm_bindgen::JsValue;

/// A value of which anything may be missing.
#[derive(Debug)]
pub(super) struct Json(JsValue);

impl Json {
    pub(super) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    pub(super) fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::UNDEFINED))
    }

    pub(super) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    pub(super) fn is_true(&self) -> bool {
        self.0 == JsValue::TRUE
    }

    /// A whole number that isn't negative; 0 for anything else.
    pub(super) fn count(&self) -> u64 {
        self.0.as_f64().unwrap_or_default() as u64
    }
}
