//! [`Json`]: what the server says, read by the browser
//! ([JSON.parse](https://tc39.es/ecma262/#sec-json.parse)).

use js_sys::{Array, Reflect, JSON};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// A value of which anything may be missing.
#[derive(Debug)]
pub(crate) struct Json(JsValue);

impl Json {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// What a response carries; `None` if that isn't JSON.
    pub(crate) async fn of(response: &Response) -> Option<Self> {
        let json = response.json().ok()?;
        JsFuture::from(json).await.ok().map(Self)
    }

    pub(crate) fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::UNDEFINED))
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// The values of an array.
    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        let items: &Array = self.0.dyn_ref()?;
        Some(items.iter().map(Self).collect())
    }

    pub(crate) fn is_true(&self) -> bool {
        self.0 == JsValue::TRUE
    }

    pub(crate) fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    /// A whole number that isn't negative; 0 for anything else.
    pub(crate) fn count(&self) -> u64 {
        self.number().unwrap_or_default() as u64
    }
}
