//! How slowly messages are read.

use std::num::NonZeroU64;
use std::time::Duration;

/// Timers count milliseconds: shorter waits are saved up.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// A pause after each message, and as long again as its bytes take at a rate.
#[derive(Debug)]
pub(crate) struct Pace {
    pause: Duration,
    rate: Option<NonZeroU64>,
    ahead: u64,
}

impl Pace {
    /// `rate` is bytes a second.
    pub(crate) fn new(pause: Duration, rate: Option<NonZeroU64>) -> Self {
        Self {
            pause,
            rate,
            ahead: 0,
        }
    }

    /// How long to wait after a message of `bytes`.
    pub(crate) fn wait(&mut self, bytes: usize) -> Option<Duration> {
        let wait = self.pause
            + self
                .rate
                .map_or(Duration::ZERO, |rate| self.lag(bytes, rate));
        (!wait.is_zero()).then_some(wait)
    }

    fn lag(&mut self, bytes: usize, rate: NonZeroU64) -> Duration {
        self.ahead += bytes as u64;
        let lag = Duration::from_secs_f64(self.ahead as f64 / rate.get() as f64);
        if lag < SHORTEST_WAIT {
            return Duration::ZERO;
        }
        self.ahead = 0;
        lag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    #[test]
    fn a_pause_is_the_same_after_any_message() {
        let mut pace = Pace::new(MILLISECOND, None);
        assert_eq!(pace.wait(0), Some(MILLISECOND));
        assert_eq!(pace.wait(1 << 30), Some(MILLISECOND));
    }

    #[test]
    fn short_messages_take_as_long_as_a_long_one() {
        let mut pace = Pace::new(Duration::ZERO, NonZeroU64::new(1000));
        assert_eq!(pace.wait(2000), Some(2000 * MILLISECOND));
        let waits: Vec<_> = (0..2000).filter_map(|_| pace.wait(1)).collect();
        assert_eq!(waits.iter().sum::<Duration>(), 2000 * MILLISECOND);
        assert!(waits.iter().all(|wait| *wait >= 10 * MILLISECOND));
    }

    #[test]
    fn without_either_nothing_waits() {
        assert_eq!(Pace::new(Duration::ZERO, None).wait(1 << 30), None);
    }
}
