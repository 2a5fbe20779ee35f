//! [`Deadline`]: until when a connection must be open
//! ([timers](https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers)).

use std::{cell::Cell, rc::Rc, time::Duration};

use wasm_bindgen::{closure::Closure, JsCast, JsValue};

use super::transport::AnyTransport;
use crate::{
    local::Local,
    sys::{self, Timer},
};

/// Returns whether the time is over. Dropped, it lets the connection be.
pub(super) type Deadline = Local<Box<dyn Fn() -> bool>>;

/// The setting. It holds the function that starts the timer, so that only apps with a timeout have
/// that function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeout {
    delay_ms: u32,
    start: fn(&AnyTransport, u32) -> Deadline,
}

impl Timeout {
    /// `None` without a limit. A browser's timer counts 31 bits of milliseconds.
    pub(super) fn new(limit: Duration) -> Option<Self> {
        let delay_ms = limit.as_millis().min(i32::MAX as u128) as u32;
        let start = start;
        (limit < Duration::MAX).then_some(Self { delay_ms, start })
    }

    pub(super) fn start(self, transport: &AnyTransport) -> Deadline {
        (self.start)(transport, self.delay_ms)
    }
}

/// Closes the connection after the delay, unless it was open or had ended by then.
fn start(transport: &AnyTransport, delay_ms: u32) -> Deadline {
    let is_over = Rc::new(Cell::new(false));
    let closure = sys::closure({
        let is_over = Rc::clone(&is_over);
        let transport = transport.clone();
        move |_| {
            let queues = transport.queues();
            if !queues.was_opened.get() && !transport.end().is_reached() {
                is_over.set(true);
                transport.close(None);
                queues.reader.wake();
            }
        }
    });
    let running = Running {
        timer: Timer::default(),
        closure,
        is_over,
    };
    let function = running.closure.as_ref().unchecked_ref();
    running.timer.set(function, delay_ms, &JsValue::UNDEFINED);
    Local::new(Box::new(move || running.is_over()))
}

/// In the order in which they are dropped.
struct Running {
    timer: Timer,
    closure: Closure<dyn FnMut(JsValue)>,
    is_over: Rc<Cell<bool>>,
}

impl Running {
    fn is_over(&self) -> bool {
        self.is_over.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_never_longer_than_a_browser_counts() {
        let delay = |limit| Timeout::new(limit).map(|timeout| timeout.delay_ms);
        for (limit, expected) in [
            (Duration::ZERO, Some(0)),
            (Duration::from_secs(10), Some(10_000)),
            (Duration::from_millis(1 << 31), Some(i32::MAX as u32)),
            (Duration::from_secs(u64::MAX), Some(i32::MAX as u32)),
            (Duration::MAX, None),
        ] {
            assert_eq!(delay(limit), expected, "{limit:?}");
        }
    }
}
