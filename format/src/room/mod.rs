//! A room: what its members and the server say to each other, each in one binary message.
//!
//! A message begins with a byte that says what it is. Numbers are varints, LEB128 as in
//! [WebAssembly](https://webassembly.github.io/spec/core/binary/values.html#integers) in as few
//! bytes as they need; those that may be negative are zigzag, 0, -1, 1, -2 as 0, 1, 2, 3.
//!
//! | message | what follows the first byte |
//! |---|---|
//! | [`FromMember::Draw`] | a [`Piece`] |
//! | [`FromMember::Clear`] | nothing |
//! | [`ToMember::Welcome`] | the member's number, colour, and how many there are |
//! | [`ToMember::Joined`], [`ToMember::Left`] | a colour, and how many there are |
//! | [`ToMember::Drawn`] | one or more times: a length, and as many bytes of an [`Entry`] |
//! | [`ToMember::Cleared`] | a colour |
//! | [`ToMember::CaughtUp`] | nothing |
//!
//! A piece is passed on by the server as it came, and kept so too: a [`History`] is a row of
//! entries, the same on the server and on each page.

mod by_member;
mod history;
mod message;
mod name;
mod piece;
mod varint;

use std::fmt;

pub use by_member::ByMember;
pub use history::History;
pub use message::{Entries, Entry, FromMember, ToMember};
pub use name::{BadName, Name};
pub use piece::{Piece, PieceWriter, Point, Points};

/// How many steps of the grid are as long as the picture is wide.
pub const GRID: u16 = 4096;

/// How many steps of a line's width are as long as the picture is wide.
pub const WIDTH_GRID: u16 = 16384;

/// Colours, and so members at a time: each has one of its own.
pub const COLOURS: u8 = 16;

/// So long may a piece be, in bytes.
pub const LONGEST_PIECE: usize = 4096;

/// So many bytes of pieces are remembered; then the oldest strokes are forgotten.
pub const LONGEST_HISTORY: usize = 1 << 20;

/// The close code for who finds the room full, of those
/// [for private use](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.2).
pub const ROOM_IS_FULL: u16 = 4001;

/// The close code for who would open a room too many.
pub const TOO_MANY_ROOMS: u16 = 4002;

/// Bytes that are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It ends too early.
    Truncated,
    /// It goes on after its end.
    Trailing,
    /// No message begins with this byte.
    Unknown(u8),
    /// A number is too large, or takes more bytes than it needs.
    Number,
    /// There is no such colour.
    Colour(u8),
    /// A line without width.
    Width,
    /// A point is too far outside.
    OffGrid,
    /// A piece that neither has points nor ends its stroke, or no piece at all.
    Empty,
    /// A piece of so many bytes.
    TooLong(usize),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the message ends too early"),
            Self::Trailing => f.write_str("the message goes on after its end"),
            Self::Unknown(first) => write!(f, "no message begins with {first}"),
            Self::Number => f.write_str("a number is too large or too long"),
            Self::Colour(colour) => write!(f, "there is no colour {colour}"),
            Self::Width => f.write_str("a line has no width"),
            Self::OffGrid => f.write_str("a point is too far outside"),
            Self::Empty => f.write_str("nothing is drawn"),
            Self::TooLong(bytes) => write!(f, "a piece of {bytes} bytes is too long"),
        }
    }
}

impl std::error::Error for Malformed {}
