//! Raw bindings to JavaScript, for what web-sys has no binding for, or a narrower one.

mod channel;
mod socket;
mod timer;

use wasm_bindgen::{closure::Closure, JsValue};

#[cfg(feature = "stream")]
pub(crate) use self::socket::has_global;
pub(crate) use self::{
    channel::Channel,
    socket::{event_data, has_socket, RawSocket},
    timer::Timer,
};

/// Whether this target has JavaScript. Elsewhere every binding panics.
pub(crate) const HAS_JAVASCRIPT: bool = cfg!(all(
    target_family = "wasm",
    any(target_os = "unknown", target_os = "none")
));

/// A function for JavaScript to call. A panic in it leaves the crate's state as usable as an early
/// return, since nothing is borrowed while the caller's code runs.
pub(crate) fn closure(callback: impl FnMut(JsValue) + 'static) -> Closure<dyn FnMut(JsValue)> {
    Closure::own_assert_unwind_safe(callback)
}
