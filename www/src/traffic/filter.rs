//! [`Filter`] and [`Shown`]: which rows a person wants to see.

use std::collections::VecDeque;

use super::log::{Direction, Kind, Payload, Row, Rows};

/// What a row must be; by default any will do.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) direction: Option<Direction>,
    pub(crate) kind: Option<Kind>,
    pub(crate) socket: Option<u32>,
    /// Letters of ASCII in upper or lower case; of messages, only texts have it.
    pub(crate) text: String,
}

impl Filter {
    fn passes(&self, row: &Row) -> bool {
        self.direction
            .is_none_or(|wanted| row.direction() == wanted)
            && self.kind.is_none_or(|wanted| row.kind() == wanted)
            && self.socket.is_none_or(|wanted| row.socket == wanted)
            && self.is_in(row)
    }

    fn is_in(&self, row: &Row) -> bool {
        let words = self.text.as_bytes();
        if words.is_empty() {
            return true;
        }
        let Some(Payload::Text(text)) = row.payload() else {
            return false;
        };
        let mut places = text.as_bytes().windows(words.len());
        places.any(|place| place.eq_ignore_ascii_case(words))
    }
}

/// The numbers of the rows that pass a filter, as far as they were looked at.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    filter: Filter,
    numbers: VecDeque<u64>,
    next: u64,
}

impl Shown {
    /// Looks at all rows anew.
    pub(crate) fn set_filter(&mut self, filter: Filter) {
        *self = Self {
            filter,
            ..Self::default()
        };
    }

    /// Takes out what was dropped; how many those are.
    pub(crate) fn forget_dropped(&mut self, rows: &Rows) -> usize {
        let gone = self.numbers.partition_point(|row| *row < rows.dropped());
        self.numbers.drain(..gone);
        gone
    }

    /// Looks at so many rows more at the most, of those before `end`; whether that were all.
    pub(crate) fn advance(&mut self, rows: &Rows, end: u64, most: u64) -> bool {
        let from = self.next.max(rows.numbers().start);
        let to = end.min(from + most).max(from);
        self.next = to;
        for number in from..to {
            if rows.get(number).is_some_and(|row| self.filter.passes(row)) {
                self.numbers.push_back(number);
            }
        }
        to >= end
    }

    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number of the row at this place.
    pub(crate) fn at(&self, place: usize) -> Option<u64> {
        self.numbers.get(place).copied()
    }

    /// The place of the row with this number.
    pub(crate) fn place(&self, number: u64) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }
}

#[cfg(test)]
mod tests {
    use wasm_websocket::Message;

    use super::*;
    use crate::traffic::log::{Bounds, Log};

    fn log(rows: usize) -> Log {
        let mut log = Log::new(Bounds { rows, bytes: 1000 });
        for url in ["a", "b"] {
            let socket = log.connect(url, true, 0.0);
            for message in [Message::from("Hello, ü"), Message::from(*b"hello")] {
                log.sent(socket, Payload::from(&message), 0.0);
                log.received(socket, Payload::from(&message), 0.0);
            }
        }
        log
    }

    fn shown(filter: Filter) -> Vec<u64> {
        let mut shown = Shown::default();
        shown.set_filter(filter);
        assert!(shown.advance(log(100).rows(), 10, 100));
        shown.numbers.into()
    }

    #[test]
    fn a_filter_is_of_direction_kind_socket_and_text() {
        let any = Filter::default;
        assert_eq!(shown(any()).len(), 10);
        let states = Filter {
            kind: Some(Kind::State),
            ..any()
        };
        assert_eq!(shown(states), [0, 5]);
        let received = Filter {
            direction: Some(Direction::Received),
            socket: Some(2),
            ..any()
        };
        assert_eq!(shown(received), [7, 9]);
        let binary = Filter {
            kind: Some(Kind::Binary),
            direction: Some(Direction::Sent),
            ..any()
        };
        assert_eq!(shown(binary), [3, 8]);
        for (text, expected) in [("hELLO", 4), (", ü", 4), ("hello!", 0)] {
            let text = text.to_owned();
            assert_eq!(shown(Filter { text, ..any() }).len(), expected);
        }
    }

    #[test]
    fn rows_are_looked_at_in_parts_and_once() {
        let log = log(100);
        let mut shown = Shown::default();
        for (most, complete, len) in [(4, false, 4), (5, false, 9), (5, true, 10), (5, true, 10)] {
            assert_eq!(shown.advance(log.rows(), 10, most), complete);
            assert_eq!(shown.len(), len);
        }
        assert_eq!(shown.place(3), Some(3));
        assert_eq!(shown.at(10), None);
        shown.set_filter(Filter::default());
        assert!(shown.advance(log.rows(), 6, 100));
        assert_eq!(shown.len(), 6);
    }

    #[test]
    fn what_was_dropped_is_taken_out() {
        let mut shown = Shown::default();
        shown.advance(log(100).rows(), 10, 100);
        assert_eq!(shown.forget_dropped(log(4).rows()), 6);
        assert_eq!((shown.len(), shown.at(0)), (4, Some(6)));
        assert_eq!((shown.place(6), shown.place(5)), (Some(0), None));
    }
}
