//! [`Drawing`]: the source canvas, to draw on with pointers and with the keyboard
//! ([the canvas element](https://html.spec.whatwg.org/multipage/canvas.html)).

mod decoding;
mod fitting;
mod hands;
mod keyboard;
mod pointer;
mod sketch;
mod stroke;
mod surface;
mod tools;
mod trail;

use std::{cell::RefCell, fmt, future::Future, rc::Rc};

use gloo_events::EventListener;
use web_sys::{Blob, HtmlCanvasElement, HtmlElement};

pub(crate) use self::{
    decoding::decode,
    hands::Sheet,
    stroke::Stroke,
    surface::{png, Surface},
    trail::{Point, Trail},
};
use self::{
    fitting::Fitting,
    hands::Hands,
    sketch::Sketch,
    tools::{Colours, Width},
};
use crate::page::{self, Error, Page};

/// The source canvas and its tools.
#[derive(Debug)]
pub(crate) struct Drawing {
    surface: Surface,
    sketch: Rc<RefCell<Sketch>>,
    _easel: Easel,
    _colours: EventListener,
    _clear: EventListener,
}

impl Drawing {
    /// That of the view whose ids begin so.
    pub(crate) fn new(page: &Page, prefix: &str) -> Result<Self, Error> {
        let surface = Surface::paper(page.element(&format!("{prefix}source"))?)?;
        let clear: HtmlElement = page.element(&format!("{prefix}clear"))?;
        let colours = Colours::new(page, prefix)?;
        let listener = colours.listen(page, prefix)?;
        let sketch = Rc::new(RefCell::new(Sketch::new(surface.clone(), colours)));
        Ok(Self {
            _easel: Easel::new(page, prefix, &surface.canvas, sketch.clone())?,
            _colours: listener,
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

/// Has hands draw on a sheet, in its canvas and with the width that is chosen, until it is
/// dropped.
pub(crate) struct Easel {
    _fitting: Fitting,
    _pointer: [EventListener; 4],
    _keyboard: [EventListener; 5],
    _width: EventListener,
}

impl Easel {
    /// That of the view whose ids begin so.
    pub(crate) fn new(
        page: &Page,
        prefix: &str,
        canvas: &HtmlCanvasElement,
        sheet: Rc<RefCell<dyn Sheet>>,
    ) -> Result<Self, Error> {
        let width = Width::new(page, prefix)?;
        let hands = Rc::new(RefCell::new(Hands::new(Rc::clone(&sheet))));
        Ok(Self {
            _fitting: Fitting::new(page, canvas, &sheet)?,
            _pointer: pointer::listen(canvas, &hands, &width),
            _keyboard: keyboard::listen(page, prefix, canvas, &hands, &width)?,
            _width: width.listen(page, prefix)?,
        })
    }
}

impl fmt::Debug for Easel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Easel").finish_non_exhaustive()
    }
}
