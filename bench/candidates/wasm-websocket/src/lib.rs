//! The race's candidate on this crate: its `Connection`, which copies a message when asked.

use bench_payload::{placed_bytes, placed_text};
use futures_util::{SinkExt, StreamExt};
use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_websocket::{Connection, Message};

#[wasm_bindgen]
pub struct Socket(Connection);

#[wasm_bindgen]
impl Socket {
    pub async fn open(url: String) -> Result<Socket, JsError> {
        Ok(Self(wasm_websocket::connect(&url).await?))
    }

    /// Over the browser's `WebSocketStream`.
    #[cfg(feature = "stream")]
    pub async fn open_stream(url: String) -> Result<Socket, JsError> {
        use wasm_websocket::Transport;

        let builder = Connection::builder(&url).transport(Transport::STREAM);
        Ok(Self(builder.connect().await?))
    }

    async fn next(&mut self) -> Result<Message, JsError> {
        match self.0.next().await {
            Some(message) => Ok(message?),
            None => Err(JsError::new("the stream ended early")),
        }
    }

    /// Copies so many messages into Rust's memory and returns the sum of their lengths.
    pub async fn receive(&mut self, count: u32) -> Result<f64, JsError> {
        let mut total = 0;
        for _ in 0..count {
            total += match self.next().await? {
                Message::Text(text) => text.to_string().len(),
                Message::Binary(bytes) => bytes.to_vec().len(),
                Message::Blob(_) => return Err(JsError::new("a Blob came")),
            };
        }
        Ok(total as f64)
    }

    /// Takes so many messages, looks only at their kind, and returns how many were no Blobs.
    pub async fn receive_lazily(&mut self, count: u32) -> Result<f64, JsError> {
        let mut total = 0;
        for _ in 0..count {
            total += match self.next().await? {
                Message::Text(_) | Message::Binary(_) => 1,
                Message::Blob(_) => 0,
            };
        }
        Ok(total.into())
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

    /// As generic code does, which flushes after each message.
    pub async fn send_text_as_sink(&mut self, text: String, count: u32) -> Result<(), JsError> {
        let text = placed_text(text);
        for _ in 0..count {
            SinkExt::send(&mut self.0, text.as_str().into()).await?;
        }
        Ok(())
    }

    pub async fn send_binary_as_sink(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsError> {
        let bytes = placed_bytes(bytes);
        for _ in 0..count {
            SinkExt::send(&mut self.0, bytes.as_slice().into()).await?;
        }
        Ok(())
    }

    /// Sends text that the browser already has, as one that was received is.
    pub async fn send_text_lazily(&mut self, text: JsString, count: u32) -> Result<(), JsError> {
        for _ in 0..count {
            self.0.send(text.clone()).await?;
        }
        Ok(())
    }

    /// Sends bytes that the browser already has, as those that were received are.
    pub async fn send_binary_lazily(
        &mut self,
        bytes: Uint8Array,
        count: u32,
    ) -> Result<(), JsError> {
        for _ in 0..count {
            self.0.send(bytes.clone()).await?;
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

    /// Sends back so many messages, the first of which is `bytes`, as they came.
    pub async fn echo_lazily(&mut self, bytes: Uint8Array, count: u32) -> Result<(), JsError> {
        let mut message = Message::from(bytes);
        for _ in 0..count {
            self.0.send(message).await?;
            message = self.next().await?;
        }
        Ok(())
    }

    pub fn close(self) {}
}

#[cfg(feature = "trace")]
#[wasm_bindgen]
impl Socket {
    /// With an observer, which counts what it is told.
    pub async fn open_observed(url: String) -> Result<Socket, JsError> {
        let told = std::cell::Cell::new(0);
        let builder = Connection::builder(&url).observe(move |traced| {
            std::hint::black_box(traced);
            told.set(told.get() + 1);
        });
        Ok(Self(builder.connect().await?))
    }
}

#[cfg(feature = "count")]
#[wasm_bindgen]
impl Socket {
    /// Begins to connect, and drops what does it.
    pub fn abandon(url: String) {
        bench_count::abandon(Self::open(url));
    }

    pub fn abandon_stream(url: String) {
        bench_count::abandon(Self::open_stream(url));
    }
}
