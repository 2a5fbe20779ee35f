//! [`Closed`]: the end of a connection, as a future
//! ([the connection is closed](https://websockets.spec.whatwg.org/#closeWebSocket)).

use std::{
    future::Future,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{future::FusedFuture, stream::Stream};

use crate::{CloseEvent, Events, WebSocket};

/// How a connection ended, once it has; the future of
/// [`Connection::closed`](crate::Connection::closed).
///
/// It doesn't keep the connection open, and outlives it.
#[derive(Debug)]
pub struct Closed(State);

#[derive(Debug)]
enum State {
    Waiting(Events<CloseEvent>),
    Seen(CloseEvent),
    Done,
}

impl Closed {
    pub(super) fn new(socket: &WebSocket) -> Self {
        Self(match socket.close_event() {
            Some(event) => State::Seen(event.clone()),
            None => State::Waiting(socket.on_close().detach()),
        })
    }
}

impl Future for Closed {
    type Output = CloseEvent;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<CloseEvent> {
        if let State::Waiting(events) = &mut self.0 {
            match ready!(Pin::new(events).poll_next(cx)) {
                Some(event) => self.0 = State::Seen(event),
                None => return Poll::Pending,
            }
        }
        match std::mem::replace(&mut self.0, State::Done) {
            State::Seen(event) => Poll::Ready(event),
            _ => Poll::Pending,
        }
    }
}

impl FusedFuture for Closed {
    fn is_terminated(&self) -> bool {
        matches!(self.0, State::Done)
    }
}
