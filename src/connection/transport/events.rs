//! [`EventTransport`]: a connection over the standard's object and its events
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).
//!
//! Messages arrive as fast as the server sends them and are queued in an inbox with a budget.
//! Sending is held back by `bufferedAmount`. No event reports that it falls, so it is looked at
//! while a task waits for that.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::{
    connection::{builder::Limits, flow::Flow, inbox::Inbox, queues::Queues, Overflow},
    end::Follower,
    listener::Listener,
    sys,
    trace::{tell, Observer, Traced},
    Error, Message, ReadyState, WebSocket,
};

pub(in crate::connection) struct EventTransport {
    /// The one function that the browser calls, for events and for looks at the buffer.
    listener: Listener,
    state: Rc<State>,
}

struct State {
    queues: Queues,
    overflow: Overflow,
    socket: WebSocket,
}

impl EventTransport {
    /// Listens from now on.
    pub(in crate::connection) fn new(
        socket: WebSocket,
        limits: Limits,
        is_shared: bool,
        observer: Observer,
    ) -> Self {
        let queues = Queues::new(
            Inbox::new(limits.receive_budget, limits.overflow),
            Flow::new(limits.watermarks, is_shared),
            observer,
        );
        queues
            .was_opened
            .set(socket.ready_state() == ReadyState::Open);
        let state = Rc::new(State {
            queues,
            overflow: limits.overflow,
            socket,
        });
        let follower = Rc::downgrade(&state);
        state.socket.end().follow(follower);
        let listener = Listener::new(state.socket.as_raw(), &["open", "message"], {
            let state = Rc::clone(&state);
            move |event, function| state.on_call(&event, function)
        });
        Self { listener, state }
    }

    pub(in crate::connection) fn queues(&self) -> &Queues {
        &self.state.queues
    }

    pub(in crate::connection) fn socket(&self) -> &WebSocket {
        &self.state.socket
    }

    pub(in crate::connection) fn stop_receiving(&self) {
        self.listener.remove("message");
        self.state.queues.stop_receiving();
    }

    /// Gives the message back, if it can't be sent.
    pub(in crate::connection) fn start_send(
        &self,
        message: Message,
    ) -> Result<(), (Message, Error)> {
        if let Err(error) = self.state.socket.send_message(&message) {
            return Err((message, error));
        }
        let size = message.size();
        let most = match message {
            // A UTF-16 unit takes three bytes of UTF-8 at the most.
            Message::Text(_) => size.saturating_mul(3),
            _ => size,
        };
        self.state.queues.flow.hand_over(size, most);
        tell!(self.state.queues.observer, Traced::Sent(&message));
        Ok(())
    }

    /// Has those who wait for room in the buffer woken when there is some.
    pub(in crate::connection) fn watch_buffer(&self) {
        self.state.queues.look_later(self.listener.function());
    }
}

impl Follower for State {
    fn at_end(&self) {
        self.queues.wake_all();
    }
}

impl State {
    /// Takes an event of the socket, or a call for a look at its state.
    fn on_call(&self, event: &JsValue, function: &Function) {
        // A script can dispatch events at any time.
        if self.socket.end().is_reached() {
            return;
        }
        match Message::from_data(sys::event_data(event)) {
            Some(message) => {
                if !self.queues.receive(message) {
                    self.close_on_overflow();
                }
            }
            None => self.look(function),
        }
    }

    fn look(&self, function: &Function) {
        let is_open = self.socket.ready_state() == ReadyState::Open;
        if is_open {
            self.queues.open();
        }
        self.queues
            .look(is_open, || self.socket.buffered_amount(), function);
    }

    fn close_on_overflow(&self) {
        match self.overflow {
            // The builder checked the code, so it can't be refused.
            Overflow::Close(code) => drop(self.socket.close_with(code, "")),
            _ => self.socket.close(),
        }
    }
}
