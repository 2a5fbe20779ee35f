//! [`FromMember`] and [`ToMember`]: the messages.

use super::{varint, Malformed, Piece, COLOURS};

const DRAW: u8 = 0;
const CLEAR: u8 = 1;

const WELCOME: u8 = 0;
const JOINED: u8 = 1;
const LEFT: u8 = 2;
const DRAWN: u8 = 3;
const CLEARED: u8 = 4;
const CAUGHT_UP: u8 = 5;

/// What a member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromMember<'a> {
    /// Draws a piece of a stroke.
    Draw(Piece<'a>),
    /// Takes everything away, for everybody.
    Clear,
}

impl<'a> FromMember<'a> {
    /// In its bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Draw(piece) => [&[DRAW], piece.as_bytes()].concat(),
            Self::Clear => vec![CLEAR],
        }
    }

    /// Checks all of it.
    ///
    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = bytes;
        match varint::read_byte(&mut rest)? {
            DRAW => Piece::decode(rest).map(Self::Draw),
            CLEAR => end(rest, Self::Clear),
            first => Err(Malformed::Unknown(first)),
        }
    }
}

/// What the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToMember<'a> {
    /// Comes first.
    Welcome {
        /// The number of who is told, which the room gives once.
        member: u32,
        /// The colour of who is told.
        colour: u8,
        /// How many are in the room, with who is told.
        members: u32,
    },
    /// Somebody came.
    Joined {
        /// The colour of who came.
        colour: u8,
        /// How many are in the room now.
        members: u32,
    },
    /// Somebody left.
    Left {
        /// The colour of who left.
        colour: u8,
        /// How many are in the room now.
        members: u32,
    },
    /// Members drew, who is told among them, in this order.
    Drawn(Entries<'a>),
    /// Somebody took everything away.
    Cleared {
        /// The colour of who did.
        colour: u8,
    },
    /// All that was drawn before who is told came has been told.
    CaughtUp,
}

impl<'a> ToMember<'a> {
    /// In its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match *self {
            Self::Welcome {
                member,
                colour,
                members,
            } => {
                bytes.push(WELCOME);
                varint::write(&mut bytes, member);
                bytes.push(colour);
                varint::write(&mut bytes, members);
            }
            Self::Joined { colour, members } => {
                bytes.extend([JOINED, colour]);
                varint::write(&mut bytes, members);
            }
            Self::Left { colour, members } => {
                bytes.extend([LEFT, colour]);
                varint::write(&mut bytes, members);
            }
            Self::Drawn(Entries(entries)) => {
                bytes.push(DRAWN);
                bytes.extend_from_slice(entries);
            }
            Self::Cleared { colour } => bytes.extend([CLEARED, colour]),
            Self::CaughtUp => bytes.push(CAUGHT_UP),
        }
        bytes
    }

    /// Checks all of it.
    ///
    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = bytes;
        let message = match varint::read_byte(&mut rest)? {
            WELCOME => Self::Welcome {
                member: varint::read(&mut rest)?,
                colour: colour(&mut rest)?,
                members: varint::read(&mut rest)?,
            },
            JOINED => Self::Joined {
                colour: colour(&mut rest)?,
                members: varint::read(&mut rest)?,
            },
            LEFT => Self::Left {
                colour: colour(&mut rest)?,
                members: varint::read(&mut rest)?,
            },
            DRAWN => return Entries::decode(rest).map(Self::Drawn),
            CLEARED => Self::Cleared {
                colour: colour(&mut rest)?,
            },
            CAUGHT_UP => Self::CaughtUp,
            first => return Err(Malformed::Unknown(first)),
        };
        end(rest, message)
    }
}

fn end<T>(rest: &[u8], message: T) -> Result<T, Malformed> {
    match rest {
        [] => Ok(message),
        _ => Err(Malformed::Trailing),
    }
}

fn colour(bytes: &mut &[u8]) -> Result<u8, Malformed> {
    match varint::read_byte(bytes)? {
        colour if colour < COLOURS => Ok(colour),
        colour => Err(Malformed::Colour(colour)),
    }
}

/// A piece, and who drew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The member's number.
    pub member: u32,
    /// The member's colour.
    pub colour: u8,
    /// What was drawn.
    pub piece: Piece<'a>,
}

