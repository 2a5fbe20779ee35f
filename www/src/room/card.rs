//! [`Card`]: which room it is, how it stands, and who is in it.

use gloo_events::EventListener;
use wasm_websocket::State;
use wasm_websocket_demo_format::room::{BadName, Name};
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    board::Board,
    event::{Event, Events},
    palette::Colour,
};
use crate::{
    alert::Alert,
    page::{self, Error, Page},
};

/// The elements beside the canvas.
#[derive(Debug)]
pub(crate) struct Card {
    name: HtmlInputElement,
    error: Alert,
    lamp: HtmlElement,
    state: HtmlElement,
    cause: HtmlElement,
    people: HtmlElement,
    colour: HtmlElement,
    colour_name: HtmlElement,
    news: HtmlElement,
    clear: HtmlElement,
    copied: HtmlElement,
    _listeners: [EventListener; 3],
}

impl Card {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let form: HtmlElement = page.element("room-form")?;
        let clear: HtmlElement = page.element("room-clear")?;
        let copy: HtmlElement = page.element("room-copy")?;
        Ok(Self {
            name: page.element("room-name")?,
            error: Alert::new(page, "room-error")?,
            lamp: page.element("room-lamp")?,
            state: page.element("room-state")?,
            cause: page.element("room-cause")?,
            people: page.element("room-people")?,
            colour: page.element("room-colour")?,
            colour_name: page.element("room-colour-name")?,
            news: page.element("room-news")?,
            copied: page.element("room-copied")?,
            _listeners: [
                events.on(&form, "submit", |_| Some(Event::Go)),
                events.on(&clear, "click", |_| Some(Event::Clear)),
                events.on(&copy, "click", |_| Some(Event::CopyLink)),
            ],
            clear,
        })
    }

    /// The name in the field.
    pub(crate) fn wanted(&self) -> Result<Name, BadName> {
        self.name.value().trim().parse()
    }

    /// Says what is wrong with a name.
    pub(crate) fn reject(&self, error: BadName) {
        page::set_attribute(&self.name, "aria-invalid", "true");
        self.error.show(error);
    }

    /// Shows what the address names.
    pub(crate) fn show_name(&self, name: &str) {
        self.name.set_value(name);
        page::set_attribute(&self.name, "aria-invalid", "false");
        self.error.clear();
        page::set_text(&self.copied, "");
    }

    /// Says what else went wrong.
    pub(crate) fn fail(&self, error: impl std::fmt::Display) {
        self.error.show(error);
    }

    /// Why there is no connection.
    pub(crate) fn show_cause(&self, reason: &str) {
        page::set_text(&self.cause, reason);
    }

    pub(crate) fn show_members(&self, members: u32) {
        let words = match members {
            1 => "You alone".to_owned(),
            others => format!("{others}, with you"),
        };
        page::set_text(&self.people, &words);
    }

    pub(crate) fn show_colour(&self, colour: &Colour) {
        // It fails for a value that isn't CSS, and then leaves the old one.
        let _ = self.colour.style().set_property("--colour", colour.css);
        self.colour.set_hidden(false);
        page::set_text(&self.colour_name, colour.name);
    }

    pub(crate) fn show_no_colour(&self) {
        self.colour.set_hidden(true);
        page::set_text(&self.colour_name, "");
    }

    /// Who is here isn't known.
    pub(crate) fn show_nobody(&self) {
        page::set_text(&self.people, "");
        page::set_text(&self.news, "");
    }

    pub(crate) fn tell(&self, news: &str) {
        page::set_text(&self.news, news);
    }

    pub(crate) fn show_copied(&self, copied: bool) {
        let words = if copied {
            "The link is copied."
        } else {
            "The browser doesn't let the link be copied; it is the address of this page."
        };
        page::set_text(&self.copied, words);
    }

    /// How it stands; without a state there is no room.
    pub(crate) fn show_state(&self, state: Option<State>, board: &Board) {
        let (lamp, words) = standing(state, board);
        page::set_attribute(&self.lamp, "data-lamp", lamp);
        page::set_text(&self.state, words);
        page::set_enabled(&self.clear, board.is_caught_up());
    }
}

/// A name for the style sheet, and words for people.
fn standing(state: Option<State>, board: &Board) -> (&'static str, &'static str) {
    match state {
        None => ("closed", "Not in a room"),
        Some(State::Closed) => ("closed", "Closed"),
        Some(State::Open) if board.is_caught_up() => ("open", "In the room"),
        Some(State::Open | State::Connecting { .. }) => ("connecting", "Connecting"),
        Some(_) if board.is_full() => ("waiting", "Away: no more can be drawn until it is back"),
        Some(_) if board.waits() => ("waiting", "Away: what you draw waits"),
        Some(_) => ("waiting", "Away, comes back by itself"),
    }
}
