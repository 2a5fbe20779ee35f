use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

#[tokio::test]
async fn binary_messages_begin_with_their_index() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/flood?count=300&size=6&then=close").await;
    for index in 0..300_u32 {
        let mut expected = index.to_le_bytes().to_vec();
        expected.extend([index as u8; 2]);
        assert_eq!(next(&mut socket).await, Message::binary(expected));
    }
    assert_eq!(closed(&mut socket).await, Some((1000, String::new())));
}

#[tokio::test]
async fn mixed_messages_alternate_and_the_socket_stays_open() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/flood?count=4&size=12&kind=mixed").await;
    assert_eq!(next(&mut socket).await, Message::text("0000000000aa"));
    assert_eq!(
        next(&mut socket).await,
        Message::binary(vec![1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    );
    assert_eq!(next(&mut socket).await, Message::text("0000000002cc"));
    assert!(next(&mut socket).await.is_binary());
    socket.send(Message::text("ignored")).await.unwrap();
    assert!(
        tokio::time::timeout(Duration::from_millis(100), socket.next())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_flood_waits_for_its_reader() {
    let server = serve_tests().await;
    // 64 GiB, if anything buffered it.
    let mut socket = connect(&server, "/test/flood?count=65536&size=1048576&id=flood").await;
    assert_eq!(next(&mut socket).await.len(), 1 << 20);
    drop(socket);
    assert_eq!(whole_story(&server, "flood").await["aborted"], true);
}

#[tokio::test]
async fn a_close_ends_a_flood_before_its_time() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/flood?count=4294967295&size=1000").await;
    next(&mut socket).await;
    socket.close(None).await.unwrap();
    assert_eq!(closed(&mut socket).await, None);
}

#[tokio::test]
async fn an_absurd_size_is_a_bad_request() {
    let server = serve_tests().await;
    for query in [
        "count=1&size=1000000000000",
        "count=-1&size=1",
        "size=1",
        "count=1&size=1&kind=odd",
    ] {
        assert_eq!(
            refusal(&server, &format!("/test/flood?{query}"), &[]).await,
            400,
            "{query}"
        );
    }
}
