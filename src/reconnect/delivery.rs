//! [`Delivery`]: the way of one message through the backlog, as a future
//! ([the send method](https://websockets.spec.whatwg.org/#dom-websocket-send)).

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use super::{backlog::Ticket, event::SendError, shared::Shared};
use crate::{local::Local, task::WakerSlot};

/// Where the outcome of a `send` is told.
#[derive(Default)]
pub(super) struct Receipt {
    outcome: Cell<Option<Result<(), SendError>>>,
    waker: WakerSlot,
}

impl Receipt {
    pub(super) fn fill(&self, outcome: Result<(), SendError>) {
        self.outcome.set(Some(outcome));
        self.waker.wake();
    }
}

/// A message on its way through the backlog. Dropped, it takes the message back out.
pub(super) struct Delivery<'a> {
    shared: Local<&'a Shared>,
    ticket: Ticket,
    receipt: Local<Rc<Receipt>>,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(shared: &'a Shared, ticket: Ticket, receipt: Rc<Receipt>) -> Self {
        Self {
            shared: Local::new(shared),
            ticket,
            receipt: Local::new(receipt),
        }
    }
}

impl Future for Delivery<'_> {
    type Output = Result<(), SendError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.receipt.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                self.receipt.waker.register(cx);
                Poll::Pending
            }
        }
    }
}

impl Drop for Delivery<'_> {
    fn drop(&mut self) {
        self.shared.withdraw(self.ticket);
    }
}
