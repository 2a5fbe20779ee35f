//! [`Detail`]: the row that a person looks at, whole.

mod content;

use gloo_events::EventListener;
use js_sys::JSON;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use wasm_websocket::{Blob, ObjectUrl};
use web_sys::{HtmlElement, HtmlImageElement, KeyboardEvent};

use self::content::Content;
use super::{
    event::{Event, Events},
    log::{Direction, Payload, Row},
    preview,
    words::{self, words},
};
use crate::{
    page::{self, Error, Page},
    units,
};

/// A longer text isn't tried to be read as JSON.
const LONGEST_JSON: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Detail {
    panel: HtmlElement,
    title: HtmlElement,
    facts: HtmlElement,
    picture: HtmlImageElement,
    text: HtmlElement,
    turning: HtmlElement,
    before: HtmlElement,
    after: HtmlElement,
    page_number: HtmlElement,
    opened: Option<Opened>,
    events: Events,
    _listeners: [EventListener; 4],
}

#[derive(Debug)]
struct Opened {
    number: u64,
    row: Row,
    content: Option<Content>,
    page: usize,
    address: Option<ObjectUrl>,
}

impl Detail {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let panel: HtmlElement = page.element("traffic-detail")?;
        let before: HtmlElement = page.element("traffic-before")?;
        let after: HtmlElement = page.element("traffic-after")?;
        let close: HtmlElement = page.element("traffic-detail-close")?;
        let escape = events.clone();
        Ok(Self {
            title: page.element("traffic-detail-title")?,
            facts: page.element("traffic-facts")?,
            picture: page.element("traffic-picture")?,
            text: page.element("traffic-content")?,
            turning: page.element("traffic-turning")?,
            page_number: page.element("traffic-page")?,
            opened: None,
            events: events.clone(),
            _listeners: [
                events.on(&before, "click", |_| Some(Event::Turned(-1))),
                events.on(&after, "click", |_| Some(Event::Turned(1))),
                events.on(&close, "click", |_| Some(Event::Left)),
                page::listen(&panel, "keydown", move |event| {
                    let key = event.dyn_ref().map(KeyboardEvent::key);
                    if key.as_deref() == Some("Escape") {
                        escape.send(Event::Left);
                    }
                }),
            ],
            panel,
            before,
            after,
        })
    }

    /// Shows this row, whatever becomes of it in the list.
    pub(crate) fn open(&mut self, number: u64, row: &Row) {
        page::set_text(&self.title, &title(row));
        page::set_text(&self.facts, &facts(row));
        let content = match row.payload() {
            None => Some(Content::Text(words(&row.what).into())),
            Some(Payload::Text(text)) => Some(Content::Text(match pretty(text) {
                Some(pretty) => pretty.into(),
                None => text.clone(),
            })),
            Some(Payload::Binary(bytes)) => Some(Content::Bytes(bytes.to_vec())),
            Some(Payload::Blob(blob)) => {
                read(number, blob, self.events.clone());
                None
            }
            Some(Payload::Lost { .. }) => {
                Some(Content::Text("It was larger than all that is kept.".into()))
            }
        };
        self.opened = Some(Opened {
            number,
            row: row.clone(),
            content: None,
            page: 0,
            address: None,
        });
        self.panel.set_hidden(false);
        self.show(content);
    }

    /// All of a `Blob` was read.
    pub(crate) fn read(&mut self, number: u64, bytes: Result<Vec<u8>, String>) {
        if self.opened.as_ref().is_some_and(|o| o.number == number) {
            self.show(Some(match bytes {
                Ok(bytes) => Content::Bytes(bytes),
                Err(error) => Content::Text(error.into()),
            }));
        }
    }

    pub(crate) fn close(&mut self) {
        self.opened = None;
        preview::show(&self.picture, None);
        self.panel.set_hidden(true);
    }

    pub(crate) fn focus(&self) {
        // It can have the focus.
        let _ = self.title.focus();
    }

    /// Turns the pages, by so many.
    pub(crate) fn turn(&mut self, pages: isize) {
        if let Some(opened) = &mut self.opened {
            let last = opened.content.as_ref().map_or(0, |c| c.pages() - 1);
            opened.page = opened.page.saturating_add_signed(pages).min(last);
            self.show_page();
        }
    }

    fn show(&mut self, content: Option<Content>) {
        if let Some(opened) = &mut self.opened {
            opened.address = match &content {
                Some(Content::Bytes(bytes)) if preview::picture(bytes).is_some() => {
                    opened.row.payload().and_then(preview::address)
                }
                _ => None,
            };
            preview::show(&self.picture, opened.address.as_ref());
            opened.content = content;
        }
        self.show_page();
    }

    fn show_page(&self) {
        let opened = self.opened.as_ref();
        let Some((opened, content)) = opened.and_then(|o| Some((o, o.content.as_ref()?))) else {
            self.turning.set_hidden(true);
            return self.text.set_text_content(Some("Reading…"));
        };
        let (page, pages) = (opened.page, content.pages());
        page::set_attribute(&self.text, "data-content", content.name());
        self.text.set_text_content(Some(&content.page(page)));
        self.turning.set_hidden(pages == 1);
        let number = format!("Page {} of {pages}", page + 1);
        page::set_text(&self.page_number, &number);
        page::set_enabled(&self.before, page > 0);
        page::set_enabled(&self.after, page + 1 < pages);
    }
}

fn title(row: &Row) -> String {
    let what = match row.direction() {
        Direction::Sent => "Message sent",
        Direction::Received => "Message received",
        Direction::State => "Change of state",
    };
    format!("{what} by socket {}", row.socket)
}

fn facts(row: &Row) -> String {
    let mut facts = vec![words::moment(row.time), row.name().to_owned()];
    facts.extend(row.payload().map(|payload| units::bytes(payload.size())));
    let trip = row.round_trip().map(units::duration);
    facts.extend(trip.map(|trip| format!("round trip {trip}")));
    facts.join(" · ")
}

/// A text of JSON, with a line for each value.
fn pretty(text: &str) -> Option<String> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    if !is_json || text.len() > LONGEST_JSON {
        return None;
    }
    let value = JSON::parse(text).ok()?;
    let indent = JsValue::from(2);
    let pretty = JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &indent);
    pretty.ok().map(String::from)
}

/// Has all of a `Blob` read.
fn read(number: u64, blob: &Blob, events: Events) {
    let blob = blob.clone();
    spawn_local(async move {
        let bytes = blob.bytes().await;
        let bytes = bytes.map_err(|error| error.to_string());
        events.send(Event::Read(number, bytes.map(Into::into)));
    });
}
