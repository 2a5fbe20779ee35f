//! Behaviours of the crate against the real server, one file a feature.

#[cfg(feature = "reconnect")]
mod backlog;
mod backpressure;
mod closing;
#[cfg(all(feature = "json", feature = "msgpack"))]
mod codec;
mod connection;
#[cfg(all(feature = "bytes", feature = "reconnect", feature = "remote"))]
mod content;
mod contention;
mod crowd;
mod dropping;
mod ending;
mod engines;
mod flushing;
mod foreign;
mod handshake;
mod hostile;
#[cfg(feature = "io")]
mod io;
#[cfg(feature = "reconnect")]
mod lifecycle;
#[cfg(feature = "test-util")]
mod memory;
mod objects;
#[cfg(feature = "trace")]
mod opening;
mod options;
mod order;
#[cfg(feature = "reconnect")]
mod outages;
#[cfg(feature = "test-util")]
mod pair;
mod receiving;
#[cfg(feature = "reconnect")]
mod reconnect;
#[cfg(all(feature = "reconnect", not(target_feature = "atomics")))]
mod reconnect_reentrance;
mod reentrance;
#[cfg(feature = "remote")]
mod remote;
#[cfg(all(feature = "io", feature = "json", feature = "remote"))]
mod remote_contention;
mod send;
mod sending;
#[cfg(feature = "io")]
mod settings;
mod standstill;
mod subscriptions;
mod support;
mod taskless;
mod text;
#[cfg(feature = "tokio")]
mod tokio_io;
#[cfg(feature = "trace")]
mod trace;
