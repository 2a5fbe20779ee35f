//! Behaviours of the crate against the real server, one file a feature.

#[cfg(feature = "reconnect")]
mod backlog;
mod backpressure;
mod closing;
#[cfg(all(feature = "json", feature = "msgpack"))]
mod codec;
mod connection;
mod dropping;
mod ending;
mod handshake;
mod hostile;
#[cfg(feature = "io")]
mod io;
#[cfg(feature = "reconnect")]
mod lifecycle;
mod order;
#[cfg(feature = "reconnect")]
mod outages;
mod receiving;
#[cfg(feature = "reconnect")]
mod reconnect;
#[cfg(feature = "remote")]
mod remote;
#[cfg(all(feature = "io", feature = "json", feature = "remote"))]
mod remote_contention;
mod sending;
mod subscriptions;
mod support;
mod text;
#[cfg(feature = "tokio")]
mod tokio_io;
#[cfg(feature = "trace")]
mod trace;
