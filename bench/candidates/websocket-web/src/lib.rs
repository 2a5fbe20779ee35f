//! The race's candidate on websocket-web: its `WebSocket`, a stream of owned messages and a sink of
//! borrowed ones, over either of the browser's interfaces.

use bench_payload::{placed_bytes, placed_text};
use futures_util::{SinkExt, StreamExt};
use wasm_bindgen::prelude::*;
use websocket_web::{Interface, Msg, WebSocket, WebSocketBuilder};

#[wasm_bindgen]
pub struct Socket(WebSocket);

#[wasm_bindgen]
impl Socket {
    /// Over the browser's `WebSocket`; by itself it takes `WebSocketStream` where there is one.
    pub async fn open(url: String) -> Result<Socket, JsError> {
        Self::open_over(url, Interface::Standard).await
    }

    pub async fn open_stream(url: String) -> Result<Socket, JsError> {
        Self::open_over(url, Interface::Stream).await
    }

    async fn open_over(url: String, interface: Interface) -> Result<Socket, JsError> {
        let mut builder = WebSocketBuilder::new(url);
        builder.set_interface(interface);
        Ok(Self(builder.connect().await?))
    }

    /// Reads so many messages and returns the sum of their lengths.
    pub async fn receive(&mut self, count: u32) -> Result<f64, JsError> {
        let mut total = 0;
        for _ in 0..count {
            total += match self.0.next().await {
                Some(Ok(Msg::Text(text))) => text.len(),
                Some(Ok(Msg::Binary(bytes))) => bytes.len(),
                Some(Err(error)) => return Err(error.into()),
                None => return Err(JsError::new("the stream ended early")),
            };
        }
        Ok(total as f64)
    }

    pub async fn send_text(&mut self, text: String, count: u32) -> Result<(), JsError> {
        let text = placed_text(text);
        for _ in 0..count {
            self.0.send(text.as_str()).await?;
        }
        Ok(())
    }

    pub async fn send_binary(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsError> {
        let bytes = placed_bytes(bytes);
        for _ in 0..count {
            self.0.send(bytes.as_slice()).await?;
        }
        Ok(())
    }

    /// Sends so many messages, each when the answer to the one before it has come.
    pub async fn echo(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsError> {
        for _ in 0..count {
            self.send_binary(bytes.clone(), 1).await?;
            self.receive(1).await?;
        }
        Ok(())
    }

    pub fn close(self) {
        self.0.close();
    }
}

#[cfg(feature = "count")]
#[wasm_bindgen]
impl Socket {
    /// Begins to connect, and drops what does it.
    pub fn abandon(url: String) {
        bench_count::abandon(Self::open(url));
    }
}
