use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Value};
use tokio::time::{timeout, Instant};
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

async fn report(socket: &mut Socket) -> Value {
    serde_json::from_str(next(socket).await.to_text().unwrap()).unwrap()
}

#[tokio::test]
async fn each_message_is_reported_unless_told_otherwise() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/sink").await;
    socket.send(Message::text("abc")).await.unwrap();
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(
        report(&mut socket).await,
        json!({"messages": 1, "text": 1, "binary": 0, "bytes": 3, "sha256": abc})
    );
}

#[tokio::test]
async fn a_report_sums_up_and_starts_from_zero_again() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/sink?after=2").await;
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    for _ in 0..2 {
        socket.send(Message::text("a")).await.unwrap();
        socket.send(Message::binary(&b"bc"[..])).await.unwrap();
        assert_eq!(
            report(&mut socket).await,
            json!({"messages": 2, "text": 1, "binary": 1, "bytes": 3, "sha256": abc})
        );
    }
}

#[tokio::test]
async fn a_report_after_nothing_is_a_bad_request() {
    let server = serve_tests().await;
    assert_eq!(refusal(&server, "/test/sink?after=0", &[]).await, 400);
}

#[tokio::test]
async fn a_slow_reader_reads_the_next_message_after_its_pause() {
    let server = serve_tests().await;
    for slowly in ["pause=300", "rate=10"] {
        let mut socket = connect(&server, &format!("/test/sink?{slowly}")).await;
        let started = Instant::now();
        for _ in 0..3 {
            socket.send(Message::text("abc")).await.unwrap();
        }
        report(&mut socket).await;
        let early = timeout(Duration::from_millis(100), socket.next()).await;
        assert!(early.is_err(), "{slowly}: {early:?}");
        for _ in 0..2 {
            assert_eq!(report(&mut socket).await["messages"], 1);
        }
        assert!(started.elapsed() >= Duration::from_millis(600), "{slowly}");
    }
}

#[tokio::test]
async fn a_rate_of_nothing_is_a_bad_request() {
    let server = serve_tests().await;
    assert_eq!(refusal(&server, "/test/sink?rate=0", &[]).await, 400);
}

#[tokio::test]
async fn what_comes_in_a_pause_is_answered_after_it() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/sink?pause=300&id=paused").await;
    let started = Instant::now();
    socket.send(Message::text("abc")).await.unwrap();
    report(&mut socket).await;
    socket.send(Message::Ping("there?".into())).await.unwrap();
    socket.close(None).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::Pong("there?".into()));
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert_eq!(closed(&mut socket).await, None);
    drop(socket);
    assert_eq!(whole_story(&server, "paused").await["aborted"], false);
}

#[tokio::test]
async fn a_slow_reader_backs_up_its_client_and_still_says_goodbye() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/sink?after=1000&pause=3600000").await;
    sent_until_blocked(&mut socket, &Message::binary(vec![1; 1 << 20])).await;
    let started = Instant::now();
    let (_, close) = tokio::join!(server.stop(), closed(&mut socket));
    assert_eq!(close.unwrap().0, 1001);
    assert!(started.elapsed() < Duration::from_secs(2));
}
