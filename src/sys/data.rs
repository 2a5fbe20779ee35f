//! Buffers, views, Blobs, text and events, whatever their class.

use std::mem::MaybeUninit;

use js_sys::JsString;
use wasm_bindgen::prelude::*;

/// The number that a property holds, if it can be read and is one.
pub(crate) fn number(property: Result<JsValue, JsValue>) -> Option<f64> {
    property.ok()?.as_f64()
}

/// The string that a property holds; empty if it can't be read or is none.
pub(crate) fn string(property: Result<JsValue, JsValue>) -> String {
    let string = property.ok().and_then(|value| value.as_string());
    string.unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    /// A value of any class.
    #[derive(Clone)]
    pub(crate) type Any;

    /// A property that is seldom asked for: by its name, since each binding adds to every app.
    #[wasm_bindgen(method, structural, indexing_getter, catch)]
    pub(crate) fn get(this: &Any, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = byteLength)]
    pub(crate) fn byte_length(this: &Any) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = byteOffset)]
    pub(crate) fn byte_offset(this: &Any) -> Result<JsValue, JsValue>;

    /// The buffer of a view; undefined for a buffer.
    #[wasm_bindgen(method, getter, catch)]
    pub(crate) fn buffer(this: &Any) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter, catch)]
    pub(crate) fn growable(this: &Any) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub(crate) fn array_buffer(this: &Any) -> Result<JsValue, JsValue>;

    /// This realm's `Uint8Array`.
    #[wasm_bindgen(js_name = Uint8Array, extends = js_sys::Uint8Array)]
    pub(crate) type View;

    /// A view of a part of a buffer; of a view, a copy of all its bytes in an ordinary buffer, and
    /// the numbers are ignored.
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    pub(crate) fn new(source: &JsValue, offset: f64, len: f64) -> Result<View, JsValue>;

    /// A view of all of a buffer.
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    pub(crate) fn of_buffer(buffer: &JsValue) -> Result<View, JsValue>;

    /// A copy of Rust's bytes.
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    pub(crate) fn copy_of(source: &[u8]) -> Result<View, JsValue>;

    /// Copies all of a view into memory of the same length.
    #[wasm_bindgen(js_namespace = ["Uint8Array", "prototype", "set"], js_name = call, catch)]
    pub(crate) fn copy_view(
        destination: &mut [MaybeUninit<u8>],
        source: &View,
    ) -> Result<(), JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// What the property of `target` is for `receiver`, whose class a getter may check.
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    pub(crate) fn get_of(
        target: &JsValue,
        property: &str,
        receiver: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ArrayBuffer, js_name = isView, catch)]
    pub(crate) fn is_view(value: &JsValue) -> Result<bool, JsValue>;

    #[wasm_bindgen(js_name = DataView)]
    pub(crate) type AnyDataView;

    /// An exception for all but buffers.
    #[wasm_bindgen(constructor, js_class = "DataView", catch)]
    pub(crate) fn new(buffer: &JsValue) -> Result<AnyDataView, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// web-sys has it for Rust's strings only, where it has no use.
    pub(crate) type TextEncoder;

    #[wasm_bindgen(constructor, catch)]
    pub(crate) fn new() -> Result<TextEncoder, JsValue>;

    #[wasm_bindgen(method, catch, js_name = encodeInto)]
    pub(crate) fn encode_into(
        this: &TextEncoder,
        source: &JsString,
        destination: &mut [MaybeUninit<u8>],
    ) -> Result<Any, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// `close` of a socket and of a port.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn close(this: &Any) -> Result<(), JsValue>;
}
