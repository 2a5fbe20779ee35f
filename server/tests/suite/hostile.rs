//! Ports on which the server breaks the protocol.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::*;
use crate::outlet::post;

/// A client of such a port, which has sent its handshake.
async fn meet(server: &Handle, case: &str) -> (u16, TcpStream) {
    let (head, body) = post(server, &format!("/test/hostile?case={case}")).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    let opened: Value = serde_json::from_str(&body).unwrap();
    let port = opened["port"].as_u64().unwrap().try_into().unwrap();
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    tcp.write_all(handshake("/").as_bytes()).await.unwrap();
    (port, tcp)
}

async fn is_there(server: &Handle, port: u16) -> bool {
    let (_, body) = http(server, "GET", &format!("/test/hostile/{port}"), "").await;
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn the_wrong_frame_comes_when_the_client_has_spoken() {
    let server = serve_tests().await;
    let (port, mut tcp) = meet(&server, "masked-frame").await;
    let mut said = Vec::new();
    while !said.ends_with(b"\x81\x06before\x82\x03\x01\x02\x03") {
        assert_ne!(soon(tcp.read_buf(&mut said)).await.unwrap(), 0);
    }
    let head = String::from_utf8_lossy(&said).to_lowercase();
    // RFC 6455, section 1.3, has this value for the key of `handshake`.
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"));
    assert!(is_there(&server, port).await);

    tcp.write_all(b"any").await.unwrap();
    let mut wrong = [0; 2];
    soon(tcp.read_exact(&mut wrong)).await.unwrap();
    assert_eq!(wrong, [0x81, 0x85]);
    drop(tcp);
    soon(async { while is_there(&server, port).await {} }).await;
}

#[tokio::test]
async fn an_unknown_case_is_not_found() {
    let server = serve_tests().await;
    let (head, _) = post(&server, "/test/hostile?case=friendly").await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
}

#[tokio::test]
async fn a_server_that_stops_takes_its_hostile_ports_along() {
    let server = serve_tests().await;
    let (_, mut tcp) = meet(&server, "half-then-silence").await;
    let mut half = [0; 8];
    soon(tcp.read_exact(&mut half)).await.unwrap();
    soon(server.stop()).await;
    let mut rest = Vec::new();
    let _ = soon(tcp.read_to_end(&mut rest)).await;
    assert!(!rest.ends_with(b"\r\n\r\n"));
}
