//! [`Board`]: the picture, and above it what was drawn here and hasn't come back yet.

use gloo_render::AnimationFrame;
use wasm_websocket_demo_format::room::{Entries, Piece};
use web_sys::HtmlCanvasElement;

use super::{
    event::{Event, Events},
    ink::{self, Ink},
    outbox::Outbox,
    palette::Colour,
    pencil::Pencil,
    picture::Picture,
};
use crate::{
    drawing::{Point, Sheet, Surface},
    page::{self, Error, Page},
};

/// The two canvases, and what is to be sent.
#[derive(Debug)]
pub(crate) struct Board {
    picture: Picture,
    own: Surface,
    /// Where the own stroke is, on the canvas above.
    ink: Ink,
    pencil: Pencil,
    outbox: Outbox,
    member: Option<Member>,
    /// All that was drawn before is there, so that what is drawn here can be sent.
    is_caught_up: bool,
    events: Events,
    frame: Option<AnimationFrame>,
}

/// What the room gave to who is here.
#[derive(Clone, Copy, Debug)]
struct Member {
    number: u32,
    colour: &'static Colour,
}

impl Board {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let below: HtmlCanvasElement = page.element("room-source")?;
        Ok(Self {
            own: Surface::transparent(above(page, &below)?)?,
            picture: Picture::new(Surface::paper(below)?),
            ink: Ink::default(),
            pencil: Pencil::default(),
            outbox: Outbox::default(),
            member: None,
            is_caught_up: false,
            events: events.clone(),
            frame: None,
        })
    }

    /// The canvas below, which is drawn on.
    pub(crate) fn canvas(&self) -> &HtmlCanvasElement {
        &self.picture.surface.canvas
    }

    /// Whether there is a room to draw in, connected or not.
    pub(crate) fn is_in_a_room(&self) -> bool {
        self.member.is_some()
    }

    /// Whether what is drawn here is sent.
    pub(crate) fn is_caught_up(&self) -> bool {
        self.is_caught_up
    }

    /// Whether something that was drawn here waits.
    pub(crate) fn waits(&self) -> bool {
        !self.outbox.is_empty()
    }

    /// Whether nothing more can be drawn until what waits is sent.
    pub(crate) fn is_full(&self) -> bool {
        self.outbox.is_full()
    }

    /// Forgets the room.
    pub(crate) fn leave(&mut self) {
        self.member = None;
        self.is_caught_up = false;
        self.pencil = Pencil::default();
        self.outbox = Outbox::default();
        self.picture.clear();
        self.draw_own_anew();
    }

    /// There is a connection; what was drawn before comes now.
    pub(crate) fn welcome(&mut self, number: u32, colour: &'static Colour) {
        self.member = Some(Member { number, colour });
        self.picture.clear();
        self.draw_own_anew();
    }

    /// All that was drawn before has come.
    pub(crate) fn caught_up(&mut self) {
        self.is_caught_up = true;
        self.outbox.resume(self.picture.pieces());
        self.draw_own_anew();
    }

    /// There is no connection any more.
    pub(crate) fn went_down(&mut self) {
        self.is_caught_up = false;
    }

    /// Shows what members drew.
    pub(crate) fn show(&mut self, entries: Entries<'_>) {
        let own = self.member.map(|member| member.number);
        let mut came_back = false;
        for entry in entries {
            self.picture.push(entry);
            if own == Some(entry.member) {
                self.outbox.came_back(entry.piece.as_bytes());
                came_back = true;
            }
        }
        if came_back && self.outbox.is_empty() {
            self.draw_own_anew();
        }
    }

    /// Somebody took everything away.
    pub(crate) fn cleared(&mut self) {
        self.picture.clear();
        self.draw_own_anew();
    }

    /// A frame is over: what was drawn in it becomes a piece, if that can be sent.
    pub(crate) fn end_frame(&mut self) {
        self.frame = None;
        if !self.is_caught_up || !self.outbox.is_open() {
            self.pencil.wait();
        } else if let Some(piece) = self.pencil.cut() {
            self.outbox.push(piece);
        }
    }

    /// The next piece to send, if there is one and it can be.
    pub(crate) fn next_to_send(&mut self) -> Option<Piece<'_>> {
        if !self.is_caught_up {
            return None;
        }
        Piece::decode(self.outbox.send()?).ok()
    }

    fn draw_own_anew(&mut self) {
        self.own.clear();
        self.ink = Ink::default();
        let Some(member) = self.member else { return };
        self.ink = self.picture.ink(member.number);
        let unfinished = self.pencil.unfinished();
        for piece in self.outbox.pieces().chain(&unfinished) {
            if let Ok(piece) = Piece::decode(piece) {
                self.ink.draw(&piece, &self.own, member.colour.css);
            }
        }
    }

    fn draw_to(&mut self, point: Point) {
        let Some(member) = self.member else { return };
        let (point, _) = ink::snapped(point);
        let (stroke, width) = (self.pencil.stroke(), self.pencil.width());
        self.ink
            .go_to(stroke, point, width, &self.own, member.colour.css);
        self.ask_for_frame();
    }

    fn ask_for_frame(&mut self) {
        self.frame
            .get_or_insert_with(|| self.events.in_next_frame(Event::Frame));
    }
}

/// A canvas that covers the other one, and that nobody notices otherwise.
fn above(page: &Page, below: &HtmlCanvasElement) -> Result<HtmlCanvasElement, Error> {
    let canvas: HtmlCanvasElement = page.create("canvas")?;
    canvas.set_id("room-own");
    page::set_attribute(&canvas, "aria-hidden", "true");
    // It fails only for a node that has no parent.
    let _ = below.after_with_node_1(&canvas);
    Ok(canvas)
}

impl Sheet for Board {
    fn colour(&self) -> String {
        let colour = self.member.map(|member| member.colour.css);
        colour.unwrap_or("currentColor").to_owned()
    }

    fn begin(&mut self, start: Point) -> bool {
        let begins = self.is_in_a_room() && !self.is_full();
        if begins {
            let (point, width) = ink::snapped(start);
            self.pencil.begin(point, width);
            self.draw_to(start);
        }
        begins
    }

    fn extend(&mut self, point: Point) {
        if self.is_full() {
            return;
        }
        let (place, width) = ink::snapped(point);
        let (moved, complete) = self.pencil.extend(place, width);
        if let Some(piece) = complete {
            self.outbox.push(piece);
        }
        if moved {
            self.draw_to(point);
        }
    }

    fn lift(&mut self) {
        let Some(member) = self.member else { return };
        if let Some(piece) = self.pencil.lift() {
            self.outbox.push(piece);
            self.ink.end(&self.own, member.colour.css);
            self.ask_for_frame();
        }
    }

    fn resize(&mut self, width: u32, height: u32) {
        self.picture.resize(width, height);
        if self.own.resize(width, height) {
            self.draw_own_anew();
        }
    }
}
