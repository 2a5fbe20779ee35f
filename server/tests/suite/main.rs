//! The server from outside, one file a feature.

mod client;
mod outlet;
mod process;

mod abuse;
mod close;
mod command;
mod cut;
mod drop;
mod echo;
mod flipbook;
mod flood;
mod greet;
mod handshakes;
mod heartbeat;
mod hostile;
mod inspection;
mod lifetime;
mod limits;
mod log;
mod modes;
mod opening;
mod origin;
mod page;
mod protocol;
mod rooms;
mod sink;
mod stress;
mod tls;
