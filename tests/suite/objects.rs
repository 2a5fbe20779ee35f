//! Buffers and views of every kind, detached, resized, shared and of another realm. Each is tried on
//! each entry point that takes or gives one.

use futures::StreamExt;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::{Bytes, Message, Transport};

use super::support::{
    each_transport, next, open, open_socket_for_bytes, runs_in, say_tried, within, UncaughtGuard,
};

/// `NodeBuffer` is a subclass whose `slice` doesn't copy, as that of Node's and Bun's `Buffer`.
const KINDS: [&str; 15] = [
    "ArrayBuffer",
    "NodeBuffer",
    "DataView",
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Float16Array",
    "Int32Array",
    "Uint32Array",
    "Float32Array",
    "BigInt64Array",
    "BigUint64Array",
    "Float64Array",
];

const STATES: [&str; 9] = [
    "plain",
    "empty",
    "detached",
    "resizable",
    "tracking",
    "shrunk",
    "shared",
    "growable",
    "foreign",
];

/// One cell of the table: an object of this kind, in this state.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: &'static str,
    state: &'static str,
}

impl Case {
    /// All that this engine can make.
    fn all() -> Vec<Self> {
        let all = KINDS.iter().flat_map(|kind| {
            let of_kind = move |state| Self { kind, state };
            STATES.into_iter().map(of_kind)
        });
        // A buffer tracks no other's length.
        let all = all.filter(|case| (case.kind, case.state) != ("ArrayBuffer", "tracking"));
        let here: Vec<_> = all.filter(|case| !case.make().is_null()).collect();
        assert!(here.len() > KINDS.len() * 3, "{here:?}");
        here
    }

    /// Says which kinds and which states there are not.
    fn say_missing() {
        let kinds = KINDS.map(|kind| {
            (
                kind,
                Self {
                    kind,
                    state: "plain",
                },
            )
        });
        let kind = "ArrayBuffer";
        let states = STATES.map(|state| (state, Self { kind, state }));
        for (name, case) in kinds.into_iter().chain(states) {
            if case.make().is_null() {
                console_log!("objects::{name} skipped: not in this engine or kind of worker");
            }
        }
    }

    /// The object before it is what its state says, as nobody can send it in time.
    fn make(self) -> JsValue {
        make(self.kind, self.state)
    }

    fn spoiled(self) -> JsValue {
        let object = self.make();
        spoil(self.state, &object);
        object
    }

    /// What it holds once it is spoiled.
    fn content(self) -> Vec<u8> {
        match (self.kind, self.state) {
            (_, "empty" | "detached") => vec![],
            ("ArrayBuffer", "shrunk") => (0..4).collect(),
            ("ArrayBuffer", _) => (0..24).collect(),
            (_, "shrunk") => vec![],
            (_, "tracking") => (8..24).chain([0; 8]).collect(),
            _ => (8..16).collect(),
        }
    }

    fn bytes(self, object: &JsValue) -> Bytes {
        convert(self.kind, object)
    }

    fn message(self, object: &JsValue) -> Message {
        convert(self.kind, object)
    }
}

/// By the conversion from the type of this name.
fn convert<T>(kind: &str, object: &JsValue) -> T
where
    T: From<ArrayBuffer>
        + From<js_sys::DataView>
        + From<js_sys::Int8Array>
        + From<Uint8Array>
        + From<js_sys::Uint8ClampedArray>
        + From<js_sys::Int16Array>
        + From<js_sys::Uint16Array>
        + From<js_sys::Float16Array>
        + From<js_sys::Int32Array>
        + From<js_sys::Uint32Array>
        + From<js_sys::Float32Array>
        + From<js_sys::BigInt64Array>
        + From<js_sys::BigUint64Array>
        + From<js_sys::Float64Array>,
{
    macro_rules! by_name {
        ($($name:ident),+) => {
            match kind {
                "NodeBuffer" => object.clone().unchecked_into::<Uint8Array>().into(),
                $(stringify!($name) => object.clone().unchecked_into::<js_sys::$name>().into(),)+
                _ => unreachable!("{kind}"),
            }
        };
    }
    by_name!(
        ArrayBuffer,
        DataView,
        Int8Array,
        Uint8Array,
        Uint8ClampedArray,
        Int16Array,
        Uint16Array,
        Float16Array,
        Int32Array,
        Uint32Array,
        Float32Array,
        BigInt64Array,
        BigUint64Array,
        Float64Array
    )
}

/// All that can be asked of bytes.
fn assert_holds(bytes: &Bytes, content: &[u8], of: &str) {
    assert_eq!(bytes.len(), content.len(), "{of}");
    assert_eq!(bytes.is_empty(), content.is_empty(), "{of}");
    assert_eq!(bytes.to_vec(), content, "{of}");
    assert_eq!(bytes.clone().into_vec(), content, "{of}");
    assert_eq!(Vec::from(bytes.clone()), content, "{of}");
    for room in [0, 1, 3, 100] {
        let mut destination = vec![0xee; room];
        let copied = bytes.copy_to(&mut destination);
        assert_eq!(copied, room.min(content.len()), "{of}");
        assert_eq!(destination[..copied], content[..copied], "{of}");
        assert!(destination[copied..].iter().all(|&byte| byte == 0xee));
    }
    assert_eq!(bytes, content, "{of}");
    assert_eq!(*bytes, Bytes::from(content), "{of}");
    assert_eq!(Bytes::from(content), *bytes, "{of}");
    assert_eq!(*bytes, bytes.clone(), "{of}");
    assert_ne!(*bytes, [1; 7], "{of}");
    let view = bytes.as_js();
    assert!(view.is_instance_of::<Uint8Array>(), "{of}");
    assert_eq!(view.to_vec(), content, "{of}");
    let buffer = bytes.as_array_buffer();
    assert_eq!(buffer.byte_length() as usize, content.len(), "{of}");
    if !content.is_empty() {
        assert_eq!(Uint8Array::new(&buffer).to_vec(), content, "{of}");
    }
    let shown = format!("Bytes({} bytes)", content.len());
    assert_eq!(format!("{bytes:?}"), shown, "{of}");
}

