//! Whether an outlet listens on its port, which it keeps for itself in either case.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Outlet;
use crate::server::{self, Shared};

const BACKLOG: u32 = 1024;

#[derive(Debug)]
pub(crate) enum Door {
    Open {
        close: CancellationToken,
        accepting: JoinHandle<()>,
    },
    /// The socket has the port and does not listen: connections are refused, and nothing else
    /// gets the port in the meantime.
    Closed(Option<TcpSocket>),
    Removed,
}

impl Door {
    /// A closed one, on a free port.
    pub(crate) fn new() -> io::Result<(u16, Self)> {
        let socket = bind(0)?;
        let port = socket.local_addr()?.port();
        Ok((port, Self::Closed(Some(socket))))
    }

    /// Accepts connections, unless it does already.
    pub(crate) async fn open(
        &mut self,
        outlet: &Arc<Outlet>,
        shared: &Arc<Shared>,
    ) -> io::Result<()> {
        if matches!(self, Self::Open { close, .. } if close.is_cancelled()) {
            // Whoever closed it did not wait for the end.
            self.close(outlet.port).await;
        }
        let Self::Closed(socket) = self else {
            return Ok(());
        };
        let socket = match socket.take() {
            Some(socket) => socket,
            None => bind(outlet.port)?,
        };
        let listener = socket.listen(BACKLOG)?;
        let close = shared.abort.child_token();
        let accepting = shared.tasks.spawn(accept(
            listener,
            close.clone(),
            Arc::clone(outlet),
            Arc::clone(shared),
        ));
        *self = Self::Open { close, accepting };
        Ok(())
    }

    /// Refuses connections once every open one is reset.
    pub(crate) async fn close(&mut self, port: u16) {
        if let Self::Open { close, accepting } = self {
            close.cancel();
            if let Err(error) = accepting.await {
                tracing::error!(%error, "an outlet ended badly");
            }
            let socket = bind(port).inspect_err(|error| {
                tracing::warn!(%error, port, "an outlet does not keep its port");
            });
            *self = Self::Closed(socket.ok());
        }
    }

    /// Gives the port back for good.
    pub(crate) fn remove(&mut self) {
        *self = Self::Removed;
    }
}

fn bind(port: u16) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Connections that ended lately do not matter. Elsewhere the option means something else.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    Ok(socket)
}

/// Accepts connections until told to close; then, or when it must, ends them.
async fn accept(
    listener: TcpListener,
    close: CancellationToken,
    outlet: Arc<Outlet>,
    shared: Arc<Shared>,
) {
    let connections = TaskTracker::new();
    loop {
        let tcp = tokio::select! {
            biased;
            () = close.cancelled() => break,
            () = shared.shutdown.cancelled() => break,
            tcp = server::accept(&listener) => tcp,
        };
        let Ok(permit) = Arc::clone(&shared.outlets.places).try_acquire_owned() else {
            tracing::warn!("a connection too many through the outlets");
            continue;
        };
        let (connection, treatment, place) = outlet.admit(close.child_token());
        let shutdown = shared.shutdown.clone();
        let server = shared.address;
        connections.spawn(async move {
            let _permit = permit;
            connection
                .run(tcp, server, treatment, shutdown, place)
                .await;
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}
