//! [`Decoder`]: values of a stream of messages, in its order.

use std::task::{ready, Context, Poll};

use futures::FutureExt;

use super::{buffer::Buffer, BoxError, Codec, CodecError, Payload};
use crate::{message::ReadBlob, Blob, Bytes, Error, Message};

/// What decoding keeps from one message to the next.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Buffer,
    reading: Option<Reading>,
}

/// A Blob, behind which the next message waits.
#[derive(Debug)]
struct Reading {
    blob: Blob,
    bytes: ReadBlob,
}

impl Reading {
    fn new(blob: Blob) -> Self {
        let bytes = blob.read();
        Self { blob, bytes }
    }
}

impl Decoder {
    /// Whether no Blob is being read, of which a value is to come.
    pub(super) fn is_idle(&self) -> bool {
        self.reading.is_none()
    }

    /// The next value, of the next message of those that `poll_message` gives.
    pub(super) fn poll_next<C: Codec<In, Out>, In, Out>(
        &mut self,
        cx: &mut Context<'_>,
        poll_message: impl FnOnce(&mut Context<'_>) -> Poll<Option<Result<Message, Error>>>,
    ) -> Poll<Option<Result<In, CodecError>>> {
        let mut reading = match self.reading.take() {
            Some(reading) => reading,
            None => match ready!(poll_message(cx)) {
                Some(Ok(Message::Blob(blob))) => Reading::new(blob),
                Some(message) => {
                    let decoded = message.map_err(CodecError::from);
                    return Poll::Ready(Some(
                        decoded.and_then(|message| self.decode::<C, In, Out>(message)),
                    ));
                }
                None => return Poll::Ready(None),
            },
        };
        let Poll::Ready(bytes) = reading.bytes.poll_unpin(cx) else {
            self.reading = Some(reading);
            return Poll::Pending;
        };
        let decoded = bytes
            .map_err(Box::from)
            .and_then(|bytes| self.decode_bytes::<C, In, Out>(&bytes));
        Poll::Ready(Some(or_give_back(decoded, reading.blob.into())))
    }

    fn decode<C: Codec<In, Out>, In, Out>(&mut self, message: Message) -> Result<In, CodecError> {
        let decoded = match &message {
            Message::Text(text) => C::decode(Payload::Text(&text.to_str())),
            Message::Binary(bytes) => self.decode_bytes::<C, In, Out>(bytes),
            Message::Blob(_) => Err("a Blob must be read first".into()),
        };
        or_give_back(decoded, message)
    }

    fn decode_bytes<C: Codec<In, Out>, In, Out>(&mut self, bytes: &Bytes) -> Result<In, BoxError> {
        C::decode(Payload::Binary(self.buffer.read(bytes)))
    }
}

fn or_give_back<In>(decoded: Result<In, BoxError>, message: Message) -> Result<In, CodecError> {
    decoded.map_err(|source| CodecError::Decode { message, source })
}
