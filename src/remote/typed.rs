//! [`RemoteTyped`]: a connection of values, for any thread.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{stream::FusedStream, Sink, Stream};

use super::{
    OwnedMessage, RemoteClosed, RemoteClosing, RemoteConnection, RemoteReceiver, RemoteSender,
};
use crate::{codec, Codec, CodecError, Error, Message, Payload};

/// A [`RemoteConnection`] or one of its halves, as a `Stream` and a `Sink` of values. It is `Send`,
/// whatever the types of the values are.
///
/// It does what [`Typed`](crate::Typed) does around a [`Connection`](crate::Connection). Values are
/// encoded and decoded on the thread that sends and receives them.
///
/// # Drop
///
/// Dropping it closes the connection, as dropping what is in it does.
#[cfg_attr(docsrs, doc(cfg(all(feature = "codec", feature = "remote"))))]
pub struct RemoteTyped<S, C, In, Out> {
    inner: S,
    codec: PhantomData<fn(C, Out) -> In>,
}

macro_rules! typed {
    ($($remote:ident),+) => {
        $(
            impl $remote {
                /// Gives it types, as [`Connection::typed`](crate::Connection::typed) does: `In` is
                /// what received messages become, `Out` is what becomes messages.
                #[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
                pub fn typed<C: Codec<In, Out>, In, Out>(self) -> RemoteTyped<Self, C, In, Out> {
                    RemoteTyped::new(self)
                }
            }
        )+
    };
}

typed!(RemoteConnection, RemoteSender, RemoteReceiver);

impl<S, C, In, Out> RemoteTyped<S, C, In, Out> {
    fn new(inner: S) -> Self {
        let codec = PhantomData;
        Self { inner, codec }
    }

    /// Returns what is in it: to close it with a code, to flush it, to send a message of another
    /// kind.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns what is in it, to go on with messages.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

/// What both [`RemoteConnection`] and [`RemoteSender`] have.
macro_rules! sending {
    ($($remote:ident),+) => {
        $(
            impl<C: Codec<In, Out>, In, Out> RemoteTyped<$remote, C, In, Out> {
                /// Sends a value, as [`RemoteSender::send`] sends a message.
                ///
                /// # Errors
                ///
                /// [`CodecError::Encode`] if the codec makes no message of it, else those of
                /// [`RemoteSender::send`].
                ///
                /// # Cancel safety
                ///
                /// If the future is dropped before it resolves, nothing was sent.
                pub async fn send(&self, item: &Out) -> Result<(), CodecError> {
                    let sent = self.inner.send(encode::<C, In, Out>(item)?);
                    Ok(sent.await?)
                }

                /// Closes the connection, as [`RemoteSender::close`] does.
                pub fn close(&self) -> RemoteClosing {
                    self.inner.close()
                }

                /// Waits until the connection has ended, and returns how.
                pub fn closed(&self) -> RemoteClosed {
                    self.inner.closed()
                }
            }
        )+
    };
}

sending!(RemoteConnection, RemoteSender);

impl<C: Codec<In, Out>, In, Out> RemoteTyped<RemoteConnection, C, In, Out> {
    /// Returns the half that sends, which can be cloned, and the half that receives.
    // Names for them would hide that both are what this is.
    #[allow(clippy::type_complexity)]
    pub fn split(
        self,
    ) -> (
        RemoteTyped<RemoteSender, C, In, Out>,
        RemoteTyped<RemoteReceiver, C, In, Out>,
    ) {
        let (sender, receiver) = self.inner.split();
        (RemoteTyped::new(sender), RemoteTyped::new(receiver))
    }
}

impl<C, In, Out> Clone for RemoteTyped<RemoteSender, C, In, Out> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<S, C, In, Out> Stream for RemoteTyped<S, C, In, Out>
where
    S: Stream<Item = Result<OwnedMessage, Error>> + Unpin,
    C: Codec<In, Out>,
{
    type Item = Result<In, CodecError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(Pin::new(&mut self.inner).poll_next(cx));
        Poll::Ready(next.map(|message| decode::<C, In, Out>(message?)))
    }
}

impl<S, C, In, Out> FusedStream for RemoteTyped<S, C, In, Out>
where
    S: FusedStream<Item = Result<OwnedMessage, Error>> + Unpin,
    C: Codec<In, Out>,
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<S, C, In, Out> Sink<Out> for RemoteTyped<S, C, In, Out>
where
    S: Sink<OwnedMessage, Error = Error> + Unpin,
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

impl<S: fmt::Debug, C, In, Out> fmt::Debug for RemoteTyped<S, C, In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteTyped").field(&self.inner).finish()
    }
}

fn encode<C: Codec<In, Out>, In, Out>(item: &Out) -> Result<OwnedMessage, CodecError> {
    match codec::encode::<C, In, Out>(item)? {
        Message::Text(text) => Ok(OwnedMessage::Text(text.into_string())),
        Message::Binary(bytes) => Ok(OwnedMessage::Binary(bytes.into_vec())),
        Message::Blob(_) => Err(CodecError::Encode {
            source: "a Blob can't be sent to another thread".into(),
        }),
    }
}

fn decode<C: Codec<In, Out>, In, Out>(message: OwnedMessage) -> Result<In, CodecError> {
    let decoded = C::decode(match &message {
        OwnedMessage::Text(text) => Payload::Text(text),
        OwnedMessage::Binary(bytes) => Payload::Binary(bytes),
    });
    decoded.map_err(|source| CodecError::Decode {
        message: message.into(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types that no thread can have from another.
    type Local = std::rc::Rc<()>;

    fn assert_remote<T: Send + Sync + Unpin + 'static>() {}

    #[test]
    fn typed_handles_can_go_to_any_thread_whatever_the_values_are() {
        assert_remote::<RemoteTyped<RemoteConnection, Local, Local, Local>>();
        assert_remote::<RemoteTyped<RemoteSender, Local, Local, Local>>();
        assert_remote::<RemoteTyped<RemoteReceiver, Local, Local, Local>>();
    }
}
