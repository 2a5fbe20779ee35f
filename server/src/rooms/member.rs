//! [`Member`]: a socket that is in a room.

use std::sync::Arc;
use std::task::{ready, Context, Poll};
use std::time::Duration;

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use wasm_websocket_demo_format::room::{FromMember, Malformed, Name};

use super::room::Seat;
use super::Rooms;
use crate::behaviour::{Behaviour, Data, Pace, Step};
use crate::closing;

/// Nothing is read for so long after a message, and for longer by the `--room-rate`.
const PAUSE: Duration = Duration::from_millis(2);

/// In the room until it is dropped.
#[derive(Debug)]
pub(crate) struct Member {
    rooms: Arc<Rooms>,
    name: Name,
    seat: Seat,
    pace: Pace,
}

impl Member {
    pub(super) fn new(rooms: Arc<Rooms>, name: Name, seat: Seat) -> Self {
        let pace = Pace::new(PAUSE, Some(rooms.rate));
        Self {
            rooms,
            name,
            seat,
            pace,
        }
    }
}

impl Behaviour for Member {
    fn poll_unprompted(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        let seat = &mut self.seat;
        let message = match seat.so_far.pop_front() {
            Some(message) => Some(message),
            None => ready!(seat.incoming.poll_next(cx)),
        };
        Poll::Ready(match message {
            Some(message) => Step::Send(Data::Binary(message)),
            None => close(CloseCode::Again, "this member is too slow"),
        })
    }

    fn answer(&mut self, message: Data) -> Option<Step> {
        let Data::Binary(bytes) = message else {
            return Some(close(CloseCode::Unsupported, "a room takes no text"));
        };
        match FromMember::decode(&bytes) {
            Ok(message) => {
                self.rooms.hear(&self.name, self.seat.number, message);
                None
            }
            Err(error @ Malformed::TooLong(_)) => Some(close(CloseCode::Size, error)),
            Err(error) => Some(close(CloseCode::Invalid, error)),
        }
    }

    fn rest(&mut self, message: &Data) -> Option<Duration> {
        self.pace.wait(message.as_bytes().len())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.rooms.leave(&self.name, self.seat.number);
    }
}

fn close(code: CloseCode, reason: impl ToString) -> Step {
    Step::Close(closing::frame(code, reason.to_string()))
}
