//! [`Shared`]: what the handles and the driver of a [`Reconnecting`](super::Reconnecting) share
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
    task::{Context, Poll},
};

use futures::{task::noop_waker_ref, SinkExt};

use super::{
    backlog::{Backlog, Ticket, WhenFull},
    builder::Config,
    delivery::{Delivery, Receipt},
    event::{Cause, Event, NotSent, Retry, SendError, State},
    unread::Unread,
};
use crate::{
    close::Close,
    task::{self, Waiters, WakerSlot},
    BinaryType, Builder, CloseEvent, Error, Message, ReadyState, Sender, TrySendError,
};

pub(super) struct Shared {
    pub(super) config: Config,
    state: Cell<State>,
    changes: Cell<u64>,
    pub(super) watchers: Waiters,
    pub(super) unread: Unread,
    backlog: RefCell<Backlog<Entry>>,
    /// Those who wait for room in the backlog, or for its end.
    senders: Waiters,
    /// That of the open connection.
    sender: RefCell<Option<Sender>>,
    pub(super) driver: WakerSlot,
    pub(super) orders: Orders,
    /// How the last connection of all ended.
    close_event: OnceCell<CloseEvent>,
    /// What was set for all connections from then on.
    binary_type: Cell<Option<BinaryType>>,
}

/// What the driver is to do, besides its usual work.
#[derive(Default)]
pub(super) struct Orders {
    /// All handles are gone, and nothing is to be waited for.
    pub(super) abandon: Cell<bool>,
    /// Only the first close counts.
    pub(super) close: OnceCell<Close>,
    pub(super) retry: Cell<bool>,
    pub(super) offline: Cell<bool>,
    pub(super) hidden: Cell<bool>,
    /// The network changed, or the page was out of sight: is the server still there?
    pub(super) doubt: Cell<bool>,
    pub(super) hint: Cell<Option<Retry>>,
}

/// A message that waits, and who waits for it.
pub(super) struct Entry {
    message: Message,
    receipt: Option<Rc<Receipt>>,
}

impl Shared {
    pub(super) fn new(config: Config) -> Self {
        let backlog = Backlog::new(config.backlog);
        Self {
            config,
            state: Cell::new(State::Connecting { attempt: 1 }),
            changes: Cell::new(0),
            watchers: Waiters::default(),
            unread: Unread::default(),
            backlog: RefCell::new(backlog),
            senders: Waiters::default(),
            sender: RefCell::default(),
            driver: WakerSlot::default(),
            orders: Orders::default(),
            close_event: OnceCell::new(),
            binary_type: Cell::new(None),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state.get()
    }

    pub(super) fn set_state(&self, state: State) {
        if self.state.replace(state) != state {
            self.changes.set(self.changes.get() + 1);
            self.watchers.wake_all();
        }
    }

    /// How often the state has changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes.get()
    }

    pub(super) fn poll_event(&self, cx: &Context<'_>) -> Poll<Option<Event>> {
        let next = self.try_next();
        if next.is_pending() {
            self.unread.register(cx);
        }
        next
    }

    /// The same without a task.
    pub(super) fn try_next(&self) -> Poll<Option<Event>> {
        let had_room = self.unread.has_room();
        let event = self.unread.pop();
        if !had_room && self.unread.has_room() {
            self.driver.wake();
        }
        if event.is_some() || self.is_closed() {
            return Poll::Ready(event);
        }
        Poll::Pending
    }

    pub(super) fn is_read(&self) -> bool {
        self.is_closed() && self.unread.is_empty()
    }

    pub(super) fn stop_reading(&self) {
        self.unread.close();
        self.driver.wake();
    }

    /// There is no other attempt.
    pub(super) fn give_up(&self, cause: Cause) {
        // As in `end`.
        self.close(Close::Plain);
        self.give_up_sending();
        self.unread.push(Event::GaveUp { cause });
    }

    /// Nothing will happen any more.
    pub(super) fn end(&self) {
        // Whoever is woken by what follows can send nothing more.
        self.close(Close::Plain);
        self.disconnected();
        self.give_up_sending();
        self.set_state(State::Closed);
        self.unread.wake();
        self.senders.wake_all();
    }

    pub(super) fn note_close_event(&self, event: Option<CloseEvent>) {
        if let Some(event) = event {
            let _ = self.close_event.set(event);
        }
    }

    pub(super) fn close_event(&self) -> Option<CloseEvent> {
        self.close_event.get().cloned()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.get() == State::Closed
    }

    // What is sent.

