//! Several tasks that compete for one remote sender, against a slow, a stopping and a breaking
//! server: a test for each promise of its documentation.

use std::{cell::Cell, rc::Rc};

use futures::{
    future::{join, join_all},
    io::{AsyncReadExt, AsyncWriteExt},
    FutureExt, SinkExt, StreamExt,
};
use wasm_bindgen_futures::spawn_local;
use wasm_websocket::{
    Connection, Error, Json, OwnedMessage, ReadyState, RemoteConnection, RemoteSender, Transport,
};

use super::support::{
    each_transport, new_id, open, server_saw_it_end, settle, url, within, UncaughtGuard,
    SLOW_HANDSHAKE,
};

/// A connection whose buffer has room for little.
async fn open_narrow(path: &str, transport: Transport) -> RemoteConnection {
    let connection = Connection::builder(&url(path))
        .transport(transport)
        .send_watermarks(1 << 14, 1 << 15)
        .connect();
    within(connection).await.unwrap().into_remote()
}

/// Sends without an end in a task of its own, and returns how often it did.
fn keep_sending(sender: &RemoteSender) -> Rc<Cell<usize>> {
    let (sender, sent) = (sender.clone(), Rc::new(Cell::new(0)));
    let count = Rc::clone(&sent);
    spawn_local(async move {
        while sender.send(vec![0; 1 << 14]).await.is_ok() {
            count.set(count.get() + 1);
        }
    });
    sent
}

/// By events alone: with `WebSocketStream` the page crashes when a connection breaks while a message
/// waits to be sent.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_connection_that_breaks_ends_all_who_wait() {
    let guard = UncaughtGuard::new();
    let (sender, _receiver) = open_narrow("/test/abort?after=3", Transport::EVENTS)
        .await
        .split();
    let tasks = (0..5).map(|_| {
        let sender = sender.clone();
        async move {
            loop {
                let sent = sender.send(vec![1; 10_000]).await;
                if let Err(error) = sent.and(sender.flush().await) {
                    return error;
                }
            }
        }
    });
    let closing = within(join_all(tasks)).await;
    for error in closing {
        assert!(
            matches!(error, Error::NotOpen(_) | Error::Closed(_)),
            "{error:?}"
        );
    }
    let closed = within(sender.close()).await;
    assert!(matches!(closed, Err(Error::Closed(_))), "{closed:?}");
    guard.check().await;
}

