//! [`Controls`]: what a person wants of the list: which rows, whether it goes on, and files.

use gloo_events::EventListener;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    export::Format,
    filter::Filter,
    list::List,
    log::{Direction, Kind, Log},
};
use crate::{
    alert::Alert,
    page::{self, Error, Page},
    units::grouped,
};

#[derive(Debug)]
pub(crate) struct Controls {
    direction: HtmlElement,
    kind: HtmlElement,
    text: HtmlInputElement,
    only_chosen: HtmlInputElement,
    pause: HtmlElement,
    counts: HtmlElement,
    pub(crate) exported: HtmlElement,
    pub(crate) error: Alert,
    _listeners: [EventListener; 7],
}

impl Controls {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let direction: HtmlElement = page.element("traffic-direction")?;
        let kind: HtmlElement = page.element("traffic-kind")?;
        let text: HtmlInputElement = page.element("traffic-text")?;
        let only_chosen: HtmlInputElement = page.element("traffic-only")?;
        let pause: HtmlElement = page.element("traffic-pause")?;
        let har: HtmlElement = page.element("traffic-har")?;
        let json: HtmlElement = page.element("traffic-json")?;
        Ok(Self {
            counts: page.element("traffic-counts")?,
            exported: page.element("traffic-exported")?,
            error: Alert::new(page, "traffic-export-error")?,
            _listeners: [
                events.on(&direction, "change", |_| Some(Event::Filtered)),
                events.on(&kind, "change", |_| Some(Event::Filtered)),
                events.on(&text, "input", |_| Some(Event::Filtered)),
                events.on(&only_chosen, "change", |_| Some(Event::Filtered)),
                events.on(&pause, "click", |_| Some(Event::Paused)),
                events.on(&har, "click", |_| Some(Event::Export(Format::Har))),
                events.on(&json, "click", |_| Some(Event::Export(Format::Json))),
            ],
            direction,
            kind,
            text,
            only_chosen,
            pause,
        })
    }

    /// Which rows are wanted, while this socket is chosen.
    pub(crate) fn filter(&self, chosen: Option<u32>) -> Filter {
        Filter {
            direction: match page::chosen(&self.direction).as_deref() {
                Some("sent") => Some(Direction::Sent),
                Some("received") => Some(Direction::Received),
                _ => None,
            },
            kind: match page::chosen(&self.kind).as_deref() {
                Some("text") => Some(Kind::Text),
                Some("binary") => Some(Kind::Binary),
                Some("state") => Some(Kind::State),
                _ => None,
            },
            socket: chosen.filter(|_| self.only_chosen.checked()),
            text: self.text.value(),
        }
    }

    pub(crate) fn show(&self, list: &List, log: &Log) {
        page::set_attribute(&self.pause, "aria-pressed", &list.is_paused().to_string());
        let (shown, there) = (list.len() as u64, log.rows().numbers());
        let mut counts = match there.end - there.start {
            all if all == shown => format!("{} rows", grouped(all)),
            all => format!("{} of {} rows", grouped(shown), grouped(all)),
        };
        if list.is_paused() {
            counts.push_str(", paused while recording goes on");
        }
        if log.rows().dropped() > 0 {
            let dropped = grouped(log.rows().dropped());
            counts.push_str(&format!("; {dropped} older ones were dropped"));
        }
        page::set_text(&self.counts, &counts);
    }
}
