//! [`Sockets`]: the list of the page's sockets, of which one is chosen.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_websocket::ReadyState;
use web_sys::{Event as DomEvent, HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    log::{Log, Socket},
    trace::unmarked,
};
use crate::{
    page::{self, Error, Page, Template},
    units,
};

#[derive(Debug)]
pub(crate) struct Sockets {
    list: HtmlElement,
    none: HtmlElement,
    forgotten: HtmlElement,
    template: Template,
    /// Newest last, other than in the document.
    items: Vec<Item>,
    /// By a person.
    chosen: Option<u32>,
    _listener: EventListener,
}

#[derive(Debug)]
struct Item {
    number: u32,
    element: HtmlElement,
    input: HtmlInputElement,
    state: HtmlElement,
    counts: HtmlElement,
    /// What it shows.
    shows: Option<(ReadyState, u64, u64)>,
}

impl Sockets {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let list: HtmlElement = page.element("traffic-sockets")?;
        Ok(Self {
            none: page.element("traffic-no-sockets")?,
            forgotten: page.element("traffic-forgotten")?,
            template: Template::new(page, "traffic-socket")?,
            items: Vec::new(),
            chosen: None,
            _listener: events.on(&list, "change", chosen),
            list,
        })
    }

    pub(crate) fn choose(&mut self, number: u32) {
        self.chosen = Some(number);
    }

    /// The one that a person chose, or else the newest that came to be open.
    pub(crate) fn chosen<'a>(&self, log: &'a Log) -> Option<&'a Socket> {
        let chosen = self.chosen.and_then(|number| log.socket(number));
        chosen.or_else(|| {
            let mut newest_first = log.sockets().iter().rev();
            newest_first.find(|socket| socket.took.is_some())
        })
    }

    pub(crate) fn update(&mut self, log: &Log) -> Result<(), Error> {
        self.items.retain(|item| {
            let is_known = log.socket(item.number).is_some();
            if !is_known {
                item.element.remove();
            }
            is_known
        });
        let last = self.items.last().map_or(0, |item| item.number);
        let new = log.sockets().iter().filter(|socket| socket.number > last);
        for socket in new {
            let item = Item::new(&self.template, socket)?;
            let first = self.list.first_child();
            let added = self.list.insert_before(&item.element, first.as_ref());
            added.map_err(|_| Error::Unsupported("templates"))?;
            self.items.push(item);
        }
        for (item, socket) in self.items.iter_mut().zip(log.sockets()) {
            item.show(socket);
        }
        if let Some(chosen) = self.chosen(log) {
            let item = self.items.iter().find(|item| item.number == chosen.number);
            if let Some(item) = item.filter(|item| !item.input.checked()) {
                item.input.set_checked(true);
            }
        }
        self.none.set_hidden(!self.items.is_empty());
        let forgotten = match log.forgotten() {
            0 => String::new(),
            1 => "1 older socket was dropped from this list.".to_owned(),
            number => format!("{number} older sockets were dropped from this list."),
        };
        page::set_text(&self.forgotten, &forgotten);
        Ok(())
    }
}

impl Item {
    fn new(template: &Template, socket: &Socket) -> Result<Self, Error> {
        let parts = ["input", "number", "url", "state", "counts"];
        let (element, [input, number, url, state, counts]) = template.copy(parts)?;
        let input: HtmlInputElement = input
            .dyn_into()
            .map_err(|_| Error::WrongKind("input".to_owned()))?;
        input.set_value(&socket.number.to_string());
        number.set_text_content(Some(&socket.number.to_string()));
        url.set_text_content(Some(unmarked(&socket.url)));
        Ok(Self {
            number: socket.number,
            element,
            input,
            state,
            counts,
            shows: None,
        })
    }

    fn show(&mut self, socket: &Socket) {
        let shows = Some((socket.state, socket.sent, socket.received));
        if self.shows == shows {
            return;
        }
        self.shows = shows;
        let state = socket.state.to_string();
        page::set_attribute(&self.element, "data-state", &state);
        page::set_text(&self.state, &state);
        let counts = format!(
            "{} sent, {} received",
            units::grouped(socket.sent),
            units::grouped(socket.received)
        );
        page::set_text(&self.counts, &counts);
    }
}

fn chosen(event: &DomEvent) -> Option<Event> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    input.value().parse().ok().map(Event::Chosen)
}
