//! Nothing stays behind of a connection, however it ends: not a byte, by a counting allocator.

#![cfg(target_arch = "wasm32")]

use futures::{future::join_all, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test_configure;
use wasm_websocket::{Connection, Transport, WebSocket};

#[path = "suite/allocator.rs"]
mod allocator;
#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

use allocator::live_bytes;
use support::{each_transport, hostile, hostile_cases, next, open, settle, url, within};

wasm_bindgen_test_configure!(run_in_browser);

const ROUNDS: usize = 20;
const LOOKS: usize = 6;

/// Does it some times to warm up, and then as often again, after which as much must be live. A queue
/// that has grown may still do so then, but not each time, as a leak does.
async fn assert_leaves_nothing(once: impl AsyncFnMut()) {
    assert_leaves_nothing_in(ROUNDS, once).await;
}

async fn assert_leaves_nothing_in(rounds: usize, mut once: impl AsyncFnMut()) {
    let mut live = Vec::with_capacity(LOOKS);
    while live.len() < LOOKS {
        for _ in 0..rounds {
            within(once()).await;
        }
        settle().await;
        live.push(live_bytes());
        if matches!(live[..], [_, .., before, now] if before == now) {
            return;
        }
    }
    panic!("bytes after {rounds} rounds each: {live:?}");
}

each_transport! {
    async fn a_connection_that_was_used_and_closed(transport: Transport) {
        assert_leaves_nothing(async || {
            let mut connection = open("/echo", transport).await;
            connection.send("text").await.unwrap();
            next(&mut connection).await;
            connection.send(vec![1; 1000]).await.unwrap();
            assert_eq!(next(&mut connection).await.as_bytes().unwrap().to_vec().len(), 1000);
            connection.close().await.unwrap();
        })
        .await;
    }

    async fn a_connection_that_was_dropped_open(transport: Transport) {
        assert_leaves_nothing(async || {
            let connection = open("/echo", transport).await;
            connection.send("on its way").await.unwrap();
            let closed = connection.closed();
            drop(connection);
            closed.await;
        })
        .await;
    }

    async fn a_connection_that_was_refused(transport: Transport) {
        let mut host = 0;
        assert_leaves_nothing(async || {
            // Nobody listens there; Firefox delays further attempts at an address that refused.
            host += 1;
            let address = format!("ws://127.0.1.{host}:47/");
            let opening = Connection::builder(&address).transport(transport);
            assert!(opening.connect().await.is_err());
        })
        .await;
    }

    async fn a_connection_that_broke(transport: Transport) {
        assert_leaves_nothing(async || {
            let mut connection = open("/test/abort?after=1", transport).await;
            connection.send("now").await.unwrap();
            while connection.next().await.is_some() {}
        })
        .await;
    }

    async fn connections_to_hostile_servers(transport: Transport) {
        let (mut opening, open) = (hostile_cases("opening").await, hostile_cases("open").await);
        // It doesn't end.
        opening.retain(|name| name != "half-then-silence");
        assert_leaves_nothing_in(1, async || {
            join_all(opening.iter().map(|name| async move {
                let builder = Connection::builder(&hostile(name).await).transport(transport);
                drop(builder.connect().await);
            }))
            .await;
            join_all(open.iter().map(|name| async move {
                let builder = Connection::builder(&hostile(name).await).transport(transport);
                let mut connection = builder.connect().await.unwrap();
                next(&mut connection).await;
                next(&mut connection).await;
                connection.send("go on").await.unwrap();
                while let Some(Ok(_)) = connection.next().await {}
            }))
            .await;
        })
        .await;
    }

    async fn ends_that_nobody_awaited_to_the_end(transport: Transport) {
        let connection = open("/echo", transport).await;
        assert_leaves_nothing(async || {
            for _ in 0..100 {
                let (closed, turn) = (connection.closed(), std::future::ready(()));
                futures::future::select(closed, turn).await;
            }
        })
        .await;
    }
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_connection_that_was_dropped_while_connecting() {
    assert_leaves_nothing(async || drop(wasm_websocket::connect(&url("/echo")))).await;
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_socket_with_all_its_subscriptions() {
    assert_leaves_nothing(async || {
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

#[cfg(feature = "reconnect")]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_socket_that_came_back_again_and_again() {
    use wasm_websocket::{Event, Policy, Reconnecting};

    let policy = Policy::new().initial(std::time::Duration::ZERO);
    let mut socket = Reconnecting::builder(&url("/test/greet?text=hello"))
        .policy(policy)
        .start();
    assert_leaves_nothing(async || loop {
        match socket.next().await {
            Some(Event::Message(message)) => {
                assert_eq!(message, "hello");
                return socket.reconnect_now();
            }
            Some(Event::Opened | Event::Down { .. }) => {}
            other => panic!("{other:?}"),
        }
    })
    .await;
    assert_leaves_nothing(async || {
        let mut socket = Reconnecting::builder(&url("/echo")).start();
        socket.send("hello").await.unwrap();
        while !matches!(socket.next().await, Some(Event::Message(_))) {}
    })
    .await;
}

#[cfg(feature = "trace")]
mod observed {
    use super::*;

    each_transport! {
        async fn a_connection_that_was_closed_or_dropped(transport: Transport) {
            assert_leaves_nothing(async || {
                let connect = || {
                    let told = std::cell::Cell::new(0);
                    wasm_websocket::Connection::builder(&url("/echo"))
                        .transport(transport)
                        .observe(move |_| told.set(told.get() + 1))
                        .connect()
                };
                let mut connection = connect().await.unwrap();
                connection.send("text").await.unwrap();
                next(&mut connection).await;
                connection.close().await.unwrap();

                let connection = connect().await.unwrap();
                let closed = connection.closed();
                drop(connection);
                closed.await;

                drop(connect());
            })
            .await;
        }
    }
}
