//! [`Metronome`]: keeps so many frames a second by one clock, without drifting from it. Pure.

/// How much too early is in time, in milliseconds: screens are not as regular as they say.
const EARLY: f64 = 4.0;

/// Says when the next frame is due.
#[derive(Debug)]
pub(super) struct Metronome {
    interval: f64,
    next: Option<f64>,
}

impl Metronome {
    /// So many frames a second, the first one at once.
    pub(super) fn new(rate: f64) -> Self {
        Self {
            interval: 1000.0 / rate,
            next: None,
        }
    }

    /// Whether a frame is due at this time, in milliseconds. What was missed is not made up for.
    pub(super) fn is_due(&mut self, now: f64) -> bool {
        let due = self.next.unwrap_or(now);
        if now + EARLY < due {
            return false;
        }
        let missed = ((now - due) / self.interval).floor().max(0.0);
        self.next = Some(due + (missed + 1.0) * self.interval);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(metronome: &mut Metronome, times: impl Iterator<Item = f64>) -> usize {
        times.filter(|now| metronome.is_due(*now)).count()
    }

    #[test]
    fn a_screen_of_60_frames_keeps_any_rate() {
        for rate in [1, 7, 12, 24, 25, 30, 50, 59, 60] {
            let screen = (0..60 * 100).map(|frame| f64::from(frame) * 1000.0 / 60.0);
            let shown = beats(&mut Metronome::new(f64::from(rate)), screen);
            let expected = rate as usize * 100;
            assert!(shown.abs_diff(expected) <= 1, "{rate}: {shown}");
        }
    }

    #[test]
    fn an_irregular_screen_keeps_it_too() {
        let screen = (0..6000).map(|frame| f64::from(frame) * 1000.0 / 60.0 + f64::from(frame % 3));
        let shown = beats(&mut Metronome::new(60.0), screen);
        assert!(shown.abs_diff(6000) <= 1, "{shown}");
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut metronome = Metronome::new(10.0);
        assert!(metronome.is_due(0.0));
        assert!(metronome.is_due(1050.0));
        assert!(!metronome.is_due(1060.0));
        assert!(metronome.is_due(1100.0));
    }
}
