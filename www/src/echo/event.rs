//! [`Event`]: all that the page reacts to, in one type.

use wasm_websocket::{BinaryType, Cause, CloseEvent, Message, SendError};

use super::picture::Encoded;
use crate::events;

/// Something that happened, to the page or to its socket.
#[derive(Debug)]
pub(crate) enum Event {
    /// A person wants to connect.
    Connect,
    /// A person wants to close the connection.
    Close,
    /// A person sends the text.
    SendText,
    /// A person sends the picture.
    SendPicture,
    /// A person chose how binary messages are received.
    ChooseBinaryType(BinaryType),
    /// The picture is ready to be sent.
    Encoded(Result<Encoded, String>),
    /// A person switched between a plain socket and one that comes back.
    ChooseKind,
    /// A person doesn't want to wait for the next try.
    ConnectNow,
    /// A person wants the server to drop everybody.
    DropEverybody,
    /// The server dropped so many, or why it didn't.
    Dropped(Result<u32, String>),
    /// It is time to look at the buffered amount.
    LookAtBuffer,
    /// It is time to look at how long the next try is away.
    LookAtClock,
    /// There is a connection.
    Opened,
    /// A message arrived.
    Received(Message),
    /// The connection is gone, or an attempt failed, and there will be another one.
    Down(Cause),
    /// A message that waited was given back.
    Returned(SendError),
    /// There will be no other attempt.
    GaveUp(Cause),
    /// What a socket that comes back is doing has changed.
    StateChanged,
    /// It is over, with this event if a connection ended by it.
    Closed(Option<CloseEvent>),
}

/// Where they go to.
pub(crate) type Events = events::Events<Event>;
