//! The small app of the figures of size, on web-sys alone: callbacks, and no future.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

#[wasm_bindgen]
pub fn echo(url: String, done: Function) -> Option<WebSocket> {
    let socket = WebSocket::new(&url).ok()?;

    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            let _ = done.call1(&JsValue::UNDEFINED, &text.into());
        }
    });
    socket.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));

    let opened = socket.clone();
    let on_open = Closure::once(move || {
        let _ = opened.send_with_str("hello");
    });
    socket.set_onopen(Some(on_open.into_js_value().unchecked_ref()));
    Some(socket)
}
