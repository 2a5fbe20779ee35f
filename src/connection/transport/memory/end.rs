//! [`MemoryTransport`]: one end of a [`Link`].

use std::rc::Rc;

use super::{Endpoint, Frame, Link, Side};
use crate::{
    connection::queues::Queues,
    end::End,
    local::Local,
    trace::{tell, Traced},
    BinaryType, CloseCode, Error, Message, Outgoing, ReadyState,
};

#[derive(Clone)]
pub(in crate::connection) struct MemoryTransport {
    link: Local<Rc<Link>>,
    side: Side,
}

impl MemoryTransport {
    pub(in crate::connection) fn new(link: &Local<Rc<Link>>, side: Side) -> Self {
        Self {
            link: link.clone(),
            side,
        }
    }

    fn this(&self) -> &Endpoint {
        &self.link[self.side]
    }

    pub(in crate::connection) fn queues(&self) -> &Queues {
        &self.this().queues
    }

    pub(in crate::connection) fn end(&self) -> &End {
        &self.this().end
    }

    pub(in crate::connection) fn ready_state(&self) -> ReadyState {
        self.this().state.get()
    }

    pub(in crate::connection) fn binary_type(&self) -> BinaryType {
        self.this().binary_type.get()
    }

    pub(in crate::connection) fn set_binary_type(&self, binary_type: BinaryType) {
        self.this().binary_type.set(binary_type);
    }

    pub(in crate::connection) fn stop_receiving(&self) {
        self.this().queues.stop_receiving();
    }

    /// Does what happens without a call: answers a close frame.
    pub(in crate::connection) fn advance(&self) {
        self.link.answer_closes();
    }

    pub(in crate::connection) fn start_send<M: Outgoing>(
        &self,
        message: M,
    ) -> Result<(), (M, Error)> {
        let this = self.this();
        match this.state.get() {
            ReadyState::Open => {}
            state => return Err((message, Error::NotOpen(state))),
        }
        let message = on_its_own(message.into());
        let size = message.size();
        this.unsent.set(this.unsent.get().saturating_add(size));
        this.queues.flow.hand_over(size, size);
        let sent = this.queues.observer.callback().map(|_| message.clone());
        this.post(Frame::Message(message, size));
        if let Some(message) = &sent {
            tell!(this.queues.observer, Traced::Sent(message));
        }
        self.link.deliver(self.side);
        Ok(())
    }

    pub(in crate::connection) fn unsent(&self) -> u64 {
        self.this().unsent.get()
    }

    /// Called by a task that waits. If there is room, it waits for one that was woken and was not
    /// polled since. Without an event loop that looks again, all who wait do so until that one is
    /// passed.
    pub(in crate::connection) fn watch_buffer(&self) {
        let this = self.this();
        match this.function() {
            Some(function) => this.queues.look_later(function),
            None if this.has_room() && !this.queues.call_next() => this.queues.senders.wake_each(),
            None => {}
        }
    }

    pub(in crate::connection) fn close(&self, code: Option<(CloseCode, &str)>) {
        self.link.close(self.side, code);
    }

    pub(in crate::connection) fn url(&self) -> String {
        self.link.url.clone()
    }

    pub(in crate::connection) fn protocol(&self) -> String {
        self.link.protocol.clone()
    }

    pub(in crate::connection) fn extensions(&self) -> String {
        String::new()
    }

    pub(in crate::connection) fn buffered_amount(&self) -> u64 {
        self.unsent()
    }
}

/// The message as a network carries it: nobody else writes to its bytes, and text is well-formed.
fn on_its_own(message: Message) -> Message {
    match message {
        Message::Text(text) => text.into_string().into(),
        other => other.snapshot(),
    }
}
