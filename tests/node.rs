//! The suite in Node and in Deno, which have the standard's `WebSocket` but are no browsers.

#![cfg(target_arch = "wasm32")]

mod suite;
