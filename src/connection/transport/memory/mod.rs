//! [`MemoryTransport`]: one of two connected ends in memory
//! ([RFC 6455, section 5.5.1](https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1), the close
//! handshake).
//!
//! What an end sends arrives within the call that sends it, unless the network holds it back. Only the
//! answer to a close frame waits until a task looks at either end, so that a connection is CLOSING
//! after [`close`](MemoryTransport::close), as a socket is.

mod end;

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    ops::Index,
    rc::{Rc, Weak},
};

use js_sys::Function;
use wasm_bindgen::{closure::Closure, JsCast, JsValue};

pub(in crate::connection) use self::end::MemoryTransport;
use crate::{
    connection::{flow::Flow, inbox::Inbox, limits::Limits, queues::Queues, Overflow},
    end::End,
    local::Local,
    sys::{self, HAS_JAVASCRIPT},
    trace::{tell, Observer, Traced},
    BinaryType, CloseCode, CloseEvent, Message, ReadyState,
};

/// One of the two ends of a [pair](crate::Builder::pair).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub enum Side {
    /// The end whose builder made the pair.
    Client,
    /// The other end.
    Server,
}

impl Side {
    const BOTH: [Self; 2] = [Self::Client, Self::Server];

    fn peer(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// What both ends share.
pub(in crate::connection) struct Link {
    url: String,
    protocol: String,
    client: Endpoint,
    server: Endpoint,
}

pub(in crate::connection) struct Endpoint {
    queues: Queues,
    end: End,
    state: Cell<ReadyState>,
    binary_type: Cell<BinaryType>,
    overflow: Overflow,
    /// What has not yet arrived at the peer.
    outbox: RefCell<VecDeque<Frame>>,
    /// The bytes in the outbox.
    unsent: Cell<u64>,
    is_paused: Cell<bool>,
    /// Whether the outbox is being emptied, so that calls made meanwhile keep the order.
    is_delivering: Cell<bool>,
    /// Whether its close frame was sent or is in the outbox.
    has_closed: Cell<bool>,
    /// What the peer's close frame said.
    close_received: OnceCell<CloseEvent>,
    /// Looks again for those who wait; `None` on targets without an event loop.
    look: Option<Closure<dyn FnMut(JsValue)>>,
}

enum Frame {
    /// With its size.
    Message(Message, u64),
    Close(CloseEvent),
}

impl Endpoint {
    pub(in crate::connection) fn new(
        limits: Limits,
        binary_type: BinaryType,
        observer: Observer,
    ) -> Self {
        let queues = Queues::new(
            Inbox::new(limits.receive_budget, limits.evict),
            Flow::new(limits.watermarks, false),
            observer,
        );
        queues.was_opened.set(true);
        Self {
            queues,
            end: End::default(),
            state: Cell::new(ReadyState::Open),
            binary_type: Cell::new(binary_type),
            overflow: limits.overflow,
            outbox: RefCell::default(),
            unsent: Cell::new(0),
            is_paused: Cell::new(false),
            is_delivering: Cell::new(false),
            has_closed: Cell::new(false),
            close_received: OnceCell::new(),
            look: None,
        }
    }

    fn looked_at(self, link: &Weak<Link>, side: Side) -> Self {
        let link = link.clone();
        let look = HAS_JAVASCRIPT.then(|| {
            sys::closure(move |_| {
                if let Some(link) = link.upgrade() {
                    link[side].look();
                }
            })
        });
        Self { look, ..self }
    }

    fn look(&self) {
        if let Some(function) = self.function() {
            let is_open = self.state.get() == ReadyState::Open;
            self.queues.look(is_open, || self.unsent.get(), function);
        }
    }

    /// What an event loop calls to look again.
    fn function(&self) -> Option<&Function> {
        let look = self.look.as_ref()?;
        Some(look.as_ref().unchecked_ref())
    }

    fn post(&self, frame: Frame) {
        self.outbox.borrow_mut().push_back(frame);
    }

    fn next_frame(&self) -> Option<Frame> {
        self.outbox.borrow_mut().pop_front()
    }

    fn has_room(&self) -> bool {
        self.queues.flow.has_room(|| self.unsent.get())
    }

    /// Has every task look again.
    fn wake_all(&self) {
        self.end.waiters.wake_all();
        self.queues.wake_all();
    }

    fn finish(&self, event: CloseEvent) {
        if self.end.is_reached() {
            return;
        }
        self.state.set(ReadyState::Closed);
        self.end.reach(event);
        self.queues.wake_all();
        if let Some(event) = self.end.event() {
            tell!(self.queues.observer, Traced::Closed(event));
        }
    }
}

impl Index<Side> for Link {
    type Output = Endpoint;

    fn index(&self, side: Side) -> &Endpoint {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}

/// Takes the mark away although a waker or an observer panics.
struct Delivering<'a>(&'a Cell<bool>);

impl Drop for Delivering<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Link {
    pub(in crate::connection) fn new(
        url: String,
        protocol: String,
        client: Endpoint,
        server: Endpoint,
    ) -> Local<Rc<Self>> {
        let link = Rc::new_cyclic(|this| Self {
            url,
            protocol,
            client: client.looked_at(this, Side::Client),
            server: server.looked_at(this, Side::Server),
        });
        for side in Side::BOTH {
            tell!(
                link[side].queues.observer,
                Traced::Opened {
                    url: &link.url,
                    protocol: &link.protocol,
                    extensions: "",
                }
            );
        }
        Local::new(link)
    }

    /// Brings to the peer what is in an outbox, as far as it isn't paused.
    fn deliver(&self, from: Side) {
        let this = &self[from];
        self.deliver_while(from, || !this.is_paused.get());
    }

    /// Brings frames to the peer as long as more of them may leave. Returns whether any did.
    fn deliver_while(&self, from: Side, mut may_leave: impl FnMut() -> bool) -> bool {
        let this = &self[from];
        if this.is_delivering.replace(true) {
            return false;
        }
        let delivering = Delivering(&this.is_delivering);
        let mut has_moved = false;
        while may_leave() {
            let Some(frame) = this.next_frame() else {
                break;
            };
            has_moved = true;
            match frame {
                Frame::Message(message, size) => {
                    this.unsent.set(this.unsent.get().saturating_sub(size));
                    self.receive(from.peer(), message);
                }
                Frame::Close(event) => self.receive_close(from.peer(), event),
            }
        }
        drop(delivering);
        if has_moved {
            if this.has_room() {
                this.queues.senders.wake_each();
            }
            this.queues.flushes.wake_all();
        }
        has_moved
    }

    fn receive(&self, side: Side, message: Message) {
        let this = &self[side];
        // What arrives after `close` is discarded.
        if this.state.get() != ReadyState::Open {
            return;
        }
        if !this
            .queues
            .receive(message.into_type(this.binary_type.get()))
        {
            let code = match this.overflow {
                Overflow::Close(code) => Some((code, "")),
                _ => None,
            };
            self.close(side, code);
        }
    }

    fn receive_close(&self, side: Side, event: CloseEvent) {
        let (this, peer) = (&self[side], &self[side.peer()]);
        // An end sends one.
        let _ = this.close_received.set(event);
        match (this.close_received.get(), peer.close_received.get()) {
            (Some(event), Some(peers)) => {
                peer.finish(peers.clone());
                this.finish(event.clone());
            }
            _ => {
                this.state.set(ReadyState::Closing);
                // Whoever looks first has it answered.
                this.wake_all();
                peer.wake_all();
            }
        }
    }

    /// Answers the close frames that have arrived.
    fn answer_closes(&self) {
        for side in Side::BOTH {
            let this = &self[side];
            if let Some(event) = this.close_received.get() {
                if !this.end.is_reached() && !this.has_closed.replace(true) {
                    this.post(Frame::Close(event.clone()));
                    self.deliver(side);
                }
            }
        }
    }

    fn close(&self, side: Side, code: Option<(CloseCode, &str)>) {
        let this = &self[side];
        if this.state.get() != ReadyState::Open {
            return;
        }
        this.state.set(ReadyState::Closing);
        this.has_closed.set(true);
        this.post(Frame::Close(CloseEvent::clean(code)));
        self.deliver(side);
    }

    pub(in crate::connection) fn pause(&self, side: Side) {
        self[side].is_paused.set(true);
    }

    pub(in crate::connection) fn resume(&self, side: Side) {
        self[side].is_paused.set(false);
        self.deliver(side);
    }

    pub(in crate::connection) fn deliver_next(&self, side: Side) -> bool {
        let mut is_first = true;
        let has_moved = self.deliver_while(side, || std::mem::take(&mut is_first));
        // A waker may have called `resume`.
        self.deliver(side);
        has_moved
    }

    /// Ends the connection at both ends, without a close handshake.
    pub(in crate::connection) fn cut(&self) {
        for side in Side::BOTH {
            let lost = self[side].outbox.take();
            drop(lost);
        }
        for side in Side::BOTH {
            self[side].finish(CloseEvent::abnormal());
        }
    }
}
