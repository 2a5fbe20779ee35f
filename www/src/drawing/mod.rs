//! [`Drawing`]: the source canvas, to draw on with pointers and with the keyboard
//! ([the canvas element](https://html.spec.whatwg.org/multipage/canvas.html)).

mod decoding;
mod fitting;
mod keyboard;
mod pointer;
mod sketch;
mod stroke;
mod surface;
mod tools;

use std::{cell::RefCell, future::Future, rc::Rc};

use gloo_events::EventListener;
use web_sys::{Blob, HtmlCanvasElement, HtmlElement};

pub(crate) use self::{
    decoding::decode,
    stroke::{Point, Stroke},
    surface::{png, Surface},
};
use self::{fitting::Fitting, sketch::Sketch, tools::Tools};
use crate::page::{self, Error, Page};

/// The source canvas and its tools.
#[derive(Debug)]
pub(crate) struct Drawing {
    surface: Surface,
    sketch: Rc<RefCell<Sketch>>,
    _fitting: Fitting,
    _pointer: [EventListener; 4],
    _keyboard: [EventListener; 5],
    _tools: [EventListener; 2],
    _clear: EventListener,
}

impl Drawing {
    /// That of the view whose ids begin so.
    pub(crate) fn new(page: &Page, prefix: &str) -> Result<Self, Error> {
        let surface = Surface::new(page.element(&format!("{prefix}source"))?)?;
        let clear: HtmlElement = page.element(&format!("{prefix}clear"))?;
        let tools = Tools::new(page, prefix)?;
        let sketch = Rc::new(RefCell::new(Sketch::new(surface.clone())));
        let canvas = &surface.canvas;
        Ok(Self {
            _fitting: Fitting::new(page, canvas, &sketch)?,
            _pointer: pointer::listen(canvas, &sketch, &tools),
            _keyboard: keyboard::listen(page, prefix, canvas, &sketch, &tools)?,
            _tools: tools.listen(page, prefix)?,
            _clear: {
                let sketch = Rc::clone(&sketch);
                page::listen(&clear, "click", move |_| sketch.borrow_mut().clear())
            },
            sketch,
            surface,
        })
    }

    /// Where it is drawn.
    pub(crate) fn canvas(&self) -> &HtmlCanvasElement {
        &self.surface.canvas
    }

    /// The lines of the drawing.
    pub(crate) fn strokes(&self) -> Vec<Stroke> {
        self.sketch.borrow().strokes().to_vec()
    }

    /// Shows these lines, to go on drawing.
    pub(crate) fn replace(&self, strokes: Vec<Stroke>) {
        self.sketch.borrow_mut().replace(strokes);
    }

    /// The drawing as it is now, as PNG.
    pub(crate) fn png(&self) -> impl Future<Output = Result<Blob, String>> + 'static {
        self.surface.png()
    }
}
