//! The WebSocket client for Rust in the browser.
//!
//! This crate wraps the browser's own [`WebSocket`](https://websockets.spec.whatwg.org/), for
//! Rust that is compiled to WebAssembly with wasm-bindgen. It has streams where the standard
//! has callbacks, errors where the browser discards in silence, and messages that stay in the
//! browser until they are asked for.
//!
//! # Overview
//!
//! There are three layers, each a thin step over the one before:
//!
//! * [`WebSocket`] is the standard's object, one to one: `ready_state`, `binary_type`,
//!   `buffered_amount`, `send`, `close`, and a stream for each of its four events.
//! * [`Connection`] is an open socket as a `Stream` and a `Sink` of [`Message`]s, with
//!   backpressure, got with [`connect`], [`Connection::builder`] or [`WebSocket::open`]. It
//!   [splits](Connection::split) into a [`Sender`], which can be cloned, and a [`Receiver`].
//! * `Reconnecting`, with the feature `reconnect`, is a connection that is made anew whenever it
//!   ends: a `Stream` of what happens to it, and a `Sink` whose messages wait while it is down.
//!
//! Around them stand [`Message`] with its lazy [`Text`], [`Bytes`] and [`Blob`], the
//! enumerations [`ReadyState`] and [`BinaryType`], the [`CloseEvent`] with its [`CloseCode`],
//! and one [`Error`].
//!
//! # Example: ask and listen
//!
//! ```no_run
//! use futures::StreamExt;
//!
//! # async fn example() -> Result<(), wasm_websocket::Error> {
//! let mut connection = wasm_websocket::connect("wss://example.org/echo").await?;
//! connection.send("hello").await?;
//! connection.send(vec![1, 2, 3]).await?;
//! while let Some(message) = connection.next().await {
//!     let message = message?;
//!     if let Some(text) = message.as_text() {
//!         println!("text: {text}");
//!     } else if let Some(bytes) = message.as_bytes() {
//!         println!("{} bytes", bytes.len());
//!     }
//! }
//! println!("{}", connection.closed().await);
//! # Ok(())
//! # }
//! ```
//!
//! # Example: the standard's object
//!
//! ```no_run
//! use futures::StreamExt;
//! use wasm_bindgen_futures::spawn_local;
//! use wasm_websocket::{BinaryType, CloseCode, Error, WebSocket};
//!
//! # fn example() -> Result<(), Error> {
//! let socket = WebSocket::with_protocols("wss://example.org/chat", &["chat.v2", "chat"])?;
//! socket.set_binary_type(BinaryType::ArrayBuffer);
//!
//! let (mut opens, mut closes) = (socket.on_open(), socket.on_close());
//! let mut messages = socket.on_message();
//! spawn_local(async move {
//!     if opens.next().await.is_some() {
//!         println!("{} speaks {}", socket.url(), socket.protocol());
//!     }
//!     while let Some(message) = messages.next().await {
//!         if message == "bye" {
//!             // A code of one's own, and a reason of two bytes of UTF-8.
//!             let closing = socket.close_with(CloseCode::new(3001), "ok");
//!             assert_eq!(closing, Ok(()));
//!         }
//!     }
//!     if let Some(event) = closes.next().await {
//!         println!("closed: {event}");
//!     }
//! });
//! # Ok(())
//! # }
//! ```
//!
//! # Example: tasks of their own, and limits
//!
//! ```no_run
//! use futures::StreamExt;
//! use wasm_bindgen_futures::spawn_local;
//! use wasm_websocket::{Connection, Error, Overflow};
//!
//! # async fn example() -> Result<(), Error> {
//! let connection = Connection::builder("wss://example.org/feed")
//!     .protocols(["feed.v2", "feed"])
//!     // What a slow reader may fall behind, and what to do beyond that.
//!     .receive_budget(1 << 20, Overflow::DropOldest)
//!     // Sending waits above 1 MiB, and goes on below 256 KiB.
//!     .send_watermarks(1 << 18, 1 << 20)
//!     .connect()
//!     .await?;
//! let (sender, mut receiver) = connection.split();
//! let other = sender.clone();
//! spawn_local(async move {
//!     let sent = other.send("from another task").await;
//!     println!("{sent:?}");
//! });
//! while let Some(message) = receiver.next().await {
//!     match message {
//!         Ok(message) => println!("{message:?}"),
//!         Err(Error::Overflow { dropped }) => println!("{dropped} are missing here"),
//!         Err(error) => return Err(error),
//!     }
//! }
//! sender.close().await
//! # }
//! ```
//!
#![cfg_attr(
    feature = "json",
    doc = r#"
# Example: values of one's own types

