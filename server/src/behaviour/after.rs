//! Ends the socket after a number of messages.

use super::{Behaviour, Data, Step};

/// Takes `step` once `messages` have come, at once if that is none.
#[derive(Debug)]
pub(crate) struct After {
    messages: u64,
    step: Option<Step>,
}

impl After {
    pub(crate) fn new(messages: u64, step: Step) -> Self {
        Self {
            messages,
            step: Some(step),
        }
    }
}

impl Behaviour for After {
    fn unprompted(&mut self) -> Option<Step> {
        self.step.take_if(|_| self.messages == 0)
    }

    fn answer(&mut self, _: Data) -> Option<Step> {
        self.messages = self.messages.saturating_sub(1);
        self.unprompted()
    }
}
