//! Receiving: as text, as bytes in an ArrayBuffer, as a Blob, and read only when asked.

use futures::StreamExt;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::{BinaryType, Bytes, Message, Outgoing, WebSocket};

use super::support::{open_socket, open_socket_for_bytes, settle, within};

async fn echo(socket: &WebSocket, message: impl Outgoing) -> Message {
    let mut messages = socket.on_message();
    socket.send(message).unwrap();
    within(messages.next()).await.unwrap()
}

#[test]
async fn text_arrives_as_text_whatever_the_binary_type() {
    let socket = open_socket("/echo").await;
    for binary_type in [BinaryType::Blob, BinaryType::ArrayBuffer] {
        socket.set_binary_type(binary_type);
        let message = echo(&socket, "grüezi ✨").await;
        assert!(message.is_text());
        assert_eq!(message, "grüezi ✨");
        let text = message.as_text().unwrap();
        assert_eq!(text.to_string(), "grüezi ✨");
        assert_eq!(text.as_js(), "grüezi ✨");
        assert_eq!(text.clone().into_string(), "grüezi ✨");
        assert_eq!(*text, text.clone());
        assert_eq!(format!("{text:?}"), "Text(8 UTF-16 units)");
    }
}

#[test]
async fn bytes_arrive_in_an_array_buffer_where_that_was_set() {
    let socket = open_socket_for_bytes("/echo").await;
    let message = echo(&socket, [1, 2, 3]).await;
    assert!(message.is_binary());
    assert_eq!(message, [1, 2, 3]);
    let bytes = message.as_bytes().unwrap();
    assert_eq!(bytes.len(), 3);
    assert_eq!(bytes.to_vec(), [1, 2, 3]);
    assert_eq!(bytes.clone().into_vec(), [1, 2, 3]);
    assert_eq!(bytes.as_js().to_vec(), [1, 2, 3]);
    assert_eq!(*bytes, bytes.clone());
    assert_ne!(bytes, &Bytes::from([1, 2, 4]));
    assert_eq!(format!("{bytes:?}"), "Bytes(3 bytes)");
}

#[test]
async fn bytes_arrive_as_a_blob_by_default() {
    let socket = open_socket("/echo").await;
    let message = echo(&socket, [1, 2, 3]).await;
    assert!(message.is_binary() && message.as_bytes().is_none());
    let blob = message.as_blob().unwrap();
    assert_eq!((blob.size(), blob.type_()), (3, String::new()));
    assert_eq!(within(blob.bytes()).await.unwrap(), [1, 2, 3]);
    assert_eq!(format!("{blob:?}"), "Blob(3 bytes)");
}

#[test]
async fn empty_messages_arrive_as_empty_messages() {
    let socket = open_socket_for_bytes("/echo").await;
    let text = echo(&socket, "").await;
    assert!(text.as_text().unwrap().is_empty());
    assert_eq!(text, "");
    let bytes = echo(&socket, []).await;
    assert!(bytes.as_bytes().unwrap().is_empty());
    assert_eq!(bytes, []);
    socket.set_binary_type(BinaryType::Blob);
    let blob = echo(&socket, []).await;
    assert_eq!(blob.as_blob().unwrap().size(), 0);
    assert!(within(blob.as_blob().unwrap().bytes())
        .await
        .unwrap()
        .is_empty());
}

#[test]
async fn the_binary_type_changes_only_what_comes_later_and_nothing_else_changes_it() {
    let socket = open_socket("/echo").await;
    let mut messages = socket.on_message();
    socket.send([1]).unwrap();
    let first = within(messages.next()).await.unwrap();
    socket.set_binary_type(BinaryType::ArrayBuffer);
    for message in [
        Message::from([2]),
        Message::from(web_sys::Blob::new().unwrap()),
        Message::from(ArrayBuffer::new(4)),
        Message::from("text"),
    ] {
        socket.send(message).unwrap();
        assert_eq!(socket.binary_type(), BinaryType::ArrayBuffer);
        let echo = within(messages.next()).await.unwrap();
        assert!(echo.as_blob().is_none());
    }
    assert!(first.as_blob().is_some());
}

