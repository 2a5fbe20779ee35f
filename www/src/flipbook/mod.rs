//! The view that sends a flipbook over several transports at once, and compares them.

use crate::{
    page::{Error, Page},
    tabs::View,
    traffic::Recorder,
};

/// The view.
#[derive(Debug)]
pub(crate) struct Flipbook;

impl Flipbook {
    pub(crate) fn start(_page: &Page, _recorder: &Recorder) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl View for Flipbook {}
