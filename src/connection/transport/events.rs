//! [`EventTransport`]: a connection over the standard's object and its events
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).
//!
//! Messages arrive as fast as the server sends them and are queued in an inbox with a budget.
//! Sending is held back by `bufferedAmount`. No event reports that it falls, so it is looked at
//! while a task waits for that.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::{
    connection::{flow::Flow, inbox::Inbox, limits::Limits, queues::Queues, Overflow},
    socket::Follower,
    trace::{tell, Observer, Traced},
    CloseCode, Content, Error, Message, Outgoing, ReadyState, WebSocket,
};

pub(in crate::connection) struct EventTransport {
    queues: Queues,
    overflow: Overflow,
    close_with: Option<fn(&WebSocket, CloseCode)>,
    socket: WebSocket,
}

impl EventTransport {
    /// Listens from now on.
    pub(in crate::connection) fn new(
        socket: WebSocket,
        limits: Limits,
        is_shared: bool,
        observer: Observer,
    ) -> Rc<Self> {
        let this = Rc::new(Self {
            queues: Queues::new(
                Inbox::new(limits.receive_budget, limits.evict),
                Flow::new(limits.watermarks, is_shared),
                observer,
            ),
            overflow: limits.overflow,
            close_with: limits.close_with,
            socket,
        });
        let is_open = this.socket.ready_state() == ReadyState::Open;
        this.queues.was_opened.set(is_open);
        let follower = Rc::downgrade(&this);
        this.socket.follow(follower);
        this.socket.receive();
        this
    }

    pub(in crate::connection) fn queues(&self) -> &Queues {
        &self.queues
    }

    pub(in crate::connection) fn socket(&self) -> &WebSocket {
        &self.socket
    }

    pub(in crate::connection) fn stop_receiving(&self) {
        self.socket.stop_receiving();
        self.queues.stop_receiving();
    }

    /// Gives the message back, if it can't be sent.
    pub(in crate::connection) fn start_send<M: Outgoing>(
        &self,
        message: M,
    ) -> Result<(), (M, Error)> {
        if let Err(error) = self.send(message.content()) {
            return Err((message, error));
        }
        if cfg!(feature = "trace") && self.queues.observer.callback().is_some() {
            let message = message.into();
            tell!(self.queues.observer, Traced::Sent(&message));
        }
        Ok(())
    }

    fn send(&self, content: Content<'_>) -> Result<(), Error> {
        self.socket.send_content(content)?;
        let (least, most) = content.size();
        self.queues.flow.hand_over(least, most);
        Ok(())
    }

    /// Has those who wait for room in the buffer woken when there is some.
    pub(in crate::connection) fn watch_buffer(&self) {
        self.queues.look_later(self.socket.function());
    }

    fn look(&self) {
        let is_open = self.socket.ready_state() == ReadyState::Open;
        if is_open {
            self.queues.open(|| self.queues.observer.open(&self.socket));
        }
        self.queues.look(
            is_open,
            || self.socket.buffered_amount(),
            self.socket.function(),
        );
    }

    fn close_on_overflow(&self) {
        match (self.overflow, self.close_with) {
            (Overflow::Close(code), Some(close_with)) => close_with(&self.socket, code),
            _ => self.socket.close(),
        }
    }
}

impl Follower for EventTransport {
    fn on_event(&self, data: &JsValue) {
        if self.socket.end().is_reached() {
            self.queues.wake_all();
            return;
        }
        match Message::from_data(data.clone()) {
            Some(message) => {
                if !self.queues.receive(message) {
                    self.close_on_overflow();
                }
            }
            None => self.look(),
        }
    }
}
