//! The two ways in which a browser speaks WebSocket, behind one face: by events, and by streams
//! ([WebSocket](https://websockets.spec.whatwg.org/),
//! [WebSocketStream](https://github.com/ricea/websocketstream-explainer)).

pub(super) mod event;
pub(super) mod raw;
pub(super) mod stream;

use std::task::{Context, Poll};

use crate::{end::End, CloseCode, Error, Message, ReadyState};

/// What a connection needs of its socket. Both halves share it, and all methods may be called
/// in any state.
///
/// It is a trait so that an app pays in size only for the one that it names.
pub(super) trait AnyTransport {
    fn poll_open(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    /// The next message. After [`Ended`] there is none.
    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Result<Message, Ended>>;

    /// From now on discards what arrives.
    fn stop_receiving(&self);

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    /// Gives the message back, if it can't be sent.
    fn start_send(&self, message: Message) -> Result<(), (Message, Error)>;

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    /// Starts the closing handshake behind what was sent; the code is valid.
    fn close(&self, code: Option<(CloseCode, &str)>);

    fn end(&self) -> &End;

    fn ready_state(&self) -> ReadyState;

    fn url(&self) -> String;

    fn protocol(&self) -> String;

    fn extensions(&self) -> String;

    fn buffered_amount(&self) -> u64;
}

/// Why there is no next message.
pub(super) enum Ended {
    /// Some are missing here, and the next one follows.
    Gap(Error),
    /// The last thing that is told.
    Failed(Error),
    /// All is told.
    Closed,
}

/// Between these, sending goes on as it does: it pauses above the high one, until it is below
/// the low one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watermarks {
    pub(super) low: u64,
    pub(super) high: u64,
}

impl Ended {
    /// What a stream says once all is read: nothing, if the close was clean.
    fn poll(end: &End) -> Poll<Self> {
        match end.event() {
            None => Poll::Pending,
            Some(event) => Poll::Ready(match event.clone().into_result() {
                Ok(()) => Self::Closed,
                Err(error) => Self::Failed(error),
            }),
        }
    }
}
