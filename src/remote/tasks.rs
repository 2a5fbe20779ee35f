//! The tasks on the socket's thread, which serve the handles on others.

use std::{
    collections::VecDeque,
    future::{poll_fn, Future},
    pin::{pin, Pin},
    sync::Arc,
    task::{Context, Poll},
};

use futures::{future, FutureExt, SinkExt, StreamExt};

use super::{
    outgoing::Item,
    shared::{Order, Shared},
    OwnedMessage,
};
use crate::{
    close::Close, task::Ticket, unwind::spawn, CloseEvent, Connection, Error, Opening, Receiver,
    Sender,
};

/// How many flushes are under way at a time. Further ones are taken together.
const MAX_FLUSHES: usize = 16;

/// Waits until the connection is open, and serves it.
pub(super) async fn open(opening: Opening, shared: Arc<Shared>) {
    let mut opening = pin!(opening);
    let opened = poll_fn(|cx| {
        shared.register_send_task(cx);
        match shared.is_given_up() {
            true => Poll::Ready(None),
            false => opening.as_mut().poll(cx).map(Some),
        }
    });
    match opened.await {
        Some(Ok(connection)) => serve(connection, shared),
        Some(Err(error)) => shared.set_refused(error),
        None => {}
    }
}

pub(super) fn serve(connection: Connection, shared: Arc<Shared>) {
    shared.set_open();
    let (sender, receiver) = connection.split();
    spawn(receive(receiver, Arc::clone(&shared)));
    spawn(send(SendTask {
        sender,
        shared,
        flushes: VecDeque::new(),
        is_prepared: false,
        failed: None,
    }));
}

type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

struct SendTask {
    sender: Sender,
    shared: Arc<Shared>,
    /// In their order, in which they are done too.
    flushes: VecDeque<(Ticket, LocalFuture<Result<(), Error>>)>,
    /// Whether the connection takes a message.
    is_prepared: bool,
    /// Why a message, and none after it, could not be sent.
    failed: Option<Error>,
}

async fn send(mut task: SendTask) {
    let mut closed = task.sender.closed();
    let event: CloseEvent = poll_fn(|cx| {
        task.shared.register_send_task(cx);
        task.poll_orders(cx);
        let event = closed.poll_unpin(cx);
        // Those that the end came before know it too.
        task.poll_flushes(cx);
        event
    })
    .await;
    task.shared.set_closed(event);
}

impl SendTask {
    fn poll_orders(&mut self, cx: &mut Context<'_>) {
        while let Some(order) = self.shared.next_order(self.is_prepared) {
            match order {
                Order::Prepare => match self.sender.poll_ready_unpin(cx) {
                    Poll::Ready(Ok(())) => self.is_prepared = true,
                    Poll::Ready(Err(error)) => self.fail(error),
                    Poll::Pending => return,
                },
                Order::Do(Item::Message(message)) => self.send(message),
                Order::Do(Item::Flush(ticket)) => self.flush(ticket, cx),
                // Whatever comes of it, the close event reports it.
                Order::Close(close) => self.sender.close_as(&close),
                Order::Yield => return cx.waker().wake_by_ref(),
            }
        }
    }

    fn send(&mut self, message: OwnedMessage) {
        self.is_prepared = false;
        if self.failed.is_none() {
            if let Err(error) = self.sender.start_send_unpin(message.into()) {
                self.fail(error);
            }
        }
    }

    fn fail(&mut self, error: Error) {
        self.failed = Some(error);
        self.shared.close(Close::Plain);
    }

    fn flush(&mut self, ticket: Ticket, cx: &mut Context<'_>) {
        let mut flush: LocalFuture<_> = match &self.failed {
            Some(error) => Box::pin(future::ready(Err(error.clone()))),
            None => {
                let sender = self.sender.clone();
                Box::pin(async move { sender.flush().await })
            }
        };
        // It covers what was sent before this poll.
        if let Poll::Ready(result) = flush.poll_unpin(cx) {
            flush = Box::pin(future::ready(result));
        }
        if self.flushes.len() == MAX_FLUSHES {
            self.flushes.pop_back();
        }
        self.flushes.push_back((ticket, flush));
    }

    fn poll_flushes(&mut self, cx: &mut Context<'_>) {
        while let Some((ticket, flush)) = self.flushes.front_mut() {
            let Poll::Ready(result) = flush.poll_unpin(cx) else {
                return;
            };
            self.shared.set_flushed(*ticket, result);
            self.flushes.pop_front();
        }
    }
}

/// Receives as long as somebody listens, and not further than there is room.
async fn receive(mut receiver: Receiver, shared: Arc<Shared>) {
    loop {
        let received = poll_fn(|cx| match shared.poll_room(cx) {
            Poll::Ready(true) => receiver.poll_next_unpin(cx),
            Poll::Ready(false) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let message = match received.await {
            Some(Ok(message)) => OwnedMessage::read(message).await,
            Some(Err(error)) => Err(error),
            None => return shared.set_incoming_ended(),
        };
        shared.deliver(message);
    }
}
