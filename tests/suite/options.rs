//! The options of the constructor: what it gets, and runtimes that take none.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Connection, Error, Transport};

use super::support::{ask, new_id, next, runs_in, url, within};

fn object<const N: usize>(properties: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (key, value) in properties {
        Reflect::set(&object, &key.into(), &value).unwrap();
    }
    object
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

fn keys(object: &JsValue) -> Vec<String> {
    let keys = Object::keys(object.unchecked_ref::<Object>()).into_iter();
    keys.map(|key| key.as_string().unwrap()).collect()
}

fn texts(array: &JsValue) -> Vec<String> {
    let values = array.unchecked_ref::<Array>().iter();
    values.map(|value| value.as_string().unwrap()).collect()
}

/// Whether the constructor takes an object.
fn is_supported() -> bool {
    runs_in("Node.js") || runs_in("Deno")
}

#[test]
async fn the_constructor_gets_a_copy_with_the_subprotocols_in_it() {
    let headers = object([("authorization", "secret".into())]);
    let ignored = Array::of1(&"ignored".into());
    let options = object([
        ("headers", headers.clone().into()),
        ("protocols", ignored.clone().into()),
        ("targetAddressSpace", "loopback".into()),
    ]);
    let frozen = Object::freeze(&options);
    let builder = Connection::builder(&url("/test/protocol?choose=talk"))
        .protocols(["chat", "talk"])
        .options(frozen);
    for _ in 0..2 {
        let recording = record_constructors();
        let opening = builder.clone().connect();
        let seen = stop_recording_constructors(recording);
        let mut connection = within(opening).await.unwrap();
        assert_eq!(connection.protocol(), "talk");
        assert_eq!(next(&mut connection).await, r#"["chat","talk"]"#);

        assert_eq!(seen.length(), 1);
        let init = seen.get(0);
        assert_eq!(keys(&init), ["headers", "protocols", "targetAddressSpace"]);
        assert!(Object::is(&get(&init, "headers"), &headers));
        assert_eq!(texts(&get(&init, "protocols")), ["chat", "talk"]);
        assert_eq!(get(&init, "targetAddressSpace"), "loopback");
        assert!(!Object::is(&init, &options));
    }
    assert!(Object::is(&get(&options, "protocols"), &ignored));
}

#[test]
async fn without_options_the_constructor_gets_the_subprotocols() {
    let recording = record_constructors();
    let opening = Connection::builder(&url("/echo"))
        .protocols(["a"])
        .connect();
    let seen = stop_recording_constructors(recording);
    drop(opening);
    assert_eq!(texts(&seen.get(0)), ["a"]);
}

#[test]
async fn without_support_connecting_is_a_typed_error() {
    if is_supported() {
        return;
    }
    for options in [Object::new(), object([("headers", Object::new().into())])] {
        for protocols in [&[][..], &["chat"]] {
            let builder = Connection::builder(&url("/echo")).protocols(protocols.iter().copied());
            let error = within(builder.options(options.clone()).connect()).await;
            let unsupported = Error::Unsupported("options of a WebSocket");
            assert_eq!(error.unwrap_err(), unsupported);
        }
    }
}

#[test]
async fn a_getter_that_throws_and_a_bad_subprotocol_are_typed_errors() {
    let builder = Connection::builder(&url("/echo"));
    let throwing = builder.clone().options(throw_when_read("headers"));
    match within(throwing.connect()).await.unwrap_err() {
        Error::Exception { name, message } => {
            assert_eq!((&*name, &*message), ("RangeError", "not today"));
        }
        other => panic!("{other:?}"),
    }
    let twice = builder.protocols(["a", "a"]).options(Object::new());
    let error = within(twice.connect()).await.unwrap_err();
    assert_eq!(error, Error::DuplicateProtocol("a".to_owned()));
}

#[test]
async fn headers_reach_the_server() {
    if !is_supported() {
        return;
    }
    // What the server remembers of the handshake, it remembers under 32 digits.
    let session = new_id() + &new_id();
    let headers = object([
        ("Authorization", "Bearer secret".into()),
        ("X-Test", "1".into()),
    ]);
    let builder = Connection::builder(&url(&format!("/echo?trace={session}.1")))
        .options(object([("headers", headers.into())]));
    let mut connection = within(builder.clone().connect()).await.unwrap();
    connection.send("hello").await.unwrap();
    assert_eq!(next(&mut connection).await, "hello");
    let handshake = ask(&format!("/handshakes/{session}/1")).await;
    let headers = handshake["request"]["headers"].as_array().unwrap();
    for (name, value) in [("authorization", "Bearer secret"), ("x-test", "1")] {
        let found = headers.iter().find(|header| {
            let found = header[0].as_str().unwrap();
            found.eq_ignore_ascii_case(name)
        });
        assert_eq!(found.unwrap()[1], value);
    }

    let headers = object([("not a name", "1".into())]);
    let bad = builder.options(object([("headers", headers.into())]));
    match within(bad.connect()).await.unwrap_err() {
        Error::Exception { name, .. } => assert_eq!(name, "TypeError"),
        other => panic!("{other:?}"),
    }
    let bad = Connection::builder("ws://").options(Object::new());
    let error = within(bad.connect()).await.unwrap_err();
    assert_eq!(error, Error::InvalidUrl("ws://".to_owned()));

    let invalid = object([("a b", "1".into())]);
    let builder = Connection::builder(&url("/echo"));
    let builder = builder.options(object([("headers", invalid.into())]));
    match within(builder.connect()).await {
        Err(Error::Exception { name, .. }) => assert_eq!(name, "TypeError"),
        other => panic!("{other:?}"),
    }
}

#[cfg(feature = "stream")]
#[test]
async fn a_stream_gets_them_too() {
    if !Transport::STREAM.is_supported() {
        return;
    }
    for is_aborted in [false, true] {
        let builder = Connection::builder(&url("/test/protocol?choose=talk"))
            .transport(Transport::STREAM)
            .protocols(["chat", "talk"])
            .options(object([("signal", abort_signal(is_aborted))]));
        match within(builder.connect()).await {
            Ok(connection) if !is_aborted => assert_eq!(connection.protocol(), "talk"),
            Err(Error::Closed(event)) if is_aborted => assert_eq!(event.code(), 1006),
            other => panic!("{other:?}"),
        }
    }
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn record_constructors() -> JsValue;
    fn stop_recording_constructors(recording: JsValue) -> Array;
    fn abort_signal(is_aborted: bool) -> JsValue;
    fn throw_when_read(key: &str) -> Object;
}
