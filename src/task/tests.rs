//! The queue of waiters: by hand, against a model, and in a simulation of senders that share room.

#[cfg(all(feature = "remote", not(target_arch = "wasm32")))]
use std::{future::Future, pin::Pin, task::Poll};
use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    task::Wake,
};

use super::*;

#[cfg(not(target_arch = "wasm32"))]
mod model;
#[cfg(not(target_arch = "wasm32"))]
mod simulation;

/// A task that counts how often it is woken, and of which the wakers can be counted.
#[derive(Default)]
pub(crate) struct Task(AtomicUsize);

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Task {
    fn waker(self: &Arc<Self>) -> Waker {
        Arc::clone(self).into()
    }

    #[cfg(all(feature = "remote", not(target_arch = "wasm32")))]
    pub(crate) fn poll<F: Future + Unpin>(self: &Arc<Self>, future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(&self.waker()))
    }

    /// Whether it was woken since the last call.
    #[cfg(all(feature = "remote", not(target_arch = "wasm32")))]
    pub(crate) fn is_woken(&self) -> bool {
        self.0.swap(0, Ordering::Relaxed) > 0
    }

    fn woken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn has_wakers(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) > 1
    }
}

fn tasks<const N: usize>() -> [Arc<Task>; N] {
    std::array::from_fn(|_| Arc::default())
}

fn enter(waiters: &Waiters, ticket: &mut Option<Ticket>, task: &Arc<Task>) {
    waiters.enter(ticket, &Context::from_waker(&task.waker()));
}

#[test]
fn a_slot_wakes_the_last_task_once() {
    let [first, last] = tasks();
    let slot = WakerSlot::default();
    for task in [&first, &last, &last] {
        slot.register(&Context::from_waker(&task.waker()));
    }
    slot.wake();
    slot.wake();
    assert_eq!((first.woken(), last.woken()), (0, 1));
}

#[test]
fn a_newcomer_waits_behind_everybody_and_whoever_leaves_wakes_the_next() {
    let [one, two] = tasks();
    let (mut first, mut second) = (None, None);
    let waiters = Waiters::default();
    assert!(waiters.is_first(None));
    enter(&waiters, &mut first, &one);
    enter(&waiters, &mut second, &two);
    assert!(waiters.is_first(first) && !waiters.is_first(second) && !waiters.is_first(None));
    waiters.leave(&mut first);
    assert_eq!((one.woken(), two.woken(), first), (0, 1, None));
    assert!(waiters.is_first(second) && !waiters.is_first(None));
    waiters.leave(&mut second);
    assert!(waiters.is_empty() && waiters.is_first(None));
}

#[test]
fn only_the_first_is_woken_and_only_once_until_it_comes() {
    let [one, two] = tasks();
    let (mut first, mut second) = (None, None);
    let waiters = Waiters::default();
    enter(&waiters, &mut first, &one);
    enter(&waiters, &mut second, &two);
    waiters.wake_first();
    waiters.wake_first();
    assert_eq!((one.woken(), two.woken()), (1, 0));
    enter(&waiters, &mut first, &one);
    waiters.wake_first();
    assert_eq!((one.woken(), two.woken()), (2, 0));
}

#[test]
fn one_that_was_woken_and_did_not_come_is_passed_and_keeps_its_rank() {
    let [one, two, three] = tasks();
    let (mut first, mut second, mut third) = (None, None, None);
    let waiters = Waiters::default();
    enter(&waiters, &mut first, &one);
    enter(&waiters, &mut second, &two);
    waiters.wake_next();
    waiters.wake_next();
    assert_eq!((one.woken(), two.woken()), (1, 1));
    assert!(waiters.is_first(second));
    waiters.leave(&mut second);
    enter(&waiters, &mut third, &three);
    // It is polled at last, and there is no room for it.
    assert!(waiters.is_first(first));
    enter(&waiters, &mut first, &one);
    assert!(!waiters.is_first(third));
    waiters.wake_first();
    assert_eq!((one.woken(), three.woken()), (2, 0));
}

