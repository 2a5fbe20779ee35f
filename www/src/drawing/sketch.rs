//! [`Sketch`]: the lines on a surface, kept to draw them anew in another size.

use super::{
    stroke::{Mark, Point, Stroke},
    surface::Surface,
};

/// What holds the pen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hand {
    /// The pointer with this id: a mouse, a finger or a pen.
    Pointer(i32),
    Keyboard,
}

/// The lines that were drawn, and the one that is being drawn.
#[derive(Debug)]
pub(crate) struct Sketch {
    surface: Surface,
    strokes: Vec<Stroke>,
    hand: Option<Hand>,
}

impl Sketch {
    pub(crate) fn new(surface: Surface) -> Self {
        Self {
            surface,
            strokes: Vec::new(),
            hand: None,
        }
    }

    /// Puts the pen down, if no other hand has it.
    pub(crate) fn begin(&mut self, hand: Hand, colour: String, start: Point) -> bool {
        if self.hand.is_some() {
            return false;
        }
        self.hand = Some(hand);
        let (stroke, mark) = Stroke::new(colour, start);
        self.surface.draw(mark, &stroke.colour);
        self.strokes.push(stroke);
        true
    }

    /// Moves the pen, if this hand has put it down.
    pub(crate) fn extend(&mut self, hand: Hand, point: Point) {
        self.draw(hand, |stroke| stroke.extend(point));
    }

    /// Lifts the pen, if this hand has put it down.
    pub(crate) fn lift(&mut self, hand: Hand) {
        self.draw(hand, Stroke::lift);
        self.hand.take_if(|holder| *holder == hand);
    }

    fn draw(&mut self, hand: Hand, change: impl FnOnce(&mut Stroke) -> Option<Mark>) {
        if self.hand != Some(hand) {
            return;
        }
        if let Some(stroke) = self.strokes.last_mut() {
            if let Some(mark) = change(stroke) {
                self.surface.draw(mark, &stroke.colour);
            }
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
        self.strokes.clear();
        self.hand = None;
        self.surface.clear();
    }

    /// Takes this size in pixels, with all lines in proportion.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let canvas = &self.surface.canvas;
        if (canvas.width(), canvas.height()) == (width, height) {
            return;
        }
        self.surface.resize(width, height);
        self.surface.draw_all(&self.strokes);
    }
}
