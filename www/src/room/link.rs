//! [`Link`]: the socket to a room, which comes back
//! ([close codes](https://www.rfc-editor.org/rfc/rfc6455#section-7.4)).

use std::{future, pin::Pin, time::Duration};

use futures::{
    stream::{self, AbortHandle, Stream, StreamExt},
    Sink,
};
use wasm_websocket::{
    Cause, Event as SocketEvent, Message, Policy, Reconnecting, ReconnectingSender, State,
};
use wasm_websocket_demo_format::room::{FromMember, Name, COLOURS, ROOM_IS_FULL, TOO_MANY_ROOMS};

use super::event::Event;
use crate::{alert, page::Page, traffic::Recorder};

/// Who draws doesn't want to wait for long.
const POLICY: Policy = Policy::new()
    .initial(Duration::from_secs(1))
    .cap(Duration::from_secs(10));

/// Dropped, it leaves the room, and nothing of it is reported any more.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) name: Name,
    sender: ReconnectingSender,
    events: AbortHandle,
}

impl Link {
    /// Starts to connect.
    pub(crate) fn new(
        page: &Page,
        recorder: &Recorder,
        name: Name,
    ) -> (Self, impl Stream<Item = Event>) {
        let address = page.socket_address(&format!("/room/{name}"));
        let socket = recorder.reconnecting(&address).policy(POLICY).start();
        let sender = socket.sender();
        let states = socket.states().map(|_| Event::StateChanged);
        let (reported, events) = stream::abortable(stream::select(states, events_of(socket)));
        let link = Self {
            name,
            sender,
            events,
        };
        (link, reported)
    }

    pub(crate) fn state(&self) -> State {
        self.sender.state()
    }

    /// Sends at once; whether that was possible.
    pub(crate) fn send(&self, message: &FromMember<'_>) -> bool {
        // Nothing waits for another connection, on which it would come too early.
        self.sender.state() == State::Open
            && Pin::new(&mut self.sender.clone())
                .start_send(Message::from(message.encode()))
                .is_ok()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.events.abort();
    }
}

/// What it reports, in its order.
fn events_of(socket: Reconnecting) -> impl Stream<Item = Event> {
    socket.filter_map(|event| {
        future::ready(match event {
            SocketEvent::Message(message) => Some(Event::Received(message)),
            SocketEvent::Down { cause, .. } => Some(Event::Down(cause)),
            SocketEvent::GaveUp { cause } => Some(Event::GaveUp(cause)),
            _ => None,
        })
    })
}

/// Why there is no connection, as a sentence.
pub(crate) fn reason(cause: &Cause) -> String {
    match cause.close_code().map(|code| code.as_u16()) {
        Some(ROOM_IS_FULL) => format!("The room is full: {COLOURS} people draw in it."),
        Some(TOO_MANY_ROOMS) => {
            "There are too many rooms; go to one that is there, or try again later.".to_owned()
        }
        _ => alert::sentence(cause),
    }
}
