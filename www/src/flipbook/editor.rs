//! [`Editor`]: the card where the frames are drawn and put in their order.

use gloo_events::EventListener;
use js_sys::Uint8Array;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    book::{Book, Edit},
    event::{Event, Events},
    leaf::{canvas, Leaf},
    outgoing::Outgoing,
    starters::Starter,
};
use crate::{
    alert::Alert,
    drawing::{Drawing, Stroke, Surface},
    page::{self, Error, Page},
};

/// What the buttons do, by the ends of their ids.
const BUTTONS: [(&str, Edit); 5] = [
    ("add", Edit::Add),
    ("duplicate", Edit::Duplicate),
    ("delete", Edit::Delete),
    ("earlier", Edit::Earlier),
    ("later", Edit::Later),
];

/// The drawing, which is that of the open frame, and the strip of all frames.
#[derive(Debug)]
pub(super) struct Editor {
    page: Page,
    events: Events,
    drawing: Drawing,
    /// The frame before, over the drawing.
    onion: Surface,
    with_onion: HtmlInputElement,
    strip: HtmlElement,
    count: HtmlElement,
    buttons: Vec<(Edit, HtmlElement)>,
    error: Alert,
    book: Book<Leaf>,
    /// How many frames there have been.
    made: u32,
    /// To how many bytes frames are padded.
    size: u32,
    _listeners: Vec<EventListener>,
}

impl Editor {
    pub(super) fn new(page: &Page, events: &Events, size: u32) -> Result<Self, Error> {
        let drawing = Drawing::new(page, "flipbook-")?;
        let mut listeners = Vec::new();
        for name in ["pointerup", "pointercancel", "keyup"] {
            let listener = page::listen(drawing.canvas(), name, {
                let events = events.clone();
                move |_| events.send(Event::Drew)
            });
            listeners.push(listener);
        }
        let clear: HtmlElement = page.element("flipbook-clear")?;
        listeners.push(events.on(&clear, "click", |_| Some(Event::Drew)));
        let mut buttons = Vec::new();
        for (name, edit) in BUTTONS {
            let button: HtmlElement = page.element(&format!("flipbook-{name}"))?;
            listeners.push(events.on(&button, "click", move |_| Some(Event::Edit(edit))));
            buttons.push((edit, button));
        }
        for starter in Starter::ALL {
            let button: HtmlElement = page.element(&format!("flipbook-{}", starter.id()))?;
            listeners.push(events.on(&button, "click", move |_| Some(Event::Start(starter))));
        }
        let strip: HtmlElement = page.element("flipbook-strip")?;
        listeners.push(events.on(&strip, "change", |_| Some(Event::Choose)));
        let with_onion: HtmlInputElement = page.element("flipbook-with-onion")?;
        listeners.push(events.on(&with_onion, "change", |_| Some(Event::Onion)));
        let onion = canvas(page)?;
        onion.set_class_name("onion");
        if let Some(paper) = drawing.canvas().parent_element() {
            // It fails for a child that the parent is in.
            let _ = paper.append_child(&onion);
        }
        let mut made = 0;
        let book = book(page, events, &mut made, Starter::Ball)?;
        let this = Self {
            page: page.clone(),
            events: events.clone(),
            onion: Surface::paper(onion)?,
            with_onion,
            strip,
            count: page.element("flipbook-count")?,
            buttons,
            error: Alert::new(page, "flipbook-drawing-error")?,
            book,
            made,
            size,
            drawing,
            _listeners: listeners,
        };
        this.lay_out();
        Ok(this)
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        let (page, events, made) = (&self.page, &self.events, &mut self.made);
        let done = self.book.edit(edit, |model| {
            let strokes = model.map_or_else(Vec::new, |leaf| leaf.strokes.clone());
            leaf(page, events, made, strokes)
        });
        match done {
            Ok(()) => self.lay_out(),
            Err(error) => self.error.show(error),
        }
    }

