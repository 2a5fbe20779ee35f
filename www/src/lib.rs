//! The demo page of `wasm-websocket`: text and pictures over a WebSocket and back
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).
//!
//! One task owns everything, the `App`: what a person does and what the socket reports reach
//! it as one stream of events, and it answers them in their order. The cards don't know whether
//! the `Link` is a plain socket or one that comes back.

mod alert;
mod app;
mod closing;
mod connection;
mod drawing;
mod event;
mod link;
mod page;
mod pending;
mod picture;
mod recovery;
mod server;
mod text;
mod units;

use wasm_bindgen::prelude::*;

use crate::app::App;

/// Starts the page; the loader shows the error, if there is one.
#[wasm_bindgen(start)]
pub fn start() -> Result<(), JsError> {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(App::new()?.run());
    Ok(())
}
