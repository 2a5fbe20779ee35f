//! [`StreamTransport`]: a connection over WebSocketStream, with the browser's own backpressure
//! ([its explainer](https://github.com/ricea/websocketstream-explainer)).
//!
//! Messages are taken from the browser while there is room in the inbox, so that the server is
//! slowed down by a reader who falls behind. They aren't left to the browser for longer, since it
//! may discard what it holds when the server closes. What is sent waits in an outbox for the
//! browser to take it.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Context, Poll},
};

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{spawn_local, JsFuture};

use super::{
    raw::{RawChunk, RawOpened, RawReader, RawStream, RawWriter},
    AnyTransport, Ended, Watermarks,
};
use crate::{
    connection::{inbox::Inbox, Overflow},
    end::End,
    trace::{tell, Observer, Traced},
    wake::{WakerSet, WakerSlot},
    BinaryType, CloseCode, CloseEvent, Error, Message, ReadyState,
};

pub(in crate::connection) struct StreamTransport(Rc<Inner>);

struct Inner {
    raw: RawStream,
    binary_type: BinaryType,
    watermarks: Watermarks,
    state: Cell<ReadyState>,
    end: End,
    opened: OnceCell<Opened>,
    opening: WakerSlot,
    receive_budget: u64,
    /// `None` once the receiver is gone.
    inbox: RefCell<Option<Inbox<Message>>>,
    /// Whether the browser has nothing more for the inbox.
    exhausted: Cell<bool>,
    reader: WakerSlot,
    /// The task that fills the inbox.
    filler: WakerSlot,
    outbox: RefCell<VecDeque<Outgoing>>,
    /// The task that empties the outbox.
    writer: WakerSlot,
    /// Messages and bytes in the outbox and on their way from it.
    unsent: Cell<(usize, u64)>,
    paused: Cell<bool>,
    senders: WakerSet,
    observer: Observer,
}

struct Opened {
    protocol: String,
    extensions: String,
}

enum Outgoing {
    /// With its size.
    Message(Message, u64),
    Close(Object),
}

impl StreamTransport {
    /// Starts to connect; the protocols are valid.
    pub(in crate::connection) fn new(
        url: &str,
        protocols: &Array,
        binary_type: BinaryType,
        receive_budget: u64,
        watermarks: Watermarks,
        observer: Observer,
    ) -> Result<Self, Error> {
        let raw = RawStream::new(url, &object([("protocols", protocols.into())]))
            .map_err(|exception| Error::from_constructor(url, &exception))?;
        let inner = Rc::new(Inner {
            raw,
            binary_type,
            watermarks,
            state: Cell::new(ReadyState::Connecting),
            end: End::default(),
            opened: OnceCell::new(),
            opening: WakerSlot::default(),
            receive_budget,
            // The budget is kept by not reading on, so nothing can overflow.
            inbox: RefCell::new(Some(Inbox::new(u64::MAX, Overflow::Fail))),
            exhausted: Cell::new(false),
            reader: WakerSlot::default(),
            filler: WakerSlot::default(),
            outbox: RefCell::new(VecDeque::new()),
            writer: WakerSlot::default(),
            unsent: Cell::new((0, 0)),
            paused: Cell::new(false),
            senders: WakerSet::default(),
            observer,
        });
        // These promises are asked for in the same turn, so that no rejection goes unhandled.
        let (opened, closed) = (inner.raw.opened().into(), inner.raw.closed().into());
        spawn_local(Rc::clone(&inner).follow(opened, closed));
        Ok(Self(inner))
    }
}

/// An object of these properties.
fn object<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (key, value) in properties {
        // A fresh object takes any property.
        let _ = Reflect::set(&object, &key.into(), &value);
    }
    object
}

