//! [`Listener`]: an event listener that lives exactly as long as its owner
//! ([the EventTarget interface](https://dom.spec.whatwg.org/#interface-eventtarget)).

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::{closure::Closure, JsCast, JsValue};
use web_sys::EventTarget;

use crate::sys;

/// Removes itself from its target when dropped, also while it runs.
#[derive(Debug)]
pub(crate) struct Listener {
    target: EventTarget,
    events: &'static [&'static str],
    closure: Closure<dyn FnMut(JsValue)>,
}

impl Listener {
    /// Calls `callback` for each of these events of `target` from now on. The callback also gets
    /// the function that it is to JavaScript, to be called by a timer too.
    pub(crate) fn new(
        target: &EventTarget,
        events: &'static [&'static str],
        mut callback: impl FnMut(JsValue, &Function) + 'static,
    ) -> Self {
        let function = Rc::new(OnceCell::new());
        let closure = sys::closure({
            let function = Rc::clone(&function);
            move |event| {
                if let Some(function) = function.get() {
                    callback(event, function);
                }
            }
        });
        let this = Self {
            target: target.clone(),
            events,
            closure,
        };
        // It is set once.
        let _ = function.set(this.function().clone());
        for event in events {
            // The binding is fallible, the method is not: it throws for no argument of these types.
            let _ = target.add_event_listener_with_callback(event, this.function());
        }
        this
    }

    /// What JavaScript calls.
    pub(crate) fn function(&self) -> &Function {
        self.closure.as_ref().unchecked_ref()
    }

    /// Stops listening to this event.
    pub(crate) fn remove(&self, event: &str) {
        // As above.
        let _ = self
            .target
            .remove_event_listener_with_callback(event, self.function());
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for event in self.events {
            self.remove(event);
        }
    }
}
