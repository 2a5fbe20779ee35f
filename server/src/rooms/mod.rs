//! The rooms, in which people draw on one canvas together: `/room/{name}`
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6), in binary).

mod member;
mod queue;
mod room;

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use tokio::time::Instant;
use wasm_websocket_demo_format::room::{FromMember, Name, ROOM_IS_FULL, TOO_MANY_ROOMS};

use crate::behaviour::{After, Step};
use crate::closing;
use crate::opening::Opening;
use crate::server::Shared;

use member::Member;
use room::Room;

/// All rooms that there are, by name.
#[derive(Debug)]
pub(crate) struct Rooms {
    limit: usize,
    /// So long is the picture of an empty room kept.
    expiry: Duration,
    /// So many bytes a second are read of a member.
    rate: NonZeroU64,
    open: Mutex<HashMap<Name, Room>>,
}

/// Why somebody doesn't get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    RoomIsFull,
    TooManyRooms,
}

impl Rooms {
    pub(crate) fn new(limit: usize, expiry: Duration, rate: NonZeroU64) -> Arc<Self> {
        Arc::new(Self {
            limit,
            expiry,
            rate,
            open: Mutex::default(),
        })
    }

    fn enter(self: &Arc<Self>, name: Name) -> Result<Member, Refused> {
        let now = Instant::now();
        let mut open = self.open.lock();
        open.retain(|_, room| !room.is_expired(now, self.expiry));
        if open.len() >= self.limit && !open.contains_key(&name) {
            return Err(Refused::TooManyRooms);
        }
        let room = open.entry(name.clone()).or_default();
        let seat = room.enter().ok_or(Refused::RoomIsFull)?;
        Ok(Member::new(Arc::clone(self), name, seat))
    }

    fn hear(&self, name: &Name, member: u32, message: FromMember<'_>) {
        if let Some(room) = self.open.lock().get_mut(name) {
            room.hear(member, message);
        }
    }

    fn leave(&self, name: &Name, member: u32) {
        let mut open = self.open.lock();
        let is_blank = open.get_mut(name).is_some_and(|room| {
            room.leave(member, Instant::now());
            room.is_blank()
        });
        if is_blank {
            open.remove(name);
        }
    }
}

/// Lets a client in. One that doesn't get in is told so by a Close frame, since a browser tells a
/// page nothing about a handshake that was refused.
pub(crate) async fn enter(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    opening: Opening,
) -> Response {
    let name = match name.parse() {
        Ok(name) => name,
        Err(bad_name) => return refuse_name(opening, bad_name),
    };
    let (code, reason) = match shared.rooms.enter(name) {
        Ok(member) => return opening.accept(member),
        Err(Refused::RoomIsFull) => (ROOM_IS_FULL, "the room is full"),
        Err(Refused::TooManyRooms) => (TOO_MANY_ROOMS, "there are too many rooms"),
    };
    opening.accept(After::new(0, Step::Close(closing::frame(code, reason))))
}

fn refuse_name(opening: Opening, error: impl std::fmt::Display) -> Response {
    let status = opening.refuse(StatusCode::BAD_REQUEST).status();
    (status, format!("{error}\n")).into_response()
}
