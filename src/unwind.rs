//! Panics of the caller's code, where they unwind
//! ([report an exception](https://html.spec.whatwg.org/#report-an-exception)).
//!
//! A browser reports what an event listener throws and calls the next listener. So does the crate
//! with a waker, an observer, and what one of its own tasks calls.

#[cfg(all(target_arch = "wasm32", panic = "unwind"))]
pub(crate) use self::unwinding::{contain, spawn};

/// Calls the caller's code. If that panics, the panic goes on in a task of its own, as an uncaught
/// error, and there is no result.
#[cfg(not(all(target_arch = "wasm32", panic = "unwind")))]
pub(crate) fn contain<T>(call: impl FnOnce() -> T) -> Option<T> {
    Some(call())
}

/// Runs a task of the crate. One that panics ends so.
#[cfg(not(all(target_arch = "wasm32", panic = "unwind")))]
pub(crate) fn spawn(task: impl std::future::Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

#[cfg(all(target_arch = "wasm32", panic = "unwind"))]
mod unwinding {
    use std::{
        future::{poll_fn, Future},
        panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
        task::Poll,
    };

    use wasm_bindgen_futures::spawn_local;

    pub(crate) fn contain<T>(call: impl FnOnce() -> T) -> Option<T> {
        let caught = catch_unwind(AssertUnwindSafe(call));
        let report = |panic| {
            spawn_local(async {
                // The executor leaves the tasks after one that panics until another is spawned.
                spawn_local(async {});
                resume_unwind(panic)
            });
        };
        caught.map_err(report).ok()
    }

    pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
        let mut task = Box::pin(task);
        spawn_local(poll_fn(move |cx| {
            contain(|| task.as_mut().poll(cx)).unwrap_or(Poll::Ready(()))
        }));
    }
}
