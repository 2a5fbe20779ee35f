//! [`App`]: the view's one task, which owns the cards and the socket.

use std::{mem, pin::Pin, time::Duration};

use futures::stream::{self, SelectAll, Stream, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_websocket::{Cause, CloseEvent, Error as SocketError, Message, ReadyState, State};

use super::{
    closing::Closing,
    connection::{self, ConnectionCard},
    event::{Event, Events},
    link::{Link, Refused, Waits},
    picture::{Encoded, PictureCard},
    recovery::Recovery,
    server,
    text::TextCard,
};
use crate::{
    page::{Error, Page},
    traffic::Recorder,
};

/// How often the buffered amount is looked at, while it isn't zero.
const BUFFER_INTERVAL: Duration = Duration::from_millis(50);

/// How often the countdown to the next try moves.
const CLOCK_INTERVAL: Duration = Duration::from_millis(250);

/// The cards, the connection, and where their events come from.
pub(crate) struct App {
    page: Page,
    connection: ConnectionCard,
    text: TextCard,
    picture: PictureCard,
    closing: Closing,
    recovery: Recovery,
    link: Option<Link>,
    /// There shall be another one, of the other kind, when this one is closed.
    reconnects: bool,
    sources: SelectAll<Pin<Box<dyn Stream<Item = Event>>>>,
    watches_buffer: bool,
    watches_clock: bool,
}

impl App {
    pub(crate) fn new(page: &Page, recorder: &Recorder) -> Result<Self, Error> {
        let (events, receiver) = Events::new();
        let mut sources = SelectAll::new();
        sources.push(receiver.boxed_local());
        Ok(Self {
            connection: ConnectionCard::new(page, recorder, &events)?,
            text: TextCard::new(page, &events)?,
            picture: PictureCard::new(page, &events)?,
            closing: Closing::new(page, &events)?,
            recovery: Recovery::new(page, &events)?,
            page: page.clone(),
            link: None,
            reconnects: false,
            sources,
            watches_buffer: false,
            watches_clock: false,
        })
    }

    /// Connects, and reacts to what happens for as long as the page is there.
    pub(crate) async fn run(mut self) {
        self.connect();
        self.show();
        while let Some(event) = self.sources.next().await {
            self.handle(event);
            self.watch_buffer();
            self.watch_clock();
            self.show();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Connect => self.connect(),
            Event::Close => {
                if let Some(link) = &self.link {
                    self.closing.close(link);
                }
            }
            Event::SendText => {
                let text = self.text.value();
                let outcome = self.send(text.as_str().into());
                self.text.sent(text, outcome);
            }
            Event::SendPicture => {
                let encoded = self.picture.encode();
                self.push(stream::once(encoded).map(Event::Encoded));
            }
            Event::Encoded(Ok(Encoded { message, picture })) => {
                let outcome = self.send(message);
                self.picture.sent(picture, outcome);
            }
            Event::Encoded(Err(error)) => self.picture.fail(&error),
            Event::ChooseBinaryType(binary_type) => {
                if let Some(link) = &self.link {
                    link.set_binary_type(binary_type);
                }
            }
            Event::ChooseKind => self.change_kind(),
            Event::ConnectNow => {
                if let Some(link) = &self.link {
                    link.connect_now();
                }
            }
            Event::DropEverybody => {
                let dropped = server::drop_everybody(self.page.window.clone());
                self.push(stream::once(dropped).map(Event::Dropped));
            }
            Event::Dropped(outcome) => self.recovery.show_dropped(outcome),
            Event::LookAtBuffer => self.watches_buffer = false,
            Event::LookAtClock => self.watches_clock = false,
            Event::StateChanged => {}
            Event::Opened => {
                self.text.opened();
                self.picture.opened();
                self.recovery.show_cause(None);
            }
            Event::Received(Message::Text(text)) => self.text.receive(&text),
            Event::Received(message) => self.picture.receive(message),
            Event::Down(cause) => {
                self.text.went_down();
                self.picture.went_down();
                if let Cause::Closed(event) = &cause {
                    self.closing.show_event(event);
                }
                self.recovery.show_cause(Some(&cause));
            }
            Event::Returned(error) => {
                self.recovery.count(error.reason());
                match error.message() {
                    Message::Text(text) => self.text.given_back(text),
                    message => self.picture.given_back(message),
                }
            }
            Event::GaveUp(cause) => self.connection.show_giving_up(&cause),
            Event::Closed(event) => self.end(event.as_ref()),
        }
    }

    fn connect(&mut self) {
        let link = self.link.as_ref();
        if !connection::can_connect(link) {
            let state = link.map_or(ReadyState::Closed, Link::ready_state);
            return self.connection.refuse(state);
        }
        let binary_type = self.picture.binary_type();
        let stays = self.recovery.is_wanted();
        let (link, events) = self.connection.connect(binary_type, stays);
        self.text.reset();
        self.picture.reset();
        self.closing.reset();
        self.recovery.show_cause(None);
        self.push(events);
        self.link = Some(link);
    }

    /// Connects by the other kind, if there is a connection.
    fn change_kind(&mut self) {
        if let Some(link) = self.link.as_ref().filter(|link| link.is_live()) {
            self.reconnects = link.ready_state() != ReadyState::Closed;
            link.close();
        }
    }

    fn end(&mut self, event: Option<&CloseEvent>) {
        self.recovery.show_cause(None);
        if let Some(event) = event {
            self.closing.show_event(event);
            self.connection.show_end(event);
        }
        if mem::take(&mut self.reconnects) {
            self.connect();
        }
    }

    fn send(&mut self, message: Message) -> Result<Waits, Refused> {
        let closed = Refused::Plainly(SocketError::NotOpen(ReadyState::Closed));
        let outcome = self
            .link
            .as_ref()
            .map_or(Err(closed), |link| link.send(message));
        if let Err(Refused::GivenBack(error)) = &outcome {
            self.recovery.count(error.reason());
        }
        outcome
    }

    /// Looks at the buffered amount again later, if there is a reason to.
    fn watch_buffer(&mut self) {
        let waits = self.link.as_ref().is_some_and(|link| {
            link.ready_state() != ReadyState::Closed && link.buffered_amount() > 0
        });
        if waits && !self.watches_buffer {
            self.watches_buffer = true;
            self.remind(BUFFER_INTERVAL, Event::LookAtBuffer);
        }
    }

    /// Moves the countdown again later, while there is one.
    fn watch_clock(&mut self) {
        let state = self.link.as_ref().map(Link::state);
        if matches!(state, Some(State::Waiting { .. })) && !self.watches_clock {
            self.watches_clock = true;
            self.remind(CLOCK_INTERVAL, Event::LookAtClock);
        }
    }

    fn show(&self) {
        let link = self.link.as_ref();
        self.connection.show(link);
        self.text.show_state(link);
        self.picture.show_state(link);
        self.closing.show_state(link);
        self.recovery.show(link);
    }

    fn remind(&mut self, after: Duration, event: Event) {
        self.push(stream::once(async move {
            TimeoutFuture::new(after.as_millis() as u32).await;
            event
        }));
    }

    fn push(&mut self, events: impl Stream<Item = Event> + 'static) {
        self.sources.push(events.boxed_local());
    }
}
