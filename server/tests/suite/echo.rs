use futures_util::{FutureExt, SinkExt, StreamExt};
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
async fn a_message_of_many_fragments_comes_back_whole() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo").await;
    // Three bytes a character: fragments end inside of one.
    for message in [
        Message::text("\u{20ac}".repeat(400_000)),
        Message::binary(vec![7; 3 << 20]),
    ] {
        socket.send(message.clone()).await.unwrap();
        assert_eq!(next(&mut socket).await, message);
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_slowed_down() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo").await;
    let message = Message::binary(vec![1; 1 << 20]);
    let mut sent = 0;
    let blocked = loop {
        let send = socket.send(message.clone());
        if tokio::time::timeout(std::time::Duration::from_millis(300), send)
            .await
            .is_err()
        {
            break true;
        }
        sent += 1;
        if sent == 200 {
            break false;
        }
    };
    assert!(blocked);
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
