//! What the suite needs around a socket: the server's address and its memory, time limits, and
//! a guard against uncaught errors.

use std::{cell::RefCell, future::Future, pin::pin, rc::Rc};

use futures::{
    future::{self, Either},
    StreamExt,
};
use gloo_timers::future::TimeoutFuture;
use serde_json::Value;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_websocket::{BinaryType, Connection, Message, Transport, WebSocket};

#[cfg(not(target_arch = "wasm32"))]
pub(super) use super::native::{new_id, settle, within};

/// Where `scripts/test` started the server, or where `scripts/test --serve` does.
const SERVER: &str = match option_env!("WASM_WEBSOCKET_SERVER") {
    Some(server) => server,
    None => "ws://127.0.0.1:8911",
};

/// Longer than anything here takes, also on a busy machine.
const TIME_LIMIT_MS: u32 = 60_000;

/// Where a handshake goes unanswered for a while. Not for longer: Firefox holds back those that
/// follow at the same address, also when nobody wants this one any more.
pub(super) const SLOW_HANDSHAKE: &str = "/test/stall?then=accept&after=500";

/// The address of a socket of the server.
pub(super) fn url(path: &str) -> String {
    format!("{SERVER}{path}")
}

/// An open connection to a path of the server, with binary messages as bytes.
pub(super) async fn connect(path: &str) -> Connection {
    within(wasm_websocket::connect(&url(path))).await.unwrap()
}

/// The same over a transport of one's choice.
pub(super) async fn open(path: &str, transport: Transport) -> Connection {
    let builder = Connection::builder(&url(path)).transport(transport);
    within(builder.connect()).await.unwrap()
}

/// Makes each of these bodies a test on the standard's events and one on `WebSocketStream`,
/// which says so if the browser hasn't that.
///
/// With `in memory too;` in front there is a third one on a pair, in browsers and natively, for which
/// names mean those of `memory`. A body can be marked `#[sockets]`, if it needs a real server, or
/// `#[browsers]`, if it needs JavaScript.
#[allow(unused_macros)]
macro_rules! each_transport {
    (
        in memory too;
        $($(#[$only:ident])? async fn $name:ident($transport:ident: Transport) $body:block)+
    ) => {
        crate::suite::support::each_transport! {
            $(async fn $name($transport: Transport) $body)+
        }

        #[cfg(feature = "test-util")]
        mod in_memory {
            #[allow(unused_imports)]
            use super::{super::memory::{
                fill_the_network, open, server_saw_it_end, settle_tasks, slow, spawn_local,
                texts_at, turn, Connection, TimeoutFuture, UncaughtGuard,
            }, *};
            $(crate::suite::support::in_memory! { [$($only)?] $name $transport $body })+
        }
    };
    ($(async fn $name:ident($transport:ident: Transport) $body:block)+) => {
        mod by_events {
            $(
                #[wasm_bindgen_test::wasm_bindgen_test]
                async fn $name() {
                    super::$name(wasm_websocket::Transport::EVENTS).await;
                }
            )+
        }

        mod by_stream {
            $(
                #[wasm_bindgen_test::wasm_bindgen_test]
                async fn $name() {
                    if wasm_websocket::Transport::STREAM.is_supported() {
                        super::$name(wasm_websocket::Transport::STREAM).await;
                    } else {
                        let name = concat!(module_path!(), "::", stringify!($name));
                        wasm_bindgen_test::console_log!("{name} skipped: no WebSocketStream here");
                    }
                }
            )+
        }

        $(async fn $name($transport: Transport) $body)+
    };
}

/// A test on a pair, where there can be one.
#[allow(unused_macros)]
macro_rules! in_memory {
    ([sockets] $($test:tt)+) => {};
    ([browsers] $($test:tt)+) => {
        #[cfg(target_arch = "wasm32")]
        crate::suite::support::in_memory! { [] $($test)+ }
    };
    ([] $name:ident $transport:ident $body:block) => {
        #[cfg(target_arch = "wasm32")]
        #[wasm_bindgen_test::wasm_bindgen_test]
        async fn $name() {
            let $transport = wasm_websocket::Transport::EVENTS;
            $body
        }

        #[cfg(not(target_arch = "wasm32"))]
        #[core::prelude::v1::test]
        fn $name() {
            crate::suite::memory::run(async {
                let $transport = wasm_websocket::Transport::EVENTS;
                $body
            });
        }
    };
}

#[allow(unused_imports)]
pub(super) use {each_transport, in_memory};

/// These bytes in memory that threads share.
pub(super) fn shared_view(bytes: &[u8]) -> js_sys::Uint8Array {
    let descriptor = js_sys::Object::new();
    for (key, value) in [
        ("initial", JsValue::from(1)),
        ("maximum", JsValue::from(1)),
        ("shared", JsValue::from(true)),
    ] {
        js_sys::Reflect::set(&descriptor, &key.into(), &value).unwrap();
    }
    let memory = js_sys::WebAssembly::Memory::new(&descriptor).unwrap();
    let len = bytes.len() as u32;
    let view = js_sys::Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), 2, len);
    view.copy_from(bytes);
    view
}

