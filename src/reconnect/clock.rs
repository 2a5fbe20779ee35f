//! [`Sleep`]: waits until a moment of the browser's clock
//! ([`Date.now`](https://tc39.es/ecma262/#sec-date.now)), which goes on while a machine sleeps.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use super::timeout::Timeout;
use crate::task::WakerSlot;

/// A timer of the browser may stand still while the machine sleeps, so the clock is looked at this
/// often, in milliseconds.
const LONGEST_TIMER_MS: f64 = 2_000.0;

/// Milliseconds since 1970.
#[cfg(target_arch = "wasm32")]
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

/// The same where there is no JavaScript.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn now() -> f64 {
    let now = std::time::UNIX_EPOCH.elapsed();
    millis(now.unwrap_or_default())
}

/// A duration in milliseconds, as the clock has it.
pub(super) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Milliseconds as a duration; none if there are less than none.
fn duration(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis.max(0.0) / 1e3).unwrap_or(Duration::MAX)
}

/// The time since a moment; none if the clock was set back behind it.
pub(super) fn since(moment: f64) -> Duration {
    duration(now() - moment)
}

/// The time until a moment; none if it has passed.
pub(super) fn until(moment: f64) -> Duration {
    duration(moment - now())
}

/// Done when the clock has come to a moment; where it is set back, that moment moves with it. It has
/// one timer at a time.
pub(super) struct Sleep {
    until: f64,
    looked: f64,
    longest_timer: f64,
    task: Rc<Task>,
    _timer: Option<Timeout>,
}

#[derive(Default)]
struct Task {
    timer_runs: Cell<bool>,
    waker: WakerSlot,
}

impl Sleep {
    pub(super) fn until(until: f64) -> Self {
        Self {
            until,
            looked: f64::NEG_INFINITY,
            longest_timer: LONGEST_TIMER_MS,
            task: Rc::default(),
            _timer: None,
        }
    }

    /// With a single timer, for what isn't urgent.
    pub(super) fn idly(duration: Duration) -> Self {
        Self {
            longest_timer: f64::from(i32::MAX),
            ..Self::of(duration)
        }
    }

    pub(super) fn end(&self) -> f64 {
        self.until
    }

    pub(super) fn of(duration: Duration) -> Self {
        Self::until(now() + millis(duration))
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let now = now();
        if now < self.looked {
            self.until -= self.looked - now;
        }
        self.looked = now;
        if now >= self.until {
            return Poll::Ready(());
        }
        self.task.waker.register(cx);
        if !self.task.timer_runs.replace(true) {
            let task = Rc::clone(&self.task);
            let delay = (self.until - now).min(self.longest_timer).ceil();
            self._timer = Some(Timeout::new(delay as u32, move || {
                task.timer_runs.set(false);
                task.waker.wake();
            }));
        }
        Poll::Pending
    }
}
