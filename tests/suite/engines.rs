//! Events of other engines, and those that a script made up.
//!
//! The engines that are meant don't run the suite: a script does to a socket of this one what they
//! do.

use futures::{stream::FusedStream, FutureExt, StreamExt};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{BinaryType, CloseEvent, Connection, Error, ReadyState, Transport, WebSocket};

use super::support::{
    connect, open_socket, open_socket_for_bytes, settle, text_of, url, within, UncaughtGuard,
    SLOW_HANDSHAKE,
};

fn assert_is_1006(event: &CloseEvent) {
    assert_eq!((event.code().as_u16(), event.was_clean()), (1006, false));
}

fn dispatch(socket: &WebSocket, event: &web_sys::Event) {
    socket.as_raw().dispatch_event(event).unwrap();
}

fn made_up_message() -> web_sys::Event {
    let init = web_sys::MessageEventInit::new();
    init.set_data(&"made up".into());
    web_sys::MessageEvent::new_with_event_init_dict("message", &init)
        .unwrap()
        .into()
}

/// A socket that tells its `error` and never its `close`.
fn without_close(path: &str) -> WebSocket {
    let raw = web_sys::WebSocket::new(&url(path)).unwrap();
    hide_close(&raw);
    WebSocket::from_raw(raw)
}

/// As WebKit does for a port that it blocks.
#[test]
async fn an_error_without_a_close_event_is_the_end_of_an_attempt() {
    let guard = UncaughtGuard::new();
    let path = "/test/refuse?status=403";

    match within(without_close(path).open()).await {
        Err(Error::Closed(event)) => assert_is_1006(&event),
        other => panic!("{other:?}"),
    }

    let socket = without_close(path);
    let (opens, messages) = (socket.on_open(), socket.on_message());
    let (errors, mut closes) = (socket.on_error(), socket.on_close());
    assert_is_1006(&within(closes.next()).await.unwrap());
    assert!(closes.is_terminated());
    assert_eq!(within(opens.count()).await, 0);
    assert_eq!(within(messages.count()).await, 0);
    assert_eq!(within(errors.count()).await, 1);

    let hiding = hide_close_of_new_sockets();
    let connecting = wasm_websocket::connect(&url(path));
    stop_hiding(&hiding);
    match within(connecting).await {
        Err(Error::Closed(event)) => assert_is_1006(&event),
        other => panic!("{other:?}"),
    }
    guard.check().await;
}

/// The same of one that was open.
#[test]
async fn an_error_without_a_close_event_is_the_end_of_a_connection() {
    let guard = UncaughtGuard::new();
    let socket = without_close("/test/abort?after=1");
    let mut connection = within(socket.open()).await.unwrap();
    let closed = connection.closed();
    connection.send("now").await.unwrap();
    match within(connection.next()).await {
        Some(Err(Error::Closed(event))) => assert_is_1006(&event),
        other => panic!("{other:?}"),
    }
    assert!(within(connection.next()).await.is_none());
    assert_is_1006(&within(closed).await);
    guard.check().await;
}

#[test]
async fn an_error_event_that_a_script_made_up_is_not_the_end() {
    let socket = open_socket("/echo").await;
    let (mut messages, mut closes) = (socket.on_message(), socket.on_close());
    dispatch(&socket, &web_sys::Event::new("error").unwrap());
    settle().await;
    socket.send("still here").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "still here");
    assert!(closes.next().now_or_never().is_none());
}

/// The page is busy right after the error event, and again in the first timer that follows.
#[test]
async fn the_close_event_is_waited_for_on_a_busy_page() {
    for is_connection in [false, true] {
        let raw = web_sys::WebSocket::new(&url("/test/refuse?status=403")).unwrap();
        let came = mark_close(&raw);
        let socket = WebSocket::from_raw(raw.clone());
        // After the crate's own listener, so that its timer is due when the page is free again.
        be_busy_after_error(&raw, 500);
        let reason = if is_connection {
            match within(socket.open()).await {
                Err(Error::Closed(event)) => event.reason().to_owned(),
                other => panic!("{other:?}"),
            }
        } else {
            let event = within(socket.on_close().next()).await.unwrap();
            event.reason().to_owned()
        };
        assert!(came.length() > 0, "the end came before its event");
        assert_eq!(reason, "the real one");
    }
}

/// As workerd does, where the state is CLOSED in the end, or stays CLOSING.
#[test]
async fn a_close_event_that_comes_while_the_state_is_open_is_the_end() {
    for state in [ReadyState::Closed, ReadyState::Closing] {
        assert_ends_in_state_open(state).await;
    }
}

async fn assert_ends_in_state_open(then: ReadyState) {
    let guard = UncaughtGuard::new();
    let raw = web_sys::WebSocket::new(&url("/test/close?code=3001&after=1")).unwrap();
    close_in_state_open(&raw, then as u16);
    let socket = WebSocket::from_raw(raw);
    let mut closes = socket.on_close();
    let mut connection = within(socket.open()).await.unwrap();
    let closed = connection.closed();
    connection.send("now").await.unwrap();
    assert!(within(connection.next()).await.is_none());
    assert_eq!(within(closed).await.code(), 3001);
    assert_eq!(within(closes.next()).await.unwrap().code(), 3001);
    assert!(closes.is_terminated());
    guard.check().await;
}

