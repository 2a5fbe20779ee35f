//! [`Room`]: who is in it, and what was drawn.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Bytes;
use wasm_websocket_demo_format::room::{
    Entry, FromMember, History, ToMember, COLOURS, LONGEST_HISTORY,
};

use super::queue::{queue, Incoming, Outgoing};

/// So long are the messages that tell the picture so far, in bytes and about.
const PART: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Room {
    members: Vec<Seated>,
    next_member: u32,
    history: History,
    empty_since: Option<Instant>,
}

/// What a room knows of a member.
#[derive(Debug)]
struct Seated {
    number: u32,
    colour: u8,
    outgoing: Outgoing,
}

/// What a member gets of a room.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) number: u32,
    /// What is told first.
    pub(super) so_far: VecDeque<Bytes>,
    /// What is told then; it ends when the member is too slow.
    pub(super) incoming: Incoming,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            next_member: 0,
            history: History::new(LONGEST_HISTORY),
            empty_since: None,
        }
    }
}

impl Room {
    /// Takes another member in, if there is a colour left.
    pub(super) fn enter(&mut self) -> Option<Seat> {
        let is_free = |colour: &u8| self.members.iter().all(|member| member.colour != *colour);
        let colour = (0..COLOURS).find(is_free)?;
        let number = self.next_member;
        self.next_member += 1;
        let members = self.members.len() as u32 + 1;
        self.tell(ToMember::Joined { colour, members }.encode());

        let welcome = ToMember::Welcome {
            member: number,
            colour,
            members,
        };
        let parts = self.history.parts(PART).map(ToMember::Drawn);
        let so_far = std::iter::once(welcome)
            .chain(parts)
            .chain([ToMember::CaughtUp])
            .map(|message| message.encode().into())
            .collect();
        let (outgoing, incoming) = queue();
        self.members.push(Seated {
            number,
            colour,
            outgoing,
        });
        self.empty_since = None;
        Some(Seat {
            number,
            so_far,
            incoming,
        })
    }

    pub(super) fn hear(&mut self, number: u32, message: FromMember<'_>) {
        let Some(member) = self.members.iter().find(|member| member.number == number) else {
            return;
        };
        let colour = member.colour;
        match message {
            FromMember::Draw(piece) => {
                let entry = Entry {
                    member: number,
                    colour,
                    piece,
                };
                self.history.push(entry);
                self.tell(entry.message());
            }
            FromMember::Clear => {
                self.history.clear();
                self.tell(ToMember::Cleared { colour }.encode());
            }
        }
    }

    pub(super) fn leave(&mut self, number: u32, now: Instant) {
        let index = self
            .members
            .iter()
            .position(|member| member.number == number);
        let Some(index) = index else { return };
        let colour = self.members.swap_remove(index).colour;
        let members = self.members.len() as u32;
        self.tell(ToMember::Left { colour, members }.encode());
        self.empty_since = self.members.is_empty().then_some(now);
    }

    /// Whether there is nobody in it and nothing to keep.
    pub(super) fn is_blank(&self) -> bool {
        self.members.is_empty() && self.history.entries().next().is_none()
    }

    pub(super) fn is_expired(&self, now: Instant, expiry: Duration) -> bool {
        self.empty_since
            .is_some_and(|since| now.duration_since(since) >= expiry)
    }

    fn tell(&mut self, message: Vec<u8>) {
        let message = Bytes::from(message);
        for member in &mut self.members {
            member.outgoing.push(message.clone());
        }
    }
}
