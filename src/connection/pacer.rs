//! [`Pacer`]: when to look again at what no event tells
//! ([bufferedAmount](https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount)).

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Context,
};

use gloo_timers::callback::Timeout;

use crate::wake::WakerSet;

/// The longest delay, in milliseconds: late enough to cost nothing, soon enough to keep a fast
/// network busy.
const MAX_DELAY_MS: u32 = 32;

/// Wakes those who wait, after a delay that doubles from none to the longest.
///
/// The timer runs only while somebody waits.
#[derive(Default)]
pub(super) struct Pacer {
    waiting: Rc<Waiting>,
    timer: RefCell<Option<Timeout>>,
    delay: Cell<u32>,
}

#[derive(Default)]
struct Waiting {
    tasks: WakerSet,
    timer_runs: Cell<bool>,
}

impl Pacer {
    /// Has the task woken after the next delay.
    pub(super) fn wake_later(&self, cx: &Context<'_>) {
        self.waiting.tasks.register(cx);
        if self.waiting.timer_runs.replace(true) {
            return;
        }
        let delay = self.delay.get();
        self.delay.set((delay * 2).clamp(1, MAX_DELAY_MS));
        let waiting = Rc::clone(&self.waiting);
        let timer = Timeout::new(delay, move || {
            waiting.timer_runs.set(false);
            waiting.tasks.wake();
        });
        self.timer.replace(Some(timer));
    }

    /// What was waited for has come: the next wait begins with no delay again.
    pub(super) fn rest(&self) {
        self.delay.set(0);
    }
}
