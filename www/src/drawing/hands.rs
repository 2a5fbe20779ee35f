//! [`Hands`]: mouse, fingers, pens and the keyboard, of which one draws at a time.

use std::{cell::RefCell, rc::Rc};

use super::trail::Point;

/// What is drawn on.
pub(crate) trait Sheet {
    /// That of the next line, in CSS.
    fn colour(&self) -> String;

    /// Begins a line; whether it can.
    fn begin(&mut self, start: Point) -> bool;

    /// Goes on with the line, if one was begun.
    fn extend(&mut self, point: Point);

    /// Ends the line, if one was begun.
    fn lift(&mut self);

    /// Takes this size in pixels, with all lines in proportion.
    fn resize(&mut self, width: u32, height: u32);
}

/// What holds the pen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hand {
    /// The pointer with this id: a mouse, a finger or a pen.
    Pointer(i32),
    Keyboard,
}

/// The hand that has the pen, if there is one.
pub(crate) struct Hands {
    sheet: Rc<RefCell<dyn Sheet>>,
    holder: Option<Hand>,
}

impl Hands {
    pub(crate) fn new(sheet: Rc<RefCell<dyn Sheet>>) -> Self {
        Self {
            sheet,
            holder: None,
        }
    }

    /// That of the next line, in CSS.
    pub(crate) fn colour(&self) -> String {
        self.sheet.borrow().colour()
    }

    /// Puts the pen down, if no other hand has it.
    pub(crate) fn begin(&mut self, hand: Hand, start: Point) -> bool {
        let begins = self.holder.is_none() && self.sheet.borrow_mut().begin(start);
        if begins {
            self.holder = Some(hand);
        }
        begins
    }

    /// Moves the pen, if this hand has put it down.
    pub(crate) fn extend(&mut self, hand: Hand, point: Point) {
        if self.holder == Some(hand) {
            self.sheet.borrow_mut().extend(point);
        }
    }

    /// Lifts the pen, if this hand has put it down.
    pub(crate) fn lift(&mut self, hand: Hand) {
        if self.holder == Some(hand) {
            self.holder = None;
            self.sheet.borrow_mut().lift();
        }
    }
}
