//! The view of a canvas that several people draw on together, `#/room/NAME`.
//!
//! One task owns everything, the `App`: what a person does, what the socket reports and the
//! frames of the screen reach it as one stream of events. The `Board` is two canvases, one on the
//! other: below the `Picture`, which is the same everywhere, since it is drawn in the order in
//! which the server tells it; above what was drawn here and hasn't come back yet.

mod app;
mod board;
mod card;
mod event;
mod ink;
mod link;
mod news;
mod outbox;
mod palette;
mod pencil;
mod picture;

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

/// The view, which is in a room for as long as it is shown.
#[derive(Debug)]
pub(crate) struct Room {
    events: Events,
}

impl Room {
    pub(crate) fn start(page: &Page, recorder: &Recorder) -> Result<Self, Error> {
        let (events, receiver) = Events::new();
        spawn_local(App::new(page, recorder, &events)?.run(receiver));
        Ok(Self { events })
    }
}

impl View for Room {
    fn show(&mut self, rest: &str) {
        self.events.send(Event::Enter(rest.to_owned()));
    }

    fn hide(&mut self) {
        self.events.send(Event::Leave);
    }
}
