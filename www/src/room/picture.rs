//! [`Picture`]: what was drawn in the room, in the order in which the server tells it.

use wasm_websocket_demo_format::room::{ByMember, Entry, History, LONGEST_HISTORY};

use super::{ink::Ink, palette};
use crate::drawing::Surface;

/// A history, and the canvas that shows it.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) surface: Surface,
    history: History,
    inks: ByMember<Ink>,
}

impl Picture {
    pub(crate) fn new(surface: Surface) -> Self {
        Self {
            surface,
            history: History::new(LONGEST_HISTORY),
            inks: ByMember::default(),
        }
    }

    pub(crate) fn push(&mut self, entry: Entry<'_>) {
        if self.history.push(entry) {
            self.draw_anew();
        } else {
            draw(&mut self.inks, &self.surface, entry);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.history.clear();
        self.draw_anew();
    }

    /// Where a member's stroke is.
    pub(crate) fn ink(&self, member: u32) -> Ink {
        self.inks.get(member).copied().unwrap_or_default()
    }

    /// All pieces in it, the oldest first.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.history.entries().map(|entry| entry.piece.as_bytes())
    }

    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        if self.surface.resize(width, height) {
            self.draw_anew();
        }
    }

    fn draw_anew(&mut self) {
        self.surface.clear();
        self.inks.clear();
        for entry in self.history.entries() {
            draw(&mut self.inks, &self.surface, entry);
        }
    }
}

fn draw(inks: &mut ByMember<Ink>, surface: &Surface, entry: Entry<'_>) {
    let colour = palette::named(entry.colour).css;
    let ink = inks.entry(entry.member);
    ink.draw(&entry.piece, surface, colour);
}
