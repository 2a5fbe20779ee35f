//! Events of other engines, and those that a script made up.
//!
//! The engines that are meant don't run the suite: a script does to a socket of this one what they
//! do.

use futures::{stream::FusedStream, FutureExt, StreamExt};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{CloseEvent, Error, ReadyState, WebSocket};

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

/// As workerd does.
#[test]
async fn a_close_event_that_comes_while_the_state_is_open_is_the_end() {
    let guard = UncaughtGuard::new();
    let raw = web_sys::WebSocket::new(&url("/test/close?code=3001&after=1")).unwrap();
    close_in_state_open(&raw);
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

#[test]
async fn open_events_that_a_script_made_up_are_none() {
    let socket = WebSocket::new(&url(SLOW_HANDSHAKE)).unwrap();
    let opens = socket.on_open();
    let mut opening = socket.clone().open();
    dispatch(&socket, &web_sys::Event::new("open").unwrap());
    settle().await;
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert!((&mut opening).now_or_never().is_none());
    let mut connection = within(opening).await.unwrap();
    connection.send("open").await.unwrap();
    assert_eq!(
        text_of(&within(connection.next()).await.unwrap().unwrap()),
        "open"
    );
    dispatch(&socket, &web_sys::Event::new("open").unwrap());
    within(connection.close()).await.unwrap();
    assert_eq!(within(opens.collect::<Vec<_>>()).await.len(), 1);
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
    settle().await;
    assert!((&mut opening).now_or_never().is_none());
    drop(opening);
    assert_eq!(socket.ready_state(), ReadyState::Closing);
    drop(connect("/echo").await);
}

#[wasm_bindgen(inline_js = "
    export function hide_close(socket) {
        socket.addEventListener('close', (event) => event.stopImmediatePropagation(), true);
    }
    export function hide_close_of_new_sockets() {
        const { WebSocket } = globalThis;
        globalThis.WebSocket = class extends WebSocket {
            constructor(...rest) {
                super(...rest);
                hide_close(this);
            }
        };
        return WebSocket;
    }
    export function stop_hiding(original) {
        globalThis.WebSocket = original;
    }
    export function close_in_state_open(socket) {
        socket.addEventListener('close', () => {
            Object.defineProperty(socket, 'readyState', { configurable: true, value: 1 });
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => {
                port1.close();
                delete socket.readyState;
            };
            port2.postMessage(null);
        }, true);
    }
")]
extern "C" {
    fn hide_close(socket: &web_sys::WebSocket);
    fn hide_close_of_new_sockets() -> JsValue;
    fn stop_hiding(original: &JsValue);
    fn close_in_state_open(socket: &web_sys::WebSocket);
}
