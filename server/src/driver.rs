//! Drives one open socket, whatever it is there for: reads, writes, pings, closes and keeps account.

use std::collections::VecDeque;
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::task::{ready, Context, Poll};

use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, sleep_until, Instant, Sleep};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Bytes, Message};
use tokio_tungstenite::WebSocketStream;

use crate::behaviour::{Behaviour, Data, Step};
use crate::closing;
use crate::liveness::{Liveness, Verdict};
use crate::opening::Connected;
use crate::wire::Wire;

/// How a socket ends.
#[derive(Debug)]
enum Ending {
    /// The TCP connection is of no more use.
    Gone,
    /// This side starts the closing handshake.
    Close(Option<CloseFrame>),
    /// The client started the closing handshake and is not answered.
    LeftUnanswered,
    Reset,
}

/// Runs until the connection is gone.
pub(crate) async fn drive(wire: Wire, behaviour: impl Behaviour, connected: Connected) {
    let Connected {
        shared,
        admission,
        record,
        log,
    } = connected;
    let config = WebSocketConfig::default()
        .max_message_size(Some(shared.config.max_message))
        .max_frame_size(Some(shared.config.max_message));
    let liveness = Liveness::new(shared.config.ping_interval);
    let mut socket = Socket {
        stream: WebSocketStream::from_raw_socket(wire, Role::Server, Some(config)).await,
        behaviour,
        outgoing: VecDeque::new(),
        answering: false,
        rest: None,
        // The answer to the handshake is still held.
        unflushed: true,
        ending: None,
        liveness,
        timer: Box::pin(sleep_until(Instant::now())),
    };
    let received_data = |data: &Data| {
        record.message();
        if let Some(log) = &log {
            log.note(data);
        }
    };
    let ending = tokio::select! {
        biased;
        () = admission.dropped() => Ending::Reset,
        ending = socket.run(received_data) => ending,
        () = shared.shutdown.cancelled() => Ending::Close(going_away()),
    };
    tracing::debug!(?ending, "a socket ends");
    let mut stream = socket.stream;
    let note_close = |wire: &Wire| {
        if let Some(close) = wire.frames().and_then(|frames| frames.close()) {
            record.close(close);
        }
    };
    note_close(stream.get_ref());
    let last_words = async {
        match ending {
            Ending::Gone => {}
            Ending::Close(frame) => closing::close(&mut stream, frame).await,
            Ending::LeftUnanswered => {
                tokio::select! {
                    () = closing::discard(&mut stream) => {}
                    () = shared.shutdown.cancelled() => {}
                }
            }
            Ending::Reset => return false,
        }
        // With TLS the end is a message too.
        if let Err(error) = stream.get_mut().shutdown().await {
            tracing::debug!(%error, "the connection ends without an end");
        }
        true
    };
    let peaceful = tokio::select! {
        biased;
        () = admission.dropped() => false,
        peaceful = last_words => peaceful,
    };
    note_close(stream.get_ref());
    let wire = stream.into_inner();
    match peaceful {
        true => drop(wire),
        false => wire.reset(),
    }
}

fn going_away() -> Option<CloseFrame> {
    closing::frame(CloseCode::Away, "the server is shutting down")
}

struct Socket<B> {
    stream: WebSocketStream<Wire>,
    behaviour: B,
    outgoing: VecDeque<Message>,
    /// An answer is on its way: nothing is read until it is written, so that a client that sends
    /// and does not read is slowed down instead of being buffered for.
    answering: bool,
    /// The latest pause in reading that the behaviour asked for, over or not.
    rest: Option<Pin<Box<Sleep>>>,
    unflushed: bool,
    /// What follows when all is written.
    ending: Option<Ending>,
    liveness: Liveness,
    timer: Pin<Box<Sleep>>,
}

/// What a socket can go on with.
enum Turn {
    Unprompted(Step),
    Received(Option<Result<Message, tungstenite::Error>>),
    Writable,
    Flushed,
    TimedOut,
    Failed,
}

