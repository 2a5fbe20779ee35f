//! The standard's object, ended in each way.

use futures::{future::join4, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Transport, WebSocket};

use super::{
    endings::{refusing, Doors},
    looks,
    support::{open_socket, url},
};

async fn assert_leaves_nothing(once: impl AsyncFn(usize)) {
    looks::assert_leaves_nothing(Transport::EVENTS, once).await;
}

/// Reads all its subscriptions to their ends, and tells how often it opened and closed.
async fn see_it_end(address: &str) -> (usize, usize) {
    let socket = WebSocket::new(address).unwrap();
    let (opens, errors) = (socket.on_open().count(), socket.on_error().count());
    let (messages, closes) = (socket.on_message().count(), socket.on_close().count());
    let (opens, _, _, closes) = join4(opens, errors, messages, closes).await;
    (opens, closes)
}

#[test]
async fn a_socket_closed_by_us() {
    assert_leaves_nothing(async |_| {
        let socket = WebSocket::new(&url("/test/greet?text=hello")).unwrap();
        let (mut opens, errors) = (socket.on_open(), socket.on_error());
        let (mut messages, mut closes) = (socket.on_message(), socket.on_close());
        opens.next().await.unwrap();
        assert_eq!(messages.next().await.unwrap(), "hello");
        socket.close();
        closes.next().await.unwrap();
        drop(errors);
    })
    .await;
}

#[test]
async fn a_socket_closed_by_the_server() {
    let address = url("/test/close?code=1000");
    assert_leaves_nothing(async |_| assert_eq!(see_it_end(&address).await, (1, 1))).await;
}

#[test]
async fn a_socket_dropped_open() {
    assert_leaves_nothing(async |_| {
        let socket = open_socket("/echo").await;
        let messages = socket.on_message();
        socket.send("on its way").unwrap();
        drop((socket, messages));
    })
    .await;
}

#[test]
async fn a_socket_dropped_connecting() {
    assert_leaves_nothing(async |_| {
        let socket = WebSocket::new(&url("/echo")).unwrap();
        drop((socket.on_open(), socket.on_close(), socket));
    })
    .await;
}

#[test]
async fn a_socket_cancelled_by_closing_it() {
    assert_leaves_nothing(async |_| {
        let socket = WebSocket::new(&url("/echo")).unwrap();
        let (mut opens, mut closes) = (socket.on_open(), socket.on_close());
        socket.close();
        assert!(opens.next().await.is_none());
        closes.next().await.unwrap();
    })
    .await;
}

#[test]
async fn a_socket_refused() {
    assert_leaves_nothing(async |i| assert_eq!(see_it_end(&refusing(i)).await, (0, 1))).await;
}

#[test]
async fn a_socket_aborted() {
    let doors = Doors::to("/test/abort?after=1").await;
    assert_leaves_nothing(async |i| {
        let socket = WebSocket::new(doors.at(i)).unwrap();
        let (mut opens, mut closes) = (socket.on_open(), socket.on_close());
        opens.next().await.unwrap();
        socket.send("now").unwrap();
        assert!(!closes.next().await.unwrap().was_clean());
    })
    .await;
}
