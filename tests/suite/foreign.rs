//! What a script or another realm makes: sockets of an iframe, polyfilled Blobs, and objects that lie
//! about themselves.

use futures::StreamExt;
use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::{BinaryType, Blob, Connection, Error, WebSocket};

use super::{
    objects::deliver,
    support::{next, open_socket, url, within, UncaughtGuard},
};

#[test]
async fn objects_that_lie_do_no_harm() {
    let guard = UncaughtGuard::new();
    let socket = open_socket("/echo").await;
    let raw = socket.as_raw().clone();
    let mut connection = within(socket.open()).await.unwrap();
    for lie in liars() {
        deliver(&raw, &lie);
        connection.send("next").await.unwrap();
        loop {
            let message = next(&mut connection).await;
            if message == "next" {
                break;
            }
            let _ = format!("{message:?}");
            if let Some(bytes) = message.as_bytes() {
                let copy = bytes.to_vec();
                assert!(copy.len() <= 16, "{copy:?}");
                assert_eq!(bytes.as_js().to_vec(), copy);
                assert!(bytes.as_array_buffer().byte_length() <= 16 || copy.is_empty());
                let mut destination = [0xee; 32];
                assert!(bytes.copy_to(&mut destination) <= 16);
                let _ = *bytes == bytes.clone();
            }
            if let Some(blob) = message.as_blob() {
                let read = within(blob.bytes()).await;
                assert!(matches!(read, Err(Error::Exception { .. })), "{read:?}");
                assert_eq!(blob.type_(), "");
            }
        }
    }
    guard.check().await;
}

#[test]
async fn a_blob_is_one_by_its_shape() {
    let guard = UncaughtGuard::new();
    let socket = open_socket("/echo").await;
    let mut messages = socket.on_message();
    let restore = replace("Blob");
    socket.send([1, 2, 3]).unwrap();
    let message = within(messages.next()).await.unwrap();
    restore.call0(&JsValue::UNDEFINED).unwrap();
    let blob = message.as_blob().expect("a Blob behind a polyfill's back");
    assert_eq!((blob.size(), blob.type_()), (3, String::new()));
    assert_eq!(within(blob.bytes()).await.unwrap(), [1, 2, 3]);

    // Those of a polyfill.
    for (reads, what) in [
        (true, "bytes"),
        (true, "promise"),
        (false, "junk"),
        (false, "throws"),
    ] {
        deliver(socket.as_raw(), &polyfilled_blob(what));
        let message = within(messages.next()).await.unwrap();
        let read = within(message.into_bytes()).await;
        match reads {
            true => assert_eq!(read.unwrap(), [1, 2], "{what}"),
            false => assert!(matches!(read, Err(Error::Exception { .. })), "{read:?}"),
        }
    }
    guard.check().await;
}

#[test]
async fn a_blob_whose_properties_throw_has_no_size() {
    let guard = UncaughtGuard::new();
    let blob = Blob::from(polyfilled_blob("bad properties").unchecked_into::<web_sys::Blob>());
    assert_eq!((blob.size(), blob.type_()), (0, String::new()));
    assert_eq!(format!("{blob:?}"), "Blob(0 bytes)");
    assert!(matches!(
        within(blob.bytes()).await,
        Err(Error::Exception { .. })
    ));
    guard.check().await;
}

#[test]
async fn a_socket_of_an_iframe_works_to_its_end() {
    let Some(raw) = socket_of_an_iframe(&url("/echo")) else {
        let name = concat!(module_path!(), "::a_socket_of_an_iframe_works_to_its_end");
        return console_log!("{name} skipped: no iframes in workers");
    };
    let guard = UncaughtGuard::new();
    let socket = WebSocket::from_raw(raw);
    let mut closes = socket.on_close();
    let mut messages = socket.on_message();
    within(socket.on_open().next()).await.unwrap();

    socket.send("text").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "text");
    socket.send([1, 2, 3]).unwrap();
    let blob = within(messages.next()).await.unwrap();
    assert_eq!(blob.as_blob().unwrap().size(), 3);
    assert_eq!(within(blob.clone().into_bytes()).await.unwrap(), [1, 2, 3]);
    socket.send(blob).unwrap();
    within(messages.next()).await.unwrap();
    socket.set_binary_type(BinaryType::ArrayBuffer);
    socket.send([4, 5]).unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), [4, 5]);

    socket.close_with(3001.into(), "done").unwrap();
    let end = within(closes.next()).await.unwrap();
    assert_eq!((end.code().as_u16(), end.was_clean()), (3001, true));
    assert!(within(messages.next()).await.is_none());
    guard.check().await;
}

#[test]
async fn a_connection_of_an_iframe_ends() {
    let Some(raw) = socket_of_an_iframe(&url("/test/close?code=3002&after=1")) else {
        let name = concat!(module_path!(), "::a_connection_of_an_iframe_ends");
        return console_log!("{name} skipped: no iframes in workers");
    };
    raw.set_binary_type(web_sys::BinaryType::Arraybuffer);
    let mut connection: Connection = within(WebSocket::from_raw(raw).open()).await.unwrap();
    connection.send("now").await.unwrap();
    assert!(within(connection.next()).await.is_none());
    assert_eq!(within(connection.closed()).await.code(), 3002);
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    pub(super) fn liars() -> Vec<JsValue>;
    /// Puts another class in the place of a global one, and returns what puts it back.
    fn replace(name: &str) -> Function;
    pub(super) fn polyfilled_blob(what: &str) -> JsValue;
    fn socket_of_an_iframe(url: &str) -> Option<web_sys::WebSocket>;
}
