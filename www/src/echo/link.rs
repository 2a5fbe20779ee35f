//! [`Link`]: what the page is connected by, a plain socket or one that comes back
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).

use std::{cell::Cell, fmt, pin::Pin, rc::Rc, time::Duration};

use futures::{
    future,
    stream::{self, AbortHandle, Stream, StreamExt},
    Sink,
};
use wasm_websocket::{
    BinaryType, CloseCode, Error as SocketError, Event as SocketEvent, Message, Policy, ReadyState,
    Reconnecting, ReconnectingSender, SendError, State, WebSocket, WhenFull,
};

use super::event::Event;
use crate::traffic::Recorder;

/// A person shall see the countdown, and not wait for long.
const POLICY: Policy = Policy::new()
    .initial(Duration::from_secs(3))
    .cap(Duration::from_secs(10));

/// So many bytes may wait for a connection: a few pictures.
const BACKLOG: u64 = 256 << 10;

/// One of both, which the cards don't tell apart. Dropped, it closes, and nothing of it is
/// reported any more.
#[derive(Debug)]
pub(crate) struct Link {
    kind: Kind,
    events: AbortHandle,
}

#[derive(Debug)]
enum Kind {
    Plain(WebSocket),
    Staying(Staying),
}

impl Link {
    /// Starts to connect. The events end with [`Event::Closed`].
    pub(crate) fn new(
        recorder: &Recorder,
        address: &str,
        binary_type: BinaryType,
        stays: bool,
    ) -> Result<(Self, impl Stream<Item = Event>), SocketError> {
        let (kind, events) = if stays {
            let (staying, events) = Staying::new(recorder, address, binary_type);
            (Kind::Staying(staying), events.boxed_local())
        } else {
            let socket = WebSocket::new(address)?;
            socket.set_binary_type(binary_type);
            let events = events_of(&socket);
            (Kind::Plain(socket), events.boxed_local())
        };
        let (reported, events) = stream::abortable(events);
        Ok((Self { kind, events }, reported))
    }

    /// Whether it makes another connection when one ends.
    pub(crate) fn stays(&self) -> bool {
        matches!(self.kind, Kind::Staying(_))
    }

    /// What it is doing, if it is one that comes back.
    pub(crate) fn state(&self) -> Option<State> {
        match &self.kind {
            Kind::Plain(_) => None,
            Kind::Staying(staying) => Some(staying.sender.state()),
        }
    }

    /// That of its socket; [`ReadyState::Closed`] while it has none.
    pub(crate) fn ready_state(&self) -> ReadyState {
        match &self.kind {
            Kind::Plain(socket) => socket.ready_state(),
            Kind::Staying(staying) => staying.ready_state(),
        }
    }

    /// Whether it is connected, or will be, as far as it knows.
    pub(crate) fn is_live(&self) -> bool {
        match &self.kind {
            Kind::Plain(socket) => matches!(
                socket.ready_state(),
                ReadyState::Connecting | ReadyState::Open
            ),
            Kind::Staying(staying) => staying.is_live(),
        }
    }

    /// Whether it takes messages: at once, or for later.
    pub(crate) fn takes_messages(&self) -> bool {
        match &self.kind {
            Kind::Plain(socket) => socket.ready_state() == ReadyState::Open,
            Kind::Staying(staying) => staying.is_live(),
        }
    }

    pub(crate) fn url(&self) -> String {
        match &self.kind {
            Kind::Plain(socket) => socket.url(),
            Kind::Staying(staying) => staying.sender.url(),
        }
    }

    pub(crate) fn protocol(&self) -> String {
        match &self.kind {
            Kind::Plain(socket) => socket.protocol(),
            Kind::Staying(staying) => staying.sender.protocol(),
        }
    }

    pub(crate) fn extensions(&self) -> String {
        match &self.kind {
            Kind::Plain(socket) => socket.extensions(),
            Kind::Staying(staying) => staying.sender.extensions(),
        }
    }

    pub(crate) fn buffered_amount(&self) -> u64 {
        match &self.kind {
            Kind::Plain(socket) => socket.buffered_amount(),
            Kind::Staying(staying) => staying.sender.buffered_amount(),
        }
    }

    /// Sends, or keeps it for the next connection; whether that is so.
    pub(crate) fn send(&self, message: Message) -> Result<Waits, Refused> {
        match &self.kind {
            Kind::Plain(socket) => socket
                .send(message)
                .map(|()| Waits(false))
                .map_err(Refused::Plainly),
            Kind::Staying(staying) => staying.send(message),
        }
    }

    /// What is made of binary messages. One that comes back takes another connection for it.
    pub(crate) fn set_binary_type(&self, binary_type: BinaryType) {
        match &self.kind {
            Kind::Plain(socket) => socket.set_binary_type(binary_type),
            Kind::Staying(staying) => {
                staying.binary_type.wanted.set(binary_type);
                staying.binary_type.renew(&staying.sender);
            }
        }
    }

