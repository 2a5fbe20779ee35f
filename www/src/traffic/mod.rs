//! The view of the page's sockets, their handshakes and their messages
//! ([RFC 6455](https://www.rfc-editor.org/rfc/rfc6455)).
//!
//! All sockets of the page are made by the `Recorder`, which keeps what they do in a `Log`,
//! whether or not anybody looks. The view's one task, the `App`, looks once before each picture
//! that the browser shows, while the view is shown and there is something new.

mod app;
mod controls;
mod detail;
mod event;
mod export;
mod filter;
mod handshake;
mod list;
mod log;
mod preview;
mod recorder;
mod sockets;
mod trace;
mod words;

use wasm_bindgen_futures::spawn_local;

use self::{
    app::App,
    event::{Event, Events},
};
pub(crate) use self::{recorder::Recorder, trace::unmarked};
use crate::{
    page::{Error, Page},
    tabs::View,
};

/// The view, which costs nothing while it isn't shown.
#[derive(Debug)]
pub(crate) struct Traffic {
    recorder: Recorder,
    events: Events,
}

impl Traffic {
    pub(crate) fn start(page: &Page, recorder: &Recorder) -> Result<Self, Error> {
        let (events, receiver) = Events::new();
        spawn_local(App::new(page, recorder, events.clone(), receiver)?.run());
        Ok(Self {
            recorder: recorder.clone(),
            events,
        })
    }
}

impl View for Traffic {
    fn show(&mut self, _rest: &str) {
        self.recorder.watch(Some(self.events.clone()));
        self.events.send(Event::Recorded);
    }

    fn hide(&mut self) {
        self.recorder.watch(None);
    }
}
