use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, Instant};
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

const INTERVAL: Duration = Duration::from_millis(150);

async fn server() -> Handle {
    serve(Config {
        ping_interval: INTERVAL,
        ..config()
    })
    .await
}

#[tokio::test]
async fn a_silent_client_is_pinged_and_lives_if_it_answers() {
    let server = server().await;
    let mut socket = connect(&server, "/echo?id=alive").await;
    for _ in 0..4 {
        assert!(next(&mut socket).await.is_ping());
    }
    assert_eq!(story(&server, "alive").await["open"], true);
}

#[tokio::test]
async fn a_client_that_sends_is_not_pinged() {
    let ping_interval = Duration::from_secs(1);
    let server = serve(Config {
        ping_interval,
        ..config()
    })
    .await;
    let mut socket = connect(&server, "/echo").await;
    for _ in 0..6 {
        sleep(ping_interval / 4).await;
        socket.send(Message::text("here")).await.unwrap();
        assert_eq!(next(&mut socket).await, Message::text("here"));
    }
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_dropped() {
    let server = server().await;
    let started = Instant::now();
    let mut tcp = tcp(&server).await;
    tcp.write_all(handshake("/echo?id=dead").as_bytes())
        .await
        .unwrap();
    let mut seen = Vec::new();
    let end = soon(tcp.read_to_end(&mut seen)).await;
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    assert!(seen.ends_with(b"\r\n\r\n\x89\x00"));
    assert!(started.elapsed() >= 2 * INTERVAL);
    assert_eq!(whole_story(&server, "dead").await["aborted"], true);
}

#[tokio::test]
async fn a_client_that_neither_reads_nor_answers_is_dropped_in_a_flood_too() {
    let server = server().await;
    let _socket = connect(&server, "/test/flood?count=100000&size=1000000&id=full").await;
    assert_eq!(whole_story(&server, "full").await["aborted"], true);
}

#[tokio::test]
async fn a_client_is_not_dead_for_not_being_read() {
    let server = server().await;
    let mut socket = connect(&server, "/test/sink?pause=300").await;
    for _ in 0..4 {
        socket.send(Message::text("here")).await.unwrap();
    }
    // One read brings what came in the first pause: nothing more is heard in the others.
    for _ in 0..4 {
        assert!(next(&mut socket).await.is_text());
    }
    assert!(next(&mut socket).await.is_ping());
    socket.send(Message::text("still here")).await.unwrap();
    assert!(next(&mut socket).await.is_text());
}

#[tokio::test]
async fn a_client_that_does_not_answer_after_a_pause_is_dropped() {
    let server = server().await;
    let started = Instant::now();
    let mut socket = connect(&server, "/test/sink?pause=300&id=dead").await;
    socket.send(Message::text("farewell")).await.unwrap();
    assert_eq!(whole_story(&server, "dead").await["aborted"], true);
    assert!(started.elapsed() >= Duration::from_millis(300) + 2 * INTERVAL);
}
