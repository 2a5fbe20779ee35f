//! The closing of a connection: with code and reason, and the event that tells how it ended
//! ([the close event](https://websockets.spec.whatwg.org/#the-closeevent-interface)).

use gloo_events::EventListener;
use wasm_websocket::{CloseCode, CloseEvent, Error as SocketError};
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    link::Link,
};
use crate::{
    alert::Alert,
    close_code::meaning,
    page::{self, Error, Page},
};

/// A close frame has room for so many bytes of reason.
const REASON_ROOM: usize = 123;

/// The form that closes, and the close event.
#[derive(Debug)]
pub(crate) struct Closing {
    code: HtmlInputElement,
    reason: HtmlInputElement,
    button: HtmlElement,
    error: Alert,
    ending: Ending,
    _listeners: [EventListener; 2],
}

impl Closing {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let form: HtmlElement = page.element("close-form")?;
        let reason: HtmlInputElement = page.element("reason")?;
        let length: HtmlElement = page.element("reason-length")?;
        let count = {
            let reason = reason.clone();
            move || {
                let bytes = reason.value().len();
                page::set_text(&length, &format!("{bytes} / {REASON_ROOM} bytes"));
                page::set_attribute(&reason, "aria-invalid", &(bytes > REASON_ROOM).to_string());
            }
        };
        count();
        Ok(Self {
            code: page.element("code")?,
            button: page.element("close")?,
            error: Alert::new(page, "close-error")?,
            ending: Ending::new(page)?,
            _listeners: [
                events.on(&form, "submit", |_| Some(Event::Close)),
                page::listen(&reason, "input", move |_| count()),
            ],
            reason,
        })
    }

    pub(crate) fn show_state(&self, link: Option<&Link>) {
        page::set_enabled(&self.button, link.is_some_and(Link::is_live));
    }

    /// Makes room for the end of another connection.
    pub(crate) fn reset(&self) {
        self.error.clear();
        self.ending.reset();
    }

    /// Closes with what is in the form.
    pub(crate) fn close(&self, link: &Link) {
        // The browser would ignore it silently.
        if !link.is_live() {
            return self.error.show(SocketError::NotOpen(link.ready_state()));
        }
        let Ok(code) = self.code.value().trim().parse::<u16>() else {
            page::set_attribute(&self.code, "aria-invalid", "true");
            return self
                .error
                .show("a close code is a whole number: 1000, or 3000 to 4999");
        };
        let closed = link.close_with(CloseCode::new(code), &self.reason.value());
        let bad_code = matches!(closed, Err(SocketError::InvalidCloseCode(_)));
        page::set_attribute(&self.code, "aria-invalid", &bad_code.to_string());
        match closed {
            Ok(()) => self.error.clear(),
            Err(error) => self.error.show(error),
        }
    }

    pub(crate) fn show_event(&self, event: &CloseEvent) {
        self.error.clear();
        self.ending.show(event);
    }
}

/// The close event, field by field.
#[derive(Debug)]
struct Ending {
    none: HtmlElement,
    fields: HtmlElement,
    code: HtmlElement,
    meaning: HtmlElement,
    reason: HtmlElement,
    clean: HtmlElement,
}

impl Ending {
    fn new(page: &Page) -> Result<Self, Error> {
        Ok(Self {
            none: page.element("ending-none")?,
            fields: page.element("ending")?,
            code: page.element("ending-code")?,
            meaning: page.element("ending-meaning")?,
            reason: page.element("ending-reason")?,
            clean: page.element("ending-clean")?,
        })
    }

    fn reset(&self) {
        self.fields.set_hidden(true);
        self.none.set_hidden(false);
    }

    fn show(&self, event: &CloseEvent) {
        page::set_text(&self.code, &event.code().as_u16().to_string());
        page::set_text(&self.meaning, meaning(event.code()));
        page::set_text(&self.reason, event.reason());
        page::set_text(&self.clean, &event.was_clean().to_string());
        self.none.set_hidden(true);
        self.fields.set_hidden(false);
    }
}