impl<'a> Entry<'a> {
    /// The message [`ToMember::Drawn`] of this one alone.
    pub fn message(&self) -> Vec<u8> {
        [&[DRAWN][..], &self.encode()].concat()
    }

    /// In its bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut entry = Vec::new();
        varint::write(&mut entry, self.member);
        entry.push(self.colour);
        entry.extend_from_slice(self.piece.as_bytes());
        let mut bytes = Vec::with_capacity(entry.len() + 2);
        varint::write(&mut bytes, entry.len() as u32);
        bytes.extend(entry);
        bytes
    }

    /// Takes one off the front of `bytes`.
    pub(super) fn decode(bytes: &mut &'a [u8]) -> Result<Self, Malformed> {
        let length = varint::read(bytes)? as usize;
        let (mut entry, rest) = bytes.split_at_checked(length).ok_or(Malformed::Truncated)?;
        *bytes = rest;
        Ok(Self {
            member: varint::read(&mut entry)?,
            colour: colour(&mut entry)?,
            piece: Piece::decode(entry)?,
        })
    }
}

/// One or more pieces in their bytes, known to be well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entries<'a>(&'a [u8]);

impl<'a> Entries<'a> {
    /// Checks all of them.
    ///
    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = bytes;
        if rest.is_empty() {
            return Err(Malformed::Empty);
        }
        while !rest.is_empty() {
            Entry::decode(&mut rest)?;
        }
        Ok(Self(bytes))
    }

    /// Of bytes that were checked already.
    pub(super) fn of_checked(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        // They were checked; it fails at their end.
        Entry::decode(&mut self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_message_is_told_apart() {
        for (bytes, error) in [
            (&[][..], Malformed::Truncated),
            (&[CLEAR, 0], Malformed::Trailing),
            (&[DRAW, 1, 0], Malformed::Width),
            (&[9], Malformed::Unknown(9)),
        ] {
            assert_eq!(FromMember::decode(bytes), Err(error), "{bytes:?}");
        }
        for (bytes, error) in [
            (&[][..], Malformed::Truncated),
            (&[WELCOME, 1, 0], Malformed::Truncated),
            (&[JOINED, COLOURS, 1], Malformed::Colour(COLOURS)),
            (&[CLEARED, 0, 0], Malformed::Trailing),
            (&[CAUGHT_UP, 0], Malformed::Trailing),
            (&[DRAWN], Malformed::Empty),
            (&[DRAWN, 4, 1, 0, 7], Malformed::Truncated),
            (&[DRAWN, 4, 1, 0, 7, 0], Malformed::Width),
            (&[DRAWN, 4, 1, 0, 7, 3, 1], Malformed::Truncated),
            (&[6], Malformed::Unknown(6)),
        ] {
            assert_eq!(ToMember::decode(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn a_piece_is_passed_on_as_it_came() {
        let said = [DRAW, 7, 186, 1, 20, 30, 4, 6];
        let Ok(FromMember::Draw(piece)) = FromMember::decode(&said) else {
            panic!("a piece");
        };
        let entry = Entry {
            member: 300,
            colour: 5,
            piece,
        };
        let told = entry.message();
        assert!(told.ends_with(&said[1..]));
        let Ok(ToMember::Drawn(mut entries)) = ToMember::decode(&told) else {
            panic!("entries");
        };
        assert_eq!(entries.next(), Some(entry));
        assert_eq!(entries.next(), None);
    }

    proptest! {
        #[test]
        fn messages_survive(member: u32, colour in 0..COLOURS, members: u32) {
            for message in [
                ToMember::Welcome { member, colour, members },
                ToMember::Joined { colour, members },
                ToMember::Left { colour, members },
                ToMember::Cleared { colour },
                ToMember::CaughtUp,
            ] {
                let bytes = message.encode();
                prop_assert_eq!(ToMember::decode(&bytes), Ok(message));
            }
        }

        #[test]
        fn any_bytes_are_a_message_in_one_way_or_none(
            bytes in prop::collection::vec(prop_oneof![0..8_u8, any::<u8>()], 0..40),
        ) {
            if let Ok(message) = FromMember::decode(&bytes) {
                prop_assert_eq!(message.encode(), bytes.clone());
            }
            if let Ok(message) = ToMember::decode(&bytes) {
                prop_assert_eq!(message.encode(), bytes);
            }
        }
    }
}
