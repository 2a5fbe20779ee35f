//! [`Lifecycle`]: what a window or a worker tells of the network and of itself
//! ([navigator.onLine](https://html.spec.whatwg.org/#browser-state),
//! [page visibility](https://html.spec.whatwg.org/#page-visibility),
//! [pagehide](https://html.spec.whatwg.org/#event-pagehide)).

use std::rc::{Rc, Weak};

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use super::shared::Shared;
use crate::listener::Listener;

/// Listens as long as it lives. A worker has only some of these events; the others never come.
pub(super) struct Lifecycle {
    _listeners: [Listener; 5],
}

impl Lifecycle {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        Self {
            _listeners: [
                on(&["offline"], shared, |shared| {
                    shared.order(&shared.orders.offline, true);
                }),
                on(&["online"], shared, |shared| {
                    // The network may be another one.
                    shared.orders.doubt.set(true);
                    shared.order(&shared.orders.offline, false);
                }),
                // Timers of a hidden page come late, so the clock is looked at now.
                on(&["visibilitychange"], shared, |shared| {
                    shared.orders.offline.set(is_offline());
                    shared.order(&shared.orders.doubt, true);
                }),
                // A page with an open socket can't go into the browser's cache.
                on(&["pagehide"], shared, |shared| {
                    if let Some(sender) = shared.sender() {
                        drop(sender.close());
                    }
                    shared.order(&shared.orders.hidden, true);
                }),
                // What happened to the network meanwhile nobody told it.
                on(&["pageshow"], shared, |shared| {
                    shared.orders.offline.set(is_offline());
                    shared.order(&shared.orders.hidden, false);
                }),
            ],
        }
    }
}

fn on(event: &'static [&'static str], shared: &Rc<Shared>, act: fn(&Shared)) -> Listener {
    let shared: Weak<Shared> = Rc::downgrade(shared);
    let global: EventTarget = js_sys::global().unchecked_into();
    // `visibilitychange` bubbles up to the window.
    Listener::new(&global, event, move |_| {
        if let Some(shared) = shared.upgrade() {
            act(&shared);
        }
    })
}

/// Whether the browser is sure that there is no network.
pub(super) fn is_offline() -> bool {
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).ok();
    let navigator = get(&js_sys::global(), "navigator");
    let online = navigator.and_then(|navigator| get(&navigator, "onLine"));
    online.and_then(|online| online.as_bool()) == Some(false)
}
