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
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

use crate::{
    listener::Listener,
    local::Local,
    sys,
    task::{Ticket, WakerSlot},
    CloseEvent, Message, ReadyState, WebSocket,
};

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
pub struct Events<T>(Local<Inner<T>>);

struct Inner<T> {
    // Dropped before the socket, which may close by that.
    _listener: Option<Listener>,
    /// The place among those who wait for the end.
    ticket: Option<Ticket>,
    state: Rc<State<T>>,
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        self.state.socket.end().waiters.leave(&mut self.ticket);
    }
}

type Last<T> = Option<fn(&CloseEvent) -> T>;

struct State<T> {
    queue: RefCell<VecDeque<T>>,
    /// What is made of the end, once.
    last: Cell<Last<T>>,
    reader: WakerSlot,
    socket: WebSocket,
}

impl<T: 'static> Events<T> {
    fn new(
        socket: &WebSocket,
        last: Last<T>,
        listen: impl FnOnce(&Rc<State<T>>) -> Option<Listener>,
    ) -> Self {
        let is_over = socket.end().is_reached();
        let state = Rc::new(State {
            queue: RefCell::new(VecDeque::new()),
            last: Cell::new(last.filter(|_| !is_over)),
            reader: WakerSlot::default(),
            socket: socket.clone(),
        });
        let listener = if is_over { None } else { listen(&state) };
        Self(Local::new(Inner {
            _listener: listener,
            ticket: None,
            state,
        }))
    }

    /// Subscribes to an event, and queues what `convert` makes of it.
    fn of(
        socket: &WebSocket,
        event: &'static [&'static str],
        convert: impl Fn(&WebSocket, JsValue) -> Option<T> + 'static,
    ) -> Self {
        Self::new(socket, None, |state| {
            let state = Rc::clone(state);
            Some(Listener::new(socket.as_raw(), event, move |event| {
                if state.socket.end().is_reached() {
                    return;
                }
                if let Some(item) = convert(&state.socket, event) {
                    state.queue.borrow_mut().push_back(item);
                    state.reader.wake();
                }
            }))
        })
    }
}

impl<T> State<T> {
    fn queued(&self) -> usize {
        self.queue.borrow().len() + usize::from(self.is_over() && self.last.get().is_some())
    }

    fn is_over(&self) -> bool {
        self.socket.end().is_reached()
    }
}

impl<T> Stream for Events<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Inner { ticket, state, .. } = &mut *self.0;
        let end = state.socket.end();
        let mut is_registered = false;
        loop {
            let next = state.queue.borrow_mut().pop_front();
            if next.is_some() {
                return Poll::Ready(next);
            }
            if state.is_over() {
                let last = state.last.take().zip(end.event());
                return Poll::Ready(last.map(|(convert, event)| convert(event)));
            }
            // Registering clones a waker, which may run the code that brings the end.
            if is_registered {
                return Poll::Pending;
            }
            is_registered = true;
            state.reader.register(cx);
            end.waiters.enter(ticket, cx);
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let state = &self.0.state;
        let queued = state.queued();
        (queued, state.is_over().then_some(queued))
    }
}

impl<T> FusedStream for Events<T> {
    fn is_terminated(&self) -> bool {
        self.0.state.is_over() && self.0.state.queued() == 0
    }
}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = &self.0.state;
        f.debug_struct("Events")
            .field("queued", &state.queued())
            .field("closed", &state.is_over())
            .finish_non_exhaustive()
    }
}

/// The socket is open. The event itself carries nothing more; what was agreed upon in the
/// handshake is in [`protocol`](WebSocket::protocol) and [`extensions`](WebSocket::extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEvent(Event);

/// The connection failed. Browsers say nothing about the cause, and a [`CloseEvent`] always
/// follows.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        let is_awaited = Cell::new(self.ready_state() == ReadyState::Connecting);
        Events::of(self, &["open"], move |socket, event| {
            // A script can dispatch such events on a socket in any state.
            let is_open = socket.ready_state() == ReadyState::Open;
            let is_first = is_open && is_awaited.replace(false);
            is_first.then(|| OpenEvent(event.unchecked_into()))
        })
    }

    /// Subscribes to the [message events](https://websockets.spec.whatwg.org/#eventdef-websocket-message).
    ///
    /// The stream yields messages that arrive after this call. To lose none, subscribe in the same
    /// turn of the event loop in which the socket is created, that is without an `await` between.
    /// Unread messages are queued without a bound; a [`Connection`](crate::Connection) has a budget.
    pub fn on_message(&self) -> Events<Message> {
        Events::of(self, &["message"], |_, event| {
            Message::from_data(sys::event_data(&event))
        })
    }

    /// Subscribes to the [error event](https://websockets.spec.whatwg.org/#eventdef-websocket-error):
    /// one at most. The close event that follows carries all that the browser reports.
    pub fn on_error(&self) -> Events<ErrorEvent> {
        Events::of(self, &["error"], |_, event| {
            Some(ErrorEvent(event.unchecked_into()))
        })
    }

    /// Subscribes to the [close event](https://websockets.spec.whatwg.org/#eventdef-websocket-close):
    /// exactly one, the last that the socket reports.
    pub fn on_close(&self) -> Events<CloseEvent> {
        Events::new(self, Some(CloseEvent::clone), |_| None)
    }
}