/// workerd would send the text `[object Blob]`, and has a method `accept` that no other engine has.
#[test]
async fn a_blob_is_refused_where_it_would_be_sent_as_text() {
    let blob = || web_sys::Blob::new().unwrap();
    let socket = open_socket("/echo").await;
    socket.send(blob()).unwrap();
    let own = |key: &str, value: &JsValue| {
        assert!(js_sys::Reflect::set(socket.as_raw(), &key.into(), value).unwrap());
    };
    own("accept", &js_sys::Function::new_no_args(""));
    assert!(matches!(socket.send(blob()), Err(Error::Unsupported(_))));
    socket.send("text").unwrap();
    let connection = within(socket.open()).await.unwrap();
    let sent = connection.send(blob()).await;
    assert!(matches!(sent, Err(Error::Unsupported(_))));
}

/// As Bun does, whose sockets have the type `nodebuffer` until another is set.
#[test]
fn a_binary_type_that_only_one_engine_has_is_bytes() {
    let socket = WebSocket::new(&url("/echo")).unwrap();
    have_binary_type(socket.as_raw(), "nodebuffer");
    assert_eq!(socket.binary_type(), BinaryType::ArrayBuffer);
}

/// As in Node 20.
#[test]
async fn without_the_interface_everything_says_so() {
    for is_undefined in [false, true] {
        let taken = take_sockets(is_undefined);
        let is_supported = Transport::EVENTS.is_supported();
        let made = WebSocket::new(&url("/echo")).map(drop);
        let asked = WebSocket::with_protocols(&url("/echo"), &["chat"]).map(drop);
        let connected = wasm_websocket::connect(&url("/echo")).now_or_never();
        let built = Connection::builder(&url("/echo")).connect().now_or_never();
        #[cfg(feature = "reconnect")]
        let mut reconnecting = wasm_websocket::Reconnecting::builder(&url("/echo"))
            .retry_if(|_| wasm_websocket::Retry::Backoff)
            .start();
        #[cfg(feature = "reconnect")]
        let event = within(reconnecting.next()).await;
        give_sockets(&taken);

        assert!(!is_supported);
        let error = Error::Unsupported("WebSocket");
        assert_eq!((made, asked), (Err(error.clone()), Err(error.clone())));
        for opened in [connected, built] {
            assert_eq!(opened.unwrap().unwrap_err(), error);
        }
        #[cfg(feature = "reconnect")]
        match event {
            Some(wasm_websocket::Event::GaveUp {
                cause: wasm_websocket::Cause::Failed(cause),
            }) => assert_eq!(cause, error),
            other => panic!("{other:?}"),
        }
    }
    assert!(Transport::EVENTS.is_supported());
    assert!(WebSocket::new(&url("/echo")).is_ok());
}

#[test]
async fn open_events_that_a_script_made_up_are_none() {
    let socket = WebSocket::new(&url(SLOW_HANDSHAKE)).unwrap();
    let opens = socket.on_open();
    let mut opening = socket.clone().open();
    dispatch(&socket, &web_sys::Event::new("open").unwrap());
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert!((&mut opening).now_or_never().is_none());
    let mut connection = within(opening).await.unwrap();
    connection.send("open").await.unwrap();
    assert_eq!(
        text_of(&within(connection.next()).await.unwrap().unwrap()),
        "open"
    );
    let late_opens = socket.on_open();
    dispatch(&socket, &web_sys::Event::new("open").unwrap());
    within(connection.close()).await.unwrap();
    dispatch(&socket, &web_sys::Event::new("open").unwrap());
    assert_eq!(within(opens.count()).await, 1);
    assert_eq!(within(late_opens.count()).await, 0);
}

#[test]
async fn messages_that_a_script_made_up_after_the_end_are_none() {
    let socket = open_socket_for_bytes("/test/close?after=1").await;
    let messages = socket.on_message();
    let mut connection = within(socket.clone().open()).await.unwrap();
    dispatch(&socket, &made_up_message());
    connection.send("now").await.unwrap();
    within(connection.closed()).await;
    dispatch(&socket, &made_up_message());
    // One that came while it was open can't be told from a real one.
    assert_eq!(within(connection.next()).await.unwrap().unwrap(), "made up");
    assert!(within(connection.next()).await.is_none());
    dispatch(&socket, &made_up_message());
    assert!(within(connection.next()).await.is_none());
    assert_eq!(within(messages.count()).await, 1);
}

#[test]
async fn a_made_up_message_does_not_open_a_connection_or_keep_it() {
    let socket = WebSocket::new(&url(SLOW_HANDSHAKE)).unwrap();
    let mut opening = socket.clone().open();
    dispatch(&socket, &made_up_message());
    assert!((&mut opening).now_or_never().is_none());
    drop(opening);
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    drop(connect("/echo").await);
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn hide_close(socket: &web_sys::WebSocket);
    fn hide_close_of_new_sockets() -> JsValue;
    fn stop_hiding(original: &JsValue);
    fn close_in_state_open(socket: &web_sys::WebSocket, then: u16);
    fn be_busy_after_error(socket: &web_sys::WebSocket, ms: u32);
    fn mark_close(socket: &web_sys::WebSocket) -> js_sys::Array;
    fn have_binary_type(socket: &web_sys::WebSocket, binary_type: &str);
    fn take_sockets(is_undefined: bool) -> JsValue;
    fn give_sockets(taken: &JsValue);
}
