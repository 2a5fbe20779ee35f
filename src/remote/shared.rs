//! [`Shared`]: what the handles and the socket's thread have in common.

use std::{
    collections::VecDeque,
    task::{Context, Poll, Waker},
};

use super::{
    lock::SpinLock,
    outgoing::{Deferred, Item, Outgoing},
    OwnedMessage, CAPACITY,
};
use crate::{
    close::Close,
    task::{Ticket, WaitQueue},
    CloseEvent, Error, ReadyState, TrySendError,
};

/// What the socket's thread does next.
pub(super) enum Order {
    /// There is a message to send: wait until the connection takes it.
    Prepare,
    Do(Item),
    Close(Close),
    /// Senders were woken: look again once they had a turn.
    Yield,
}

enum Stage {
    Connecting,
    Refused(Error),
    Open,
    Closing,
    Closed(CloseEvent),
}

pub(super) struct Shared(SpinLock<State>);

struct State {
    stage: Stage,
    /// Futures that wait for another stage.
    watchers: WaitQueue,
    outgoing: Outgoing,
    close: Option<Close>,
    /// All flushes up to this one are done.
    flushed: Ticket,
    /// This flush failed, and so do all later ones.
    flush_failed: Option<(Ticket, Error)>,
    flushing: WaitQueue,
    incoming: VecDeque<Result<OwnedMessage, Error>>,
    /// Whether nothing more arrives.
    incoming_ended: bool,
    /// Whether the receiver is still there.
    listening: bool,
    reader: Option<Waker>,
    send_task: Option<Waker>,
    receive_task: Option<Waker>,
}

impl State {
    /// Why nothing can be sent; `waited` says whether the call began while it could.
    fn check_open(&self, waited: bool) -> Result<(), Error> {
        match &self.stage {
            Stage::Open => Ok(()),
            Stage::Connecting => Err(Error::NotOpen(ReadyState::Connecting)),
            Stage::Closing => Err(Error::NotOpen(ReadyState::Closing)),
            Stage::Closed(event) if waited => Err(Error::Closed(event.clone())),
            Stage::Closed(_) | Stage::Refused(_) => Err(Error::NotOpen(ReadyState::Closed)),
        }
    }

    /// Queues the message, if there is one, when it is this ticket's turn.
    fn try_push(
        &mut self,
        ticket: &mut Option<Ticket>,
        message: &mut Option<OwnedMessage>,
        to: &mut Deferred,
    ) -> Option<Result<(), Error>> {
        let open = self.check_open(ticket.is_some());
        if open.is_ok() && !self.outgoing.may_push(*ticket) {
            return None;
        }
        if open.is_ok() {
            if let Some(message) = message.take() {
                self.push(*ticket, message, to);
            }
        }
        self.outgoing.leave(*ticket, to);
        Some(open)
    }

    fn push(&mut self, ticket: Option<Ticket>, message: OwnedMessage, to: &mut Deferred) {
        self.outgoing.push(ticket, message);
        to.wake(self.send_task.take());
    }

    fn set_stage(&mut self, stage: Stage, to: &mut Deferred) {
        self.stage = stage;
        to.wake(self.watchers.take_all());
        self.outgoing.wake_all(to);
    }

    fn next_order(&mut self, is_prepared: bool, to: &mut Deferred) -> Option<Order> {
        let is_open = matches!(self.stage, Stage::Open);
        if is_open && !is_prepared && self.outgoing.is_message_next() {
            return Some(Order::Prepare);
        }
        if let Some(item) = self.outgoing.pop(to) {
            return Some(Order::Do(item));
        }
        if let Some(close) = self.close.take() {
            return Some(Order::Close(close));
        }
        (is_open && self.outgoing.wake_next(to)).then_some(Order::Yield)
    }

    fn flush_result(&self, flush: Ticket) -> Option<Result<(), Error>> {
        if self.flushed >= flush {
            return Some(Ok(()));
        }
        match (&self.flush_failed, &self.stage) {
            (Some((from, error)), _) if *from <= flush => Some(Err(error.clone())),
            (_, Stage::Closed(event)) => Some(Err(Error::Closed(event.clone()))),
            _ => None,
        }
    }

    fn close_event(&self) -> Option<CloseEvent> {
        match &self.stage {
            Stage::Closed(event) => Some(event.clone()),
            _ => None,
        }
    }

    fn opened(&self) -> Option<Result<(), Error>> {
        match &self.stage {
            Stage::Connecting => None,
            Stage::Refused(error) => Some(Err(error.clone())),
            _ => Some(Ok(())),
        }
    }
}

