//! The suite in Node, which has the standard's `WebSocket` but is no browser.

#![cfg(target_arch = "wasm32")]

mod suite;
