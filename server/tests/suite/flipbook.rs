use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use wasm_websocket_demo_format::flipbook::{self, Header, PREFIX};

use crate::client::*;

fn frame(number: u32, padding: usize) -> Message {
    let header = Header {
        number,
        image: 3,
        created: f64::from(number),
    };
    let mut frame = header.to_bytes().to_vec();
    frame.extend(b"png");
    frame.resize(frame.len() + padding, 0);
    Message::binary(frame)
}

fn number(frame: &[u8]) -> u32 {
    Header::read(frame, frame.len()).unwrap().number
}

/// A flipbook that is being played, and its id.
async fn play(server: &Handle) -> (Socket, String) {
    let mut control = connect(server, "/flipbook").await;
    let session = said(&mut control, "session").await;
    let id = session["id"].as_str().unwrap().to_owned();
    (control, id)
}

/// The next message of this type.
async fn said(control: &mut Socket, kind: &str) -> Value {
    loop {
        let text = next(control).await.into_text().unwrap();
        let message: Value = serde_json::from_str(&text).unwrap();
        if message["type"] == kind {
            return message;
        }
    }
}

async fn say(control: &mut Socket, message: Value) {
    let text = message.to_string();
    control.send(Message::text(text)).await.unwrap();
}

/// The counts once so many frames are in.
async fn counts(control: &mut Socket, frames: u32) -> Value {
    loop {
        say(control, json!({"type": "counts"})).await;
        let mut counts = said(control, "counts").await;
        while counts["asked"] == false {
            counts = said(control, "counts").await;
        }
        if counts["frames"] == frames {
            return counts["readers"].clone();
        }
    }
}

fn path(id: &str, transport: &str, after: u32) -> String {
    format!("/flipbook/{id}/frames?as={transport}&after={after}")
}

async fn read(server: &Handle, id: &str, transport: &str) -> Socket {
    connect(server, &path(id, transport, 0)).await
}

/// The numbers of frames that a socket gets, up to this one.
async fn numbers(reader: &mut Socket, last: u32) -> Vec<u32> {
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        numbers.push(number(&next(reader).await.into_data()));
    }
    numbers
}

/// An answer to a poll: its status, the numbers of its frames, and all bytes both ways.
struct Answer {
    status: u16,
    numbers: Vec<u32>,
    bytes: usize,
}

