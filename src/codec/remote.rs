//! [`RemoteTyped`]: a connection of values, for any thread.

use std::task::{ready, Context, Poll};

use super::{
    encoded::{sends, Encoded},
    Codec, CodecError, Payload, Typed,
};
use crate::{
    Error, Message, OwnedMessage, RemoteClosing, RemoteConnection, RemoteReceiver, RemoteSender,
};

/// A [`RemoteConnection`] or one of its halves as a `Stream` and a `Sink` of values. It is `Send` and
/// `Sync` in builds with threads too, whatever the types of the values are.
///
/// Values are encoded and decoded on the thread that sends and receives them.
#[cfg_attr(docsrs, doc(cfg(all(feature = "codec", feature = "remote"))))]
pub type RemoteTyped<S, C, In, Out> = Typed<S, C, In, Out, OwnedMessage>;

macro_rules! typed {
    ($($remote:ident),+) => {$(
        impl $remote {
            /// Gives it types, as [`Connection::typed`](crate::Connection::typed) does: `In` is what
            /// received messages become, `Out` is what becomes messages.
            #[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
            pub fn typed<C: Codec<In, Out>, In, Out>(self) -> RemoteTyped<Self, C, In, Out> {
                Typed::new(self)
            }
        }
    )+};
}

typed!(RemoteConnection, RemoteSender, RemoteReceiver);

sends! {
    RemoteConnection: OwnedMessage, Error, RemoteClosing;
    RemoteSender: OwnedMessage, Error, RemoteClosing;
}

impl<C: Codec<In, Out>, In, Out> RemoteTyped<RemoteConnection, C, In, Out> {
    /// Returns the half that sends, which can be cloned, and the half that receives.
    // Names for them would hide that both are what this is.
    #[allow(clippy::type_complexity)]
    pub fn split(
        self,
    ) -> (
        RemoteTyped<RemoteSender, C, In, Out>,
        RemoteTyped<RemoteReceiver, C, In, Out>,
    ) {
        let (sender, receiver) = self.into_inner().split();
        (Typed::new(sender), Typed::new(receiver))
    }
}

impl Encoded for OwnedMessage {
    type Decoder = ();

    fn from_message(message: Message) -> Result<Self, CodecError> {
        match message {
            Message::Text(text) => Ok(Self::Text(text.into_string())),
            Message::Binary(bytes) => Ok(Self::Binary(bytes.into_vec())),
            Message::Blob(_) => Err(CodecError::Encode {
                source: "a Blob can't be sent to another thread".into(),
            }),
        }
    }

    fn poll_decode<C: Codec<In, Out>, In, Out>(
        (): &mut (),
        cx: &mut Context<'_>,
        poll_message: impl FnOnce(&mut Context<'_>) -> Poll<Option<Result<Self, Error>>>,
    ) -> Poll<Option<Result<In, CodecError>>> {
        let next = ready!(poll_message(cx));
        Poll::Ready(next.map(|message| decode::<C, In, Out>(message?)))
    }

    fn is_idle((): &()) -> bool {
        true
    }
}

fn decode<C: Codec<In, Out>, In, Out>(message: OwnedMessage) -> Result<In, CodecError> {
    let decoded = C::decode(match &message {
        OwnedMessage::Text(text) => Payload::Text(text),
        OwnedMessage::Binary(bytes) => Payload::Binary(bytes),
    });
    decoded.map_err(|source| CodecError::Decode {
        message: message.into(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types that no thread can have from another.
    type Local = std::rc::Rc<()>;

    fn assert_remote<T: Send + Sync + Unpin + 'static>() {}

    #[test]
    fn typed_handles_can_go_to_any_thread_whatever_the_values_are() {
        assert_remote::<RemoteTyped<RemoteConnection, Local, Local, Local>>();
        assert_remote::<RemoteTyped<RemoteSender, Local, Local, Local>>();
        assert_remote::<RemoteTyped<RemoteReceiver, Local, Local, Local>>();
    }
}
