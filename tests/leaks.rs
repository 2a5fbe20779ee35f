//! Nothing stays behind of a socket, however it ends: no byte, by a counting allocator, no handle of
//! wasm-bindgen's, no listener, and no more on JavaScript's heap than a script's own socket leaves.

#![cfg(target_arch = "wasm32")]

#[path = "suite/allocator.rs"]
mod allocator;
#[path = "leaks/connections.rs"]
mod connections;
#[path = "leaks/endings.rs"]
mod endings;
#[path = "leaks/looks.rs"]
mod looks;
#[cfg(feature = "reconnect")]
#[path = "leaks/reconnecting.rs"]
mod reconnecting;
#[path = "leaks/scripts.rs"]
mod scripts;
#[path = "leaks/sockets.rs"]
mod sockets;
#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