    /// Hands the message to the open connection if nothing waits, and otherwise gives it back.
    pub(super) fn try_send(&self, message: Message) -> Result<(), TrySendError> {
        let error = match self.sender() {
            _ if self.is_closing() => Some(self.not_open()),
            Some(sender) if self.backlog.borrow().is_empty() => return sender.try_send(message),
            Some(_) => None,
            None => Some(self.not_open()),
        };
        Err(TrySendError::new(message, error))
    }

    fn not_open(&self) -> Error {
        Error::NotOpen(match self.state() {
            State::Closed => ReadyState::Closed,
            _ if self.is_closing() => ReadyState::Closing,
            State::Connecting { .. } | State::Open => ReadyState::Connecting,
            State::Waiting { .. } | State::Offline => ReadyState::Closed,
        })
    }

    /// The same; returns a message that has to wait.
    fn hand_over(&self, message: Message) -> Result<Option<Message>, SendError> {
        if self.is_closing() {
            return Err(SendError::new(message, NotSent::Closed));
        }
        let Err(error) = self.try_send(message) else {
            return Ok(None);
        };
        match error.into_parts() {
            (message, None | Some(Error::NotOpen(_))) => Ok(Some(message)),
            (message, Some(error)) => Err(SendError::new(message, NotSent::Refused(error))),
        }
    }

    /// Puts the message behind others that wait. The receipt is for who waits for it.
    fn queue(&self, message: Message, receipt: Option<Rc<Receipt>>) -> Result<Ticket, SendError> {
        let size = message.size();
        let when_full = self.when_full();
        if !self.backlog.borrow().takes(size, when_full) {
            return Err(SendError::new(message, NotSent::BacklogFull));
        }
        // It is handed to the browser later, and must then be what it was. The copy is made by
        // JavaScript, and so before anything is borrowed.
        let message = message.snapshot();
        let entry = Entry { message, receipt };
        let pushed = self.backlog.borrow_mut().push(entry, size, when_full);
        self.driver.wake();
        let (ticket, displaced) =
            pushed.map_err(|entry| SendError::new(entry.message, NotSent::BacklogFull))?;
        for entry in displaced {
            self.give_back(entry, NotSent::MadeRoom);
        }
        Ok(ticket)
    }

    /// What a full backlog does, which is for times without a connection: one that is slow is
    /// waited for.
    fn when_full(&self) -> WhenFull {
        match self.config.when_full {
            _ if self.is_connected() => WhenFull::Wait,
            // Memory is bounded also where nobody reads what is returned.
            WhenFull::DropOldest if self.unread.returned() > self.config.backlog => WhenFull::Fail,
            when_full => when_full,
        }
    }

    fn is_connected(&self) -> bool {
        self.sender.borrow().is_some()
    }

    pub(super) fn sender(&self) -> Option<Sender> {
        self.sender.borrow().clone()
    }

    pub(super) fn start_send(&self, message: Message) -> Result<(), SendError> {
        match self.hand_over(message)? {
            None => Ok(()),
            Some(message) => self.queue(message, None).map(drop),
        }
    }