impl<B: Behaviour> Socket<B> {
    async fn run(&mut self, received_data: impl Fn(&Data)) -> Ending {
        loop {
            if self.outgoing.is_empty() {
                self.answering = false;
            }
            match poll_fn(|cx| self.poll_turn(cx)).await {
                Turn::Unprompted(step) => self.take(Some(step)),
                Turn::Received(Some(Ok(Message::Close(_)))) if !self.behaviour.answers_close() => {
                    return Ending::LeftUnanswered;
                }
                Turn::Received(Some(Ok(message))) => {
                    if let Ok(data) = Data::try_from(message) {
                        received_data(&data);
                        if let Some(rest) = self.behaviour.rest(&data) {
                            self.rest = Some(Box::pin(sleep(rest)));
                        }
                        let step = self.behaviour.answer(data);
                        self.answering = step.is_some();
                        self.take(step);
                    }
                }
                Turn::Received(Some(Err(error))) => return refusal(&error),
                Turn::Received(None) | Turn::Failed => return Ending::Gone,
                Turn::Writable => {
                    if let Some(message) = self.outgoing.pop_front() {
                        self.unflushed = true;
                        if self.stream.start_send_unpin(message).is_err() {
                            return Ending::Gone;
                        }
                    }
                }
                Turn::Flushed => {
                    self.unflushed = false;
                    if let Some(ending) = self.ending.take() {
                        return ending;
                    }
                }
                Turn::TimedOut => match self.liveness.judge(self.heard(), Instant::now()) {
                    Verdict::Wait { until } => self.timer.as_mut().reset(until),
                    Verdict::Ping { until } => {
                        self.timer.as_mut().reset(until);
                        self.unflushed = true;
                        if self
                            .stream
                            .start_send_unpin(Message::Ping(Bytes::new()))
                            .is_err()
                        {
                            return Ending::Gone;
                        }
                    }
                    Verdict::Dead => return Ending::Reset,
                },
            }
        }
    }

    /// When the client was last heard of, or could not have been for want of reading.
    fn heard(&self) -> Instant {
        let heard = self.stream.get_ref().heard();
        self.rest
            .as_ref()
            .map_or(heard, |rest| heard.max(rest.deadline()))
    }

    fn take(&mut self, step: Option<Step>) {
        match step {
            Some(Step::Send(data)) => self.outgoing.push_back(data.into()),
            Some(Step::Close(frame)) => self.end(Ending::Close(frame)),
            Some(Step::Abort) => self.end(Ending::Reset),
            None => {}
        }
    }

    fn end(&mut self, ending: Ending) {
        self.unflushed = true;
        self.ending = Some(ending);
    }

    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<Turn> {
        if self.timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Turn::TimedOut);
        }
        if self.outgoing.is_empty() && self.ending.is_none() {
            if let Poll::Ready(step) = self.behaviour.poll_unprompted(cx) {
                return Poll::Ready(Turn::Unprompted(step));
            }
        }
        let rest = self.rest.as_mut();
        let rested = rest.is_none_or(|rest| rest.as_mut().poll(cx).is_ready());
        if rested && !self.answering {
            if let Poll::Ready(received) = self.stream.poll_next_unpin(cx) {
                return Poll::Ready(Turn::Received(received));
            }
        }
        if !self.outgoing.is_empty() {
            let ready = ready!(self.stream.poll_ready_unpin(cx));
            return Poll::Ready(ready.map_or(Turn::Failed, |()| Turn::Writable));
        }
        if self.unflushed {
            let flushed = ready!(self.stream.poll_flush_unpin(cx));
            return Poll::Ready(flushed.map_or(Turn::Failed, |()| Turn::Flushed));
        }
        Poll::Pending
    }
}

/// What a client that broke the protocol is told, <https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1>.
fn refusal(error: &tungstenite::Error) -> Ending {
    use tungstenite::Error;
    match error {
        Error::Capacity(_) => {
            Ending::Close(closing::frame(CloseCode::Size, "the message is too long"))
        }
        Error::Utf8(_) => {
            Ending::Close(closing::frame(CloseCode::Invalid, "the text is not UTF-8"))
        }
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Ending::Gone,
        Error::Protocol(_) => {
            Ending::Close(closing::frame(CloseCode::Protocol, "a malformed frame"))
        }
        _ => Ending::Gone,
    }
}