With the feature `json`; those for [other formats](#features) are used alike.

```no_run
use futures::StreamExt;
use wasm_websocket::{CodecError, Json};

#[derive(serde::Serialize, serde::Deserialize)]
struct Point {
    x: f64,
    y: f64,
}

# async fn example() -> Result<(), CodecError> {
let connection = wasm_websocket::connect("wss://example.org/points").await?;
let mut points = connection.typed::<Json, Point, Point>();
points.send(&Point { x: 0.5, y: 1.0 }).await?;
while let Some(point) = points.next().await {
    match point {
        Ok(Point { x, y }) => println!("{x}, {y}"),
        Err(CodecError::Decode { message, .. }) => println!("not a point: {message:?}"),
        Err(error) => return Err(error),
    }
}
# Ok(())
# }
```
"#
)]
//!
//! # Messages are lazy
//!
//! A received text is the browser's string, and received bytes are its `ArrayBuffer` or
//! `Blob`. They are copied into WebAssembly's memory by what asks for them ([`Text::to_string`],
//! [`Bytes::to_vec`], [`Bytes::copy_to`], a comparison), and by nothing else: a message that is
//! sent on, shown through a [`Blob::object_url`] or handed to another JavaScript API never
//! enters it.
//!
//! # Nothing is lost, nothing is left
//!
//! * A subscription sees every event from the moment it is made, and queues what comes between
//!   two polls. [`connect`] and [`WebSocket::open`] listen before they are polled, so that a
//!   server may greet at once.
//! * Sending on a socket that isn't open is [`Error::NotOpen`]; the browser would discard the
//!   message without a word.
//! * Each stream ends after the close, and stays at its end.
//! * The queues of a [`Connection`] are bounded in both directions. [`Error::Overflow`] reports how
//!   many messages were dropped, and where. A single message of any size is always accepted.
//! * Senders are served first come, first served: a call of [`send`](Sender::send) never overtakes
//!   one that waits, and no task starves.
//! * Everything can be dropped at any moment, while connecting and inside a callback too. The
//!   last one that is dropped closes the socket, and removes the last listener.
//!
//! # Features
//!
//! All are off by default, and cost nothing then.
//!
//! * `bytes`: messages from and to `Bytes` and `BytesMut` of the crate
//!   [bytes](https://docs.rs/bytes).
//! * `io` and `tokio`: a connection as bytes, with `Connection::into_io`, for what takes an
//!   `AsyncRead` or an `AsyncWrite`, those of `futures` or those of `tokio`.
//! * `json` and `msgpack`: values of one's own types in place of messages, with
//!   `Connection::typed`, as JSON with [serde_json](https://docs.rs/serde_json) or as MessagePack
//!   with [rmp-serde](https://docs.rs/rmp-serde). `codec` alone is this without
//!   serde: for text and bytes as they are, with `Plain` and `Binary`, and for formats of one's own.
//! * `reconnect`: a connection that comes back, `Reconnecting`, with backoff, heartbeat and a
//!   backlog.
//! * `remote`: a connection for any thread, with `Connection::into_remote` or
//!   `Builder::connect_remote`, in builds with threads.
//! * `stream`: `Transport::STREAM`, a connection over the browser's `WebSocketStream`, in browsers
//!   that have it.
//! * `test-util`: two connections that are connected in memory, with `pair`, to test code that takes
//!   a `Connection` with `cargo test`, without a server or a browser.
//! * `trace`: an observer of all that a connection does, with `Builder::observe`, for apps that
//!   show or log their traffic.
//!
//! # Where it runs
//!
//! The crate runs in windows and in dedicated, shared and service workers alike. It also compiles
//! for targets without JavaScript, where every attempt to connect returns [`Error::Unsupported`], as
//! it does in a runtime without `WebSocket`, such as Node 20.
//!
//! # Threads
//!
//! Without atomics, which is the default, WebAssembly has one thread. There every type of this crate
//! is `Send` and `Sync`, and so are the futures of their methods, at no cost: a connection can be kept
//! wherever a framework asks for `Send`. In builds with atomics a socket belongs to the thread that
//! opened it. Its types are neither, and the feature `remote` has handles for other threads.
//!
//! With `-Cpanic=unwind`, a panic in a waker or an observer is reported as an uncaught error and
//! leaves the connection usable. A panic in a function of a `Reconnecting` ends that socket in
//! `State::Closed`. Catch panics in your own tasks: after an uncaught one, wasm-bindgen's executor
//! runs the tasks that are queued after it only once another task is spawned.
//!
//! It runs in Node too, whose own `WebSocket` (tested in Node 24) strays from the standard:
//!
//! * Where WebAssembly's memory grows while bytes from Rust are on their way, `bufferedAmount` stays
//!   too high, and who waits for it to fall, in [`Connection::send`] or [`Connection::flush`], may
//!   wait until the connection ends.
//! * Behind the closing handshake it waits without limit for the server to end TCP.
//! * Text that isn't UTF-8 ends the connection with what looks like a clean close.
//!
//! And in Deno (tested in Deno 2.9), whose own strays elsewhere:
//!
//! * What is sent behind a Blob may overtake it.
//! * It accepts handshakes that a browser refuses, among them those without a right
//!   `Sec-WebSocket-Accept`, and frames that only a client may send.
//! * Messages that arrive after closing began may still be delivered.
//!
//! Tried by hand, without a lane of tests yet:
//!
//! * WebKit (WebKitGTK 2.50) reports close codes 1012 to 1014 as 1006. For a blocked port it fires no
//!   close event, and the crate reports 1006. `bufferedAmount` can fall to zero at once, so that
//!   backpressure is weaker.
//! * Bun 1.4 delivers binary messages of a new [`WebSocket`] as bytes until
//!   [`set_binary_type`](WebSocket::set_binary_type) is called. When an open connection breaks, it
//!   fires a close event and no error event.
//! * workerd (2026-11) can't send Blobs, which is [`Error::Unsupported`]. It doesn't block ports, and
//!   close reasons may be its own words. After a broken connection, `ready_state` stays CLOSING.
//!
//! # What a browser does not offer
//!
//! * Headers of one's own in the handshake. Subprotocols, cookies and the URL are what there
//!   is. Node, Deno and Bun take headers: see [`Builder::options`].
//! * Ping and pong: the browser answers pings itself, and tells nobody.
//! * A reason why a connection failed. [`Error::Closed`] with code 1006 is all it says, or in
//!   Firefox 1015 for a certificate that it doesn't trust, and the details that it writes to the
//!   console are not for the page.
//! * Backpressure on what is received, except where there is `WebSocketStream`
//!   ([`Transport::STREAM`]): messages arrive as fast as the server sends them, and wait in a
//!   queue with a [budget](Builder::receive_budget).
//! * Messages that arrive between the call of [`close`](WebSocket::close) and the close event.
//!   The standard discards them.
//!
//! # Versions
//!
//! The minimum supported Rust version is 1.82. With the feature `tokio` it is that of tokio, and
//! with `msgpack` that of rmp-serde, where these are newer. `js_sys` and `web_sys` types are part of the
//! public API, in [`From`] for [`Message`] and in what is named `raw`.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_docs)]

