use futures_util::SinkExt;
use serde_json::{json, Value};
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
