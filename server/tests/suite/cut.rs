use std::io::ErrorKind;
use std::time::Duration;

use futures_util::SinkExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, Instant};
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;
use crate::outlet::*;

/// A masked text frame whose mask is zero.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | text.len() as u8, 0, 0, 0, 0];
    frame.extend(text.as_bytes());
    frame
}

/// An open socket of which one sees the bytes.
async fn raw(outlet: &Outlet<'_>, path: &str) -> TcpStream {
    let mut tcp = outlet.tcp().await;
    tcp.write_all(handshake(path).as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon(tcp.read_u8()).await.unwrap());
    }
    tcp
}

/// What comes before a reset.
async fn before_reset(tcp: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let end = soon(tcp.read_to_end(&mut bytes)).await.unwrap_err();
    assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    bytes
}

#[tokio::test]
async fn a_cut_falls_in_the_middle_of_a_message_to_the_client() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut sockets = [raw(&outlet, "/echo").await, raw(&outlet, "/echo").await];
    outlet.tell("cut?after=9").await;
    for tcp in &mut sockets {
        tcp.write_all(&frame("abc")).await.unwrap();
        let mut whole = [0; 5];
        soon(tcp.read_exact(&mut whole)).await.unwrap();
        assert_eq!(&whole, b"\x81\x03abc");
        tcp.write_all(&frame("defghi")).await.unwrap();
        assert_eq!(before_reset(tcp).await, b"\x81\x06de");
    }
    // That was for those two.
    let mut socket = outlet.connect("/echo").await;
    socket.send(Message::text("0123456789")).await.unwrap();
    assert_eq!(next(&mut socket).await, Message::text("0123456789"));
}

#[tokio::test]
async fn a_cut_falls_in_the_middle_of_a_message_to_the_server() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut tcp = raw(&outlet, "/echo?id=cut").await;
    outlet.tell("cut?after=20&direction=up").await;
    tcp.write_all(&[frame("abc"), frame("def"), frame("ghi")].concat())
        .await
        .unwrap();
    before_reset(&mut tcp).await;
    let story = whole_story(&server, "cut").await;
    assert_eq!(
        (&story["messages"], &story["aborted"]),
        (&json!(2), &json!(true))
    );
}

#[tokio::test]
async fn a_cut_at_the_end_of_a_message_does_not_wait_for_the_next() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut tcp = raw(&outlet, "/echo").await;
    outlet.tell("cut?after=5").await;
    tcp.write_all(&frame("abc")).await.unwrap();
    assert_eq!(before_reset(&mut tcp).await, b"\x81\x03abc");
}

#[tokio::test]
async fn a_cut_after_nothing_is_at_once() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    for direction in ["down", "up"] {
        let mut socket = outlet.connect("/test/silent").await;
        let cut = format!("cut?after=0&direction={direction}");
        assert_eq!(outlet.tell(&cut).await["open"], 0);
        assert!(is_reset(&mut socket).await);
    }
}

#[tokio::test]
async fn a_cut_of_the_next_is_for_each_of_them_until_taken_back() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    outlet.tell("cut?after=12&next=true").await;
    for _ in 0..3 {
        let mut tcp = outlet.tcp().await;
        tcp.write_all(handshake("/echo").as_bytes()).await.unwrap();
        assert_eq!(before_reset(&mut tcp).await, b"HTTP/1.1 101");
    }
    outlet.tell("cut?after=0&next=true").await;
    before_reset(&mut outlet.tcp().await).await;
    outlet.tell("cut").await;
    let mut tcp = raw(&outlet, "/echo").await;
    outlet.tell("cut?after=3").await;
    outlet.tell("cut").await;
    tcp.write_all(&frame("abc")).await.unwrap();
    soon(tcp.read_exact(&mut [0; 5])).await.unwrap();
}

#[tokio::test]
async fn a_delay_is_kept_both_ways_and_in_order() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut socket = outlet.connect("/echo").await;
    outlet.tell("delay?ms=200").await;
    let started = Instant::now();
    for n in 0..100 {
        socket.send(Message::text(n.to_string())).await.unwrap();
        tokio::task::yield_now().await;
    }
    outlet.tell("delay?ms=0").await;
    socket.send(Message::text("100")).await.unwrap();
    let mut first = None;
    for n in 0..=100 {
        assert_eq!(next(&mut socket).await, Message::text(n.to_string()));
        first.get_or_insert_with(|| started.elapsed());
    }
    assert!(first.unwrap() >= Duration::from_millis(200));
    outlet.tell("delay?ms=200").await;
    let started = Instant::now();
    socket.send(Message::text("there and back")).await.unwrap();
    next(&mut socket).await;
    let both_ways = Duration::from_millis(400);
    assert!((both_ways..5 * both_ways).contains(&started.elapsed()));
}

#[tokio::test]
async fn what_is_delayed_waits_side_by_side() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut socket = outlet.connect("/echo").await;
    outlet.tell("delay?ms=300").await;
    let started = Instant::now();
    for n in 0..20 {
        socket.send(Message::text(n.to_string())).await.unwrap();
        sleep(Duration::from_millis(10)).await;
    }
    for n in 0..20 {
        assert_eq!(next(&mut socket).await, Message::text(n.to_string()));
    }
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn what_is_delayed_arrives_before_the_end() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    outlet.tell("delay?ms=300").await;
    let started = Instant::now();
    let mut socket = outlet
        .connect("/test/flood?count=300&size=10&then=close")
        .await;
    for _ in 0..300 {
        assert_eq!(next(&mut socket).await.len(), 10);
    }
    assert_eq!(closed(&mut socket).await, Some((1000, String::new())));
    assert!((1..5).contains(&started.elapsed().as_secs()));
}
