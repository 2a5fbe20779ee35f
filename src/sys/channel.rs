//! [`Channel`]: a turn of the event loop that no browser throttles
//! ([MessageChannel](https://html.spec.whatwg.org/multipage/web-messaging.html#message-channels)).

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::Any;

/// Calls a function in later turns of the event loop, also in a hidden page. Dropped, it doesn't
/// call it any more, and doesn't keep Node running.
pub(crate) struct Channel {
    from: RawPort,
    to: RawPort,
}

impl Channel {
    /// `None` in a runtime without it.
    pub(crate) fn new(function: &Function) -> Option<Self> {
        let channel = RawChannel::new().ok()?;
        let port = |name| channel.get(name).map(JsCast::unchecked_into);
        let this = Self {
            from: port("port1").ok()?,
            to: port("port2").ok()?,
        };
        this.to.set_onmessage(function);
        Some(this)
    }

    /// Has the function called once, in a later turn.
    pub(crate) fn post(&self) {
        self.from.post_message(&JsValue::NULL);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        // Firefox delivers a message after the port is closed.
        self.to.set_onmessage(&JsValue::NULL);
        let _ = self.to.unchecked_ref::<Any>().close();
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = MessageChannel, extends = Any)]
    type RawChannel;

    #[wasm_bindgen(constructor, catch, js_class = "MessageChannel")]
    fn new() -> Result<RawChannel, JsValue>;

    type RawPort;

    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &RawPort, function: &JsValue);

    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &RawPort, message: &JsValue);
}
