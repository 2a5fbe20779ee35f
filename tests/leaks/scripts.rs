//! What a script's own socket leaves on JavaScript's heap, and what ours does.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::Transport;

use super::{
    looks::{heap, HEAP, LOOKS, ROUNDS},
    support::{next, open, settle, url},
};

/// The least that the heap grew by between two looks, since the first rounds make code, and leave
/// statistics of it. Looks no further once it grew by no more than `enough`.
async fn growth(enough: f64, rounds: impl AsyncFn()) -> f64 {
    let mut before = f64::NAN;
    let mut least = f64::INFINITY;
    for _ in 0..LOOKS {
        rounds().await;
        settle().await;
        let now = heap().await.unwrap();
        least = least.min(now - before);
        if least <= enough {
            break;
        }
        before = now;
    }
    least
}

#[test]
async fn a_connection_leaves_no_more_on_the_heap_than_a_scripts_socket() {
    if heap().await.is_none() {
        let name = "a_connection_leaves_no_more_on_the_heap_than_a_scripts_socket";
        return console_log!("{}::{name} skipped: no gc() for pages here", module_path!());
    }
    let address = url("/echo");
    let script = growth(0.0, async || {
        JsFuture::from(use_sockets(&address, ROUNDS as u32))
            .await
            .unwrap();
    })
    .await;
    let enough = script + HEAP + 8.0 * ROUNDS as f64;
    for transport in [Transport::EVENTS, Transport::STREAM] {
        if !transport.is_supported() {
            continue;
        }
        let ours = growth(enough, async || {
            for _ in 0..ROUNDS {
                let mut connection = open("/echo", transport).await;
                connection.send("text").await.unwrap();
                next(&mut connection).await;
                connection.send(vec![1; 1000]).await.unwrap();
                next(&mut connection).await;
                connection.close().await.unwrap();
            }
        })
        .await;
        let grown = format!("{script:+} bytes by a script, {ours:+} by {transport:?}");
        console_log!("    JavaScript's heap in {ROUNDS} rounds: {grown}");
        assert!(ours <= enough, "{grown}");
    }
}

#[wasm_bindgen(inline_js = "
    const next = (socket, event) =>
        new Promise(done => socket.addEventListener(event, done, { once: true }));
    export async function use_sockets(url, rounds) {
        for (let i = 0; i < rounds; i++) {
            const socket = new WebSocket(url);
            socket.binaryType = 'arraybuffer';
            await next(socket, 'open');
            for (const message of ['text', new Uint8Array(1000).fill(1)]) {
                socket.send(message);
                await next(socket, 'message');
            }
            socket.close();
            await next(socket, 'close');
        }
    }
")]
extern "C" {
    fn use_sockets(url: &str, rounds: u32) -> js_sys::Promise;
}
