//! [`Event`]: all that the view reacts to, in one type.

use wasm_websocket::{Cause, Message};

use crate::events;

/// Something that happened, to the view or to its socket.
#[derive(Debug)]
pub(crate) enum Event {
    /// The address names a room, as it stands there.
    Enter(String),
    /// Another view is shown.
    Leave,
    /// A person wants to go to the room that is named in the field.
    Go,
    /// A person takes everything away.
    Clear,
    /// A person copies the address.
    CopyLink,
    /// It was copied, or not.
    Copied(bool),
    /// The screen is about to be drawn, and something was drawn here since.
    Frame,
    /// It is time to tell who came and left.
    TellNews,
    /// A message arrived.
    Received(Message),
    /// The connection is gone, or an attempt failed, and there will be another one.
    Down(Cause),
    /// There will be no other attempt.
    GaveUp(Cause),
    /// What the socket is doing has changed.
    StateChanged,
}

/// Where they go to.
pub(crate) type Events = events::Events<Event>;
