//! Thousands of connections that follow each other: nothing stays behind of those that went.

#![cfg(all(target_arch = "wasm32", feature = "reconnect"))]

use std::time::Duration;

use futures::{future::join_all, StreamExt};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};
use wasm_websocket::{Event, Policy, Reconnecting};

#[path = "suite/allocator.rs"]
mod allocator;
#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

use allocator::live_bytes;
use support::{count_listeners, settle, url, within};

wasm_bindgen_test_configure!(run_in_browser);

const SOCKETS: usize = 5;
const BATCHES: usize = 5;
/// Ten thousand with `scripts/test --full`, and otherwise a tenth of it.
const ALL_RECONNECTS: usize = match option_env!("WASM_WEBSOCKET_FULL") {
    Some(_) => 10_000,
    None => 1_000,
};
/// Of each socket in each batch.
const RECONNECTS: usize = ALL_RECONNECTS / SOCKETS / BATCHES;

async fn reconnect(socket: &mut Reconnecting) {
    for _ in 0..RECONNECTS {
        loop {
            match within(socket.next()).await {
                Some(Event::Message(message)) if message == "hello" => break,
                Some(Event::Opened | Event::Down { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        socket.reconnect_now();
    }
    while !matches!(within(socket.next()).await, Some(Event::Message(_))) {}
}

#[test]
async fn thousands_of_reconnects_leave_no_byte_and_no_listener() {
    let window = web_sys::EventTarget::from(JsValue::from(js_sys::global()));
    let listeners = count_listeners(&window);
    let start = |_| {
        let policy = Policy::new().initial(Duration::ZERO);
        let builder = Reconnecting::builder(&url("/test/greet?text=hello"));
        builder.policy(policy).start()
    };
    let mut sockets: Vec<_> = (0..SOCKETS).map(start).collect();
    let mut bytes = [0; BATCHES];
    for bytes in &mut bytes {
        join_all(sockets.iter_mut().map(reconnect)).await;
        settle().await;
        *bytes = live_bytes();
        for socket in &sockets {
            socket.reconnect_now();
        }
    }
    // The first of them is warming up.
    assert!(bytes[1..].iter().all(|live| *live == bytes[1]), "{bytes:?}");
    assert!(listeners.length() > 0);
    drop(sockets);
    settle().await;
    assert_eq!(listeners.length(), 0);
}