    /// Hands the message over, or queues it and returns what tells its delivery.
    pub(super) fn send(&self, message: Message) -> Result<Option<Delivery<'_>>, SendError> {
        let Some(message) = self.hand_over(message)? else {
            return Ok(None);
        };
        let receipt = Rc::new(Receipt::default());
        let ticket = self.queue(message, Some(Rc::clone(&receipt)))?;
        Ok(Some(Delivery::new(self, ticket, receipt)))
    }

    /// Takes a message out of the backlog, unless it has left it.
    pub(super) fn withdraw(&self, ticket: Ticket) {
        let entry = self.backlog.borrow_mut().withdraw(ticket);
        if entry.is_some() {
            self.senders.wake_all();
        }
    }

    fn give_back(&self, entry: Entry, reason: NotSent) {
        let Entry { message, receipt } = entry;
        let error = SendError::new(message, reason);
        match receipt {
            Some(receipt) => receipt.fill(Err(error)),
            None => self.unread.push(Event::Returned(error)),
        }
    }

    /// Gives back all that waits.
    pub(super) fn give_up_sending(&self) {
        loop {
            let place = self.backlog.borrow_mut().pop();
            let Some((.., entry)) = place else { break };
            self.give_back(entry, NotSent::Closed);
        }
        self.senders.wake_all();
    }

    /// Sends what waits, as far as the connection takes it.
    pub(super) fn pump(&self, sender: &mut Sender, cx: &mut Context<'_>) {
        loop {
            let is_empty = self.backlog.borrow().is_empty();
            // The messages wait for the next connection, if this one isn't open any more.
            if is_empty || !matches!(sender.poll_ready_unpin(cx), Poll::Ready(Ok(()))) {
                return;
            }
            let place = self.backlog.borrow_mut().pop();
            let Some((ticket, cost, entry)) = place else {
                return;
            };
            let Entry { message, receipt } = entry;
            match sender.send_now(message).map_err(TrySendError::into_parts) {
                Ok(()) => {
                    if let Some(receipt) = receipt {
                        receipt.fill(Ok(()));
                    }
                }
                Err((message, None | Some(Error::NotOpen(_)))) => {
                    let entry = Entry { message, receipt };
                    let mut backlog = self.backlog.borrow_mut();
                    return backlog.put_back((ticket, cost, entry));
                }
                Err((message, Some(error))) => {
                    let entry = Entry { message, receipt };
                    self.give_back(entry, NotSent::Refused(error));
                }
            }
            self.senders.wake_all();
        }
    }

    pub(super) fn poll_closed(
        &self,
        ticket: &mut Option<task::Ticket>,
        cx: &Context<'_>,
    ) -> Poll<()> {
        self.wait_while(!self.is_closed(), ticket, cx)
    }

    pub(super) fn poll_room(
        &self,
        ticket: &mut Option<task::Ticket>,
        cx: &Context<'_>,
    ) -> Poll<()> {
        let must_wait = match self.config.when_full {
            _ if self.is_connected() => !self.backlog.borrow().is_empty(),
            WhenFull::Wait => self.backlog.borrow().is_full(),
            WhenFull::Fail | WhenFull::DropOldest => false,
        };
        self.wait_while(must_wait, ticket, cx)
    }

    /// Ready when nothing waits: the browser has it all.
    pub(super) fn poll_flush(
        &self,
        ticket: &mut Option<task::Ticket>,
        cx: &Context<'_>,
    ) -> Poll<()> {
        let must_wait = !self.backlog.borrow().is_empty();
        self.wait_while(must_wait, ticket, cx)
    }

    fn wait_while(
        &self,
        must_wait: bool,
        ticket: &mut Option<task::Ticket>,
        cx: &Context<'_>,
    ) -> Poll<()> {
        if must_wait {
            self.senders.enter(ticket, cx);
            return Poll::Pending;
        }
        self.senders.leave(ticket);
        Poll::Ready(())
    }

    /// Gives up a place among those who wait.
    pub(super) fn leave(&self, ticket: &mut Option<task::Ticket>) {
        self.senders.leave(ticket);
    }

    /// Sets what is made of binary messages, over this connection and later ones.
    pub(super) fn set_binary_type(&self, binary_type: BinaryType) {
        self.binary_type.set(Some(binary_type));
        if let Some(sender) = self.sender() {
            sender.set_binary_type(binary_type);
        }
    }

    /// The builder of the next connection.
    pub(super) fn prepare(&self, builder: Builder) -> Builder {
        match self.binary_type.get() {
            Some(binary_type) => builder.binary_type(binary_type),
            None => builder,
        }
    }

    pub(super) fn connected(&self, sender: &Sender) {
        // It may have been set since the attempt began.
        if let Some(binary_type) = self.binary_type.get() {
            sender.set_binary_type(binary_type);
        }
        self.sender.replace(Some(sender.clone()));
    }

    pub(super) fn disconnected(&self) {
        let sender = self.sender.take();
        drop(sender);
        self.senders.wake_all();
    }

    // What is ordered.

    /// Whether it is to be closed, or is.
    pub(super) fn is_closing(&self) -> bool {
        self.is_closed() || self.orders.close.get().is_some()
    }

    pub(super) fn close(&self, close: Close) {
        if !self.is_closed() && self.orders.close.set(close).is_ok() {
            self.driver.wake();
        }
    }

    pub(super) fn order(&self, order: &Cell<bool>, value: bool) {
        order.set(value);
        self.driver.wake();
    }

    /// What is sent from now on is for the next connection.
    pub(super) fn retry(&self) {
        self.disconnected();
        self.order(&self.orders.retry, true);
    }

    /// No handle is left.
    pub(super) fn abandon(&self) {
        // At once, since the page may not get to run tasks any more.
        if let Some(sender) = self.sender.take() {
            sender.close_as(&Close::Dropped);
        }
        self.order(&self.orders.abandon, true);
    }
}

/// For a look whose answer is asked for again by the driver.
pub(super) fn noop_context() -> Context<'static> {
    Context::from_waker(noop_waker_ref())
}
