//! Servers of others, TLS, and proxies in between: the crate gets along with all of them.
//!
//! `peers/` puts them up and has the browser started in a folder that says where they are.

#![cfg(target_arch = "wasm32")]

use futures::{future::join, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use wasm_websocket::{CloseCode, Connection, Error, Message, Transport};

#[path = "peers/peer.rs"]
mod peer;
#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

use peer::Peer;
use support::{each_transport, new_id, next, runs_in, say_tried, within, UncaughtGuard};

wasm_bindgen_test_configure!(run_in_browser);

/// More than nginx waits for the server to say something.
const QUIET_MS: u32 = 5_000;

each_transport! {
    async fn python_websockets(transport: Transport) {
        gets_along("python-websockets", transport).await;
    }

    async fn python_websockets_with_deflate(transport: Transport) {
        gets_along("python-websockets-deflate", transport).await;
    }

    async fn npm_ws(transport: Transport) {
        gets_along("npm-ws", transport).await;
    }

    async fn npm_ws_with_deflate(transport: Transport) {
        gets_along("npm-ws-deflate", transport).await;
    }

    async fn go_gorilla(transport: Transport) {
        gets_along("go-gorilla", transport).await;
    }

    async fn go_gorilla_with_deflate(transport: Transport) {
        gets_along("go-gorilla-deflate", transport).await;
    }

    async fn tokio_tungstenite(transport: Transport) {
        gets_along("tokio-tungstenite", transport).await;
    }

    async fn tls(transport: Transport) {
        gets_along("own-tls", transport).await;
    }

    async fn nginx(transport: Transport) {
        gets_along("nginx", transport).await;
    }

    async fn nginx_with_tls(transport: Transport) {
        gets_along("nginx-tls", transport).await;
    }

    async fn a_certificate_that_nobody_trusts_is_an_error(transport: Transport) {
        let code = match runs_in("Firefox") {
            true => CloseCode::TLS_HANDSHAKE,
            false => CloseCode::ABNORMAL_CLOSURE,
        };
        is_refused("untrusted", code, transport).await;
    }

    async fn behind_a_reverse_proxy_an_origin_that_is_not_allowed_is_an_error(transport: Transport) {
        is_refused("nginx-strict", CloseCode::ABNORMAL_CLOSURE, transport).await;
    }

    async fn a_quiet_connection_outlives_the_patience_of_a_reverse_proxy(transport: Transport) {
        for name in ["nginx", "nginx-tls"] {
            let mut connection = Peer::find(name).await.open(&new_id(), transport).await;
            TimeoutFuture::new(QUIET_MS).await;
            connection.send("still here").await.unwrap();
            assert_eq!(next(&mut connection).await, "still here");
        }
    }
}

/// Does there what an app does, and says how much it was.
async fn gets_along(name: &str, transport: Transport) {
    let peer = Peer::find(name).await;
    let guard = UncaughtGuard::new();
    let cases = echoes(&peer, transport).await
        + keeps_the_order(&peer, transport).await
        + agrees(&peer, transport).await
        + closes(&peer, transport).await
        + is_closed(&peer, transport).await
        + is_dropped(&peer, transport).await;
    guard.check().await;
    assert_ne!(peer.was_asked_by_proxy().await, Some(false));
    say_tried(cases, &format!("things with {name}"), transport);
}

async fn echoes(peer: &Peer, transport: Transport) -> usize {
    let mut connection = peer.open(&new_id(), transport).await;
    let mut cases = 0;
    let long = "a line that is said again and again ✨\n".repeat((1 << 20) / 40);
    for text in ["text", "", "grüezi 𝄞 ✨", &long] {
        connection.send(text).await.unwrap();
        assert_eq!(next(&mut connection).await, text);
        cases += 1;
    }
    // Bytes that can't be compressed.
    let noise = (0..1 << 20_u32).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 13) as u8);
    for bytes in [vec![1, 2, 3], vec![], noise.collect()] {
        connection.send(bytes.as_slice()).await.unwrap();
        assert_eq!(next(&mut connection).await, *bytes);
        cases += 1;
    }
    let parts = js_sys::Array::of1(&"blob".into());
    let blob = web_sys::Blob::new_with_str_sequence(&parts).unwrap();
    connection.send(blob).await.unwrap();
    assert_eq!(next(&mut connection).await, b"blob".as_slice());
    cases + 1
}

async fn keeps_the_order(peer: &Peer, transport: Transport) -> usize {
    let (sender, mut receiver) = peer.open(&new_id(), transport).await.split();
    let sending = async {
        for number in 0..1000_usize {
            let message = match number % 2 {
                0 => Message::from(number.to_string()),
                _ => Message::from(vec![number as u8; number]),
            };
            sender.send(message).await.unwrap();
        }
    };
    let receiving = async {
        for number in 0..1000_usize {
            let message = receiver.next().await.unwrap().unwrap();
            match number % 2 {
                0 => assert_eq!(message, *number.to_string()),
                _ => assert_eq!(message, *vec![number as u8; number]),
            }
        }
    };
    within(join(sending, receiving)).await;
    1
}

async fn agrees(peer: &Peer, transport: Transport) -> usize {
    let builder = Connection::builder(&peer.talk(&new_id()))
        .protocols(["chat", "talk"])
        .transport(transport);
    let connection = within(builder.connect()).await.unwrap();
    assert_eq!(connection.protocol(), "talk");
    let extensions = connection.extensions();
    assert_eq!(
        extensions.starts_with("permessage-deflate"),
        peer.deflate,
        "{extensions:?}"
    );
    2
}

async fn closes(peer: &Peer, transport: Transport) -> usize {
    let codes = [(1000, ""), (1000, "done"), (3001, "grüezi ✨"), (4999, "")];
    for (code, reason) in codes {
        let id = new_id();
        let connection = peer.open(&id, transport).await;
        connection.close_with(CloseCode::new(code), reason).unwrap();
        // The reason isn't repeated by all.
        let event = within(connection.closed()).await;
        assert_eq!((event.code().as_u16(), event.was_clean()), (code, true));
        assert_eq!(peer.saw_close(&id).await, (code, reason.to_owned()));
    }
    codes.len()
}

async fn is_closed(peer: &Peer, transport: Transport) -> usize {
    let codes = [(1000, ""), (1011, "oops"), (4001, "adiós ✨")];
    for (code, reason) in codes {
        let mut connection = peer.open_to_be_closed(code, reason, transport).await;
        assert!(within(connection.next()).await.is_none());
        let event = within(connection.closed()).await;
        assert_eq!(
            (event.code().as_u16(), event.reason(), event.was_clean()),
            (code, reason, true)
        );
    }
    codes.len()
}

async fn is_dropped(peer: &Peer, transport: Transport) -> usize {
    let id = new_id();
    drop(peer.open(&id, transport).await);
    let no_code = CloseCode::NO_STATUS_RECEIVED.as_u16();
    assert_eq!(peer.saw_close(&id).await, (no_code, String::new()));
    1
}

async fn is_refused(name: &str, code: CloseCode, transport: Transport) {
    let peer = Peer::find(name).await;
    let guard = UncaughtGuard::new();
    let opening = Connection::builder(&peer.echo(&new_id())).transport(transport);
    match within(opening.connect()).await {
        Err(Error::Closed(event)) => {
            assert_eq!(event.code(), code);
            assert!(!event.was_clean());
        }
        other => panic!("{other:?}"),
    }
    guard.check().await;
}
