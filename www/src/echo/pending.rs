//! [`Pending`]: what was sent and hasn't come back, and when it was sent.

use std::collections::VecDeque;

/// What was sent, oldest first.
#[derive(Debug)]
pub(crate) struct Pending<T>(VecDeque<Entry<T>>);

#[derive(Debug)]
struct Entry<T> {
    what: T,
    sent_at: f64,
    /// For a connection.
    waits: bool,
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: PartialEq> Pending<T> {
    pub(crate) fn push(&mut self, what: T, sent_at: f64, waits: bool) {
        self.0.push_back(Entry {
            what,
            sent_at,
            waits,
        });
    }

    /// When this was sent that came back now. What was sent before it will not come back.
    pub(crate) fn came_back(&mut self, what: &T) -> Option<f64> {
        let index = self.0.iter().position(|entry| entry.what == *what)?;
        self.0
            .drain(..=index)
            .next_back()
            .map(|entry| entry.sent_at)
    }

    /// Whether this was among what waits; it isn't any more.
    pub(crate) fn given_back(&mut self, what: &T) -> bool {
        let index = self
            .0
            .iter()
            .position(|entry| entry.waits && entry.what == *what);
        index.and_then(|index| self.0.remove(index)).is_some()
    }

    /// There is a connection, and what waited for it is on its way.
    pub(crate) fn opened(&mut self) {
        for entry in &mut self.0 {
            entry.waits = false;
        }
    }

    /// There is no connection any more, and what was on its way will not come back.
    pub(crate) fn went_down(&mut self) {
        self.0.retain(|entry| entry.waits);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_was_sent_first_and_leaves_nothing_older() {
        let mut pending = Pending::default();
        for (what, sent_at) in [("a", 1.0), ("b", 2.0), ("b", 3.0)] {
            pending.push(what, sent_at, false);
        }
        assert_eq!(pending.came_back(&"b"), Some(2.0));
        assert_eq!(pending.came_back(&"a"), None);
        assert_eq!(pending.came_back(&"b"), Some(3.0));
    }

    #[test]
    fn only_what_waits_outlives_a_connection_once() {
        let mut pending = Pending::default();
        pending.push("lost", 1.0, false);
        pending.push("waits", 2.0, true);
        pending.went_down();
        assert_eq!(pending.came_back(&"lost"), None);
        pending.opened();
        pending.went_down();
        assert_eq!(pending.came_back(&"waits"), None);
    }

    #[test]
    fn only_what_waits_is_given_back() {
        let mut pending = Pending::default();
        pending.push("a", 1.0, false);
        pending.push("a", 2.0, true);
        assert!(pending.given_back(&"a"));
        assert!(!pending.given_back(&"a"));
        assert_eq!(pending.came_back(&"a"), Some(1.0));
    }
}
