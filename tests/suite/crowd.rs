//! What the tests need in which tasks compete: a server that is slow, a buffer that is full, and
//! turns of the event loop that no timer holds up.

use std::{
    cell::Cell,
    rc::Rc,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    task::{Wake, Waker},
};

use futures::{
    future::{self, Either},
    FutureExt,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_futures::JsFuture;
use wasm_websocket::{Connection, Sender, Transport};

#[cfg(not(target_arch = "wasm32"))]
use super::native::spawn_local;
use super::support::{ask, url, within};

pub(super) const LOW: u64 = 256 << 10;
pub(super) const HIGH: u64 = 512 << 10;
pub(super) const CHUNK: usize = 64 << 10;

/// A connection that pauses soon to the server's sink, which is asked for in this way.
pub(super) async fn slow(transport: Transport, query: &str) -> Connection {
    connect_slowly(transport, &url(&format!("/test/sink?{query}"))).await
}

/// The same to any address.
pub(super) async fn connect_slowly(transport: Transport, address: &str) -> Connection {
    let builder = Connection::builder(address).transport(transport);
    within(builder.send_watermarks(LOW, HIGH).connect())
        .await
        .unwrap()
}

/// A task that counts how often it is woken, and of which the wakers can be counted.
#[derive(Default)]
pub(super) struct Task(AtomicUsize);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Task {
    pub(super) fn waker(self: &Arc<Self>) -> Waker {
        Arc::clone(self).into()
    }

    pub(super) fn woken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sends chunks from a task of its own until it is stopped.
pub(super) struct Flood {
    sent: Rc<Cell<usize>>,
    is_stopped: Rc<Cell<bool>>,
}

impl Flood {
    pub(super) fn start(sender: &Sender) -> Self {
        let (sent, is_stopped) = (Rc::default(), Rc::<Cell<bool>>::default());
        let this = Self { sent, is_stopped };
        let (sender, sent, is_stopped) = (
            sender.clone(),
            Rc::clone(&this.sent),
            Rc::clone(&this.is_stopped),
        );
        spawn_local(async move {
            while !is_stopped.get() && sender.send(vec![0; CHUNK]).await.is_ok() {
                sent.set(sent.get() + 1);
            }
        });
        this
    }

    /// How many chunks it has sent.
    pub(super) fn sent(&self) -> usize {
        self.sent.get()
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.is_stopped.set(true);
    }
}

/// Sends until sending pauses, and says how many messages that took.
pub(super) fn fill(sender: &Sender) -> usize {
    let mut filled = 0;
    while let Some(sent) = sender.send(vec![0; CHUNK]).now_or_never() {
        sent.unwrap();
        filled += 1;
    }
    filled
}

/// The same until all is full on the way to a server that doesn't read: the network takes some
/// megabytes.
pub(super) async fn fill_the_network(sender: &Sender) {
    let send = || sender.send(vec![0; CHUNK]).boxed_local();
    let mut sending = send();
    while let Either::Left((sent, _)) = future::select(sending, TimeoutFuture::new(300)).await {
        sent.unwrap();
        sending = send();
    }
}

/// The texts that arrived at the server under this name, once there are so many.
pub(super) async fn texts_at(log: &str, count: usize) -> Vec<String> {
    within(async {
        loop {
            let answer = ask(&format!("/test/log/{log}")).await;
            let entries = answer["messages"].as_array().unwrap();
            if entries.len() >= count {
                let texts = entries.iter().map(|entry| entry["text"].as_str().unwrap());
                return texts.map(str::to_owned).collect();
            }
            TimeoutFuture::new(20).await;
        }
    })
    .await
}

/// A turn of the event loop.
pub(super) async fn turn() {
    JsFuture::from(next_turn()).await.unwrap();
}

/// Lets all tasks run that are due, within this turn.
pub(super) async fn settle_tasks() {
    for _ in 0..10 {
        let promise = Promise::resolve(&JsValue::UNDEFINED);
        JsFuture::from(promise).await.unwrap();
    }
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn next_turn() -> Promise;
}
