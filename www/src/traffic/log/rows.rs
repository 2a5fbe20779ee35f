//! [`Rows`]: the latest rows, bounded in number and in bytes.

use std::{collections::VecDeque, ops::Range};

use super::Row;

/// How much is kept at the most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) rows: usize,
    /// Of payload.
    pub(crate) bytes: u64,
}

/// Rows have numbers, from zero on, that stay when older rows are dropped.
#[derive(Debug)]
pub(crate) struct Rows {
    rows: VecDeque<Row>,
    dropped: u64,
    bytes: u64,
    bounds: Bounds,
}

impl Rows {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            rows: VecDeque::new(),
            dropped: 0,
            bytes: 0,
            bounds,
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Drops the oldest rows for it, if need be.
    pub(super) fn push(&mut self, row: Row) -> u64 {
        self.bytes += row.weight();
        self.rows.push_back(row);
        while self.rows.len() > self.bounds.rows || self.bytes > self.bounds.bytes {
            let Some(oldest) = self.rows.pop_front() else {
                break;
            };
            self.bytes -= oldest.weight();
            self.dropped += 1;
        }
        self.numbers().end - 1
    }

    pub(crate) fn get(&self, number: u64) -> Option<&Row> {
        let index = number.checked_sub(self.dropped)?;
        self.rows.get(usize::try_from(index).ok()?)
    }

    /// The numbers of the rows that are there.
    pub(crate) fn numbers(&self) -> Range<u64> {
        self.dropped..self.dropped + self.rows.len() as u64
    }

    /// How many rows were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }
}

#[cfg(test)]
mod tests {
    use wasm_websocket::Message;

    use super::*;
    use crate::traffic::log::{Payload, What};

    fn row(bytes: usize) -> Row {
        Row {
            socket: 1,
            time: 0.0,
            what: What::Sent(Payload::from(&Message::from(vec![0; bytes]))),
        }
    }

    fn rows(rows: usize, bytes: u64) -> Rows {
        Rows::new(Bounds { rows, bytes })
    }

    #[test]
    fn the_oldest_rows_are_dropped_and_counted() {
        let mut rows = rows(3, 100);
        for size in 0..5 {
            assert_eq!(rows.push(row(size)), size as u64);
        }
        assert_eq!((rows.dropped(), rows.numbers()), (2, 2..5));
        assert!(rows.get(1).is_none() && rows.get(5).is_none());
        let sizes: Vec<_> = rows.iter().map(Row::weight).collect();
        assert_eq!(sizes, [2, 3, 4]);
        assert_eq!(rows.get(2).map(Row::weight), Some(2));
    }

    #[test]
    fn so_are_they_when_there_are_too_many_bytes() {
        let mut rows = rows(100, 10);
        for size in [6, 4, 0, 1] {
            rows.push(row(size));
        }
        assert_eq!((rows.dropped(), rows.bytes), (1, 5));
        rows.push(row(10));
        assert_eq!((rows.numbers(), rows.bytes), (4..5, 10));
    }
}
