//! [`Local`]: a value of the browser's one thread.
//!
//! The types of this crate hold reference-counted state and closures that JavaScript calls, which
//! rules out `Send` and `Sync` for good reason where there are threads. WebAssembly without atomics
//! has none: no second thread can ever see the value. wasm-bindgen's `JsValue` is `Send` and `Sync`
//! there for the same reason.

use std::{
    fmt,
    future::Future,
    ops::{Deref, DerefMut},
    pin::Pin,
    task::{Context, Poll},
};

/// Makes a value `Send` and `Sync` on WebAssembly without atomics, at no cost; elsewhere it changes
/// nothing.
#[derive(Clone, Default)]
#[repr(transparent)]
pub(crate) struct Local<T: ?Sized>(T);

// SAFETY: without atomics there is one thread, so that nothing can be sent to or shared with another.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
unsafe impl<T: ?Sized> Send for Local<T> {}

// SAFETY: as for `Send`.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
unsafe impl<T: ?Sized> Sync for Local<T> {}

impl<T> Local<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    #[cfg(feature = "reconnect")]
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<T: ?Sized> Deref for Local<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> DerefMut for Local<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<F: Future + Unpin + ?Sized> Future for Local<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Local<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
