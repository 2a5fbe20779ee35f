//! [`Unread`]: the events that wait for the reader
//! ([the message event](https://websockets.spec.whatwg.org/#eventdef-websocket-message)).

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    task::Context,
    time::Duration,
};

use super::event::{Cause, Event};
use crate::{message::MESSAGE_COST, task::WakerSlot, Message};

/// So many messages may wait for the reader before no more are taken from a connection, and no
/// other connection is made.
const MESSAGES_AHEAD: usize = 32;

#[derive(Default)]
pub(super) struct Unread {
    events: RefCell<VecDeque<Event>>,
    messages: Cell<usize>,
    /// What the returned messages cost.
    returned: Cell<u64>,
    reader: WakerSlot,
    /// The reader is gone.
    closed: Cell<bool>,
}

impl Unread {
    pub(super) fn push(&self, event: Event) {
        if self.closed.get() {
            return;
        }
        match &event {
            Event::Message(_) => self.messages.set(self.messages.get() + 1),
            Event::Returned(error) => {
                self.returned
                    .set(self.returned.get().saturating_add(cost(error.message())));
            }
            _ => {}
        }
        self.events.borrow_mut().push_back(event);
        self.wake();
    }

    /// In place of what nobody has read of a connection that came and went before.
    pub(super) fn push_down(&self, cause: Cause, retry_in: Option<Duration>) {
        let superseded = {
            let mut events = self.events.borrow_mut();
            let is_down = |event: Option<&Event>| matches!(event, Some(Event::Down { .. }));
            let before = events
                .len()
                .checked_sub(2)
                .and_then(|index| events.get(index));
            if matches!(events.back(), Some(Event::Opened)) && is_down(before) {
                events.pop_back();
            }
            match is_down(events.back()) {
                true => events.pop_back(),
                false => None,
            }
        };
        // The error of an address is the caller's, and may do anything when it is dropped.
        drop(superseded);
        self.push(Event::Down { cause, retry_in });
    }

    pub(super) fn pop(&self) -> Option<Event> {
        let event = self.events.borrow_mut().pop_front()?;
        match &event {
            Event::Message(_) => self.messages.set(self.messages.get() - 1),
            Event::Returned(error) => {
                self.returned
                    .set(self.returned.get().saturating_sub(cost(error.message())));
            }
            _ => {}
        }
        Some(event)
    }

    pub(super) fn has_room(&self) -> bool {
        self.messages.get() < MESSAGES_AHEAD
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.borrow().is_empty()
    }

    /// What the messages cost that are to be given back.
    pub(super) fn returned(&self) -> u64 {
        self.returned.get()
    }

    pub(super) fn register(&self, cx: &Context<'_>) {
        self.reader.register(cx);
    }

    pub(super) fn wake(&self) {
        self.reader.wake();
    }

    /// Nobody reads any more.
    pub(super) fn close(&self) {
        self.closed.set(true);
        self.messages.set(0);
        self.returned.set(0);
        let events = self.events.take();
        drop(events);
    }
}

fn cost(message: &Message) -> u64 {
    message.size().saturating_add(MESSAGE_COST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconnect::event::{NotSent, SendError};

    fn returned() -> Event {
        Event::Returned(SendError::new("abc", NotSent::Closed))
    }

    fn words(unread: &Unread) -> Vec<String> {
        let events = std::iter::from_fn(|| unread.pop());
        let word = |event: Event| match event {
            Event::Down { cause, .. } => format!("{cause:?}"),
            Event::Message(message) => format!("{}", message.size()),
            other => format!("{other:?}"),
        };
        events.map(word).collect()
    }

    #[test]
    fn of_connections_that_came_and_went_the_last_end_is_told() {
        let unread = Unread::default();
        unread.push(Event::Opened);
        for cause in [Cause::Slept, Cause::ConnectTimeout, Cause::Requested] {
            unread.push_down(cause, None);
            unread.push(Event::Opened);
        }
        assert_eq!(words(&unread), ["Opened", "Requested", "Opened"]);
    }

    #[test]
    fn a_connection_that_brought_something_is_told_whole() {
        let unread = Unread::default();
        for _ in 0..2 {
            unread.push_down(Cause::Slept, None);
            unread.push(Event::Opened);
            unread.push(Event::Message("abc".into()));
        }
        assert_eq!(
            words(&unread),
            ["Slept", "Opened", "3", "Slept", "Opened", "3"]
        );
    }

    #[test]
    fn messages_alone_use_up_the_room_and_returned_ones_cost() {
        let unread = Unread::default();
        for _ in 0..MESSAGES_AHEAD {
            assert!(unread.has_room());
            unread.push(Event::Message("".into()));
            unread.push(returned());
        }
        assert!(!unread.has_room());
        assert_eq!(unread.returned(), 32 * (MESSAGE_COST + 3));
        assert_eq!(words(&unread).len(), 64);
        assert!(unread.has_room() && unread.returned() == 0);
        unread.push(returned());
        unread.close();
        unread.push(returned());
        assert!(unread.is_empty() && unread.returned() == 0);
    }
}