each_transport! {
    async fn who_sends_once_is_served_between_those_who_send_on_and_on(transport: Transport) {
        let (sender, _receiver) = open_narrow("/test/sink?pause=5", transport).await.split();
        let sent = [keep_sending(&sender), keep_sending(&sender)];
        settle().await;
        for _ in 0..3 {
            let before: usize = sent.iter().map(|sent| sent.get()).sum();
            within(sender.send("once")).await.unwrap();
            let meanwhile = sent.iter().map(|sent| sent.get()).sum::<usize>() - before;
            assert!(meanwhile <= 20, "{meanwhile}");
        }
        drop(sender.close());
    }

    async fn a_flush_ends_while_others_send_on_and_on(transport: Transport) {
        let (sender, _receiver) = open_narrow("/test/sink?pause=5", transport).await.split();
        keep_sending(&sender);
        settle().await;
        for _ in 0..3 {
            within(sender.send("once")).await.unwrap();
            within(sender.flush()).await.unwrap();
        }
        drop(sender.close());
    }

    async fn calls_that_wait_go_out_in_their_order(transport: Transport) {
        let (sender, mut receiver) = open_narrow("/echo", transport).await.split();
        let mut sending = Vec::new();
        for i in 0..200 {
            let mut send = sender.send(format!("{i:020000}"));
            // Its place is that of its first poll.
            let done = (&mut send).now_or_never();
            if done.is_none() {
                sending.push(send);
            }
        }
        assert!(sending.len() > 150, "they wait");
        let received = async {
            for i in 0..200 {
                let expected = OwnedMessage::from(format!("{i:020000}"));
                assert!(within(receiver.next()).await == Some(Ok(expected)), "{i}");
            }
        };
        let (sent, ()) = within(join(join_all(sending), received)).await;
        assert!(sent.iter().all(Result::is_ok));
    }

    async fn sends_that_are_given_up_leave_nothing(transport: Transport) {
        let id = new_id();
        let path = format!("/test/silent?id={id}");
        let (sender, _receiver) = open_narrow(&path, transport).await.split();
        let mut sent = 0;
        for _ in 0..1000 {
            match sender.send(vec![1; 1000]).now_or_never() {
                Some(result) => {
                    result.unwrap();
                    sent += 1;
                }
                None => assert!(sender.clone().send("given up").now_or_never().is_none()),
            }
        }
        assert!(sent < 1000, "none waited");
        within(sender.send("last")).await.unwrap();
        within(sender.close()).await.unwrap();
        assert_eq!(server_saw_it_end(&id).await["messages"], sent + 1);
    }

    async fn sinks_and_sends_share_one_queue(transport: Transport) {
        let (sender, _receiver) = open_narrow("/test/sink?pause=5", transport).await.split();
        keep_sending(&sender);
        settle().await;
        let mut sink = sender.clone();
        within(SinkExt::send(&mut sink, "once".into())).await.unwrap();
        let numbers = (0..20).map(|i| Ok(OwnedMessage::from(i.to_string())));
        within(sink.send_all(&mut futures::stream::iter(numbers))).await.unwrap();
        drop(sender.close());
    }

    async fn a_server_that_stops_ends_all_who_wait(transport: Transport) {
        let (sender, _receiver) = open_narrow("/test/close?after=3", transport).await.split();
        let tasks = (0..5).map(|_| {
            let sender = sender.clone();
            async move {
                loop {
                    if let Err(error) = sender.send(vec![1; 10_000]).await {
                        return error;
                    }
                }
            }
        });
        for error in within(join_all(tasks)).await {
            assert!(matches!(error, Error::NotOpen(_) | Error::Closed(_)), "{error:?}");
        }
        within(sender.closed()).await;
        let closed = Err(Error::NotOpen(ReadyState::Closed));
        assert_eq!(within(sender.send("later")).await, closed);
        assert_eq!(within(sender.flush()).await, closed);
    }

    async fn closing_starts_with_the_call(transport: Transport) {
        let id = new_id();
        let remote = open(&format!("/echo?id={id}"), transport).await.into_remote();
        drop(remote.close());
        assert_eq!(remote.send("x").now_or_never(), Some(Err(Error::NotOpen(ReadyState::Closing))));
        server_saw_it_end(&id).await;
        assert!(within(remote.closed()).await.was_clean());
    }

    async fn a_sink_does_not_wait_for_the_network(transport: Transport) {
        let mut remote = open_narrow("/test/sink?pause=1000", transport).await;
        for _ in 0..3 {
            let sent = SinkExt::send(&mut remote, vec![1; 1 << 16].into());
            assert_eq!(sent.now_or_never(), Some(Ok(())));
        }
    }

    async fn it_connects_from_the_first_call(transport: Transport) {
        fn assert_remote<T: Send + Sync + 'static>(value: T) -> T { value }
        let builder = Connection::builder(&url("/echo")).transport(transport);
        let mut remote = within(assert_remote(builder.connect_remote())).await.unwrap();
        within(remote.send("hello")).await.unwrap();
        assert_eq!(within(remote.next()).await, Some(Ok("hello".into())));
        within(remote.close()).await.unwrap();
    }

    async fn an_attempt_that_fails_says_why(transport: Transport) {
        let connect = |url: &str| Connection::builder(url).transport(transport).connect_remote();
        let error = within(connect("ftp://x/")).await.unwrap_err();
        assert_eq!(error, Error::InvalidUrl("ftp://x/".to_owned()));
        let error = within(connect(&url("/nowhere"))).await.unwrap_err();
        assert!(matches!(error, Error::Closed(_)), "{error:?}");
    }

    async fn an_attempt_that_is_dropped_is_given_up(transport: Transport) {
        let guard = UncaughtGuard::new();
        let id = new_id();
        let address = url(&format!("{SLOW_HANDSHAKE}&id={id}"));
        let opening = Connection::builder(&address).transport(transport).connect_remote();
        settle().await;
        drop(opening);
        server_saw_it_end(&id).await;
        guard.check().await;
    }

    async fn values_go_out_and_come_back(transport: Transport) {
        let remote = open("/echo", transport).await.into_remote();
        let (sender, mut receiver) = remote.typed::<Json, (u32, String), (u32, String)>().split();
        let mut sink = sender.clone();
        within(sender.send(&(1, "one".to_owned()))).await.unwrap();
        within(SinkExt::send(&mut sink, (2, "two".to_owned()))).await.unwrap();
        within(sender.get_ref().send("no value")).await.unwrap();
        assert_eq!(within(receiver.next()).await.unwrap().unwrap(), (1, "one".to_owned()));
        assert_eq!(within(receiver.next()).await.unwrap().unwrap(), (2, "two".to_owned()));
        assert!(within(receiver.next()).await.unwrap().is_err());
        within(sender.close()).await.unwrap();
        assert!(within(receiver.next()).await.is_none());
    }

    async fn bytes_go_out_and_come_back(transport: Transport) {
        let mut stream = open("/echo", transport).await.into_remote().into_io();
        let bytes: Vec<u8> = (0..200_000_u32).map(|i| (i % 251) as u8).collect();
        within(stream.write_all(&bytes)).await.unwrap();
        within(AsyncWriteExt::flush(&mut stream)).await.unwrap();
        let mut echoed = vec![0; bytes.len()];
        within(stream.read_exact(&mut echoed)).await.unwrap();
        assert!(echoed == bytes);
        within(AsyncWriteExt::close(&mut stream)).await.unwrap();
        assert_eq!(within(AsyncReadExt::read(&mut stream, &mut echoed)).await.unwrap(), 0);
    }
}
