//! The small app of the figures of size, on tokio-tungstenite-wasm.

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite_wasm::{connect, Message};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub async fn echo(url: String) -> Option<String> {
    let mut socket = connect(&url).await.ok()?;
    socket.send(Message::text("hello")).await.ok()?;
    match socket.next().await?.ok()? {
        Message::Text(text) => Some(text.to_string()),
        Message::Binary(_) | Message::Close(_) => None,
    }
}
