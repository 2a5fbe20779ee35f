//! [`Typed`]: a connection of values.

use std::{
    fmt,
    marker::PhantomData,
    ops::Deref,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{
    sink::Sink,
    stream::{FusedStream, Stream},
};

use super::{
    encode,
    encoded::{Encoded, Sends},
    Codec, CodecError,
};
use crate::{Connection, Error, Message, Receiver, Sender};

/// A [`Connection`] of values, made by [`Connection::typed`]: a `Stream` of what the messages
/// that arrive become, and a `Sink` of what becomes messages.
///
/// [Split](Self::split), it is two of these, around a [`Sender`] and a [`Receiver`].
///
/// It dereferences to the connection or the half in it, whose methods close it, wait for its end and
/// return its state.
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
pub struct Typed<S, C, In, Out, M: Encoded = Message> {
    pub(super) inner: S,
    pub(super) decoder: M::Decoder,
    codec: PhantomData<fn(C, Out) -> In>,
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

impl<S, C, In, Out, M: Encoded> Typed<S, C, In, Out, M> {
    pub(super) fn new(inner: S) -> Self {
        Self::with_decoder(inner, M::Decoder::default())
    }

    fn with_decoder(inner: S, decoder: M::Decoder) -> Self {
        Self {
            inner,
            decoder,
            codec: PhantomData,
        }
    }

    /// Returns what is in it, for instance to send a message of another kind.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns what is in it, to go on with messages. A Blob that is being read is dropped.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, C, In, Out, M> Typed<S, C, In, Out, M>
where
    S: Sends<M>,
    C: Codec<In, Out>,
    M: Encoded,
{
    /// Sends a value, as [`Sender::send`] sends a message.
    ///
    /// # Errors
    ///
    /// [`CodecError::Encode`] if the codec can't encode it, otherwise the error of the connection.
    ///
    /// # Cancel safety
    ///
    /// That of `send` of what is in it.
    pub async fn send(&self, item: &Out) -> Result<(), CodecError> {
        let message = M::from_message(encode::<C, In, Out>(item)?)?;
        self.inner.send(message).await.map_err(Into::into)
    }

    /// Sends a value if that is possible at once, without a task, as [`Sender::try_send`] sends a
    /// message.
    ///
    /// # Errors
    ///
    /// [`CodecError::Full`] if there is no room now, [`CodecError::Encode`] if the codec can't encode
    /// the value, otherwise the error of the connection.
    pub fn try_send(&self, item: &Out) -> Result<(), CodecError> {
        let message = M::from_message(encode::<C, In, Out>(item)?)?;
        self.inner.try_send(message).map_err(Into::into)
    }

    /// Starts the close handshake and returns a future of the end, as `close` of what is in it does.
    pub fn close(&self) -> S::Closing {
        self.inner.close()
    }
}

impl<C: Codec<In, Out>, In, Out> Typed<Connection, C, In, Out> {
    /// Takes it apart as [`Connection::split`] does: a half that sends, and can be cloned, and one
    /// that receives.
    // Names for them would hide that both are what this is.
    #[allow(clippy::type_complexity)]
    pub fn split(self) -> (Typed<Sender, C, In, Out>, Typed<Receiver, C, In, Out>) {
        let (sender, receiver) = self.inner.split();
        let receiver = Typed::with_decoder(receiver, self.decoder);
        (Typed::new(sender), receiver)
    }
}

impl<S, C, In, Out, M: Encoded> Deref for Typed<S, C, In, Out, M> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.inner
    }
}

impl<S: Clone, C, In, Out, M: Encoded> Clone for Typed<S, C, In, Out, M> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<S, C, In, Out, M> Stream for Typed<S, C, In, Out, M>
where
    S: Stream<Item = Result<M, Error>> + Unpin,
    C: Codec<In, Out>,
    M: Encoded,
{
    type Item = Result<In, CodecError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { inner, decoder, .. } = &mut *self;
        M::poll_decode::<C, In, Out>(decoder, cx, |cx| Pin::new(inner).poll_next(cx))
    }
}

impl<S, C, In, Out, M> FusedStream for Typed<S, C, In, Out, M>
where
    S: FusedStream<Item = Result<M, Error>> + Unpin,
    C: Codec<In, Out>,
    M: Encoded,
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated() && M::is_idle(&self.decoder)
    }
}

impl<S, C, In, Out, M> Sink<Out> for Typed<S, C, In, Out, M>
where
    S: Sink<M> + Unpin,
    CodecError: From<S::Error>,
    C: Codec<In, Out>,
    M: Encoded,
{
    type Error = CodecError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CodecError>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.inner).poll_ready(cx))?))
    }

    fn start_send(mut self: Pin<&mut Self>, item: Out) -> Result<(), CodecError> {
        let message = M::from_message(encode::<C, In, Out>(&item)?)?;
        Ok(Pin::new(&mut self.inner).start_send(message)?)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CodecError>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.inner).poll_flush(cx))?))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), CodecError>> {
        Poll::Ready(Ok(ready!(Pin::new(&mut self.inner).poll_close(cx))?))
    }
}

impl<S: fmt::Debug, C, In, Out, M: Encoded> fmt::Debug for Typed<S, C, In, Out, M> {
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

    /// The bounds of tarpc's `Transport`. With threads the error, which has a message, belongs to its
    /// own.
    #[cfg(not(target_feature = "atomics"))]
    const fn assert_transport<T, Item, SinkItem>()
    where
        T: Stream<Item = Result<Item, <T as Sink<SinkItem>>::Error>> + Sink<SinkItem>,
        <T as Sink<SinkItem>>::Error: StdError + Send + Sync + 'static,
    {
    }

    #[cfg(not(target_feature = "atomics"))]
    const _: () = assert_transport::<Digits<Connection>, u32, u32>();
    #[cfg(all(feature = "remote", not(target_feature = "atomics")))]
    const _: () =
        assert_transport::<crate::RemoteTyped<crate::RemoteConnection, Digit, u32, u32>, u32, u32>(
        );

    #[cfg(feature = "test-util")]
    #[test]
    fn what_can_not_be_sent_at_once_is_told_apart() {
        use crate::Side;

        let builder = Connection::builder("ws://localhost/").send_watermarks(0, 0);
        let (client, server, network) = builder.pair(|server| server).unwrap();
        let mut server = server.typed::<Digit, u32, u32>();
        let client = client.typed::<Digit, u32, u32>();
        network.pause(Side::Client);
        client.try_send(&1).unwrap();
        assert!(matches!(client.try_send(&2), Err(CodecError::Full)));
        assert!(matches!(
            client.try_send(&9),
            Err(CodecError::Encode { .. })
        ));
        network.resume(Side::Client);
        client.try_send(&3).unwrap();
        assert!(matches!(now(server.next()), Some(Ok(1))));
        assert!(matches!(now(server.next()), Some(Ok(3))));
        // What is in it is at hand.
        assert_eq!(client.ready_state(), ReadyState::Open);
        drop(client.close());
        let closed = Error::NotOpen(client.ready_state());
        assert!(
            matches!(client.try_send(&4), Err(CodecError::Connection(error)) if error == closed)
        );
    }

    #[test]
    fn what_the_sink_says_is_said() {
        let closed = || Error::NotOpen(ReadyState::Closed);
        let sink = sink::unfold((), |(), _: Message| future::ready(Err(closed())));
        let sent = now(Digits::new(sink).send(1));
        assert!(matches!(sent, Err(CodecError::Connection(error)) if error == closed()));
    }
}
