//! [`StreamTransport`]: a connection over WebSocketStream, with the browser's own backpressure
//! ([its explainer](https://github.com/ricea/websocketstream-explainer)).
//!
//! Messages are taken from the browser while there is room in the inbox, so that a reader who falls
//! behind slows the server down. They aren't left to the browser for longer: it may discard what it
//! holds when the server closes. For the same reason the next message is asked for in the call that
//! brings the last one, not by a task, which may run in a later turn of the event loop.
//!
//! Sent messages wait in an outbox for the browser to take them.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Context, Poll},
};

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{closure::Closure, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::raw::{RawChunk, RawOpened, RawReader, RawStream, RawWriter};
use crate::{
    connection::{flow::Flow, inbox::Inbox, limits::Limits, queues::Queues},
    end::End,
    message::MESSAGE_COST,
    sys,
    task::WakerSlot,
    trace::{tell, Observer, Traced},
    unwind::spawn,
    BinaryType, CloseCode, CloseEvent, Error, Message, Outgoing, ReadyState,
};

#[derive(Clone)]
pub(in crate::connection) struct StreamTransport(Rc<Inner>);

struct Inner {
    raw: RawStream,
    binary_type: Cell<BinaryType>,
    receive_budget: u64,
    state: Cell<ReadyState>,
    end: End,
    queues: Queues,
    opened: OnceCell<Opened>,
    /// Whether the browser was asked for a message.
    is_reading: Cell<bool>,
    /// Whether messages are discarded, since the connection was closed here.
    is_discarding: Cell<bool>,
    /// Whether the browser has no more messages.
    is_exhausted: Cell<bool>,
    outbox: RefCell<VecDeque<Queued>>,
    /// The task that empties the outbox.
    writer: WakerSlot,
    unsent: Cell<Unsent>,
    /// What the promises call. These functions own this struct, so they are let go of at the end.
    functions: RefCell<Option<Rc<Functions>>>,
}

/// What is in the outbox and on its way from it.
#[derive(Clone, Copy, Default)]
struct Unsent {
    bytes: u64,
    /// The same, and what each message costs besides.
    cost: u64,
}

struct Opened {
    protocol: String,
    extensions: String,
    reader: RawReader,
}

enum Queued {
    /// With its size.
    Message(Message, u64),
    Close(Object),
}

struct Functions {
    opened: Closure<dyn FnMut(JsValue)>,
    closed: Closure<dyn FnMut(JsValue)>,
    broken: Closure<dyn FnMut(JsValue)>,
    chunk: Closure<dyn FnMut(JsValue)>,
    no_chunk: Closure<dyn FnMut(JsValue)>,
    look: Closure<dyn FnMut(JsValue)>,
}

impl Functions {
    fn new(inner: &Rc<Inner>) -> Self {
        let call = |act: fn(&Rc<Inner>, JsValue)| {
            let inner = Rc::clone(inner);
            sys::closure(move |value| act(&inner, value))
        };
        Self {
            opened: call(|inner, opened| inner.open(&opened.unchecked_into())),
            closed: call(|inner, info| inner.close_by(&info, true)),
            broken: call(|inner, error| inner.close_by(&error, false)),
            chunk: call(|inner, chunk| inner.receive(chunk.unchecked_into::<RawChunk>().value())),
            // The close event reports why.
            no_chunk: call(|inner, _| inner.receive(None)),
            look: call(|inner, _| inner.look()),
        }
    }
}

fn function(closure: &Closure<dyn FnMut(JsValue)>) -> &Function {
    closure.as_ref().unchecked_ref()
}

impl StreamTransport {
    /// Starts to connect. The protocols among the options are valid.
    pub(in crate::connection) fn new(
        url: &str,
        init: &Object,
        binary_type: BinaryType,
        limits: Limits,
        observer: Observer,
    ) -> Result<Self, Error> {
        let raw = RawStream::new(url, init)
            .map_err(|exception| Error::from_constructor(url, &exception))?;
        let queues = Queues::new(
            // The budget is kept by not reading on, so nothing can overflow.
            Inbox::new(u64::MAX, None),
            Flow::new(limits.watermarks, false),
            observer,
        );
        let inner = Rc::new(Inner {
            raw,
            binary_type: Cell::new(binary_type),
            receive_budget: limits.receive_budget,
            state: Cell::new(ReadyState::Connecting),
            end: End::default(),
            queues,
            opened: OnceCell::new(),
            is_reading: Cell::new(false),
            is_discarding: Cell::new(false),
            is_exhausted: Cell::new(false),
            outbox: RefCell::new(VecDeque::new()),
            writer: WakerSlot::default(),
            unsent: Cell::default(),
            functions: RefCell::new(None),
        });
        let functions = Functions::new(&inner);
        let (opened, closed) = (inner.raw.opened(), inner.raw.closed());
        opened.then(function(&functions.opened), function(&functions.no_chunk));
        closed.then(function(&functions.closed), function(&functions.broken));
        inner.functions.replace(Some(Rc::new(functions)));
        Ok(Self(inner))
    }

    pub(in crate::connection) fn queues(&self) -> &Queues {
        &self.0.queues
    }

    pub(in crate::connection) fn end(&self) -> &End {
        &self.0.end
    }

    pub(in crate::connection) fn ready_state(&self) -> ReadyState {
        self.0.state.get()
    }

    pub(in crate::connection) fn binary_type(&self) -> BinaryType {
        self.0.binary_type.get()
    }

    pub(in crate::connection) fn set_binary_type(&self, binary_type: BinaryType) {
        self.0.binary_type.set(binary_type);
    }

    pub(in crate::connection) fn is_drained(&self) -> bool {
        self.0.is_drained()
    }

    pub(in crate::connection) fn receive_more(&self) {
        self.0.read();
    }

    pub(in crate::connection) fn stop_receiving(&self) {
        self.0.queues.stop_receiving();
        self.0.read();
    }

    pub(in crate::connection) fn start_send<M: Outgoing>(
        &self,
        message: M,
    ) -> Result<(), (M, Error)> {
        match self.0.state.get() {
            ReadyState::Open => {}
            state => return Err((message, Error::NotOpen(state))),
        }
        let message: Message = message.into();
        let size = message.size();
        // It is handed to the browser later, and must then be what it was.
        let message = message.snapshot();
        let Unsent { bytes, cost } = self.0.unsent.get();
        let added = size.saturating_add(MESSAGE_COST);
        self.0.unsent.set(Unsent {
            bytes: bytes.saturating_add(size),
            cost: cost.saturating_add(added),
        });
        self.0.queues.flow.hand_over(added, added);
        self.0.post(Queued::Message(message, size));
        Ok(())
    }

    pub(in crate::connection) fn unsent(&self) -> u64 {
        self.0.unsent.get().cost
    }

    pub(in crate::connection) fn watch_buffer(&self) {
        if let Some(functions) = self.0.functions() {
            self.0.queues.look_later(function(&functions.look));
        }
    }

    pub(in crate::connection) fn close(&self, code: Option<(CloseCode, &str)>) {
        let info = match code {
            Some((code, reason)) => object([
                ("closeCode", code.as_u16().into()),
                ("reason", reason.into()),
            ]),
            None => Object::new(),
        };
        let state = self.0.state.get();
        if matches!(state, ReadyState::Closing | ReadyState::Closed) {
            return;
        }
        self.0.state.set(ReadyState::Closing);
        match state {
            ReadyState::Connecting => self.0.close_now(&info),
            _ => self.0.post(Queued::Close(info)),
        }
        // The browser reports the end when it has handed over all that arrived.
        self.0.is_discarding.set(true);
        self.0.read();
    }

    pub(in crate::connection) fn url(&self) -> String {
        self.0.raw.url()
    }

    pub(in crate::connection) fn protocol(&self) -> String {
        let opened = self.0.opened.get();
        opened.map_or_else(String::new, |opened| opened.protocol.clone())
    }

    pub(in crate::connection) fn extensions(&self) -> String {
        let opened = self.0.opened.get();
        opened.map_or_else(String::new, |opened| opened.extensions.clone())
    }

    pub(in crate::connection) fn buffered_amount(&self) -> u64 {
        self.0.unsent.get().bytes
    }
}

/// An object of these properties.
pub(in crate::connection) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (key, value) in properties {
        // A fresh object takes any property.
        let _ = Reflect::set(&object, &key.into(), &value);
    }
    object
}

