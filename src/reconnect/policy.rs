//! [`Policy`]: when to try again. Pure, without a clock or a browser
//! ([RFC 6455, section 7.2.3](https://www.rfc-editor.org/rfc/rfc6455#section-7.2.3)).

use std::time::Duration;

/// How long to wait before the next try: exponential backoff with full jitter.
///
/// After the n-th failure in a row the delay is drawn evenly from zero to
/// `initial × factor^(n - 1)`, or to the cap if that is less. So many clients whose server restarts
/// come back spread over that time, not all at once.
///
/// ```
/// use std::time::Duration;
/// use wasm_websocket::Policy;
///
/// let policy = Policy::new()
///     .initial(Duration::from_millis(500))
///     .cap(Duration::from_secs(60))
///     .max_tries(20);
/// assert_eq!(policy.longest_delay(1), Duration::from_millis(500));
/// assert_eq!(policy.longest_delay(3), Duration::from_secs(2));
/// assert_eq!(policy.longest_delay(10), Duration::from_secs(60));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Policy {
    initial: Duration,
    cap: Duration,
    factor: f64,
    max_tries: Option<u32>,
    min_uptime: Duration,
}

impl Policy {
    /// From one second, doubling, to 30 seconds, without end; the count of failures starts anew
    /// after five seconds of an open connection.
    pub const fn new() -> Self {
        Self {
            initial: Duration::from_secs(1),
            cap: Duration::from_secs(30),
            factor: 2.0,
            max_tries: None,
            min_uptime: Duration::from_secs(5),
        }
    }

    /// The longest delay after the first failure; one second by default.
    pub const fn initial(mut self, initial: Duration) -> Self {
        self.initial = initial;
        self
    }

    /// The longest delay after any number of failures; 30 seconds by default.
    pub const fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    /// By how much the longest delay grows with each failure; 2 by default. What is below 1, or
    /// no number, counts as 1.
    pub const fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// After so many failures in a row it is given up; never by default. The first attempt counts.
    pub const fn max_tries(mut self, tries: u32) -> Self {
        self.max_tries = Some(tries);
        self
    }

    /// A connection that stays open for so long was a success, and the count of failures starts
    /// anew; five seconds by default.
    pub const fn min_uptime(mut self, min_uptime: Duration) -> Self {
        self.min_uptime = min_uptime;
        self
    }

    /// What the delay after so many failures in a row is at the most.
    pub fn longest_delay(&self, failures: u32) -> Duration {
        let exponent = failures.saturating_sub(1).min(i32::MAX as u32) as i32;
        // The greater of the two that is a number.
        let factor = self.factor.max(1.0);
        // Not infinite, by which zero can't be multiplied.
        let growth = factor.powi(exponent).min(f64::MAX);
        let seconds = self.initial.as_secs_f64() * growth;
        if seconds < self.cap.as_secs_f64() {
            Duration::from_secs_f64(seconds)
        } else {
            self.cap
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts the failures in a row.
#[derive(Debug, Default)]
pub(super) struct Failures(u32);

impl Failures {
    /// The delay until the next try, of `random` from zero to one; `None` if there is none. Given
    /// `uptime`, a connection had been open for so long.
    pub(super) fn next_delay(
        &mut self,
        policy: &Policy,
        uptime: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if uptime.is_some_and(|uptime| uptime >= policy.min_uptime) {
            self.0 = 0;
        }
        self.0 = self.0.saturating_add(1);
        if policy.max_tries.is_some_and(|most| self.0 >= most) {
            return None;
        }
        let random = if random > 0.0 { random.min(1.0) } else { 0.0 };
        let longest = policy.longest_delay(self.0);
        let seconds = longest.as_secs_f64() * random;
        Some(Duration::try_from_secs_f64(seconds).unwrap_or(longest))
    }

    /// Which attempt in a row the next one is, from one on.
    pub(super) fn attempt(&self) -> u32 {
        self.0.saturating_add(1)
    }

    /// Somebody asked for a fresh start.
    pub(super) fn forget(&mut self) {
        self.0 = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(target_arch = "wasm32"))]
    use proptest::prelude::*;

    const LONG: Option<Duration> = Some(Duration::from_secs(5));
    const SHORT: Option<Duration> = Some(Duration::from_millis(4_999));

    #[test]
    fn the_count_starts_anew_only_after_the_minimum_uptime() {
        let policy = Policy::new();
        let mut failures = Failures::default();
        let mut next = |uptime| failures.next_delay(&policy, uptime, 1.0);
        let delays = [None, None, SHORT, SHORT, LONG, None].map(&mut next);
        assert_eq!(
            delays.map(|delay| delay.unwrap().as_secs()),
            [1, 2, 4, 8, 1, 2]
        );
    }

    #[test]
    fn after_the_last_try_there_is_none() {
        let policy = Policy::new().max_tries(3);
        let mut failures = Failures::default();
        for last in [false, false, true, true] {
            let delay = failures.next_delay(&policy, None, 0.5);
            assert_eq!(delay.is_none(), last);
        }
        assert!(failures.next_delay(&policy, LONG, 0.5).is_some());
    }

    #[test]
    fn a_thousand_clients_are_spread_evenly() {
        let policy = Policy::new().initial(Duration::from_secs(10));
        let mut tenths = [0; 10];
        // Evenly spread random numbers, as those of a browser are in the long run.
        for client in 0..1_000 {
            let random = (f64::from(client) * 0.618_033_988_749_895).fract();
            let delay = Failures::default().next_delay(&policy, None, random);
            tenths[delay.unwrap().as_secs() as usize] += 1;
        }
        assert!(
            tenths.iter().all(|count| (95..=105).contains(count)),
            "{tenths:?}"
        );
    }

    #[test]
    fn odd_numbers_do_no_harm() {
        for factor in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e300] {
            let policy = Policy::new().factor(factor);
            for random in [f64::NAN, f64::INFINITY, -1.0, 2.0] {
                let mut failures = Failures(u32::MAX - 1);
                for _ in 0..3 {
                    let delay = failures.next_delay(&policy, None, random).unwrap();
                    assert!(delay <= Duration::from_secs(30));
                }
                assert_eq!(failures.attempt(), u32::MAX);
            }
        }
        let forever = Policy::new().initial(Duration::MAX).cap(Duration::MAX);
        let delay = Failures::default().next_delay(&forever, None, 1.0);
        assert_eq!(delay, Some(Duration::MAX));
        let at_once = Policy::new().initial(Duration::ZERO);
        assert_eq!(at_once.longest_delay(u32::MAX), Duration::ZERO);
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        #[test]
        fn no_delay_is_above_the_cap_and_none_below_the_one_before_at_the_same_luck(
            initial in 0u64..100_000,
            cap in 0u64..100_000,
            factor in 0.0f64..10.0,
            random in 0.0f64..1.0,
            uptimes in prop::collection::vec(prop::option::of(0u64..10_000), 1..60),
        ) {
            let (initial, cap) = (Duration::from_millis(initial), Duration::from_millis(cap));
            let policy = Policy::new().initial(initial).cap(cap).factor(factor);
            let mut failures = Failures::default();
            let mut last = Duration::ZERO;
            for uptime in uptimes.into_iter().map(|ms| ms.map(Duration::from_millis)) {
                let delay = failures.next_delay(&policy, uptime, random).unwrap();
                prop_assert!(delay <= cap);
                if uptime >= LONG {
                    prop_assert!(delay <= initial);
                    prop_assert_eq!(failures.attempt(), 2);
                } else {
                    prop_assert!(delay >= last);
                }
                last = delay;
            }
        }
    }
}
