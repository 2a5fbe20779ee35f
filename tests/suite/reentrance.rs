//! Code of the caller's that runs inside the crate's: wakers that use the connection when they are
//! cloned, woken or dropped, and values whose drop lets go of it.

use std::{
    cell::{Cell, RefCell},
    future::{poll_fn, Future},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, RawWaker, RawWakerVTable, Waker},
};

use futures::{FutureExt, Sink, Stream, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Message, Sender, Transport, WebSocket};

use super::{
    crowd::{fill, slow, CHUNK},
    support::{each_transport, open, open_socket, settle, within, UncaughtGuard},
};

const CLONE: usize = 0;
const WAKE: usize = 1;
const DROP: usize = 2;

thread_local! {
    /// What wakers do, and how often each of the three was done.
    static HOOK: RefCell<Option<Rc<dyn Fn(usize)>>> = const { RefCell::new(None) };
    static CALLS: [Cell<usize>; 3] = const { [const { Cell::new(0) }; 3] };
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A hook that is taken off at the end.
struct Hooked;

impl Hooked {
    fn new(hook: impl Fn(usize) + 'static) -> Self {
        HOOK.set(Some(Rc::new(hook)));
        CALLS.with(|calls| calls.iter().for_each(|calls| calls.set(0)));
        Self
    }

    fn calls(&self, what: usize) -> usize {
        CALLS.with(|calls| calls[what].get())
    }

    fn assert_all_were_called(&self) {
        for what in [CLONE, WAKE, DROP] {
            assert!(self.calls(what) > 0, "{what}");
        }
    }
}

impl Drop for Hooked {
    fn drop(&mut self) {
        let hook = HOOK.take();
        drop(hook);
    }
}

fn call(what: usize) {
    CALLS.with(|calls| calls[what].set(calls[what].get() + 1));
    let hook = HOOK.with_borrow(Clone::clone);
    // What the hook itself wakes calls no hook again.
    if let Some(hook) = hook.filter(|_| DEPTH.get() == 0) {
        DEPTH.set(1);
        hook(what);
        DEPTH.set(0);
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |task| {
        call(CLONE);
        RawWaker::new(task, &VTABLE)
    },
    |_| call(WAKE),
    |_| call(WAKE),
    |_| call(DROP),
);

/// The waker of one of several tasks, which runs the hook.
fn waker(task: usize) -> Waker {
    let task = std::ptr::without_provenance(task);
    // SAFETY: no function of the table looks at what the pointer points to.
    unsafe { Waker::from_raw(RawWaker::new(task, &VTABLE)) }
}

/// Polls from two tasks in turn, so that a waker is cloned, kept, replaced and dropped.
fn assert_pending<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) {
    let wakers = [waker(1), waker(2)];
    for task in [0, 0, 1, 0, 1] {
        assert!(poll(&mut Context::from_waker(&wakers[task])).is_pending());
    }
}

fn assert_pending_future(future: &mut (impl Future + Unpin)) {
    assert_pending(|cx| Pin::new(&mut *future).poll(cx).map(drop));
}

/// Does to a connection whatever a waker's code may do.
fn use_everything(sender: &Sender) {
    let mut sink = sender.clone();
    let mut cx = Context::from_waker(Waker::noop());
    let _ = Sink::<Message>::poll_ready(Pin::new(&mut sink), &mut cx).is_ready();
    let _ = sender.send(vec![0; CHUNK]).now_or_never();
    let _ = sender.flush().now_or_never();
    let _ = sender.closed().now_or_never();
    let _ = sender.buffered_amount();
    let _ = format!("{sender:?}");
}

fn using(sender: &Sender) -> Hooked {
    let sender = sender.clone();
    Hooked::new(move |_| use_everything(&sender))
}

each_transport! {
    async fn wakers_may_use_the_connection_while_it_is_read(transport: Transport) {
        let guard = UncaughtGuard::new();
        let (sender, mut receiver) = open("/echo", transport).await.split();
        let hooked = using(&sender);
        assert_pending(|cx| Pin::new(&mut receiver).poll_next(cx));
        sender.send("text").await.unwrap();
        within(receiver.next()).await.unwrap().unwrap();
        hooked.assert_all_were_called();
        assert_pending(|cx| loop {
            // The echoes of what the hook sent.
            match Pin::new(&mut receiver).poll_next(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                polled => return polled,
            }
        });
        within(sender.close()).await.unwrap();
        drop(hooked);
        guard.check().await;
    }

    async fn wakers_may_use_the_connection_while_senders_wait(transport: Transport) {
        let guard = UncaughtGuard::new();
        let (sender, receiver) = slow(transport, "after=1000000").await.split();
        for round in 0..3 {
            let hooked = using(&sender);
            fill(&sender);
            let (one, two, mut sink) = (sender.clone(), sender.clone(), sender.clone());
            let mut sends = [one.send("one").boxed_local(), two.send("two").boxed_local()];
            let mut flushes = [one.flush().boxed_local(), two.flush().boxed_local()];
            for sending in &mut sends {
                assert_pending_future(sending);
            }
            assert_pending(|cx| Sink::<Message>::poll_ready(Pin::new(&mut sink), cx));
            for flushing in &mut flushes {
                assert_pending_future(flushing);
            }
            match round {
                0 => {
                    let [first, _] = sends;
                    within(first).await.unwrap();
                    hooked.assert_all_were_called();
                }
                1 => {
                    // Each is dropped while others wait.
                    drop((sends, sink, flushes));
                    settle().await;
                    hooked.assert_all_were_called();
                }
                _ => {
                    receiver.close_with(3001.into(), "").unwrap();
                    within(sender.closed()).await;
                    hooked.assert_all_were_called();
                    drop((flushes, sink, sends));
                }
            }
        }
        guard.check().await;
    }

    async fn wakers_may_use_the_connection_while_its_end_is_awaited(transport: Transport) {
        let guard = UncaughtGuard::new();
        let connection = open("/test/close?code=3001&after=1", transport).await;
        let (sender, mut receiver) = connection.split();
        let mut ends: Vec<_> = (0..4).map(|_| sender.closed()).collect();
        let hooked = {
            let sender = sender.clone();
            Hooked::new(move |what| {
                // The close of another waiter's future, while this one's waker is in use.
                drop((sender.closed(), sender.clone()));
                if what == WAKE {
                    use_everything(&sender);
                }
            })
        };
        for closed in &mut ends {
            assert_pending_future(closed);
        }
        assert_pending(|cx| Pin::new(&mut receiver).poll_next(cx));
        drop(ends.remove(1));
        sender.send("now").await.unwrap();
        for closed in ends {
            assert_eq!(within(closed).await.code(), 3001);
        }
        hooked.assert_all_were_called();
        let mut closing = sender.close().boxed_local();
        assert!((&mut closing).now_or_never().is_some());
        drop(hooked);
        guard.check().await;
    }
}

#[test]
async fn wakers_may_use_the_socket_whose_events_they_wait_for() {
    let guard = UncaughtGuard::new();
    let socket = open_socket("/echo").await;
    let (mut messages, mut closes) = (socket.on_message(), socket.on_close());
    let hooked = {
        let socket = socket.clone();
        Hooked::new(move |_| {
            let mut more = socket.on_message();
            assert!(more.next().now_or_never().is_none_or(|next| next.is_none()));
            drop((more, socket.on_close()));
            let _ = format!("{socket:?}");
        })
    };
    assert_pending(|cx| Pin::new(&mut messages).poll_next(cx));
    assert_pending(|cx| Pin::new(&mut closes).poll_next(cx));
    socket.send("text").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "text");
    assert_pending(|cx| Pin::new(&mut messages).poll_next(cx));
    socket.close();
    assert!(within(messages.next()).await.is_none());
    assert!(within(closes.next()).await.is_some());
    hooked.assert_all_were_called();
    drop(hooked);
    guard.check().await;
}