impl Inner {
    fn open(self: &Rc<Self>, opened: &RawOpened) {
        let parts = Opened {
            protocol: opened.protocol(),
            extensions: opened.extensions(),
            reader: opened.readable().reader(),
        };
        // It opens once.
        let _ = self.opened.set(parts);
        if self.state.get() == ReadyState::Connecting {
            self.state.set(ReadyState::Open);
        }
        self.read();
        spawn(Rc::clone(self).write(opened.writable().writer()));
        self.queues.open(|| self.tell_opened());
    }

    /// Asks the browser for the next message, if there is room for it.
    fn read(&self) {
        let Some(opened) = self.opened.get() else {
            return;
        };
        if self.is_exhausted.get() || !self.has_room() || self.is_reading.replace(true) {
            return;
        }
        if let Some(functions) = self.functions() {
            let promise = opened.reader.read();
            promise.then(function(&functions.chunk), function(&functions.no_chunk));
        }
    }

    fn has_room(&self) -> bool {
        self.is_discarding.get()
            || self
                .queues
                .with_inbox(|inbox| inbox.is_empty() || inbox.cost() < self.receive_budget)
                .unwrap_or(true)
    }

    /// Takes a message; `None` if there are no more.
    fn receive(&self, chunk: Option<JsValue>) {
        self.is_reading.set(false);
        let Some(chunk) = chunk else {
            self.is_exhausted.set(true);
            self.queues.reader.wake();
            return self.finish();
        };
        if !self.is_discarding.get() {
            if let Some(message) = message(chunk, self.binary_type.get()) {
                self.queues.receive(message);
            }
        }
        self.read();
    }

