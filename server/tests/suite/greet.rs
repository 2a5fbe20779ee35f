use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

#[tokio::test]
async fn the_greeting_shares_a_segment_with_the_handshake() {
    let server = serve_tests().await;
    for _ in 0..50 {
        let mut tcp = tcp(&server).await;
        tcp.write_all(handshake("/test/greet?text=welcome").as_bytes())
            .await
            .unwrap();
        let mut bytes = [0; 4096];
        let first_read = soon(tcp.read(&mut bytes)).await.unwrap();
        assert!(bytes.starts_with(b"HTTP/1.1 101 "));
        assert!(bytes[..first_read].ends_with(b"\r\n\r\n\x81\x07welcome"));
    }
}

#[tokio::test]
async fn after_the_greeting_it_echoes() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/greet").await;
    socket.send(Message::text("back")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("hello"));
    assert_eq!(next(&mut socket).await, Message::text("back"));
}
