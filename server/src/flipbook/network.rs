//! [`Network`]: the simulated network delay, for a machine that talks to itself.

use std::time::Duration;

use serde::Deserialize;

/// The longest delay, in milliseconds.
pub(super) const LONGEST_DELAY: u32 = 1000;

/// The greatest jitter, in milliseconds.
pub(super) const GREATEST_JITTER: u32 = 500;

/// How long anything takes one way, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Network {
    delay: u32,
    /// By how much a trip may be shorter or longer.
    jitter: u32,
}

impl Network {
    pub(super) fn is_within_limits(self) -> bool {
        self.delay <= LONGEST_DELAY && self.jitter <= GREATEST_JITTER
    }

    /// How long one trip takes; no two need be the same.
    pub(super) fn trip(self) -> Duration {
        let longest = u64::from(self.delay + self.jitter) * 1000;
        let shortest = u64::from(self.delay.saturating_sub(self.jitter)) * 1000;
        Duration::from_micros(rand::random_range(shortest..=longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trips_are_as_long_as_asked_for() {
        assert_eq!(Network::default().trip(), Duration::ZERO);
        for (delay, jitter, shortest, longest) in
            [(50, 0, 50, 50), (50, 20, 30, 70), (5, 20, 0, 25)]
        {
            let network = Network { delay, jitter };
            for _ in 0..100 {
                let trip = network.trip();
                assert!(trip >= Duration::from_millis(shortest), "{trip:?}");
                assert!(trip <= Duration::from_millis(longest), "{trip:?}");
            }
        }
    }
}