#[test]
fn every_object_reads_as_what_it_holds() {
    Case::say_missing();
    for case in Case::all() {
        let (content, of) = (case.content(), format!("{case:?}"));
        let object = case.make();
        // Whether it is converted before or after something happens to it.
        let (early, message) = (case.bytes(&object), case.message(&object));
        spoil(case.state, &object);
        assert_holds(&early, &content, &of);
        assert_holds(&case.bytes(&object), &content, &of);
        assert_eq!(message, *content, "{of}");
        assert_ne!(message, "text", "{of}");
        assert_eq!(
            format!("{message:?}"),
            format!("Binary(Bytes({} bytes))", content.len())
        );
        let recognized = Message::try_from(object).expect(&of);
        assert_holds(recognized.as_bytes().unwrap(), &content, &of);
        assert_eq!(recognized, Message::from(content), "{of}");
    }
}

each_transport! {
    async fn every_object_is_sent_as_what_it_holds(transport: Transport) {
        let guard = UncaughtGuard::new();
        let mut connection = open("/echo", transport).await;
        let cases = Case::all();
        for case in &cases {
            let sent = within(connection.send(case.message(&case.spoiled()))).await;
            assert_eq!(sent, Ok(()), "{case:?}");
            assert_eq!(next(&mut connection).await, *case.content(), "{case:?}");
        }
        within(connection.close()).await.unwrap();
        guard.check().await;
        say_tried(cases.len(), "buffers and views sent", transport);
    }

    async fn what_is_written_or_detached_after_a_send_changes_nothing(transport: Transport) {
        let guard = UncaughtGuard::new();
        let mut connection = open("/echo", transport).await;
        for case in Case::all() {
            if !matches!(case.state, "plain" | "resizable" | "shared" | "foreign") {
                continue;
            }
            let object = case.make();
            within(connection.send(case.message(&object))).await.unwrap();
            overwrite(&object);
            // Node looks at a view again when it has sent it.
            if case.state != "shared" && !runs_in("Node.js") {
                spoil("detached", &object);
            }
            assert_eq!(next(&mut connection).await, *case.content(), "{case:?}");
        }
        guard.check().await;
    }
}

#[cfg(feature = "reconnect")]
#[test]
async fn what_waits_in_a_backlog_is_kept_as_it_was() {
    use super::support::url;
    use futures::{future, FutureExt};
    use wasm_websocket::{Event, Reconnecting};

    let guard = UncaughtGuard::new();
    let mut socket = Reconnecting::builder(&url("/echo")).start();
    let sender = socket.sender();
    let (mut sending, mut cases) = (Vec::new(), Vec::new());
    for case in Case::all() {
        let object = case.spoiled();
        let mut send = sender.send(case.message(&object)).boxed_local();
        assert!((&mut send).now_or_never().is_none(), "it is not open yet");
        overwrite(&object);
        sending.push(send);
        cases.push(case);
    }
    let read = async {
        let mut messages = Vec::new();
        while messages.len() < cases.len() {
            if let Some(Event::Message(message)) = socket.next().await {
                messages.push(message);
            }
        }
        messages
    };
    let (sent, messages) = within(future::join(future::join_all(sending), read)).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    for (case, message) in cases.iter().zip(messages) {
        assert_eq!(message, *case.content(), "{case:?}");
    }
    guard.check().await;
}

#[test]
async fn every_object_that_arrives_is_read() {
    let guard = UncaughtGuard::new();
    let socket = open_socket_for_bytes("/echo").await;
    let raw = socket.as_raw().clone();
    let mut messages = socket.on_message();
    for case in Case::all() {
        // Its length can't be read, so it has the shape of nothing.
        let is_nothing = case.kind == "DataView" && matches!(case.state, "detached" | "shrunk");
        deliver(&raw, &case.spoiled());
        socket.send("next").unwrap();
        let message = within(messages.next()).await.unwrap();
        if is_nothing {
            assert_eq!(message, "next", "{case:?}");
            continue;
        }
        let of = format!("{case:?} received");
        assert_holds(message.as_bytes().unwrap(), &case.content(), &of);
        assert_eq!(within(messages.next()).await.unwrap(), "next");
    }
    guard.check().await;
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    /// An object of this kind that can come into this state; null if the engine has none.
    fn make(kind: &str, state: &str) -> JsValue;
    fn spoil(state: &str, object: &JsValue);
    fn overwrite(object: &JsValue);
    /// Dispatches a message event of this data.
    pub(super) fn deliver(socket: &web_sys::WebSocket, data: &JsValue);
}
