//! A page can ask for its own sockets' handshakes, as they went over the wire.

use serde_json::{json, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::*;

const PAGE: &str = "0123456789abcdef0123456789abcdef";

async fn ask(server: &Handle, path: &str, headers: &str) -> (u16, Value) {
    let (head, body) = http(server, "GET", &format!("/handshakes/{path}"), headers).await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// Sends a request, and reads the head of the answer.
async fn answer_to(tcp: &mut tokio::net::TcpStream, request: &str) -> String {
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(soon(tcp.read_u8()).await.unwrap().into());
    }
    head
}

#[tokio::test]
async fn a_handshake_is_told_as_it_went_over_the_wire() {
    let server = serve(config()).await;
    let request = format!(
        "GET /echo?a=b&trace={PAGE}.3 HTTP/1.1\r\nhOsT: localhost\r\nUpgrade: websocket\r\n\
         connection: keep-alive, Upgrade\r\nSEC-WebSocket-Version:13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Empty:\r\n\r\n"
    );
    let mut tcp = tcp(&server).await;
    let head = answer_to(&mut tcp, &request).await;
    let (status, told) = ask(&server, &format!("{PAGE}/3"), "").await;
    assert_eq!(status, 200);
    assert_eq!(
        told["request"],
        json!({
            "line": format!("GET /echo?a=b&trace={PAGE}.3 HTTP/1.1"),
            "headers": [
                ["hOsT", "localhost"],
                ["Upgrade", "websocket"],
                ["connection", "keep-alive, Upgrade"],
                ["SEC-WebSocket-Version", "13"],
                ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
                ["X-Empty", ""],
            ],
        })
    );
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().unwrap();
    assert!(line.starts_with("HTTP/1.1 101 "), "{line}");
    let headers: Vec<_> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    assert!(headers
        .iter()
        .any(|header| header.1 == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!(told["response"], json!({"line": line, "headers": headers}));
}

#[tokio::test]
async fn a_handshake_that_is_refused_is_told_too() {
    let server = serve(Config {
        max_sockets: 1,
        ..config()
    })
    .await;
    let path = |n: u32, path: &str| format!("{path}?trace={PAGE}.{n}");
    let _open = connect(&server, &path(0, "/echo")).await;
    let foreign = [("origin", "http://example.org")];
    assert_eq!(refusal(&server, &path(1, "/echo"), &[]).await, 503);
    assert_eq!(refusal(&server, &path(2, "/echo"), &foreign).await, 403);
    assert_eq!(refusal(&server, &path(3, "/nowhere"), &[]).await, 404);
    for (n, status) in [(0, "101 "), (1, "503 "), (2, "403 "), (3, "404 ")] {
        let (_, told) = ask(&server, &format!("{PAGE}/{n}"), "").await;
        let line = told["response"]["line"].as_str().unwrap();
        assert_eq!(line.strip_prefix("HTTP/1.1 ").unwrap()[..4], *status);
    }
}

#[tokio::test]
async fn a_handshake_without_an_answer_has_none() {
    let server = serve_tests().await;
    let mut tcp = tcp(&server).await;
    let request = handshake(&format!("/test/stall?trace={PAGE}.0"));
    tcp.write_all(request.as_bytes()).await.unwrap();
    let told = soon(async {
        loop {
            let (status, told) = ask(&server, &format!("{PAGE}/0"), "").await;
            if status == 200 {
                return told;
            }
        }
    });
    let told = told.await;
    assert!(told["request"]["line"].is_string(), "{told}");
    assert_eq!(told["response"], Value::Null);
}

#[tokio::test]
async fn only_who_knows_the_session_is_told() {
    let server = serve(config()).await;
    let _open = connect(&server, &format!("/echo?trace={PAGE}.0")).await;
    let other = PAGE.replace('0', "1");
    for path in [
        format!("{other}/0"),
        format!("{PAGE}/1"),
        format!("{PAGE}/"),
        PAGE.to_owned(),
        "".to_owned(),
    ] {
        assert_eq!(ask(&server, &path, "").await.0, 404, "{path}");
    }
    assert_eq!(ask(&server, &format!("{PAGE}/x"), "").await.0, 400);
    let foreign = "Origin: http://example.org\r\n";
    assert_eq!(ask(&server, &format!("{PAGE}/0"), foreign).await.0, 403);
}

#[tokio::test]
async fn what_is_no_traced_handshake_is_not_remembered() {
    let server = serve(config()).await;
    http(&server, "GET", &format!("/echo?trace={PAGE}.0"), "").await;
    let _open = connect(&server, "/echo?trace=me.1").await;
    assert_eq!(ask(&server, &format!("{PAGE}/0"), "").await.0, 404);
    assert_eq!(ask(&server, "me/1", "").await.0, 404);
}

#[tokio::test]
async fn a_handshake_after_other_requests_of_its_connection_is_told() {
    let server = serve(config()).await;
    let mut tcp = tcp(&server).await;
    for _ in 0..2 {
        let plain = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
        let head = answer_to(&mut tcp, plain).await;
        assert!(head.starts_with("HTTP/1.1 426 "), "{head}");
        let mut body = vec![0; "a WebSocket endpoint\n".len()];
        soon(tcp.read_exact(&mut body)).await.unwrap();
    }
    let traced = handshake(&format!("/echo?trace={PAGE}.0"));
    answer_to(&mut tcp, &traced).await;
    let (_, told) = ask(&server, &format!("{PAGE}/0"), "").await;
    let line = told["request"]["line"].as_str().unwrap();
    assert!(line.contains("trace="), "{line}");
    let line = told["response"]["line"].as_str().unwrap();
    assert!(line.starts_with("HTTP/1.1 101 "), "{line}");
}

/// Where a request comes before the one ahead is answered, the heads are not told apart.
#[tokio::test]
async fn a_handshake_is_never_told_with_the_head_of_another_request() {
    let server = serve(config()).await;
    let mut tcp = tcp(&server).await;
    let plain = "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n";
    let traced = handshake(&format!("/echo?trace={PAGE}.0"));
    let head = answer_to(&mut tcp, &format!("{plain}{traced}")).await;
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
    let mut body = vec![0; "not found\n".len()];
    soon(tcp.read_exact(&mut body)).await.unwrap();
    let head = answer_to(&mut tcp, "").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert_eq!(ask(&server, &format!("{PAGE}/0"), "").await.0, 404);
}