mod close;
#[cfg(feature = "codec")]
mod codec;
mod connection;
mod end;
mod error;
mod events;
#[cfg(any(feature = "io", feature = "tokio"))]
mod io;
mod listener;
mod local;
mod message;
mod protocol;
#[cfg(feature = "reconnect")]
mod reconnect;
#[cfg(feature = "remote")]
mod remote;
mod socket;
mod state;
mod sys;
mod task;
mod trace;
mod unwind;

pub use self::{
    close::{CloseCode, CloseEvent},
    connection::{
        connect, Builder, Closed, Closing, Connection, Opening, Overflow, Receiver, Sender,
        Transport,
    },
    error::{Error, TrySendError},
    events::{ErrorEvent, Events, OpenEvent},
    message::{Blob, Bytes, Content, Message, ObjectUrl, Outgoing, Text, TryFromMessageError},
    socket::WebSocket,
    state::{BinaryType, ReadyState},
};

#[cfg(feature = "json")]
pub use self::codec::Json;
#[cfg(feature = "msgpack")]
pub use self::codec::MessagePack;
#[cfg(all(feature = "remote", feature = "codec"))]
pub use self::codec::RemoteTyped;
#[cfg(feature = "codec")]
pub use self::codec::{Binary, Codec, CodecError, Payload, Plain, Typed};
#[cfg(feature = "test-util")]
pub use self::connection::{pair, Network, Side};
#[cfg(any(feature = "io", feature = "tokio"))]
pub use self::io::ByteStream;
#[cfg(all(feature = "remote", any(feature = "io", feature = "tokio")))]
pub use self::io::RemoteByteStream;
#[cfg(feature = "reconnect")]
pub use self::reconnect::{
    Cause, Event, Heartbeat, NotSent, Policy, Reconnecting, ReconnectingBuilder,
    ReconnectingClosing, ReconnectingSender, Retry, SendError, State, States, WhenFull,
};
#[cfg(feature = "remote")]
pub use self::remote::{
    OwnedMessage, RemoteClosed, RemoteClosing, RemoteConnection, RemoteFlush, RemoteOpening,
    RemoteReceiver, RemoteSender,
};
#[cfg(feature = "trace")]
pub use self::trace::Traced;

// Its examples take these features.
#[cfg(all(doctest, feature = "json", feature = "reconnect"))]
#[doc = include_str!("../README.md")]
struct Readme;
