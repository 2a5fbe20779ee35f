//! [`Name`]: what a room is called.

use std::{fmt, str::FromStr};

/// So long may it be.
const LONGEST: usize = 64;

/// The name of a room.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

/// Not the name of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadName;

impl Name {
    /// The name itself, which needs no escapes in a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = BadName;

    fn from_str(name: &str) -> Result<Self, BadName> {
        let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let is_name = (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed);
        is_name.then(|| Self(name.to_owned())).ok_or(BadName)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a room's name is 1 to {LONGEST} of the characters a to z, 0 to 9 and -"
        )
    }
}

impl std::error::Error for BadName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        let longest = "a".repeat(LONGEST);
        for name in ["a", "lobby", "room-42", "-", &longest] {
            assert_eq!(name.parse::<Name>().map(|name| name.0), Ok(name.to_owned()));
        }
        let too_long = "a".repeat(LONGEST + 1);
        for name in ["", "Lobby", "a b", "a/b", "ä", "%61", "a\0", &too_long] {
            assert_eq!(name.parse::<Name>(), Err(BadName), "{name}");
        }
    }
}