    /// Opens the frame that is chosen in the strip.
    pub(super) fn choose(&mut self) {
        let chosen = self
            .book
            .frames()
            .iter()
            .position(|leaf| leaf.input.checked());
        if let Some(chosen) = chosen {
            self.edit(Edit::Open(chosen));
        }
    }

    /// Throws all frames away for these.
    pub(super) fn start(&mut self, starter: Starter) {
        match book(&self.page, &self.events, &mut self.made, starter) {
            Ok(book) => {
                self.book = book;
                self.lay_out();
            }
            Err(error) => self.error.show(error),
        }
    }

    /// Takes over what was drawn, if anything was.
    pub(super) fn drew(&mut self) {
        let strokes = self.drawing.strokes();
        let open = self.book.open();
        if let Some(leaf) = self.book.frames_mut().get_mut(open) {
            if leaf.strokes != strokes {
                leaf.redraw(strokes, &self.events);
            }
        }
    }

    pub(super) fn encoded(&mut self, id: u32, version: u32, png: Result<Uint8Array, String>) {
        let size = self.size;
        let leaf = self.book.frames_mut().iter_mut().find(|leaf| leaf.id == id);
        match (leaf, png) {
            (Some(leaf), Ok(png)) => leaf.encoded(version, png, size),
            (_, Err(error)) => self.error.show(error),
            // It was deleted.
            (None, Ok(_)) => {}
        }
    }

    /// Frames are padded to so many bytes from now on.
    pub(super) fn pad(&mut self, size: u32) {
        if self.size != size {
            self.size = size;
            self.book
                .frames_mut()
                .iter_mut()
                .for_each(|leaf| leaf.pad(size));
        }
    }

    /// The frame with this number, counted on and on through the flipbook.
    pub(super) fn frame(&self, number: u32) -> Option<(&Surface, &Outgoing)> {
        let frames = self.book.frames();
        let leaf = frames.get(number as usize % frames.len().max(1))?;
        Some((&leaf.surface, leaf.outgoing()?))
    }

    /// Shows the frame before, or not.
    pub(super) fn show_onion(&self) {
        let before = self.book.open().checked_sub(1);
        let before = before.and_then(|before| self.book.frames().get(before));
        let shown = before.filter(|_| self.with_onion.checked());
        self.onion.canvas.set_hidden(shown.is_none());
        if let Some(leaf) = shown {
            self.onion.copy(&leaf.surface);
        }
    }

    /// Shows the frames in their order, and the open one in the drawing.
    fn lay_out(&self) {
        self.error.clear();
        let (frames, shown) = (self.book.frames(), self.strip.children());
        for (index, leaf) in frames.iter().enumerate() {
            page::set_attribute(&leaf.input, "aria-label", &format!("Frame {}", index + 1));
            let place = shown.item(index as u32);
            if place.as_ref() != Some(&leaf.label) {
                // It fails for a place that is not in the strip.
                let _ = self.strip.insert_before(&leaf.label, place.as_deref());
            }
        }
        while let Some(gone) = shown.item(frames.len() as u32) {
            gone.remove();
        }
        let open = self.book.open();
        if let Some(leaf) = frames.get(open) {
            leaf.input.set_checked(true);
            self.drawing.replace(leaf.strokes.clone());
        }
        let words = format!("Frame {} of {}", open + 1, frames.len());
        page::set_text(&self.count, &words);
        for (edit, button) in &self.buttons {
            page::set_enabled(button, self.book.allows(*edit));
        }
        self.show_onion();
    }
}

fn book(
    page: &Page,
    events: &Events,
    made: &mut u32,
    starter: Starter,
) -> Result<Book<Leaf>, Error> {
    let frames: Result<Vec<Leaf>, Error> = starter
        .frames()
        .into_iter()
        .map(|strokes| leaf(page, events, made, strokes))
        .collect();
    Book::new(frames?).ok_or(Error::Unsupported("a flipbook without frames"))
}

fn leaf(page: &Page, events: &Events, made: &mut u32, strokes: Vec<Stroke>) -> Result<Leaf, Error> {
    *made += 1;
    Leaf::new(page, events, *made, strokes)
}
