//! The view of the page's sockets, their handshakes and their messages.

mod recorder;

pub(crate) use self::recorder::Recorder;
use crate::{
    page::{Error, Page},
    tabs::View,
};

/// The view.
#[derive(Debug)]
pub(crate) struct Traffic;

impl Traffic {
    pub(crate) fn start(_page: &Page, _recorder: &Recorder) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl View for Traffic {}
