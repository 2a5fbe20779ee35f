//! Connections over both transports, ended in each way.

use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_websocket::{Connection, Opening, Transport};

use super::{
    endings::{refusing, Doors},
    looks::{assert_leaves_nothing, assert_leaves_nothing_in, HEAP_EACH, ROUNDS},
    support::{each_transport, hostile, hostile_cases, next, open, url},
};

/// Chromium keeps something of a connection that broke the protocol: with a script's socket 500
/// bytes, with ours 60 to 150.
const HEAP_EACH_BROKEN: f64 = 300.0;

fn connect(address: &str, transport: Transport) -> Opening {
    Connection::builder(address).transport(transport).connect()
}

each_transport! {
    async fn a_connection_closed_by_us(transport: Transport) {
        assert_leaves_nothing(transport, async |_| {
            let mut connection = open("/echo", transport).await;
            connection.send("text").await.unwrap();
            next(&mut connection).await;
            connection.send(vec![1; 1000]).await.unwrap();
            assert_eq!(next(&mut connection).await.as_bytes().unwrap().to_vec().len(), 1000);
            connection.close().await.unwrap();
        })
        .await;
    }

    async fn a_connection_closed_by_the_server(transport: Transport) {
        assert_leaves_nothing(transport, async |_| {
            let mut connection = open("/test/close?code=1000&after=1", transport).await;
            connection.send("now").await.unwrap();
            assert!(connection.next().await.is_none());
        })
        .await;
    }

    async fn a_connection_dropped_open(transport: Transport) {
        assert_leaves_nothing(transport, async |_| {
            let connection = open("/echo", transport).await;
            connection.send("on its way").await.unwrap();
            let closed = connection.closed();
            drop(connection);
            closed.await;
        })
        .await;
    }

    async fn a_connection_dropped_connecting(transport: Transport) {
        assert_leaves_nothing(transport, async |_| drop(connect(&url("/echo"), transport))).await;
    }

    async fn a_connection_cancelled_while_it_was_awaited(transport: Transport) {
        assert_leaves_nothing(transport, async |i| {
            let mut opening = connect(&url("/echo"), transport);
            assert!((&mut opening).now_or_never().is_none());
            // In this turn or a later one.
            if i % 2 == 0 {
                TimeoutFuture::new(0).await;
            }
            drop(opening);
        })
        .await;
    }

    async fn a_connection_refused(transport: Transport) {
        assert_leaves_nothing(transport, async |i| {
            assert!(connect(&refusing(i), transport).await.is_err());
        })
        .await;
    }

    async fn a_connection_aborted(transport: Transport) {
        let doors = Doors::to("/test/abort?after=1").await;
        assert_leaves_nothing(transport, async |i| {
            let mut connection = connect(doors.at(i), transport).await.unwrap();
            connection.send("now").await.unwrap();
            assert!(connection.next().await.unwrap().is_err());
            assert!(connection.next().await.is_none());
        })
        .await;
    }

    async fn a_connection_to_hostile_servers(transport: Transport) {
        let (mut opening, open) = (hostile_cases("opening").await, hostile_cases("open").await);
        // It doesn't end.
        opening.retain(|name| name != "half-then-silence");
        let cases: Vec<_> = opening.iter().chain(&open).collect();
        let each = cases.len() * (ROUNDS / 4).div_ceil(cases.len());
        assert_leaves_nothing_in(each, HEAP_EACH_BROKEN, transport, async |i| {
            let name = cases[i % cases.len()];
            let connected = connect(&hostile(name).await, transport).await;
            // What a browser lets through of the others says no more.
            let Some(mut connection) = connected.ok().filter(|_| open.contains(name)) else {
                return;
            };
            let mut said = 0;
            while let Some(Ok(_)) = connection.next().await {
                said += 1;
                if said == 2 {
                    connection.send("go on").await.unwrap();
                }
            }
        })
        .await;
    }

    async fn ends_that_nobody_awaited_to_the_end(transport: Transport) {
        let connection = open("/echo", transport).await;
        assert_leaves_nothing(transport, async |_| {
            for _ in 0..20 {
                assert!(connection.closed().now_or_never().is_none());
            }
        })
        .await;
    }
}

#[cfg(feature = "trace")]
mod observed {
    use super::*;

    each_transport! {
        async fn an_observed_connection_closed_or_dropped(transport: Transport) {
            // Three sockets a round.
            assert_leaves_nothing_in(ROUNDS, 3.0 * HEAP_EACH, transport, async |_| {
                let connect = || {
                    let told = std::cell::Cell::new(0);
                    Connection::builder(&url("/echo"))
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
