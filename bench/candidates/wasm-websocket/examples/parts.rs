//! Small apps of the figures of size, each behind a feature: the echo app step by step, and the
//! same with one feature of the crate.

use wasm_bindgen::prelude::*;

/// The floor: what any async function weighs.
#[cfg(feature = "part-nothing")]
#[wasm_bindgen]
pub async fn nothing(url: String) -> Option<String> {
    Some(url)
}

#[cfg(feature = "part-connect")]
#[wasm_bindgen]
pub async fn connect(url: String) -> Option<String> {
    wasm_websocket::connect(&url).await.ok()?;
    None
}

#[cfg(feature = "part-send")]
#[wasm_bindgen]
pub async fn send(url: String) -> Option<String> {
    let connection = wasm_websocket::connect(&url).await.ok()?;
    connection.send("hello").await.ok()?;
    None
}

#[cfg(feature = "part-next")]
#[wasm_bindgen]
pub async fn next(url: String) -> Option<String> {
    use futures_util::StreamExt;

    let mut connection = wasm_websocket::connect(&url).await.ok()?;
    connection.send("hello").await.ok()?;
    connection.next().await?.ok()?;
    None
}

#[cfg(feature = "io")]
#[wasm_bindgen]
pub async fn io(url: String) -> Option<String> {
    use futures_util::{AsyncReadExt, AsyncWriteExt};

    let mut bytes = wasm_websocket::connect(&url).await.ok()?.into_io();
    bytes.write_all(b"hello").await.ok()?;
    let mut answer = [0; 5];
    bytes.read_exact(&mut answer).await.ok()?;
    String::from_utf8(answer.into()).ok()
}

#[cfg(feature = "json")]
#[wasm_bindgen]
pub async fn json(url: String) -> Option<String> {
    echo_as::<wasm_websocket::Json>(url).await
}

#[cfg(feature = "msgpack")]
#[wasm_bindgen]
pub async fn msgpack(url: String) -> Option<String> {
    echo_as::<wasm_websocket::MessagePack>(url).await
}

#[cfg(any(feature = "json", feature = "msgpack"))]
async fn echo_as<C: wasm_websocket::Codec<String, String>>(url: String) -> Option<String> {
    use futures_util::StreamExt;

    let connection = wasm_websocket::connect(&url).await.ok()?;
    let mut texts = connection.typed::<C, String, String>();
    texts.send(&"hello".to_owned()).await.ok()?;
    texts.next().await?.ok()
}

#[cfg(feature = "reconnect")]
#[wasm_bindgen]
pub async fn reconnect(url: String) -> Option<String> {
    use futures_util::StreamExt;
    use wasm_websocket::{Event, Message, Reconnecting};

    let mut socket = Reconnecting::builder(&url).start();
    socket.send("hello").await.ok()?;
    loop {
        if let Event::Message(Message::Text(text)) = socket.next().await? {
            return Some(text.into_string());
        }
    }
}

#[cfg(feature = "remote")]
#[wasm_bindgen]
pub async fn remote(url: String) -> Option<String> {
    use futures_util::StreamExt;
    use wasm_websocket::OwnedMessage;

    let connection = wasm_websocket::connect(&url).await.ok()?;
    let mut connection = connection.into_remote();
    connection.send("hello").await.ok()?;
    match connection.next().await?.ok()? {
        OwnedMessage::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(feature = "stream")]
#[wasm_bindgen]
pub async fn stream(url: String) -> Option<String> {
    let builder = wasm_websocket::Connection::builder(&url);
    echo_with(builder.transport(wasm_websocket::Transport::STREAM)).await
}

#[cfg(feature = "trace")]
#[wasm_bindgen]
pub async fn trace(url: String) -> Option<String> {
    let builder = wasm_websocket::Connection::builder(&url);
    let builder = builder.observe(|traced| {
        std::hint::black_box(traced);
    });
    echo_with(builder).await
}

#[cfg(any(feature = "stream", feature = "trace"))]
async fn echo_with(builder: wasm_websocket::Builder) -> Option<String> {
    use futures_util::StreamExt;

    let mut connection = builder.connect().await.ok()?;
    connection.send("hello").await.ok()?;
    match connection.next().await?.ok()? {
        wasm_websocket::Message::Text(text) => Some(text.into_string()),
        _ => None,
    }
}
