//! The caller's code panics, and the rest goes on: built with `-Cpanic=unwind`.

#![cfg(all(target_arch = "wasm32", panic = "unwind"))]

use std::{any::Any, cell::RefCell, future::Future, panic::AssertUnwindSafe, pin::pin, rc::Rc};

use futures::{
    future::{self, Either},
    FutureExt, StreamExt,
};
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use wasm_websocket::{Connection, Content, Message, Outgoing, Transport};

#[path = "unwind/connections.rs"]
mod connections;
#[path = "unwind/observers.rs"]
mod observers;
#[path = "unwind/reconnecting.rs"]
mod reconnecting;
#[path = "unwind/tasks.rs"]
mod tasks;

wasm_bindgen_test_configure!(run_in_browser);

const SERVER: &str = match option_env!("WASM_WEBSOCKET_SERVER") {
    Some(server) => server,
    None => "ws://127.0.0.1:8911",
};

const ON_PURPOSE: &str = "panicked on purpose";

fn url(path: &str) -> String {
    format!("{SERVER}{path}")
}

/// The transports of this browser.
fn transports() -> impl Iterator<Item = Transport> {
    let both = [Transport::EVENTS, Transport::STREAM];
    both.into_iter()
        .filter(|transport| transport.is_supported())
}

async fn open(path: &str, transport: Transport) -> Connection {
    let builder = Connection::builder(&url(path)).transport(transport);
    within(builder.connect()).await.unwrap()
}

/// Sends a text, and has it come back.
async fn assert_echoes(connection: &mut Connection, text: &str) {
    within(connection.send(text)).await.unwrap();
    let echo = within(connection.next()).await.unwrap().unwrap();
    assert_eq!(echo, text);
}

async fn assert_closes(mut connection: Connection) {
    within(connection.close()).await.unwrap();
    assert!(within(connection.next()).await.is_none());
}

fn panic_on_purpose() -> ! {
    std::panic::panic_any(ON_PURPOSE)
}

/// What becomes a message in vain.
struct NoMessage;

impl From<NoMessage> for Message {
    fn from(_: NoMessage) -> Self {
        panic_on_purpose()
    }
}

impl Outgoing for NoMessage {
    fn content(&self) -> Content<'_> {
        panic_on_purpose()
    }
}

/// Waits for a future that must panic.
async fn panics<F: Future>(future: F) {
    let panic: Box<dyn Any> = match within(AssertUnwindSafe(future).catch_unwind()).await {
        Ok(_) => panic!("it did not panic"),
        Err(panic) => panic,
    };
    assert_eq!(panic.downcast_ref(), Some(&ON_PURPOSE));
}

async fn within<F: Future>(future: F) -> F::Output {
    match future::select(pin!(future), pin!(sleep(20_000))).await {
        Either::Left((output, _)) => output,
        Either::Right(_) => panic!("nothing came within 20 s"),
    }
}

async fn sleep(delay_ms: i32) {
    JsFuture::from(sleeping(delay_ms)).await.unwrap();
}

/// A connection that has nothing to do with what panics, and what the browser reports as uncaught.
struct Bystander {
    connection: Connection,
    uncaught: Rc<RefCell<Vec<String>>>,
    listener: Closure<dyn FnMut(JsValue)>,
}

impl Bystander {
    async fn new() -> Self {
        let uncaught = Rc::new(RefCell::new(Vec::new()));
        let listener = Closure::own_assert_unwind_safe({
            let uncaught = Rc::clone(&uncaught);
            move |event: JsValue| {
                let message = Reflect::get(&event, &"message".into()).unwrap();
                let message = message.as_string().unwrap_or_default();
                uncaught.borrow_mut().push(message);
            }
        });
        add_event_listener("error", &listener);
        Self {
            connection: open("/echo", Transport::EVENTS).await,
            uncaught,
            listener,
        }
    }

    /// All is as before, and so many panics were reported.
    async fn check(mut self, panics: usize) {
        assert_echoes(&mut self.connection, "still here").await;
        sleep(50).await;
        let uncaught = self.uncaught.take();
        assert_eq!(uncaught.len(), panics, "{uncaught:?}");
        let is_known = |message: &String| message.contains(ON_PURPOSE);
        assert!(uncaught.iter().all(is_known), "{uncaught:?}");
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        remove_event_listener("error", &self.listener);
    }
}

#[wasm_bindgen(inline_js = "
    export function sleeping(delay) {
        return new Promise((resolve) => setTimeout(resolve, delay));
    }
")]
extern "C" {
    fn sleeping(delay_ms: i32) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = addEventListener)]
    fn add_event_listener(event: &str, listener: &Closure<dyn FnMut(JsValue)>);

    #[wasm_bindgen(js_name = removeEventListener)]
    fn remove_event_listener(event: &str, listener: &Closure<dyn FnMut(JsValue)>);
}
