//! [`Outbox`]: what was drawn here and hasn't come back from the server.

use std::collections::VecDeque;

/// So many bytes may be in it; then nothing more can be drawn.
const LIMIT: usize = 256 << 10;

/// So many pieces are on their way at a time.
const WINDOW: usize = 32;

/// Pieces, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pieces: VecDeque<Vec<u8>>,
    /// So many of them are on their way.
    sent: usize,
}

impl Outbox {
    pub(crate) fn push(&mut self, piece: Vec<u8>) {
        self.pieces.push_back(piece);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        let sizes = self
            .pieces
            .iter()
            .map(|piece| piece.len() + size_of::<Vec<u8>>());
        sizes.sum::<usize>() >= LIMIT
    }

    /// All of them.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.pieces.iter()
    }

    /// Whether what is pushed now could be sent at once.
    pub(crate) fn is_open(&self) -> bool {
        self.sent == self.pieces.len() && self.sent < WINDOW
    }

    /// The next to send, if it may be, which is then on its way.
    pub(crate) fn send(&mut self) -> Option<&Vec<u8>> {
        let next = self.pieces.get(self.sent).filter(|_| self.sent < WINDOW)?;
        self.sent += 1;
        Some(next)
    }

    /// A piece came back.
    pub(crate) fn came_back(&mut self, piece: &[u8]) {
        if self.sent > 0 && self.pieces.front().is_some_and(|oldest| oldest == piece) {
            self.pieces.pop_front();
            self.sent -= 1;
        }
    }

    /// After another connection was made: of what was on its way, the pieces that arrived come
    /// back now, and those behind them wait again.
    pub(crate) fn resume<'a>(&mut self, arrived: impl Iterator<Item = &'a [u8]>) {
        let place = |piece: &[u8]| {
            self.pieces
                .iter()
                .take(self.sent)
                .position(|sent| sent == piece)
        };
        let settled = arrived.filter_map(place).max().map_or(0, |last| last + 1);
        (0..settled).for_each(|_| drop(self.pieces.pop_front()));
        self.sent = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox(pieces: u8) -> Outbox {
        let mut outbox = Outbox::default();
        (0..pieces).for_each(|number| outbox.push(vec![number]));
        outbox
    }

    #[test]
    fn pieces_are_sent_in_order_and_not_too_many_at_a_time() {
        let mut outbox = outbox(40);
        let sent: Vec<u8> = std::iter::from_fn(|| outbox.send().map(|piece| piece[0])).collect();
        assert_eq!(sent, (0..32).collect::<Vec<u8>>());
        outbox.came_back(&[0]);
        assert_eq!(outbox.send(), Some(&vec![32]));
        assert_eq!(outbox.send(), None);
        assert_eq!(outbox.pieces().count(), 39);
    }

    #[test]
    fn what_did_not_arrive_is_sent_again_and_nothing_twice() {
        let mut outbox = outbox(5);
        (0..4).for_each(|_| drop(outbox.send().cloned()));
        outbox.came_back(&[0]);
        outbox.resume([&[9][..], &[1], &[2], &[9]].into_iter());
        assert_eq!(outbox.send(), Some(&vec![3]));
        assert_eq!(outbox.send(), Some(&vec![4]));
        assert_eq!(outbox.send(), None);

        outbox.resume([].into_iter());
        assert_eq!(outbox.send(), Some(&vec![3]));
    }

    #[test]
    fn it_is_full_some_time() {
        let mut outbox = outbox(1);
        assert!(!outbox.is_full());
        for _ in 0..LIMIT / 4096 {
            outbox.push(vec![0; 4096]);
        }
        assert!(outbox.is_full());
    }
}
