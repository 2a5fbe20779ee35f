//! [`Typed`] around a socket that comes back.

use std::{
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::stream::{FusedStream, Stream};

use super::{encoded::sends, Codec, CodecError, Typed};
use crate::{Event, Message, Reconnecting, ReconnectingClosing, ReconnectingSender, SendError};

impl Reconnecting {
    /// Gives it types, as [`Connection::typed`](crate::Connection::typed) does: its stream is of
    /// [`Event`]s whose messages are values. What is [returned](Event::Returned) stays a message.
    #[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
    pub fn typed<C: Codec<In, Out>, In, Out>(self) -> Typed<Self, C, In, Out> {
        Typed::new(self)
    }
}

sends! {
    Reconnecting: Message, SendError, ReconnectingClosing;
    ReconnectingSender: Message, SendError, ReconnectingClosing;
}

impl<C: Codec<In, Out>, In, Out> Typed<Reconnecting, C, In, Out> {
    /// Returns a handle that sends, for another task.
    pub fn sender(&self) -> Typed<ReconnectingSender, C, In, Out> {
        Typed::new(self.inner.sender())
    }
}

impl<C: Codec<In, Out>, In, Out> Stream for Typed<Reconnecting, C, In, Out> {
    type Item = Result<Event<In>, CodecError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { inner, decoder, .. } = &mut *self;
        let mut other = None;
        let value = decoder.poll_next::<C, In, Out>(cx, |cx| {
            match ready!(Pin::new(inner).poll_next(cx)).map(Event::into_message) {
                Some(Ok(message)) => Poll::Ready(Some(Ok(message))),
                Some(Err(event)) => {
                    other = Some(event);
                    Poll::Pending
                }
                None => Poll::Ready(None),
            }
        });
        match other {
            Some(event) => Poll::Ready(Some(Ok(event))),
            None => value.map(|value| value.map(|value| value.map(Event::Message))),
        }
    }
}

impl<C: Codec<In, Out>, In, Out> FusedStream for Typed<Reconnecting, C, In, Out> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated() && self.decoder.is_idle()
    }
}
