//! [`Sketch`]: the lines on a surface, kept to draw them anew in another size.

use super::{
    hands::Sheet,
    stroke::Stroke,
    surface::Surface,
    tools::Colours,
    trail::{Mark, Point},
};

/// The lines that were drawn, and the one that is being drawn.
#[derive(Debug)]
pub(crate) struct Sketch {
    surface: Surface,
    colours: Colours,
    strokes: Vec<Stroke>,
    /// The last line is being drawn.
    draws: bool,
}

impl Sketch {
    pub(crate) fn new(surface: Surface, colours: Colours) -> Self {
        Self {
            surface,
            colours,
            strokes: Vec::new(),
            draws: false,
        }
    }

    /// The lines, with the one that is being drawn.
    pub(crate) fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    /// Has these lines in place of its own, as after [`clear`](Self::clear).
    pub(crate) fn replace(&mut self, strokes: Vec<Stroke>) {
        self.clear();
        self.surface.draw_all(&strokes);
        self.strokes = strokes;
    }

    /// Throws all lines away. A pen that is down has to be lifted and put down again.
    pub(crate) fn clear(&mut self) {
        self.draws = false;
        self.strokes.clear();
        self.surface.clear();
    }

    fn draw(&mut self, change: impl FnOnce(&mut Stroke) -> Option<Mark>) {
        if let Some(stroke) = self.strokes.last_mut().filter(|_| self.draws) {
            if let Some(mark) = change(stroke) {
                self.surface.draw(mark, &stroke.colour);
            }
        }
    }
}

impl Sheet for Sketch {
    fn colour(&self) -> String {
        self.colours.chosen()
    }

    fn begin(&mut self, start: Point) -> bool {
        let (stroke, mark) = Stroke::new(self.colour(), start);
        self.surface.draw(mark, &stroke.colour);
        self.strokes.push(stroke);
        self.draws = true;
        true
    }

    fn extend(&mut self, point: Point) {
        self.draw(|stroke| stroke.extend(point));
    }

    fn lift(&mut self) {
        self.draw(Stroke::lift);
        self.draws = false;
    }

    fn resize(&mut self, width: u32, height: u32) {
        if self.surface.resize(width, height) {
            self.surface.draw_all(&self.strokes);
        }
    }
}
