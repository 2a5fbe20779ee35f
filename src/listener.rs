//! [`Listener`]: an event listener that lives exactly as long as its owner
//! ([the EventTarget interface](https://dom.spec.whatwg.org/#interface-eventtarget)).

use wasm_bindgen::{closure::Closure, JsCast};
use web_sys::{Event, EventTarget};

/// Removes itself from its target when dropped, also while it runs.
#[derive(Debug)]
pub(crate) struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `callback` for each `event` of `target` from now on.
    pub(crate) fn new(
        target: &EventTarget,
        event: &'static str,
        callback: impl FnMut(Event) + 'static,
    ) -> Self {
        let callback = Closure::<dyn FnMut(Event)>::new(callback);
        // The binding is fallible, the method is not: it throws for no argument of these types.
        let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        Self {
            target: target.clone(),
            event,
            callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(
            self.event,
            self.callback.as_ref().unchecked_ref(),
        );
    }
}
