//! [`Typed`]: a connection of values.

use std::{
    fmt,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{
    sink::Sink,
    stream::{FusedStream, Stream},
};

use super::{encode, Codec, CodecError, Decoder};
use crate::{Closed, Connection, Error, Message, Receiver, Sender};

/// A [`Connection`] of values, made by [`Connection::typed`]: a `Stream` of what the messages
/// that arrive become, and a `Sink` of what becomes messages.
///
/// [Split](Self::split), it is two of these, around a [`Sender`] and a [`Receiver`].
///
/// # Receiving
///
/// Values come in the order of their messages. A message that the codec makes no value of is
/// [`CodecError::Decode`], with the message in it, and the stream goes on. Otherwise it says what
/// the connection's stream says, and ends as that does.
///
/// Text is copied out of the browser once. Bytes are copied into a buffer that is used again for
/// the next message; a Blob is read first, and what comes after it waits for that. What is in
/// Rust's memory already isn't copied.
///
/// # Sending
///
/// [`send`](Self::send) takes values by reference, so that the caller still has what wasn't sent.
/// The `Sink` takes them by value, and encodes each when it takes it: one that can't be encoded is
/// lost, and neither those before it nor the connection are affected.
///
/// # Drop
///
/// Dropping it closes the connection, as dropping what is in it does.
#[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
pub struct Typed<S, C, In, Out> {
    pub(super) inner: S,
    pub(super) decoder: Decoder<C, In, Out>,
}

impl Connection {
    /// Gives it types: `In` is what messages that arrive become, and `Out` is what becomes
    /// messages, by way of a [codec](Codec).
    #[cfg_attr(
        feature = "json",
        doc = r#"
```no_run
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use wasm_websocket::{CodecError, Json};

#[derive(Serialize)]
struct Order {
    item: String,
}

#[derive(Debug, Deserialize)]
enum Answer {
    Accepted { id: u64 },
    Refused(String),
}

# async fn example() -> Result<(), CodecError> {
let connection = wasm_websocket::connect("wss://example.org/orders").await?;
let mut orders = connection.typed::<Json, Answer, Order>();
orders.send(&Order { item: "tea".to_owned() }).await?;
while let Some(answer) = orders.next().await {
    match answer {
        Ok(answer) => println!("{answer:?}"),
        Err(CodecError::Decode { message, source }) => println!("{message:?}: {source}"),
        Err(error) => return Err(error),
    }
}
# Ok(())
# }
```
"#
    )]
    #[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
    pub fn typed<C: Codec<In, Out>, In, Out>(self) -> Typed<Self, C, In, Out> {
        Typed::new(self)
    }
}

impl<S, C, In, Out> Typed<S, C, In, Out> {
    pub(super) fn new(inner: S) -> Self {
        let decoder = Decoder::new();
        Self { inner, decoder }
    }

    /// What is in it: to close it with a code, to flush it, to send a message of another kind.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// What is in it, to go on with messages. A Blob that is being read is dropped.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<C: Codec<In, Out>, In, Out> Typed<Connection, C, In, Out> {
    /// Sends a value, as [`Connection::send`] sends a message.
    ///
    /// # Errors
    ///
    /// [`CodecError::Encode`] if the codec makes no message of it, else those of
    /// [`Connection::send`].
    pub async fn send(&self, item: &Out) -> Result<(), CodecError> {
        Ok(self.inner.send(encode::<C, In, Out>(item)?).await?)
    }

    /// Closes the connection, as [`Connection::close`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Connection::close`].
    pub async fn close(&self) -> Result<(), CodecError> {
        Ok(self.inner.close().await?)
    }

    /// How the connection ends, once it has: a future that outlives it.
    pub fn closed(&self) -> Closed {
        self.inner.closed()
    }

    /// Takes it apart as [`Connection::split`] does: a half that sends, and can be cloned, and one
    /// that receives.
    // Names for them would hide that both are what this is.
    #[allow(clippy::type_complexity)]
    pub fn split(self) -> (Typed<Sender, C, In, Out>, Typed<Receiver, C, In, Out>) {
        let (sender, inner) = self.inner.split();
        let decoder = self.decoder;
        (Typed::new(sender), Typed { inner, decoder })
    }
}

impl<C: Codec<In, Out>, In, Out> Typed<Sender, C, In, Out> {
    /// Sends a value, as [`Sender::send`] sends a message.
    ///
    /// # Errors
    ///
    /// [`CodecError::Encode`] if the codec makes no message of it, else those of
    /// [`Sender::send`].
    pub async fn send(&self, item: &Out) -> Result<(), CodecError> {
        Ok(self.inner.send(encode::<C, In, Out>(item)?).await?)
    }

    /// Closes the connection, as [`Sender::close`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Sender::close`].
    pub async fn close(&self) -> Result<(), CodecError> {
        Ok(self.inner.close().await?)
    }

