//! Backpressure: what is sent and what isn't read stays within its limits, and what goes over
//! them is told.

use std::{cell::Cell, rc::Rc};

use futures::{
    future::{self, Either},
    FutureExt, StreamExt,
};
use gloo_timers::future::TimeoutFuture;
use wasm_websocket::{CloseCode, Connection, Error, Overflow, Transport};

use super::support::{each_transport, next, open, report_of, settle, tell, url, within};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

each_transport! {
    in memory too;

    async fn a_message_over_the_budget_is_received_by_a_reader_who_keeps_up(transport: Transport) {
        let connection = Connection::builder(&url("/echo"))
            .transport(transport)
            .receive_budget(0, Overflow::Fail)
            .connect();
        let mut connection = within(connection).await.unwrap();
        for size in [0, 1, 1_000_000] {
            connection.send(vec![1; size]).await.unwrap();
            assert_eq!(next(&mut connection).await.as_bytes().unwrap().len(), size);
        }
    }

    async fn sending_to_a_slow_server_stays_below_the_high_watermark(transport: Transport) {
        const CHUNK: usize = 64 * KIB as usize;
        const CHUNKS: u32 = 400;
        let connection = Connection::builder(&url(&format!("/test/sink?after={CHUNKS}&rate={}", 20 * MIB)))
            .transport(transport)
            .send_watermarks(128 * KIB, 512 * KIB)
            .connect();
        let mut connection = within(connection).await.unwrap();
        let (mut most, mut waited) = (0, 0);
        for i in 0..CHUNKS {
            let sending = connection.send(vec![i as u8; CHUNK]);
            let mut sending = std::pin::pin!(sending);
            if (&mut sending).now_or_never().is_none() {
                waited += 1;
                within(sending).await.unwrap();
                // It goes on only below the low watermark; then comes what was sent.
                assert!(connection.buffered_amount() <= 128 * KIB + CHUNK as u64);
            }
            most = most.max(connection.buffered_amount());
        }
        assert!(waited > 10, "waited {waited} times");
        assert!(most <= 512 * KIB + CHUNK as u64, "{most} bytes were buffered");
        within(connection.flush()).await.unwrap();
        let report = report_of(&next(&mut connection).await);
        assert_eq!(report["messages"], CHUNKS);
        assert_eq!(report["bytes"], u64::from(CHUNKS) * CHUNK as u64);
    }

    async fn a_message_over_the_high_watermark_is_sent_all_the_same(transport: Transport) {
        let connection = Connection::builder(&url("/test/sink"))
            .transport(transport)
            .send_watermarks(0, 0)
            .connect();
        let mut connection = within(connection).await.unwrap();
        for size in [1, 1000, 3_000_000] {
            within(connection.send(vec![1; size])).await.unwrap();
            assert_eq!(report_of(&next(&mut connection).await)["bytes"], size);
        }
    }

    #[browsers]
    async fn senders_that_wait_are_all_woken(transport: Transport) {
        let path = format!("/test/sink?after=60&rate={}", 20 * MIB);
        let connection = Connection::builder(&url(&path))
            .transport(transport)
            .send_watermarks(0, 100 * KIB)
            .connect();
        let (sender, mut receiver) = within(connection).await.unwrap().split();
        let tasks = (0..3).map(|_| {
            let sender = sender.clone();
            async move {
                for _ in 0..20 {
                    // Node miscounts what is in WebAssembly's memory when that grows.
                    let bytes = js_sys::Uint8Array::new_with_length(200_000);
                    sender.send(bytes).await.unwrap();
                }
            }
        });
        within(future::join_all(tasks)).await;
        let report = within(receiver.next()).await.unwrap().unwrap();
        assert_eq!(report_of(&report)["messages"], 60);
    }

    async fn tasks_go_on_while_much_is_sent(transport: Transport) {
        let mut connection = open("/test/sink?after=200", transport).await;
        let ticks = Rc::new(Cell::new(0));
        let ticking = async {
            loop {
                TimeoutFuture::new(0).await;
                ticks.set(ticks.get() + 1);
            }
        };
        let sending = async {
            for _ in 0..200 {
                connection.send(vec![0; 250_000]).await.unwrap();
            }
            next(&mut connection).await
        };
        let report = within(async {
            futures::select_biased! {
                report = sending.boxed_local().fuse() => report,
                () = ticking.boxed_local().fuse() => unreachable!(),
            }
        })
        .await;
        assert_eq!(report_of(&report)["bytes"], 50_000_000);
        assert!(ticks.get() >= 3, "{} ticks", ticks.get());
    }
}

