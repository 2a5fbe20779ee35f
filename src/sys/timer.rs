//! [`Timer`]: `setTimeout` for a function that is there anyway
//! ([timers](https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers)).

use std::cell::Cell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Calls a function once, later. Dropped, it doesn't call it any more.
#[derive(Default)]
pub(crate) struct Timer(Cell<Option<JsValue>>);

impl Timer {
    /// Has `function` called after so many milliseconds, with `argument`, in place of the call
    /// that was pending.
    pub(crate) fn set(&self, function: &Function, delay_ms: u32, argument: &JsValue) {
        self.clear();
        // It throws for no arguments of these types.
        self.0.set(set_timeout(function, delay_ms, argument).ok());
    }

    pub(crate) fn clear(&self) {
        if let Some(id) = self.0.take() {
            clear_timeout(&id);
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.clear();
    }
}

#[wasm_bindgen]
extern "C" {
    /// A number in browsers, an object in Node.
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(
        function: &Function,
        delay_ms: u32,
        argument: &JsValue,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}
