//! What is set for a connection and on one: the code with which it is closed, its binary type, on each
//! transport.

use futures::{SinkExt, StreamExt};
use serde_json::{json, Value};
use wasm_websocket::{BinaryType, CloseCode, Connection, Error, ReadyState, Transport};

use super::support::{each_transport, new_id, next, open, server_saw_it_end, url, within};

const CODE: CloseCode = CloseCode::new(3002);

/// What the server must have received.
fn close(code: impl Into<Value>, reason: &str) -> Value {
    json!({ "code": code.into(), "reason": reason })
}

/// A connection with a code of its own.
macro_rules! with_code {
    ($transport:ident, $id:ident) => {{
        let address = url(&format!("/test/silent?id={}", $id));
        let builder = Connection::builder(&address).transport($transport);
        within(builder.close_code(CODE).connect()).await.unwrap()
    }};
}

each_transport! {
    in memory too;

    async fn a_dropped_connection_sends_its_code(transport: Transport) {
        let id = new_id();
        let connection = with_code!(transport, id);
        connection.send("before").await.unwrap();
        let closed = connection.closed();
        let (sender, receiver) = connection.split();
        drop(sender);
        drop(receiver);
        assert_eq!(within(closed).await.to_string(), "3002, clean");
        let story = server_saw_it_end(&id).await;
        assert_eq!((&story["close"], &story["messages"]), (&close(3002, ""), &json!(1)));
    }

    async fn a_sink_that_is_closed_sends_its_code(transport: Transport) {
        let id = new_id();
        let mut connection = with_code!(transport, id);
        within(SinkExt::close(&mut connection)).await.unwrap();
        assert_eq!(server_saw_it_end(&id).await["close"], close(3002, ""));
        assert_eq!(within(connection.closed()).await.code(), CODE);
    }

    async fn a_byte_stream_that_is_closed_sends_its_code(transport: Transport) {
        let id = new_id();
        let mut stream = with_code!(transport, id).into_io();
        within(futures::io::AsyncWriteExt::close(&mut stream)).await.unwrap();
        assert_eq!(server_saw_it_end(&id).await["close"], close(3002, ""));
    }

    async fn an_explicit_close_wins(transport: Transport) {
        let id = new_id();
        let connection = with_code!(transport, id);
        drop(connection.close());
        drop(connection);
        assert_eq!(server_saw_it_end(&id).await["close"], close(Value::Null, ""));

        let id = new_id();
        let mut connection = with_code!(transport, id);
        connection.close_with(CloseCode::new(4000), "explicit").unwrap();
        within(SinkExt::close(&mut connection)).await.unwrap();
        drop(connection);
        assert_eq!(server_saw_it_end(&id).await["close"], close(4000, "explicit"));
    }

    async fn by_default_a_dropped_connection_sends_no_code(transport: Transport) {
        let id = new_id();
        drop(open(&format!("/test/silent?id={id}"), transport).await);
        assert_eq!(server_saw_it_end(&id).await["close"], close(Value::Null, ""));
    }

    async fn a_code_that_cannot_be_sent_is_an_error_of_connecting(transport: Transport) {
        for code in [CloseCode::GOING_AWAY, CloseCode::NO_STATUS_RECEIVED, CloseCode::new(2999)] {
            let builder = Connection::builder(&url("/echo")).transport(transport);
            let error = within(builder.close_code(code).connect()).await.unwrap_err();
            assert_eq!(error, Error::InvalidCloseCode(code));
        }
    }

    async fn the_state_is_that_of_the_socket(transport: Transport) {
        let (sender, mut receiver) = open("/echo", transport).await.split();
        let states = |receiver: &wasm_websocket::Receiver| (sender.ready_state(), receiver.ready_state());
        assert_eq!(states(&receiver), (ReadyState::Open, ReadyState::Open));
        let closing = sender.close();
        assert_eq!(states(&receiver), (ReadyState::Closing, ReadyState::Closing));
        within(closing).await.unwrap();
        assert_eq!(states(&receiver), (ReadyState::Closed, ReadyState::Closed));
        assert!(within(receiver.next()).await.is_none());
    }

    #[browsers]
    async fn the_binary_type_changes_on_the_open_connection(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        assert_eq!(connection.binary_type(), BinaryType::ArrayBuffer);
        for binary_type in [BinaryType::Blob, BinaryType::ArrayBuffer, BinaryType::Blob] {
            connection.set_binary_type(binary_type);
            assert_eq!(connection.binary_type(), binary_type);
            connection.send(vec![1, 2, 3]).await.unwrap();
            // What has arrived stays as it is.
            let message = next(&mut connection).await;
            connection.set_binary_type(BinaryType::ArrayBuffer);
            assert_eq!(message.as_blob().is_some(), binary_type == BinaryType::Blob);
            assert_eq!(message.into_bytes().await.unwrap(), [1, 2, 3]);
        }
        let (_sender, receiver) = connection.split();
        receiver.set_binary_type(BinaryType::Blob);
        assert_eq!(receiver.binary_type(), BinaryType::Blob);
    }
}

