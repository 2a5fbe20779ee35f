//! The sockets that are open: their number is limited, and all can be dropped at once.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

/// The open sockets of one server.
#[derive(Debug)]
pub(crate) struct Sockets {
    limit: usize,
    abort: CancellationToken,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    drops: HashMap<u64, CancellationToken>,
}

/// A socket's place among the open ones, given back on drop.
#[derive(Debug)]
pub(crate) struct Admission {
    sockets: Arc<Sockets>,
    number: u64,
    drop: CancellationToken,
}

impl Sockets {
    /// `abort` drops every socket for good.
    pub(crate) fn new(limit: usize, abort: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            limit,
            abort,
            open: Mutex::default(),
        })
    }

    pub(crate) fn admit(self: &Arc<Self>) -> Option<Admission> {
        let mut open = self.open.lock();
        if open.drops.len() >= self.limit {
            return None;
        }
        let number = open.next;
        let drop = self.abort.child_token();
        open.next += 1;
        open.drops.insert(number, drop.clone());
        Some(Admission {
            sockets: Arc::clone(self),
            number,
            drop,
        })
    }

    /// Tells every open socket to end abruptly, and how many those are.
    pub(crate) fn drop_all(&self) -> usize {
        let open = self.open.lock();
        open.drops.values().for_each(CancellationToken::cancel);
        open.drops.len()
    }
}

impl Admission {
    /// Resolves when the socket has to end abruptly.
    pub(crate) async fn dropped(&self) {
        self.drop.cancelled().await;
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.sockets.open.lock().drops.remove(&self.number);
    }
}
