//! Which types are `Send` and `Sync`, checked by the compiler over all that is public: everything on
//! WebAssembly without atomics, where there is one thread; with atomics only what holds nothing of
//! JavaScript's.

// Nothing here is called.
#![allow(dead_code, unused_imports, unused_macros)]

use std::error::Error as StdError;

use wasm_websocket::*;

const fn is_send<T: Send + Sync + 'static>() {}

/// These are so on every target.
macro_rules! everywhere {
    ($($type:ty),+ $(,)?) => {
        $(const _: () = is_send::<$type>();)+
    };
}

/// These are so where there is one thread.
#[cfg(not(target_feature = "atomics"))]
macro_rules! on_one_thread {
    ($($type:ty),+ $(,)?) => {
        everywhere!($($type),+);
    };
}

/// These are neither where there may be several.
#[cfg(target_feature = "atomics")]
macro_rules! on_one_thread {
    ($($type:ty),+ $(,)?) => {
        $(const _: () = {
            let () = <$type as NeitherSend<_>>::CHECK;
            let () = <$type as NorSync<_>>::CHECK;
        };)+
    };
}

/// Two implementations match where it is `Send`, and the compiler can't choose.
trait NeitherSend<A> {
    const CHECK: () = ();
}

impl<T: ?Sized> NeitherSend<()> for T {}
impl<T: ?Sized + Send> NeitherSend<u8> for T {}

/// The same for `Sync`.
trait NorSync<A> {
    const CHECK: () = ();
}

impl<T: ?Sized> NorSync<()> for T {}
impl<T: ?Sized + Sync> NorSync<u8> for T {}

everywhere!(BinaryType, CloseCode, CloseEvent, Error, ObjectUrl, Overflow, ReadyState, Transport,);

on_one_thread!(
    Blob,
    Bytes,
    Builder,
    Message,
    Text,
    TryFromMessageError,
    TrySendError
);

on_one_thread!(
    Closed,
    Closing,
    Connection,
    ErrorEvent,
    Events<CloseEvent>,
    Events<ErrorEvent>,
    Events<Message>,
    Events<OpenEvent>,
    OpenEvent,
    Opening,
    Receiver,
    Sender,
    WebSocket,
);

#[cfg(feature = "trace")]
on_one_thread!(Traced<'static>);

#[cfg(feature = "remote")]
everywhere!(
    OwnedMessage,
    RemoteReceiver,
    RemoteSender,
    TrySendError<OwnedMessage>
);

#[cfg(feature = "test-util")]
everywhere!(Side);

#[cfg(feature = "test-util")]
on_one_thread!(Network);

#[cfg(any(feature = "io", feature = "tokio"))]
on_one_thread!(ByteStream);

#[cfg(feature = "reconnect")]
everywhere!(Cause, NotSent, Policy, Retry, State, WhenFull);

#[cfg(feature = "reconnect")]
on_one_thread!(
    Event,
    Event<u8>,
    Heartbeat,
    Reconnecting,
    ReconnectingBuilder,
    ReconnectingClosing,
    ReconnectingSender,
    SendError,
    States,
);

#[cfg(feature = "codec")]
everywhere!(Binary, Payload<'static>, Plain);

#[cfg(feature = "codec")]
on_one_thread!(CodecError);

/// A value of the caller's that is neither, and its format.
#[cfg(feature = "codec")]
struct Local(*const ());

#[cfg(feature = "codec")]
impl Codec<Local, Local> for Local {
    fn decode(_: Payload<'_>) -> Result<Local, Box<dyn StdError + Send + Sync>> {
        Err("never".into())
    }

    fn encode(_: &Local) -> Result<Message, Box<dyn StdError + Send + Sync>> {
        Err("never".into())
    }
}

#[cfg(feature = "codec")]
on_one_thread!(
    Typed<Connection, Local, Local, Local>,
    Typed<Receiver, Local, Local, Local>,
    Typed<Sender, Local, Local, Local>,
);

#[cfg(all(feature = "codec", feature = "reconnect"))]
on_one_thread!(
    Typed<Reconnecting, Local, Local, Local>,
    Typed<ReconnectingSender, Local, Local, Local>,
);

#[cfg(feature = "json")]
everywhere!(Json);

#[cfg(feature = "msgpack")]
everywhere!(MessagePack);

/// Of these, some are borrowed.
fn check(_: impl Send + Sync) {}

#[cfg(not(target_feature = "atomics"))]
fn futures_of_messages(blob: &Blob, message: Message) {
    check(blob.bytes());
    check(message.into_bytes());
}

#[cfg(not(target_feature = "atomics"))]
fn futures_of_connections(socket: WebSocket, connection: &Connection, sender: &Sender) {
    check(connect(""));
    check(socket.open());
    check(connection.send("a"));
    check(connection.flush());
    check(connection.close());
    check(sender.send(vec![1]));
    check(sender.flush());
    check(sender.close());
}

#[cfg(feature = "remote")]
fn futures_of_remotes(sender: &mut RemoteSender, receiver: &RemoteReceiver) {
    check(sender.send("a"));
    check(sender.flush());
    check(sender.close());
    check(sender.closed());
    check(receiver.closed());
}

#[cfg(all(feature = "reconnect", not(target_feature = "atomics")))]
fn futures_of_what_reconnects(socket: &Reconnecting, sender: &ReconnectingSender) {
    check(socket.send("a"));
    check(socket.close());
    check(sender.send(vec![1]));
    check(sender.close());
}

#[cfg(all(feature = "json", not(target_feature = "atomics")))]
fn futures_of_values(
    connection: &Typed<Connection, Json, u8, u8>,
    sender: &Typed<Sender, Json, u8, u8>,
) {
    check(connection.send(&1));
    check(connection.close());
    check(sender.send(&1));
    check(sender.close());
}

#[cfg(all(
    feature = "json",
    feature = "reconnect",
    not(target_feature = "atomics")
))]
fn futures_of_values_that_reconnect(
    socket: &Typed<Reconnecting, Json, u8, u8>,
    sender: &Typed<ReconnectingSender, Json, u8, u8>,
) {
    check(socket.send(&1));
    check(socket.close());
    check(sender.send(&1));
    check(sender.close());
}
