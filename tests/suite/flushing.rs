//! Flushing: what is waited for and what isn't, at what cost, and what other handles of the same
//! socket have sent.

use std::{cell::RefCell, pin::pin};

use futures::{
    future::{self, join_all},
    FutureExt, SinkExt,
};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Connection, Message, Sender, Transport};

use super::{
    crowd::{slow, Flood, CHUNK},
    support::{each_transport, open, open_socket, settle, url, within},
};

const MIB: usize = 1 << 20;

each_transport! {
    in memory too;

    async fn a_flush_ends_while_others_send_all_the_time(transport: Transport) {
        let (sender, _receiver) = slow(transport, "rate=16000000").await.split();
        let flood = Flood::start(&sender);
        for _ in 0..5 {
            settle().await;
            let before = flood.sent();
            within(sender.flush()).await.unwrap();
            // As much again may have come behind it as was buffered, until it is looked at.
            let passed = (flood.sent() - before) * CHUNK;
            assert!(passed < 8 * MIB, "{passed} bytes");
        }
    }

    async fn a_flush_waits_for_what_was_sent_before_its_call_alone(transport: Transport) {
        let connection = Connection::builder(&url("/test/sink?rate=32000000"))
            .transport(transport)
            .send_watermarks(1 << 30, 1 << 30)
            .connect();
        let connection = within(connection).await.unwrap();
        // Its first poll comes later.
        let flushing = connection.flush();
        connection.send(vec![0; 2 * MIB]).await.unwrap();
        assert_eq!(flushing.now_or_never(), Some(Ok(())));

        let order = RefCell::new(Vec::new());
        let mut flushes = Vec::new();
        for i in 1..4 {
            let (flushing, order, connection) = (connection.flush(), &order, &connection);
            flushes.push(async move {
                flushing.await.unwrap();
                let buffered = connection.buffered_amount();
                assert!(buffered <= (3 - i) as u64 * 4 * MIB as u64);
                order.borrow_mut().push((i, buffered));
            });
            if i < 3 {
                connection.send(vec![0; 4 * MIB]).await.unwrap();
            }
        }
        // The last is polled first.
        within(join_all(flushes.into_iter().rev())).await;
        let order = order.take();
        // Those that are done at one look are so in the order of their polls.
        let is_in_order = order
            .windows(2)
            .all(|pair| pair[0].0 < pair[1].0 || pair[0].1 == pair[1].1);
        assert!(is_in_order, "{order:?}");
        assert_eq!(connection.buffered_amount(), 0);
    }

    async fn a_sink_is_flushed_once_the_browser_has_it(transport: Transport) {
        let (mut sender, _receiver) = slow(transport, "rate=32000000").await.split();
        let sending = SinkExt::<Message>::send(&mut sender, vec![0; 2 * MIB].into());
        assert_eq!(sending.now_or_never(), Some(Ok(())));
        assert!(sender.buffered_amount() > 0);
        assert_eq!(SinkExt::<Message>::flush(&mut sender).now_or_never(), Some(Ok(())));
        // The sender's own method waits.
        assert!(Sender::flush(&sender).now_or_never().is_none());
        within(Sender::flush(&sender)).await.unwrap();
    }

    #[sockets]
    async fn waiting_for_a_flush_costs_few_turns(transport: Transport) {
        // A server that doesn't read.
        let builder = Connection::builder(&url("/test/sink?pause=60000")).transport(transport);
        let connection = within(builder.send_watermarks(1 << 30, 1 << 30).connect());
        let (sender, _receiver) = connection.await.unwrap().split();
        sender.send("it pauses after this").await.unwrap();
        sender.send(vec![0; 32 * MIB]).await.unwrap();
        let counting = count_turns();
        drop(future::select(pin!(sender.flush()), TimeoutFuture::new(500)).await);
        let turns = stop_counting_turns(&counting);
        // A wait that spins takes thousands.
        assert!(turns < 100, "{turns} turns");
    }

    #[browsers]
    async fn small_messages_cost_no_timer(transport: Transport) {
        let mut connection = open("/test/silent", transport).await;
        let timers = within(async {
            let timers = TimerCount::start();
            for i in 0..10_000 {
                SinkExt::<Message>::send(&mut connection, i.to_string().into()).await.unwrap();
                if timers.count() > 10 {
                    break;
                }
            }
            timers.count()
        })
        .await;
        assert_eq!(timers, 0);
    }
}

#[cfg(feature = "tokio")]
mod framed {
    use tokio_util::{
        bytes::Bytes,
        codec::{Framed, LengthDelimitedCodec},
    };

    use super::*;

    each_transport! {
        async fn small_frames_cost_no_timer(transport: Transport) {
            let connection = open("/test/silent", transport).await;
            let mut frames = Framed::new(connection.into_io(), LengthDelimitedCodec::new());
            let timers = within(async {
                let timers = TimerCount::start();
                for _ in 0..1_000 {
                    frames.send(Bytes::from_static(b"frame")).await.unwrap();
                    if timers.count() > 10 {
                        break;
                    }
                }
                timers.count()
            })
            .await;
            assert_eq!(timers, 0);
        }
    }
}

#[test]
async fn what_another_handle_sent_is_flushed_and_pauses_too() {
    let socket = open_socket("/test/sink?rate=64000000").await;
    let connection = within(socket.clone().open()).await.unwrap();
    connection.send("first").await.unwrap();
    within(connection.flush()).await.unwrap();

    socket.send(vec![0; 8 * MIB]).unwrap();
    assert!(connection.send("waits").now_or_never().is_none());
    assert!(connection.flush().now_or_never().is_none());
    within(connection.flush()).await.unwrap();
    assert_eq!(socket.buffered_amount(), 0);

    socket.send(vec![0; 8 * MIB]).unwrap();
    within(connection.send("waits")).await.unwrap();
    assert!(socket.buffered_amount() <= 2 * MIB as u64 + 5);
}

/// Counts the timers that are set until it is dropped.
struct TimerCount(JsValue);

impl TimerCount {
    fn start() -> Self {
        Self(start_counting_timers())
    }

    fn count(&self) -> u32 {
        timers_of(&self.0)
    }
}

impl Drop for TimerCount {
    fn drop(&mut self) {
        stop_counting_timers(&self.0);
    }
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn start_counting_timers() -> JsValue;
    fn timers_of(count: &JsValue) -> u32;
    fn count_turns() -> JsValue;
    fn stop_counting_turns(count: &JsValue) -> u32;
    fn stop_counting_timers(count: &JsValue);
}