#[test]
fn one_that_waits_for_its_turn_is_never_passed() {
    let [one, two] = tasks();
    let (mut first, mut second) = (None, None);
    let waiters = Waiters::default();
    enter(&waiters, &mut first, &one);
    enter(&waiters, &mut second, &two);
    for round in 1..4 {
        waiters.wake_next();
        enter(&waiters, &mut first, &one);
        assert_eq!((one.woken(), two.woken()), (round, 0));
    }
}

#[test]
fn all_are_woken_at_once_and_no_waker_is_kept() {
    let all: [Arc<Task>; 5] = tasks();
    let waiters = Waiters::default();
    let mut tickets = [None; 5];
    for (task, ticket) in all.iter().zip(&mut tickets) {
        enter(&waiters, ticket, task);
    }
    waiters.wake_all();
    waiters.wake_all();
    for task in &all {
        assert_eq!((task.woken(), task.has_wakers()), (1, false));
    }
}

mod reentrance {
    use std::task::{RawWaker, RawWakerVTable};

    use super::*;

    thread_local! {
        static WAITERS: Waiters = Waiters::default();
        static SLOT: WakerSlot = WakerSlot::default();
        static CALLS: [Cell<usize>; 3] = const { [const { Cell::new(0) }; 3] };
    }

    const CLONE: usize = 0;
    const WAKE: usize = 1;
    const DROP: usize = 2;

    /// What a waker's own code may do to the queue in which it is.
    fn use_everything(what: usize) {
        // A thread's end drops wakers as well, when there are no queues any more.
        let _ = CALLS.try_with(|calls| {
            calls[what].set(calls[what].get() + 1);
            if calls.iter().map(Cell::get).sum::<usize>() > 1000 {
                return;
            }
            let _ = WAITERS.try_with(|waiters| {
                let mut ticket = None;
                let cx = Context::from_waker(Waker::noop());
                waiters.enter(&mut ticket, &cx);
                waiters.is_first(ticket);
                waiters.leave(&mut ticket);
                waiters.wake_first();
                waiters.is_empty();
            });
            let _ = SLOT.try_with(|slot| slot.register(&Context::from_waker(Waker::noop())));
        });
    }

    static VTABLE: RawWakerVTable = RawWakerVTable::new(
        |_| {
            use_everything(CLONE);
            RawWaker::new(std::ptr::null(), &VTABLE)
        },
        |_| use_everything(WAKE),
        |_| use_everything(WAKE),
        |_| use_everything(DROP),
    );

    fn waker() -> Waker {
        // SAFETY: no function of the table looks at the pointer.
        unsafe { Waker::from_raw(RawWaker::new(std::ptr::null(), &VTABLE)) }
    }

    #[test]
    fn nothing_is_borrowed_while_a_waker_is_cloned_woken_or_dropped() {
        let (one, two) = (waker(), waker());
        WAITERS.with(|waiters| {
            let (mut first, mut second) = (None, None);
            for waker in [&one, &two] {
                let cx = Context::from_waker(waker);
                waiters.enter(&mut first, &cx);
                waiters.enter(&mut second, &cx);
                // Its old waker is dropped: only that of the first is woken in between.
                waiters.enter(&mut second, &cx);
                waiters.enter(&mut first, &cx);
                waiters.wake_first();
                waiters.enter(&mut first, &cx);
                waiters.wake_next();
                waiters.wake_next();
                waiters.enter(&mut first, &cx);
                waiters.enter(&mut second, &cx);
                waiters.leave(&mut first);
                waiters.enter(&mut first, &cx);
                waiters.wake_all();
                waiters.enter(&mut second, &cx);
                waiters.leave(&mut first);
                waiters.leave(&mut second);
            }
            assert!(waiters.is_empty());
        });
        SLOT.with(|slot| {
            for waker in [&one, &two, &two] {
                slot.register(&Context::from_waker(waker));
            }
            slot.wake();
        });
        CALLS.with(|calls| assert!(calls.iter().all(|calls| calls.get() > 0), "{calls:?}"));
    }
}
