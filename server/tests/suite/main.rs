//! The server from outside, one file a feature.

mod client;

mod close;
mod command;
mod drop;
mod echo;
mod flood;
mod greet;
mod heartbeat;
mod inspection;
mod lifetime;
mod limits;
mod log;
mod opening;
mod origin;
mod page;
mod protocol;
mod sink;
