//! Many clients at once, and unfriendly ones: the server's memory is bounded and the others are
//! served. With `WASM_WEBSOCKET_FULL` set there are ten times as many.
#![cfg(target_os = "linux")]

use std::env;
use std::future::Future;

use futures_util::{stream, SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::*;
use crate::process::Running;

/// Handshakes and goodbyes at a time.
const TOGETHER: usize = 32;

fn many() -> usize {
    match env::var_os("WASM_WEBSOCKET_FULL") {
        Some(_) => 1000,
        None => 100,
    }
}

/// Does it `count` times, several at once, and collects what came of it.
async fn repeat<F: Future>(count: usize, once: impl Fn() -> F) -> Vec<F::Output> {
    stream::iter(0..count)
        .map(|_| once())
        .buffer_unordered(TOGETHER)
        .collect()
        .await
}

async fn echo(port: u16) -> Socket {
    let (mut socket, _) = connect_at(port, "/echo", &[]).await.unwrap();
    is_echoed(&mut socket, 1000).await;
    socket
}

/// Waits for `next`, which is not for long.
async fn is_echoed(socket: &mut Socket, length: usize) {
    let message = Message::binary(vec![1; length]);
    socket.send(message.clone()).await.unwrap();
    assert_eq!(next(socket).await, message);
}

async fn leave(mut socket: Socket) {
    socket.close(None).await.unwrap();
    while soon(socket.next()).await.is_some() {}
}

/// So much more than `before` may be in use, for what an allocator keeps.
fn assert_memory(server: &Running, before: u64, more: u64) {
    let after = server.memory();
    assert!(after <= before + more, "{before} bytes, then {after}");
}

#[tokio::test]
async fn sockets_at_once_and_one_after_another_take_no_memory_for_good() {
    let server = Running::start(&[]);
    let port = server.port;
    let before = server.memory();
    let mut sockets = repeat(many(), || echo(port)).await;
    // Some 150 KiB each, most of it tungstenite's buffer for reading.
    assert_memory(&server, before, ((many() as u64 * 200) << 10) + (8 << 20));
    for socket in &mut sockets {
        is_echoed(socket, 10_000).await;
    }
    stream::iter(sockets)
        .for_each_concurrent(TOGETHER, leave)
        .await;

    let round = || async { leave(echo(port).await).await };
    repeat(many(), round).await;
    let before = server.memory();
    repeat(9 * many(), round).await;
    assert_memory(&server, before, 2 << 20);
}

/// A connection on which these bytes were sent, and on which nothing is read.
async fn said(port: u16, bytes: &[u8]) -> TcpStream {
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // Who says too much may be cut off in the middle of it.
    let _ = tcp.write_all(bytes).await;
    tcp
}

#[tokio::test]
async fn a_crowd_of_unfriendly_clients_harms_nobody_else() {
    const LONGEST: usize = 100_000;
    let server = Running::start(&["--test-routes", "--max-message", "100000"]);
    let port = server.port;
    let crowd = many() / 5;
    let mut witness = echo(port).await;
    let before = server.memory();

    let unfriendly = async {
        let slow_heads = repeat(crowd, || said(port, b"GET / HTTP/1.1\r\nSlow: ")).await;
        let endless = [b"GET / HTTP/1.1\r\nLong: ".to_vec(), vec![b'a'; 1 << 20]].concat();
        let endless_heads = repeat(crowd, || said(port, &endless)).await;
        let deaf = handshake("/test/flood?count=100000&size=100000");
        let slow_readers = repeat(crowd, || said(port, deaf.as_bytes())).await;
        // A frame of a size that is allowed, of which the first byte alone comes.
        let announced = [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0x86, 0xa0, 0, 0, 0, 0, 1];
        let half = [handshake("/echo").as_bytes(), &announced].concat();
        let slow_writers = repeat(crowd, || said(port, &half)).await;
        repeat(crowd, || async {
            let (mut socket, _) = connect_at(port, "/echo", &[]).await.unwrap();
            socket
                .send(Message::binary(vec![0; LONGEST + 1]))
                .await
                .unwrap();
            assert_eq!(closed(&mut socket).await.unwrap().0, 1009);
        })
        .await;
        repeat(crowd, || async {
            let foreign = [("origin", "https://example.org")];
            match connect_at(port, "/echo", &foreign).await {
                Err(Error::Http(refusal)) => assert_eq!(refusal.status(), 403),
                other => panic!("{other:?}"),
            }
        })
        .await;
        repeat(crowd, || async {
            let request = b"GET /..%2f..%2fsecret HTTP/1.1\r\nConnection: close\r\n\r\n";
            let mut answer = Vec::new();
            let mut tcp = said(port, request).await;
            soon(tcp.read_to_end(&mut answer)).await.unwrap();
            assert!(answer.starts_with(b"HTTP/1.1 404 "));
        })
        .await;
        [slow_heads, endless_heads, slow_readers, slow_writers]
    };
    let served = async {
        loop {
            is_echoed(&mut witness, 1000).await;
        }
    };
    let _crowd = tokio::select! {
        biased;
        crowd = unfriendly => crowd,
        () = served => unreachable!(),
    };
    // Of who does not read one message and what the kernel took not yet; of the others less.
    assert_memory(&server, before, ((many() as u64 * 200) << 10) + (4 << 20));
    leave(echo(port).await).await;
}
