//! Behaviours of the crate against the real server, one file a feature.

mod backpressure;
mod closing;
mod connection;
mod dropping;
mod handshake;
mod order;
mod receiving;
mod sending;
mod subscriptions;
mod support;
mod text;
