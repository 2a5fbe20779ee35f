//! [`Timeout`]: a timer of the browser
//! ([setTimeout](https://html.spec.whatwg.org/#dom-settimeout)).
//!
//! gloo-timers 0.4.0 has it, but doesn't compile where panics unwind: there it is made here.

#[cfg(not(all(target_arch = "wasm32", panic = "unwind")))]
pub(super) use gloo_timers::callback::Timeout;

#[cfg(all(target_arch = "wasm32", panic = "unwind"))]
pub(super) use self::own::Timeout;

#[cfg(all(target_arch = "wasm32", panic = "unwind"))]
mod own {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        // The handle is a number in a browser and an object in Node.
        #[wasm_bindgen(js_name = setTimeout)]
        fn set_timeout(handler: &Closure<dyn FnMut()>, delay: i32) -> JsValue;

        #[wasm_bindgen(js_name = clearTimeout)]
        fn clear_timeout(handle: &JsValue);
    }

    /// Calls a function once, after a delay, unless it is dropped before.
    pub(in crate::reconnect) struct Timeout {
        handle: JsValue,
        _callback: Closure<dyn FnMut()>,
    }

    impl Timeout {
        pub(in crate::reconnect) fn new(delay_ms: u32, callback: impl FnOnce() + 'static) -> Self {
            let callback = Closure::once_assert_unwind_safe(callback);
            Self {
                handle: set_timeout(&callback, delay_ms.min(i32::MAX as u32) as i32),
                _callback: callback,
            }
        }
    }

    impl Drop for Timeout {
        fn drop(&mut self) {
            clear_timeout(&self.handle);
        }
    }
}
