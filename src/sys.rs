//! Raw bindings to JavaScript: those that web-sys and js-sys lack, or have in a form that lets an
//! exception through.
//!
//! Every binding that can throw is `catch`, since an exception that unwinds through Rust's frames
//! leaves borrows and counters open. The bindings are structural: an object is asked for a property
//! and never for its class, so that objects of another realm (an iframe, Node's `vm`), polyfills and
//! subclasses such as Node's `Buffer` work.

mod channel;
mod data;
mod socket;
mod timer;

use wasm_bindgen::{closure::Closure, JsValue};

#[cfg(feature = "stream")]
pub(crate) use self::socket::has_global;
pub(crate) use self::{
    channel::Channel,
    data::{copy_view, get_of, is_view, number, string, Any, AnyDataView, TextEncoder, View},
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
