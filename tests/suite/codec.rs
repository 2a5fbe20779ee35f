//! Values of one's own types in place of messages.

use std::{collections::HashMap, error::Error as StdError, fmt::Debug};

use futures::{
    future,
    stream::{self, FusedStream},
    FutureExt, SinkExt, StreamExt, TryStreamExt,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use wasm_websocket::{
    Binary, BinaryType, Codec, CodecError, Connection, Error, Json, Message, MessagePack, Payload,
    Plain, ReadyState, Transport, Typed,
};

use super::support::{
    each_transport, new_id, open, server_remembers, server_saw_it_end, settle, url, within,
    UncaughtGuard,
};

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Point {
    x: f64,
    y: f64,
    label: Option<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
enum Event {
    Ping,
    Say { text: String, to: Vec<String> },
    Draw(Vec<Point>),
    Count(u64, i32),
}

fn events() -> Vec<Event> {
    let label = Some("ä\u{0}✨\"\\".repeat(100));
    vec![
        Event::Ping,
        Event::Say {
            text: "grüezi".to_owned(),
            to: vec![String::new(), "b".to_owned()],
        },
        Event::Draw(vec![
            Point {
                x: 0.1,
                y: -1e300,
                label,
            };
            50
        ]),
        Event::Count(1 << 60, i32::MIN),
    ]
}

struct Decimal;

impl Codec<u32, u32> for Decimal {
    fn decode(payload: Payload<'_>) -> Result<u32, Box<dyn StdError + Send + Sync>> {
        Ok(payload.text()?.parse()?)
    }
    fn encode(item: &u32) -> Result<Message, Box<dyn StdError + Send + Sync>> {
        Ok(item.to_string().into())
    }
}

/// The number in a message of the server's flood, be it text or a Blob.
struct Numbered;

impl Codec<u32, ()> for Numbered {
    fn decode(payload: Payload<'_>) -> Result<u32, Box<dyn StdError + Send + Sync>> {
        Ok(match payload {
            Payload::Text(text) => text.get(..10).unwrap_or_default().parse()?,
            Payload::Binary(bytes) => u32::from_le_bytes(bytes[..4].try_into()?),
        })
    }
    fn encode((): &()) -> Result<Message, Box<dyn StdError + Send + Sync>> {
        Err("only for receiving".into())
    }
}

/// Where in memory a message is decoded, and how long it is.
struct Place;

impl Codec<(usize, usize), Vec<u8>> for Place {
    fn decode(payload: Payload<'_>) -> Result<(usize, usize), Box<dyn StdError + Send + Sync>> {
        let bytes = payload.binary()?;
        Ok((bytes.as_ptr() as usize, bytes.len()))
    }
    fn encode(item: &Vec<u8>) -> Result<Message, Box<dyn StdError + Send + Sync>> {
        Ok(item.clone().into())
    }
}

async fn come_back<C, T>(transport: Transport, items: Vec<T>)
where
    C: Codec<T, T>,
    T: Debug + PartialEq,
{
    let mut typed = open("/echo", transport).await.typed::<C, T, T>();
    for item in &items {
        typed.send(item).await.unwrap();
    }
    for item in &items {
        assert_eq!(next(&mut typed).await.unwrap(), *item);
    }
}

async fn next<S, C, In, Out>(typed: &mut Typed<S, C, In, Out>) -> Result<In, CodecError>
where
    Typed<S, C, In, Out>: FusedStream<Item = Result<In, CodecError>> + Unpin,
{
    within(typed.next()).await.unwrap()
}

each_transport! {
    async fn structs_and_enums_come_back_as_json(transport: Transport) {
        come_back::<Json, _>(transport, events()).await;
    }

    async fn structs_and_enums_come_back_as_messagepack(transport: Transport) {
        come_back::<MessagePack, _>(transport, events()).await;
    }

    async fn values_come_back_by_a_codec_of_ones_own(transport: Transport) {
        come_back::<Decimal, _>(transport, vec![0, 17, u32::MAX]).await;
    }

    async fn text_and_bytes_come_back_as_they_are(transport: Transport) {
        let lines = ["grüezi", "", "a\u{0}✨"].map(str::to_owned);
        come_back::<Plain, _>(transport, lines.to_vec()).await;
        come_back::<Binary, _>(transport, vec![vec![0, 255], vec![], vec![1; 100_000]]).await;
    }

    async fn a_number_that_json_cannot_hold_is_not_sent(transport: Transport) {
        let mut typed = open("/echo", transport).await.typed::<Json, Option<f64>, f64>();
        for number in [f64::NAN, f64::NEG_INFINITY] {
            let sent = typed.send(&number).await;
            assert!(matches!(sent, Err(CodecError::Encode { .. })), "{sent:?}");
        }
        typed.send(&1.5).await.unwrap();
        assert_eq!(next(&mut typed).await.unwrap(), Some(1.5));
    }

    async fn json_in_binary_messages_is_read_too(transport: Transport) {
        let mut typed = open("/echo", transport).await.typed::<Json, Vec<u8>, ()>();
        typed.get_ref().send(b"[1, 2]").await.unwrap();
        assert_eq!(next(&mut typed).await.unwrap(), [1, 2]);
    }

    async fn what_does_not_decode_is_told_with_the_message_and_the_next_follows(transport: Transport) {
        let connection = open("/echo", transport).await;
        let mut typed = connection.typed::<Json, Event, Event>();
        typed.send(&Event::Ping).await.unwrap();
        typed.get_ref().send("{\"Say\": 1").await.unwrap();
        typed.get_ref().send(vec![0xff, 0xfe]).await.unwrap();
        typed.send(&Event::Count(1, 2)).await.unwrap();

        assert_eq!(next(&mut typed).await.unwrap(), Event::Ping);
        match next(&mut typed).await {
            Err(CodecError::Decode { message, source }) => {
                assert_eq!(message, "{\"Say\": 1");
                assert!(source.is::<serde_json::Error>());
            }
            other => panic!("{other:?}"),
        }
        match next(&mut typed).await {
            Err(CodecError::Decode { message, .. }) => assert_eq!(message, [0xff, 0xfe]),
            other => panic!("{other:?}"),
        }
        assert_eq!(next(&mut typed).await.unwrap(), Event::Count(1, 2));
    }

    async fn values_keep_their_order_between_two_tasks(transport: Transport) {
        let connection = open("/echo", transport).await;
        let (sender, mut receiver) = connection.typed::<MessagePack, u32, u32>().split();
        let other = sender.clone();
        spawn_local(async move {
            for item in 0..1000 {
                let sender = if item % 2 == 0 { &sender } else { &other };
                sender.send(&item).await.unwrap();
            }
        });
        for item in 0..1000 {
            assert_eq!(next(&mut receiver).await.unwrap(), item);
        }
    }

    async fn blobs_are_decoded_in_their_place_among_texts(transport: Transport) {
        let path = "/test/flood?count=200&size=64&kind=mixed&then=close";
        let connection = open_for_blobs(path, transport).await;
        let mut typed = connection.typed::<Numbered, u32, ()>();
        for number in 0..200 {
            assert_eq!(next(&mut typed).await.unwrap(), number);
        }
        assert!(within(typed.next()).await.is_none() && typed.is_terminated());
    }

    async fn a_blob_that_is_waited_for_comes_after_a_split_too(transport: Transport) {
        let connection = open_for_blobs("/echo", transport).await;
        connection.send([7, 0, 0, 0]).await.unwrap();
        settle().await;
        let mut typed = connection.typed::<Numbered, u32, ()>();
        assert!(typed.next().now_or_never().is_none());
        let (_sender, mut receiver) = typed.split();
        assert_eq!(next(&mut receiver).await.unwrap(), 7);
    }

    async fn a_blob_that_does_not_decode_is_told_with_the_blob(transport: Transport) {
        let connection = open_for_blobs("/echo", transport).await;
        let mut typed = connection.typed::<MessagePack, u8, u8>();
        typed.get_ref().send([0xc1]).await.unwrap();
        typed.send(&5).await.unwrap();
        match next(&mut typed).await {
            Err(CodecError::Decode { message, .. }) => {
                let bytes = within(message.into_bytes()).await.unwrap();
                assert_eq!(bytes, [0xc1]);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(next(&mut typed).await.unwrap(), 5);
    }

    async fn bytes_are_decoded_in_memory_that_is_used_again(transport: Transport) {
        let connection = open("/echo", transport).await;
        let mut typed = connection.typed::<Place, (usize, usize), Vec<u8>>();
        let mut places = Vec::new();
        for len in [50_000, 1, 49_999, 50_000, 300] {
            typed.send(&vec![1; len]).await.unwrap();
            let (address, length) = next(&mut typed).await.unwrap();
            assert_eq!(length, len);
            places.push(address);
        }
        places.dedup();
        assert_eq!(places.len(), 1, "{places:?}");
    }

    async fn combinators_of_sinks_send_all_and_close(transport: Transport) {
        let id = new_id();
        let connection = open(&format!("/echo?id={id}"), transport).await;
        let mut typed = connection.typed::<Json, u32, u32>();
        within(typed.send_all(&mut stream::iter(0..50).map(Ok))).await.unwrap();
        let (sender, mut receiver) = typed.split();
        let received: Vec<_> = within(receiver.by_ref().take(50).try_collect()).await.unwrap();
        assert_eq!(received, Vec::from_iter(0..50));
        // The receiver alone would keep it open.
        within(stream::iter(50..100).map(Ok).forward(sender)).await.unwrap();
        let memory = server_saw_it_end(&id).await;
        assert_eq!(memory["messages"], 100);
        assert_eq!(memory["aborted"], false);
        drop(receiver);
    }

    async fn what_does_not_encode_is_not_sent_and_harms_nothing_else(transport: Transport) {
        type Pairs = HashMap<(u8, u8), u8>;
        let id = new_id();
        let connection = open(&format!("/echo?id={id}"), transport).await;
        let mut typed = connection.typed::<Json, Pairs, Pairs>();
        let (empty, pairs) = (Pairs::new(), Pairs::from([((1, 2), 3)]));
        typed.send(&empty).await.unwrap();
        match typed.send(&pairs).await {
            Err(CodecError::Encode { source }) => assert!(source.is::<serde_json::Error>()),
            other => panic!("{other:?}"),
        }
        let items = [empty.clone(), pairs, empty.clone()];
        let sent = within(typed.send_all(&mut stream::iter(items).map(Ok))).await;
        assert!(matches!(sent, Err(CodecError::Encode { .. })));
        typed.send(&empty).await.unwrap();
        for _ in 0..3 {
            assert_eq!(next(&mut typed).await.unwrap(), empty);
        }
        within(typed.close()).await.unwrap();
        assert_eq!(server_saw_it_end(&id).await["messages"], 3);
    }

    async fn closing_ends_the_stream_and_sending(transport: Transport) {
        let mut typed = open("/echo", transport).await.typed::<Json, u8, u8>();
        let closed = typed.closed();
        within(typed.close()).await.unwrap();
        assert!(within(closed).await.was_clean());
        for _ in 0..3 {
            assert!(within(typed.next()).await.is_none() && typed.is_terminated());
        }
        for sent in [typed.send(&1).await, typed.feed(1).await] {
            match sent {
                Err(CodecError::Connection(error)) => {
                    assert_eq!(error, Error::NotOpen(ReadyState::Closed));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    async fn an_unclean_end_is_told_once(transport: Transport) {
        let connection = open("/test/abort?after=1", transport).await;
        connection.send("now").await.unwrap();
        let mut typed = connection.typed::<Json, u8, u8>();
        match next(&mut typed).await {
            Err(CodecError::Connection(Error::Closed(event))) => assert!(!event.was_clean()),
            other => panic!("{other:?}"),
        }
        assert!(within(typed.next()).await.is_none());
    }

    async fn dropping_it_closes_the_connection_and_throws_nothing(transport: Transport) {
        let guard = UncaughtGuard::new();
        let ids = [new_id(), new_id(), new_id()];
        let paths = ids.each_ref().map(|id| format!("/echo?id={id}"));
        let start = |i: usize| open_for_blobs(&paths[i], transport);

        let mut waiting = start(0).await.typed::<MessagePack, u8, u8>();
        assert!(waiting.next().now_or_never().is_none());
        drop(waiting);

        let mut reading = start(1).await.typed::<MessagePack, u8, u8>();
        reading.send(&1).await.unwrap();
        server_remembers(&ids[1], |memory| memory["messages"] == 1).await;
        settle().await;
        assert!(reading.next().now_or_never().is_none());
        drop(reading);

        let (sender, receiver) = start(2).await.typed::<MessagePack, u8, u8>().split();
        drop(receiver);
        sender.send(&1).await.unwrap();
        drop(sender);

        let ends = ids.iter().map(|id| server_saw_it_end(id));
        for memory in future::join_all(ends).await {
            assert_eq!(memory["aborted"], false);
        }
        guard.check().await;
    }
}

async fn open_for_blobs(path: &str, transport: Transport) -> Connection {
    let builder = Connection::builder(&url(path))
        .transport(transport)
        .binary_type(BinaryType::Blob);
    within(builder.connect()).await.unwrap()
}

#[cfg(feature = "reconnect")]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_socket_that_comes_back_is_typed_too() {
    use wasm_websocket::{Event, Reconnecting, ReconnectingSender, Typed};

    let socket = Reconnecting::builder(&super::support::url("/echo")).start();
    let mut numbers = socket.typed::<Decimal, u32, u32>();
    let sender: Typed<ReconnectingSender, _, _, _> = numbers.sender();
    assert!(matches!(
        within(numbers.next()).await,
        Some(Ok(Event::Opened))
    ));
    within(sender.send(&7)).await.unwrap();
    within(numbers.get_ref().send("x")).await.unwrap();
    within(SinkExt::send(&mut numbers, 8)).await.unwrap();
    assert!(matches!(
        within(numbers.next()).await,
        Some(Ok(Event::Message(7)))
    ));
    match within(numbers.next()).await {
        Some(Err(CodecError::Decode { message, .. })) => assert_eq!(message, "x"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        within(numbers.next()).await,
        Some(Ok(Event::Message(8)))
    ));

    within(numbers.get_ref().close()).await;
    assert!(within(numbers.next()).await.is_none());
    match within(numbers.send(&9)).await {
        Err(CodecError::NotSent(error)) => assert_eq!(error.into_message(), "9"),
        other => panic!("{other:?}"),
    }
}
