//! Several tasks at one connection whose server reads nothing any more, and then breaks off, or
//! closes while they wait.
//!
//! Only by events: see `Transport::STREAM` for what Chromium 156 does.

use std::{pin::pin, sync::Arc, task::Context};

use futures::{
    future::{join3, join_all},
    FutureExt, SinkExt, StreamExt,
};
use serde_json::{json, Value};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{CloseCode, Connection, Error, Message, ReadyState, Sender, Transport};

use super::{
    crowd::{connect_slowly, fill, fill_the_network, settle_tasks, Task, CHUNK, HIGH},
    support::{
        ask, new_id, runs_in, server_remembers, server_saw_it_end, settle, tell, url, within,
        UncaughtGuard,
    },
};

/// A way to the server that can be cut.
pub(super) struct Outlet(Value);

impl Outlet {
    pub(super) async fn open() -> Self {
        Self(tell("/test/outlet?unused=60000").await)
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("ws://127.0.0.1:{}{path}", self.0["port"])
    }

    fn id(&self) -> &str {
        self.0["id"].as_str().unwrap()
    }

    async fn connect(&self, path: &str) -> Connection {
        connect_slowly(Transport::EVENTS, &self.address(path)).await
    }

    pub(super) async fn set_mode(&self, mode: &str) {
        tell(&format!("/test/outlet/{}/mode?is={mode}", self.id())).await;
    }

    pub(super) async fn state(&self) -> Value {
        ask(&format!("/test/outlet/{}", self.id())).await
    }
}

/// A connection of which nothing is read, and everything on the way is full.
async fn stuck() -> (Outlet, Sender, wasm_websocket::Receiver) {
    let outlet = Outlet::open().await;
    let connection = outlet.connect("/test/sink?after=100000&pause=60000").await;
    let (sender, receiver) = connection.split();
    fill_the_network(&sender).await;
    (outlet, sender, receiver)
}

/// Sends by the method of a clone, or as a sink.
async fn send(i: usize, mut sender: Sender, text: &str) -> Result<(), Error> {
    match i % 2 {
        0 => sender.send(text).await,
        _ => SinkExt::<Message>::send(&mut sender, text.into()).await,
    }
}

