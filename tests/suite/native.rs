//! An executor for tests without a browser. Its clock jumps to the next timer once no task can go on,
//! so that no test waits, and one that would hang fails at once.

use std::{
    cell::{Cell, RefCell},
    future::{poll_fn, Future},
    rc::Rc,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    task::{Context, Poll},
};

use futures::{
    channel::oneshot,
    future::LocalBoxFuture,
    stream::FuturesUnordered,
    task::{waker, ArcWake},
    FutureExt, StreamExt,
};

/// In milliseconds of the clock.
const TIME_LIMIT: u64 = 600_000;

/// Tasks that wake themselves all the time keep the clock for so many rounds.
const MAX_ROUNDS: u32 = 100;

#[derive(Default)]
struct Runtime {
    spawned: Vec<LocalBoxFuture<'static, ()>>,
    now: u64,
    timers: Vec<(u64, oneshot::Sender<()>)>,
    ids: u64,
}

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::default();
}

#[derive(Default)]
struct Woken(AtomicBool);

impl ArcWake for Woken {
    fn wake_by_ref(this: &Arc<Self>) {
        this.0.store(true, Ordering::Relaxed);
    }
}

/// Runs a test.
pub(crate) fn run(test: impl Future<Output = ()> + 'static) {
    let ids = RUNTIME.take().ids;
    RUNTIME.set(Runtime {
        ids,
        ..Runtime::default()
    });
    let is_done = Rc::new(Cell::new(false));
    spawn_local({
        let is_done = Rc::clone(&is_done);
        async move {
            test.await;
            is_done.set(true);
        }
    });
    let (mut tasks, woken) = (FuturesUnordered::new(), Arc::new(Woken::default()));
    let waker = waker(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    let mut rounds = 0;
    loop {
        while let Poll::Ready(Some(())) = tasks.poll_next_unpin(&mut cx) {}
        if is_done.get() {
            return;
        }
        let spawned = RUNTIME.with_borrow_mut(|runtime| std::mem::take(&mut runtime.spawned));
        rounds += 1;
        if !spawned.is_empty() || woken.0.swap(false, Ordering::Relaxed) && rounds < MAX_ROUNDS {
            tasks.extend(spawned);
            continue;
        }
        rounds = 0;
        let due = RUNTIME.with_borrow_mut(Runtime::jump);
        for timer in due {
            let _ = timer.send(());
        }
    }
}

impl Runtime {
    /// Goes on to the next timer and returns what is due then.
    fn jump(&mut self) -> Vec<oneshot::Sender<()>> {
        let next = self.timers.iter().map(|(at, _)| *at).min();
        self.now = next.expect("nothing more happens");
        assert!(self.now < TIME_LIMIT, "nothing came in time");
        let timers = std::mem::take(&mut self.timers).into_iter();
        let (due, later): (Vec<_>, _) = timers.partition(|(at, _)| *at == self.now);
        self.timers = later;
        due.into_iter().map(|(_, timer)| timer).collect()
    }
}

pub(super) fn spawn_local(task: impl Future<Output = ()> + 'static) {
    RUNTIME.with_borrow_mut(|runtime| runtime.spawned.push(task.boxed_local()));
}

pub(super) struct TimeoutFuture;

impl TimeoutFuture {
    #[allow(clippy::new_ret_no_self)]
    pub(super) fn new(milliseconds: u32) -> impl Future<Output = ()> {
        let (timer, fired) = oneshot::channel();
        RUNTIME.with_borrow_mut(|runtime| {
            let at = runtime.now + u64::from(milliseconds.max(1));
            runtime.timers.push((at, timer));
        });
        async { fired.await.unwrap() }
    }
}

pub(super) async fn within<F: Future>(future: F) -> F::Output {
    future.await
}

pub(super) async fn settle() {
    TimeoutFuture::new(50).await;
}

pub(super) async fn turn() {
    TimeoutFuture::new(0).await;
}

pub(super) async fn settle_tasks() {
    for _ in 0..10 {
        let mut is_first = true;
        poll_fn(|cx| match std::mem::take(&mut is_first) {
            true => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            false => Poll::Ready(()),
        })
        .await;
    }
}

pub(super) fn new_id() -> String {
    RUNTIME.with_borrow_mut(|runtime| {
        runtime.ids += 1;
        runtime.ids.to_string()
    })
}

/// A test whose task panics fails anyway.
pub(super) struct UncaughtGuard;

impl UncaughtGuard {
    pub(super) fn new() -> Self {
        Self
    }

    pub(super) async fn check(self) {}
}