    /// How the connection ends, once it has: a future that outlives it.
    pub fn closed(&self) -> Closed {
        self.inner.closed()
    }
}

impl<C, In, Out> Clone for Typed<Sender, C, In, Out> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<S, C, In, Out> Stream for Typed<S, C, In, Out>
where
    S: Stream<Item = Result<Message, Error>> + Unpin,
    C: Codec<In, Out>,
{
    type Item = Result<In, CodecError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { inner, decoder } = &mut *self;
        decoder.poll_next(cx, |cx| Pin::new(inner).poll_next(cx))
    }
}

impl<S, C, In, Out> FusedStream for Typed<S, C, In, Out>
where
    S: FusedStream<Item = Result<Message, Error>> + Unpin,
    C: Codec<In, Out>,
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated() && self.decoder.is_idle()
    }
}

impl<S, C, In, Out> Sink<Out> for Typed<S, C, In, Out>
where
    S: Sink<Message> + Unpin,
    CodecError: From<S::Error>,
    C: Codec<In, Out>,
{
    type Error = CodecError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CodecError>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.inner).poll_ready(cx))?))
    }

    fn start_send(mut self: Pin<&mut Self>, item: Out) -> Result<(), CodecError> {
        Ok(Pin::new(&mut self.inner).start_send(encode::<C, In, Out>(&item)?)?)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CodecError>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.inner).poll_flush(cx))?))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CodecError>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.inner).poll_close(cx))?))
    }
}

impl<S: fmt::Debug, C, In, Out> fmt::Debug for Typed<S, C, In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&self.inner).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::{error::Error as StdError, future::Future};

    use futures::{future, sink, stream, FutureExt, SinkExt, StreamExt};

    use super::*;
    use crate::{codec::Payload, Bytes, ReadyState};

    /// Digits, of which 9 can't be encoded.
    struct Digit;

    impl Codec<u32, u32> for Digit {
        fn decode(payload: Payload<'_>) -> Result<u32, Box<dyn StdError + Send + Sync>> {
            Ok(payload.text()?.parse()?)
        }

        fn encode(item: &u32) -> Result<Message, Box<dyn StdError + Send + Sync>> {
            match item {
                9 => Err("nine".into()),
                _ => Ok(item.to_string().into()),
            }
        }
    }

    type Digits<S> = Typed<S, Digit, u32, u32>;

    /// What a future gives that has nothing to wait for.
    fn now<F: Future>(future: F) -> F::Output {
        future.now_or_never().unwrap()
    }

    #[test]
    fn what_does_not_decode_is_an_item_in_its_place_with_the_message() {
        let messages = [
            Ok("1".into()),
            Ok("x".into()),
            Err(Error::Overflow { dropped: 3 }),
            Ok([50].into()),
            Ok("2".into()),
        ];
        let mut digits = Digits::new(stream::iter(messages).fuse());
        let mut next = || now(digits.next());
        assert!(matches!(next(), Some(Ok(1))));
        match next() {
            Some(Err(CodecError::Decode { message, source })) => {
                assert_eq!(message, "x");
                assert!(source.is::<std::num::ParseIntError>());
            }
            other => panic!("{other:?}"),
        }
        match next() {
            Some(Err(CodecError::Connection(error))) => {
                assert_eq!(error, Error::Overflow { dropped: 3 });
            }
            other => panic!("{other:?}"),
        }
        match next() {
            Some(Err(CodecError::Decode { message, .. })) => assert_eq!(message, [50]),
            other => panic!("{other:?}"),
        }
        assert!(matches!(next(), Some(Ok(2))));
        assert!(!digits.is_terminated());
        assert!(now(digits.next()).is_none() && digits.is_terminated());
    }

    #[test]
    fn what_does_not_encode_takes_nothing_else_with_it() {
        let mut sent = Vec::new();
        let sink = sink::unfold(&mut sent, |sent, message: Message| {
            sent.push(message.into_bytes().now_or_never().unwrap().unwrap());
            future::ready(Ok::<_, Error>(sent))
        });
        let mut digits = Digits::new(sink);
        let error = now(digits.send_all(&mut stream::iter([1, 2, 9, 3]).map(Ok))).unwrap_err();
        assert!(matches!(error, CodecError::Encode { source } if source.to_string() == "nine"));
        now(digits.send_all(&mut stream::iter([4, 5]).map(Ok))).unwrap();
        drop(digits);
        assert_eq!(sent, [b"1", b"2", b"4", b"5"].map(Bytes::from));
    }

    #[test]
    fn what_the_sink_says_is_said() {
        let closed = || Error::NotOpen(ReadyState::Closed);
        let sink = sink::unfold((), |(), _: Message| future::ready(Err(closed())));
        let sent = now(Digits::new(sink).send(1));
        assert!(matches!(sent, Err(CodecError::Connection(error)) if error == closed()));
    }
}
