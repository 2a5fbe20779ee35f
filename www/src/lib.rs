//! The demo page of `wasm-websocket`: an app of four tabs, that imports the crate as any would
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).

mod alert;
mod blob;
mod close_code;
mod drawing;
mod echo;
mod events;
mod fetch;
mod file;
mod flipbook;
mod json;
mod page;
mod room;
mod tabs;
mod traffic;
mod units;

use wasm_bindgen::prelude::*;

use crate::tabs::Tabs;

/// Starts the page; the loader shows the error, if there is one.
#[wasm_bindgen(start)]
pub fn start() -> Result<(), JsError> {
    console_error_panic_hook::set_once();
    Ok(Tabs::start()?)
}
