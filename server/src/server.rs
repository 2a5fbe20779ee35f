//! Accepts connections until told to stop, then ends what is open.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::flipbook::Flipbooks;
use crate::handshakes::Handshakes;
use crate::hostile::Hostiles;
use crate::ledger::Ledger;
use crate::log::Logs;
use crate::origin::Origins;
use crate::outlet::Outlets;
use crate::rooms::Rooms;
use crate::sockets::Sockets;
use crate::tls::{Security, Stream};
use crate::wire::{Control, Wire};
use crate::{routes, Config, Error};

const GRACE: Duration = Duration::from_secs(2);
const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
}

/// What every connection needs of its server.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) address: SocketAddr,
    pub(crate) security: Security,
    pub(crate) origins: Origins,
    pub(crate) sockets: Arc<Sockets>,
    pub(crate) handshakes: Handshakes,
    pub(crate) ledger: Ledger,
    pub(crate) logs: Logs,
    pub(crate) outlets: Outlets,
    pub(crate) hostiles: Hostiles,
    pub(crate) flipbooks: Flipbooks,
    pub(crate) rooms: Arc<Rooms>,
    connections: Arc<Semaphore>,
    pub(crate) tasks: TaskTracker,
    /// Close what is open.
    pub(crate) shutdown: CancellationToken,
    /// Cut off what is open.
    pub(crate) abort: CancellationToken,
}

impl Server {
    /// Opens the port, once the page is known to be there.
    pub async fn bind(config: Config) -> Result<Self, Error> {
        if !config.no_page && !config.page.join("index.html").is_file() {
            return Err(Error::NoPage(config.page));
        }
        let security = Security::new(config.identity.as_ref())?;
        let port = config.port;
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => Error::PortInUse(port),
            _ => Error::Listen { port, source },
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let abort = CancellationToken::new();
        let shared = Shared {
            address,
            origins: Origins::new(security.http(), address, &config.allow_origins),
            sockets: Sockets::new(config.max_sockets, abort.clone()),
            handshakes: Handshakes::default(),
            ledger: Ledger::default(),
            logs: Logs::default(),
            outlets: Outlets::default(),
            hostiles: Hostiles::default(),
            flipbooks: Flipbooks::new(config.max_flipbooks),
            connections: Arc::new(Semaphore::new(
                config.max_connections.min(Semaphore::MAX_PERMITS),
            )),
            rooms: Rooms::new(config.max_rooms, config.room_expiry, config.room_rate),
            tasks: TaskTracker::new(),
            shutdown: CancellationToken::new(),
            abort,
            security,
            config,
        };
        Ok(Self {
            listener,
            shared: Arc::new(shared),
        })
    }

    /// Where the server listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.shared.address
    }

    /// The address of the page: `http://127.0.0.1:PORT/`, or `https:`.
    pub fn url(&self) -> String {
        format!("{}://{}/", self.shared.security.http(), self.shared.address)
    }

    /// Serves until `shutdown` resolves, then closes every socket with 1001 and, two seconds
    /// later, cuts off those that are still there.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) {
        let Self { listener, shared } = self;
        // Also if this future is dropped.
        let _abort = shared.abort.clone().drop_guard();
        let app = routes::router(&shared);
        let mut shutdown = pin!(shutdown);
        loop {
            let tcp = tokio::select! {
                biased;
                () = shared.abort.cancelled() => break,
                () = &mut shutdown => break,
                tcp = accept(&listener) => tcp,
            };
            let Ok(place) = Arc::clone(&shared.connections).try_acquire_owned() else {
                tracing::warn!("a connection too many was closed");
                continue;
            };
            let served = serve(tcp, app.clone(), Arc::clone(&shared));
            shared.tasks.spawn(async move {
                let _place = place;
                served.await;
            });
        }
        drop(listener);
        shared.shutdown.cancel();
        shared.tasks.close();
        if timeout(GRACE, shared.tasks.wait()).await.is_err() {
            shared.abort.cancel();
            shared.tasks.wait().await;
        }
    }

    /// Serves in a task of its own.
    pub fn spawn(self) -> Handle {
        let url = self.url();
        let stop = CancellationToken::new();
        let address = self.shared.address;
        let abort = self.shared.abort.clone().drop_guard();
        let task = tokio::spawn(self.run_until(stop.clone().cancelled_owned()));
        Handle {
            address,
            url,
            stop,
            abort,
            task,
        }
    }
}

/// A server in a task of its own; dropped, it [aborts](Handle::abort).
#[derive(Debug)]
pub struct Handle {
    address: SocketAddr,
    url: String,
    stop: CancellationToken,
    abort: DropGuard,
    task: JoinHandle<()>,
}

impl Handle {
    /// Where the server listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address of the page: `http://127.0.0.1:PORT/`, or `https:`.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Closes every socket with 1001 and waits, two seconds at most, until they are closed.
    pub async fn stop(self) {
        self.stop.cancel();
        ended(self.task).await;
    }

    /// Resets every connection: a browser's sockets see 1006.
    pub async fn abort(self) {
        drop(self.abort);
        ended(self.task).await;
    }
}

async fn ended(task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!(%error, "the server ended badly");
    }
}

/// The next connection, however long that takes.
pub(crate) async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((tcp, _)) => return tcp,
            Err(error) => {
                tracing::warn!(%error, "no connection accepted");
                sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
            }
        }
    }
}

/// The connection with TLS, if the server has that and the client gets it done in time.
async fn secure(tcp: TcpStream, shared: &Shared) -> Option<Stream> {
    if let Err(error) = tcp.set_nodelay(true) {
        tracing::debug!(%error, "small frames may be late");
    }
    let secured = timeout(shared.config.request_timeout, shared.security.secure(tcp));
    tokio::select! {
        biased;
        () = shared.abort.cancelled() => None,
        () = shared.shutdown.cancelled() => None,
        secured = secured => match secured {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a client fails to agree on TLS");
                None
            }
            Err(_) => {
                tracing::debug!("a client is late to agree on TLS");
                None
            }
        },
    }
}

/// Serves HTTP on one connection, until it is closed or becomes a socket.
async fn serve(tcp: TcpStream, app: Router, shared: Arc<Shared>) {
    let Some(stream) = secure(tcp, &shared).await else {
        return;
    };
    let control = Control::default();
    let service = service_fn(|mut request: Request<Incoming>| {
        control.meter().begin();
        request.extensions_mut().insert(control.clone());
        app.clone().oneshot(request.map(Body::new))
    });
    let config = &shared.config;
    let wire = TokioIo::new(Wire::new(stream, control.clone(), config.send_timeout));
    let mut connection = pin!(http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(config.request_timeout)
        .max_header_size(config.max_head)
        .max_headers(config.max_headers.into())
        .serve_connection(wire, service)
        .with_upgrades());
    let mut draining = false;
    loop {
        tokio::select! {
            biased;
            () = shared.abort.cancelled() => return control.reset(),
            () = control.ended() => return,
            served = connection.as_mut() => {
                if let Err(error) = served {
                    tracing::debug!(%error, "a connection ends");
                }
                return;
            }
            () = shared.shutdown.cancelled(), if !draining => {
                connection.as_mut().graceful_shutdown();
                draining = true;
            }
        }
    }
}
