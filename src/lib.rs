//! WebSocket.
mod close;
mod connection;
mod error;
mod events;
mod listener;
mod message;
mod protocol;
mod socket;
mod state;

pub use self::{
    close::{CloseCode, CloseEvent},
    connection::{connect, Closed, Connection, Opening},
    error::Error,
    events::{ErrorEvent, Events, OpenEvent},
    message::{Blob, Bytes, Message, ObjectUrl, Text},
    socket::WebSocket,
    state::{BinaryType, ReadyState},
};
