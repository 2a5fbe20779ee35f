//! Connecting: what is asked for, what is agreed upon, and how it fails.

use futures::{FutureExt, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{BinaryType, CloseCode, Error, ReadyState, WebSocket};

use super::support::{connect, next, open_socket, settle, url, within};

/// Nobody listens here. Firefox lets failed connections to an address hold up later ones, so it
/// is another than the server's.
const NOBODY: &str = "ws://127.0.0.2:47/";

/// Browsers keep pages away from these ports: discard, SSH, SMTP.
const BLOCKED_PORTS: [&str; 3] = [
    "ws://127.0.0.1:9/",
    "ws://127.0.0.1:22/",
    "ws://127.0.0.1:25/",
];

#[test]
async fn a_socket_connects_and_then_is_open() {
    let socket = WebSocket::new(&url("/echo")).unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Connecting);
    assert_eq!(socket.url(), url("/echo"));
    within(socket.on_open().next()).await.unwrap();
    assert_eq!(socket.ready_state(), ReadyState::Open);
    assert_eq!(socket.protocol(), "");
    assert_eq!(socket.extensions(), "");
    assert_eq!(socket.buffered_amount(), 0);
}

#[test]
async fn the_binary_type_is_blob_until_it_is_set() {
    let socket = WebSocket::new(&url("/echo")).unwrap();
    assert_eq!(socket.binary_type(), BinaryType::Blob);
    socket.set_binary_type(BinaryType::ArrayBuffer);
    assert_eq!(socket.binary_type(), BinaryType::ArrayBuffer);
}

