//! [`Section`]: the parts of the race, each of which can be run alone.

use clap::ValueEnum;
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Section {
    /// How much of a small app a browser has to load
    Size,
    /// The time a message takes in the wrapper alone, around a socket without a network
    Wrapper,
    /// The time it takes over a real socket, from and to a real server
    Sockets,
    /// What connections leave behind
    Memory,
    /// What the demo page weighs, and how soon it is painted and connected
    Page,
}

impl Section {
    /// Those that run in the page of the race.
    pub(crate) const IN_RACE: [Self; 3] = [Self::Wrapper, Self::Sockets, Self::Memory];

    pub(crate) fn is_quick(self) -> bool {
        matches!(self, Self::Size | Self::Wrapper)
    }

    /// How often each candidate has its turn.
    pub(crate) fn rounds(self, quick: bool) -> u32 {
        match self {
            Self::Memory => 1,
            _ if quick => 3,
            _ => 9,
        }
    }
}
