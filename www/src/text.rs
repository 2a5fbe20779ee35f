//! The Text card: sends what was typed and shows what came back.

use std::collections::VecDeque;

use gloo_events::EventListener;
use wasm_websocket::{Error as SocketError, ReadyState, Text, WebSocket};
use web_sys::{HtmlElement, HtmlInputElement};

use crate::{
    alert::Alert,
    event::{Event, Events},
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
    /// What was sent, and when, and hasn't come back.
    pending: VecDeque<(String, f64)>,
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
            pending: VecDeque::new(),
            _submit: events.on(&form, "submit", |_| Some(Event::SendText)),
        })
    }

    pub(crate) fn show_state(&self, state: ReadyState) {
        page::set_enabled(&self.button, state == ReadyState::Open);
    }

    /// Forgets what the last connection owed.
    pub(crate) fn reset(&mut self) {
        self.pending.clear();
        self.error.clear();
    }

    pub(crate) fn send(&mut self, socket: Option<&WebSocket>) {
        let text = self.input.value();
        let sent_at = self.page.now();
        let sent = socket
            .ok_or(SocketError::NotOpen(ReadyState::Closed))
            .and_then(|socket| socket.send(text.as_str()));
        match sent {
            Ok(()) => {
                self.error.clear();
                self.pending.push_back((text, sent_at));
            }
            Err(error) => self.error.show(error),
        }
    }

    /// Shows a text, with its round-trip time if it is the echo of one.
    pub(crate) fn receive(&mut self, text: &Text) {
        let now = self.page.now();
        let text = text.to_string();
        let sent = self.pending.iter().position(|(sent, _)| *sent == text);
        let time = match sent.and_then(|index| self.pending.drain(..=index).next_back()) {
            Some((_, sent_at)) => format!("Round trip {}", units::duration(now - sent_at)),
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