/// The text that a message must be.
pub(super) fn text_of(message: &Message) -> String {
    message.as_text().unwrap().to_string()
}

/// An open socket, with binary messages as the browser has them.
pub(super) async fn open_socket(path: &str) -> WebSocket {
    let socket = WebSocket::new(&url(path)).unwrap();
    within(socket.on_open().next()).await.unwrap();
    socket
}

/// An open socket with `arraybuffer` set.
pub(super) async fn open_socket_for_bytes(path: &str) -> WebSocket {
    let socket = open_socket(path).await;
    socket.set_binary_type(BinaryType::ArrayBuffer);
    socket
}

/// The next message of a connection that must have one.
pub(super) async fn next(connection: &mut Connection) -> Message {
    within(connection.next()).await.unwrap().unwrap()
}

/// What `future` gives, or a failed test instead of one that hangs.
#[cfg(target_arch = "wasm32")]
pub(super) async fn within<F: Future>(future: F) -> F::Output {
    match future::select(pin!(future), TimeoutFuture::new(TIME_LIMIT_MS)).await {
        Either::Left((output, _)) => output,
        Either::Right(_) => panic!("nothing came within {TIME_LIMIT_MS} ms"),
    }
}

/// Lets tasks and events that are due happen.
#[cfg(target_arch = "wasm32")]
pub(super) async fn settle() {
    TimeoutFuture::new(50).await;
}

/// A name under which the server remembers one socket.
#[cfg(target_arch = "wasm32")]
pub(super) fn new_id() -> String {
    format!("{:016x}", (js_sys::Math::random() * 2f64.powi(53)) as u64)
}

/// What the server remembers of the socket with this `id`, as soon as it fits the condition.
pub(super) async fn server_remembers(id: &str, fits: impl Fn(&Value) -> bool) -> Value {
    within(async {
        loop {
            let memory = memory_of(id).await;
            if fits(&memory) {
                return memory;
            }
            TimeoutFuture::new(20).await;
        }
    })
    .await
}

/// What the server remembers once the socket is gone.
pub(super) async fn server_saw_it_end(id: &str) -> Value {
    server_remembers(id, |memory| {
        memory["seen"] == true && memory["open"] == false
    })
    .await
}

async fn memory_of(id: &str) -> Value {
    ask(&format!("/test/socket/{id}")).await
}

/// What the server answers to a plain request.
pub(super) async fn ask(path: &str) -> Value {
    answer(fetch(&http(path))).await
}

/// Has the server do something, by a plain request, and returns its answer.
pub(super) async fn tell(path: &str) -> Value {
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"method".into(), &"POST".into()).unwrap();
    answer(fetch_with(&http(path), &options)).await
}

