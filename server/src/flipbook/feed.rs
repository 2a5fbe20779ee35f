//! [`Feed`]: the latest frames of a flipbook, from which every reader reads at its own pace.

use std::collections::VecDeque;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Bytes;

/// Frames that are kept for slow readers.
pub(super) const KEPT_FRAMES: usize = 256;

/// Their bytes.
pub(super) const KEPT_BYTES: usize = 32 << 20;

/// The latest frames, numbered without a gap; the oldest are let go when they are too many.
#[derive(Debug, Default)]
pub(super) struct Feed {
    frames: VecDeque<Entry>,
    bytes: usize,
    last: u32,
    /// No frame will follow.
    pub(super) over: bool,
}

/// A frame on its way to the readers.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) number: u32,
    pub(super) frame: Bytes,
    /// When it is through the simulated network.
    pub(super) enters: Instant,
}

impl Feed {
    /// The number of the last frame, of 0 before the first.
    pub(super) fn last(&self) -> u32 {
        self.last
    }

    /// Takes the next frame, which can't overtake those before it.
    pub(super) fn push(&mut self, frame: Bytes, enters: Instant) {
        let enters = self
            .frames
            .back()
            .map_or(enters, |before| before.enters.max(enters));
        self.last += 1;
        self.bytes += frame.len();
        self.frames.push_back(Entry {
            number: self.last,
            frame,
            enters,
        });
        while self.frames.len() > KEPT_FRAMES || self.bytes > KEPT_BYTES {
            match self.frames.pop_front() {
                Some(gone) => self.bytes -= gone.frame.len(),
                None => break,
            }
        }
    }

    /// The frames after this number, but for those that were let go.
    pub(super) fn after(&self, number: u32) -> impl Iterator<Item = &Entry> {
        let first = self.frames.front().map_or(0, |entry| entry.number);
        let passed = number.saturating_add(1).saturating_sub(first) as usize;
        self.frames.iter().skip(passed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn numbers(feed: &Feed, after: u32) -> Vec<u32> {
        feed.after(after).map(|entry| entry.number).collect()
    }

    fn filled(frames: u32, size: usize) -> Feed {
        let mut feed = Feed::default();
        let frame = Bytes::from(vec![0; size]);
        (0..frames).for_each(|_| feed.push(frame.clone(), Instant::now()));
        feed
    }

    #[test]
    fn a_reader_gets_what_follows_what_it_has() {
        let feed = filled(3, 1);
        assert_eq!(numbers(&feed, 0), [1, 2, 3]);
        assert_eq!(numbers(&feed, 2), [3]);
        for none in [3, 4, u32::MAX] {
            assert_eq!(numbers(&feed, none), [0_u32; 0]);
        }
        assert_eq!(numbers(&Feed::default(), 0), [0_u32; 0]);
    }

    #[test]
    fn the_oldest_are_let_go_by_number_and_by_size() {
        let many = filled(KEPT_FRAMES as u32 + 3, 1);
        assert_eq!(numbers(&many, 0).len(), KEPT_FRAMES);
        assert_eq!(numbers(&many, 0)[0], 4);
        let large = filled(40, 1 << 20);
        assert_eq!(numbers(&large, 0).len(), KEPT_BYTES >> 20);
        assert_eq!(large.bytes, KEPT_BYTES);
    }

    #[test]
    fn frames_do_not_overtake_each_other() {
        let mut feed = Feed::default();
        let now = Instant::now();
        for milliseconds in [30, 10, 40] {
            feed.push(Bytes::new(), now + Duration::from_millis(milliseconds));
        }
        let enters: Vec<_> = feed.after(0).map(|entry| entry.enters - now).collect();
        assert_eq!(enters, [30, 30, 40].map(Duration::from_millis));
    }
}