impl Inner {
    /// Follows the socket from its start to its end.
    async fn follow(self: Rc<Self>, opened: JsFuture, closed: JsFuture) {
        if let Ok(opened) = opened.await {
            self.open(opened.into());
        }
        let (info, was_clean) = match closed.await {
            Ok(info) => (info, true),
            Err(error) => (error, false),
        };
        self.state.set(ReadyState::Closed);
        self.end
            .reach(Some(CloseEvent::from_info(&info, was_clean)));
        self.opening.wake();
        self.reader.wake();
        self.writer.wake();
        self.senders.wake();
        self.tell_closed();
    }

    fn open(self: &Rc<Self>, opened: RawOpened) {
        let parts = Opened {
            protocol: opened.protocol(),
            extensions: opened.extensions(),
        };
        // It opens once.
        let _ = self.opened.set(parts);
        if self.state.get() == ReadyState::Connecting {
            self.state.set(ReadyState::Open);
        }
        self.tell_opened();
        spawn_local(Rc::clone(self).read(opened.readable().reader()));
        spawn_local(Rc::clone(self).write(opened.writable().writer()));
        self.opening.wake();
    }

    /// Fills the inbox while there is room, until the browser has nothing more.
    async fn read(self: Rc<Self>, reader: RawReader) {
        loop {
            poll_fn(|cx| self.poll_room(cx)).await;
            let chunk = match JsFuture::from(reader.read()).await {
                Ok(result) => RawChunk::from(result).value(),
                // The close event tells.
                Err(_) => None,
            };
            let Some(chunk) = chunk else {
                self.exhausted.set(true);
                self.reader.wake();
                return self.tell_closed();
            };
            if let Some(message) = Message::from_chunk(chunk, self.binary_type) {
                if cfg!(feature = "trace") && self.inbox.borrow().is_some() {
                    tell!(self.observer, Traced::Received(&message));
                }
                if let Some(inbox) = self.inbox.borrow_mut().as_mut() {
                    inbox.push(message, Message::size);
                }
                self.reader.wake();
            }
        }
    }

    fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        let inbox = self.inbox.borrow();
        match inbox.as_ref() {
            Some(inbox) if !inbox.is_empty() && inbox.cost() >= self.receive_budget => {
                self.filler.register(cx);
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }

    /// Hands what is in the outbox to the browser, one after the other, until the end.
    async fn write(self: Rc<Self>, writer: RawWriter) {
        while let Some(outgoing) = poll_fn(|cx| self.poll_outgoing(cx)).await {
            match outgoing {
                Outgoing::Message(message, size) => {
                    // The borrow alone would make the future bigger.
                    #[cfg(feature = "trace")]
                    tell!(self.observer, Traced::Sent(&message));
                    if self.write_message(&writer, message).await.is_err() {
                        // Nothing can be sent any more, so the socket is of no use.
                        return self.close_now(&Object::new());
                    }
                    let (messages, bytes) = self.unsent.get();
                    self.unsent.set((messages - 1, bytes.saturating_sub(size)));
                    self.senders.wake();
                }
                Outgoing::Close(info) => return self.close_now(&info),
            }
        }
    }

    async fn write_message(&self, writer: &RawWriter, message: Message) -> Result<(), JsValue> {
        let chunk: JsValue = match message {
            Message::Text(text) => text.as_js().into(),
            Message::Binary(bytes) => bytes.as_js().into(),
            Message::Blob(blob) => JsFuture::from(blob.as_raw().array_buffer()).await?,
        };
        JsFuture::from(writer.write(&chunk)).await.map(drop)
    }

    fn poll_outgoing(&self, cx: &Context<'_>) -> Poll<Option<Outgoing>> {
        if self.end.is_reached() {
            return Poll::Ready(None);
        }
        match self.outbox.borrow_mut().pop_front() {
            Some(outgoing) => Poll::Ready(Some(outgoing)),
            None => {
                self.writer.register(cx);
                Poll::Pending
            }
        }
    }

    fn post(&self, outgoing: Outgoing) {
        self.outbox.borrow_mut().push_back(outgoing);
        self.writer.wake();
    }

    fn close_now(&self, info: &Object) {
        // The code and the reason were checked, so it can't be refused.
        let _ = self.raw.close(info);
    }

    /// Whether the browser may have messages that were not taken yet.
    fn has_more(&self) -> bool {
        self.opened.get().is_some() && !self.exhausted.get()
    }

    fn tell_opened(&self) {
        if let Some(opened) = self.opened.get() {
            tell!(
                self.observer,
                Traced::Opened {
                    url: &self.raw.url(),
                    protocol: &opened.protocol,
                    extensions: &opened.extensions,
                }
            );
        }
    }

    /// Called when either of both is known: the end, and that there are no more messages.
    fn tell_closed(&self) {
        if let Some(event) = self.end.event().filter(|_| !self.has_more()) {
            tell!(self.observer, Traced::Closed(event));
        }
    }

    /// Ready when no more than this waits to be sent; an error when the socket closes.
    fn poll_unsent(
        &self,
        fits: impl Fn(usize, u64) -> bool,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let (messages, bytes) = self.unsent.get();
        if fits(messages, bytes) {
            return Poll::Ready(Ok(()));
        }
        if let Some(event) = self.end.event() {
            return Poll::Ready(Err(Error::Closed(event.clone())));
        }
        self.senders.register(cx);
        Poll::Pending
    }
}

impl AnyTransport for StreamTransport {
    fn poll_open(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.0.opened.get().is_some() {
            return Poll::Ready(Ok(()));
        }
        self.0.opening.register(cx);
        match self.0.end.event() {
            Some(event) => Poll::Ready(Err(Error::Closed(event.clone()))),
            None => Poll::Pending,
        }
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Result<Message, Ended>> {
        let next = self.0.inbox.borrow_mut().as_mut().and_then(Inbox::pop);
        if let Some(Ok(message)) = next {
            self.0.filler.wake();
            return Poll::Ready(Ok(message));
        }
        self.0.reader.register(cx);
        // The close may be known before the last messages are read.
        if self.0.has_more() {
            return Poll::Pending;
        }
        Ended::poll(&self.0.end).map(Err)
    }

    fn stop_receiving(&self) {
        let inbox = self.0.inbox.take();
        drop(inbox);
        self.0.filler.wake();
    }

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Watermarks { low, high } = self.0.watermarks;
        let most = if self.0.paused.get() { low } else { high };
        let polled = self.0.poll_unsent(|_, bytes| bytes <= most, cx);
        self.0.paused.set(polled.is_pending());
        polled
    }

    fn start_send(&self, message: Message) -> Result<(), (Message, Error)> {
        match self.0.state.get() {
            ReadyState::Open => {}
            state => return Err((message, Error::NotOpen(state))),
        }
        let (messages, bytes) = self.0.unsent.get();
        let size = message.size();
        self.0.unsent.set((messages + 1, bytes + size));
        // It is handed to the browser later, and must then be what it was.
        self.0.post(Outgoing::Message(message.snapshot(), size));
        Ok(())
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_unsent(|messages, _| messages == 0, cx)
    }

    fn close(&self, code: Option<(CloseCode, &str)>) {
        let info = match code {
            Some((code, reason)) => object([
                ("closeCode", code.as_u16().into()),
                ("reason", reason.into()),
            ]),
            None => Object::new(),
        };
        match self.0.state.get() {
            ReadyState::Connecting => self.0.close_now(&info),
            ReadyState::Open => self.0.post(Outgoing::Close(info)),
            ReadyState::Closing | ReadyState::Closed => return,
        }
        self.0.state.set(ReadyState::Closing);
    }

    fn end(&self) -> &End {
        &self.0.end
    }

    fn ready_state(&self) -> ReadyState {
        self.0.state.get()
    }

    fn url(&self) -> String {
        self.0.raw.url()
    }

    fn protocol(&self) -> String {
        let opened = self.0.opened.get();
        opened.map_or_else(String::new, |opened| opened.protocol.clone())
    }

    fn extensions(&self) -> String {
        let opened = self.0.opened.get();
        opened.map_or_else(String::new, |opened| opened.extensions.clone())
    }

    fn buffered_amount(&self) -> u64 {
        self.0.unsent.get().1
    }
}
