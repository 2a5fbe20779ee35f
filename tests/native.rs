//! Where there is no JavaScript, nothing panics.

#![cfg(not(target_arch = "wasm32"))]
#![cfg(feature = "reconnect")]

use std::{future::Future, task::Poll, time::Duration};

use futures::{FutureExt, SinkExt, StreamExt};
use wasm_websocket::{
    BinaryType, Cause, CloseCode, Connection, Error, Event, Heartbeat, Message, NotSent, Overflow,
    Policy, ReadyState, Reconnecting, State, Transport, WebSocket, WhenFull,
};

/// What a future gives that has nothing to wait for.
fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().unwrap()
}

#[test]
fn what_connects_is_an_error() {
    const URL: &str = "wss://example.org/";
    let error = || Error::Unsupported("WebSocket");
    assert_eq!(WebSocket::new(URL).map(drop), Err(error()));
    let asked = WebSocket::with_protocols(URL, &["chat"]);
    assert_eq!(asked.map(drop), Err(error()));

    drop(wasm_websocket::connect(URL));
    let opened = now(wasm_websocket::connect(URL));
    assert_eq!(opened.map(drop), Err(error()));
    let builder = Connection::builder(URL)
        .protocols(["chat"])
        .binary_type(BinaryType::Blob)
        .receive_budget(1, Overflow::DropOldest)
        .send_watermarks(1, 2);
    assert_eq!(now(builder.clone().connect()).map(drop), Err(error()));
    let opened = now(builder.transport(Transport::AUTO).connect());
    assert_eq!(opened.map(drop), Err(error()));
    assert!(!Transport::EVENTS.is_supported());
}

#[cfg(feature = "stream")]
#[test]
fn neither_is_there_a_stream() {
    assert!(!Transport::STREAM.is_supported());
    let builder = Connection::builder("wss://example.org/").transport(Transport::STREAM);
    let error = Error::Unsupported("WebSocketStream");
    assert_eq!(now(builder.connect()).map(drop), Err(error));
}

#[test]
fn a_message_can_be_made_compared_and_taken_apart() {
    let text = Message::from("x");
    assert_eq!(text, "x");
    assert_eq!(
        text.as_text().map(ToString::to_string),
        Some("x".to_owned())
    );
    let binary = Message::from(vec![1, 2]);
    assert_eq!(binary, [1, 2]);
    assert_eq!(now(binary.into_bytes()).unwrap().to_vec(), [1, 2]);
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
    assert!(matches!(socket.try_next(), Poll::Ready(None)));
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
    let error = sender.try_send("a").unwrap_err();
    assert_eq!(error.error(), Some(&Error::NotOpen(ReadyState::Closed)));
    assert_eq!(error.into_message(), "a");
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
