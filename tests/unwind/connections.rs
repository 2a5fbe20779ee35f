//! Wakers, messages and codecs that panic.

use std::{
    error::Error,
    pin::Pin,
    sync::Arc,
    task::{Context, Wake, Waker},
};

use futures::{
    future::{join, join3},
    FutureExt, SinkExt, Stream, StreamExt,
};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{BinaryType, Codec, Connection, Message, Payload, Transport, WebSocket};

use super::{
    assert_closes, assert_echoes, open, panic_on_purpose, panics, sleep, transports, url, within,
    Bystander, NoMessage,
};

const CHUNK: usize = 64 << 10;

struct PanicsWhenWoken;

impl Wake for PanicsWhenWoken {
    fn wake(self: Arc<Self>) {
        panic_on_purpose()
    }
}

fn bad_waker() -> Waker {
    Waker::from(Arc::new(PanicsWhenWoken))
}

/// A connection whose sender has to wait.
pub(super) async fn full(transport: Transport) -> Connection {
    let address = url("/test/sink?after=1000000");
    let builder = Connection::builder(&address).transport(transport);
    let builder = builder.send_watermarks(4 * CHUNK as u64, 8 * CHUNK as u64);
    let connection = within(builder.connect()).await.unwrap();
    while let Some(sent) = connection.send(vec![0; CHUNK]).now_or_never() {
        sent.unwrap();
    }
    connection
}

#[test]
async fn a_waker_that_panics_at_the_end_keeps_nobody_from_the_end() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let (sender, mut receiver) = full(transport).await.split();
        let cx = &mut Context::from_waker(&*Box::leak(Box::new(bad_waker())));
        assert!(Pin::new(&mut receiver).poll_next(cx).is_pending());
        let mut first = sender.send("first").boxed_local();
        assert!(first.poll_unpin(cx).is_pending());
        let mut closed = sender.closed();
        assert!(closed.poll_unpin(cx).is_pending());
        let others = join3(sender.send("late"), sender.closed(), async {
            drop(sender.close());
        });
        let (sent, event, ()) = within(others).await;
        assert!(sent.is_err() && event.was_clean());
        bystander.check(3).await;
    }
}

#[test]
async fn a_waiter_whose_waker_panics_is_passed() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let connection = full(transport).await;
        let waker = bad_waker();
        let cx = &mut Context::from_waker(&waker);
        let mut first = connection.send("first").boxed_local();
        assert!(first.poll_unpin(cx).is_pending());
        let (sent, flushed) = within(join(connection.send("next"), connection.flush())).await;
        sent.unwrap();
        flushed.unwrap();
        drop(first);
        within(connection.close()).await.unwrap();
        bystander.check(1).await;
    }
}

#[test]
async fn a_waker_that_panics_when_a_message_arrives_takes_no_message_with_it() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let mut connection = open("/echo", transport).await;
        let waker = bad_waker();
        let cx = &mut Context::from_waker(&waker);
        assert!(connection.poll_next_unpin(cx).is_pending());
        connection.send("text").await.unwrap();
        sleep(100).await;
        let message = connection.next().now_or_never().flatten();
        assert_eq!(message.unwrap().unwrap(), "text");
        assert_echoes(&mut connection, "more").await;
        let socket = WebSocket::new(&url("/echo")).unwrap();
        let (mut bad, mut good) = (socket.on_open(), socket.on_open());
        assert!(bad.poll_next_unpin(cx).is_pending());
        assert!(within(good.next()).await.is_some() && within(bad.next()).await.is_some());
        assert_closes(connection).await;
        bystander.check(2).await;
    }
}

#[test]
async fn a_waker_that_panics_leaves_the_tasks_of_a_remote_connection_alone() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let mut remote = open("/echo", transport).await.into_remote();
        let waker = bad_waker();
        let cx = &mut Context::from_waker(&waker);
        assert!(remote.poll_next_unpin(cx).is_pending());
        let mut closed = remote.closed();
        assert!(closed.poll_unpin(cx).is_pending());
        for text in ["one", "two"] {
            within(remote.send(text)).await.unwrap();
            sleep(100).await;
            let message = remote.next().now_or_never().flatten();
            assert_eq!(message.unwrap().unwrap(), text);
        }
        within(remote.close()).await.unwrap();
        assert!(within(remote.next()).await.is_none());
        bystander.check(2).await;
    }
}

#[test]
async fn what_panics_on_its_way_to_a_message_gives_its_turn_away() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let connection = full(transport).await;
        let (bad, next) = (panics(connection.send(NoMessage)), connection.send("next"));
        let ((), sent) = within(join(bad, next)).await;
        sent.unwrap();
        let socket = WebSocket::new(&url("/echo")).unwrap();
        panics(async { socket.send(NoMessage) }).await;
        within(connection.flush()).await.unwrap();
        assert_closes(connection).await;
        bystander.check(0).await;
    }
}

/// Numbers, of which 13 panics.
struct Numbers;

impl Codec<u32, u32> for Numbers {
    fn decode(payload: Payload<'_>) -> Result<u32, Box<dyn Error + Send + Sync>> {
        let text = std::str::from_utf8(payload.as_bytes())?;
        match text.parse()? {
            13 => panic_on_purpose(),
            number => Ok(number),
        }
    }

    fn encode(number: &u32) -> Result<Message, Box<dyn Error + Send + Sync>> {
        match number {
            13 => panic_on_purpose(),
            number => Ok(number.to_string().into()),
        }
    }
}

#[test]
async fn a_codec_that_panics_loses_that_value_alone() {
    for transport in transports() {
        for binary_type in [BinaryType::ArrayBuffer, BinaryType::Blob] {
            let bystander = Bystander::new().await;
            let builder = Connection::builder(&url("/echo")).transport(transport);
            let connection = within(builder.binary_type(binary_type).connect()).await;
            let mut numbers = connection.unwrap().typed::<Numbers, u32, u32>();
            panics(numbers.send(&13)).await;
            panics(SinkExt::send(&mut numbers, 13)).await;
            numbers.send(&1).await.unwrap();
            numbers.get_ref().send("13").await.unwrap();
            numbers.get_ref().send(b"13").await.unwrap();
            SinkExt::send(&mut numbers, 2).await.unwrap();
            assert_eq!(within(numbers.next()).await.unwrap().unwrap(), 1);
            panics(numbers.next()).await;
            panics(numbers.next()).await;
            assert_eq!(within(numbers.next()).await.unwrap().unwrap(), 2);
            assert_closes(numbers.into_inner()).await;
            bystander.check(0).await;
        }
    }
}
