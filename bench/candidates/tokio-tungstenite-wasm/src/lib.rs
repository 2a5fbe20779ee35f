//! The race's candidate on tokio-tungstenite-wasm: its `WebSocketStream`, a stream and a sink of
//! owned messages.

use bench_payload::{placed_bytes, placed_text};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite_wasm::{connect, Message, WebSocketStream};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct Socket(WebSocketStream);

#[wasm_bindgen]
impl Socket {
    pub async fn open(url: String) -> Result<Socket, JsError> {
        Ok(Self(connect(&url).await?))
    }

    /// Reads so many messages and returns the sum of their lengths.
    pub async fn receive(&mut self, count: u32) -> Result<f64, JsError> {
        let mut total = 0;
        for _ in 0..count {
            total += match self.0.next().await {
                Some(Ok(Message::Text(text))) => text.len(),
                Some(Ok(Message::Binary(bytes))) => bytes.len(),
                Some(Ok(Message::Close(_))) | None => {
                    return Err(JsError::new("the stream ended early"))
                }
                Some(Err(error)) => return Err(error.into()),
            };
        }
        Ok(total as f64)
    }

    pub async fn send_text(&mut self, text: String, count: u32) -> Result<(), JsError> {
        let text = placed_text(text);
        for _ in 0..count {
            self.0.send(Message::text(text.clone())).await?;
        }
        Ok(())
    }

    pub async fn send_binary(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsError> {
        let bytes = placed_bytes(bytes);
        for _ in 0..count {
            self.0.send(Message::binary(bytes.clone())).await?;
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

    pub async fn close(mut self) -> Result<(), JsError> {
        Ok(self.0.close().await?)
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
