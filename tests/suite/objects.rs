//! Buffers, views, Blobs and events of every making: detached, resized, shared, of another realm, by a
//! polyfill, and such as lie about themselves. Each is tried on each entry point that takes or gives
//! one.

use futures::{future, FutureExt, StreamExt};
use js_sys::{ArrayBuffer, Function, JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::{BinaryType, Blob, Bytes, Connection, Error, Message, Transport, WebSocket};

use super::support::{
    each_transport, next, open, open_socket, open_socket_for_bytes, say_tried, url, within,
    UncaughtGuard,
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
        let (here, missing): (Vec<_>, Vec<_>) = all.partition(|case| !case.make().is_null());
        for Self { kind, state } in missing {
            console_log!("objects::{state}_{kind} skipped: not in this engine or kind of worker");
        }
        assert!(here.len() > KINDS.len() * 3, "{here:?}");
        here
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
            if case.state != "shared" {
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
    call(&restore);
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

#[test]
fn text_is_not_copied_to_be_found_too_long_or_too_short() {
    let text = Message::from(JsString::from("a").repeat(100_000));
    let other = Message::from(JsString::from("b").repeat(100_001));
    let restore = break_encoder("throws");
    let copies = || count_encodings();
    let before = copies();
    assert_ne!(text, "pong");
    assert_ne!(text, *"a".repeat(300_001));
    assert_ne!(text, *"a".repeat(99_999));
    assert_ne!(text.as_text(), other.as_text());
    let pong = Message::from("pong");
    assert_ne!(text.as_text(), pong.as_text());
    assert_ne!(pong.as_text(), text.as_text());
    let after = copies();
    assert_eq!(text, *"a".repeat(100_000));
    assert!(copies() > after, "what may be equal is compared");
    call(&restore);
    assert_eq!(before, after);
}

#[test]
fn text_survives_an_encoder_that_is_broken() {
    let text = "abc".repeat(70_000);
    let js = JsString::from(text.as_str());
    for how in [
        "missing",
        "throws",
        "nothing",
        "too much",
        "nonsense",
        "bigint",
        "undefined",
    ] {
        let restore = break_encoder(how);
        let copied = wasm_websocket::Text::from(js.clone()).to_string();
        call(&restore);
        assert!(copied == text, "{how}");
    }
    assert!(wasm_websocket::Text::from(js).to_string() == text);
}

fn call(function: &Function) {
    function.call0(&JsValue::UNDEFINED).unwrap();
}

#[wasm_bindgen(inline_js = r#"
    const SIZE = 24, OFFSET = 8;
    let frame;
    /// The realm of an iframe that stays until the end; none in a worker.
    function foreign() {
        if (!globalThis.document) return null;
        if (!frame) {
            frame = document.createElement('iframe');
            document.body.append(frame);
        }
        return frame.contentWindow;
    }
    /// Its global name is for isolated pages only.
    function sharedBuffer() {
        return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer.constructor;
    }
    function memory(state, realm) {
        const growing = { maxByteLength: 2 * SIZE };
        switch (state) {
            case 'empty': return new realm.ArrayBuffer(0);
            case 'shared': return new (sharedBuffer())(SIZE);
            case 'growable': {
                const buffer = new (sharedBuffer())(SIZE, growing);
                return buffer.growable ? buffer : null;
            }
            case 'resizable': case 'tracking': case 'shrunk': {
                const buffer = new realm.ArrayBuffer(SIZE, growing);
                return buffer.resizable ? buffer : null;
            }
            default: return new realm.ArrayBuffer(SIZE);
        }
    }
    export function make(kind, state) {
        const realm = state === 'foreign' ? foreign() : globalThis;
        if (!realm) return null;
        class NodeBuffer extends realm.Uint8Array {
            slice(start, end) { return this.subarray(start, end); }
        }
        const View = kind === 'NodeBuffer' ? NodeBuffer : realm[kind];
        const buffer = View ? memory(state, realm) : null;
        if (!buffer) return null;
        new Uint8Array(buffer).forEach((_, i, bytes) => { bytes[i] = i; });
        if (kind === 'ArrayBuffer') return buffer;
        if (state === 'empty') return new View(buffer);
        if (state === 'tracking') return new View(buffer, OFFSET);
        return new View(buffer, OFFSET, 8 / (View.BYTES_PER_ELEMENT ?? 1));
    }
    export function spoil(state, object) {
        const buffer = object.buffer ?? object;
        if (state === 'detached') structuredClone(buffer, { transfer: [buffer] });
        if (state === 'shrunk') buffer.resize(4);
        if (state === 'tracking') buffer.resize(32);
    }
    export function overwrite(object) {
        const buffer = object.buffer ?? object;
        if (buffer.byteLength > 0) new Uint8Array(buffer).fill(99);
    }
    export function deliver(socket, data) {
        socket.dispatchEvent(new MessageEvent('message', { data }));
    }
    export function liars() {
        const buffer = new ArrayBuffer(16);
        const thrown = () => { throw new Error('a getter'); };
        class Long extends Uint8Array {
            get length() { return 1000; }
            get byteLength() { return 1000; }
        }
        class Short extends Uint8Array {
            get length() { return 3; }
            get byteLength() { return 3; }
        }
        class Elsewhere extends Uint8Array {
            get byteOffset() { return 1e300; }
        }
        class Nowhere extends Uint8Array {
            get buffer() { thrown(); }
        }
        return [
            null, undefined, 1, true, Symbol('s'), 5n, {}, () => {},
            { get byteLength() { thrown(); } },
            { get byteLength() { thrown(); }, get size() { thrown(); } },
            { byteLength: 5n }, { byteLength: '5' }, { byteLength: Symbol('s') },
            { byteLength: 5 }, { byteLength: 1e20 }, { byteLength: NaN }, { byteLength: -1 },
            { byteLength: Infinity },
            { byteLength: 8, buffer: 'abc', byteOffset: 0 },
            { byteLength: 8, buffer: { length: 3 }, byteOffset: 0 },
            { byteLength: 8, buffer: 2, byteOffset: 0 },
            { byteLength: 8, buffer: null, byteOffset: 0 },
            { byteLength: 1e9, buffer, byteOffset: 0 },
            { byteLength: 8, buffer, byteOffset: NaN },
            { byteLength: 8, buffer, get byteOffset() { thrown(); } },
            { byteLength: 8, get buffer() { thrown(); } },
            new Long(buffer), new Short(buffer), new Elsewhere(buffer), new Nowhere(buffer),
            { size: 3 }, { size: Infinity }, { size: -1 }, { size: NaN, type: 5 },
            { size: 3, get type() { thrown(); }, get arrayBuffer() { thrown(); } },
        ];
    }
    export function replace(name) {
        const original = globalThis[name];
        globalThis[name] = class {};
        return () => { globalThis[name] = original; };
    }
    export function polyfilled_blob(what) {
        const bytes = new Uint8Array([1, 2]).buffer;
        const thrown = () => { throw new Error(what); };
        switch (what) {
            case 'bytes': return { size: 2, arrayBuffer: () => bytes };
            case 'promise': return { size: 2, arrayBuffer: () => Promise.resolve(bytes) };
            case 'junk': return { size: 2, arrayBuffer: () => Promise.resolve('junk') };
            case 'throws': return { size: 2, arrayBuffer: thrown };
            default: return { get size() { thrown(); }, get type() { thrown(); } };
        }
    }
    export function socket_of_an_iframe(url) {
        const realm = foreign();
        return realm ? new realm.WebSocket(url) : undefined;
    }
    let encodings = 0;
    export function count_encodings() { return encodings; }
    export function break_encoder(how) {
        const { TextEncoder } = globalThis;
        const { encodeInto } = TextEncoder.prototype;
        const says = {
            throws: () => { throw new Error('encodeInto'); },
            nothing: () => ({ read: 0, written: 0 }),
            'too much': () => ({ read: 5e9, written: 5e9 }),
            nonsense: () => ({ read: NaN, written: 'x' }),
            bigint: () => ({ read: 5n, written: 5n }),
            undefined: () => undefined,
        }[how];
        if (says) {
            TextEncoder.prototype.encodeInto = (...args) => { encodings++; return says(...args); };
        } else {
            globalThis.TextEncoder = undefined;
        }
        return () => {
            globalThis.TextEncoder = TextEncoder;
            TextEncoder.prototype.encodeInto = encodeInto;
        };
    }
"#)]
extern "C" {
    /// An object of this kind that can come into this state; null if the engine has none.
    fn make(kind: &str, state: &str) -> JsValue;
    fn spoil(state: &str, object: &JsValue);
    fn overwrite(object: &JsValue);
    fn deliver(socket: &web_sys::WebSocket, data: &JsValue);
    fn liars() -> Vec<JsValue>;
    /// Puts another class in the place of a global one, and returns what puts it back.
    fn replace(name: &str) -> Function;
    fn polyfilled_blob(what: &str) -> JsValue;
    fn socket_of_an_iframe(url: &str) -> Option<web_sys::WebSocket>;
    fn break_encoder(how: &str) -> Function;
    fn count_encodings() -> u32;
}
