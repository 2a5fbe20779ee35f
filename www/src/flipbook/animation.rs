//! [`Animation`]: when the browser shows frames
//! ([requestAnimationFrame](https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#dom-animationframeprovider-requestanimationframe)).

use std::cell::Cell;

use wasm_bindgen::{closure::Closure, JsCast};
use web_sys::Window;

use super::event::{Event, Events};
use crate::page::Page;

/// Sends a tick, each time that one was asked for.
#[derive(Debug)]
pub(super) struct Animation {
    window: Window,
    callback: Closure<dyn FnMut()>,
    requested: Cell<Option<i32>>,
}

impl Animation {
    pub(super) fn new(page: &Page, events: &Events) -> Self {
        let events = events.clone();
        Self {
            window: page.window.clone(),
            callback: Closure::new(move || events.send(Event::Tick)),
            requested: Cell::new(None),
        }
    }

    /// Asks for the next tick, in place of one that was asked for.
    pub(super) fn request(&self) {
        self.cancel();
        let callback = self.callback.as_ref().unchecked_ref();
        self.requested
            .set(self.window.request_animation_frame(callback).ok());
    }

    fn cancel(&self) {
        if let Some(requested) = self.requested.take() {
            // It fails for none.
            let _ = self.window.cancel_animation_frame(requested);
        }
    }
}

impl Drop for Animation {
    fn drop(&mut self) {
        self.cancel();
    }
}
