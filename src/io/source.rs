//! [`Source`]: what a byte stream needs of its connection.

use std::task::{ready, Context, Poll};

use futures::{FutureExt, Sink, Stream};

use crate::{message::ReadBlob, Bytes, Connection, Error, Message};

/// A connection of messages that can be read and written as bytes: a [`Connection`] or a
/// `RemoteConnection`.
pub trait Source:
    Stream<Item = Result<Self::Message, Error>> + Sink<Self::Message, Error = Error> + Unpin
{
    /// What it sends and receives.
    type Message: for<'a> From<&'a [u8]>;

    /// What a received message holds.
    type Content: Content;

    /// Returns what a message holds.
    fn content(message: Self::Message) -> Self::Content;
}

/// The bytes of a received message.
pub trait Content: Unpin {
    /// Waits until the bytes can be copied.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    /// Returns how many bytes can be copied.
    fn len(&self) -> usize;

    /// Copies the bytes from this one on, as many as there is room for, and returns how many.
    fn copy_from(&self, start: usize, destination: &mut [u8]) -> usize;
}

impl Source for Connection {
    type Message = Message;
    type Content = MessageContent;

    fn content(message: Message) -> MessageContent {
        match message {
            Message::Binary(bytes) => MessageContent::of_bytes(bytes),
            Message::Text(text) => MessageContent::of_bytes(text.into_string().into_bytes()),
            Message::Blob(blob) => MessageContent {
                bytes: Bytes::from([]),
                reading: Some(blob.read()),
            },
        }
    }
}

/// The content of a [`Message`], where the browser or Rust holds it.
#[derive(Debug)]
pub struct MessageContent {
    bytes: Bytes,
    /// The Blob whose bytes are being read.
    reading: Option<ReadBlob>,
}

impl MessageContent {
    fn of_bytes(bytes: impl Into<Bytes>) -> Self {
        let (bytes, reading) = (bytes.into(), None);
        Self { bytes, reading }
    }
}

impl Content for MessageContent {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if let Some(reading) = &mut self.reading {
            let bytes = ready!(reading.poll_unpin(cx));
            *self = Self::of_bytes(bytes?);
        }
        Poll::Ready(Ok(()))
    }

    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn copy_from(&self, start: usize, destination: &mut [u8]) -> usize {
        self.bytes.copy_from(start, destination)
    }
}
