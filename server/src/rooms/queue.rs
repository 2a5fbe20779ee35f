//! [`queue`]: what waits for a member, in bounds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::task::{ready, Context, Poll};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Bytes;

/// So many bytes may wait for a member.
const LIMIT: usize = 1 << 20;

/// What a message costs besides its bytes.
const MESSAGE_COST: usize = size_of::<Bytes>();

/// A queue that ends when it overflows.
pub(super) fn queue() -> (Outgoing, Incoming) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let outgoing = Outgoing {
        messages: Some(sender),
        waiting: Arc::clone(&waiting),
    };
    let incoming = Incoming {
        messages: receiver,
        waiting,
    };
    (outgoing, incoming)
}

/// Its end in the room.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// `None` once more waited than may.
    messages: Option<mpsc::UnboundedSender<Bytes>>,
    waiting: Arc<AtomicUsize>,
}

/// Its end at the member's socket.
#[derive(Debug)]
pub(super) struct Incoming {
    messages: mpsc::UnboundedReceiver<Bytes>,
    waiting: Arc<AtomicUsize>,
}

impl Outgoing {
    /// Ends the queue if there is no room for the message.
    pub(super) fn push(&mut self, message: Bytes) {
        let cost = cost(&message);
        let waiting = self.waiting.fetch_add(cost, Ordering::Relaxed) + cost;
        self.messages.take_if(|messages| {
            // A receiver that is gone needs no messages either.
            waiting > LIMIT || messages.send(message).is_err()
        });
    }
}

impl Incoming {
    /// The next message; `None` as soon as the queue has ended, whatever is still in it.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.messages.is_closed() {
            return Poll::Ready(None);
        }
        let message = ready!(self.messages.poll_recv(cx));
        let cost = message.as_ref().map_or(0, cost);
        self.waiting.fetch_sub(cost, Ordering::Relaxed);
        Poll::Ready(message)
    }
}

fn cost(message: &Bytes) -> usize {
    message.len() + MESSAGE_COST
}
