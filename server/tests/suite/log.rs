use futures_util::SinkExt;
use serde_json::{json, Value};
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

async fn log(server: &Handle, name: &str) -> Value {
    let (head, body) = http(server, "GET", &format!("/test/log/{name}"), "").await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn a_log_tells_the_texts_of_one_socket_after_another() {
    let server = serve_tests().await;
    for (path, text) in [
        ("/echo?log=all&id=1", "a"),
        ("/test/sink?log=all", "b"),
        ("/echo?log=other", "c"),
        ("/echo", "d"),
        ("/echo?log=all", "e"),
    ] {
        let mut socket = connect(&server, path).await;
        for message in [Message::text(text), Message::binary(b"x".to_vec())] {
            socket.send(message.clone()).await.unwrap();
            let answer = next(&mut socket).await;
            if path.starts_with("/echo") {
                assert_eq!(answer, message);
            }
        }
    }
    assert_eq!(
        log(&server, "all").await,
        json!({"connections": 3, "forgotten": 0, "messages": [
            {"connection": 0, "text": "a"},
            {"connection": 1, "text": "b"},
            {"connection": 2, "text": "e"},
        ]})
    );
}

#[tokio::test]
async fn a_refused_handshake_is_no_connection_of_a_log() {
    let server = serve_tests().await;
    assert_eq!(refusal(&server, "/test/refuse?log=few", &[]).await, 403);
    connect(&server, "/echo?log=few").await;
    assert_eq!(log(&server, "few").await["connections"], 1);
}

#[tokio::test]
async fn a_log_nobody_wrote_to_is_empty() {
    let server = serve_tests().await;
    assert_eq!(
        log(&server, "none").await,
        json!({"connections": 0, "forgotten": 0, "messages": []})
    );
}

#[tokio::test]
async fn a_logs_name_of_any_length_is_not_remembered() {
    let server = serve_tests().await;
    let path = format!("/echo?log={}", "l".repeat(129));
    assert_eq!(refusal(&server, &path, &[]).await, 400);
}

#[tokio::test]
async fn without_test_routes_nothing_is_logged() {
    let server = serve(Config {
        test_routes: false,
        ..config()
    })
    .await;
    connect(&server, &format!("/echo?log={}", "l".repeat(129))).await;
    let (head, _) = http(&server, "GET", "/test/log/a", "").await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
}
