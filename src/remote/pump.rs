//! The tasks on the socket's thread, which serve the handles on others
//! ([event loops](https://html.spec.whatwg.org/multipage/webappapis.html#event-loops)).

use std::{
    future::poll_fn,
    task::{ready, Context, Poll},
};

use futures::{
    channel::{mpsc, oneshot},
    FutureExt, SinkExt, StreamExt,
};

use super::OwnedMessage;
use crate::{unwind::spawn, CloseCode, CloseEvent, Error, Receiver, Sender};

/// What waits its turn.
pub(super) enum Command {
    Send(OwnedMessage),
    Flush(oneshot::Sender<Result<(), Error>>),
}

/// A code, which is valid, and a reason.
pub(super) type Close = Option<(CloseCode, String)>;

/// The task that sends.
pub(super) struct Outgoing {
    pub(super) sender: Sender,
    pub(super) commands: mpsc::Receiver<Command>,
    /// It ends when no handle is left.
    pub(super) closes: mpsc::UnboundedReceiver<Close>,
    /// Why a message, and none after it, could not be sent.
    pub(super) failed: Option<Error>,
}

impl Outgoing {
    pub(super) async fn run(mut self, tell_end: oneshot::Sender<CloseEvent>) {
        let mut closed = self.sender.closed();
        let close = poll_fn(|cx| match closed.poll_unpin(cx) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => self.poll_until_close(cx),
        })
        .await;
        // What was sent before the close goes out, and doesn't wait for the network.
        self.commands.close();
        while let Some(command) = self.commands.next().await {
            self.execute(command);
        }
        // Whatever it comes to, the close event tells it.
        let _ = match close {
            Some((code, reason)) => self.sender.close_with(code, &reason),
            None => self.sender.close().await,
        };
        let _ = tell_end.send(self.sender.closed().await);
    }

    /// Executes commands while the network takes what they send.
    fn poll_until_close(&mut self, cx: &mut Context<'_>) -> Poll<Close> {
        loop {
            if let Poll::Ready(close) = self.closes.poll_next_unpin(cx) {
                return Poll::Ready(close.flatten());
            }
            if ready!(self.sender.poll_ready_unpin(cx)).is_err() || self.failed.is_some() {
                return Poll::Ready(None);
            }
            match ready!(self.commands.poll_next_unpin(cx)) {
                Some(command) => self.execute(command),
                // Only the receiver is left.
                None => return Poll::Pending,
            }
        }
    }

    fn execute(&mut self, command: Command) {
        match command {
            Command::Send(message) => {
                if self.failed.is_none() {
                    self.failed = self.sender.start_send_unpin(message.into()).err();
                }
            }
            Command::Flush(reply) => {
                let (sender, failed) = (self.sender.clone(), self.failed.clone());
                spawn(async move {
                    let flushed = match failed {
                        Some(error) => Err(error),
                        None => sender.flush().await,
                    };
                    // Nobody need be waiting any more.
                    let _ = reply.send(flushed);
                });
            }
        }
    }
}

/// The task that receives: as long as somebody listens, and not further than there is room.
pub(super) async fn receive(
    mut receiver: Receiver,
    mut messages: mpsc::Sender<Result<OwnedMessage, Error>>,
) {
    while poll_fn(|cx| messages.poll_ready(cx)).await.is_ok() {
        let message = match receiver.next().await {
            Some(Ok(message)) => OwnedMessage::read(message).await,
            Some(Err(error)) => Err(error),
            None => return,
        };
        // There is room, and where nobody listens any more it need not arrive.
        let _ = messages.start_send(message);
    }
}
