//! Sends back what it gets.

use super::{Behaviour, Data, Step};

/// An echo that may say something first.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    greeting: Option<Data>,
}

impl Echo {
    pub(crate) fn greeting(text: impl Into<String>) -> Self {
        Self {
            greeting: Some(Data::Text(text.into().into())),
        }
    }
}

impl Behaviour for Echo {
    fn unprompted(&mut self) -> Option<Step> {
        self.greeting.take().map(Step::Send)
    }

    fn answer(&mut self, message: Data) -> Option<Step> {
        Some(Step::Send(message))
    }
}
