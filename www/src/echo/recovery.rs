//! [`Recovery`]: the part of the Connection card about a socket that comes back
//! ([RFC 6455, section 7.2.3](https://www.rfc-editor.org/rfc/rfc6455#section-7.2.3)).

use gloo_events::EventListener;
use wasm_websocket::{Cause, NotSent, State};
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    connection,
    event::{Event, Events},
    link::Link,
};
use crate::{
    alert::{self, Alert},
    page::{self, Error, Page},
    units,
};

/// The switch, the lamp, and what is done by hand.
#[derive(Debug)]
pub(crate) struct Recovery {
    switch: HtmlInputElement,
    /// All that there is of it while the switch is on.
    panel: HtmlElement,
    lamp_line: HtmlElement,
    lamp: HtmlElement,
    countdown: HtmlElement,
    cause: HtmlElement,
    connect_now: HtmlElement,
    dropped: HtmlElement,
    error: Alert,
    given_back: HtmlElement,
    counts: GivenBack,
    _listeners: [EventListener; 3],
}

impl Recovery {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let switch: HtmlInputElement = page.element("stay")?;
        let connect_now: HtmlElement = page.element("connect-now")?;
        let drop: HtmlElement = page.element("drop")?;
        Ok(Self {
            panel: page.element("recovery")?,
            lamp_line: page.element("lamp-line")?,
            lamp: page.element("lamp")?,
            countdown: page.element("countdown")?,
            cause: page.element("cause")?,
            dropped: page.element("dropped")?,
            error: Alert::new(page, "drop-error")?,
            given_back: page.element("given-back")?,
            counts: GivenBack::default(),
            _listeners: [
                events.on(&switch, "change", |_| Some(Event::ChooseKind)),
                events.on(&connect_now, "click", |_| Some(Event::ConnectNow)),
                events.on(&drop, "click", |_| Some(Event::DropEverybody)),
            ],
            switch,
            connect_now,
        })
    }

    /// Whether the next connection shall be one that comes back.
    pub(crate) fn is_wanted(&self) -> bool {
        self.switch.checked()
    }

    pub(crate) fn show(&self, link: Option<&Link>) {
        let current = link.filter(|link| !connection::can_connect(Some(link)));
        let is_shown = current.map_or_else(|| self.is_wanted(), Link::stays);
        self.panel.set_hidden(!is_shown);
        let state = current.map_or(State::Closed, Link::state);
        let (name, words) = match current {
            Some(link) if !link.is_live() => ("closing", "Closing".to_owned()),
            _ => lamp(state),
        };
        page::set_attribute(&self.lamp_line, "data-lamp", name);
        page::set_text(&self.lamp, &words);
        page::set_text(&self.countdown, &countdown(state));
        page::set_enabled(&self.connect_now, current.is_some_and(Link::waits));
    }

    /// Why there is no connection.
    pub(crate) fn show_cause(&self, cause: Option<&Cause>) {
        let words = cause.map(alert::sentence).unwrap_or_default();
        page::set_text(&self.cause, &words);
    }

    pub(crate) fn show_dropped(&self, outcome: Result<u32, String>) {
        self.error.clear();
        self.dropped.set_text_content(None);
        match outcome {
            Ok(1) => page::set_text(&self.dropped, "The server dropped 1 connection."),
            Ok(number) => {
                let words = format!("The server dropped {number} connections.");
                page::set_text(&self.dropped, &words);
            }
            Err(error) => self.error.show(error),
        }
    }

    /// Counts a message that was given back.
    pub(crate) fn count(&mut self, reason: &NotSent) {
        self.counts.count(reason);
        page::set_text(&self.given_back, &self.counts.words());
    }
}

/// A name for the style sheet, and words for people.
fn lamp(state: State) -> (&'static str, String) {
    let (name, words) = match state {
        State::Connecting { attempt } if attempt > 1 => {
            return ("connecting", format!("Connecting, attempt {attempt}"));
        }
        State::Connecting { .. } => ("connecting", "Connecting"),
        State::Open => ("open", "Open"),
        State::Waiting { .. } => ("waiting", "Waiting"),
        State::Offline => ("offline", "Offline"),
        _ => ("closed", "Closed"),
    };
    (name, words.to_owned())
}

fn countdown(state: State) -> String {
    match state {
        State::Waiting { .. } => {
            let seconds = state.remaining().as_secs_f64();
            format!("Next try in {} s", units::decimal(seconds, 1))
        }
        State::Offline => "Until the network is back, or a try in a while".to_owned(),
        _ => String::new(),
    }
}

/// Messages that were given back, by what happened to them.
#[derive(Debug, Default)]
struct GivenBack {
    too_many: u32,
    closed: u32,
    refused: u32,
}

impl GivenBack {
    fn count(&mut self, reason: &NotSent) {
        match reason {
            NotSent::BacklogFull | NotSent::MadeRoom => self.too_many += 1,
            NotSent::Closed => self.closed += 1,
            _ => self.refused += 1,
        }
    }

    /// Such as `3 messages, not sent: 1 when too many waited, 2 at the close`.
    fn words(&self) -> String {
        let total = self.too_many + self.closed + self.refused;
        let reasons = [
            (self.too_many, "when too many waited"),
            (self.closed, "at the close"),
            (self.refused, "by the browser"),
        ];
        let reasons: Vec<String> = reasons
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, reason)| format!("{number} {reason}"))
            .collect();
        let messages = if total == 1 { "message" } else { "messages" };
        format!("{total} {messages}, not sent: {}", reasons.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lamp_says_what_it_does_in_words() {
        for (state, name, words) in [
            (State::Connecting { attempt: 1 }, "connecting", "Connecting"),
            (
                State::Connecting { attempt: 4 },
                "connecting",
                "Connecting, attempt 4",
            ),
            (State::Open, "open", "Open"),
            (State::Waiting { until: 0.0 }, "waiting", "Waiting"),
            (State::Closed, "closed", "Closed"),
        ] {
            assert_eq!(lamp(state), (name, words.to_owned()));
        }
    }

    #[test]
    fn what_was_given_back_is_counted_by_what_happened() {
        let mut counts = GivenBack::default();
        counts.count(&NotSent::BacklogFull);
        assert_eq!(
            counts.words(),
            "1 message, not sent: 1 when too many waited"
        );
        counts.count(&NotSent::Closed);
        counts.count(&NotSent::Closed);
        assert_eq!(
            counts.words(),
            "3 messages, not sent: 1 when too many waited, 2 at the close"
        );
    }
}
