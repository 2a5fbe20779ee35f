//! [`Handle`]: what both halves of a connection own of it
//! ([RFC 6455, section 6](https://www.rfc-editor.org/rfc/rfc6455#section-6)).

use std::{
    fmt,
    future::{poll_fn, Future},
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};

use super::{transport::AnyTransport, Closed};
use crate::{
    close,
    local::Local,
    task::{Place, Ticket},
    CloseCode, CloseEvent, Error, Message, Outgoing, ReadyState, TrySendError,
};

/// Keeps a connection open: the last of its owners closes it.
pub(super) struct Handle {
    pub(super) transport: Local<AnyTransport>,
    ending: Ending,
}

/// How a connection is closed that the caller closes without a word: by dropping it, or as a sink.
///
/// A code is set together with the function that sends it, so that only apps with a code have that
/// function.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ending(Option<(CloseCode, CloseWith)>);

type CloseWith = fn(&AnyTransport, CloseCode);

impl Ending {
    pub(super) fn with_code(code: CloseCode) -> Self {
        Self(Some((code, |transport, code| {
            transport.close(Some((code, "")))
        })))
    }

    /// Finds a close code that can't be sent.
    pub(super) fn check(self) -> Result<(), Error> {
        match self.0 {
            Some((code, _)) => close::check(code, ""),
            None => Ok(()),
        }
    }
}

impl Handle {
    pub(super) fn new(transport: AnyTransport, ending: Ending) -> Local<Rc<Self>> {
        let transport = Local::new(transport);
        Local::new(Rc::new(Self { transport, ending }))
    }

    pub(super) fn poll_open(&self, cx: &Context<'_>) -> Poll<Result<(), Error>> {
        let transport = &self.transport;
        let queues = transport.queues();
        if queues.was_opened.get() {
            return Poll::Ready(Ok(()));
        }
        if queues.is_late.get() {
            return Poll::Ready(Err(Error::Timeout));
        }
        if transport.end().is_reached() {
            return Poll::Ready(Err(match transport.end().event() {
                Some(event) => Error::Closed(event.clone()),
                None => Error::NotOpen(ReadyState::Closed),
            }));
        }
        queues.reader.register(cx);
        Poll::Pending
    }

    /// The next message or an error, which is waited for only with a context. Once it has `ended`,
    /// there is none.
    pub(super) fn poll_next(
        &self,
        ended: &mut bool,
        cx: Option<&Context<'_>>,
    ) -> Poll<Option<Result<Message, Error>>> {
        if *ended {
            return Poll::Ready(None);
        }
        let transport = &self.transport;
        transport.advance();
        let queues = transport.queues();
        let next = queues.with_inbox(|inbox| (inbox.pop(), inbox.has_failed()));
        match next {
            Some((Some(Ok(message)), _)) => {
                transport.receive_more();
                return Poll::Ready(Some(Ok(message)));
            }
            Some((Some(Err(dropped)), has_failed)) => {
                *ended = has_failed;
                return Poll::Ready(Some(Err(Error::Overflow { dropped })));
            }
            _ => {
                if let Some(cx) = cx {
                    queues.reader.register(cx);
                }
            }
        }
        match transport.end().event() {
            Some(event) if transport.is_drained() => {
                *ended = true;
                Poll::Ready(event.clone().into_result().err().map(Err))
            }
            _ => Poll::Pending,
        }
    }

    /// Waits for the turn of this ticket, which is kept until [`give_way`](Self::give_way).
    pub(super) fn poll_ready(
        &self,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let transport = &self.transport;
        if transport.end().is_reached() {
            return Poll::Ready(Err(match transport.end().event() {
                // The caller was waiting when it ended.
                Some(event) if ticket.is_some() => Error::Closed(event.clone()),
                _ => Error::NotOpen(ReadyState::Closed),
            }));
        }
        if self.is_its_turn(*ticket) {
            return Poll::Ready(Ok(()));
        }
        match transport.ready_state() {
            ReadyState::Open => {}
            state => return Poll::Ready(Err(Error::NotOpen(state))),
        }
        transport.queues().senders.enter(ticket, cx);
        transport.watch_buffer();
        Poll::Pending
    }

