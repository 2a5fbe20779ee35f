//! Handles that could be on any thread: here on the socket's own, where only channels lead to it.

use std::{future::Future, pin::pin};

use futures::{future, stream, FutureExt, SinkExt, StreamExt};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{spawn_local, JsFuture};
use wasm_websocket::{
    BinaryType, CloseCode, Connection, Error, Overflow, OwnedMessage, ReadyState, RemoteReceiver,
    RemoteSender, Transport,
};

use super::support::{
    each_transport, new_id, open, runs_in, server_remembers, server_saw_it_end, settle, url,
    within, UncaughtGuard,
};

/// How many messages are on their way in each direction.
const CAPACITY: usize = 16;

each_transport! {
    async fn messages_go_out_and_come_back(transport: Transport) {
        let (sender, mut receiver) = open_remote("/echo", transport).await;
        for message in [
            OwnedMessage::from("grüezi ✨"),
            OwnedMessage::from(""),
            OwnedMessage::from(vec![1, 2, 3]),
            OwnedMessage::from(vec![]),
            OwnedMessage::from(vec![7; 300_000]),
        ] {
            within(sender.send(message.clone())).await.unwrap();
            assert_eq!(within(receiver.next()).await, Some(Ok(message)));
        }
    }

    async fn a_flood_of_blobs_and_texts_arrives_in_order(transport: Transport) {
        let connection = Connection::builder(&url("/test/flood?count=500&size=16&kind=mixed&then=close"))
            .binary_type(BinaryType::Blob)
            .transport(transport)
            .connect();
        let (_sender, mut receiver) = within(connection).await.unwrap().into_remote().split();
        for i in 0u32..500 {
            match within(receiver.next()).await {
                Some(Ok(OwnedMessage::Text(text))) if i % 2 == 0 => {
                    assert!(text.starts_with(&format!("{i:010}")), "{i}");
                }
                Some(Ok(OwnedMessage::Binary(bytes))) if i % 2 == 1 => {
                    assert_eq!((bytes.len(), &bytes[..4]), (16, &i.to_le_bytes()[..]));
                }
                other => panic!("{i}: {other:?}"),
            }
        }
        assert_ends_for_good(&mut receiver).await;
    }

    async fn clones_send_from_their_own_tasks(transport: Transport) {
        const EACH: usize = 200;
        let (sender, receiver) = open_remote("/echo", transport).await;
        for name in ["a", "b"] {
            let sender = sender.clone();
            spawn_local(async move {
                for i in 0..EACH {
                    sender.send(format!("{name}{i}")).await.unwrap();
                }
            });
        }
        let all: Vec<_> = within(receiver.map(Result::unwrap).take(2 * EACH).collect()).await;
        for name in ["a", "b"] {
            let got: Vec<_> = all.iter().filter_map(|message| match message {
                OwnedMessage::Text(text) => text.strip_prefix(name),
                OwnedMessage::Binary(_) => None,
            }).collect();
            let expected: Vec<_> = (0..EACH).map(|i| i.to_string()).collect();
            assert_eq!(got, expected);
        }
        drop(sender);
    }

    async fn a_sender_waits_while_the_network_does_not_take_more(transport: Transport) {
        let connection = Connection::builder(&url("/test/silent"))
            .transport(transport)
            .send_watermarks(0, 0)
            .connect();
        let (sender, _receiver) = within(connection).await.unwrap().into_remote().split();
        // The socket's task gets its turns, the network none.
        assert!(fill(&sender).await >= CAPACITY);
        within(sender.send("then")).await.unwrap();
        within(sender.flush()).await.unwrap();
    }

    async fn flushing_waits_until_what_was_sent_has_left(transport: Transport) {
        let id = new_id();
        let (sender, _receiver) = open_remote(&format!("/test/silent?id={id}"), transport).await;
        for _ in 0..10 {
            within(sender.send(vec![1; 50_000])).await.unwrap();
        }
        assert_eq!(by_turns(sender.flush()).await, None);
        within(sender.flush()).await.unwrap();
        let sent = |memory: &serde_json::Value| memory["messages"] == 10;
        server_remembers(&id, sent).await;
        within(sender.flush()).await.unwrap();
    }

    async fn a_clean_close_ends_the_stream_with_none(transport: Transport) {
        let path = "/test/close?code=3001&reason=bye&after=1";
        let (sender, mut receiver) = open_remote(path, transport).await;
        let closed = receiver.closed();
        within(sender.send("now")).await.unwrap();
        assert_ends_for_good(&mut receiver).await;
        assert_eq!(within(closed).await.to_string(), "3001 (bye), clean");
        assert_eq!(within(sender.closed()).await.code(), 3001);
        within(sender.close()).await.unwrap();
    }

    async fn an_unclean_close_is_one_error_and_then_none(transport: Transport) {
        let (mut sender, mut receiver) = open_remote("/test/abort?after=1", transport).await;
        within(sender.send("now")).await.unwrap();
        assert_aborted(within(receiver.next()).await.unwrap().map(drop));
        assert_ends_for_good(&mut receiver).await;
        assert_aborted(within(sender.close()).await);
        assert_aborted(within(SinkExt::close(&mut sender)).await);
    }

    async fn sending_after_the_end_is_an_error(transport: Transport) {
        let (sender, _receiver) = open_remote("/test/abort?after=1", transport).await;
        within(sender.send("now")).await.unwrap();
        within(sender.closed()).await;
        let closed = Err(Error::NotOpen(ReadyState::Closed));
        assert_eq!(within(sender.send("x")).await, closed);
        assert_eq!(within(sender.clone().send("x")).await, closed);
        assert_eq!(within(sender.flush()).await, closed);
    }

    async fn a_sender_that_waits_is_woken_by_the_end(transport: Transport) {
        let (sender, _receiver) = open_remote("/test/ignore-close", transport).await;
        let other = sender.clone();
        let sending = async {
            loop {
                if let Err(error) = sender.send(vec![0; 10_000]).await {
                    return error;
                }
            }
        };
        let closing = async {
            settle().await;
            other.close_with(CloseCode::NORMAL, "").unwrap();
        };
        let (error, ()) = within(future::join(sending, closing)).await;
        assert_eq!(error, Error::NotOpen(ReadyState::Closing));
    }

    async fn closing_sends_what_waits_and_is_done_when_closed(transport: Transport) {
        let id = new_id();
        let (mut sender, mut receiver) = open_remote(&format!("/test/silent?id={id}"), transport).await;
        for _ in 0..CAPACITY {
            assert_eq!(sender.send(vec![1; 10_000]).now_or_never(), Some(Ok(())));
        }
        within(sender.close()).await.unwrap();
        let closed = sender.closed().now_or_never().unwrap();
        assert_eq!((closed.code().as_u16(), closed.was_clean()), (1005, true));
        assert_eq!(server_saw_it_end(&id).await["messages"], CAPACITY);
        assert_ends_for_good(&mut receiver).await;
        within(SinkExt::close(&mut sender)).await.unwrap();
        within(SinkExt::close(&mut sender)).await.unwrap();
    }

    async fn either_handle_closes_with_code_and_reason(transport: Transport) {
        for by_sender in [true, false] {
            let id = new_id();
            let (sender, receiver) = open_remote(&format!("/echo?id={id}"), transport).await;
            match by_sender {
                true => sender.close_with(CloseCode::new(3001), "grüezi"),
                false => receiver.close_with(CloseCode::new(3001), "grüezi"),
            }
            .unwrap();
            assert_eq!(within(sender.closed()).await.code(), 3001);
            let memory = server_saw_it_end(&id).await;
            assert_eq!(memory["close"]["reason"], "grüezi");
        }
    }

    async fn a_bad_code_is_refused_at_once_and_leaves_it_open(transport: Transport) {
        let (sender, mut receiver) = open_remote("/echo", transport).await;
        let refused = Err(Error::InvalidCloseCode(CloseCode::GOING_AWAY));
        assert_eq!(sender.close_with(CloseCode::GOING_AWAY, ""), refused);
        assert_eq!(receiver.close_with(CloseCode::GOING_AWAY, ""), refused);
        within(sender.send("open")).await.unwrap();
        assert_eq!(within(receiver.next()).await, Some(Ok("open".into())));
    }

    async fn the_last_handle_that_is_dropped_closes_behind_what_was_sent(transport: Transport) {
        let id = new_id();
        let (sender, receiver) = open_remote(&format!("/test/silent?id={id}"), transport).await;
        let closed = receiver.closed();
        drop(receiver);
        let other = sender.clone();
        drop(sender.clone());
        within(sender.send("one")).await.unwrap();
        drop(sender);
        settle().await;
        within(other.send("two")).await.unwrap();
        for _ in 1..CAPACITY {
            other.send(vec![1; 10_000]).now_or_never().unwrap().unwrap();
        }
        drop(other);
        assert_eq!(within(closed).await.code(), 1005);
        let memory = server_saw_it_end(&id).await;
        assert_eq!((&memory["messages"], &memory["aborted"]), (&(CAPACITY + 1).into(), &false.into()));
    }

    async fn a_receiver_alone_goes_on_and_closes_when_dropped(transport: Transport) {
        let id = new_id();
        let path = format!("/test/flood?count=100&size=8&id={id}");
        let (sender, mut receiver) = open_remote(&path, transport).await;
        drop(sender);
        for _ in 0..100 {
            within(receiver.next()).await.unwrap().unwrap();
        }
        settle().await;
        assert!(receiver.next().now_or_never().is_none());
        drop(receiver);
        server_saw_it_end(&id).await;
    }

    async fn a_sender_alone_does_not_mind_what_arrives(transport: Transport) {
        let id = new_id();
        let (sender, receiver) = open_remote(&format!("/echo?id={id}"), transport).await;
        settle().await;
        drop(receiver);
        for _ in 0..300 {
            within(sender.send(vec![1; 10_000])).await.unwrap();
        }
        within(sender.close()).await.unwrap();
        assert_eq!(server_saw_it_end(&id).await["messages"], 300);
    }

    async fn the_combinators_of_futures_work_as_they_are(transport: Transport) {
        let (mut sender, receiver) = open_remote("/echo", transport).await;
        let mut numbers = stream::iter(0..100).map(|i| Ok(OwnedMessage::from(i.to_string())));
        let (sent, echoes) = within(future::join(
            sender.send_all(&mut numbers),
            receiver.map(Result::unwrap).take(100).collect::<Vec<_>>(),
        ))
        .await;
        assert_eq!(sent, Ok(()));
        for (i, echo) in echoes.iter().enumerate() {
            assert_eq!(*echo, OwnedMessage::from(i.to_string()));
        }
        let closed = sender.closed();
        let none = stream::empty::<Result<OwnedMessage, Error>>();
        assert_eq!(within(none.forward(sender)).await, Ok(()));
        assert!(within(closed).await.was_clean());
    }

    async fn dropping_in_every_state_throws_nothing(transport: Transport) {
        let guard = UncaughtGuard::new();

        drop(open_remote("/echo", transport).await);

        let (_, mut reading) = open_remote("/echo", transport).await;
        assert!(reading.next().now_or_never().is_none());
        drop(reading);

        let (sending, receiver) = open_remote("/echo", transport).await;
        fill(&sending).await;
        assert!(sending.flush().now_or_never().is_none());
        drop(receiver);
        drop(sending);

        let (closing, receiver) = open_remote("/test/ignore-close", transport).await;
        assert!(closing.close().now_or_never().is_none());
        drop((closing.closed(), closing, receiver));

        let (aborted, receiver) = open_remote("/test/abort?after=1", transport).await;
        within(aborted.send("now")).await.unwrap();
        drop((aborted, receiver));

        let flooded = open_remote("/test/flood?count=1000&size=1000", transport).await;
        settle().await;
        drop(flooded);

        guard.check().await;
    }
}