#[test]
async fn two_subprotocols_are_asked_for_as_two_in_their_order() {
    let socket =
        WebSocket::with_protocols(&url("/test/protocol?choose=talk"), &["chat", "talk"]).unwrap();
    let mut messages = socket.on_message();
    assert_eq!(socket.protocol(), "");
    let asked_for = within(messages.next()).await.unwrap();
    assert_eq!(asked_for, r#"["chat","talk"]"#);
    assert_eq!(socket.protocol(), "talk");
}

#[test]
async fn a_connection_tells_the_subprotocol() {
    let protocols = vec![String::from("chat")];
    let socket = WebSocket::with_protocols(&url("/test/protocol"), &protocols).unwrap();
    let connection = within(socket.open()).await.unwrap();
    assert_eq!(connection.protocol(), "chat");
    assert_eq!(connection.extensions(), "");
}

/// By the standard this fails the connection; one browser is more lenient.
#[test]
async fn a_server_without_the_subprotocol_fails_the_connection_or_leaves_it_without_one() {
    let socket = WebSocket::with_protocols(&url("/test/protocol?choose=talk"), &["chat"]).unwrap();
    match within(socket.open()).await {
        Ok(connection) => assert_eq!(connection.protocol(), ""),
        Err(error) => assert_unreachable(error),
    }
}

#[test]
fn a_bad_url_is_a_typed_error_that_names_it() {
    for bad in [
        "ws://",
        "ws://[1:2/",
        "ws://127.0.0.1:65536/",
        "ftp://127.0.0.1/",
        "ws://127.0.0.1/#fragment",
    ] {
        assert_eq!(
            WebSocket::new(bad).unwrap_err(),
            Error::InvalidUrl(bad.to_owned())
        );
    }
}

#[test]
async fn a_bad_url_fails_connect() {
    let error = within(wasm_websocket::connect("ws://")).await.unwrap_err();
    assert_eq!(error, Error::InvalidUrl("ws://".to_owned()));
}

#[test]
fn bad_subprotocols_are_typed_errors_that_name_them() {
    assert_eq!(
        WebSocket::with_protocols(&url("/echo"), &["chat", "talk", "chat"]).unwrap_err(),
        Error::DuplicateProtocol("chat".to_owned())
    );
    for bad in ["", "a,b", "a b", "ä"] {
        assert_eq!(
            WebSocket::with_protocols(&url("/echo"), &["chat", bad]).unwrap_err(),
            Error::InvalidProtocol(bad.to_owned())
        );
    }
}

/// What the check before the browser lets pass, the browser takes too: every token character.
#[test]
fn the_browser_takes_every_subprotocol_that_passes_the_check() {
    for protocol in (0..=127).map(|byte| char::from(byte).to_string()) {
        let ours = WebSocket::with_protocols(NOBODY, &[&protocol]).is_ok();
        let its = web_sys::WebSocket::new_with_str(NOBODY, &protocol);
        assert_eq!(ours, its.is_ok(), "{protocol:?}");
        if let Ok(socket) = its {
            socket.close().unwrap();
        }
    }
}

#[test]
async fn a_refused_handshake_is_one_error_and_one_close() {
    for status in ["401", "404", "503"] {
        let socket = WebSocket::new(&url(&format!("/test/refuse?status={status}"))).unwrap();
        assert_fails_once(&socket).await;
    }
}

#[test]
async fn a_port_where_nobody_listens_is_one_error_and_one_close() {
    assert_fails_once(&WebSocket::new(NOBODY).unwrap()).await;
}

async fn assert_fails_once(socket: &WebSocket) {
    let (opens, errors, closes) = (socket.on_open(), socket.on_error(), socket.on_close());
    let messages = socket.on_message();
    let closes: Vec<_> = within(closes.collect()).await;
    assert_eq!(closes.len(), 1);
    assert_eq!(closes[0].code(), CloseCode::ABNORMAL_CLOSURE);
    assert!(!closes[0].was_clean());
    assert_eq!(within(opens.count()).await, 0);
    assert_eq!(within(errors.count()).await, 1);
    assert_eq!(within(messages.count()).await, 0);
    assert_eq!(socket.ready_state(), ReadyState::Closed);
}

#[test]
async fn a_refused_handshake_fails_open_and_connect_with_the_close() {
    let refused = url("/test/refuse?status=403");
    assert_unreachable(within(wasm_websocket::connect(&refused)).await.unwrap_err());
    let socket = WebSocket::new(&refused).unwrap();
    assert_unreachable(within(socket.open()).await.unwrap_err());
}

fn assert_unreachable(error: Error) {
    match error {
        Error::Closed(event) => {
            assert_eq!(event.code(), CloseCode::ABNORMAL_CLOSURE);
            assert!(!event.was_clean());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
async fn a_greeting_behind_the_handshake_is_not_lost() {
    let socket = WebSocket::new(&url("/test/greet?text=hello")).unwrap();
    let mut messages = socket.on_message();
    within(socket.on_open().next()).await.unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "hello");

    let mut connection = connect("/test/greet?text=welcome").await;
    assert_eq!(next(&mut connection).await, "welcome");
}

#[test]
async fn opening_listens_before_it_is_polled() {
    let opening = WebSocket::new(&url("/test/greet?text=hello"))
        .unwrap()
        .open();
    let connecting = wasm_websocket::connect(&url("/test/greet?text=welcome"));
    let watch = WebSocket::new(&url("/test/greet?text=x")).unwrap();
    within(watch.on_message().next()).await;
    settle().await;
    for (opening, greeting) in [
        (opening.boxed_local(), "hello"),
        (connecting.boxed_local(), "welcome"),
    ] {
        let mut connection = within(opening).await.unwrap();
        assert_eq!(next(&mut connection).await, greeting);
    }
}

#[test]
async fn an_open_socket_opens_at_once() {
    let socket = open_socket("/echo").await;
    let connection = socket.open().now_or_never().unwrap().unwrap();
    assert_eq!(connection.send("x").now_or_never().unwrap(), Ok(()));
}

#[test]
async fn opening_keeps_the_binary_type_and_connect_asks_for_array_buffers() {
    let socket = WebSocket::new(&url("/echo")).unwrap();
    let mut blobs = within(socket.open()).await.unwrap();
    blobs.send(&[1, 2, 3]).await.unwrap();
    assert!(next(&mut blobs).await.as_blob().is_some());

    let mut bytes = connect("/echo").await;
    bytes.send(&[1, 2, 3]).await.unwrap();
    assert_eq!(next(&mut bytes).await, [1, 2, 3]);
}

#[test]
async fn a_closed_socket_does_not_open() {
    let socket = WebSocket::new(&url("/test/close?code=3001&reason=bye")).unwrap();
    within(socket.on_close().next()).await.unwrap();
    match socket.clone().open().now_or_never().unwrap() {
        Err(Error::Closed(event)) => assert_eq!(event.code(), 3001),
        other => panic!("{other:?}"),
    }

    // From the browser's object alone nobody can tell any more how it closed.
    let again = WebSocket::from_raw(socket.into_raw());
    assert_eq!(
        again.open().now_or_never().unwrap().unwrap_err(),
        Error::NotOpen(ReadyState::Closed)
    );
}

#[test]
async fn a_blocked_port_is_an_error_in_words() {
    for port in BLOCKED_PORTS {
        // Firefox throws, Chromium fails the connection, and WebKit does without a close event.
        match WebSocket::new(port) {
            Ok(socket) => {
                let mut closes = socket.on_close();
                assert_unreachable(within(socket.open()).await.unwrap_err());
                let event = within(closes.next()).await.unwrap();
                assert_unreachable(Error::Closed(event));
                assert_unreachable(within(wasm_websocket::connect(port)).await.unwrap_err());
            }
            Err(error) => assert_eq!(error, Error::Security(port.to_owned())),
        }
    }
}
