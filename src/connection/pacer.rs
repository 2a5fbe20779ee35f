//! [`Pacer`]: when to look again at what no event reports
//! ([bufferedAmount](https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount)).

use std::cell::Cell;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::sys::{Channel, Timer};

/// How many looks come in successive turns of the event loop. A hidden page gets a timer once a
/// second or less, but as many of these turns as any other.
const PROMPT_LOOKS: u32 = 16;

/// The longest delay, in milliseconds: late enough to cost nothing, soon enough to keep a fast
/// network busy.
const MAX_DELAY_MS: u32 = 32;

/// Has a function called after delays that grow from none to the longest.
#[derive(Default)]
pub(super) struct Pacer {
    is_due: Cell<bool>,
    looks: Cell<u32>,
    timer: Timer,
    channel: Cell<Option<Channel>>,
}

impl Pacer {
    /// Has `function` called once after the next delay, unless a call is due already.
    pub(super) fn look_later(&self, function: &Function) {
        if self.is_due.replace(true) {
            return;
        }
        let looks = self.looks.get();
        self.looks.set(looks.saturating_add(1));
        if looks < PROMPT_LOOKS && self.post(function) {
            return;
        }
        let doublings = looks.saturating_sub(PROMPT_LOOKS).min(MAX_DELAY_MS.ilog2());
        self.timer
            .set(function, 1 << doublings, &JsValue::UNDEFINED);
    }

    /// Notes that the function was called.
    pub(super) fn looked(&self) -> bool {
        self.is_due.replace(false)
    }

    /// Starts with the shortest delay again, since what was waited for has come.
    pub(super) fn restart(&self) {
        self.looks.set(0);
    }

    /// Lets go of the channel, since nobody waits.
    pub(super) fn rest(&self) {
        self.restart();
        let channel = self.channel.take();
        drop(channel);
    }

    /// Has nothing called any more.
    #[cfg(feature = "stream")]
    pub(super) fn stop(&self) {
        self.timer.clear();
        self.rest();
    }

    fn post(&self, function: &Function) -> bool {
        let channel = self.channel.take().or_else(|| Channel::new(function));
        if let Some(channel) = &channel {
            channel.post();
        }
        let is_posted = channel.is_some();
        self.channel.set(channel);
        is_posted
    }
}
