//! [`Recorder`]: keeps what the page's sockets do, for the view of it.

use wasm_websocket::{Builder, Connection};

use crate::page::Page;

/// Where all of the page's sockets come from.
#[derive(Clone, Debug)]
pub(crate) struct Recorder;

impl Recorder {
    pub(crate) fn new(_page: &Page) -> Self {
        Self
    }

    /// A builder whose connection is recorded.
    pub(crate) fn builder(&self, url: &str) -> Builder {
        Connection::builder(url)
    }
}
