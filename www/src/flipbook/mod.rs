//! The view that sends a flipbook over several transports at once, and compares them.
//!
//! A `Book` of frames is drawn in the `Editor`. When it is played, a `Run` sends them to the
//! server over one socket, and a `Reader` for each transport gets them back; a `Column` draws
//! those, and its `Statistics` are told in a table, in plots and in files. One task owns all
//! that, the `App`.
//!
//! It plays as long as it is seen: another view, or a hidden page, stops it.

mod app;
mod book;
mod column;
mod editor;
mod event;
mod export;
mod figures;
mod leaf;
mod metronome;
mod outgoing;
mod plots;
mod reader;
mod run;
mod settings;
mod starters;
mod statistics;
mod transport;

use wasm_bindgen_futures::spawn_local;

use self::{
    app::App,
    event::{Event, Events},
};
use crate::{
    page::{Error, Page},
    tabs::View,
    traffic::Recorder,
};

/// The view.
#[derive(Debug)]
pub(crate) struct Flipbook {
    events: Events,
}

impl Flipbook {
    pub(crate) fn start(page: &Page, recorder: &Recorder) -> Result<Self, Error> {
        let (app, events) = App::new(page, recorder)?;
        spawn_local(app.run());
        Ok(Self { events })
    }
}

impl View for Flipbook {
    fn hide(&mut self) {
        self.events.send(Event::Stop);
    }
}