fn assert_broke_off(result: &Result<(), Error>) {
    match result {
        Err(Error::Closed(event)) => {
            assert_eq!((event.code().as_u16(), event.was_clean()), (1006, false))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
async fn all_who_wait_are_told_that_the_connection_broke() {
    let guard = UncaughtGuard::new();
    let (outlet, sender, mut receiver) = stuck().await;
    let sending = join_all((0..10).map(|i| send(i, sender.clone(), "never")));
    let flushing = join_all((0..3).map(|_| sender.flush()));
    let breaking = async {
        settle().await;
        outlet.set_mode("stop").await;
    };
    let (sent, flushed, ()) = within(join3(sending, flushing, breaking)).await;
    sent.iter().chain(&flushed).for_each(assert_broke_off);
    assert!(matches!(
        within(receiver.next()).await,
        Some(Err(Error::Closed(_)))
    ));
    assert!(within(receiver.next()).await.is_none());
    // Those who come now are told of the state.
    let closed = Err(Error::NotOpen(ReadyState::Closed));
    for i in 0..2 {
        assert_eq!(within(send(i, sender.clone(), "late")).await, closed);
    }
    assert_broke_off(&within(sender.flush()).await);
    guard.check().await;
}

#[test]
async fn nothing_is_sent_or_kept_of_those_who_give_up_at_a_standstill() {
    let (outlet, sender, _receiver) = stuck().await;
    let buffered = sender.buffered_amount();
    assert!(buffered > 0 && buffered <= HIGH + CHUNK as u64);
    let task = Arc::new(Task::default());
    for polls in 1..6 {
        let mut all: Vec<_> = (0..10)
            .map(|i| send(i, sender.clone(), "never").boxed_local())
            .collect();
        for _ in 0..polls {
            for sending in &mut all {
                let waker = task.waker();
                let mut cx = Context::from_waker(&waker);
                assert!(sending.poll_unpin(&mut cx).is_pending());
            }
            settle().await;
        }
        // From the middle, the end and the front.
        for i in [5, 8, 0, 0, 5] {
            drop(all.remove(i));
        }
        drop(all);
        assert_eq!(Arc::strong_count(&task), 1, "wakers are kept");
    }
    assert_eq!(sender.buffered_amount(), buffered);
    outlet.set_mode("stop").await;
}

#[test]
async fn closing_at_a_standstill_tells_all_who_wait_at_once() {
    let guard = UncaughtGuard::new();
    let (outlet, sender, receiver) = stuck().await;
    let sending = join_all((0..10).map(|i| send(i, sender.clone(), "never")));
    let closing = async {
        settle_tasks().await;
        receiver.close_with(CloseCode::new(3001), "enough").unwrap();
        within(sender.send("late")).await
    };
    let (sent, late) = within(futures::future::join(sending, closing)).await;
    let is_closing = Err(Error::NotOpen(ReadyState::Closing));
    assert!(sent.iter().all(|result| *result == is_closing), "{sent:?}");
    assert_eq!(late, is_closing);
    // What was handed over before still waits, and then breaks.
    let breaking = async {
        settle().await;
        outlet.set_mode("stop").await;
    };
    let flushing = futures::future::join(sender.flush(), sender.closed());
    let ((flushed, closed), ()) = within(futures::future::join(flushing, breaking)).await;
    // In Firefox 153 the flush is done after the close, which is not explained yet.
    if !(runs_in("Firefox") && flushed.is_ok()) {
        assert_broke_off(&flushed);
    }
    assert_eq!(closed.code(), 1006);
    guard.check().await;
}

#[test]
async fn all_who_wait_when_the_server_closes_are_told() {
    let guard = UncaughtGuard::new();
    let connection = connect_slowly(Transport::EVENTS, &url("/test/close?code=3001&after=1")).await;
    let (sender, mut receiver) = connection.split();
    sender.send("now").await.unwrap();
    // More than is sent until the server has closed.
    sender.send(vec![0; 32 << 20]).await.unwrap();
    let sent = within(join_all((0..10).map(|i| send(i, sender.clone(), "never")))).await;
    for result in sent {
        match result {
            Err(Error::Closed(event)) => {
                assert_eq!((event.code().as_u16(), event.was_clean()), (3001, true))
            }
            Err(Error::NotOpen(ReadyState::Closing)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(within(receiver.next()).await.is_none());
    guard.check().await;
}

#[test]
async fn everything_can_be_dropped_while_others_wait_at_a_standstill() {
    let guard = UncaughtGuard::new();
    for receiver_first in [false, true] {
        let (outlet, sender, receiver) = stuck().await;
        let closed = sender.closed();
        let clone = sender.clone();
        let mut waits = pin!(clone.send("never"));
        assert!(waits.as_mut().now_or_never().is_none());
        let mut flushes = Box::pin(sender.flush());
        assert!(flushes.as_mut().now_or_never().is_none());
        drop(flushes);
        let mut sink = sender.clone();
        assert!(SinkExt::<Message>::feed(&mut sink, "never".into())
            .now_or_never()
            .is_none());
        match receiver_first {
            true => drop((receiver, sender)),
            false => drop((sender, receiver)),
        }
        drop(sink);
        assert!(waits.as_mut().now_or_never().is_none());
        outlet.set_mode("stop").await;
        assert_broke_off(&within(waits).await);
        assert_eq!(within(closed).await.code(), 1006);
    }
    guard.check().await;
}

#[test]
async fn a_server_that_goes_on_gets_each_message_once_and_in_order() {
    let id = new_id();
    let outlet = Outlet::open().await;
    let path = format!("/test/sink?after=100000&pause=3&id={id}");
    let (sender, _receiver) = outlet.connect(&path).await.split();
    let filled = fill(&sender);
    // Some give up at each poll, and some go on.
    let sending = (0..40).map(|i| {
        let sending = send(i, sender.clone(), "text");
        async move {
            let mut sending = pin!(sending);
            match i % 4 {
                0 => (&mut sending).now_or_never(),
                1 => {
                    let tick = pin!(settle_tasks());
                    let first = futures::future::select(sending, tick).await;
                    match first {
                        futures::future::Either::Left((sent, _)) => Some(sent),
                        futures::future::Either::Right(_) => None,
                    }
                }
                _ => Some(sending.await),
            }
        }
    });
    let sent = within(join_all(sending)).await;
    let sent = sent.into_iter().flatten().map(Result::unwrap).count();
    assert!((20..40).contains(&sent));
    within(sender.close()).await.unwrap();
    let story = server_saw_it_end(&id).await;
    assert_eq!(story["messages"], json!(filled + sent));
    server_remembers(&id, |story| story["aborted"] == false).await;
}
