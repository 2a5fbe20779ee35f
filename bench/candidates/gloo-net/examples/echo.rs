//! The small app of the figures of size, on gloo-net.

use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::{futures::WebSocket, Message};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub async fn echo(url: String) -> Option<String> {
    let mut socket = WebSocket::open(&url).ok()?;
    socket.send(Message::Text("hello".to_owned())).await.ok()?;
    match socket.next().await?.ok()? {
        Message::Text(text) => Some(text),
        Message::Bytes(_) => None,
    }
}
