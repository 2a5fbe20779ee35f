//! Where there is no JavaScript, nothing panics.

#![cfg(not(target_arch = "wasm32"))]
#![cfg(feature = "reconnect")]

use std::{future::Future, time::Duration};

use futures::{FutureExt, SinkExt, StreamExt};
use wasm_websocket::{
    Cause, CloseCode, Connection, Error, Event, Heartbeat, NotSent, Policy, Reconnecting, State,
    WhenFull,
};

/// What a future gives that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().unwrap()
}

/// With all that a builder sets.
fn start() -> Reconnecting {
    Connection::builder("wss://example.org/feed")
        .protocols(["feed"])
        .reconnecting()
        .policy(Policy::new().initial(Duration::ZERO))
        .connect_timeout(Duration::from_secs(1))
        .heartbeat(Heartbeat::new(|| "ping").hide_answers(|message| message == "pong"))
        .greeting(|| ["hello"])
        .backlog(100, WhenFull::Wait)
        .start()
}

#[test]
fn what_reconnects_gives_up_at_once() {
    let mut socket = start();
    assert_eq!(socket.state(), State::Closed);
    match now(socket.next()) {
        Some(Event::GaveUp { cause }) => {
            assert!(matches!(
                cause,
                Cause::Failed(Error::Unsupported("WebSocket"))
            ));
        }
        other => panic!("{other:?}"),
    }
    assert!(now(socket.next()).is_none());
}

#[test]
fn an_address_is_not_asked_for() {
    let address = || async { unreachable!("asked for an address") };
    let socket = Reconnecting::with_address(address).start();
    let states = now(socket.states().collect::<Vec<_>>());
    assert_eq!(states, [State::Closed]);
}

#[test]
fn every_method_answers_as_for_a_closed_socket() {
    let mut socket = start();
    let mut sender = socket.sender();
    let error = now(sender.send("a")).unwrap_err();
    assert_eq!(error.reason(), &NotSent::Closed);
    assert_eq!(error.into_message(), "a");
    assert!(now(socket.send(vec![1])).is_err());
    assert!(now(sender.feed("a".into())).is_err());
    now(SinkExt::<_>::flush(&mut sender)).unwrap();
    now(SinkExt::<_>::close(&mut socket)).unwrap();
    now(sender.close());
    socket.close_with(CloseCode::new(3001), "done").unwrap();
    socket.reconnect_now();
    assert_eq!(socket.close_event(), None);
    assert_eq!((socket.url(), socket.protocol()), <_>::default());
    assert_eq!(
        (socket.extensions(), socket.buffered_amount()),
        <_>::default()
    );
}

#[test]
fn the_remaining_wait_is_told_by_the_system_clock() {
    let state = |until| State::Waiting { until };
    assert_eq!(state(0.0).remaining(), Duration::ZERO);
    assert!(state(1e14).remaining() > Duration::from_secs(1));
}
