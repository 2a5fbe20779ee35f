//! The Text card: sends what was typed and shows what came back.

use gloo_events::EventListener;
use wasm_websocket::Text;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    link::{Link, Refused, Waits},
    pending::Pending,
};
use crate::{
    alert::Alert,
    page::{self, Error, Page},
    units,
};

/// The field for a text, and the one for its echo.
#[derive(Debug)]
pub(crate) struct TextCard {
    page: Page,
    input: HtmlInputElement,
    button: HtmlElement,
    response: HtmlElement,
    time: HtmlElement,
    error: Alert,
    pending: Pending<String>,
    _submit: EventListener,
}

impl TextCard {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let form: HtmlElement = page.element("text-form")?;
        Ok(Self {
            page: page.clone(),
            input: page.element("text")?,
            button: page.element("text-send")?,
            response: page.element("response")?,
            time: page.element("text-time")?,
            error: Alert::new(page, "text-error")?,
            pending: Pending::default(),
            _submit: events.on(&form, "submit", |_| Some(Event::SendText)),
        })
    }

    pub(crate) fn show_state(&self, link: Option<&Link>) {
        page::set_enabled(&self.button, link.is_some_and(Link::takes_messages));
    }

    /// Forgets what the last connection owed.
    pub(crate) fn reset(&mut self) {
        self.pending.clear();
        self.error.clear();
    }

    /// The text that is to be sent.
    pub(crate) fn value(&self) -> String {
        self.input.value()
    }

    pub(crate) fn sent(&mut self, text: String, outcome: Result<Waits, Refused>) {
        match outcome {
            Ok(Waits(waits)) => {
                self.error.clear();
                self.pending.push(text, self.page.now(), waits);
                if waits {
                    self.time.set_text_content(Some("Waits for a connection"));
                }
            }
            Err(refused) => self.error.show(refused),
        }
    }

    pub(crate) fn opened(&mut self) {
        self.pending.opened();
    }

    pub(crate) fn went_down(&mut self) {
        self.pending.went_down();
    }

    /// Says that a text that waited was given back.
    pub(crate) fn given_back(&mut self, text: &Text) {
        let text = text.to_string();
        if self.pending.given_back(&text) {
            page::set_text(&self.time, "Given back, not sent");
        }
    }

    /// Shows a text, with its round-trip time if it is the echo of one.
    pub(crate) fn receive(&mut self, text: &Text) {
        let now = self.page.now();
        let text = text.to_string();
        let time = match self.pending.came_back(&text) {
            Some(sent_at) => format!("Round trip {}", units::duration(now - sent_at)),
            None => "Sent by the server unasked".to_owned(),
        };
        let text = if text.is_empty() {
            "(empty text)"
        } else {
            &text
        };
        self.response.set_text_content(Some(text));
        self.time.set_text_content(Some(&time));
    }
}
