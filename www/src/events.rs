//! [`Events`]: where a view's events go to, for its one task to answer them in their order.

use futures::channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use gloo_events::EventListener;
use gloo_render::{request_animation_frame, AnimationFrame};
use web_sys::EventTarget;

use crate::page;

/// Where events go to; a clone goes to the same place.
#[derive(Debug)]
pub(crate) struct Events<E>(UnboundedSender<E>);

impl<E> Clone for Events<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: 'static> Events<E> {
    /// A place for events, and the stream of them.
    pub(crate) fn new() -> (Self, UnboundedReceiver<E>) {
        let (sender, receiver) = mpsc::unbounded();
        (Self(sender), receiver)
    }

    pub(crate) fn send(&self, event: E) {
        // It fails only when the task is gone, and then nobody waits for it.
        let _ = self.0.unbounded_send(event);
    }

    /// Sends this when the browser is about to show the next picture of the page, unless what is
    /// returned is dropped before; while the page is hidden there is none.
    pub(crate) fn in_next_frame(&self, event: E) -> AnimationFrame {
        let events = self.clone();
        request_animation_frame(move |_| events.send(event))
    }

    /// Sends what `convert` makes of each DOM event of this name, which has no other effect.
    pub(crate) fn on(
        &self,
        target: &EventTarget,
        name: &'static str,
        convert: impl Fn(&web_sys::Event) -> Option<E> + 'static,
    ) -> EventListener {
        let events = self.clone();
        page::listen(target, name, move |event| {
            event.prevent_default();
            if let Some(event) = convert(event) {
                events.send(event);
            }
        })
    }
}
