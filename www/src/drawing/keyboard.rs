//! Drawing with the keyboard: a pen that arrow keys move, and Space or Enter puts down
//! ([UI Events](https://www.w3.org/TR/uievents/#events-keyboardevents)).

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, KeyboardEvent};

use super::{
    hands::{Hand, Hands},
    tools::Width,
    trail::Point,
};
use crate::{
    page::{self, Error, Page},
    units,
};

/// How far an arrow key moves the pen, in CSS pixels, without and with Shift.
const STEP: f64 = 8.0;
const SMALL_STEP: f64 = 1.0;

/// Draws what keys say while the canvas has the focus, until the listeners are dropped.
pub(crate) fn listen(
    page: &Page,
    prefix: &str,
    canvas: &HtmlCanvasElement,
    hands: &Rc<RefCell<Hands>>,
    width: &Width,
) -> Result<[EventListener; 5], Error> {
    let pen = Rc::new(RefCell::new(Pen {
        canvas: canvas.clone(),
        hands: Rc::clone(hands),
        width: width.clone(),
        cursor: page.element(&format!("{prefix}pen"))?,
        state: page.element(&format!("{prefix}pen-state"))?,
        place: (0.5, 0.5),
        held: Arrows::default(),
        grip: Grip::Up,
    }));
    let on = |name, act: fn(&mut Pen, &web_sys::Event)| {
        let pen = Rc::clone(&pen);
        page::listen(canvas, name, move |event| act(&mut pen.borrow_mut(), event))
    };
    Ok([
        on("keydown", |pen, event| {
            if event.dyn_ref().is_some_and(|key| pen.press(key)) {
                event.prevent_default();
            }
        }),
        on("keyup", |pen, event| {
            if let Some(key) = event.dyn_ref() {
                pen.release(key);
            }
        }),
        on("focus", |pen, _| {
            if pen.canvas.matches(":focus-visible") == Ok(true) {
                pen.show();
            }
        }),
        on("blur", |pen, _| pen.put_away()),
        on("pointerdown", |pen, _| pen.put_away()),
    ])
}

/// How the pen is held down.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    Up,
    WhileSpace,
    UntilEnter,
}

/// The arrow keys that are pressed, for diagonals.
#[derive(Clone, Copy, Debug, Default)]
struct Arrows {
    left: bool,
    right: bool,
    up: bool,
    down: bool,
}

impl Arrows {
    fn set(&mut self, key: &str, pressed: bool) -> bool {
        let arrow = match key {
            "ArrowLeft" => &mut self.left,
            "ArrowRight" => &mut self.right,
            "ArrowUp" => &mut self.up,
            "ArrowDown" => &mut self.down,
            _ => return false,
        };
        *arrow = pressed;
        true
    }

    fn direction(self) -> (f64, f64) {
        let axis = |back, forth| f64::from(i8::from(forth) - i8::from(back));
        (axis(self.left, self.right), axis(self.up, self.down))
    }
}

struct Pen {
    canvas: HtmlCanvasElement,
    hands: Rc<RefCell<Hands>>,
    width: Width,
    cursor: HtmlElement,
    state: HtmlElement,
    /// In parts of the canvas's width and height.
    place: (f64, f64),
    held: Arrows,
    grip: Grip,
}

impl Pen {
    /// Returns whether the key means something here.
    fn press(&mut self, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        let key = event.key();
        match (key.as_str(), self.grip) {
            (" " | "Enter", _) if event.repeat() => {}
            (" ", Grip::Up) => self.put_down(Grip::WhileSpace),
            ("Enter", Grip::Up) => self.put_down(Grip::UntilEnter),
            ("Enter" | "Escape", Grip::UntilEnter) | ("Escape", Grip::WhileSpace) => self.lift(),
            (" " | "Enter", _) => {}
            (key, _) if self.held.set(key, true) => {
                let small = event.shift_key();
                self.step(if small { SMALL_STEP } else { STEP });
            }
            _ => return false,
        }
        self.show();
        true
    }

    fn release(&mut self, event: &KeyboardEvent) {
        let key = event.key();
        self.held.set(&key, false);
        if key == " " && self.grip == Grip::WhileSpace {
            self.lift();
            self.show();
        }
    }

    fn put_down(&mut self, grip: Grip) {
        let point = self.point();
        if self.hands.borrow_mut().begin(Hand::Keyboard, point) {
            self.grip = grip;
        }
    }

    fn lift(&mut self) {
        self.grip = Grip::Up;
        self.hands.borrow_mut().lift(Hand::Keyboard);
    }

    fn step(&mut self, pixels: f64) {
        let area = self.canvas.get_bounding_client_rect();
        let (x, y) = self.held.direction();
        let (width, height) = (area.width().max(1.0), area.height().max(1.0));
        self.place.0 = (self.place.0 + x * pixels / width).clamp(0.0, 1.0);
        self.place.1 = (self.place.1 + y * pixels / height).clamp(0.0, 1.0);
        let point = self.point();
        self.hands.borrow_mut().extend(Hand::Keyboard, point);
    }

    fn point(&self) -> Point {
        let area = self.canvas.get_bounding_client_rect();
        let unit = area.width().max(1.0);
        Point {
            x: self.place.0,
            y: self.place.1 * area.height() / unit,
            width: self.width.chosen() / unit,
        }
    }

    fn show(&self) {
        let down = self.grip != Grip::Up;
        let set = |name, value: String| {
            // It fails for a value that isn't CSS, and then leaves the old one.
            let _ = self.cursor.style().set_property(name, &value);
        };
        let percent = |part: f64| format!("{}%", units::decimal(part * 100.0, 2));
        set("left", percent(self.place.0));
        set("top", percent(self.place.1));
        set("--pen-colour", self.hands.borrow().colour());
        set(
            "--pen-width",
            format!("{}px", units::decimal(self.width.chosen(), 0)),
        );
        page::set_attribute(&self.cursor, "data-down", &down.to_string());
        self.cursor.set_hidden(false);
        page::set_text(&self.state, if down { "Pen down" } else { "Pen up" });
    }

    fn put_away(&mut self) {
        self.lift();
        self.held = Arrows::default();
        self.cursor.set_hidden(true);
        page::set_text(&self.state, "");
    }
}
