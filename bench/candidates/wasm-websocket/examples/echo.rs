//! The small app of the figures of size, on this crate.

use futures_util::StreamExt;
use wasm_bindgen::prelude::*;
use wasm_websocket::Message;

#[wasm_bindgen]
pub async fn echo(url: String) -> Option<String> {
    let mut connection = wasm_websocket::connect(&url).await.ok()?;
    connection.send("hello").await.ok()?;
    match connection.next().await?.ok()? {
        Message::Text(text) => Some(text.into_string()),
        Message::Binary(_) | Message::Blob(_) => None,
    }
}
