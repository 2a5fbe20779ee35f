//! [`Flow`]: how much may be sent, and what has left. Pure, without a browser
//! ([bufferedAmount](https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount)).

use std::cell::Cell;

/// Sending pauses above `high` bytes and resumes at `low`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watermarks {
    pub(super) low: u64,
    pub(super) high: u64,
}

/// What is known of the bytes that wait in the browser's buffer.
///
/// The browser counts text in UTF-8, of which only bounds are known until it is encoded. Each
/// question to the browser is a call, so the upper bound answers where it can.
pub(super) struct Flow {
    watermarks: Watermarks,
    paused: Cell<bool>,
    /// How many bytes were handed over, at least.
    handed: Cell<u64>,
    /// How many are buffered, at most.
    bound: Cell<u64>,
    /// Whether others fill the same buffer.
    is_shared: bool,
}

impl Flow {
    pub(super) fn new(watermarks: Watermarks, is_shared: bool) -> Self {
        Self {
            watermarks,
            paused: Cell::new(false),
            handed: Cell::new(0),
            bound: Cell::new(0),
            is_shared,
        }
    }

    /// Notes a message of this many bytes, at least and at most.
    pub(super) fn hand_over(&self, least: u64, most: u64) {
        self.handed.set(self.handed.get().saturating_add(least));
        self.bound.set(self.bound.get().saturating_add(most));
    }

    /// Whether another message may be sent. It pauses above the high watermark, until no more than
    /// the low one is buffered.
    pub(super) fn has_room(&self, buffered: impl FnOnce() -> u64) -> bool {
        let Watermarks { low, high } = self.watermarks;
        let most = if self.paused.get() { low } else { high };
        let has_room = self.is_at_most(most, buffered);
        self.paused.set(!has_room);
        has_room
    }

    /// The point up to which messages were handed over by now.
    pub(super) fn mark(&self) -> u64 {
        self.handed.get()
    }

    /// Whether all that was handed over before the mark has left the buffer.
    pub(super) fn has_left(&self, mark: u64, buffered: impl FnOnce() -> u64) -> bool {
        // The buffer is a queue: no more may be in it than was handed over since.
        self.is_at_most(self.handed.get() - mark, buffered)
    }

    fn is_at_most(&self, most: u64, buffered: impl FnOnce() -> u64) -> bool {
        if self.is_shared || self.bound.get() > most {
            self.bound.set(buffered());
        }
        self.bound.get() <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(target_arch = "wasm32"))]
    use proptest::prelude::*;

    const WATERMARKS: Watermarks = Watermarks { low: 10, high: 30 };

    #[test]
    fn sending_pauses_above_the_high_watermark_and_resumes_at_the_low_one() {
        let flow = Flow::new(WATERMARKS, false);
        flow.hand_over(30, 30);
        assert!(flow.has_room(|| unreachable!("the bound answers")));
        flow.hand_over(1, 1);
        for (buffered, has_room) in [
            (31, false),
            (30, false),
            (11, false),
            (10, true),
            (30, true),
        ] {
            assert_eq!(flow.has_room(|| buffered), has_room, "{buffered}");
            flow.hand_over(0, 100);
        }
    }

    #[test]
    fn a_buffer_that_others_fill_is_looked_at_each_time() {
        let flow = Flow::new(WATERMARKS, true);
        assert!(!flow.has_room(|| 31));
        assert!(!flow.has_left(flow.mark(), || 1));
        assert!(flow.has_left(flow.mark(), || 0));
    }

    #[test]
    fn a_mark_is_passed_although_more_is_sent() {
        let flow = Flow::new(WATERMARKS, false);
        flow.hand_over(20, 20);
        let mark = flow.mark();
        for (sent, buffered, has_left) in [
            (0, 20, false),
            (20, 40, false),
            (20, 41, false),
            (20, 60, true),
        ] {
            flow.hand_over(sent, sent);
            assert_eq!(flow.has_left(mark, || buffered), has_left, "{buffered}");
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        /// Messages are of `size` bytes by a count that may be three times too small, and the
        /// network takes some of them after each.
        #[test]
        fn no_mark_is_passed_before_its_bytes_have_left_and_each_is_when_all_have(
            steps in prop::collection::vec((0u64..50, 1u64..=3, 0u64..60), 1..50),
        ) {
            let flow = Flow::new(WATERMARKS, false);
            let (mut handed, mut left) = (0, 0);
            let mut marks = Vec::new();
            for (units, bytes_per_unit, taken) in steps {
                handed += units * bytes_per_unit;
                flow.hand_over(units, units * 3);
                marks.push((handed, flow.mark()));
                left = handed.min(left + taken);
                for &(end, mark) in &marks {
                    let has_left = flow.has_left(mark, || handed - left);
                    prop_assert!(!has_left || end <= left);
                }
            }
            for (_, mark) in marks {
                prop_assert!(flow.has_left(mark, || 0));
            }
        }
    }
}
