//! The browser's WebSocketStream, for which web-sys has no stable binding
//! ([its explainer](https://github.com/ricea/websocketstream-explainer),
//! [streams](https://streams.spec.whatwg.org/)).

use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(super) type RawStream;

    #[wasm_bindgen(constructor, catch, js_class = "WebSocketStream")]
    pub(super) fn new(url: &str, options: &Object) -> Result<RawStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn url(this: &RawStream) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn opened(this: &RawStream) -> RawPromise;

    #[wasm_bindgen(method, getter)]
    pub(super) fn closed(this: &RawStream) -> RawPromise;

    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &RawStream, info: &Object) -> Result<(), JsValue>;

    pub(super) type RawPromise;

    #[wasm_bindgen(method)]
    pub(super) fn then(this: &RawPromise, fulfilled: &Function, rejected: &Function);

    /// What `opened` resolves to.
    pub(super) type RawOpened;

    #[wasm_bindgen(method, getter)]
    pub(super) fn readable(this: &RawOpened) -> RawReadable;

    #[wasm_bindgen(method, getter)]
    pub(super) fn writable(this: &RawOpened) -> RawWritable;

    #[wasm_bindgen(method, getter)]
    pub(super) fn protocol(this: &RawOpened) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn extensions(this: &RawOpened) -> String;

    pub(super) type RawReadable;

    #[wasm_bindgen(method, js_name = getReader)]
    pub(super) fn reader(this: &RawReadable) -> RawReader;

    pub(super) type RawReader;

    #[wasm_bindgen(method)]
    pub(super) fn read(this: &RawReader) -> RawPromise;

    /// What `read` resolves to; without a value at the end.
    pub(super) type RawChunk;

    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &RawChunk) -> Option<JsValue>;

    pub(super) type RawWritable;

    #[wasm_bindgen(method, js_name = getWriter)]
    pub(super) fn writer(this: &RawWritable) -> RawWriter;

    pub(super) type RawWriter;

    #[wasm_bindgen(method)]
    pub(super) fn write(this: &RawWriter, chunk: &JsValue) -> js_sys::Promise;
}

/// Whether this browser has it.
pub(in crate::connection) fn is_supported() -> bool {
    crate::sys::HAS_JAVASCRIPT && crate::sys::has_global("WebSocketStream")
}
