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

use gloo_timers::callback::Timeout;

use crate::wake::WakerSlot;

/// A timer of the browser may stand still while the machine sleeps, so the clock is looked at this
/// often, in milliseconds.
const LONGEST_TIMER_MS: f64 = 2_000.0;

/// Milliseconds since 1970.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

/// A duration in milliseconds, as the clock has it.
pub(super) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Done when the clock has come to a moment, or was set back. It has one timer at a time.
pub(super) struct Sleep {
    until: f64,
    looked: f64,
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
            task: Rc::default(),
            _timer: None,
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
        if now >= self.until || now < self.looked {
            return Poll::Ready(());
        }
        self.looked = now;
        self.task.waker.register(cx);
        if !self.task.timer_runs.replace(true) {
            let task = Rc::clone(&self.task);
            let delay = (self.until - now).min(LONGEST_TIMER_MS).ceil();
            self._timer = Some(Timeout::new(delay as u32, move || {
                task.timer_runs.set(false);
                task.waker.wake();
            }));
        }
        Poll::Pending
    }
}
