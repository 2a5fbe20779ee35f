//! [`serve`]: one connection of a socket that comes back, while it is open
//! ([feedback from the protocol](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).

use std::{
    future::{poll_fn, Future},
    pin::Pin,
    task::{ready, Context, Poll},
    time::Duration,
};

use futures::Stream;

use super::{
    clock::{self, Sleep},
    driver::Stop,
    event::{Cause, Event, State},
    heartbeat::{Beat, Heartbeat, Pulse},
    shared::{noop_context, Shared},
};
use crate::{CloseEvent, Closed, Connection, Error, Message, Receiver, Sender};

/// Carries messages both ways until the connection is no more, or should be no more.
pub(super) async fn serve(shared: &Shared, connection: Connection) -> Stop {
    shared.unread.push(Event::Opened);
    let mut service = Service::new(shared, connection);
    let stop = match service.greet() {
        Ok(()) => {
            shared.connected(&service.sender);
            shared.set_state(State::Open);
            poll_fn(|cx| service.poll(cx)).await
        }
        Err(error) => Stop::Again(Cause::Failed(error)),
    };
    drop(service);
    shared.disconnected();
    stop
}

struct Service<'a> {
    shared: &'a Shared,
    closed: Closed,
    close_event: Option<CloseEvent>,
    receiver: Receiver,
    /// Whether the last that it said was that more arrived than it could queue.
    has_overflown: bool,
    watch: Watch<'a>,
    /// Until when the end of the closing handshake is waited for.
    closing: Option<Sleep>,
    sender: Sender,
}

impl<'a> Service<'a> {
    fn new(shared: &'a Shared, connection: Connection) -> Self {
        let closed = connection.closed();
        let (sender, receiver) = connection.split();
        let watch = match &shared.config.heartbeat {
            Some(heartbeat) => Watch::Heartbeat(Box::new(Listening::new(heartbeat))),
            None => Watch::Clock(Sleep::idly(LOOK)),
        };
        Self {
            shared,
            closed,
            close_event: None,
            receiver,
            has_overflown: false,
            watch,
            closing: None,
            sender,
        }
    }