    /// Whether a message may be sent in the place of this ticket or, without one, ahead of nobody.
    pub(super) fn is_its_turn(&self, ticket: Option<Ticket>) -> bool {
        let queues = self.transport.queues();
        queues.senders.is_first(ticket) && queues.flow.has_room(|| self.transport.unsent())
    }

    /// Lets the next one have its turn.
    pub(super) fn give_way(&self, ticket: &mut Option<Ticket>) {
        self.transport.queues().senders.leave(ticket);
    }

    pub(super) fn send<M: Outgoing>(&self, message: M) -> Sending<'_, M> {
        Sending {
            handle: self,
            place: Place::new(&self.transport.queues().senders),
            message: Some(message),
        }
    }

    /// Sends a message if nobody waits and there is room, and otherwise gives it back.
    pub(super) fn try_send(&self, message: impl Outgoing) -> Result<(), TrySendError> {
        if self.is_its_turn(None) {
            return self.send_now(message);
        }
        let error = match self.transport.ready_state() {
            ReadyState::Open => None,
            state => Some(Error::NotOpen(state)),
        };
        Err(TrySendError::new(message.into(), error))
    }

    /// Sends a message ahead of those who wait, whether or not there is room.
    pub(super) fn send_now(&self, message: impl Outgoing) -> Result<(), TrySendError> {
        self.transport
            .start_send(message)
            .map_err(|(message, error)| TrySendError::new(message.into(), Some(error)))
    }

    pub(super) fn start_send(&self, message: impl Outgoing) -> Result<(), Error> {
        self.transport
            .start_send(message)
            .map_err(|(_, error)| error)
    }

    /// The point up to which messages were handed over by now.
    pub(super) fn mark(&self) -> u64 {
        self.transport.queues().flow.mark()
    }

    /// Waits until all that was handed over before the mark has left the buffer.
    pub(super) async fn flush_to(&self, mark: u64) -> Result<(), Error> {
        let mut place = Place::new(&self.transport.queues().flushes);
        poll_fn(|cx| self.poll_left(mark, &mut place.ticket, cx)).await
    }

    fn poll_left(
        &self,
        mark: u64,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let transport = &self.transport;
        let queues = transport.queues();
        let end = transport.end().event();
        // By the standard what is buffered at the end stays buffered; Node forgets it.
        let is_reliable = end.is_none_or(CloseEvent::was_clean);
        if is_reliable && queues.flow.has_left(mark, || transport.unsent()) {
            return Poll::Ready(Ok(()));
        }
        if let Some(event) = end {
            return Poll::Ready(Err(Error::Closed(event.clone())));
        }
        queues.flushes.enter(ticket, cx);
        transport.watch_buffer();
        Poll::Pending
    }

    /// Starts the close handshake as dropping the connection does.
    pub(super) fn close(&self) {
        match self.ending.0 {
            Some((code, close)) => close(&self.transport, code),
            None => self.transport.close(None),
        }
    }

    pub(super) fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close::check(code, reason)?;
        self.transport.close(Some((code, reason)));
        Ok(())
    }

    pub(super) fn closed(&self) -> Closed {
        Closed::new(&self.transport)
    }
}

/// A message on its way to the browser. By hand, since an async function is more code.
pub(super) struct Sending<'a, M> {
    handle: &'a Handle,
    place: Place<'a>,
    /// `None` once it was sent.
    message: Option<M>,
}

// The message is moved, and never pinned.
impl<M> Unpin for Sending<'_, M> {}

impl<M: Outgoing> Future for Sending<'_, M> {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self {
            handle,
            place,
            message,
        } = &mut *self;
        let ready = ready!(handle.poll_ready(&mut place.ticket, cx));
        let Some(message) = message.take() else {
            return Poll::Pending;
        };
        let sent = ready.and_then(|()| handle.start_send(message));
        // Only now comes the next one's turn.
        handle.give_way(&mut place.ticket);
        Poll::Ready(sent)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("url", &self.transport.url())
            .field("ready_state", &self.transport.ready_state())
            .finish_non_exhaustive()
    }
}
