//! [`Queues`]: what a connection holds of messages and of tasks that wait, whatever its transport.

use std::cell::{Cell, RefCell};

use js_sys::Function;

use super::{flow::Flow, inbox::Inbox, pacer::Pacer};
use crate::{
    task::{Waiters, WakerSlot},
    trace::{tell, Observer, Traced},
    Message,
};

pub(super) struct Queues {
    /// `None` once the receiver is gone.
    inbox: RefCell<Option<Inbox<Message>>>,
    /// The task that receives and, before that, waits until the connection is open.
    pub(super) reader: WakerSlot,
    pub(super) was_opened: Cell<bool>,
    /// Whether it wasn't open in time.
    pub(super) is_late: Cell<bool>,
    pub(super) flow: Flow,
    pub(super) senders: Waiters,
    pub(super) flushes: Waiters,
    pub(super) observer: Observer,
    pacer: Pacer,
    /// For how many more looks a sender that was woken is waited for.
    patience: Cell<u8>,
}

/// A task is polled before the next look or, in builds with threads, some turns later, when the agent
/// hears that it was notified.
const PATIENCE: u8 = if cfg!(target_feature = "atomics") {
    100
} else {
    4
};

impl Queues {
    pub(super) fn new(inbox: Inbox<Message>, flow: Flow, observer: Observer) -> Self {
        Self {
            inbox: RefCell::new(Some(inbox)),
            reader: WakerSlot::default(),
            was_opened: Cell::new(false),
            is_late: Cell::new(false),
            flow,
            senders: Waiters::default(),
            flushes: Waiters::default(),
            observer,
            pacer: Pacer::default(),
            patience: Cell::new(PATIENCE),
        }
    }

    /// Notes that the connection is open, and has the observer told the first time.
    pub(super) fn open(&self, tell: impl FnOnce()) {
        if !self.was_opened.replace(true) {
            tell();
            self.reader.wake();
        }
    }

    /// Queues a message that arrived. False if the inbox fails because of it.
    pub(super) fn receive(&self, message: Message) -> bool {
        if self.inbox.borrow().is_none() {
            return true;
        }
        tell!(self.observer, Traced::Received(&message));
        // The size is asked of the browser, and the observer may have dropped the receiver.
        let size = match self.with_inbox(|inbox| inbox.is_empty()) {
            Some(false) => message.received_size(),
            Some(true) | None => 0,
        };
        let fits = self.with_inbox(|inbox| inbox.push(message, |_| size));
        self.reader.wake();
        fits.unwrap_or(true)
    }

    /// What `look` finds in the inbox; `None` once the receiver is gone.
    pub(super) fn with_inbox<T>(&self, look: impl FnOnce(&mut Inbox<Message>) -> T) -> Option<T> {
        self.inbox.borrow_mut().as_mut().map(look)
    }

    /// Discards what arrived, and what arrives from now on.
    pub(super) fn stop_receiving(&self) {
        let inbox = self.inbox.take();
        drop(inbox);
    }

    /// Has `function` call [`look`](Self::look) soon.
    pub(super) fn look_later(&self, function: &Function) {
        self.pacer.look_later(function);
    }

    /// Looks at the buffer for those who wait, and has `function` look again while somebody does.
    ///
    /// A sender that was woken and is not polled is passed after a few looks.
    pub(super) fn look(&self, is_open: bool, unsent: impl FnOnce() -> u64, function: &Function) {
        if !self.pacer.looked() {
            return;
        }
        let Self {
            senders, flushes, ..
        } = self;
        let is_waited_for = !senders.is_empty() || !flushes.is_empty();
        if !is_open {
            senders.wake_all();
        } else if !senders.is_empty() && self.flow.has_room(unsent) {
            self.call_next();
        }
        flushes.wake_all();
        // Whoever was woken may wait on.
        if is_waited_for {
            self.pacer.look_later(function);
        } else {
            self.pacer.rest();
        }
    }

    /// Wakes the first sender, or the one after it if the first was woken and doesn't come. Returns
    /// whether there was one to wake.
    pub(super) fn call_next(&self) -> bool {
        let patience = self.patience.get();
        let was_called = self.senders.wake_first() || (patience == 0 && self.senders.wake_next());
        if was_called {
            self.patience.set(PATIENCE);
            self.pacer.restart();
        } else {
            self.patience.set(patience.saturating_sub(1));
        }
        was_called
    }

    /// Has nothing called any more.
    #[cfg(feature = "stream")]
    pub(super) fn stop_looking(&self) {
        self.pacer.stop();
    }

    /// Has every task look again.
    pub(super) fn wake_all(&self) {
        self.reader.wake();
        self.senders.wake_all();
        self.flushes.wake_all();
    }
}