#[test]
async fn what_happens_while_a_waker_is_cloned_is_not_missed() {
    let init = web_sys::MessageEventInit::new();
    init.set_data(&"meanwhile".into());
    let event = web_sys::MessageEvent::new_with_event_init_dict("message", &init).unwrap();
    let dispatching = |socket: &WebSocket| {
        let (raw, event) = (socket.as_raw().clone(), event.clone());
        Hooked::new(move |what| {
            if what == CLONE {
                assert!(raw.dispatch_event(&event).unwrap());
            }
        })
    };
    let socket = open_socket("/echo").await;
    let mut messages = socket.on_message();
    let hooked = dispatching(&socket);
    let polled = Pin::new(&mut messages).poll_next(&mut Context::from_waker(&waker(1)));
    assert!(polled.is_ready() || hooked.calls(WAKE) > 0);
    drop((messages, hooked));

    let mut connection = within(socket.clone().open()).await.unwrap();
    let hooked = dispatching(&socket);
    let polled = Pin::new(&mut connection).poll_next(&mut Context::from_waker(&waker(1)));
    assert!(polled.is_ready() || hooked.calls(WAKE) > 0);
}

#[cfg(feature = "trace")]
#[test]
async fn an_observer_that_uses_the_connection_when_it_is_dropped_is_harmless() {
    struct UsesIt(Rc<RefCell<Option<Sender>>>, Rc<Cell<bool>>);

    impl Drop for UsesIt {
        fn drop(&mut self) {
            if let Some(sender) = self.0.take() {
                use_everything(&sender);
                self.1.set(true);
            }
        }
    }

    let guard = UncaughtGuard::new();
    let (slot, dropped) = (Rc::default(), Rc::new(Cell::new(false)));
    let owned = UsesIt(Rc::clone(&slot), Rc::clone(&dropped));
    let other = open("/echo", Transport::EVENTS).await;
    let builder = wasm_websocket::Connection::builder(&super::support::url("/test/close?after=1"));
    let connection = builder.observe(move |_| _ = &owned).connect();
    let connection = within(connection).await.unwrap();
    slot.replace(Some(other.split().0));
    connection.send("now").await.unwrap();
    within(connection.closed()).await;
    drop(connection);
    within(poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if dropped.get() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }))
    .await;
    guard.check().await;
}