/// Only by events: see `Transport::STREAM` for what Chromium 156 does.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_sender_that_waits_is_told_of_the_end() {
    let outlet = tell("/test/outlet").await;
    let address = format!("ws://127.0.0.1:{}/test/sink?pause=60000", outlet["port"]);
    let connection = Connection::builder(&address)
        .send_watermarks(0, MIB)
        .connect();
    let connection = within(connection).await.unwrap();
    send_until_stuck(&connection).await;
    let (sent, flushed, ()) = future::join3(
        within(connection.send("never")),
        within(connection.flush()),
        async {
            settle().await;
            let id = outlet["id"].as_str().unwrap();
            tell(&format!("/test/outlet/{id}/mode?is=stop")).await;
        },
    )
    .await;
    for result in [sent, flushed] {
        match result {
            Err(Error::Closed(event)) => assert_eq!(event.code(), 1006),
            other => panic!("{other:?}"),
        }
    }
}

/// Sends until all is full on the way to a server that doesn't read: the browser and the network
/// take some megabytes after the watermark is reached.
async fn send_until_stuck(connection: &Connection) {
    let mut sending = connection.send(vec![0; 50_000]).boxed_local();
    while let Either::Left((sent, _)) = future::select(sending, TimeoutFuture::new(500)).await {
        sent.unwrap();
        sending = connection.send(vec![0; 50_000]).boxed_local();
    }
}

/// A connection to a flood of these numbered messages, with such a budget, which has had the time
/// to overflow.
async fn flooded(then: &str, budget: u64, overflow: Overflow) -> Connection {
    let path = format!("/test/flood?count=1000&size=1000{then}");
    let connection = Connection::builder(&url(&path))
        .receive_budget(budget, overflow)
        .connect();
    within(connection).await.unwrap()
}

/// Reads numbered messages until something else comes.
async fn numbers(connection: &mut Connection) -> (Vec<u32>, Option<Error>) {
    let mut numbers = Vec::new();
    loop {
        match within(connection.next()).await {
            Some(Ok(message)) => {
                let bytes = message.as_bytes().unwrap().to_vec();
                numbers.push(u32::from_le_bytes(bytes[..4].try_into().unwrap()));
            }
            Some(Err(error)) => return (numbers, Some(error)),
            None => return (numbers, None),
        }
    }
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn an_overflow_fails_the_connection_behind_what_was_queued() {
    for (overflow, code) in [
        (Overflow::Fail, CloseCode::NO_STATUS_RECEIVED),
        (Overflow::Close(CloseCode::new(3999)), CloseCode::new(3999)),
    ] {
        let mut connection = flooded("", 50 * (1000 + 512), overflow).await;
        let closed = within(connection.closed()).await;
        assert_eq!((closed.code(), closed.was_clean()), (code, true));
        let (delivered, error) = numbers(&mut connection).await;
        assert_eq!(delivered, (0..51).collect::<Vec<_>>());
        assert!(matches!(error, Some(Error::Overflow { dropped }) if dropped > 0));
        assert_eq!(numbers(&mut connection).await, (vec![], None));
    }
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn the_oldest_are_dropped_and_counted_and_the_newest_kept() {
    let mut connection = flooded("&then=close", 50 * (1000 + 512), Overflow::DropOldest).await;
    within(connection.closed()).await;
    let Some(Err(Error::Overflow { dropped })) = within(connection.next()).await else {
        panic!("nothing was dropped");
    };
    let (delivered, end) = numbers(&mut connection).await;
    assert_eq!(end, None);
    assert_eq!(u64::from(delivered[0]), dropped);
    assert_eq!(delivered, (delivered[0]..1000).collect::<Vec<_>>());
    assert!(delivered.len() <= 51);
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn an_overflow_code_that_can_not_be_sent_is_an_error_of_connect() {
    let connection = Connection::builder(&url("/echo"))
        .receive_budget(0, Overflow::Close(CloseCode::MESSAGE_TOO_BIG))
        .connect();
    assert_eq!(
        within(connection).await.unwrap_err(),
        Error::InvalidCloseCode(CloseCode::MESSAGE_TOO_BIG)
    );
}
