//! Clients that are slow, talkative or too many: each finds its limit.

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, Instant};
use tokio_tungstenite::tungstenite::Message;
use wasm_websocket_demo_format::flipbook::Header;

use crate::client::*;

const PATIENCE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_head_that_trickles_in_is_not_waited_for() {
    let server = serve(Config {
        request_timeout: PATIENCE,
        ..config()
    })
    .await;
    let began = Instant::now();
    let mut tcp = tcp(&server).await;
    tcp.write_all(b"GET / HTTP/1.1\r\nSlow: ").await.unwrap();
    soon(async {
        while tcp.write_all(b"a").await.is_ok() {
            sleep(PATIENCE / 30).await;
        }
    })
    .await;
    assert!(began.elapsed() >= PATIENCE);
}

#[tokio::test]
async fn a_connection_without_another_request_is_closed() {
    let server = serve(Config {
        request_timeout: PATIENCE,
        ..config()
    })
    .await;
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let tcp = tcp(&server).await;
    let began = Instant::now();
    let answer = answer_to(tcp, request).await;
    assert!(answer.starts_with(b"HTTP/1.1 404 "));
    assert!(began.elapsed() >= PATIENCE);
}

#[tokio::test]
async fn a_head_too_long_is_431_before_its_end() {
    const MAX: usize = 10_000;
    let server = serve(Config {
        max_head: MAX,
        ..config()
    })
    .await;
    let mut head = b"GET / HTTP/1.1\r\nLong: ".to_vec();
    head.resize(MAX, b'a');
    let answer = answer_to(tcp(&server).await, &head).await;
    assert!(answer.starts_with(b"HTTP/1.1 431 "));
}

#[tokio::test]
async fn a_header_too_many_is_431() {
    let server = serve(Config {
        max_headers: 10,
        ..config()
    })
    .await;
    // `http` sends two more.
    for (more, status) in [(8, 404), (9, 431), (400, 431)] {
        let (head, _) = http(&server, "GET", "/", &"X: y\r\n".repeat(more)).await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
    }
}

#[tokio::test]
async fn a_body_nobody_asked_for_is_not_waited_for() {
    let server = serve_tests().await;
    let request = b"POST /drop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nslow";
    let answer = answer_to(tcp(&server).await, request).await;
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_connection_too_many_is_closed_until_another_is_a_socket_or_gone() {
    let server = serve(Config {
        max_connections: 2,
        ..config()
    })
    .await;
    let mut first = tcp(&server).await;
    let second = tcp(&server).await;
    let mut third = tcp(&server).await;
    assert!(matches!(soon(third.read(&mut [0])).await, Ok(0) | Err(_)));

    first
        .write_all(handshake("/test/silent").as_bytes())
        .await
        .unwrap();
    soon(first.read_u8()).await.unwrap();
    let mut socket = next_place(&server).await;
    drop(second);
    let _another = next_place(&server).await;
    socket.send(Message::text("here")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("here"));
}

/// A socket, as soon as its connection is let in.
async fn next_place(server: &Handle) -> Socket {
    soon(async {
        loop {
            if let Ok((socket, _)) = try_connect(server, "/echo", &[]).await {
                return socket;
            }
        }
    })
    .await
}

#[tokio::test]
async fn who_asks_for_a_file_and_does_not_take_it_is_reset() {
    const LENGTH: usize = 64 << 20;
    let page = tempfile::tempdir().unwrap();
    fs::write(page.path().join("index.html"), "").unwrap();
    fs::write(page.path().join("large"), vec![0; LENGTH]).unwrap();
    let server = serve(Config {
        page: page.path().to_owned(),
        no_page: false,
        max_connections: 1,
        send_timeout: PATIENCE,
        ..config()
    })
    .await;
    let mut tcp = tcp(&server).await;
    tcp.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    next_place(&server).await;
    let mut taken = Vec::new();
    let end = soon(tcp.read_to_end(&mut taken)).await;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(taken.len() < LENGTH);
}

#[tokio::test]
async fn who_takes_no_messages_is_reset_though_it_sends_some() {
    let server = serve(Config {
        send_timeout: PATIENCE,
        ..config()
    })
    .await;
    let mut socket = connect(&server, "/test/flood?count=100000&size=100000&id=deaf").await;
    let sending = async {
        while socket.send(Message::text("I'm here")).await.is_ok() {
            sleep(PATIENCE / 30).await;
        }
    };
    let (story, ()) = tokio::join!(whole_story(&server, "deaf"), soon(sending));
    assert_eq!(story["aborted"], true);
}

#[tokio::test]
async fn the_frames_of_a_flipbook_are_read_at_its_rate() {
    const FRAMES: u32 = 20;
    const LENGTH: usize = 50_000;
    let server = serve(Config {
        flipbook_rate: 1_000_000.try_into().unwrap(),
        ..config()
    })
    .await;
    let mut player = connect(&server, "/flipbook").await;
    let began = Instant::now();
    for number in 1..=FRAMES {
        let header = Header {
            number,
            image: 0,
            created: 0.0,
        };
        let mut frame = header.to_bytes().to_vec();
        frame.resize(LENGTH, 0);
        player.send(Message::binary(frame)).await.unwrap();
    }
    player
        .send(Message::text(r#"{"type":"counts"}"#))
        .await
        .unwrap();
    let all = format!(r#""asked":true,"frames":{FRAMES},"#);
    while !next(&mut player).await.into_text().unwrap().contains(&all) {}
    assert!(began.elapsed() >= Duration::from_secs(1));
}
