//! [`EventTransport`]: a connection over the standard's object and its events
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).
//!
//! Messages come as fast as the server sends them and wait in an inbox with a budget. Sending
//! is held back by `bufferedAmount`, of whose fall the browser tells nobody: it is looked at
//! by a timer, which runs only while a sender waits.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};

use futures::Stream;
use wasm_bindgen::JsCast;

use super::{AnyTransport, Ended, Watermarks};
use crate::{
    connection::{inbox::Inbox, pacer::Pacer, Overflow},
    end::End,
    events::CLOSE,
    listener::Listener,
    trace::{tell, Observer, Traced},
    wake::WakerSlot,
    CloseCode, CloseEvent, Error, Events, Message, OpenEvent, ReadyState, WebSocket,
};

pub(in crate::connection) struct EventTransport {
    /// `None` once the receiver is gone.
    on_message: RefCell<Option<Listener>>,
    /// Behind the socket's own, by which the end is reached.
    _on_close: Listener,
    /// `None` once the socket is open.
    on_open: RefCell<Option<Events<OpenEvent>>>,
    incoming: Rc<Incoming>,
    /// What may be buffered at the most, so that the browser needn't be asked each time.
    buffered_bound: Cell<u64>,
    paused: Cell<bool>,
    pacer: Pacer,
    watermarks: Watermarks,
    observer: Observer,
    socket: WebSocket,
}

struct Incoming {
    inbox: RefCell<Inbox<Message>>,
    reader: WakerSlot,
}

impl EventTransport {
    /// Listens from now on.
    pub(in crate::connection) fn new(
        socket: WebSocket,
        receive_budget: u64,
        overflow: Overflow,
        watermarks: Watermarks,
        observer: Observer,
    ) -> Self {
        let incoming = Rc::new(Incoming {
            inbox: RefCell::new(Inbox::new(receive_budget, overflow)),
            reader: WakerSlot::default(),
        });
        let on_message = Listener::new(socket.as_raw(), "message", {
            let incoming = Rc::clone(&incoming);
            let raw = socket.as_raw().clone();
            let observer = observer.clone();
            move |event| {
                let event: web_sys::MessageEvent = event.unchecked_into();
                let Some(message) = Message::from_data(event.data()) else {
                    return;
                };
                tell!(observer, Traced::Received(&message));
                let fits = incoming.inbox.borrow_mut().push(message, Message::size);
                if !fits {
                    close_by(&raw, overflow);
                }
                incoming.reader.wake();
            }
        });
        let on_close = Listener::new(socket.as_raw(), CLOSE, {
            let incoming = Rc::clone(&incoming);
            move |_| incoming.reader.wake()
        });
        let on_open = (socket.ready_state() != ReadyState::Open).then(|| socket.on_open());
        Self {
            on_message: RefCell::new(Some(on_message)),
            _on_close: on_close,
            on_open: RefCell::new(on_open),
            incoming,
            // A socket that was used before may have something on its way.
            buffered_bound: Cell::new(socket.buffered_amount()),
            paused: Cell::new(false),
            pacer: Pacer::default(),
            watermarks,
            observer,
            socket,
        }
    }

    fn ask_buffered_amount(&self) -> u64 {
        let buffered = self.socket.buffered_amount();
        self.buffered_bound.set(buffered);
        buffered
    }

    /// Ready when no more than this is buffered; an error when the socket closes.
    fn poll_buffered(&self, most: u64, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let end = self.socket.end().event();
        // By the standard what is buffered at the end stays buffered; Node forgets it.
        let all_told = end.is_none_or(CloseEvent::was_clean);
        if all_told && self.ask_buffered_amount() <= most {
            self.pacer.rest();
            return Poll::Ready(Ok(()));
        }
        if let Some(event) = end {
            return Poll::Ready(Err(Error::Closed(event.clone())));
        }
        self.pacer.wake_later(cx);
        Poll::Pending
    }
}

/// What the policy wants done to a socket whose inbox failed.
fn close_by(socket: &web_sys::WebSocket, overflow: Overflow) {
    // The code was checked by the builder, so neither call can be refused.
    let _ = match overflow {
        Overflow::Close(code) => socket.close_with_code(code.as_u16()),
        _ => socket.close(),
    };
}

impl AnyTransport for EventTransport {
    fn poll_open(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut on_open = self.on_open.borrow_mut();
        if let Some(events) = on_open.as_mut() {
            let opened = ready!(Pin::new(events).poll_next(cx));
            *on_open = None;
            if opened.is_none() {
                return Poll::Ready(Err(match self.socket.end().event() {
                    Some(event) => Error::Closed(event.clone()),
                    None => Error::NotOpen(self.socket.ready_state()),
                }));
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Result<Message, Ended>> {
        let (next, has_failed) = {
            let mut inbox = self.incoming.inbox.borrow_mut();
            (inbox.pop(), inbox.has_failed())
        };
        match next {
            Some(Ok(message)) => Poll::Ready(Ok(message)),
            Some(Err(dropped)) if has_failed => {
                Poll::Ready(Err(Ended::Failed(Error::Overflow { dropped })))
            }
            Some(Err(dropped)) => Poll::Ready(Err(Ended::Gap(Error::Overflow { dropped }))),
            None => {
                self.incoming.reader.register(cx);
                // All messages come before the close event does.
                Ended::poll(self.socket.end()).map(Err)
            }
        }
    }

    fn stop_receiving(&self) {
        let listener = self.on_message.take();
        drop(listener);
        self.incoming.inbox.borrow_mut().clear();
    }

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Watermarks { low, high } = self.watermarks;
        let most = if self.paused.get() { low } else { high };
        // Who was waiting when it closed is told of the close, others of the state.
        if !self.paused.get() {
            if self.socket.end().is_reached() {
                return Poll::Ready(Err(Error::NotOpen(ReadyState::Closed)));
            }
            if self.buffered_bound.get() <= high {
                return Poll::Ready(Ok(()));
            }
        }
        let polled = self.poll_buffered(most, cx);
        self.paused.set(polled.is_pending());
        polled
    }

    fn start_send(&self, message: Message) -> Result<(), (Message, Error)> {
        if let Err(error) = self.socket.send_message(&message) {
            return Err((message, error));
        }
        // A UTF-16 unit takes three bytes at the most.
        let most = message.size().saturating_mul(3);
        let bound = self.buffered_bound.get().saturating_add(most);
        self.buffered_bound.set(bound);
        tell!(self.observer, Traced::Sent(&message));
        Ok(())
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        match self.buffered_bound.get() {
            0 => Poll::Ready(Ok(())),
            _ => self.poll_buffered(0, cx),
        }
    }

    fn close(&self, code: Option<(CloseCode, &str)>) {
        match code {
            // It was checked, so it can't be refused.
            Some((code, reason)) => drop(self.socket.close_with(code, reason)),
            None => self.socket.close(),
        }
    }

    fn end(&self) -> &End {
        self.socket.end()
    }

    fn ready_state(&self) -> ReadyState {
        self.socket.ready_state()
    }

    fn url(&self) -> String {
        self.socket.url()
    }

    fn protocol(&self) -> String {
        self.socket.protocol()
    }

    fn extensions(&self) -> String {
        self.socket.extensions()
    }

    fn buffered_amount(&self) -> u64 {
        self.socket.buffered_amount()
    }
}
