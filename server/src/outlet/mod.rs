//! Ports of their own in front of the server, through which a test cuts its connections, holds
//! them up, and makes the server seem to stop, to hang or to refuse.
//!
//! An outlet is a TCP proxy: it knows nothing of WebSocket, and what comes through it is served
//! like anything else. Only to refuse and to close does it look at a request, whose target it
//! changes to a route that does that.
//!
//! All routes but the third are POST; all but the first answer with the outlet's state,
//! `{"mode": "serve", "accepted": 3, "open": 1}`:
//!
//! - `/test/outlet` opens one and answers `{"id": "0", "port": 40123}`. It is removed when it was
//!   neither used nor asked for ten minutes, or `unused=MS` if that is less.
//! - `/test/outlet/{id}/mode?is=` says how connections to come are treated. `serve` forwards,
//!   `stop` resets all and has the system refuse more, `silent` reads and says nothing, `refuse`
//!   answers handshakes with 503, `close` accepts and closes with `code=` (1012); `black-hole`
//!   forwards nothing any more, not even an end, on connections that are open either.
//! - `GET /test/outlet/{id}`
//! - `/test/outlet/{id}/cut?after=BYTES` resets every connection when so many more bytes went
//!   `direction=down`, to the client, or `up`; with `next=true` those to come as well. Without
//!   `after` it takes that back.
//! - `/test/outlet/{id}/delay?ms=N` forwards each piece so much later, both ways and in order.
//! - `/test/outlet/{id}/remove` resets its connections and gives the port back.
//!
//! What is asked for is done when the answer comes.

mod connection;
mod listening;
mod pump;
mod routes;

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::time::{sleep_until, Instant};
use tokio_util::sync::CancellationToken;

use crate::server::Shared;
use connection::{Connection, Cuts, Direction, Treatment};
use listening::Door;
pub(crate) use routes::router;

const OUTLETS: usize = 256;
const CONNECTIONS: usize = 2048;

/// How an outlet treats new connections.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    Serve,
    Stop,
    Silent,
    Refuse,
    Close,
    BlackHole,
}

/// The outlets of one server.
#[derive(Debug)]
pub(crate) struct Outlets {
    /// How many more connections there may be through all of them.
    places: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    outlets: HashMap<String, Arc<Outlet>>,
}

impl Default for Outlets {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(CONNECTIONS)),
            open: Mutex::default(),
        }
    }
}

/// One port.
#[derive(Debug)]
pub(crate) struct Outlet {
    port: u16,
    delay: Arc<AtomicU64>,
    state: Mutex<State>,
    /// Locked while it opens or closes.
    door: tokio::sync::Mutex<Door>,
    /// Nothing open and nothing asked for so long, and it is removed.
    expiry: Duration,
    remove: CancellationToken,
    removed: CancellationToken,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    code: u16,
    /// The cuts of connections to come.
    cuts: Cuts,
    accepted: u64,
    open: HashMap<u64, Arc<Connection>>,
    used: Instant,
}

/// What a test is told of an outlet.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    mode: Mode,
    accepted: u64,
    open: usize,
}

impl Outlets {
    /// One more outlet, and its id; none if there are too many.
    async fn open(
        shared: &Arc<Shared>,
        expiry: Duration,
    ) -> io::Result<Option<(String, Arc<Outlet>)>> {
        let (port, door) = Door::new()?;
        let outlet = Arc::new(Outlet {
            port,
            delay: Arc::default(),
            state: Mutex::new(State {
                mode: Mode::Serve,
                code: 1012,
                cuts: Cuts::default(),
                accepted: 0,
                open: HashMap::new(),
                used: Instant::now(),
            }),
            door: tokio::sync::Mutex::new(door),
            expiry,
            remove: CancellationToken::new(),
            removed: CancellationToken::new(),
        });
        let Some(id) = shared.outlets.insert(&outlet) else {
            return Ok(None);
        };
        shared.origins.serve_at(port);
        shared
            .tasks
            .spawn(keep(id.clone(), Arc::clone(&outlet), Arc::clone(shared)));
        let opened = outlet.door.lock().await.open(&outlet, shared).await;
        if let Err(error) = opened {
            outlet.remove.cancel();
            return Err(error);
        }
        Ok(Some((id, outlet)))
    }

