//! [`Heartbeat`]: how a connection that went silent is noticed, since a page sees no pings
//! ([RFC 6455, section 5.5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2)).

use std::{fmt, rc::Rc, time::Duration};

use super::clock::millis;
use crate::{local::Local, Message};

/// A message of the application that asks the server for a sign of life.
///
/// Any message that arrives is one. When none came for the interval, the question is sent, and
/// when none comes within the timeout after that, the connection is given up and made anew.
///
/// ```
/// use std::time::Duration;
/// use wasm_websocket::Heartbeat;
///
/// let heartbeat = Heartbeat::new(|| "ping")
///     .interval(Duration::from_secs(20))
///     .timeout(Duration::from_secs(5))
///     .hide_answers(|message| message == "pong");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    pub(super) question: Local<Rc<Question>>,
    pub(super) is_answer: Local<Rc<IsAnswer>>,
}

type Question = dyn Fn() -> Message;
type IsAnswer = dyn Fn(&Message) -> bool;

impl Heartbeat {
    /// Asks with this message, after 30 seconds of silence, and waits ten seconds for an answer.
    pub fn new<M: Into<Message>>(question: impl Fn() -> M + 'static) -> Self {
        Self {
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            question: Local::new(Rc::new(move || question().into())),
            is_answer: Local::new(Rc::new(|_| false)),
        }
    }

    /// How long it may be silent before it is asked; 30 seconds by default.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long it may be silent after it was asked; ten seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Messages that are answers, and of no interest to the reader; none by default.
    pub fn hide_answers(mut self, is_answer: impl Fn(&Message) -> bool + 'static) -> Self {
        self.is_answer = Local::new(Rc::new(is_answer));
        self
    }

    pub(super) fn start(&self, now: f64) -> Pulse {
        Pulse {
            interval: millis(self.interval),
            timeout: millis(self.timeout),
            last_sign: now,
            asked: None,
            excused: false,
        }
    }
}

impl fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heartbeat")
            .field("interval", &self.interval)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Who looks so much later than was due, in milliseconds, slept, or was kept from running: an answer
/// may be there that it hasn't seen.
const LATE_MS: f64 = 500.0;

/// The silence of one connection, in milliseconds of a clock that is handed in.
#[derive(Clone, Debug)]
pub(super) struct Pulse {
    interval: f64,
    timeout: f64,
    last_sign: f64,
    asked: Option<f64>,
    /// Whether it was asked again since the page was late.
    excused: bool,
}

/// What is to be done about a silence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Beat {
    /// Nothing before this moment.
    Rest(f64),
    Ask,
    Dead,
}

impl Pulse {
    /// Something arrived.
    pub(super) fn sign(&mut self, now: f64) {
        self.last_sign = now;
        self.asked = None;
        self.excused = false;
    }

    /// Has it asked at the next look, whatever was heard before.
    pub(super) fn doubt(&mut self) {
        self.last_sign = f64::NEG_INFINITY;
    }

    pub(super) fn beat(&mut self, now: f64) -> Beat {
        // Where the clock was set back, time begins anew.
        self.last_sign = self.last_sign.min(now);
        self.asked = self.asked.map(|asked| asked.min(now));
        let due = match self.asked {
            Some(asked) => asked + self.timeout,
            None => self.last_sign + self.interval,
        };
        if now < due {
            return Beat::Rest(due);
        }
        if self.asked.is_some() {
            let is_late = now - due > LATE_MS;
            if !is_late || self.excused {
                return Beat::Dead;
            }
            self.excused = true;
        }
        self.asked = Some(now);
        Beat::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks after 30 seconds and waits ten, from the start of its clock on.
    fn pulse() -> Pulse {
        Heartbeat::new(|| "?").start(0.0)
    }

    #[test]
    fn silence_is_asked_about_once_and_then_death() {
        let mut pulse = pulse();
        for (now, beat) in [
            (0.0, Beat::Rest(30_000.0)),
            (10_000.0, Beat::Rest(30_000.0)),
            (30_000.0, Beat::Ask),
            (39_999.0, Beat::Rest(40_000.0)),
            (40_400.0, Beat::Dead),
        ] {
            assert_eq!(pulse.beat(now), beat, "at {now}");
        }
    }

    #[test]
    fn a_page_whose_timers_are_late_asks_twice() {
        let mut pulse = pulse();
        for (minute, beat) in [(1.0, Beat::Ask), (2.0, Beat::Ask), (3.0, Beat::Dead)] {
            assert_eq!(pulse.beat(minute * 60_000.0), beat, "at minute {minute}");
        }
        pulse.sign(200_000.0);
        assert_eq!(pulse.beat(240_000.0), Beat::Ask);
        assert_eq!(pulse.beat(300_000.0), Beat::Ask);
    }

    #[test]
    fn whatever_arrives_is_a_sign_of_life() {
        let mut pulse = pulse();
        pulse.sign(29_000.0);
        assert_eq!(pulse.beat(30_000.0), Beat::Rest(59_000.0));
        assert_eq!(pulse.beat(59_000.0), Beat::Ask);
        pulse.sign(60_000.0);
        assert_eq!(pulse.beat(69_000.0), Beat::Rest(90_000.0));
    }

    #[test]
    fn a_page_that_slept_asks_again_before_it_judges() {
        let mut pulse = pulse();
        assert_eq!(pulse.beat(30_000.0), Beat::Ask);
        assert_eq!(pulse.beat(3_630_000.0), Beat::Ask);
        for seconds in [3_632.0, 3_635.0, 3_639.0] {
            assert_eq!(pulse.beat(seconds * 1e3), Beat::Rest(3_640_000.0));
        }
        assert_eq!(pulse.beat(3_640_000.0), Beat::Dead);
    }

    #[test]
    fn a_doubt_asks_at_once_and_waits_for_the_answer() {
        let mut pulse = pulse();
        pulse.doubt();
        assert_eq!(pulse.beat(1_000.0), Beat::Ask);
        pulse.doubt();
        assert_eq!(pulse.beat(2_000.0), Beat::Rest(11_000.0));
        assert_eq!(pulse.beat(11_000.0), Beat::Dead);
    }

    #[test]
    fn a_clock_that_is_set_back_begins_anew() {
        let mut pulse = pulse();
        pulse.sign(1e12);
        assert_eq!(pulse.beat(5_000.0), Beat::Rest(35_000.0));
        assert_eq!(pulse.beat(35_000.0), Beat::Ask);
        assert_eq!(pulse.beat(1_000.0), Beat::Rest(11_000.0));
    }
}
