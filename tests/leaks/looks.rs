//! What is in use before and after many rounds.

use std::{any, ops::RangeFrom};

use futures::{future::join_all, FutureExt};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::console_log;
use wasm_websocket::Transport;

use super::{
    allocator::live_bytes,
    support::{connect, count_listeners, say_tried, settle, stop_counting, within},
};

/// Between two looks: a thousand with `scripts/test --full`.
pub(super) const ROUNDS: usize = match option_env!("WASM_WEBSOCKET_FULL") {
    Some(_) => 1000,
    None => 10,
};
/// Before the first look, at the most.
const WARM_UP: usize = 250;
/// How many rounds run at a time.
const TOGETHER: usize = 4;
pub(super) const LOOKS: usize = 12;

/// What JavaScript's heap may grow by between two looks, since code and its statistics come late.
pub(super) const HEAP: f64 = 6144.0;
/// And by a socket: a script's leave ten bytes each, too. One that is kept takes 40, which a thousand
/// rounds show.
pub(super) const HEAP_EACH: f64 = 24.0;

/// What is in use.
#[derive(Clone, Copy, Debug)]
struct Look {
    bytes: isize,
    handles: u32,
    listeners: u32,
    heap: Option<f64>,
}

impl Look {
    async fn at(listeners: &js_sys::Array) -> Self {
        settle().await;
        let heap = heap().await;
        Self {
            bytes: live_bytes(),
            handles: wasm_bindgen::externref_heap_live_count(),
            listeners: listeners.length(),
            heap,
        }
    }

    fn leaves_nothing_since(&self, before: &Self, heap: f64) -> bool {
        self.bytes == before.bytes
            && self.handles == before.handles
            && self.listeners == 0
            && self.heap_since(before) <= heap
    }

    fn heap_since(&self, before: &Self) -> f64 {
        let both = self.heap.zip(before.heap);
        both.map_or(0.0, |(now, then)| now - then)
    }
}

/// What is on JavaScript's heap when all garbage is gone, where a page may have it collected.
pub(super) async fn heap() -> Option<f64> {
    JsFuture::from(collected_heap()).await.unwrap().as_f64()
}

/// Does it some times to warm up, and then so often that nothing is left of that. What is made once
/// may still be made then, and a queue grow, but not each time, as a leak does.
///
/// Each round gets a number of its own.
pub(super) async fn assert_leaves_nothing(transport: Transport, once: impl AsyncFn(usize)) {
    assert_leaves_nothing_in(ROUNDS, HEAP_EACH, transport, once).await;
}

/// The same in so many rounds, of which each may leave so much on JavaScript's heap.
pub(super) async fn assert_leaves_nothing_in<F: AsyncFn(usize)>(
    rounds: usize,
    heap_each: f64,
    transport: Transport,
    once: F,
) {
    let everything = event_target_prototype();
    let listeners = count_listeners(&everything);
    let heap = HEAP + heap_each * rounds as f64;
    let mut numbers = 0..;
    let mut looks = Vec::with_capacity(LOOKS);
    go_round(rounds.min(WARM_UP), &mut numbers, &once).await;
    let mut before = Look::at(&listeners).await;
    looks.push(before);
    while looks.len() < LOOKS {
        go_round(rounds, &mut numbers, &once).await;
        let now = Look::at(&listeners).await;
        if now.leaves_nothing_since(&before, heap) {
            stop_counting(&everything);
            let what = format!("rounds of {}", name_of::<F>());
            say_tried(numbers.start, &what, transport);
            if let Some(all) = now.heap {
                let grown = now.heap_since(&before);
                console_log!("    JavaScript's heap: {grown:+} bytes in {rounds}, of {all}");
            }
            return;
        }
        looks.push(now);
        before = now;
    }
    panic!("after {rounds} rounds each: {looks:#?}");
}

async fn go_round(rounds: usize, numbers: &mut RangeFrom<usize>, once: &impl AsyncFn(usize)) {
    let numbers: Vec<_> = numbers.take(rounds).collect();
    for together in numbers.chunks(TOGETHER) {
        within(join_all(together.iter().map(|i| once(*i).boxed_local()))).await;
        // Chromium delays attempts when most of them fail, and browsers queue them, so that this one
        // waits for those that nobody awaited.
        within(connect("/echo").await.close()).await.unwrap();
    }
}

/// The name of the function that a closure is written in.
fn name_of<F>() -> String {
    let mut path = any::type_name::<F>().rsplit("::");
    let name = path.find(|part| *part != "{{closure}}");
    name.unwrap_or_default().replace('_', " ")
}

#[wasm_bindgen(inline_js = "
    export async function collected_heap() {
        if (!globalThis.gc) return;
        // From a task of its own, so that nothing on the stack is kept. Twice, since a socket is
        // collected in two steps.
        await gc({ type: 'major', execution: 'async' });
        await gc({ type: 'major', execution: 'async' });
        return performance.memory.usedJSHeapSize;
    }
    export function event_target_prototype() {
        return EventTarget.prototype;
    }
")]
extern "C" {
    fn collected_heap() -> js_sys::Promise;
    fn event_target_prototype() -> web_sys::EventTarget;
}
