//! [`App`]: the view's one task, which owns the board and the socket.

use std::{cell::RefCell, pin::Pin, rc::Rc};

use futures::stream::{self, SelectAll, Stream, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::JsFuture;
use wasm_websocket::{Cause, Message, State};
use wasm_websocket_demo_format::room::{BadName, FromMember, Malformed, Name, ToMember};

use super::{
    board::Board,
    card::Card,
    event::{Event, Events},
    link::{self, Link},
    news::News,
    palette,
};
use crate::{
    drawing::Easel,
    page::{self, Error, Page},
    traffic::Recorder,
};

/// So long is news gathered before it is told, in milliseconds.
const NEWS_DELAY: u32 = 1000;

/// The board, the card, the connection, and where their events come from.
pub(crate) struct App {
    page: Page,
    recorder: Recorder,
    board: Rc<RefCell<Board>>,
    _easel: Easel,
    card: Card,
    news: News,
    link: Option<Link>,
    sources: SelectAll<Pin<Box<dyn Stream<Item = Event>>>>,
}

impl App {
    pub(crate) fn new(page: &Page, recorder: &Recorder, events: &Events) -> Result<Self, Error> {
        let board = Board::new(page, events)?;
        let canvas = board.canvas().clone();
        let board = Rc::new(RefCell::new(board));
        Ok(Self {
            _easel: Easel::new(page, "room-", &canvas, board.clone())?,
            board,
            card: Card::new(page, events)?,
            news: News::default(),
            link: None,
            sources: SelectAll::new(),
            page: page.clone(),
            recorder: recorder.clone(),
        })
    }

    /// Reacts to what happens, for as long as the page is there.
    pub(crate) async fn run(mut self, events: impl Stream<Item = Event> + 'static) {
        self.push(events);
        while let Some(event) = self.sources.next().await {
            self.handle(event);
            self.send();
            let state = self.link.as_ref().map(Link::state);
            self.card.show_state(state, &self.board.borrow());
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Enter(name) => self.enter(&name),
            Event::Leave => self.leave(),
            Event::Go => self.go(),
            Event::Clear => self.clear(),
            Event::CopyLink => self.copy_link(),
            Event::Copied(copied) => self.card.show_copied(copied),
            Event::Frame => self.board.borrow_mut().end_frame(),
            Event::TellNews => self.card.tell(&self.news.take()),
            Event::Received(Message::Binary(bytes)) => {
                if let Err(error) = self.hear(&bytes.to_vec()) {
                    self.leave();
                    self.card.fail(error);
                }
            }
            Event::Received(_) | Event::StateChanged => {}
            Event::Down(cause) => self.went_down(&cause),
            Event::GaveUp(cause) => {
                self.went_down(&cause);
                self.board.borrow_mut().leave();
            }
        }
    }

    /// Enters the room of this name, as it stands in the address.
    fn enter(&mut self, name: &str) {
        let decoded =
            js_sys::decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from);
        self.card.show_name(&decoded);
        match decoded.parse::<Name>() {
            Ok(name) => self.enter_named(name),
            Err(error) => {
                self.leave();
                self.card.reject(error);
            }
        }
    }

    fn enter_named(&mut self, name: Name) {
        let is_here = |link: &Link| link.name == name && link.state() != State::Closed;
        if self.link.as_ref().is_some_and(is_here) {
            return;
        }
        self.leave();
        // The tab leads back to the room that one was in.
        if let Ok(tab) = self.page.element::<web_sys::HtmlElement>("room-tab") {
            page::set_attribute(&tab, "href", &address(&name));
        }
        let (link, events) = Link::new(&self.page, &self.recorder, name);
        self.push(events);
        self.link = Some(link);
    }

    fn leave(&mut self) {
        // What was drawn in this frame goes out yet.
        self.board.borrow_mut().end_frame();
        self.send();
        self.link = None;
        self.board.borrow_mut().leave();
        self.news.take();
        self.card.show_nobody();
        self.card.show_no_colour();
        self.card.show_cause("");
    }

    /// Goes to the room in the field, by way of the address.
    fn go(&mut self) {
        match self.card.wanted() {
            Ok(name) => {
                let address = address(&name);
                let location = self.page.window.location();
                if location.hash().is_ok_and(|hash| hash == address) {
                    self.enter(name.as_str());
                } else if location.set_hash(&address).is_err() {
                    self.card.fail("the browser doesn't change the address");
                }
            }
            Err(error @ BadName) => self.card.reject(error),
        }
    }

    fn clear(&mut self) {
        // After what was drawn before.
        self.board.borrow_mut().end_frame();
        self.send();
        let link = self.link.as_ref();
        if let Some(link) = link.filter(|_| self.board.borrow().is_caught_up()) {
            link.send(&FromMember::Clear);
        }
    }

    fn copy_link(&mut self) {
        let window = &self.page.window;
        let clipboard = window.navigator().clipboard();
        match window.location().href() {
            // There is one in a secure context only.
            Ok(address) if !clipboard.is_undefined() => {
                let written = JsFuture::from(clipboard.write_text(&address));
                self.push(stream::once(
                    async move { Event::Copied(written.await.is_ok()) },
                ));
            }
            _ => self.card.show_copied(false),
        }
    }

    fn hear(&mut self, message: &[u8]) -> Result<(), Malformed> {
        match ToMember::decode(message)? {
            ToMember::Welcome {
                member,
                colour,
                members,
            } => {
                let colour = palette::named(colour);
                self.board.borrow_mut().welcome(member, colour);
                self.card.show_colour(colour);
                self.card.show_members(members);
                self.card.show_cause("");
            }
            ToMember::Joined { colour, members } => {
                self.card.show_members(members);
                self.gather(colour, "joined");
            }
            ToMember::Left { colour, members } => {
                self.card.show_members(members);
                self.gather(colour, "left");
            }
            ToMember::Drawn(entries) => self.board.borrow_mut().show(entries),
            ToMember::Cleared { colour } => {
                self.board.borrow_mut().cleared();
                self.gather(colour, "cleared the picture");
            }
            ToMember::CaughtUp => self.board.borrow_mut().caught_up(),
        }
        Ok(())
    }

    fn gather(&mut self, colour: u8, did: &str) {
        if self.news.push(palette::named(colour), did) {
            self.push(stream::once(async {
                TimeoutFuture::new(NEWS_DELAY).await;
                Event::TellNews
            }));
        }
    }

    fn went_down(&mut self, cause: &Cause) {
        self.board.borrow_mut().went_down();
        self.news.take();
        self.card.show_nobody();
        self.card.show_cause(&link::reason(cause));
    }

    /// Sends what was drawn, as far as it can be.
    fn send(&mut self) {
        let Some(link) = &self.link else { return };
        let mut board = self.board.borrow_mut();
        while let Some(piece) = board.next_to_send() {
            if !link.send(&FromMember::Draw(piece)) {
                // It is told that it is down; what is on its way now waits again then.
                return;
            }
        }
    }

    fn push(&mut self, events: impl Stream<Item = Event> + 'static) {
        self.sources.push(events.boxed_local());
    }
}

/// What the address has behind the page's.
fn address(name: &Name) -> String {
    format!("#/room/{name}")
}
