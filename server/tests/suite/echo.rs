use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

#[tokio::test]
async fn text_comes_back_as_text_and_binary_as_binary() {
    let server = serve(Config {
        test_routes: false,
        ..config()
    })
    .await;
    let mut socket = connect(&server, "/echo").await;
    for message in [
        Message::text("h\u{e9}llo \u{1f980}"),
        Message::binary(vec![0, 255, 128]),
        Message::text(""),
        Message::binary(vec![]),
    ] {
        socket.send(message.clone()).await.unwrap();
        assert_eq!(next(&mut socket).await, message);
    }
}

#[tokio::test]
async fn a_long_message_and_one_in_fragments_come_back_whole() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo").await;
    let long = Message::binary(vec![7; 32 << 20]);
    socket.send(long.clone()).await.unwrap();
    assert_eq!(next(&mut socket).await, long);
    // Cut inside of a character.
    for (part, code, last) in [
        (&b"10 \xe2\x82"[..], Data::Text, false),
        (b"\xac", Data::Continue, true),
    ] {
        let fragment = Frame::message(part, OpCode::Data(code), last);
        socket.send(Message::Frame(fragment)).await.unwrap();
    }
    assert_eq!(next(&mut socket).await, Message::text("10 \u{20ac}"));
}

#[tokio::test]
async fn a_client_that_does_not_read_is_slowed_down() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo").await;
    let message = Message::binary(vec![1; 1 << 20]);
    let sent = sent_until_blocked(&mut socket, &message).await;
    // All of it arrives as soon as it is read.
    let (mut sink, mut stream) = socket.split();
    let flush = tokio::spawn(async move { sink.flush().await });
    for _ in 0..sent {
        assert_eq!(soon(stream.next()).await.unwrap().unwrap(), message);
    }
    soon(flush).await.unwrap().unwrap();
}

#[tokio::test]
async fn ping_is_answered_with_its_payload() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/silent").await;
    socket
        .send(Message::Ping("are you there".into()))
        .await
        .unwrap();
    assert_eq!(
        next(&mut socket).await,
        Message::Pong("are you there".into())
    );
    assert!(socket.next().now_or_never().is_none());
}
