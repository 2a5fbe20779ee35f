//! The small app of the figures of size, on ws_stream_wasm.

use futures_util::{SinkExt, StreamExt};
use wasm_bindgen::prelude::*;
use ws_stream_wasm::{WsMessage, WsMeta};

#[wasm_bindgen]
pub async fn echo(url: String) -> Option<String> {
    let (_meta, mut socket) = WsMeta::connect(url, None).await.ok()?;
    socket
        .send(WsMessage::Text("hello".to_owned()))
        .await
        .ok()?;
    match socket.next().await? {
        WsMessage::Text(text) => Some(text),
        WsMessage::Binary(_) => None,
    }
}
