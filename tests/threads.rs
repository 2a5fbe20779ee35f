//! Handles on real threads: the socket in this window, the handles in dedicated workers.
//!
//! It needs shared memory, so it is compiled with atomics: see `scripts/test threads`.

#![cfg(all(target_arch = "wasm32", target_feature = "atomics", feature = "remote"))]

#[path = "threads/crowd.rs"]
mod crowd;
#[cfg(all(feature = "io", feature = "json"))]
#[path = "threads/send.rs"]
mod send;
#[path = "threads/spawn.rs"]
mod spawn;
#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