/// A way to hold a connection, and what is done with it.
macro_rules! ends_with_the_code {
    ($($name:ident($id:ident, $builder:ident) $body:block)+) => {
        $(
            #[wasm_bindgen_test::wasm_bindgen_test]
            async fn $name() {
                let $id = new_id();
                let address = url(&format!("/test/silent?id={}", $id));
                let $builder = Connection::builder(&address).close_code(CODE);
                $body
                assert_eq!(server_saw_it_end(&$id).await["close"], close(3002, ""));
            }
        )+
    };
}

#[cfg(feature = "remote")]
ends_with_the_code! {
    a_remote_connection_that_is_dropped_sends_the_code(id, builder) {
        drop(within(builder.connect_remote()).await.unwrap());
    }

    a_remote_sink_that_is_closed_sends_the_code(id, builder) {
        let mut connection = within(builder.connect_remote()).await.unwrap();
        within(SinkExt::close(&mut connection)).await.unwrap();
    }
}

#[cfg(feature = "reconnect")]
ends_with_the_code! {
    one_that_reconnects_and_is_dropped_sends_the_code(id, builder) {
        let mut socket = builder.reconnecting().start();
        within(socket.next()).await.unwrap();
        drop(socket);
    }

    one_that_reconnects_and_is_closed_as_a_sink_sends_the_code(id, builder) {
        let mut socket = builder.reconnecting().start();
        within(socket.next()).await.unwrap();
        within(SinkExt::close(&mut socket)).await.unwrap();
    }
}

#[cfg(feature = "reconnect")]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn one_that_reconnects_and_is_closed_explicitly_sends_no_code() {
    let id = new_id();
    let builder = Connection::builder(&url(&format!("/test/silent?id={id}"))).close_code(CODE);
    let mut socket = builder.reconnecting().start();
    within(socket.next()).await.unwrap();
    within(socket.close()).await;
    assert_eq!(
        server_saw_it_end(&id).await["close"],
        close(Value::Null, "")
    );
}

#[cfg(feature = "reconnect")]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn one_that_reconnects_keeps_its_binary_type_over_all_connections() {
    use wasm_websocket::Event;

    let mut socket = Connection::builder(&url("/echo")).reconnecting().start();
    let mut kinds = Vec::new();
    // Before there is a connection, on the open one, and on the next one.
    for (binary_type, reconnects) in [
        (Some(BinaryType::Blob), false),
        (Some(BinaryType::ArrayBuffer), false),
        (Some(BinaryType::Blob), false),
        (None, true),
    ] {
        if let Some(binary_type) = binary_type {
            socket.set_binary_type(binary_type);
        }
        if reconnects {
            socket.reconnect_now();
        }
        within(socket.send(vec![1])).await.unwrap();
        let message = within(async {
            loop {
                if let Some(Event::Message(message)) = socket.next().await {
                    break message;
                }
            }
        });
        kinds.push(message.await.as_blob().is_some());
    }
    assert_eq!(kinds, [true, false, true, true]);
}
