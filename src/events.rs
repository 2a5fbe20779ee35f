//! [`Events`]: what happens to a socket, as streams instead of callbacks
//! ([feedback from the protocol](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    fmt,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use futures::stream::{FusedStream, Stream};
use wasm_bindgen::JsCast;
use web_sys::Event;

use crate::{listener::Listener, wake::WakerSlot, CloseEvent, Message, WebSocket};

/// The event after which there is no other.
pub(crate) const CLOSE: &str = "close";

/// One kind of event of one [`WebSocket`], from the moment of subscribing on.
///
/// Got from [`on_open`](WebSocket::on_open), [`on_message`](WebSocket::on_message),
/// [`on_error`](WebSocket::on_error) and [`on_close`](WebSocket::on_close). Several may be
/// alive, of the same kind too, and each gets every event. What happens between two polls is
/// queued, in order and without a bound: a subscription that is kept must be read.
///
/// The stream ends when the socket has reported its close: it yields what is still queued,
/// then `None`, and stays at `None`. Made after the close, it is at its end at once.
///
/// It keeps the socket alive as a handle does. Dropping it, at any moment, removes its
/// listeners and discards what is queued.
#[must_use = "dropping a subscription ends it"]
pub struct Events<T> {
    state: Rc<State<T>>,
    // Dropped before the socket, which may close by that.
    listeners: Vec<Listener>,
    _socket: WebSocket,
}

struct State<T> {
    queue: RefCell<VecDeque<T>>,
    closed: Cell<bool>,
    reader: WakerSlot,
}

impl<T: 'static> Events<T> {
    /// Subscribes to the event of this name, and queues what `convert` makes of it.
    pub(crate) fn new(
        socket: &WebSocket,
        event: &'static str,
        convert: fn(Event) -> Option<T>,
    ) -> Self {
        let state = State {
            queue: RefCell::new(VecDeque::new()),
            closed: Cell::new(socket.end().is_reached()),
            reader: WakerSlot::default(),
        };
        let mut this = Self {
            state: Rc::new(state),
            listeners: Vec::new(),
            _socket: socket.clone(),
        };
        if !this.state.closed.get() {
            this.listen(socket, event, convert);
            if event != CLOSE {
                this.listen(socket, CLOSE, |_| None);
            }
        }
        this
    }

    fn listen(&mut self, socket: &WebSocket, event: &'static str, convert: fn(Event) -> Option<T>) {
        let state = Rc::clone(&self.state);
        // The socket's own listener comes first, and tells a real close from a made-up one.
        let end = Rc::clone(socket.end());
        let listener = Listener::new(socket.as_raw(), event, move |payload| {
            let is_last = event == CLOSE;
            if state.closed.get() || (is_last && !end.is_reached()) {
                return;
            }
            if let Some(item) = convert(payload) {
                state.queue.borrow_mut().push_back(item);
            }
            state.closed.set(is_last);
            state.reader.wake();
        });
        self.listeners.push(listener);
    }
}

impl<T> Stream for Events<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let next = self.state.queue.borrow_mut().pop_front();
        if next.is_some() || self.state.closed.get() {
            return Poll::Ready(next);
        }
        self.state.reader.register(cx);
        Poll::Pending
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let queued = self.state.queue.borrow().len();
        (queued, self.state.closed.get().then_some(queued))
    }
}

impl<T> FusedStream for Events<T> {
    fn is_terminated(&self) -> bool {
        self.state.closed.get() && self.state.queue.borrow().is_empty()
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("queued", &self.state.queue.borrow().len())
            .field("closed", &self.state.closed.get())
            .finish_non_exhaustive()
    }
}

/// The socket is open. The event itself carries nothing more; what was agreed upon in the
/// handshake is in [`protocol`](WebSocket::protocol) and [`extensions`](WebSocket::extensions).
#[derive(Clone, Debug)]
pub struct OpenEvent(Event);

/// The connection failed. Browsers say nothing about the cause, and a [`CloseEvent`] always
/// follows.
#[derive(Clone, Debug)]
pub struct ErrorEvent(Event);

impl OpenEvent {
    /// The browser's event, for its time stamp.
    pub fn as_raw(&self) -> &Event {
        &self.0
    }
}

impl ErrorEvent {
    /// The browser's event, for its time stamp.
    pub fn as_raw(&self) -> &Event {
        &self.0
    }
}

/// The four subscriptions. Each sees its events from this call on, also if it isn't polled at
/// once.
impl WebSocket {
    /// Subscribes to the [open event](https://websockets.spec.whatwg.org/#eventdef-websocket-open):
    /// one event, or none if the connection can't be established.
    pub fn on_open(&self) -> Events<OpenEvent> {
        Events::new(self, "open", |event| Some(OpenEvent(event)))
    }

    /// Subscribes to the [message events](https://websockets.spec.whatwg.org/#eventdef-websocket-message).
    ///
    /// Messages that came before this call are not seen: to lose none, subscribe in the same
    /// turn as the socket is made, which means without an `await` between. What isn't read is
    /// queued without a bound; a [`Connection`](crate::Connection) has a budget.
    pub fn on_message(&self) -> Events<Message> {
        Events::new(self, "message", |event| {
            Message::from_data(event.unchecked_ref::<web_sys::MessageEvent>().data())
        })
    }

    /// Subscribes to the [error event](https://websockets.spec.whatwg.org/#eventdef-websocket-error):
    /// one at the most, and the close event behind it tells all that is known.
    pub fn on_error(&self) -> Events<ErrorEvent> {
        Events::new(self, "error", |event| Some(ErrorEvent(event)))
    }

    /// Subscribes to the [close event](https://websockets.spec.whatwg.org/#eventdef-websocket-close):
    /// exactly one, the last that the socket reports.
    pub fn on_close(&self) -> Events<CloseEvent> {
        Events::new(self, CLOSE, CloseEvent::from_event)
    }
}
