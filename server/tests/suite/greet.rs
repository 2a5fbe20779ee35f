use std::hint::spin_loop;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_greeting_shares_a_segment_with_the_handshake() {
    let server = serve_tests().await;
    for _ in 0..200 {
        let mut tcp = TcpStream::connect(server.local_addr()).unwrap();
        tcp.write_all(handshake("/test/greet?text=welcome").as_bytes())
            .unwrap();
        tcp.set_nonblocking(true).unwrap();
        let mut bytes = [0; 4096];
        // Woken by the first segment, a reader would often find the second there as well.
        let first_read = loop {
            match tcp.read(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => spin_loop(),
                read => break read.unwrap(),
            }
        };
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