/// Polls on a connection that stays.
async fn poll(tcp: &mut TcpStream, id: &str, transport: &str, after: u32) -> Answer {
    let path = path(id, transport, after);
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let end = loop {
        assert_ne!(soon(tcp.read_buf(&mut answer)).await.unwrap(), 0);
        if let Some(end) = answer.windows(4).position(|end| end == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    while answer.len() < end + length.unwrap_or(0) {
        assert_ne!(soon(tcp.read_buf(&mut answer)).await.unwrap(), 0);
    }
    let mut numbers = Vec::new();
    let mut body = &answer[end..];
    let status = head[9..12].parse().unwrap();
    while status == 200 && !body.is_empty() {
        let (length, header) = flipbook::next(body, body.len()).unwrap();
        numbers.push(header.number);
        body = &body[PREFIX + length..];
    }
    Answer {
        status,
        numbers,
        bytes: request.len() + answer.len(),
    }
}

#[tokio::test]
async fn all_transports_read_the_same_frames_and_are_counted() {
    const FRAMES: u32 = 40;
    let server = serve_tests().await;
    let (mut control, id) = play(&server).await;
    let mut sockets = [
        read(&server, &id, "websocket").await,
        read(&server, &id, "websocketstream").await,
    ];
    let all: Vec<u32> = (1..=FRAMES).collect();
    for number in &all {
        control.send(frame(*number, 100)).await.unwrap();
    }
    for socket in &mut sockets {
        assert_eq!(numbers(socket, FRAMES).await, all);
    }
    let mut tcp = tcp(&server).await;
    for transport in ["short-polling", "long-polling"] {
        let answer = poll(&mut tcp, &id, transport, 0).await;
        assert_eq!((answer.status, answer.numbers), (200, all.clone()));
    }
    let nothing = poll(&mut tcp, &id, "short-polling", FRAMES).await;
    assert_eq!((nothing.status, nothing.numbers), (204, vec![]));

    let counts = counts(&mut control, FRAMES).await;
    for (transport, requests) in [
        ("websocket", 1),
        ("websocketstream", 1),
        ("short-polling", 2),
        ("long-polling", 1),
    ] {
        let counts = &counts[transport];
        assert_eq!(counts["requests"], requests, "{transport}");
        assert_eq!(counts["delivered"], FRAMES, "{transport}");
        assert_eq!(counts["skipped"], 0, "{transport}");
        assert_eq!(counts["payload_bytes"], FRAMES * 119, "{transport}");
    }
}

#[tokio::test]
async fn bytes_are_counted_as_they_were_on_the_connection() {
    let server = serve_tests().await;
    let (mut control, id) = play(&server).await;
    let mut polling = tcp(&server).await;
    // Another one on the same connection, that nobody pays for.
    let other = poll(&mut polling, &id, "pigeon", 0);
    assert_eq!(other.await.status, 400);
    control.send(frame(1, 50_000)).await.unwrap();
    counts(&mut control, 1).await;
    let mut bytes = 0;
    for after in [0, 1] {
        bytes += poll(&mut polling, &id, "short-polling", after).await.bytes;
    }

    let mut socket = tcp(&server).await;
    let request = handshake(&path(&id, "websocket", 0));
    socket.write_all(request.as_bytes()).await.unwrap();
    // A header of ten bytes is for longer payloads than this.
    let frame = 4 + 50_019;
    let mut answer = Vec::new();
    let head = loop {
        assert_ne!(soon(socket.read_buf(&mut answer)).await.unwrap(), 0);
        let end = answer.windows(4).position(|end| end == b"\r\n\r\n");
        if let Some(end) = end.filter(|end| answer.len() >= end + 4 + frame) {
            break end + 4;
        }
    };
    assert_eq!(answer.len(), head + frame);

    let counts = counts(&mut control, 1).await;
    let headers = |transport: &str| counts[transport]["header_bytes"].as_u64().unwrap() as usize;
    assert_eq!(headers("short-polling"), bytes - 50_019);
    assert_eq!(headers("websocket"), request.len() + head + 4);
}

#[tokio::test]
async fn what_a_slow_reader_misses_is_skipped_and_counted_and_slows_nobody() {
    const FRAMES: u32 = 120;
    let server = serve_tests().await;
    let (mut control, id) = play(&server).await;
    let mut slow = read(&server, &id, "websocket").await;
    let mut quick = read(&server, &id, "websocketstream").await;
    let all: Vec<u32> = (1..=FRAMES).collect();
    for number in &all {
        control.send(frame(*number, 1_000_000)).await.unwrap();
        assert_eq!(numbers(&mut quick, *number).await, [*number]);
    }
    let counts_now = counts(&mut control, FRAMES).await;
    assert_eq!(counts_now["websocketstream"]["delivered"], FRAMES);
    assert_eq!(counts_now["websocketstream"]["skipped"], 0);

    let got = numbers(&mut slow, FRAMES).await;
    let missed = FRAMES - got.len() as u32;
    assert!(missed > 0 && got.is_sorted(), "{got:?}");
    let polled = poll(&mut tcp(&server).await, &id, "short-polling", 0)
        .await
        .numbers;
    // 32 MiB are kept.
    assert_eq!(polled, all[all.len() - 33..]);
    let counts = counts(&mut control, FRAMES).await;
    assert_eq!(counts["websocket"]["skipped"], missed);
    assert_eq!(counts["websocket"]["delivered"], got.len());
    assert_eq!(counts["short-polling"]["skipped"], FRAMES - 33);
}

#[tokio::test]
async fn a_long_poll_waits_for_a_frame_or_for_the_end() {
    let server = serve_tests().await;
    let (mut control, id) = play(&server).await;
    let mut tcp = tcp(&server).await;
    let (answer, ()) = tokio::join!(poll(&mut tcp, &id, "long-polling", 0), async {
        let waits = |counts: &Value| counts["long-polling"]["requests"] == 1;
        while !waits(&counts(&mut control, 0).await) {}
        control.send(frame(1, 0)).await.unwrap();
    });
    assert_eq!((answer.status, answer.numbers), (200, vec![1]));
    let (answer, ()) = tokio::join!(poll(&mut tcp, &id, "long-polling", 1), async {
        let waits = |counts: &Value| counts["long-polling"]["requests"] == 2;
        while !waits(&counts(&mut control, 1).await) {}
        drop(control);
    });
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn the_end_of_the_player_is_that_of_the_flipbook() {
    let server = serve_tests().await;
    let (mut control, id) = play(&server).await;
    let mut reader = read(&server, &id, "websocket").await;
    control.send(frame(1, 0)).await.unwrap();
    control.close(None).await.unwrap();
    assert_eq!(numbers(&mut reader, 1).await, [1]);
    let over = (1000, "the flipbook is over".to_owned());
    assert_eq!(closed(&mut reader).await, Some(over));
    let mut tcp = tcp(&server).await;
    soon(async {
        let mut status = 200;
        while status != 404 {
            status = poll(&mut tcp, &id, "short-polling", 0).await.status;
            assert!([200, 404].contains(&status), "{status}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_simulated_network_delays_every_trip() {
    const DELAY: u32 = 60;
    let trips = |count: u32| Duration::from_millis((DELAY * count).into());
    let server = serve_tests().await;
    let (mut control, id) = play(&server).await;
    let mut reader = read(&server, &id, "websocket").await;
    say(
        &mut control,
        json!({"type": "network", "delay": DELAY, "jitter": 0}),
    )
    .await;
    let began = Instant::now();
    control.send(frame(1, 0)).await.unwrap();
    numbers(&mut reader, 1).await;
    assert!(began.elapsed() >= trips(2), "{:?}", began.elapsed());

    let mut tcp = tcp(&server).await;
    let began = Instant::now();
    let answer = poll(&mut tcp, &id, "short-polling", 0).await;
    assert_eq!(answer.numbers, [1]);
    assert!(began.elapsed() >= trips(2), "{:?}", began.elapsed());

    let began = Instant::now();
    let (answer, ()) = tokio::join!(poll(&mut tcp, &id, "long-polling", 1), async {
        control.send(frame(2, 0)).await.unwrap();
    });
    assert_eq!(answer.numbers, [2]);
    assert!(began.elapsed() >= trips(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_no_next_frame_closes_the_player_with_the_reason() {
    let server = serve_tests().await;
    let image_too_long = {
        let header = Header {
            number: 1,
            image: 9,
            created: 0.0,
        };
        Message::binary(header.to_bytes().to_vec())
    };
    for (message, code, reason) in [
        (frame(2, 0), 1008, "expected frame 1, got 2"),
        (frame(0, 0), 1008, "expected frame 1, got 0"),
        (
            Message::binary(vec![1; 15]),
            1007,
            "the frame ends within its header",
        ),
        (image_too_long, 1007, "the image is longer than the frame"),
        (frame(1, 1 << 20), 1009, "the frame is too long"),
        (Message::text("{"), 1007, "expected a request in JSON"),
        (
            Message::text(r#"{"type": "network", "delay": 1001, "jitter": 0}"#),
            1008,
            "the delay is 1000 ms and the jitter 500 ms at most",
        ),
    ] {
        let (mut control, _) = play(&server).await;
        control.send(message).await.unwrap();
        assert_eq!(
            soon(closed(&mut control)).await,
            Some((code, reason.to_owned()))
        );
    }
}

#[tokio::test]
async fn flipbooks_are_bounded_in_number_and_in_idleness() {
    let server = serve(Config {
        max_flipbooks: 1,
        flipbook_idle: Duration::from_millis(300),
        ..config()
    })
    .await;
    let (mut control, _) = play(&server).await;
    assert_eq!(refusal(&server, "/flipbook", &[]).await, 503);
    let idle = (1000, "no frame came for too long".to_owned());
    assert_eq!(soon(closed(&mut control)).await, Some(idle));
    soon(async { while try_connect(&server, "/flipbook", &[]).await.is_err() {} }).await;
}

#[tokio::test]
async fn who_has_no_id_or_comes_from_elsewhere_reads_nothing() {
    let server = serve_tests().await;
    let (_control, id) = play(&server).await;
    assert_eq!(id.len(), 32);
    let unknown = "0".repeat(32);
    assert_eq!(
        refusal(&server, &path(&unknown, "websocket", 0), &[]).await,
        404
    );
    assert_eq!(refusal(&server, &path(&id, "pigeon", 0), &[]).await, 400);
    let foreign = [("origin", "https://example.org")];
    assert_eq!(
        refusal(&server, &path(&id, "websocket", 0), &foreign).await,
        403
    );
    assert_eq!(refusal(&server, "/flipbook", &foreign).await, 403);
    let polling = path(&id, "short-polling", 0);
    let foreign = "Origin: https://example.org\r\n";
    let (head, _) = http(&server, "GET", &polling, foreign).await;
    assert!(head.starts_with("http/1.1 403 "), "{head}");
}

#[tokio::test]
async fn polls_that_wait_are_bounded() {
    let server = serve_tests().await;
    let (_control, id) = play(&server).await;
    let mut connections = Vec::new();
    for _ in 0..9 {
        connections.push(tcp(&server).await);
    }
    let polls = connections
        .iter_mut()
        .map(|tcp| poll(tcp, &id, "long-polling", 0));
    let mut polls: futures_util::stream::FuturesUnordered<_> = polls.collect();
    assert_eq!(soon(polls.next()).await.unwrap().status, 503);
}