#[cfg(feature = "reconnect")]
mod reconnecting {
    use std::{
        error::Error,
        fmt,
        sync::{Arc, Mutex},
        time::Duration,
    };

    use wasm_bindgen_test::wasm_bindgen_test as test;
    use wasm_websocket::{Policy, Reconnecting};

    use super::super::support::url;
    use super::*;

    /// An error with which its owner lets go of the socket.
    struct LetsGo(Arc<Mutex<Option<Reconnecting>>>);

    impl Drop for LetsGo {
        fn drop(&mut self) {
            let socket = self.0.lock().unwrap().take();
            drop(socket);
        }
    }

    impl fmt::Debug for LetsGo {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("LetsGo")
        }
    }

    impl fmt::Display for LetsGo {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("there is no address")
        }
    }

    impl Error for LetsGo {}

    #[test]
    async fn an_error_whose_drop_lets_go_of_the_socket_ends_it() {
        let guard = UncaughtGuard::new();
        let slot = Arc::new(Mutex::new(None));
        let address = {
            let slot = Arc::clone(&slot);
            move || {
                let error = LetsGo(Arc::clone(&slot));
                async move { Err(error.into()) }
            }
        };
        let delay = Duration::from_millis(20);
        let socket = Reconnecting::with_address(address)
            .policy(Policy::new().initial(delay).cap(delay))
            .start();
        let mut states = socket.states();
        *slot.lock().unwrap() = Some(socket);
        // Nobody reads, so that the second end takes the place of the first.
        within(async { while states.next().await.is_some() {} }).await;
        assert!(slot.lock().unwrap().is_none());
        guard.check().await;
    }

    #[test]
    async fn wakers_may_use_the_socket_that_comes_back() {
        let guard = UncaughtGuard::new();
        let mut socket = Reconnecting::builder(&url("/echo")).start();
        let sender = socket.sender();
        let mut states = socket.states();
        let hooked = {
            let sender = sender.clone();
            Hooked::new(move |_| {
                let _ = sender.send("hook").now_or_never();
                let _ = format!("{sender:?}");
            })
        };
        within(states.next()).await.unwrap();
        assert_pending(|cx| Pin::new(&mut states).poll_next(cx));
        assert_pending(|cx| Pin::new(&mut socket).poll_next(cx));
        while !matches!(
            within(socket.next()).await,
            Some(wasm_websocket::Event::Message(_))
        ) {}
        hooked.assert_all_were_called();
        drop(hooked);
        within(socket.close()).await;
        guard.check().await;
    }
}
