//! Two connections that are connected in memory, without a browser: the suite's bodies, and what only
//! a pair has.

#![cfg(not(target_arch = "wasm32"))]
#![cfg(feature = "test-util")]

/// Natively the parts that need a browser or a server are compiled and not run.
#[allow(dead_code, unused_imports)]
mod suite {
    mod backpressure;
    mod connection;
    mod contention;
    mod crowd;
    mod ending;
    mod flushing;
    #[cfg(feature = "io")]
    mod io;
    mod memory;
    mod native;
    mod pair;
    #[cfg(feature = "io")]
    mod settings;
    mod support;
    mod taskless;
}
