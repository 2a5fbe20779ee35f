use std::{
    future::Future,
    pin::{pin, Pin},
    sync::Arc,
    task::Wake,
    thread::{self, Thread},
};

use proptest::prelude::*;

use super::{
    super::{
        Handle, RemoteClosed, RemoteConnection, RemoteFlush, RemoteOpening, RemoteReceiver,
        RemoteSender,
    },
    *,
};
use crate::task::tests::Task;

#[test]
fn the_handles_and_their_futures_can_go_to_any_thread() {
    fn assert_remote<T: Send + Sync + Unpin + 'static>() {}
    fn assert_future<T: Send + Sync>(_: fn(&'static RemoteSender) -> T) {}
    assert_remote::<RemoteConnection>();
    assert_remote::<RemoteOpening>();
    assert_future(|sender| sender.send("text"));
    assert_future(RemoteSender::close);
    assert_future(RemoteSender::flush);
    assert_future(RemoteSender::closed);
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

fn open() -> (RemoteSender, Arc<Shared>) {
    let shared = Arc::new(Shared::connecting());
    shared.set_open();
    (
        RemoteSender::new(Arc::new(Handle(Arc::clone(&shared)))),
        shared,
    )
}

fn full() -> (RemoteSender, Arc<Shared>) {
    let (sender, shared) = open();
    for i in 0..CAPACITY {
        let sent = Arc::<Task>::default().poll(&mut sender.send(i.to_string()));
        assert_eq!(sent, Poll::Ready(Ok(())));
    }
    (sender, shared)
}

/// The next message, if there is one.
fn take(shared: &Shared) -> Option<String> {
    match shared.next_order(true) {
        Some(Order::Do(Item::Message(OwnedMessage::Text(text)))) => Some(text),
        Some(Order::Yield) | None => None,
        _ => panic!("no message"),
    }
}

fn take_all(shared: &Shared) -> Vec<String> {
    std::iter::from_fn(|| take(shared)).collect()
}

fn queued(shared: &Shared) -> usize {
    shared.0.with(|state| state.outgoing.len())
}

fn nobody_waits(shared: &Shared) -> bool {
    shared.0.with(|state| {
        state.outgoing.nobody_waits() && state.watchers.is_empty() && state.flushing.is_empty()
    })
}

#[test]
fn threads_that_send_and_give_up_lose_nothing_and_keep_their_order() {
    const THREADS: usize = 8;
    const EACH: usize = 5000;
    let (sender, shared) = open();
    let senders: Vec<_> = (0..THREADS)
        .map(|thread| {
            let sender = sender.clone();
            thread::spawn(move || {
                let given_up = Arc::<Task>::default();
                for i in 0..EACH {
                    // Every third time a first call is given up, if it has to wait.
                    let mut first = sender.send(format!("{thread} {i}"));
                    if i % 3 == 0 && given_up.poll(&mut first).is_ready() {
                        continue;
                    }
                    drop(first);
                    block_on(sender.send(format!("{thread} {i}"))).unwrap();
                    if i % 100 == 0 {
                        block_on(sender.flush()).unwrap();
                    }
                }
                assert_eq!(Arc::strong_count(&given_up), 1);
            })
        })
        .collect();
    let mut next = [0; THREADS];
    let mut taken = 0;
    block_on(std::future::poll_fn(|cx| loop {
        shared.register_send_task(cx);
        assert!(queued(&shared) <= CAPACITY);
        match shared.next_order(true) {
            Some(Order::Do(Item::Message(OwnedMessage::Text(text)))) => {
                let (thread, i) = text.split_once(' ').unwrap();
                let thread: usize = thread.parse().unwrap();
                assert_eq!(i, next[thread].to_string());
                next[thread] += 1;
                taken += 1;
            }
            Some(Order::Do(Item::Flush(flush))) => shared.set_flushed(flush, Ok(())),
            Some(Order::Yield) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            // The last flush comes after the last message but 99.
            None if taken == THREADS * EACH => return Poll::Ready(()),
            None => return Poll::Pending,
            _ => panic!("nobody closes"),
        }
    }));
    for sender in senders {
        sender.join().unwrap();
    }
    assert_eq!(next, [EACH; THREADS]);
    assert!(nobody_waits(&shared));
}

#[test]
fn a_later_call_does_not_overtake_one_that_waits() {
    let (sender, shared) = full();
    let [a, b, c] = [
        Arc::<Task>::default(),
        Arc::<Task>::default(),
        Arc::<Task>::default(),
    ];
    let mut first = sender.send("a");
    let mut second = sender.send("b");
    assert!(a.poll(&mut first).is_pending() && b.poll(&mut second).is_pending());
    assert_eq!(take(&shared).as_deref(), Some("0"));
    assert!(a.is_woken() && !b.is_woken());
    let mut third = sender.send("c");
    assert!(
        c.poll(&mut third).is_pending(),
        "there is room, but not for it"
    );
    assert!(a.poll(&mut first).is_ready());
    assert!(!b.is_woken(), "no room");
    for task in [&b, &c] {
        take(&shared);
        assert!(task.is_woken());
        let future = if Arc::ptr_eq(task, &b) {
            &mut second
        } else {
            &mut third
        };
        assert!(task.poll(future).is_ready());
    }
    assert_eq!(take_all(&shared)[CAPACITY - 3..], ["a", "b", "c"]);
}

#[test]
fn who_is_woken_and_does_not_come_lets_others_pass_and_goes_first_later() {
    let (sender, shared) = full();
    let [a, b] = [Arc::<Task>::default(), Arc::<Task>::default()];
    let (mut first, mut second) = (sender.send("a"), sender.send("b"));
    assert!(a.poll(&mut first).is_pending() && b.poll(&mut second).is_pending());
    take(&shared);
    take(&shared);
    assert!(a.is_woken() && b.is_woken());
    assert!(b.poll(&mut second).is_ready());
    assert!(a.poll(&mut first).is_ready());
    assert_eq!(take_all(&shared)[CAPACITY - 2..], ["a", "b"]);
}

#[test]
fn more_who_do_not_come_than_there_is_room_hold_nobody_up() {
    let (sender, shared) = full();
    let dead = Arc::<Task>::default();
    let mut never_polled: Vec<_> = (0..3 * CAPACITY).map(|_| sender.send("dead")).collect();
    for future in &mut never_polled {
        assert!(dead.poll(future).is_pending());
    }
    let task = Arc::<Task>::default();
    let mut last = sender.send("last");
    assert!(task.poll(&mut last).is_pending());
    for _ in 0..10 * CAPACITY {
        shared.next_order(true);
    }
    assert!(task.is_woken() && task.poll(&mut last).is_ready());
    assert_eq!(take(&shared).as_deref(), Some("last"));
    drop(never_polled);
    assert_eq!(Arc::strong_count(&dead), 1);
}

#[test]
fn who_gives_up_leaves_nothing_and_passes_the_turn_on() {
    let (sender, shared) = full();
    let [a, b] = [Arc::<Task>::default(), Arc::<Task>::default()];
    let (mut first, mut second) = (sender.send("a"), sender.send("b"));
    assert!(a.poll(&mut first).is_pending() && b.poll(&mut second).is_pending());
    take(&shared);
    drop(first);
    assert!(b.is_woken() && b.poll(&mut second).is_ready());
    drop(second);
    for _ in 0..1000 {
        assert!(a.poll(&mut sender.send("given up")).is_pending());
    }
    assert!(nobody_waits(&shared));
    assert_eq!(Arc::strong_count(&a), 1);
    assert!(!take_all(&shared).contains(&"given up".to_owned()));
}

#[test]
fn a_flush_is_done_with_what_came_before_it() {
    let (sender, shared) = open();
    let task = Arc::<Task>::default();
    assert!(task.poll(&mut sender.send("before")).is_ready());
    let (mut flush, mut joined) = (sender.flush(), sender.flush());
    assert!(task.poll(&mut sender.send("after")).is_ready());
    assert_eq!(take(&shared).as_deref(), Some("before"));
    let Some(Order::Do(Item::Flush(ticket))) = shared.next_order(false) else {
        panic!("no flush");
    };
    assert!(task.poll(&mut flush).is_pending() && task.poll(&mut joined).is_pending());
    shared.set_flushed(ticket, Ok(()));
    assert!(task.is_woken());
    assert_eq!(task.poll(&mut flush), Poll::Ready(Ok(())));
    assert_eq!(task.poll(&mut joined), Poll::Ready(Ok(())));
    assert_eq!(take(&shared).as_deref(), Some("after"));
}

#[test]
fn a_flush_that_fails_fails_the_later_ones_and_no_earlier_one() {
    let (sender, shared) = open();
    let task = Arc::<Task>::default();
    let mut flushes = ["a", "b", "c"].map(|text| {
        assert!(task.poll(&mut sender.send(text)).is_ready());
        sender.flush()
    });
    let tickets: Vec<_> = std::iter::from_fn(|| shared.next_order(true))
        .filter_map(|order| match order {
            Order::Do(Item::Flush(ticket)) => Some(ticket),
            _ => None,
        })
        .collect();
    let error = Error::Overflow { dropped: 1 };
    shared.set_flushed(tickets[0], Ok(()));
    shared.set_flushed(tickets[1], Err(error.clone()));
    let results = flushes.each_mut().map(|flush| task.poll(flush));
    let failed = || Poll::Ready(Err(error.clone()));
    assert_eq!(results, [Poll::Ready(Ok(())), failed(), failed()]);
}

#[test]
fn closing_starts_with_the_call_and_ends_what_waits() {
    let (sender, shared) = full();
    let task = Arc::<Task>::default();
    let mut waiting = sender.send("waits");
    assert!(task.poll(&mut waiting).is_pending());
    drop(sender.close());
    let closing = Err(Error::NotOpen(ReadyState::Closing));
    assert!(task.is_woken());
    assert_eq!(task.poll(&mut waiting), Poll::Ready(closing.clone()));
    assert_eq!(task.poll(&mut sender.send("later")), Poll::Ready(closing));
    // What was sent before goes out first.
    assert_eq!(take_without_room(&shared), CAPACITY);
    assert!(matches!(
        shared.next_order(false),
        Some(Order::Close(Close::Plain))
    ));
}

fn take_without_room(shared: &Shared) -> usize {
    (0..CAPACITY)
        .filter(|_| matches!(shared.next_order(false), Some(Order::Do(Item::Message(_)))))
        .count()
}

#[test]
fn the_last_handle_that_is_dropped_closes() {
    let (sender, shared) = open();
    drop(sender.clone());
    assert!(shared.next_order(true).is_none());
    drop(sender);
    assert!(matches!(
        shared.next_order(true),
        Some(Order::Close(Close::Dropped))
    ));
}

#[test]
fn futures_that_are_dropped_leave_no_waker() {
    let (sender, shared) = full();
    let task = Arc::<Task>::default();
    for _ in 0..100 {
        let (mut closed, mut closing): (RemoteClosed, RemoteFlush) =
            (sender.closed(), sender.flush());
        assert!(task.poll(&mut closed).is_pending() && task.poll(&mut closing).is_pending());
    }
    assert!(nobody_waits(&shared));
    assert_eq!(Arc::strong_count(&task), 1);
}

#[test]
fn without_a_task_a_message_is_queued_or_given_back_and_overtakes_nobody() {
    let (sender, shared) = full();
    let task = Arc::<Task>::default();
    let mut waiting = sender.send("waits");
    assert!(task.poll(&mut waiting).is_pending());
    take(&shared);
    let error = sender.try_send("overtakes").unwrap_err();
    assert!(task.is_woken() && error.is_full());
    assert_eq!(error.into_message(), OwnedMessage::from("overtakes"));
    assert!(task.poll(&mut waiting).is_ready());
    take(&shared);
    sender.try_send("follows").unwrap();
    assert_eq!(take_all(&shared)[CAPACITY - 2..], ["waits", "follows"]);
    drop(sender.close());
    let error = sender.try_send("late").unwrap_err();
    assert_eq!(error.error(), Some(&Error::NotOpen(ReadyState::Closing)));
}

#[test]
fn without_a_task_what_arrived_is_received_and_wakers_stay() {
    let (_sender, shared) = open();
    let mut receiver = RemoteReceiver::new(Arc::new(Handle(Arc::clone(&shared))));
    let task = Arc::<Task>::default();
    assert!(shared
        .poll_next(&Context::from_waker(&Arc::clone(&task).into()))
        .is_pending());
    assert!(receiver.try_next().is_pending());
    shared.deliver(Ok("first".into()));
    assert!(task.is_woken());
    assert_eq!(
        receiver.try_next(),
        Poll::Ready(Some(Ok(OwnedMessage::from("first"))))
    );
    shared.set_incoming_ended();
    for _ in 0..2 {
        assert_eq!(receiver.try_next(), Poll::Ready(None));
    }
}

/// Uses the sender when it is woken and when it is dropped, which spins for ever in the lock.
struct Meddler(RemoteSender);

impl Wake for Meddler {
    fn wake(self: Arc<Self>) {
        drop(self.0.flush());
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        drop(self.0.flush());
    }
}

#[test]
fn wakers_are_woken_and_dropped_without_the_lock() {
    let (sender, shared) = full();
    let meddler = || Waker::from(Arc::new(Meddler(sender.clone())));
    let mut sending = sender.send("waits");
    let (mut flush, mut closed) = (sender.flush(), sender.closed());
    for _ in 0..2 {
        let waker = meddler();
        let mut cx = Context::from_waker(&waker);
        assert!(Pin::new(&mut sending).poll(&mut cx).is_pending());
        assert!(Pin::new(&mut flush).poll(&mut cx).is_pending());
        assert!(Pin::new(&mut closed).poll(&mut cx).is_pending());
        assert!(shared.poll_next(&cx).is_pending());
    }
    take(&shared);
    drop(sending);
    shared.set_flushed(0, Ok(()));
    shared.set_incoming_ended();
    drop(sender.close());
}

proptest! {
    #[test]
    fn tasks_that_come_when_woken_are_served_in_the_order_of_their_calls(
        steps in prop::collection::vec(0..10_usize, 0..400),
    ) {
        let (sender, shared) = open();
        let (mut waiting, mut expected, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        let mut calls = 0;
        for step in steps {
            match step {
                0..=4 => {
                    let (task, text) = (Arc::<Task>::default(), calls.to_string());
                    calls += 1;
                    let mut future = sender.send(text.clone());
                    match task.poll(&mut future) {
                        Poll::Ready(_) => expected.push(text),
                        Poll::Pending => waiting.push((task, future, text)),
                    }
                }
                // Gives up one of those that wait.
                5 if !waiting.is_empty() => drop(waiting.remove(calls % waiting.len())),
                _ => taken.extend(take(&shared)),
            }
            while let Some(index) = waiting.iter().position(|(task, _, _)| task.is_woken()) {
                let (task, mut future, text) = waiting.remove(index);
                match task.poll(&mut future) {
                    Poll::Ready(_) => expected.push(text),
                    Poll::Pending => waiting.insert(index, (task, future, text)),
                }
            }
            prop_assert!(queued(&shared) <= CAPACITY);
            prop_assert!(waiting.is_empty() || queued(&shared) == CAPACITY, "room is left");
        }
        prop_assert!(expected.is_sorted_by_key(|text| text.parse::<usize>().unwrap()));
        drop(waiting);
        prop_assert!(nobody_waits(&shared));
        taken.extend(take_all(&shared));
        prop_assert_eq!(taken, expected);
    }
}