impl Shared {
    pub(super) fn connecting() -> Self {
        Self(SpinLock::new(State {
            stage: Stage::Connecting,
            watchers: WaitQueue::default(),
            outgoing: Outgoing::default(),
            close: None,
            flushed: 0,
            flush_failed: None,
            flushing: WaitQueue::default(),
            incoming: VecDeque::new(),
            incoming_ended: false,
            listening: true,
            reader: None,
            send_task: None,
            receive_task: None,
        }))
    }

    /// Changes the state, then wakes and drops wakers without the lock.
    fn update<R>(&self, change: impl FnOnce(&mut State, &mut Deferred) -> R) -> R {
        let mut deferred = Deferred::default();
        let result = self.0.with(|state| change(state, &mut deferred));
        deferred.run();
        result
    }

    /// Puts the task's waker where it is taken from to wake it.
    fn register(&self, place: fn(&mut State) -> &mut Option<Waker>, cx: &Context<'_>) {
        let is_there = |waker: &Waker| waker.will_wake(cx.waker());
        if !self
            .0
            .with(|state| place(state).as_ref().is_some_and(is_there))
        {
            let waker = cx.waker().clone();
            self.update(|state, to| to.discard(place(state).replace(waker)));
        }
    }

    /// What `look` finds, or else waits in a queue.
    fn poll_in<T>(
        &self,
        queue: fn(&mut State) -> &mut WaitQueue,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
        look: impl Fn(&State) -> Option<T>,
    ) -> Poll<T> {
        if let Some(found) = self.0.with(|state| look(state)) {
            return Poll::Ready(found);
        }
        let waker = cx.waker().clone();
        self.update(|state, to| match look(state) {
            Some(found) => {
                to.discard([waker]);
                Poll::Ready(found)
            }
            None => {
                let (entered, old) = queue(state).enter(*ticket, waker);
                *ticket = Some(entered);
                to.discard(old);
                Poll::Pending
            }
        })
    }

    fn leave(&self, queue: fn(&mut State) -> &mut WaitQueue, ticket: &mut Option<Ticket>) {
        if let Some(ticket) = ticket.take() {
            self.update(|state, to| to.discard(queue(state).leave(ticket).0));
        }
    }
}

/// For the handles.
impl Shared {
    /// Waits for the turn of a ticket, which is set for a call that waits, and queues the message
    /// then, if there is one.
    pub(super) fn poll_push(
        &self,
        ticket: &mut Option<Ticket>,
        message: &mut Option<OwnedMessage>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if let Some(pushed) = self.update(|state, to| state.try_push(ticket, message, to)) {
            return Poll::Ready(pushed);
        }
        let waker = cx.waker().clone();
        self.update(|state, to| match state.try_push(ticket, message, to) {
            Some(pushed) => {
                to.discard([waker]);
                Poll::Ready(pushed)
            }
            None => {
                state.outgoing.wait(ticket, waker, to);
                Poll::Pending
            }
        })
    }

    /// Queues a message if nobody waits and there is room, and otherwise gives it back.
    pub(super) fn try_send(&self, message: OwnedMessage) -> Result<(), TrySendError<OwnedMessage>> {
        let mut message = Some(message);
        let pushed = self.update(|state, to| state.try_push(&mut None, &mut message, to));
        match message {
            None => Ok(()),
            // It is full if there is no error either.
            Some(message) => Err(TrySendError::new(message, pushed.and_then(Result::err))),
        }
    }

    /// Queues a message whose turn came.
    pub(super) fn push(&self, ticket: Option<Ticket>, message: OwnedMessage) -> Result<(), Error> {
        let mut message = Some(message);
        self.update(|state, to| {
            state.check_open(false)?;
            if let Some(message) = message.take() {
                state.push(ticket, message, to);
            }
            Ok(())
        })
    }

    /// Gives up the turn of a ticket.
    pub(super) fn forgo(&self, ticket: &mut Option<Ticket>) {
        if let Some(ticket) = ticket.take() {
            self.update(|state, to| state.outgoing.leave(Some(ticket), to));
        }
    }

    /// Starts a flush of what is queued and was sent by now.
    pub(super) fn flush(&self) -> Result<Ticket, Error> {
        self.update(|state, to| {
            state.check_open(false)?;
            to.wake(state.send_task.take());
            Ok(state.outgoing.push_flush())
        })
    }

