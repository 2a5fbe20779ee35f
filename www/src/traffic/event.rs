//! [`Event`]: all that the view reacts to, in one type.

use super::{
    export::Format,
    handshake::{Check, Handshake},
    list::Move,
};
use crate::events;

/// Something that happened, to the view or to what it shows.
#[derive(Debug)]
pub(crate) enum Event {
    /// There is something new in the log.
    Recorded,
    /// The browser is about to show the next picture of the page.
    Frame,
    /// The list was scrolled, or has another size.
    Scrolled,
    /// A person wants to see other rows.
    Filtered,
    /// A person stops the list, or lets it go on.
    Paused,
    /// A person goes through the list with the keyboard.
    Moved(Move),
    /// A person looks at this row, at its place in the list's window.
    Clicked(usize),
    /// A person looks at the row that is selected.
    Opened,
    /// A person has seen enough of the row.
    Left,
    /// A person turns the pages of the row's content, by so many.
    Turned(isize),
    /// The beginning of a row's `Blob` was read.
    Peeked(u64, Vec<u8>),
    /// All of a row's `Blob` was read.
    Read(u64, Result<Vec<u8>, String>),
    /// A person chose this socket.
    Chosen(u32),
    /// What the server told of a socket's handshake.
    Told(u32, Result<Handshake, String>),
    /// The steps from a socket's key to the value that accepts it.
    Checked(u32, Result<Check, String>),
    /// A person wants to have it all in a file.
    Export(Format),
    /// The file, or in words why there is none.
    Exported(Format, Result<web_sys::Blob, String>),
}

/// Where they go to.
pub(crate) type Events = events::Events<Event>;
