//! [`Session`]: one flipbook that is being played, and [`Flipbooks`], all of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{watch, Semaphore};
use tokio::time::{sleep, Instant};
use tokio_tungstenite::tungstenite::Bytes;

use super::feed::Feed;
use super::network::Network;
use super::tally::{Tallies, Tally, Transport};
use crate::server::Shared;

/// How long a flipbook that is over can still be read by polling.
const GRACE: Duration = Duration::from_secs(2);

/// Polls of one flipbook that wait at a time.
const WAITING_POLLS: usize = 8;

/// A feed, and what is counted of its readers.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) feed: Mutex<Feed>,
    pub(super) polls: Semaphore,
    news: watch::Sender<()>,
    network: Mutex<Network>,
    pub(super) tallies: Tallies,
}

impl Session {
    fn new(id: String) -> Self {
        Self {
            id,
            feed: Mutex::default(),
            polls: Semaphore::new(WAITING_POLLS),
            news: watch::Sender::default(),
            network: Mutex::default(),
            tallies: Tallies::default(),
        }
    }

    /// Resolves with each change of the feed from now on.
    pub(super) fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// How long something takes through the simulated network.
    pub(super) fn trip(&self) -> Duration {
        self.network.lock().trip()
    }

    pub(super) fn set_network(&self, network: Network) {
        *self.network.lock() = network;
    }

    pub(super) fn tally(&self, transport: Transport) -> &Tally {
        self.tallies.of(transport)
    }

    /// Takes the next frame; of its own, or it could keep a larger buffer from being freed.
    pub(super) fn push(&self, frame: &[u8]) {
        let frame = Bytes::copy_from_slice(frame);
        self.feed.lock().push(frame, Instant::now() + self.trip());
        self.news.send_replace(());
    }

    fn end(&self) {
        self.feed.lock().over = true;
        self.news.send_replace(());
    }
}

/// The flipbooks that are being played, by their ids.
#[derive(Debug)]
pub(crate) struct Flipbooks {
    limit: usize,
    open: Mutex<HashMap<String, Arc<Session>>>,
}

impl Flipbooks {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            open: Mutex::default(),
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Session>> {
        self.open.lock().get(id).cloned()
    }

    /// Begins another one, unless they are too many.
    pub(super) fn begin(shared: &Arc<Shared>) -> Option<Playing> {
        let flipbooks = &shared.flipbooks;
        let mut open = flipbooks.open.lock();
        if open.len() >= flipbooks.limit {
            return None;
        }
        // Only who is told the id can read.
        let id = format!("{:032x}", rand::random::<u128>());
        let session = Arc::new(Session::new(id.clone()));
        open.insert(id, Arc::clone(&session));
        Some(Playing {
            session,
            shared: Arc::clone(shared),
        })
    }
}

/// A flipbook that is being played, over when this is dropped.
#[derive(Debug)]
pub(super) struct Playing {
    pub(super) session: Arc<Session>,
    pub(super) shared: Arc<Shared>,
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.session.end();
        let (shared, session) = (Arc::clone(&self.shared), Arc::clone(&self.session));
        self.shared.tasks.spawn(async move {
            tokio::select! {
                () = sleep(GRACE) => {}
                () = shared.shutdown.cancelled() => {}
                () = shared.abort.cancelled() => {}
            }
            shared.flipbooks.open.lock().remove(&session.id);
        });
    }
}
