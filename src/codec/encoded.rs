//! [`Encoded`] and [`Sends`]: what typed connections need of messages and of those who send them.

use std::{
    future::Future,
    task::{Context, Poll},
};

use super::{decoder::Decoder, Codec, CodecError};
use crate::{Closing, Connection, Error, Message, Sender, TrySendError};

/// A message that holds an encoded value: a [`Message`] or an `OwnedMessage`.
pub trait Encoded: Sized {
    /// What decoding keeps from one message to the next.
    type Decoder: Default + Unpin;

    /// Takes what a codec made.
    fn from_message(message: Message) -> Result<Self, CodecError>;

    /// Returns the value of the next message.
    fn poll_decode<C: Codec<In, Out>, In, Out>(
        decoder: &mut Self::Decoder,
        cx: &mut Context<'_>,
        poll_message: impl FnOnce(&mut Context<'_>) -> Poll<Option<Result<Self, Error>>>,
    ) -> Poll<Option<Result<In, CodecError>>>;

    /// Returns whether no message is being decoded.
    fn is_idle(decoder: &Self::Decoder) -> bool;
}

impl Encoded for Message {
    type Decoder = Decoder;

    fn from_message(message: Message) -> Result<Self, CodecError> {
        Ok(message)
    }

    fn poll_decode<C: Codec<In, Out>, In, Out>(
        decoder: &mut Decoder,
        cx: &mut Context<'_>,
        poll_message: impl FnOnce(&mut Context<'_>) -> Poll<Option<Result<Self, Error>>>,
    ) -> Poll<Option<Result<In, CodecError>>> {
        decoder.poll_next::<C, In, Out>(cx, poll_message)
    }

    fn is_idle(decoder: &Decoder) -> bool {
        decoder.is_idle()
    }
}

/// A handle that sends messages of this type.
pub trait Sends<M> {
    /// Why a message isn't sent.
    type Error: Into<CodecError>;

    /// A future of the end.
    type Closing;

    /// Calls the handle's own method.
    fn send(&self, message: M) -> impl Future<Output = Result<(), Self::Error>>;

    /// Calls the handle's own method.
    fn try_send(&self, message: M) -> Result<(), TrySendError<M>>;

    /// Calls the handle's own method.
    fn close(&self) -> Self::Closing;
}

macro_rules! sends {
    ($($handle:ty: $message:ty, $error:ty, $closing:ty;)+) => {$(
        impl $crate::codec::encoded::Sends<$message> for $handle {
            type Error = $error;
            type Closing = $closing;

            fn send(
                &self,
                message: $message,
            ) -> impl ::std::future::Future<Output = Result<(), $error>> {
                self.send(message)
            }

            fn try_send(&self, message: $message) -> Result<(), $crate::TrySendError<$message>> {
                self.try_send(message)
            }

            fn close(&self) -> $closing {
                self.close()
            }
        }
    )+};
}

#[cfg(any(feature = "reconnect", feature = "remote"))]
pub(super) use sends;

sends! {
    Connection: Message, Error, Closing;
    Sender: Message, Error, Closing;
}
