//! The end of a connection, by either side and by dropping, on each transport.

use futures::{future, stream::FusedStream, FutureExt, SinkExt, StreamExt};
use wasm_websocket::{CloseCode, Connection, Error, Message, Overflow, ReadyState, Transport};

use super::support::{
    each_transport, new_id, next, open, server_saw_it_end, settle, url, within, UncaughtGuard,
    SLOW_HANDSHAKE,
};

each_transport! {
    in memory too;

    async fn a_clean_close_ends_the_stream_with_none(transport: Transport) {
        let mut connection = open("/test/close?code=3001&reason=bye&after=1", transport).await;
        let closed = connection.closed();
        connection.send("now").await.unwrap();
        assert_ends_for_good(&mut connection).await;
        assert_eq!(within(closed).await.to_string(), "3001 (bye), clean");
        let told_again = within(connection.closed()).await;
        assert_eq!(told_again.code(), 3001);
    }

    async fn a_close_without_a_code_is_1005(transport: Transport) {
        let mut connection = open("/test/close?after=1", transport).await;
        connection.send("now").await.unwrap();
        assert_ends_for_good(&mut connection).await;
        let closed = within(connection.closed()).await;
        assert_eq!(closed.code(), CloseCode::NO_STATUS_RECEIVED);
        assert!(closed.was_clean());
    }

    async fn an_unclean_close_is_one_error_and_then_none(transport: Transport) {
        let mut connection = open("/test/abort?after=1", transport).await;
        connection.send("now").await.unwrap();
        match within(connection.next()).await {
            Some(Err(Error::Closed(event))) => {
                assert_eq!(event.code(), CloseCode::ABNORMAL_CLOSURE);
                assert!(!event.was_clean());
            }
            other => panic!("{other:?}"),
        }
        assert_ends_for_good(&mut connection).await;
    }

    async fn what_arrived_before_the_end_is_delivered_first(transport: Transport) {
        let mut connection = open("/test/flood?count=100&size=8&then=close", transport).await;
        settle().await;
        for i in 0u32..100 {
            let bytes = next(&mut connection).await;
            assert_eq!(bytes.as_bytes().unwrap().to_vec()[..4], i.to_le_bytes());
        }
        assert_ends_for_good(&mut connection).await;
    }

    async fn closing_waits_for_the_close_event(transport: Transport) {
        let id = new_id();
        let mut connection = open(&format!("/echo?id={id}"), transport).await;
        connection.send("first").await.unwrap();
        assert_eq!(next(&mut connection).await, "first");
        within(connection.close()).await.unwrap();
        let closed = connection.closed().now_or_never().unwrap();
        assert_eq!((closed.code().as_u16(), closed.was_clean()), (1005, true));
        let memory = server_saw_it_end(&id).await;
        assert_eq!((&memory["messages"], &memory["aborted"]), (&1.into(), &false.into()));
        assert_ends_for_good(&mut connection).await;
        within(connection.close()).await.unwrap();
    }

    async fn closing_does_not_finish_before_the_server_answers(transport: Transport) {
        let connection = open("/test/ignore-close", transport).await;
        let mut closing = connection.close().boxed_local();
        assert!((&mut closing).now_or_never().is_none());
        settle().await;
        assert!((&mut closing).now_or_never().is_none());
    }

    async fn closing_a_connection_that_broke_is_the_error(transport: Transport) {
        let connection = open("/test/abort?after=1", transport).await;
        connection.send("now").await.unwrap();
        within(connection.closed()).await;
        match within(connection.close()).await {
            Err(Error::Closed(event)) => assert_eq!(event.code(), 1006),
            other => panic!("{other:?}"),
        }
    }

    async fn code_and_reason_reach_the_server(transport: Transport) {
        let id = new_id();
        let connection = open(&format!("/echo?id={id}"), transport).await;
        connection.send("last").await.unwrap();
        connection.close_with(CloseCode::new(3001), "grüezi").unwrap();
        connection.close_with(CloseCode::new(3002), "again").unwrap();
        let closed = within(connection.closed()).await;
        assert_eq!((closed.code().as_u16(), closed.reason()), (3001, "grüezi"));
        let memory = server_saw_it_end(&id).await;
        assert_eq!(memory["close"]["code"], 3001);
        assert_eq!(memory["close"]["reason"], "grüezi");
        assert_eq!(memory["messages"], 1, "what was sent before went out first");
    }

    async fn sending_after_the_close_is_an_error(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        connection.close_with(CloseCode::new(3001), "bye").unwrap();
        let closing = Err(Error::NotOpen(ReadyState::Closing));
        assert_eq!(connection.send("x").await, closing);
        assert_eq!(connection.feed(Message::from("x")).await, closing);
        within(connection.closed()).await;
        let closed = Err(Error::NotOpen(ReadyState::Closed));
        assert_eq!(connection.send("x").await, closed);
        assert_eq!(connection.feed(Message::from("x")).await, closed);
    }

    async fn a_reader_that_waits_is_woken_by_the_close(transport: Transport) {
        let connection = open("/echo", transport).await;
        let (sender, mut receiver) = connection.split();
        let (end, closed) = future::join(within(receiver.next()), within(sender.close())).await;
        assert!(end.is_none());
        assert_eq!(closed, Ok(()));
    }

    async fn either_half_closes_and_the_last_one_that_is_dropped(transport: Transport) {
        let guard = UncaughtGuard::new();

        let (sender, receiver) = open("/echo", transport).await.split();
        receiver.close_with(CloseCode::new(3001), "by the receiver").unwrap();
        assert_eq!(within(sender.closed()).await.reason(), "by the receiver");

        let id = new_id();
        let (sender, receiver) = open(&format!("/echo?id={id}"), transport).await.split();
        let closed = receiver.closed();
        drop(receiver);
        for _ in 0..100 {
            sender.send(vec![1; 1000]).await.unwrap();
        }
        within(sender.flush()).await.unwrap();
        drop(sender.clone());
        sender.send("still open").await.unwrap();
        drop(sender);
        assert_eq!(within(closed).await.code(), 1005);
        let memory = server_saw_it_end(&id).await;
        assert_eq!((&memory["messages"], &memory["aborted"]), (&101.into(), &false.into()));

        let id = new_id();
        let (sender, mut receiver) = open(&format!("/echo?id={id}"), transport).await.split();
        sender.send("a").await.unwrap();
        drop(sender);
        assert_eq!(within(receiver.next()).await.unwrap().unwrap(), "a");
        drop(receiver);
        server_saw_it_end(&id).await;

        guard.check().await;
    }

    async fn closing_starts_with_the_call_and_goes_on_when_its_future_is_dropped(transport: Transport) {
        let id = new_id();
        let mut connection = open(&format!("/echo?id={id}"), transport).await;
        drop(connection.close());
        assert_eq!(connection.send("late").await, Err(Error::NotOpen(ReadyState::Closing)));
        let story = server_saw_it_end(&id).await;
        assert_eq!((&story["close"]["code"], &story["aborted"]), (&serde_json::Value::Null, &false.into()));
        assert_ends_for_good(&mut connection).await;
    }

    async fn closing_ends_though_more_is_unread_than_the_budget_holds(transport: Transport) {
        let connection = Connection::builder(&url("/test/flood?count=5000&size=10000"))
            .transport(transport)
            .receive_budget(100_000, Overflow::DropOldest)
            .connect();
        let mut connection = within(connection).await.unwrap();
        settle().await;
        let closed = connection.closed();
        within(connection.close()).await.unwrap();
        assert!(within(closed).await.was_clean());
        while within(connection.next()).await.is_some() {}
    }

    async fn what_arrives_after_the_close_is_discarded(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        for _ in 0..100 {
            connection.send("comes back too late").await.unwrap();
        }
        connection.close_with(CloseCode::new(3001), "").unwrap();
        assert_ends_for_good(&mut connection).await;
    }

    #[sockets]
    async fn dropping_in_every_state_throws_nothing(transport: Transport) {
        let guard = UncaughtGuard::new();
        for path in ["/echo", SLOW_HANDSHAKE, "/test/refuse?status=403", "/test/greet"] {
            let connect = || Connection::builder(&url(path)).transport(transport).connect();
            drop(connect());
            let mut polled = connect();
            assert!((&mut polled).now_or_never().is_none());
            drop(polled);
            let late = connect();
            settle().await;
            drop(late);
        }

        let mut reading = open("/echo", transport).await;
        assert!(reading.next().now_or_never().is_none());
        drop(reading);

        let sending = open("/echo", transport).await;
        for _ in 0..10 {
            sending.send(vec![0; 2_000_000]).now_or_never();
        }
        drop(sending);

        let closing = open("/test/ignore-close", transport).await;
        assert!(closing.close().now_or_never().is_none());
        drop((closing.closed(), closing));

        let aborted = open("/test/abort?after=1", transport).await;
        aborted.send("now").await.unwrap();
        drop(aborted);

        let flooded = open("/test/flood?count=1000&size=1000", transport).await;
        settle().await;
        drop(flooded);

        let closed = open("/echo", transport).await;
        within(closed.close()).await.unwrap();
        drop((closed.closed(), closed));
        guard.check().await;
    }
}

pub(super) async fn assert_ends_for_good(connection: &mut Connection) {
    assert!(within(connection.next()).await.is_none());
    for _ in 0..3 {
        assert!(connection.next().now_or_never().unwrap().is_none());
        assert!(connection.is_terminated());
    }
}
