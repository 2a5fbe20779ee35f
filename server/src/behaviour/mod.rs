//! What a socket does with its messages; everything else about it is the driver's.

mod after;
mod echo;
mod flood;
mod pace;
mod quiet;
mod relay;
mod sink;

use std::task::{Context, Poll};
use std::time::Duration;

use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

pub(crate) use after::After;
pub(crate) use echo::Echo;
pub(crate) use flood::{Flood, Kind};
pub(crate) use pace::Pace;
pub(crate) use quiet::{IgnoreClose, Silent};
pub(crate) use relay::Relay;
pub(crate) use sink::Sink;

/// A data message, <https://www.rfc-editor.org/rfc/rfc6455#section-5.6>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    Text(Utf8Bytes),
    Binary(Bytes),
}

impl Data {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl TryFrom<Message> for Data {
    type Error = Message;

    fn try_from(message: Message) -> Result<Self, Message> {
        match message {
            Message::Text(text) => Ok(Self::Text(text)),
            Message::Binary(bytes) => Ok(Self::Binary(bytes)),
            control => Err(control),
        }
    }
}

impl From<Data> for Message {
    fn from(data: Data) -> Self {
        match data {
            Data::Text(text) => Self::Text(text),
            Data::Binary(bytes) => Self::Binary(bytes),
        }
    }
}

/// What a behaviour wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Send(Data),
    /// Start the closing handshake; `None` is a Close frame without a code.
    Close(Option<CloseFrame>),
    /// End the TCP connection with a reset.
    Abort,
}

/// One way to treat a client.
pub(crate) trait Behaviour: Send + 'static {
    /// The next thing to do without being asked; called whenever all before it is done.
    fn unprompted(&mut self) -> Option<Step> {
        None
    }

    /// The same, for what comes from outside the socket, now or later: asked only when all before
    /// it is written, so what comes meanwhile is the behaviour's to keep, in bounds, or to drop.
    fn poll_unprompted(&mut self, _cx: &mut Context<'_>) -> Poll<Step> {
        self.unprompted().map_or(Poll::Pending, Poll::Ready)
    }

    /// What to do about a message; the next one is read when it is done.
    fn answer(&mut self, message: Data) -> Option<Step>;

    /// How long nothing is read after `message`.
    fn rest(&mut self, _message: &Data) -> Option<Duration> {
        None
    }

    /// Whether a Close frame gets the one it is owed.
    fn answers_close(&self) -> bool {
        true
    }
}