/// How a hostile server can be: names of `opening` or `open` cases.
pub(super) async fn hostile_cases(kind: &str) -> Vec<String> {
    let cases = ask("/test/hostile").await;
    let names = cases[kind].as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// The address of a server that is hostile in this way.
pub(super) async fn hostile(case: &str) -> String {
    let opened = tell(&format!("/test/hostile?case={case}")).await;
    format!("ws://127.0.0.1:{}/", opened["port"])
}

fn http(path: &str) -> String {
    format!("{}{path}", SERVER.replacen("ws", "http", 1))
}

async fn answer(fetched: js_sys::Promise) -> Value {
    serde_json::from_str(&text_answer(fetched).await).unwrap()
}

/// What a server answered, as text.
pub(super) async fn text_answer(fetched: js_sys::Promise) -> String {
    let response: Response = JsFuture::from(fetched).await.unwrap().unchecked_into();
    let text = JsFuture::from(response.text()).await.unwrap();
    text.as_string().unwrap()
}

/// What the server's sink says.
pub(super) fn report_of(message: &Message) -> Value {
    serde_json::from_str(&text_of(message)).unwrap()
}

/// What the server's sink must say of one message of these bytes.
pub(super) fn report(opcode: &str, bytes: &[u8]) -> Value {
    serde_json::json!({
        "messages": 1,
        "text": u8::from(opcode == "text"),
        "binary": u8::from(opcode == "binary"),
        "bytes": bytes.len(),
        "sha256": format!("{:x}", Sha256::digest(bytes)),
    })
}

/// Says that a test tried so many things, for the page of figures.
pub(super) fn say_tried(number: usize, what: &str, transport: Transport) {
    let by = format!("{transport:?}").to_lowercase();
    wasm_bindgen_test::console_log!("tried: {number} {what}, by {by}");
}

/// Whether the runtime calls itself so: `Chrome`, `Firefox`, `Node.js` or `Deno`.
pub(super) fn runs_in(name: &str) -> bool {
    let get = |object: &JsValue, key: &str| js_sys::Reflect::get(object, &key.into()).unwrap();
    let navigator = get(&js_sys::global(), "navigator");
    let agent = get(&navigator, "userAgent").as_string().unwrap();
    agent.contains(name)
}

/// Fails the test if anything in this window, worker or process was thrown and not caught.
pub(super) struct UncaughtGuard {
    seen: Rc<RefCell<Vec<String>>>,
    listener: Closure<dyn FnMut(JsValue)>,
}

impl UncaughtGuard {
    pub(super) fn new() -> Self {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let listener = Closure::new({
            let seen = Rc::clone(&seen);
            move |thrown: JsValue| {
                let detail = ["message", "reason"]
                    .map(|key| js_sys::Reflect::get(&thrown, &key.into()).ok());
                seen.borrow_mut().push(format!("{thrown:?} {detail:?}"));
            }
        });
        listen_for_uncaught(&listener);
        Self { seen, listener }
    }

    /// To be called when all is over.
    pub(super) async fn check(self) {
        settle().await;
        assert_eq!(*self.seen.borrow(), [""; 0], "uncaught");
    }
}

impl Drop for UncaughtGuard {
    fn drop(&mut self) {
        stop_listening_for_uncaught(&self.listener);
    }
}

/// The global object tells in browsers, `process` in Node.
#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn listen_for_uncaught(listener: &Closure<dyn FnMut(JsValue)>);
    fn stop_listening_for_uncaught(listener: &Closure<dyn FnMut(JsValue)>);
}

#[wasm_bindgen]
extern "C" {
    pub(super) fn fetch(url: &str) -> js_sys::Promise;

    #[wasm_bindgen(js_name = fetch)]
    fn fetch_with(url: &str, options: &js_sys::Object) -> js_sys::Promise;

    pub(super) type Response;

    #[wasm_bindgen(method)]
    fn text(this: &Response) -> js_sys::Promise;

    #[wasm_bindgen(method, js_name = arrayBuffer)]
    pub(super) fn array_buffer(this: &Response) -> js_sys::Promise;
}

/// Puts a double in the place of a target's methods, or of all targets' by their prototype, which
/// counts what is added and removed, and otherwise works as before.
#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    pub(super) fn count_listeners(target: &web_sys::EventTarget) -> js_sys::Array;
    pub(super) fn stop_counting(target: &web_sys::EventTarget);
}
