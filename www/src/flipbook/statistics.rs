//! What is known of a transport: counts that only grow, the latest latencies, and samples of both
//! over time. Pure, and bounded.

use std::collections::VecDeque;

/// Latencies that a median is made of.
const LATENCIES: usize = 120;

/// Samples that are kept: ten minutes of two a second.
pub(super) const SAMPLES: usize = 1200;

/// Over which frames a second are counted, in milliseconds.
const SECOND: f64 = 1000.0;

/// Times kept to count the frames of a second.
const TIMES: usize = 128;

/// What the server counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) requests: u64,
    pub(super) header_bytes: u64,
    pub(super) payload_bytes: u64,
    /// Frames handed over.
    pub(super) delivered: u64,
    pub(super) skipped: u64,
}

/// What became of the frames, as the page saw it. Those that are drawn and those that were late
/// are all that were received.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Frames {
    pub(super) received: u64,
    pub(super) drawn: u64,
    /// Received when a newer one was there to be drawn.
    pub(super) late: u64,
    /// Never received, as the numbers tell.
    pub(super) skipped: u64,
}

/// The figures of one transport at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sample {
    /// Seconds since the flipbook began.
    pub(super) time: f64,
    /// Drawn in the last second.
    pub(super) rate: f64,
    /// Milliseconds, from made to drawn.
    pub(super) median: Option<f64>,
    pub(super) p95: Option<f64>,
    pub(super) counts: Counts,
    pub(super) frames: Frames,
}

/// The figures of one transport.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    latencies: VecDeque<f64>,
    times: VecDeque<f64>,
    samples: VecDeque<Sample>,
    pub(super) counts: Counts,
    pub(super) frames: Frames,
}

impl Statistics {
    /// A frame was drawn now, in milliseconds, that was made then.
    pub(super) fn drew(&mut self, now: f64, created: f64) {
        self.frames.drawn += 1;
        push(&mut self.times, now, TIMES);
        push(&mut self.latencies, now - created, LATENCIES);
    }

    /// Keeps how it is now, so many milliseconds after the beginning.
    pub(super) fn sample(&mut self, now: f64, began: f64) {
        let sample = self.now(now, began);
        push(&mut self.samples, sample, SAMPLES);
    }

    pub(super) fn samples(&self) -> &VecDeque<Sample> {
        &self.samples
    }

    fn now(&self, now: f64, began: f64) -> Sample {
        let mut sorted: Vec<f64> = self.latencies.iter().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let drawn = self.times.iter().filter(|time| now - **time < SECOND);
        Sample {
            time: (now - began) / 1000.0,
            rate: drawn.count() as f64,
            median: quantile(&sorted, 0.5),
            p95: quantile(&sorted, 0.95),
            counts: self.counts,
            frames: self.frames,
        }
    }
}

/// The smallest that is not less than this part of them (the nearest rank).
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

fn push<T>(kept: &mut VecDeque<T>, value: T, most: usize) {
    if kept.len() == most {
        kept.pop_front();
    }
    kept.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.5), Some(50.0));
        assert_eq!(quantile(&hundred, 0.95), Some(95.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
        assert_eq!(quantile(&[1.0, 9.0], 0.5), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn a_sample_is_of_the_last_second_and_the_latest_frames() {
        let mut statistics = Statistics::default();
        for frame in 0..200 {
            let now = f64::from(frame) * 50.0;
            statistics.drew(now, now - f64::from(frame));
        }
        statistics.sample(10_000.0, 4000.0);
        let sample = statistics.samples()[0];
        assert_eq!(sample.time, 6.0);
        // Those at 9.05 s to 9.95 s.
        assert_eq!(sample.rate, 19.0);
        assert_eq!(sample.frames.drawn, 200);
        // Of 80 to 199.
        assert_eq!((sample.median, sample.p95), (Some(139.0), Some(193.0)));
    }

    #[test]
    fn nothing_grows_for_ever() {
        let mut statistics = Statistics::default();
        for frame in 0..5000 {
            let now = f64::from(frame);
            statistics.drew(now, 0.0);
            statistics.sample(now, 0.0);
        }
        assert_eq!(statistics.samples().len(), SAMPLES);
        assert_eq!(statistics.samples()[0].time, 3.8);
        assert_eq!(statistics.latencies.len(), LATENCIES);
        assert_eq!(statistics.times.len(), TIMES);
    }
}
