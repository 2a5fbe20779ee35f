//! [`Deadline`]: until when a connection must be open
//! ([timers](https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers)).

use std::{any::Any, time::Duration};

use wasm_bindgen::{JsCast, JsValue};

use super::transport::AnyTransport;
use crate::{
    local::Local,
    sys::{self, Timer},
};

/// A timer that runs. Dropped, it lets the connection be.
pub(super) type Deadline = Local<Box<dyn Any>>;

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
    let transport = transport.clone();
    let closure = sys::closure(move |_| {
        let queues = transport.queues();
        if !queues.was_opened.get() && !transport.end().is_reached() {
            queues.is_late.set(true);
            transport.close(None);
            queues.reader.wake();
        }
    });
    let timer = Timer::default();
    let function = closure.as_ref().unchecked_ref();
    timer.set(function, delay_ms, &JsValue::UNDEFINED);
    // The timer is dropped first.
    Local::new(Box::new((timer, closure)))
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
