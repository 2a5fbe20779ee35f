//! [`Surface`]: a canvas to draw on, that is paper or transparent
//! ([CanvasRenderingContext2D](https://html.spec.whatwg.org/multipage/canvas.html#canvasrenderingcontext2d)).
//!
//! Every pixel of paper is opaque, so a picture survives the way through PNG and back bit by bit.

use std::{f64::consts::TAU, future::Future};

use futures::channel::oneshot;
use wasm_bindgen::{closure::Closure, JsCast};
use web_sys::{
    Blob, CanvasRenderingContext2d, ContextAttributes2d, HtmlCanvasElement, ImageBitmap,
};

use super::{stroke::Stroke, trail::Mark};
use crate::page::Error;

const PAPER: &str = "#fffefb";

/// A canvas and its context.
#[derive(Clone, Debug)]
pub(crate) struct Surface {
    pub(crate) canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    is_paper: bool,
}

impl Surface {
    /// Paper, without an alpha channel.
    pub(crate) fn paper(canvas: HtmlCanvasElement) -> Result<Self, Error> {
        Self::new(canvas, true)
    }

    /// One through which what is below is seen.
    pub(crate) fn transparent(canvas: HtmlCanvasElement) -> Result<Self, Error> {
        Self::new(canvas, false)
    }

    fn new(canvas: HtmlCanvasElement, is_paper: bool) -> Result<Self, Error> {
        let attributes = ContextAttributes2d::new();
        attributes.set_alpha(!is_paper);
        let context = canvas
            .get_context_with_context_options("2d", &attributes)
            .ok()
            .flatten()
            .and_then(|context| context.dyn_into().ok())
            .ok_or(Error::Unsupported("a canvas to draw on"))?;
        let this = Self {
            canvas,
            context,
            is_paper,
        };
        this.clear();
        Ok(this)
    }

    /// Takes this size in pixels, and becomes blank; not if it has it already, which is told.
    pub(crate) fn resize(&self, width: u32, height: u32) -> bool {
        let is_other = (self.canvas.width(), self.canvas.height()) != (width, height);
        if is_other {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            self.clear();
        }
        is_other
    }

    pub(crate) fn clear(&self) {
        let (width, height) = (self.canvas.width().into(), self.canvas.height().into());
        if self.is_paper {
            self.context.set_fill_style_str(PAPER);
            self.context.fill_rect(0.0, 0.0, width, height);
        } else {
            self.context.clear_rect(0.0, 0.0, width, height);
        }
    }

    pub(crate) fn draw(&self, mark: Mark, colour: &str) {
        let scale = f64::from(self.canvas.width());
        let context = &self.context;
        context.begin_path();
        match mark {
            Mark::Dot(at) => {
                context.set_fill_style_str(colour);
                // It fails for a negative radius only.
                let radius = (at.width * scale / 2.0).max(0.0);
                let _ = context.arc(at.x * scale, at.y * scale, radius, 0.0, TAU);
                context.fill();
            }
            Mark::Curve { from, control, to } => {
                context.set_stroke_style_str(colour);
                context.set_line_width(to.width * scale);
                context.set_line_cap("round");
                context.move_to(from.x * scale, from.y * scale);
                context.quadratic_curve_to(
                    control.x * scale,
                    control.y * scale,
                    to.x * scale,
                    to.y * scale,
                );
                context.stroke();
            }
        }
    }

    /// Draws whole lines.
    pub(crate) fn draw_all(&self, strokes: &[Stroke]) {
        for stroke in strokes {
            for mark in stroke.marks() {
                self.draw(mark, &stroke.colour);
            }
        }
    }

    /// Becomes this picture, pixel by pixel.
    pub(crate) fn show(&self, picture: &ImageBitmap) -> Result<(), String> {
        self.resize(picture.width(), picture.height());
        self.context
            .draw_image_with_image_bitmap(picture, 0.0, 0.0)
            .map_err(|_| "the picture can't be drawn".to_owned())
    }

    /// Shows what is on another one, as large as this one is.
    pub(crate) fn copy(&self, other: &Self) {
        let (width, height) = (self.canvas.width().into(), self.canvas.height().into());
        // It fails for a canvas without pixels, of which there is none.
        let _ = self
            .context
            .draw_image_with_html_canvas_element_and_dw_and_dh(
                &other.canvas,
                0.0,
                0.0,
                width,
                height,
            );
    }

    /// What is on it now, as PNG.
    pub(crate) fn png(&self) -> impl Future<Output = Result<Blob, String>> + 'static {
        png(&self.canvas)
    }
}

/// What is on a canvas now, as PNG.
pub(crate) fn png(
    canvas: &HtmlCanvasElement,
) -> impl Future<Output = Result<Blob, String>> + 'static {
    let (sender, receiver) = oneshot::channel();
    let callback = Closure::once(move |blob: Option<Blob>| {
        // It fails only when nobody waits for it any more.
        let _ = sender.send(blob);
    });
    let started = canvas.to_blob(callback.as_ref().unchecked_ref());
    async move {
        let _callback = callback;
        let blob = match started {
            Ok(()) => receiver.await.ok().flatten(),
            Err(_) => None,
        };
        blob.ok_or_else(|| "the browser can't make a PNG of the picture".to_owned())
    }
}
