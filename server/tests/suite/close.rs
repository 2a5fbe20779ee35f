use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

fn close_frame(code: u16) -> Message {
    Message::Close(Some(CloseFrame {
        code: code.into(),
        reason: "done".into(),
    }))
}

#[tokio::test]
async fn the_client_sees_the_code_and_the_reason_asked_for() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/close?code=3001&reason=bye%20now").await;
    assert_eq!(
        closed(&mut socket).await,
        Some((3001, "bye now".to_owned()))
    );
}

#[tokio::test]
async fn without_a_code_the_close_frame_is_empty() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/close").await;
    assert_eq!(closed(&mut socket).await, None);
}

#[tokio::test]
async fn a_close_can_wait_for_messages() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/close?code=1000&after=2").await;
    socket.send(Message::text("one")).await.unwrap();
    assert!(timeout(Duration::from_millis(100), socket.next())
        .await
        .is_err());
    socket.send(Message::text("two")).await.unwrap();
    assert_eq!(closed(&mut socket).await, Some((1000, String::new())));
}

#[tokio::test]
async fn a_reason_that_fits_no_frame_is_a_bad_request() {
    let server = serve_tests().await;
    let path = format!("/test/close?code=1000&reason={}", "r".repeat(124));
    assert_eq!(refusal(&server, &path, &[]).await, 400);
}

#[tokio::test]
async fn abort_resets_the_connection() {
    let server = serve_tests().await;
    let mut tcp = tcp(&server).await;
    tcp.write_all(handshake("/test/abort").as_bytes())
        .await
        .unwrap();
    let error = soon(async {
        let mut seen = Vec::new();
        loop {
            match tcp.read_buf(&mut seen).await {
                Ok(0) => panic!("closed, not reset"),
                Ok(_) => assert!(seen.starts_with(b"HTTP/1.1 101 ")),
                Err(error) => return error,
            }
        }
    })
    .await;
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn an_abort_can_wait_for_messages() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/abort?after=1").await;
    assert!(timeout(Duration::from_millis(100), socket.next())
        .await
        .is_err());
    socket.send(Message::text("one")).await.unwrap();
    assert!(is_reset(&mut socket).await);
}

#[tokio::test]
async fn a_client_that_closes_is_answered_with_its_code() {
    let server = serve_tests().await;
    for path in [
        "/echo",
        "/test/silent",
        "/test/sink",
        "/test/greet",
        "/test/flood?count=1&size=1",
    ] {
        let mut socket = connect(&server, path).await;
        socket.send(close_frame(3333)).await.unwrap();
        assert_eq!(
            closed(&mut socket).await,
            Some((3333, "done".to_owned())),
            "{path}"
        );
    }
}

#[tokio::test]
async fn silent_says_nothing() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/silent").await;
    socket.send(Message::text("anybody?")).await.unwrap();
    assert!(timeout(Duration::from_millis(100), socket.next())
        .await
        .is_err());
}

#[tokio::test]
async fn ignore_close_leaves_the_client_closing() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/ignore-close?id=ignored").await;
    socket.send(close_frame(3000)).await.unwrap();
    assert!(timeout(Duration::from_millis(200), socket.next())
        .await
        .is_err());
    let before = story(&server, "ignored").await;
    assert_eq!(
        (&before["open"], &before["close"]["code"]),
        (&true.into(), &3000.into())
    );
    drop(socket);
    assert_eq!(whole_story(&server, "ignored").await["aborted"], false);
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes_with_1007() {
    let server = serve_tests().await;
    assert_eq!(
        code_for(&server, &[0x81, 0x81, 0, 0, 0, 0, 0xff]).await,
        1007
    );
}

#[tokio::test]
async fn an_unmasked_frame_closes_with_1002() {
    let server = serve_tests().await;
    assert_eq!(code_for(&server, &[0x81, 0x01, b'a']).await, 1002);
}

/// The code that answers `bytes`, sent raw.
async fn code_for(server: &Handle, bytes: &[u8]) -> u16 {
    let mut request = handshake("/echo").into_bytes();
    // In one go: what follows the request belongs to the socket.
    request.extend_from_slice(bytes);
    request.extend_from_slice(&[0x88, 0x80, 0, 0, 0, 0]);
    let answer = answer_to(tcp(server).await, &request).await;
    let head = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .unwrap();
    match answer[head + 4..] {
        [0x88, _, high, low, ..] => u16::from_be_bytes([high, low]),
        ref other => panic!("{other:?}"),
    }
}
