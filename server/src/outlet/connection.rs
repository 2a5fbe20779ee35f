//! One connection through an outlet, from its client to the server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::pump::{pump, Broken};
use super::Place;

const LONGEST_REQUEST_LINE: usize = 8 << 10;

/// Which way bytes go: `Down` is to the client.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    #[default]
    Down,
    Up,
}

/// How many bytes are still forwarded before the connection is reset.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cuts {
    down: Option<u64>,
    up: Option<u64>,
}

impl Cuts {
    pub(crate) fn of(&mut self, direction: Direction) -> &mut Option<u64> {
        match direction {
            Direction::Down => &mut self.down,
            Direction::Up => &mut self.up,
        }
    }

    fn is_due(self) -> bool {
        self.down == Some(0) || self.up == Some(0)
    }
}

/// What is done with a new connection.
#[derive(Clone, Debug)]
pub(crate) enum Treatment {
    Forward,
    /// Forward, but ask the server for this path and query.
    Redirect(String),
    Swallow,
}

/// What an open connection can be told.
#[derive(Debug)]
pub(crate) struct Connection {
    reset: CancellationToken,
    swallowed: CancellationToken,
    ended: CancellationToken,
    /// In milliseconds.
    delay: Arc<AtomicU64>,
    cuts: Mutex<Cuts>,
}

impl Connection {
    /// `reset` ends it with a TCP reset of both sides.
    pub(crate) fn new(reset: CancellationToken, delay: Arc<AtomicU64>, cuts: Cuts) -> Arc<Self> {
        if cuts.is_due() {
            reset.cancel();
        }
        Arc::new(Self {
            reset,
            swallowed: CancellationToken::new(),
            ended: CancellationToken::new(),
            delay,
            cuts: Mutex::new(cuts),
        })
    }

    /// Resets it after so many more bytes, or not at all.
    pub(crate) fn cut(&self, direction: Direction, after: Option<u64>) {
        let mut cuts = self.cuts.lock();
        *cuts.of(direction) = after;
        if cuts.is_due() {
            self.reset.cancel();
        }
    }

    /// From here on nothing that comes is forwarded, not even that there comes no more.
    pub(crate) fn swallow(&self) {
        // Nobody writes while this is locked.
        let _cuts = self.cuts.lock();
        self.swallowed.cancel();
    }

    pub(crate) fn is_cut_off(&self) -> bool {
        self.reset.is_cancelled()
    }

    /// Resolves when both sides are closed.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay.load(Ordering::Relaxed))
    }

    pub(super) fn cuts(&self) -> MutexGuard<'_, Cuts> {
        self.cuts.lock()
    }

    pub(super) async fn swallowed(&self) {
        self.swallowed.cancelled().await;
    }

    pub(super) fn is_swallowed(&self) -> bool {
        self.swallowed.is_cancelled()
    }

    /// Carries bytes until both sides are done; `place` is dropped when the client is gone.
    pub(crate) async fn run(
        &self,
        client: TcpStream,
        server: SocketAddr,
        treatment: Treatment,
        shutdown: CancellationToken,
        place: Place,
    ) {
        let _ended = self.ended.clone().drop_guard();
        let mut ends = Ends {
            client,
            server: None,
        };
        let finished = tokio::select! {
            biased;
            () = self.reset.cancelled() => Err(Broken),
            // There is nothing more to be heard from the server.
            () = async { tokio::join!(self.swallowed(), shutdown.cancelled()); } => Err(Broken),
            finished = self.carry(&mut ends, server, treatment, place) => finished,
        };
        if finished.is_err() {
            ends.reset();
        }
    }

    async fn carry(
        &self,
        ends: &mut Ends,
        server: SocketAddr,
        treatment: Treatment,
        place: Place,
    ) -> Result<(), Broken> {
        let first = match treatment {
            Treatment::Forward => Bytes::new(),
            Treatment::Redirect(target) => redirect(&mut ends.client, &target).await?,
            Treatment::Swallow => {
                self.swallow();
                // An error is an end, too.
                let _ = tokio::io::copy(&mut ends.client, &mut tokio::io::sink()).await;
                return Ok(());
            }
        };
        let server = TcpStream::connect(server).await.map_err(|error| {
            tracing::debug!(%error, "an outlet does not reach its server");
            Broken
        })?;
        let server = ends.server.insert(server);
        for side in [&ends.client, &*server] {
            if let Err(error) = side.set_nodelay(true) {
                tracing::debug!(%error, "small pieces may be late");
            }
        }
        let (from_client, to_client) = ends.client.split();
        let (from_server, to_server) = server.split();
        let up = async {
            pump(self, Direction::Up, first, from_client, to_server).await?;
            if self.is_swallowed() {
                drop(place);
            }
            Ok(())
        };
        let down = pump(self, Direction::Down, Bytes::new(), from_server, to_client);
        tokio::try_join!(up, down).map(|_| ())
    }
}

#[derive(Debug)]
struct Ends {
    client: TcpStream,
    server: Option<TcpStream>,
}

impl Ends {
    fn reset(self) {
        for tcp in std::iter::once(self.client).chain(self.server) {
            if let Err(error) = tcp.set_zero_linger() {
                tracing::debug!(%error, "a connection ends without a reset");
            }
        }
    }
}

/// Reads the start of a request, and puts another target in it.
async fn redirect(client: &mut TcpStream, target: &str) -> Result<Bytes, Broken> {
    let mut start = Vec::new();
    loop {
        if let Some(end) = start.windows(2).position(|two| two == b"\r\n") {
            let (line, rest) = start.split_at(end);
            return with_target(line, target)
                .map(|line| [line.as_bytes(), rest].concat().into())
                .ok_or(Broken);
        }
        if start.len() > LONGEST_REQUEST_LINE {
            return Err(Broken);
        }
        match client.read_buf(&mut start).await {
            Ok(0) | Err(_) => return Err(Broken),
            Ok(_) => {}
        }
    }
}

fn with_target(line: &[u8], target: &str) -> Option<String> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, _, version) = (words.next()?, words.next()?, words.next()?);
    Some(format!("{method} {target} {version}"))
}
