//! The small app of the figures of size, on websocket-web.

use futures_util::{SinkExt, StreamExt};
use wasm_bindgen::prelude::*;
use websocket_web::{Msg, WebSocket};

#[wasm_bindgen]
pub async fn echo(url: String) -> Option<String> {
    let mut socket = WebSocket::connect(url).await.ok()?;
    socket.send("hello").await.ok()?;
    match socket.next().await?.ok()? {
        Msg::Text(text) => Some(text),
        Msg::Binary(_) => None,
    }
}