    fn insert(&self, outlet: &Arc<Outlet>) -> Option<String> {
        let mut open = self.open.lock();
        if open.outlets.len() >= OUTLETS {
            return None;
        }
        let id = open.next.to_string();
        open.next += 1;
        open.outlets.insert(id.clone(), Arc::clone(outlet));
        Some(id)
    }

    fn find(&self, id: &str) -> Option<Arc<Outlet>> {
        let outlet = self.open.lock().outlets.get(id).cloned();
        outlet.inspect(|outlet| outlet.state.lock().used = Instant::now())
    }

    /// Closes an outlet for good, once its connections are reset.
    async fn remove(&self, id: &str) -> Option<Status> {
        let outlet = self.open.lock().outlets.remove(id)?;
        outlet.remove.cancel();
        outlet.removed.cancelled().await;
        Some(outlet.status())
    }
}

/// Closes an outlet when it is removed or was not used for long.
async fn keep(id: String, outlet: Arc<Outlet>, shared: Arc<Shared>) {
    let _removed = outlet.removed.clone().drop_guard();
    tokio::select! {
        () = outlet.unused() => tracing::debug!(id, "an outlet was not used for long"),
        () = outlet.remove.cancelled() => {}
        () = shared.shutdown.cancelled() => return,
    }
    shared.outlets.open.lock().outlets.remove(&id);
    let mut door = outlet.door.lock().await;
    door.close(outlet.port).await;
    shared.origins.no_longer_serve_at(outlet.port);
    door.remove();
}

impl Outlet {
    async fn unused(&self) {
        loop {
            let until = self.state.lock().used + self.expiry;
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
            let mut state = self.state.lock();
            if !state.open.is_empty() {
                state.used = Instant::now();
            }
        }
    }

    fn status(&self) -> Status {
        let state = self.state.lock();
        Status {
            mode: state.mode,
            accepted: state.accepted,
            open: state.open.len(),
        }
    }

    /// What it is told is done when this resolves.
    async fn set_mode(
        self: &Arc<Self>,
        mode: Mode,
        code: u16,
        shared: &Arc<Shared>,
    ) -> io::Result<()> {
        let mut door = self.door.lock().await;
        {
            let mut state = self.state.lock();
            state.mode = mode;
            state.code = code;
            if mode == Mode::BlackHole {
                state.open.values().for_each(|open| open.swallow());
            }
        }
        if mode == Mode::Stop {
            door.close(self.port).await;
            Ok(())
        } else {
            door.open(self, shared).await
        }
    }

    /// Resets what is open after so many more bytes, and with `next` also what is yet to come;
    /// `None` takes that back.
    async fn cut(&self, direction: Direction, after: Option<u64>, next: bool) {
        let open: Vec<_> = {
            let mut state = self.state.lock();
            *state.cuts.of(direction) = after.filter(|_| next);
            state.open.values().cloned().collect()
        };
        for connection in &open {
            connection.cut(direction, after);
        }
        for connection in open.iter().filter(|open| open.is_cut_off()) {
            connection.ended().await;
        }
    }

    fn set_delay(&self, milliseconds: u64) {
        self.delay.store(milliseconds, Ordering::Relaxed);
    }

    /// Gives a new connection its place, and says how to treat it.
    fn admit(self: &Arc<Self>, reset: CancellationToken) -> (Arc<Connection>, Treatment, Place) {
        let mut state = self.state.lock();
        let number = state.accepted;
        let connection = Connection::new(reset, Arc::clone(&self.delay), state.cuts);
        state.accepted += 1;
        state.used = Instant::now();
        state.open.insert(number, Arc::clone(&connection));
        let treatment = match state.mode {
            Mode::Serve => Treatment::Forward,
            // A moment later it is reset.
            Mode::Stop | Mode::Silent | Mode::BlackHole => Treatment::Swallow,
            Mode::Refuse => Treatment::Redirect("/test/refuse?status=503".to_owned()),
            Mode::Close => Treatment::Redirect(format!("/test/close?code={}", state.code)),
        };
        let place = Place {
            outlet: Arc::clone(self),
            number,
        };
        (connection, treatment, place)
    }
}

/// A connection's place among the open ones, given back on drop.
#[derive(Debug)]
struct Place {
    outlet: Arc<Outlet>,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.outlet.state.lock().open.remove(&self.number);
    }
}
