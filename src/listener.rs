//! [`Listener`]: an event listener that lives exactly as long as its owner
//! ([the EventTarget interface](https://dom.spec.whatwg.org/#interface-eventtarget)).

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
    /// Calls `callback` for each of these events of `target` from now on.
    pub(crate) fn new(
        target: &EventTarget,
        events: &'static [&'static str],
        callback: impl FnMut(JsValue) + 'static,
    ) -> Self {
        let this = Self {
            target: target.clone(),
            events,
            closure: sys::closure(callback),
        };
        for event in events {
            this.add(event);
        }
        this
    }

    /// Listens to this event too, until it is removed.
    pub(crate) fn add(&self, event: &str) {
        // The binding is fallible, the method is not: it throws for no argument of these types.
        let _ = self
            .target
            .add_event_listener_with_callback(event, self.function());
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
