//! [`List`]: the rows as a grid, of which only those in its window are in the document
//! ([the grid role](https://www.w3.org/TR/wai-aria-1.2/#grid)).

mod line;
mod window;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

pub(crate) use self::window::Move;
use self::{line::Line, window::window};
use super::{
    event::{Event, Events},
    filter::{Filter, Shown},
    log::Rows,
};
use crate::page::{self, Error, Page, Template};

/// How many rows are looked at before the page is shown again.
const BATCH: u64 = 20_000;

/// The height of a row before there is one, in CSS pixels.
const USUAL_HEIGHT: f64 = 36.0;

#[derive(Debug)]
pub(crate) struct List {
    /// What is scrolled, with the names of the columns and the rows in it.
    grid: HtmlElement,
    /// As high as all rows together.
    rows: HtmlElement,
    template: Template,
    lines: Vec<Line>,
    height: f64,
    shown: Shown,
    /// The number of a row.
    selected: Option<u64>,
    /// Whether it goes with the newest row.
    follows: bool,
    /// Where it was scrolled to.
    top: f64,
    /// The number of the first row that isn't shown any more, while it is paused.
    paused_at: Option<u64>,
    events: Events,
    _listeners: [EventListener; 4],
}

impl List {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let grid: HtmlElement = page.element("traffic-grid")?;
        let rows: HtmlElement = page.element("traffic-rows")?;
        let scrolled = |_: &web_sys::Event| Some(Event::Scrolled);
        Ok(Self {
            template: Template::new(page, "traffic-row")?,
            lines: Vec::new(),
            height: USUAL_HEIGHT,
            shown: Shown::default(),
            selected: None,
            follows: true,
            top: 0.0,
            paused_at: None,
            events: events.clone(),
            _listeners: [
                events.on(&grid, "scroll", scrolled),
                events.on(&page.window, "resize", scrolled),
                events.on(&rows, "click", |event| clicked(event).map(Event::Clicked)),
                page::listen(&grid, "keydown", {
                    let events = events.clone();
                    move |event| {
                        if let Some(asked) = asked(event) {
                            event.prevent_default();
                            events.send(asked);
                        }
                    }
                }),
            ],
            grid,
            rows,
        })
    }

    pub(crate) fn set_filter(&mut self, filter: Filter) {
        self.shown.set_filter(filter);
        self.follows = true;
    }

    /// Stops with the rows that it has, or goes on.
    pub(crate) fn pause(&mut self, rows: &Rows) {
        self.paused_at = match self.paused_at {
            Some(_) => None,
            None => Some(rows.numbers().end),
        };
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused_at.is_some()
    }

    /// How many rows pass the filter.
    pub(crate) fn len(&self) -> usize {
        self.shown.len()
    }

    pub(crate) fn selected(&self) -> Option<u64> {
        self.selected
    }

    /// Takes what is new; whether that was all of it.
    pub(crate) fn update(&mut self, rows: &Rows) -> Result<bool, Error> {
        let gone = self.shown.forget_dropped(rows);
        let end = self.paused_at.unwrap_or(rows.numbers().end);
        let is_all = self.shown.advance(rows, end, BATCH);
        // What is looked at stays where it is.
        let top = self.scroll_top() - gone as f64 * self.height;
        self.place(rows, if self.follows { f64::MAX } else { top })?;
        Ok(is_all)
    }

    /// It was scrolled, or has another size.
    pub(crate) fn scrolled(&mut self, rows: &Rows) -> Result<(), Error> {
        let top = self.scroll_top();
        let room = f64::from(self.grid.scroll_height() - self.grid.client_height());
        if top + self.height >= room {
            self.follows = true;
        } else if top < self.top {
            self.follows = false;
        }
        self.top = top;
        self.render(rows)
    }

    /// Selects by the keyboard, and scrolls there.
    pub(crate) fn go(&mut self, step: Move, rows: &Rows) -> Result<(), Error> {
        let place = self.selected.and_then(|row| self.shown.place(row));
        let page = (self.room() / self.height) as usize;
        let Some(place) = step.from(place, page.max(1), self.shown.len()) else {
            return Ok(());
        };
        self.selected = self.shown.at(place);
        self.follows = place + 1 == self.shown.len();
        let highest = place as f64 * self.height;
        let lowest = highest + self.height - self.room();
        self.place(rows, self.scroll_top().max(lowest).min(highest))
    }

    /// Selects the row at this place.
    pub(crate) fn select(&mut self, place: usize, rows: &Rows) -> Result<(), Error> {
        self.selected = self.shown.at(place);
        self.render(rows)
    }

    /// The beginning of a `Blob` was read.
    pub(crate) fn peeked(&mut self, number: u64, beginning: &[u8], rows: &Rows) {
        if let Some(row) = rows.get(number) {
            for line in &mut self.lines {
                line.peeked(number, beginning, row);
            }
        }
    }

    pub(crate) fn focus(&self) {
        // It can have the focus.
        let _ = self.grid.focus();
    }

    fn scroll_top(&self) -> f64 {
        f64::from(self.grid.scroll_top())
    }

    /// What is seen of the rows, below the names of the columns.
    fn room(&self) -> f64 {
        f64::from(self.grid.client_height() - self.rows.offset_top())
    }

    /// Makes room for all rows, and scrolls there.
    fn place(&mut self, rows: &Rows, top: f64) -> Result<(), Error> {
        let height = self.shown.len() as f64 * self.height;
        set_length(&self.rows, "height", height);
        // The browser knows where the end is.
        self.grid.set_scroll_top(top.max(0.0) as i32);
        self.top = self.scroll_top();
        self.render(rows)
    }

    /// Puts the rows into the document that are in the window.
    fn render(&mut self, rows: &Rows) -> Result<(), Error> {
        let window = window(self.top, self.room(), self.height, self.shown.len());
        for line in self.lines.drain(window.len().min(self.lines.len())..) {
            line.element.remove();
        }
        while self.lines.len() < window.len() {
            let line = Line::new(&self.template)?;
            let appended = self.rows.append_child(&line.element);
            appended.map_err(|_| Error::Unsupported("templates"))?;
            self.lines.push(line);
        }
        let above = window.start as f64 * self.height;
        set_length(&self.rows, "padding-top", above);
        let mut active = None;
        for (line, place) in self.lines.iter_mut().zip(window) {
            let number = self.shown.at(place);
            let Some((number, row)) = number.and_then(|n| Some((n, rows.get(n)?))) else {
                continue;
            };
            let is_selected = self.selected == Some(number);
            line.show((number, place), row, is_selected, &self.events);
            if is_selected {
                active = Some(line::id(number));
            }
        }
        let count = (self.shown.len() + 1).to_string();
        page::set_attribute(&self.grid, "aria-rowcount", &count);
        match active {
            Some(id) => page::set_attribute(&self.grid, "aria-activedescendant", &id),
            None => {
                let _ = self.grid.remove_attribute("aria-activedescendant");
            }
        }
        self.measure(rows)
    }

    /// Rows are higher in a narrow window, or for fingers.
    fn measure(&mut self, rows: &Rows) -> Result<(), Error> {
        let Some(line) = self.lines.first() else {
            return Ok(());
        };
        let height = f64::from(line.element.offset_height());
        if height < 1.0 || height == self.height {
            return Ok(());
        }
        let top = if self.follows {
            f64::MAX
        } else {
            self.top / self.height * height
        };
        self.height = height;
        self.place(rows, top)
    }
}

/// Sets a length that the browser takes.
fn set_length(element: &HtmlElement, property: &str, pixels: f64) {
    let length = format!("{}px", pixels as u64);
    let _ = element.style().set_property(property, &length);
}

/// What a key asks for.
fn asked(event: &web_sys::Event) -> Option<Event> {
    let event: &KeyboardEvent = event.dyn_ref()?;
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    match event.key().as_str() {
        "Enter" | " " => Some(Event::Opened),
        key => Move::of_key(key).map(Event::Moved),
    }
}

/// The place of the row that was clicked.
fn clicked(event: &web_sys::Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("[role=row]").ok()??;
    let index: usize = row.get_attribute("aria-rowindex")?.parse().ok()?;
    index.checked_sub(2)
}
