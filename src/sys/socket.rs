//! The WebSocket interface, structurally: the object may come from another realm, or be a
//! runtime's own.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(crate) type RawSocket;

    /// What comes second may be a list of subprotocols, or undefined.
    #[wasm_bindgen(constructor, catch, js_class = "WebSocket")]
    pub(crate) fn new(url: &str, second: &JsValue) -> Result<RawSocket, JsValue>;

    #[wasm_bindgen(method, getter, js_name = readyState)]
    pub(crate) fn ready_state(this: &RawSocket) -> u16;

    /// web-sys cuts it to 32 bits.
    #[wasm_bindgen(method, getter, js_name = bufferedAmount)]
    pub(crate) fn buffered_amount(this: &RawSocket) -> f64;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn url(this: &RawSocket) -> JsValue;

    /// In workerd it is null where there is none.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn protocol(this: &RawSocket) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn extensions(this: &RawSocket) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = send)]
    pub(crate) fn send_text(this: &RawSocket, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = send)]
    pub(crate) fn send_bytes(this: &RawSocket, bytes: &[u8]) -> Result<(), JsValue>;

    /// Of what is JavaScript's already.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn send(this: &RawSocket, data: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, setter, js_name = binaryType)]
    pub(crate) fn set_binary_type(this: &RawSocket, binary_type: &str);

    /// A method of workerd's sockets alone.
    #[wasm_bindgen(method, getter)]
    fn accept(this: &RawSocket) -> JsValue;

    /// The property `data`, of any value. It throws for `undefined`.
    #[wasm_bindgen(catch, structural, method, getter, js_name = data)]
    fn data(this: &RawEvent) -> Result<JsValue, JsValue>;

    type RawEvent;
}

/// The data of a message event; `undefined` for everything else.
pub(crate) fn event_data(event: &JsValue) -> JsValue {
    // That of a timer; wasm-bindgen keeps a handle for each exception that it catches.
    if event.is_undefined() {
        return JsValue::UNDEFINED;
    }
    event
        .unchecked_ref::<RawEvent>()
        .data()
        .unwrap_or(JsValue::UNDEFINED)
}

/// Whether this runtime has the interface.
pub(crate) fn has_socket() -> bool {
    super::HAS_JAVASCRIPT && has_global("WebSocket")
}

/// Whether the global object has something of this name.
pub(crate) fn has_global(name: &str) -> bool {
    js_sys::Reflect::get(&js_sys::global(), &name.into()).is_ok_and(|value| !value.is_undefined())
}

impl RawSocket {
    /// Whether it is workerd's, which sends the text `[object Blob]` for a Blob.
    pub(crate) fn takes_no_blob(&self) -> bool {
        !self.accept().is_undefined()
    }
}
