//! The connection: one stream and one sink, with an end that can be trusted.

use futures::{
    stream::{self, FusedStream},
    FutureExt, SinkExt, StreamExt,
};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{CloseCode, Connection, Error, Message, ReadyState};

use super::support::{connect, new_id, next, server_saw_it_end, settle, within};

#[test]
async fn messages_go_out_and_come_back() {
    let mut connection = connect("/echo").await;
    connection.send("text").await.unwrap();
    connection.send([1, 2, 3]).await.unwrap();
    assert_eq!(next(&mut connection).await, "text");
    assert_eq!(next(&mut connection).await, [1, 2, 3]);
}

#[test]
async fn a_clean_close_ends_the_stream_with_none() {
    let mut connection = connect("/test/close?code=3001&reason=bye").await;
    let closed = connection.closed();
    assert_ends_for_good(&mut connection).await;
    assert_eq!(within(closed).await.to_string(), "3001 (bye), clean");
    let told_again = within(connection.closed()).await;
    assert_eq!(told_again.code(), 3001);
}

#[test]
async fn an_unclean_close_is_one_error_and_then_none() {
    let mut connection = connect("/test/abort?after=1").await;
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

async fn assert_ends_for_good(connection: &mut Connection) {
    assert!(within(connection.next()).await.is_none());
    for _ in 0..3 {
        assert!(connection.next().now_or_never().unwrap().is_none());
        assert!(connection.is_terminated());
    }
}

#[test]
async fn what_arrived_before_the_end_is_delivered_first() {
    let mut connection = connect("/test/flood?count=100&size=8&then=close").await;
    within(connection.closed()).await;
    for _ in 0..100 {
        assert!(next(&mut connection).await.is_binary());
    }
    assert_ends_for_good(&mut connection).await;
}

#[test]
async fn closing_the_sink_waits_for_the_close_event() {
    let id = new_id();
    let mut connection = connect(&format!("/echo?id={id}")).await;
    connection.send("first").await.unwrap();
    assert_eq!(next(&mut connection).await, "first");
    connection.send("last").await.unwrap();
    within(connection.close()).await.unwrap();
    let closed = connection.closed().now_or_never().unwrap();
    assert_eq!((closed.code().as_u16(), closed.was_clean()), (1005, true));
    let memory = server_saw_it_end(&id).await;
    assert_eq!(memory["messages"], 2);
    // The browser discards what arrives after the closing has begun, the echo of the last one.
    assert_ends_for_good(&mut connection).await;
    within(connection.close()).await.unwrap();
}

#[test]
async fn closing_the_sink_does_not_finish_before_the_server_answers() {
    let mut connection = connect("/test/ignore-close").await;
    let mut closing = connection.close().boxed_local();
    assert!((&mut closing).now_or_never().is_none());
    settle().await;
    assert!((&mut closing).now_or_never().is_none());
}

#[test]
async fn closing_a_connection_that_broke_is_the_error() {
    let mut connection = connect("/test/abort?after=1").await;
    connection.send("now").await.unwrap();
    within(connection.closed()).await;
    match within(connection.close()).await {
        Err(Error::Closed(event)) => assert_eq!(event.code(), 1006),
        other => panic!("{other:?}"),
    }
}

#[test]
async fn sending_after_the_close_is_an_error() {
    let mut connection = connect("/echo").await;
    connection.close_with(CloseCode::new(3001), "bye").unwrap();
    let closing = Err(Error::NotOpen(ReadyState::Closing));
    assert_eq!(connection.send("x").await, closing);
    assert_eq!(connection.feed(Message::from("x")).await, closing);
    within(connection.closed()).await;
    let closed = Err(Error::NotOpen(ReadyState::Closed));
    assert_eq!(connection.send("x").await, closed);
    assert_eq!(connection.feed(Message::from("x")).await, closed);
}

#[test]
async fn a_code_that_can_not_be_sent_leaves_it_open() {
    let mut connection = connect("/echo").await;
    assert_eq!(
        connection.close_with(CloseCode::GOING_AWAY, ""),
        Err(Error::InvalidCloseCode(CloseCode::GOING_AWAY))
    );
    connection.send("still here").await.unwrap();
    assert_eq!(next(&mut connection).await, "still here");
}

#[test]
async fn the_combinators_of_futures_work_as_they_are() {
    let (sink, stream) = connect("/echo").await.split();
    let numbers = stream::iter(0..10).map(|i| Ok(Message::from(i.to_string())));
    let (sent, echoes) = futures::join!(
        within(numbers.forward(sink)),
        within(stream.map(Result::unwrap).take(10).collect::<Vec<_>>())
    );
    // The forwarding closed the sink, and so the connection.
    assert_eq!(sent, Ok(()));
    for (i, echo) in echoes.iter().enumerate() {
        assert_eq!(*echo, *i.to_string());
    }
}
