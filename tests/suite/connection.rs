//! The connection: one stream and one sink, with an end that can be trusted, on each transport.

use futures::{
    future,
    stream::{self},
    FutureExt, StreamExt,
};
use wasm_websocket::{BinaryType, CloseCode, Connection, Error, Message, ReadyState, Transport};

use super::{
    ending::assert_ends_for_good,
    support::{each_transport, next, open, settle, shared_view, text_of, url, within},
};

each_transport! {
    in memory too;

    #[sockets]
    async fn messages_go_out_and_come_back(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        for text in ["text", "", "grüezi ✨"] {
            connection.send(text).await.unwrap();
            assert_eq!(next(&mut connection).await, text);
        }
        for bytes in [vec![1, 2, 3], vec![], vec![7; 100_000]] {
            connection.send(bytes.as_slice()).await.unwrap();
            assert_eq!(next(&mut connection).await, *bytes);
        }
        let blob = web_sys::Blob::new_with_str_sequence(&js_sys::Array::of1(&"blob".into()));
        connection.send(blob.unwrap()).await.unwrap();
        connection.send("behind it").await.unwrap();
        assert_eq!(next(&mut connection).await, b"blob".as_slice());
        assert_eq!(next(&mut connection).await, "behind it");
    }

    async fn it_knows_its_url_and_what_was_agreed_upon(transport: Transport) {
        let address = url("/test/protocol?choose=talk");
        let connection = Connection::builder(&address)
            .protocols(["chat", "talk"])
            .transport(transport)
            .connect();
        let mut connection = within(connection).await.unwrap();
        assert_eq!(next(&mut connection).await, r#"["chat","talk"]"#);
        assert_eq!(connection.url(), address);
        assert_eq!(connection.protocol(), "talk");
        assert_eq!(connection.extensions(), "");
    }

    #[sockets]
    async fn bad_urls_and_subprotocols_are_typed_errors(transport: Transport) {
        let builder = Connection::builder("ws://").transport(transport);
        assert_eq!(
            within(builder.connect()).await.unwrap_err(),
            Error::InvalidUrl("ws://".to_owned())
        );
        let builder = Connection::builder(&url("/echo")).transport(transport);
        assert_eq!(
            within(builder.protocols(["a", "a"]).connect()).await.unwrap_err(),
            Error::DuplicateProtocol("a".to_owned())
        );
    }

    #[sockets]
    async fn a_refused_handshake_is_one_error(transport: Transport) {
        let address = url("/test/refuse?status=403");
        let builder = Connection::builder(&address).transport(transport);
        match within(builder.connect()).await {
            Err(Error::Closed(event)) => {
                assert_eq!(event.code(), CloseCode::ABNORMAL_CLOSURE);
                assert!(!event.was_clean());
            }
            other => panic!("{other:?}"),
        }
    }

    async fn a_greeting_behind_the_handshake_is_not_lost(transport: Transport) {
        let opening = Connection::builder(&url("/test/greet?text=hello"))
            .transport(transport)
            .connect();
        settle().await;
        let mut connection = within(opening).await.unwrap();
        settle().await;
        assert_eq!(next(&mut connection).await, "hello");
    }

    async fn a_flood_of_mixed_messages_arrives_in_order(transport: Transport) {
        let path = "/test/flood?count=3000&size=16&kind=mixed&then=close";
        let mut connection = open(path, transport).await;
        for i in 0u32..3000 {
            let message = next(&mut connection).await;
            if i % 2 == 0 {
                assert!(text_of(&message).starts_with(&format!("{i:010}")), "{i}");
            } else {
                let bytes = message.as_bytes().unwrap().to_vec();
                assert_eq!((bytes.len(), &bytes[..4]), (16, &i.to_le_bytes()[..]));
            }
        }
        assert_ends_for_good(&mut connection).await;
    }

    #[browsers]
    async fn what_is_written_to_a_buffer_after_sending_it_is_not_sent(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        let view = js_sys::Uint8Array::from([1, 2, 3].as_slice());
        connection.send(view.clone()).await.unwrap();
        connection.send(view.buffer()).await.unwrap();
        view.fill(9, 0, 3);
        for _ in 0..2 {
            assert_eq!(next(&mut connection).await, [1, 2, 3]);
        }
    }

    #[browsers]
    async fn memory_that_threads_share_is_sent(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        connection.send(shared_view(&[7, 8, 9])).await.unwrap();
        assert_eq!(next(&mut connection).await, [7, 8, 9]);
    }

    async fn what_can_not_be_sent_leaves_it_open(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        assert_eq!(
            connection.close_with(CloseCode::GOING_AWAY, ""),
            Err(Error::InvalidCloseCode(CloseCode::GOING_AWAY))
        );
        assert_eq!(
            connection.close_with(CloseCode::NORMAL, &"x".repeat(124)),
            Err(Error::ReasonTooLong(124))
        );
        connection.send("still here").await.unwrap();
        assert_eq!(next(&mut connection).await, "still here");
    }

    #[browsers]
    async fn blobs_keep_their_place_among_texts(transport: Transport) {
        let path = "/test/flood?count=200&size=64&kind=mixed&then=close";
        let connection = Connection::builder(&url(path))
            .binary_type(BinaryType::Blob)
            .transport(transport)
            .connect();
        let connection = within(connection).await.unwrap();
        let read: Vec<_> = within(
            connection
                .then(|message| async {
                    let message = message.unwrap();
                    let is_blob = message.as_blob().is_some();
                    (is_blob, message.into_bytes().await.unwrap().into_vec())
                })
                .collect(),
        )
        .await;
        assert_eq!(read.len(), 200);
        for (i, (is_blob, bytes)) in (0u32..).zip(read) {
            assert_eq!(is_blob, i % 2 == 1);
            match is_blob {
                true => assert_eq!(bytes[..4], i.to_le_bytes()),
                false => assert!(bytes.starts_with(format!("{i:010}").as_bytes())),
            }
        }
    }

    async fn the_combinators_of_futures_work_as_they_are(transport: Transport) {
        let (sink, stream) = StreamExt::split(open("/echo", transport).await);
        let numbers = stream::iter(0..10).map(|i| Ok(Message::from(i.to_string())));
        let (sent, echoes) = futures::join!(
            within(numbers.chain(stream::pending()).take(10).forward(sink)),
            within(stream.map(Result::unwrap).take(10).collect::<Vec<_>>())
        );
        // Forwarding closes the sink behind the last one, and what then arrives is discarded.
        assert_eq!(sent, Ok(()));
        for (i, echo) in echoes.iter().enumerate() {
            assert_eq!(*echo, *i.to_string());
        }
    }

    async fn select_and_take_until_work_as_they_are(transport: Transport) {
        let mut connection = open("/echo", transport).await.fuse();
        connection.get_ref().send("one").await.unwrap();
        let mut never = future::pending::<()>();
        let first = within(async {
            futures::select_biased! {
                () = (&mut never).fuse() => unreachable!(),
                message = connection.next() => message.unwrap().unwrap(),
            }
        });
        assert_eq!(first.await, "one");

        let connection = open("/test/flood?count=10&size=4&kind=text", transport).await;
        let stop = connection.closed();
        let (sender, receiver) = connection.split();
        let mut until_closed = receiver.take_until(stop).take(10).boxed_local();
        for _ in 0..10 {
            assert!(within(until_closed.next()).await.unwrap().is_ok());
        }
        within(sender.close()).await.unwrap();
        assert!(within(until_closed.next()).await.is_none());
    }

    async fn tasks_send_through_clones_while_others_read_and_await_the_end(transport: Transport) {
        const EACH: usize = 300;
        let (sender, receiver) = open("/echo", transport).await.split();
        let send = |name: &'static str, sender: wasm_websocket::Sender| async move {
            for i in 0..EACH {
                sender.send(format!("{name}{i}")).await.unwrap();
            }
        };
        let closed = sender.closed();
        let reader = async {
            let all: Vec<_> = receiver.map(|echo| text_of(&echo.unwrap())).take(2 * EACH).collect().await;
            within(sender.close()).await.unwrap();
            all
        };
        let (_, _, all, closed) = within(future::join4(
            send("a", sender.clone()),
            send("b", sender.clone()),
            reader,
            closed,
        ))
        .await;
        assert!(closed.was_clean());
        for name in ["a", "b"] {
            let expected: Vec<_> = (0..EACH).map(|i| format!("{name}{i}")).collect();
            let got: Vec<_> = all.iter().filter(|text| text.starts_with(name)).cloned().collect();
            assert_eq!(got, expected);
        }
    }

    async fn flushing_waits_until_nothing_is_buffered(transport: Transport) {
        let connection = open("/test/silent", transport).await;
        assert_eq!(connection.flush().now_or_never(), Some(Ok(())), "nothing was sent");
        connection.send("small").await.unwrap();
        within(connection.flush()).await.unwrap();
        assert_eq!(connection.buffered_amount(), 0);
        connection.send(vec![0; 3_000_000]).await.unwrap();
        assert!(connection.flush().now_or_never().is_none());
        within(connection.flush()).await.unwrap();
        assert_eq!(connection.buffered_amount(), 0);
    }
}

/// Only by stream, where a Blob is read to be sent.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_blob_that_can_not_be_read_closes_the_connection() {
    if !Transport::STREAM.is_supported() {
        let name = "connection::a_blob_that_can_not_be_read_closes_the_connection";
        return wasm_bindgen_test::console_log!("{name} skipped: no WebSocketStream here");
    }
    let connection = open("/echo", Transport::STREAM).await;
    let blob = web_sys::Blob::new().unwrap();
    let fails = js_sys::Function::new_no_args("return Promise.reject(new Error('gone'))");
    js_sys::Reflect::set(&blob, &"arrayBuffer".into(), &fails).unwrap();
    connection.send(blob).await.unwrap();
    within(connection.closed()).await;
    let closed = Err(Error::NotOpen(ReadyState::Closed));
    assert_eq!(connection.send("x").await, closed);
}