    fn close_by(&self, info: &JsValue, was_clean: bool) {
        self.state.set(ReadyState::Closed);
        self.end.reach(CloseEvent::from_info(info, was_clean));
        self.queues.wake_all();
        self.writer.wake();
        self.read();
        self.finish();
    }

    /// Whether the browser has no messages that were not taken yet.
    fn is_drained(&self) -> bool {
        self.opened.get().is_none() || self.is_exhausted.get()
    }

    /// Called when either is known: the end, and that there are no more messages.
    fn finish(&self) {
        if let Some(event) = self.end.event().filter(|_| self.is_drained()) {
            self.queues.stop_looking();
            let functions = self.functions.take();
            tell!(self.queues.observer, Traced::Closed(event));
            drop(functions);
        }
    }

    /// Hands what is in the outbox to the browser, one after the other, until the end.
    async fn write(self: Rc<Self>, writer: RawWriter) {
        while let Some(outgoing) = poll_fn(|cx| self.poll_outgoing(cx)).await {
            match outgoing {
                Queued::Message(message, size) => {
                    // The borrow alone would make the future bigger.
                    #[cfg(feature = "trace")]
                    tell!(self.queues.observer, Traced::Sent(&message));
                    if write_message(&writer, message).await.is_err() {
                        // Nothing can be sent any more, so the socket is of no use.
                        return self.close_now(&Object::new());
                    }
                    self.sent(size);
                }
                Queued::Close(info) => return self.close_now(&info),
            }
        }
    }

    fn sent(&self, size: u64) {
        let Unsent { bytes, cost } = self.unsent.get();
        self.unsent.set(Unsent {
            bytes: bytes.saturating_sub(size),
            cost: cost.saturating_sub(size.saturating_add(MESSAGE_COST)),
        });
        let Queues {
            senders, flushes, ..
        } = &self.queues;
        if !senders.is_empty() && self.queues.flow.has_room(|| self.unsent.get().cost) {
            senders.wake_first();
        }
        flushes.wake_all();
    }

    /// Has those passed who were woken and don't come.
    fn look(&self) {
        if let Some(functions) = self.functions() {
            let is_open = self.state.get() == ReadyState::Open;
            let unsent = || self.unsent.get().cost;
            self.queues.look(is_open, unsent, function(&functions.look));
        }
    }

    fn functions(&self) -> Option<Rc<Functions>> {
        self.functions.borrow().clone()
    }

    fn poll_outgoing(&self, cx: &Context<'_>) -> Poll<Option<Queued>> {
        if self.end.is_reached() {
            return Poll::Ready(None);
        }
        let outgoing = self.outbox.borrow_mut().pop_front();
        if outgoing.is_none() {
            self.writer.register(cx);
            return Poll::Pending;
        }
        Poll::Ready(outgoing)
    }

    fn post(&self, outgoing: Queued) {
        self.outbox.borrow_mut().push_back(outgoing);
        self.writer.wake();
    }

    fn close_now(&self, info: &Object) {
        // The code and the reason were checked, so it can't be refused.
        let _ = self.raw.close(info);
    }

    fn tell_opened(&self) {
        if let Some(opened) = self.opened.get() {
            tell!(
                self.queues.observer,
                Traced::Opened {
                    url: &self.raw.url(),
                    protocol: &opened.protocol,
                    extensions: &opened.extensions,
                }
            );
        }
    }
}

/// What the browser read, which has no binary type of its own.
fn message(chunk: JsValue, binary_type: BinaryType) -> Option<Message> {
    let message = Message::from_data(chunk)?;
    Some(message.into_type(binary_type))
}

async fn write_message(writer: &RawWriter, message: Message) -> Result<(), JsValue> {
    let chunk: JsValue = match message {
        Message::Text(text) => text.as_js().into(),
        Message::Binary(bytes) => bytes.as_js().into(),
        Message::Blob(blob) => JsFuture::from(blob.as_raw().array_buffer()).await?,
    };
    JsFuture::from(writer.write(&chunk)).await.map(drop)
}