    pub(super) fn poll_flushed(
        &self,
        flush: Ticket,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Error>> {
        let flushed = |state: &State| state.flush_result(flush);
        self.poll_in(|state| &mut state.flushing, ticket, cx, flushed)
    }

    pub(super) fn stop_flushing(&self, ticket: &mut Option<Ticket>) {
        self.leave(|state| &mut state.flushing, ticket);
    }

    /// Starts to close, unless that has begun.
    pub(super) fn close(&self, close: Close) {
        self.update(|state, to| {
            if matches!(state.stage, Stage::Connecting | Stage::Open) {
                state.close = Some(close);
                state.set_stage(Stage::Closing, to);
                to.wake(state.send_task.take());
            }
        });
    }

    pub(super) fn poll_opened(
        &self,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Error>> {
        self.poll_in(|state| &mut state.watchers, ticket, cx, State::opened)
    }

    pub(super) fn poll_closed(
        &self,
        ticket: &mut Option<Ticket>,
        cx: &Context<'_>,
    ) -> Poll<CloseEvent> {
        self.poll_in(|state| &mut state.watchers, ticket, cx, State::close_event)
    }

    pub(super) fn stop_watching(&self, ticket: &mut Option<Ticket>) {
        self.leave(|state| &mut state.watchers, ticket);
    }

    /// The next message; `None` if there will be none.
    pub(super) fn poll_next(&self, cx: &Context<'_>) -> Poll<Option<Result<OwnedMessage, Error>>> {
        match self.try_next() {
            Poll::Pending => {
                self.register(|state| &mut state.reader, cx);
                self.try_next()
            }
            ready => ready,
        }
    }

    /// The same without a task.
    pub(super) fn try_next(&self) -> Poll<Option<Result<OwnedMessage, Error>>> {
        self.update(|state, to| match state.incoming.pop_front() {
            Some(message) => {
                to.wake(state.receive_task.take());
                Poll::Ready(Some(message))
            }
            None if state.incoming_ended => Poll::Ready(None),
            None => Poll::Pending,
        })
    }

    /// Discards what arrived and what will arrive.
    pub(super) fn stop_listening(&self) {
        let discarded = self.update(|state, to| {
            state.listening = false;
            to.wake(state.receive_task.take());
            to.discard(state.reader.take());
            std::mem::take(&mut state.incoming)
        });
        drop(discarded);
    }
}

/// For the tasks on the socket's thread.
impl Shared {
    pub(super) fn register_send_task(&self, cx: &Context<'_>) {
        self.register(|state| &mut state.send_task, cx);
    }

    /// Whether the handles are gone, or closed it, before it was open.
    pub(super) fn is_given_up(&self) -> bool {
        self.0
            .with(|state| !matches!(state.stage, Stage::Connecting))
    }

    pub(super) fn set_open(&self) {
        self.update(|state, to| {
            if matches!(state.stage, Stage::Connecting) {
                state.set_stage(Stage::Open, to);
            }
        });
    }

    pub(super) fn set_refused(&self, error: Error) {
        self.update(|state, to| state.set_stage(Stage::Refused(error), to));
    }

    /// What to do next; a message only if the connection takes one.
    pub(super) fn next_order(&self, is_prepared: bool) -> Option<Order> {
        self.update(|state, to| state.next_order(is_prepared, to))
    }

    pub(super) fn set_flushed(&self, flush: Ticket, result: Result<(), Error>) {
        self.update(|state, to| {
            match result {
                Ok(()) => state.flushed = flush,
                Err(error) => {
                    state.flush_failed.get_or_insert((flush, error));
                }
            }
            to.wake(state.flushing.take_all());
        });
    }

    /// The connection has ended: nothing more is sent.
    pub(super) fn set_closed(&self, event: CloseEvent) {
        let discarded = self.update(|state, to| {
            state.set_stage(Stage::Closed(event), to);
            to.wake(state.flushing.take_all());
            to.discard(state.send_task.take());
            std::mem::take(&mut state.outgoing)
        });
        drop(discarded);
    }

    /// Waits until there is room for a message; false if nobody listens any more.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<bool> {
        self.register(|state| &mut state.receive_task, cx);
        self.0.with(|state| match state.listening {
            true if state.incoming.len() >= CAPACITY => Poll::Pending,
            listening => Poll::Ready(listening),
        })
    }

    /// Queues what arrived, or drops it if nobody listens any more.
    pub(super) fn deliver(&self, message: Result<OwnedMessage, Error>) {
        let mut message = Some(message);
        self.update(|state, to| {
            if state.listening {
                state.incoming.extend(message.take());
                to.wake(state.reader.take());
            }
        });
    }

    pub(super) fn set_incoming_ended(&self) {
        self.update(|state, to| {
            state.incoming_ended = true;
            to.wake(state.reader.take());
        });
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "tests.rs"]
mod tests;