    fn greet(&self) -> Result<(), Error> {
        let mut greetings = (self.shared.config.greeting)().into_iter();
        let sent = greetings.try_for_each(|message| self.sender.send_now(message));
        match sent.err().and_then(|error| error.into_parts().1) {
            // The close event tells.
            None | Some(Error::NotOpen(_)) => Ok(()),
            Some(error) => Err(error),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Stop> {
        self.shared.driver.register(cx);
        let orders = &self.shared.orders;
        if orders.abandon.get() {
            return Poll::Ready(Stop::Close(None));
        }
        if orders.hidden.get() {
            return Poll::Ready(self.supersede(Cause::PageHidden));
        }
        if orders.retry.take() {
            return Poll::Ready(self.supersede(Cause::Requested));
        }
        if self.closing.is_none() {
            self.shared.pump(&mut self.sender, cx);
            self.close_if_ordered();
        }
        if let Poll::Ready(cause) = self.receive(cx) {
            return Poll::Ready(self.stop(cause));
        }
        match &mut self.closing {
            Some(limit) => Pin::new(limit).poll(cx).map(|()| Stop::Close(None)),
            None => self.watch(cx).map(|cause| self.supersede(cause)),
        }
    }

    /// Starts the closing handshake, if that is ordered.
    fn close_if_ordered(&mut self) {
        let Some(close) = self.shared.orders.close.get() else {
            return;
        };
        self.closing = Some(Sleep::of(self.shared.config.connect_timeout));
        self.shared.give_up_sending();
        self.sender.close_as(close);
    }

    fn stop(&self, cause: Cause) -> Stop {
        match self.closing {
            Some(_) => Stop::Close(self.close_event.clone()),
            None => Stop::Again(cause),
        }
    }

    /// What has arrived is delivered; what comes later isn't.
    fn supersede(&mut self, cause: Cause) -> Stop {
        let _ = self.take_messages(&mut noop_context(), |_| true);
        self.stop(cause)
    }

    /// Takes messages while there is room for them, and all there are once the connection is no
    /// more.
    fn receive(&mut self, cx: &mut Context<'_>) -> Poll<Cause> {
        if self.close_event.is_none() {
            if let Poll::Ready(event) = Pin::new(&mut self.closed).poll(cx) {
                self.close_event = Some(event);
            }
        }
        let is_over = self.close_event.is_some();
        ready!(self.take_messages(cx, |shared| is_over || shared.unread.has_room()));
        match &self.close_event {
            // The server may take its time to close; nothing more is wanted of it.
            _ if self.has_overflown => Poll::Ready(Cause::Overflow),
            Some(event) => Poll::Ready(Cause::Closed(event.clone())),
            None => Poll::Pending,
        }
    }

    /// Ready at the end of the stream.
    fn take_messages(
        &mut self,
        cx: &mut Context<'_>,
        has_room: impl Fn(&Shared) -> bool,
    ) -> Poll<()> {
        while has_room(self.shared) {
            let next = ready!(Pin::new(&mut self.receiver).poll_next(cx));
            let Some(item) = next else {
                return Poll::Ready(());
            };
            self.has_overflown = false;
            match item {
                Ok(message) => {
                    if self.watch.sees(&message) {
                        self.shared.unread.push(Event::Message(message));
                    }
                }
                Err(Error::Overflow { dropped }) => {
                    self.has_overflown = true;
                    self.shared.unread.push(Event::Overflow { dropped });
                }
                // The close event tells.
                Err(_) => {}
            }
        }
        Poll::Pending
    }

    /// Ready when the connection is not to be trusted any more.
    fn watch(&mut self, cx: &mut Context<'_>) -> Poll<Cause> {
        let doubt = self.shared.orders.doubt.take();
        match &mut self.watch {
            Watch::Clock(look) => loop {
                ready!(Pin::new(&mut *look).poll(cx));
                if clock::since(look.end()) >= SLEPT {
                    return Poll::Ready(Cause::Slept);
                }
                *look = Sleep::idly(LOOK);
            },
            // What isn't read may be the sign of life.
            Watch::Heartbeat(listening) if !self.shared.unread.has_room() => {
                listening.pulse.sign(clock::now());
                Poll::Pending
            }
            Watch::Heartbeat(listening) => {
                if doubt {
                    listening.pulse.doubt();
                }
                let dead = listening.poll_dead(&self.sender, cx);
                dead.map(|()| Cause::HeartbeatTimeout)
            }
        }
    }
}

/// How often the clock is looked at where there is no heartbeat, and by how much that must be late
/// if the machine slept: timers of a hidden page come once a minute.
const LOOK: Duration = Duration::from_secs(30);
const SLEPT: Duration = Duration::from_secs(150);

/// How a connection that is no more is noticed.
enum Watch<'a> {
    Heartbeat(Box<Listening<'a>>),
    /// Looked at when this ends.
    Clock(Sleep),
}

impl Watch<'_> {
    /// Whether the reader is to have this message.
    fn sees(&mut self, message: &Message) -> bool {
        let Self::Heartbeat(listening) = self else {
            return true;
        };
        listening.pulse.sign(clock::now());
        !(listening.heartbeat.is_answer)(message)
    }
}

/// The heartbeat of one connection.
struct Listening<'a> {
    heartbeat: &'a Heartbeat,
    pulse: Pulse,
    /// What was buffered ahead of the last question.
    buffered: u64,
    sleep: Option<Sleep>,
}

impl<'a> Listening<'a> {
    fn new(heartbeat: &'a Heartbeat) -> Self {
        Self {
            heartbeat,
            pulse: heartbeat.start(clock::now()),
            buffered: 0,
            sleep: None,
        }
    }

    fn poll_dead(&mut self, sender: &Sender, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.pulse.beat(clock::now()) {
                // What leaves is a sign of life too: the question waits behind it.
                Beat::Dead if sender.buffered_amount() < self.buffered => {
                    self.buffered = sender.buffered_amount();
                    self.pulse.sign(clock::now());
                }
                Beat::Dead => return Poll::Ready(()),
                Beat::Ask => {
                    self.buffered = sender.buffered_amount();
                    // Where that fails, the end of the connection follows.
                    let _ = sender.send_now((self.heartbeat.question)());
                }
                Beat::Rest(until) => ready!(self.poll_rest(until, cx)),
            }
        }
    }

    /// Ready at that moment, or before: each message puts it off, and the timer stays.
    fn poll_rest(&mut self, until: f64, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = match self.sleep.take().filter(|sleep| sleep.end() <= until) {
            Some(sleep) => self.sleep.insert(sleep),
            None => self.sleep.insert(Sleep::until(until)),
        };
        ready!(Pin::new(sleep).poll(cx));
        self.sleep = None;
        Poll::Ready(())
    }
}
