//! [`Leaf`]: one frame of the flipbook that is being made, in the strip of all.

use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    outgoing::{self, Outgoing},
};
use crate::{
    drawing::{Stroke, Surface},
    page::{self, Error, Page},
};

/// The size of a frame in pixels.
const SIZE: (u32, u32) = (320, 240);

/// Its lines, its picture and, some time after they changed, its PNG.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) id: u32,
    pub(super) strokes: Vec<Stroke>,
    pub(super) surface: Surface,
    pub(super) label: HtmlElement,
    pub(super) input: HtmlInputElement,
    /// How often the lines have changed.
    version: u32,
    png: Option<Uint8Array>,
    outgoing: Option<Outgoing>,
}

/// A canvas of the size of a frame, that is only to be seen.
pub(super) fn canvas(page: &Page) -> Result<HtmlCanvasElement, Error> {
    let canvas = page.create::<HtmlCanvasElement>("canvas")?;
    canvas.set_width(SIZE.0);
    canvas.set_height(SIZE.1);
    page::set_attribute(&canvas, "aria-hidden", "true");
    Ok(canvas)
}

impl Leaf {
    pub(super) fn new(
        page: &Page,
        events: &Events,
        id: u32,
        strokes: Vec<Stroke>,
    ) -> Result<Self, Error> {
        let label = page.create::<HtmlElement>("label")?;
        label.set_class_name("leaf");
        let input = page.create::<HtmlInputElement>("input")?;
        input.set_type("radio");
        input.set_name("flipbook-leaf");
        let canvas = canvas(page)?;
        for child in [&input as &web_sys::Node, &canvas] {
            // It fails for a child that the parent is in.
            let _ = label.append_child(child);
        }
        let mut leaf = Self {
            id,
            strokes: Vec::new(),
            surface: Surface::paper(canvas)?,
            label,
            input,
            version: 0,
            png: None,
            outgoing: None,
        };
        leaf.redraw(strokes, events);
        Ok(leaf)
    }

    /// Consists of these lines from now on.
    pub(super) fn redraw(&mut self, strokes: Vec<Stroke>, events: &Events) {
        self.surface.clear();
        self.surface.draw_all(&strokes);
        self.strokes = strokes;
        self.version += 1;
        let (leaf, version, events) = (self.id, self.version, events.clone());
        let png = outgoing::png(&self.surface);
        spawn_local(async move {
            let png = png.await;
            events.send(Event::Encoded { leaf, version, png });
        });
    }

    /// Is sent as this PNG, if it hasn't changed since.
    pub(super) fn encoded(&mut self, version: u32, png: Uint8Array, size: u32) {
        if version == self.version {
            self.png = Some(png);
            self.pad(size);
        }
    }

    pub(super) fn pad(&mut self, size: u32) {
        self.outgoing = self.png.as_ref().map(|png| Outgoing::new(png, size));
    }

    /// What is sent; `None` as long as there is no PNG at all.
    pub(super) fn outgoing(&self) -> Option<&Outgoing> {
        self.outgoing.as_ref()
    }
}
