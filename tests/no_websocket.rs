//! A runtime without the interface, such as Node 20: nothing throws, and nothing is tried again.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Connection, Error, Transport, WebSocket};

const URL: &str = "ws://127.0.0.1:8911/echo";

fn assert_unsupported<T>(result: Result<T, Error>) {
    assert_eq!(
        result.map(drop).unwrap_err(),
        Error::Unsupported("WebSocket")
    );
}

#[test]
async fn what_connects_is_an_error() {
    assert!(!Transport::EVENTS.is_supported());
    assert_unsupported(WebSocket::new(URL));
    assert_unsupported(WebSocket::with_protocols(URL, &["chat"]));
    assert_unsupported(wasm_websocket::connect(URL).await);
    assert_unsupported(Connection::builder(URL).connect().await);
}

#[test]
fn what_is_wrong_by_itself_is_that_error() {
    let bad = WebSocket::with_protocols(URL, &["a b"]).unwrap_err();
    assert_eq!(bad, Error::InvalidProtocol("a b".to_owned()));
}

#[cfg(feature = "reconnect")]
#[test]
async fn what_reconnects_gives_up() {
    use futures::StreamExt;
    use wasm_websocket::{Cause, Event, Reconnecting, Retry};

    let mut socket = Reconnecting::builder(URL)
        .retry_if(|_| Retry::Backoff)
        .start();
    match socket.next().await {
        Some(Event::GaveUp {
            cause: Cause::Failed(error),
        }) => {
            assert_unsupported::<()>(Err(error));
        }
        other => panic!("{other:?}"),
    }
    assert!(socket.next().await.is_none());
}
