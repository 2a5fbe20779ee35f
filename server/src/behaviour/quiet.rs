//! Reads, discards and says nothing.

use super::{Behaviour, Data, Step};

/// Sends no data, but answers a Close frame.
#[derive(Debug)]
pub(crate) struct Silent;

impl Behaviour for Silent {
    fn answer(&mut self, _: Data) -> Option<Step> {
        None
    }
}

/// Does not even answer a Close frame.
#[derive(Debug)]
pub(crate) struct IgnoreClose;

impl Behaviour for IgnoreClose {
    fn answer(&mut self, _: Data) -> Option<Step> {
        None
    }

    fn answers_close(&self) -> bool {
        false
    }
}