/// By events the connection's own budget shows how far it is read.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn what_is_not_received_is_left_to_the_limits_of_the_connection() {
    let id = new_id();
    let address = url(&format!(
        "/test/flood?count=1000&size=100&then=close&id={id}"
    ));
    let connection = Connection::builder(&address)
        .transport(Transport::EVENTS)
        .receive_budget(10_000, Overflow::Fail)
        .connect();
    let (_sender, mut receiver) = within(connection).await.unwrap().into_remote().split();
    server_saw_it_end(&id).await;
    let mut delivered = 0;
    let end = loop {
        match within(receiver.next()).await.unwrap() {
            Ok(_) => delivered += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(end, Error::Overflow { .. }), "{end:?}");
    // What the budget holds: 612 bytes each, the first one free. Besides, what was queued for the
    // handle: tasks have no turn for that between messages that came in at a time in Node, and few
    // where there are threads.
    let queued = match (runs_in("Node.js"), cfg!(target_feature = "atomics")) {
        (true, _) => 0..=1,
        (_, true) => 0..=CAPACITY + 1,
        _ => CAPACITY..=CAPACITY + 1,
    };
    assert!(queued.contains(&(delivered - 10_000 / 612)), "{delivered}");
    assert_ends_for_good(&mut receiver).await;
}

async fn open_remote(path: &str, transport: Transport) -> (RemoteSender, RemoteReceiver) {
    open(path, transport).await.into_remote().split()
}

/// What a future comes to while only tasks have turns; `None` if it waits for the network.
async fn by_turns<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..5 {
        if let Some(output) = future.as_mut().now_or_never() {
            return Some(output);
        }
        let turn = js_sys::Promise::resolve(&JsValue::NULL);
        JsFuture::from(turn).await.unwrap();
    }
    None
}

/// Sends until that waits for the network, and returns how many messages it took.
async fn fill(sender: &RemoteSender) -> usize {
    let mut sent = 0;
    while let Some(result) = by_turns(sender.send(vec![1; 400_000])).await {
        result.unwrap();
        sent += 1;
        assert!(sent < 3 * CAPACITY, "no backpressure");
    }
    sent
}

fn assert_aborted(result: Result<(), Error>) {
    match result {
        Err(Error::Closed(event)) => {
            assert_eq!((event.code().as_u16(), event.was_clean()), (1006, false));
        }
        other => panic!("{other:?}"),
    }
}

async fn assert_ends_for_good(receiver: &mut RemoteReceiver) {
    for _ in 0..3 {
        assert_eq!(within(receiver.next()).await, None);
    }
}
