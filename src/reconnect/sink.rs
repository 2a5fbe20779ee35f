//! The `Sink` of a [`Reconnecting`] and of its senders
//! ([the send method](https://websockets.spec.whatwg.org/#dom-websocket-send)).

use std::{
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::Sink;

use super::{Reconnecting, ReconnectingSender, SendError};
use crate::{close::Close, Message};

/// A message that can't be sent is given back by [`Event::Returned`](crate::Event::Returned), or at once by the error.
impl Sink<Message> for ReconnectingSender {
    type Error = SendError;

    /// Pending only while the backlog is full and [may wait](crate::WhenFull::Wait).
    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let Self { owner, ticket } = &mut *self;
        owner.0.poll_room(ticket, cx).map(Ok)
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        self.shared().start_send(message)
    }

    /// Ready once the backlog is empty: the browser has every message, or it was given back. It
    /// doesn't wait until they have left the browser's buffer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let Self { owner, ticket } = &mut *self;
        owner.0.poll_flush(ticket, cx).map(Ok)
    }

    /// Flushes, and then closes for good. That may send a [code](crate::Builder::close_code), as
    /// dropping the last handle does.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let Self { owner, ticket } = &mut *self;
        let shared = &owner.0;
        if !shared.is_closing() {
            ready!(shared.poll_flush(ticket, cx));
            shared.close(Close::Dropped);
        }
        shared.poll_closed(ticket, cx).map(Ok)
    }
}

impl Sink<Message> for Reconnecting {
    type Error = SendError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Pin::new(&mut self.sender).poll_ready(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        Pin::new(&mut self.sender).start_send(message)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Pin::new(&mut self.sender).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Pin::new(&mut self.sender).poll_close(cx)
    }
}
