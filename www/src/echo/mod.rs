//! The view that sends text and pictures, and shows what comes back
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).
//!
//! One task owns everything, the `App`: what a person does and what the socket reports reach
//! it as one stream of events, and it answers them in their order.

mod app;
mod closing;
mod connection;
mod event;
mod link;
mod pending;
mod picture;
mod recovery;
mod server;
mod text;

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use self::app::App;
use crate::{
    page::{Error, Page},
    tabs::View,
    traffic::Recorder,
};

/// The view, which goes on when it isn't seen; its state is told at the top of the page.
#[derive(Debug)]
pub(crate) struct Echo {
    state: HtmlElement,
}

impl Echo {
    /// Connects.
    pub(crate) fn start(page: &Page, recorder: &Recorder) -> Result<Self, Error> {
        spawn_local(App::new(page, recorder)?.run());
        Ok(Self {
            state: page.element("state-line")?,
        })
    }
}

impl View for Echo {
    fn show(&mut self, _rest: &str) {
        self.state.set_hidden(false);
    }

    fn hide(&mut self) {
        self.state.set_hidden(true);
    }
}