    /// Whether it waits to connect.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.state(), Some(State::Waiting { .. } | State::Offline))
    }

    /// Connects at once, if it waits to do so.
    pub(crate) fn connect_now(&self) {
        if let Kind::Staying(staying) = &self.kind {
            if self.waits() {
                staying.sender.reconnect_now();
            }
        }
    }

    /// Closes for good, as who has nothing to say.
    pub(crate) fn close(&self) {
        // This code can be sent.
        let _ = self.close_with(CloseCode::NORMAL, "");
    }

    /// Closes for good.
    pub(crate) fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), SocketError> {
        match &self.kind {
            Kind::Plain(socket) => socket.close_with(code, reason),
            Kind::Staying(staying) => {
                staying.sender.close_with(code, reason)?;
                staying.closes.set(true);
                Ok(())
            }
        }
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
    /// By the browser.
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

/// What a plain socket reports from now on, in its order.
fn events_of(socket: &WebSocket) -> impl Stream<Item = Event> {
    let opened = socket.on_open().map(|_| Event::Opened).take(1);
    let received = socket.on_message().map(Event::Received);
    let closed = socket.on_close().map(|event| Event::Closed(Some(event)));
    opened.chain(received).chain(closed)
}

/// A socket that comes back.
#[derive(Debug)]
struct Staying {
    sender: ReconnectingSender,
    binary_type: Rc<Types>,
    /// It was closed by the page.
    closes: Cell<bool>,
}

/// The binary type of a connection can't be changed, but the next one can have another.
#[derive(Debug)]
struct Types {
    wanted: Cell<BinaryType>,
    used: Cell<BinaryType>,
}

impl Types {
    fn renew(&self, sender: &ReconnectingSender) {
        if sender.state() == State::Open && self.used != self.wanted {
            sender.reconnect_now();
        }
    }
}

impl Staying {
    fn new(
        recorder: &Recorder,
        address: &str,
        binary_type: BinaryType,
    ) -> (Self, impl Stream<Item = Event>) {
        let types = Rc::new(Types {
            wanted: Cell::new(binary_type),
            used: Cell::new(binary_type),
        });
        let (recorder, address) = (recorder.clone(), address.to_owned());
        let for_attempt = Rc::clone(&types);
        let socket = Reconnecting::with_address(move || {
            for_attempt.used.set(for_attempt.wanted.get());
            let builder = recorder
                .builder(&address)
                .binary_type(for_attempt.used.get());
            future::ready(Ok(builder))
        })
        .policy(POLICY)
        .backlog(BACKLOG, WhenFull::Fail)
        .start();
        let staying = Self {
            sender: socket.sender(),
            binary_type: Rc::clone(&types),
            closes: Cell::new(false),
        };
        (staying, events_of_staying(socket, types))
    }

    fn is_live(&self) -> bool {
        !self.closes.get() && self.sender.state() != State::Closed
    }

    fn ready_state(&self) -> ReadyState {
        match self.sender.state() {
            State::Closed => ReadyState::Closed,
            _ if self.closes.get() => ReadyState::Closing,
            State::Connecting { .. } => ReadyState::Connecting,
            State::Open => ReadyState::Open,
            _ => ReadyState::Closed,
        }
    }

    fn send(&self, message: Message) -> Result<Waits, Refused> {
        if !self.is_live() {
            return Err(Refused::Plainly(SocketError::NotOpen(self.ready_state())));
        }
        let waits = Waits(self.sender.state() != State::Open);
        // It is ready at any time, since a full backlog refuses.
        match Pin::new(&mut self.sender.clone()).start_send(message) {
            Ok(()) => Ok(waits),
            Err(error) => Err(Refused::GivenBack(error)),
        }
    }
}

/// What a socket that comes back reports, in its order; its state also by the way.
fn events_of_staying(socket: Reconnecting, types: Rc<Types>) -> impl Stream<Item = Event> {
    let states = socket.states().map(|_| Event::StateChanged);
    let sender = socket.sender();
    let ended = {
        let sender = sender.clone();
        stream::once(future::lazy(move |_| Event::Closed(sender.close_event())))
    };
    let reported = socket.filter_map(move |event| {
        future::ready(match event {
            SocketEvent::Opened => {
                types.renew(&sender);
                Some(Event::Opened)
            }
            SocketEvent::Message(message) => Some(Event::Received(message)),
            SocketEvent::Down { cause, .. } => Some(Event::Down(cause)),
            SocketEvent::Returned(error) => Some(Event::Returned(error)),
            SocketEvent::GaveUp { cause } => Some(Event::GaveUp(cause)),
            _ => None,
        })
    });
    stream::select(states, reported.chain(ended))
}
