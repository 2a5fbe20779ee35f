use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::client::*;

const MAX: usize = 100_000;

async fn server() -> Handle {
    serve(Config {
        max_message: MAX,
        ..config()
    })
    .await
}

#[tokio::test]
async fn the_longest_message_is_echoed_and_one_byte_more_is_1009() {
    let server = server().await;
    let mut socket = connect(&server, "/echo").await;
    let longest = Message::binary(vec![1; MAX]);
    socket.send(longest.clone()).await.unwrap();
    assert_eq!(next(&mut socket).await, longest);
    socket
        .send(Message::binary(vec![1; MAX + 1]))
        .await
        .unwrap();
    assert_eq!(closed(&mut socket).await.unwrap().0, 1009);
}

#[tokio::test]
async fn a_client_that_sends_on_and_on_sees_1009() {
    let server = server().await;
    let mut socket = connect(&server, "/echo?id=pushing").await;
    // Both far more than the kernel buffers, and nothing is read until all is sent.
    let message = Bytes::from(vec![1; 50 << 20]);
    soon(socket.send(Message::Binary(message))).await.unwrap();
    for _ in 0..5000 {
        soon(socket.feed(Message::binary(vec![2; 10_000])))
            .await
            .unwrap();
    }
    soon(socket.flush()).await.unwrap();
    assert_eq!(closed(&mut socket).await.unwrap().0, 1009);
    drop(socket);
    let story = whole_story(&server, "pushing").await;
    assert_eq!(
        (&story["close"]["code"], &story["aborted"]),
        (&1009.into(), &false.into())
    );
}

#[tokio::test]
async fn an_announced_length_is_refused_before_it_comes() {
    let server = server().await;
    let mut tcp = tcp(&server).await;
    let mut bytes = handshake("/echo").into_bytes();
    bytes.extend([0x82, 0xff]);
    bytes.extend((1_u64 << 40).to_be_bytes());
    bytes.extend([0; 16]);
    tcp.write_all(&bytes).await.unwrap();
    let mut seen = Vec::new();
    let code = [&[0x88, 25][..], &1009_u16.to_be_bytes()].concat();
    soon(async {
        while !seen.windows(4).any(|frame| frame == code) {
            assert_ne!(tcp.read_buf(&mut seen).await.unwrap(), 0);
        }
    })
    .await;
}

#[tokio::test]
async fn fragments_add_up_to_a_message_that_is_too_long() {
    use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
    use tokio_tungstenite::tungstenite::protocol::frame::Frame;
    let server = server().await;
    let mut socket = connect(&server, "/echo").await;
    for code in [Data::Binary, Data::Continue, Data::Continue] {
        let fragment = Frame::message(vec![1; MAX / 2], OpCode::Data(code), false);
        socket.send(Message::Frame(fragment)).await.unwrap();
    }
    assert_eq!(closed(&mut socket).await.unwrap().0, 1009);
}

#[tokio::test]
async fn one_socket_too_many_is_503_until_another_is_closed() {
    let server = serve(Config {
        max_sockets: 2,
        ..config()
    })
    .await;
    let mut first = connect(&server, "/echo?id=first").await;
    let _second = connect(&server, "/test/silent").await;
    assert_eq!(refusal(&server, "/echo", &[]).await, 503);
    first.close(None).await.unwrap();
    assert!(first.next().await.unwrap().unwrap().is_close());
    drop(first);
    whole_story(&server, "first").await;
    soon(async {
        // The place is given back a moment after the story ends.
        while try_connect(&server, "/echo", &[]).await.is_err() {}
    })
    .await;
}
