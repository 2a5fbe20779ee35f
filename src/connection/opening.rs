//! [`Opening`]: the way from a socket to a connection
//! ([establishing a connection](https://websockets.spec.whatwg.org/#websocket-protocol)).

use std::{
    future::Future,
    pin::Pin,
    task::{ready, Context, Poll},
};

use futures::{future::FusedFuture, stream::Stream};

use super::Connection;
use crate::{Error, Events, Message, OpenEvent, ReadyState, WebSocket};

/// The future of [`connect`](crate::connect) and [`WebSocket::open`].
///
/// It listens from the moment it is made. Dropped before it is done, it gives up its handle,
/// and with the last handle the socket closes.
#[derive(Debug)]
#[must_use = "a connection that nobody awaits is closed"]
pub struct Opening(Option<Pending>);

#[derive(Debug)]
struct Pending {
    // Dropped before the socket.
    messages: Events<Message>,
    /// `None` if the socket was open from the start.
    open: Option<Events<OpenEvent>>,
    socket: WebSocket,
}

impl Opening {
    pub(crate) fn new(socket: WebSocket) -> Self {
        Self(Some(Pending {
            messages: socket.on_message(),
            open: (socket.ready_state() != ReadyState::Open).then(|| socket.on_open()),
            socket,
        }))
    }
}

impl Future for Opening {
    type Output = Result<Connection, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(pending) = &mut self.0 else {
            return Poll::Pending;
        };
        let opened = match &mut pending.open {
            Some(open) => ready!(Pin::new(open).poll_next(cx)).is_some(),
            None => true,
        };
        let Some(Pending {
            messages, socket, ..
        }) = self.0.take()
        else {
            return Poll::Pending;
        };
        Poll::Ready(if opened {
            Ok(Connection::new(socket, messages))
        } else {
            Err(match socket.close_event() {
                Some(event) => Error::Closed(event.clone()),
                None => Error::NotOpen(socket.ready_state()),
            })
        })
    }
}

impl FusedFuture for Opening {
    fn is_terminated(&self) -> bool {
        self.0.is_none()
    }
}
