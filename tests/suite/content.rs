//! What a message holds, got at, compared and recognized, where JavaScript holds it.

use std::hash::{BuildHasher, RandomState};

use futures::StreamExt;
use js_sys::{ArrayBuffer, JsString, Map, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Blob, Bytes, Message, Reconnecting, Text, Transport};

use super::{
    foreign::{liars, polyfilled_blob},
    support::{each_transport, open, open_socket, url, within, UncaughtGuard},
};

fn blob(bytes: &[u8]) -> web_sys::Blob {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    web_sys::Blob::new_with_u8_array_sequence(&parts).unwrap()
}

#[test]
async fn content_of_the_browser_is_got_at() {
    let text = || Message::from(&JsString::from("grüezi"));
    assert_eq!(text().into_text().unwrap(), "grüezi");
    assert_eq!(text().try_into_vec().unwrap(), "grüezi".as_bytes());
    assert_eq!(String::try_from(text()).unwrap(), "grüezi");
    assert_eq!(text().to_string(), "grüezi");
    assert_eq!(Text::from(&JsString::from("a")), "a");

    let binary = || Message::from(Uint8Array::from([1, 2].as_slice()));
    assert_eq!(binary().into_text().unwrap_err(), [1, 2]);
    assert_eq!(binary().try_into_vec().unwrap(), [1, 2]);
    assert_eq!(Vec::try_from(binary()).unwrap(), [1, 2]);
    assert_eq!(bytes::Bytes::try_from(binary()).unwrap(), [1, 2].as_slice());
    assert_eq!(binary().to_string(), "2 bytes");

    let raw = blob(&[1, 2, 3]);
    let message = || Message::from(raw.clone());
    assert_eq!(message().to_string(), "3 bytes in a Blob");
    let read = within(message().try_into_vec().unwrap_err().bytes()).await;
    assert_eq!(read.unwrap(), [1, 2, 3]);
    let error = Vec::<u8>::try_from(message()).unwrap_err();
    assert_eq!(error.to_string(), "expected binary data, got a Blob");
    assert_eq!(error.into_message(), message());
    assert_eq!(Blob::try_from(message()).unwrap().as_raw(), &raw);
    assert_eq!(web_sys::Blob::try_from(message()).unwrap(), raw);
}

#[test]
fn content_is_equal_and_hashes_alike_wherever_it_is() {
    let hasher = RandomState::new();
    let view = || Uint8Array::from([103, 0].as_slice());
    for (js, rust) in [
        (Message::from(JsString::from("ä✨")), Message::from("ä✨")),
        (Message::from(JsString::from("")), Message::from("")),
        (Message::from(view()), Message::from([103, 0])),
        (Message::from(view().buffer()), Message::from([103, 0])),
    ] {
        assert_eq!(js, rust);
        assert_eq!(rust, js);
        assert_eq!(js, js.clone());
        assert_eq!(hasher.hash_one(&js), hasher.hash_one(&rust));
        assert_ne!(js, Message::from("g\0"));
        assert_ne!(js, Message::from([103, 1]));
    }
    let (one, other) = (blob(&[1]), blob(&[1]));
    let message = Message::from(one.clone());
    assert_eq!(message, Message::from(one.clone()));
    assert_eq!(
        hasher.hash_one(&message),
        hasher.hash_one(Message::from(one))
    );
    assert_ne!(message, Message::from(other));
    assert_ne!(message, Message::from([1]));
}

#[test]
fn what_can_be_sent_is_recognized() {
    let text = Message::try_from(JsValue::from("grüezi")).unwrap();
    assert_eq!(text, "grüezi");
    let raw = blob(&[1, 2]);
    let message = Message::try_from(JsValue::from(raw.clone())).unwrap();
    assert_eq!(message.as_blob().unwrap().as_raw(), &raw);
    let buffer = ArrayBuffer::new(3);
    let message = Message::try_from(JsValue::from(buffer.clone())).unwrap();
    assert_eq!(message, [0; 3]);
    assert_eq!(message.as_bytes().unwrap().as_array_buffer(), buffer);
}

#[test]
async fn what_cannot_be_sent_is_given_back() {
    let guard = UncaughtGuard::new();
    let mut others = liars();
    // Those of a subclass are views all the same.
    others.retain(|lie| !lie.is_instance_of::<Uint8Array>());
    others.extend(["bytes", "throws", "bad properties"].map(polyfilled_blob));
    others.extend([
        Map::new().into(),
        js_sys::Array::of1(&1.into()).into(),
        js_sys::Date::new_0().into(),
        endless(),
        JsValue::bigint_from_str("5"),
    ]);
    for value in others {
        let given_back = Message::try_from(value.clone()).unwrap_err();
        assert!(Object::is(&given_back, &value), "{value:?}");
    }
    guard.check().await;
}

each_transport! {
    async fn a_close_event_has_that_of_the_browser(transport: Transport) {
        let connection = open("/echo", transport).await;
        connection.close_with(3001.into(), "done").unwrap();
        let event = within(connection.closed()).await;
        assert_eq!(event.to_string(), "3001 (done), clean");
        let by_events = transport == Transport::EVENTS && cfg!(not(target_feature = "atomics"));
        assert_eq!(event.as_raw().is_some(), by_events);
        if let Some(raw) = event.as_raw() {
            assert_eq!((raw.type_(), raw.code()), ("close".to_owned(), 3001));
            assert!(raw.time_stamp() > 0.0);
            assert_eq!(event.clone().as_raw(), Some(raw));
        }
    }

    async fn senders_of_one_connection_are_equal(transport: Transport) {
        let (sender, _receiver) = open("/echo", transport).await.split();
        let (other, _other_receiver) = open("/echo", transport).await.split();
        assert_eq!(sender, sender.clone());
        assert!(sender != other);
    }

    async fn remote_senders_of_one_connection_are_equal(transport: Transport) {
        let (sender, _receiver) = open("/echo", transport).await.into_remote().split();
        let (other, _other_receiver) = open("/echo", transport).await.into_remote().split();
        assert_eq!(sender, sender.clone());
        assert!(sender != other);
    }

    async fn bytes_of_the_crate_bytes_come_back(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        let sent = bytes::Bytes::from_static(&[1, 2, 3]);
        connection.send(sent.clone()).await.unwrap();
        let message = within(connection.next()).await.unwrap().unwrap();
        assert_eq!(bytes::Bytes::try_from(message).unwrap(), sent);
        assert_eq!(Bytes::from(sent), [1, 2, 3]);
    }
}

#[test]
async fn handles_of_one_socket_are_equal() {
    let socket = open_socket("/echo").await;
    let other = open_socket("/echo").await;
    assert_eq!(socket, socket.clone());
    assert!(socket != other);
    let (sender, _receiver) = within(socket.clone().open()).await.unwrap().split();
    let (same, _same_receiver) = within(socket.open()).await.unwrap().split();
    let (other, _other_receiver) = within(other.open()).await.unwrap().split();
    assert_eq!(sender, same);
    assert!(sender != other);
}

#[test]
async fn senders_of_one_reconnecting_socket_are_equal() {
    let start = || Reconnecting::builder(&url("/echo")).start();
    let (mut one, other) = (start(), start());
    within(one.next()).await.unwrap();
    assert_eq!(one.sender(), one.sender().clone());
    assert!(one.sender() != other.sender());
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    /// An object with a `byteLength` that iterates without end.
    fn endless() -> JsValue;
}
