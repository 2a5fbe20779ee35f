//! The view of a canvas that several people draw on together.

use crate::{
    page::{Error, Page},
    tabs::View,
    traffic::Recorder,
};

/// The view.
#[derive(Debug)]
pub(crate) struct Room;

impl Room {
    pub(crate) fn start(_page: &Page, _recorder: &Recorder) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl View for Room {}
