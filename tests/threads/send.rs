//! What can go to another thread where there are threads, checked at compile time.

use std::future::Future;

use wasm_websocket::{
    Blob, Bytes, Closed, Connection, Json, Message, Opening, OwnedMessage, Receiver,
    RemoteByteStream, RemoteClosed, RemoteClosing, RemoteConnection, RemoteFlush, RemoteOpening,
    RemoteReceiver, RemoteSender, RemoteTyped, Sender, Text, WebSocket,
};

macro_rules! can_go {
    ($($type:ty),+ $(,)?) => {
        $(const _: fn() = || can::<$type>();)+
    };
}

fn can<T: Send + Sync + Unpin + 'static>() {}
fn can_future<T: Future + Send>(_: T) {}

can_go!(
    OwnedMessage,
    RemoteByteStream,
    RemoteClosed,
    RemoteClosing,
    RemoteConnection,
    RemoteFlush,
    RemoteOpening,
    RemoteReceiver,
    RemoteSender,
    RemoteTyped<RemoteConnection, Json, *const (), *const ()>,
);

const _: fn(&RemoteConnection, &RemoteTyped<RemoteSender, Json, u8, u8>) = |remote, typed| {
    can_future(remote.send("text"));
    can_future(typed.send(&1));
};

/// Ambiguous, and so an error, for a type that is `Send` or `Sync`.
macro_rules! must_stay {
    ($($type:ty),+ $(,)?) => {
        $(
            const _: fn() = || {
                trait Stays<A> {
                    fn stays() {}
                }
                struct CanBeSent;
                struct CanBeShared;
                impl<T: ?Sized> Stays<()> for T {}
                impl<T: ?Sized + Send> Stays<CanBeSent> for T {}
                impl<T: ?Sized + Sync> Stays<CanBeShared> for T {}
                let _ = <$type as Stays<_>>::stays;
            };
        )+
    };
}

must_stay!(Blob, Bytes, Closed, Connection, Message, Opening, Receiver, Sender, Text, WebSocket,);

#[cfg(feature = "reconnect")]
must_stay!(
    wasm_websocket::Reconnecting,
    wasm_websocket::ReconnectingSender
);