#[test]
async fn sixteen_mebibytes_come_back_whole() {
    let sent: Vec<u8> = (0u32..16 << 20)
        .map(|i| (i ^ (i >> 8) ^ (i >> 16)) as u8)
        .collect();
    let socket = open_socket_for_bytes("/echo").await;
    let message = echo(&socket, sent.as_slice()).await;
    assert!(message == *sent, "as bytes");

    socket.set_binary_type(BinaryType::Blob);
    let message = echo(&socket, message).await;
    let blob = message.as_blob().unwrap();
    assert_eq!(blob.size(), 16 << 20);
    assert!(within(blob.bytes()).await.unwrap() == *sent, "as a Blob");

    let text: String = sent
        .iter()
        .map(|&byte| char::from(b' ' + byte % 64))
        .collect();
    let message = echo(&socket, text.as_str()).await;
    assert!(message == *text, "as text");
}

#[test]
async fn bytes_are_copied_into_memory_of_any_size() {
    let socket = open_socket_for_bytes("/echo").await;
    let arrived = echo(&socket, [1, 2, 3]).await;
    let buffer = Uint8Array::from([0, 1, 2, 3, 4].as_slice()).buffer();
    let view = Uint8Array::new_with_byte_offset_and_length(&buffer, 1, 3);
    for message in [arrived, view.into()] {
        let bytes = message.as_bytes().unwrap();
        for (room, copied) in [(0, 0), (2, 2), (3, 3), (5, 3)] {
            let mut destination = vec![9; room];
            assert_eq!(bytes.copy_to(&mut destination), copied);
            assert_eq!(destination[..copied], [1, 2, 3][..copied]);
            assert!(destination[copied..].iter().all(|&byte| byte == 9));
        }
    }
}

#[test]
async fn an_array_buffer_that_arrived_is_handed_out_as_it_is() {
    let socket = open_socket_for_bytes("/echo").await;
    let message = echo(&socket, [1, 2, 3]).await;
    let bytes = message.as_bytes().unwrap();
    assert!(Object::is(
        &bytes.as_array_buffer(),
        &bytes.as_array_buffer()
    ));
    assert!(Object::is(
        &bytes.as_js().buffer(),
        &bytes.as_array_buffer()
    ));
}

#[test]
fn the_array_buffer_of_a_view_holds_nothing_else() {
    let whole = Uint8Array::from([0, 1, 2, 3, 4].as_slice());
    let part = Bytes::from(whole.subarray(1, 4)).as_array_buffer();
    assert_eq!(Uint8Array::new(&part).to_vec(), [1, 2, 3]);
    let own = Bytes::from(vec![5, 6]).as_array_buffer();
    assert_eq!(Uint8Array::new(&own).to_vec(), [5, 6]);
}

#[test]
async fn an_object_url_serves_the_blob_until_it_is_dropped() {
    let urls = Reflect::get(&js_sys::global(), &"URL".into()).unwrap();
    if !Reflect::has(&urls, &"createObjectURL".into()).unwrap() {
        let name = concat!(
            module_path!(),
            "::an_object_url_serves_the_blob_until_it_is_dropped"
        );
        return console_log!("{name} skipped: no object URLs in service workers");
    }
    let socket = open_socket("/echo").await;
    let message = echo(&socket, b"content").await;
    let url = message.as_blob().unwrap().object_url().unwrap();
    let address = url.to_string();
    assert!(address.starts_with("blob:"), "{address}");
    assert_eq!(fetched(&address).await.unwrap(), b"content");
    drop(url);
    assert!(fetched(&address).await.is_none());
}

async fn fetched(url: &str) -> Option<Vec<u8>> {
    let response: super::support::Response = within(JsFuture::from(super::support::fetch(url)))
        .await
        .ok()?
        .unchecked_into();
    let buffer = JsFuture::from(response.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

#[test]
async fn an_event_that_a_script_made_up_of_other_data_is_no_message() {
    let socket = open_socket("/echo").await;
    let mut messages = socket.on_message();
    let made_up = web_sys::MessageEvent::new("message").unwrap();
    socket.as_raw().dispatch_event(&made_up).unwrap();
    settle().await;
    socket.send("real").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "real");
}
