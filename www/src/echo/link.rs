//! [`Link`]: what the page is connected by, a socket that comes back or one that doesn't
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).

use std::{cell::Cell, fmt, pin::Pin, time::Duration};

use futures::{
    future,
    stream::{self, AbortHandle, Stream, StreamExt},
    Sink,
};
use wasm_websocket::{
    BinaryType, CloseCode, Error as SocketError, Event as SocketEvent, Message, Policy, ReadyState,
    Reconnecting, ReconnectingSender, SendError, State, WhenFull,
};

use super::event::Event;
use crate::traffic::Recorder;

/// A person shall see the countdown, and not wait for long.
const POLICY: Policy = Policy::new()
    .initial(Duration::from_secs(3))
    .cap(Duration::from_secs(10));

/// So many bytes may wait for a connection: a few pictures.
const BACKLOG: u64 = 256 << 10;

/// Dropped, it closes, and nothing of it is reported any more.
#[derive(Debug)]
pub(crate) struct Link {
    sender: ReconnectingSender,
    stays: bool,
    /// It was closed by the page.
    closes: Cell<bool>,
    events: AbortHandle,
}

impl Link {
    /// Starts to connect. The events end with [`Event::Closed`].
    pub(crate) fn new(
        recorder: &Recorder,
        address: &str,
        binary_type: BinaryType,
        stays: bool,
    ) -> (Self, impl Stream<Item = Event>) {
        let (recorder, address) = (recorder.clone(), address.to_owned());
        let socket =
            Reconnecting::with_address(move || future::ready(Ok(recorder.builder(&address))))
                .policy(if stays { POLICY } else { POLICY.max_tries(1) })
                .backlog(BACKLOG, WhenFull::Fail)
                .start();
        socket.set_binary_type(binary_type);
        let sender = socket.sender();
        let reported = events_of(socket);
        let (reported, events) = stream::abortable(reported);
        let link = Self {
            sender,
            stays,
            closes: Cell::new(false),
            events,
        };
        (link, reported)
    }

    /// Whether it makes another connection when one ends.
    pub(crate) fn stays(&self) -> bool {
        self.stays
    }

    /// What it is doing.
    pub(crate) fn state(&self) -> State {
        self.sender.state()
    }

    /// That of its socket; [`ReadyState::Closed`] while it has none.
    pub(crate) fn ready_state(&self) -> ReadyState {
        match self.sender.state() {
            State::Closed => ReadyState::Closed,
            _ if self.closes.get() => ReadyState::Closing,
            State::Connecting { .. } => ReadyState::Connecting,
            State::Open => ReadyState::Open,
            _ => ReadyState::Closed,
        }
    }

    /// Whether it is connected, or will be, as far as it knows.
    pub(crate) fn is_live(&self) -> bool {
        !self.closes.get() && self.sender.state() != State::Closed
    }

    /// Whether it takes messages: at once, or for later if it stays.
    pub(crate) fn takes_messages(&self) -> bool {
        self.is_live() && (self.stays || self.sender.state() == State::Open)
    }

    pub(crate) fn url(&self) -> String {
        self.sender.url()
    }

    pub(crate) fn protocol(&self) -> String {
        self.sender.protocol()
    }

    pub(crate) fn extensions(&self) -> String {
        self.sender.extensions()
    }

    pub(crate) fn buffered_amount(&self) -> u64 {
        self.sender.buffered_amount()
    }

    /// Sends, or keeps it for the next connection; whether that is so.
    pub(crate) fn send(&self, message: Message) -> Result<Waits, Refused> {
        if !self.takes_messages() {
            return Err(Refused::Plainly(SocketError::NotOpen(self.ready_state())));
        }
        let waits = Waits(self.sender.state() != State::Open);
        // It is ready at any time, since a full backlog refuses.
        match Pin::new(&mut self.sender.clone()).start_send(message) {
            Ok(()) => Ok(waits),
            Err(error) => Err(Refused::GivenBack(error)),
        }
    }

    /// Sets `binaryType` on the open socket, and on those that follow.
    pub(crate) fn set_binary_type(&self, binary_type: BinaryType) {
        self.sender.set_binary_type(binary_type);
    }

    /// Whether it waits to connect.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.state(), State::Waiting { .. } | State::Offline)
    }

    /// Connects at once, if it waits to do so.
    pub(crate) fn connect_now(&self) {
        if self.waits() {
            self.sender.reconnect_now();
        }
    }

    /// Closes for good, as who has nothing to say.
    pub(crate) fn close(&self) {
        // This code can be sent.
        let _ = self.close_with(CloseCode::NORMAL, "");
    }

    /// Closes for good.
    pub(crate) fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), SocketError> {
        self.sender.close_with(code, reason)?;
        self.closes.set(true);
        Ok(())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.events.abort();
    }
}

/// A message was taken, and either sent or kept for the next connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits(pub(crate) bool);

/// A message wasn't taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// There is no connection that takes one.
    Plainly(SocketError),
    /// It was given back.
    GivenBack(SendError),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plainly(error) => error.fmt(f),
            Self::GivenBack(error) => error.fmt(f),
        }
    }
}

/// What a socket reports, in its order; its state also by the way.
fn events_of(socket: Reconnecting) -> impl Stream<Item = Event> {
    let states = socket.states().map(|_| Event::StateChanged);
    let sender = socket.sender();
    let ended = stream::once(future::lazy(move |_| Event::Closed(sender.close_event())));
    let reported = socket.filter_map(move |event| {
        future::ready(match event {
            SocketEvent::Opened => Some(Event::Opened),
            SocketEvent::Message(message) => Some(Event::Received(message)),
            SocketEvent::Down { cause, .. } => Some(Event::Down(cause)),
            SocketEvent::Returned(error) => Some(Event::Returned(error)),
            SocketEvent::GaveUp { cause } => Some(Event::GaveUp(cause)),
            _ => None,
        })
    });
    stream::select(states, reported.chain(ended))
}
