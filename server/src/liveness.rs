//! When a silent client is pinged and when it is given up, <https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2>.

use std::time::Duration;

use tokio::time::Instant;

/// The clockless half of the heartbeat.
#[derive(Debug)]
pub(crate) struct Liveness {
    interval: Duration,
    pinged: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wait { until: Instant },
    Ping { until: Instant },
    Dead,
}

impl Liveness {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            pinged: None,
        }
    }

    /// What to do `now` about a client that was last heard at `heard`.
    pub(crate) fn judge(&mut self, heard: Instant, now: Instant) -> Verdict {
        match self.pinged.filter(|&pinged| pinged >= heard) {
            Some(pinged) if now < pinged + self.interval => Verdict::Wait {
                until: pinged + self.interval,
            },
            Some(_) => Verdict::Dead,
            None if now < heard + self.interval => Verdict::Wait {
                until: heard + self.interval,
            },
            None => {
                self.pinged = Some(now);
                Verdict::Ping {
                    until: now + self.interval,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_answers_lives_and_one_that_does_not_is_dead() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut liveness = Liveness::new(Duration::from_secs(10));
        assert_eq!(
            liveness.judge(at(0), at(3)),
            Verdict::Wait { until: at(10) }
        );
        assert_eq!(
            liveness.judge(at(4), at(10)),
            Verdict::Wait { until: at(14) }
        );
        assert_eq!(
            liveness.judge(at(4), at(14)),
            Verdict::Ping { until: at(24) }
        );
        assert_eq!(
            liveness.judge(at(15), at(24)),
            Verdict::Wait { until: at(25) }
        );
        assert_eq!(
            liveness.judge(at(15), at(25)),
            Verdict::Ping { until: at(35) }
        );
        assert_eq!(
            liveness.judge(at(15), at(30)),
            Verdict::Wait { until: at(35) }
        );
        assert_eq!(liveness.judge(at(15), at(35)), Verdict::Dead);
    }
}
