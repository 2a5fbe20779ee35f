use tokio::io::{AsyncReadExt, AsyncWriteExt};

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
