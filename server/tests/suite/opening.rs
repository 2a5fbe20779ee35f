use std::io::ErrorKind;
use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::*;

/// The status that answers a raw request.
async fn status(server: &Handle, request: &str) -> u16 {
    let mut tcp = tcp(server).await;
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    soon(tcp.read_exact(&mut head)).await.unwrap();
    std::str::from_utf8(&head[9..]).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_handshake_has_to_be_one() {
    let server = serve_tests().await;
    let good = handshake("/echo");
    assert_eq!(status(&server, &good).await, 101);
    for (from, to, expected) in [
        (
            "Connection: Upgrade",
            "Connection: keep-alive, Upgrade",
            101,
        ),
        ("Upgrade: websocket", "Upgrade: WebSocket", 101),
        ("Upgrade: websocket\r\n", "", 426),
        ("Version: 13", "Version: 8", 426),
        ("Connection: Upgrade\r\n", "", 400),
        ("Key: dGhlIHNhbXBsZSBub25jZQ==", "Key: short", 400),
        ("HTTP/1.1", "HTTP/1.0", 400),
        ("GET", "POST", 405),
    ] {
        let request = good.replacen(from, to, 1);
        assert_eq!(status(&server, &request).await, expected, "{from} -> {to}");
    }
}

#[tokio::test]
async fn refuse_answers_with_the_status_asked_for() {
    let server = serve_tests().await;
    assert_eq!(refusal(&server, "/test/refuse", &[]).await, 403);
    for status in [302, 401, 404, 429, 500, 503] {
        let path = format!("/test/refuse?status={status}&id=refused");
        assert_eq!(refusal(&server, &path, &[]).await, status);
    }
    // Not a final status, or none at all.
    for status in ["101", "99", "70000"] {
        assert_eq!(
            refusal(&server, &format!("/test/refuse?status={status}"), &[]).await,
            400
        );
    }
    let story = story(&server, "refused").await;
    assert_eq!(
        (&story["seen"], &story["aborted"]),
        (&true.into(), &false.into())
    );
}

#[tokio::test]
async fn an_id_of_any_length_is_not_remembered() {
    let server = serve_tests().await;
    let path = format!("/echo?id={}", "i".repeat(129));
    assert_eq!(refusal(&server, &path, &[]).await, 400);
}

#[tokio::test]
async fn a_stalled_handshake_can_be_accepted_late() {
    let server = serve_tests().await;
    let started = Instant::now();
    let mut socket = connect(&server, "/test/stall?then=accept&after=300").await;
    assert!(started.elapsed() >= Duration::from_millis(300));
    socket.send(Message::text("at last")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("at last"));
}

#[tokio::test]
async fn a_stalled_handshake_can_be_reset_early() {
    let server = serve_tests().await;
    let reset = try_connect(&server, "/test/stall?after=100", &[]).await;
    assert!(
        matches!(&reset, Err(Error::Io(error)) if error.kind() == ErrorKind::ConnectionReset),
        "{reset:?}"
    );
}
