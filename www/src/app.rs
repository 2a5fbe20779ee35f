//! [`App`]: the page's one task, which owns the cards and the socket.

use std::{pin::Pin, time::Duration};

use futures::{
    channel::mpsc,
    stream::{self, SelectAll, Stream, StreamExt},
};
use gloo_timers::future::TimeoutFuture;
use wasm_websocket::{Message, ReadyState, WebSocket};

use crate::{
    closing::Closing,
    connection::ConnectionCard,
    event::{Event, Events},
    page::{Error, Page},
    picture::PictureCard,
    text::TextCard,
};

/// How often the buffered amount is looked at, while it isn't zero.
const BUFFER_INTERVAL: Duration = Duration::from_millis(50);

/// The cards, the socket, and where their events come from.
pub(crate) struct App {
    connection: ConnectionCard,
    text: TextCard,
    picture: PictureCard,
    closing: Closing,
    socket: Option<WebSocket>,
    sources: SelectAll<Pin<Box<dyn Stream<Item = Event>>>>,
    watches_buffer: bool,
}

impl App {
    pub(crate) fn new() -> Result<Self, Error> {
        let page = Page::current()?;
        let (sender, receiver) = mpsc::unbounded();
        let events = Events(sender);
        let mut sources = SelectAll::new();
        sources.push(receiver.boxed_local());
        Ok(Self {
            connection: ConnectionCard::new(&page, &events)?,
            text: TextCard::new(&page, &events)?,
            picture: PictureCard::new(&page, &events)?,
            closing: Closing::new(&page, &events)?,
            socket: None,
            sources,
            watches_buffer: false,
        })
    }

    /// Connects, and reacts to what happens for as long as the page is there.
    pub(crate) async fn run(mut self) {
        self.connect();
        self.show();
        while let Some(event) = self.sources.next().await {
            self.handle(event);
            self.watch_buffer();
            self.show();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Connect => self.connect(),
            Event::Close => {
                if let Some(socket) = &self.socket {
                    self.closing.close(socket);
                }
            }
            Event::SendText => self.text.send(self.socket.as_ref()),
            Event::SendPicture => {
                let encoded = self.picture.encode();
                self.push(stream::once(encoded).map(Event::Encoded));
            }
            Event::Encoded(picture) => self.picture.send(self.socket.as_ref(), picture),
            Event::ChooseBinaryType(binary_type) => {
                if let Some(socket) = &self.socket {
                    socket.set_binary_type(binary_type);
                }
            }
            Event::Blocked(address) => self.connection.note_blocked(address),
            Event::LookAtBuffer => self.watches_buffer = false,
            Event::Opened => {}
            Event::Received(Message::Text(text)) => self.text.receive(&text),
            Event::Received(message) => self.picture.receive(message),
            Event::Closed(event) => {
                self.closing.show_event(&event);
                self.connection.show_end(&event);
            }
        }
    }

    fn connect(&mut self) {
        match self.state() {
            ReadyState::Closed => {}
            state => return self.connection.refuse(state),
        }
        let Some(socket) = self.connection.connect(self.picture.binary_type()) else {
            return;
        };
        self.text.reset();
        self.picture.reset();
        self.closing.reset();
        self.push(events_of(&socket));
        self.socket = Some(socket);
    }

    /// Looks at the buffered amount again later, if there is a reason to.
    fn watch_buffer(&mut self) {
        let waits = self.socket.as_ref().is_some_and(|socket| {
            socket.ready_state() != ReadyState::Closed && socket.buffered_amount() > 0
        });
        if waits && !self.watches_buffer {
            self.watches_buffer = true;
            let interval = TimeoutFuture::new(BUFFER_INTERVAL.as_millis() as u32);
            self.push(stream::once(interval).map(|()| Event::LookAtBuffer));
        }
    }

    fn show(&self) {
        let state = self.state();
        self.connection.show(self.socket.as_ref());
        self.text.show_state(state);
        self.picture.show_state(state);
        self.closing.show_state(state);
    }

    fn state(&self) -> ReadyState {
        self.socket
            .as_ref()
            .map_or(ReadyState::Closed, WebSocket::ready_state)
    }

    fn push(&mut self, events: impl Stream<Item = Event> + 'static) {
        self.sources.push(events.boxed_local());
    }
}

/// What the socket reports from now on, in its order.
fn events_of(socket: &WebSocket) -> impl Stream<Item = Event> {
    let opened = socket.on_open().map(|_| Event::Opened).take(1);
    let received = socket.on_message().map(Event::Received);
    let closed = socket.on_close().map(Event::Closed);
    opened.chain(received).chain(closed)
}
