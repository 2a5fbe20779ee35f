//! A socket that comes back, and code of the caller's that calls back from where nobody looks: when
//! a waker is cloned, woken or dropped, and when an error is dropped.

use std::{
    cell::RefCell,
    fmt,
    rc::Rc,
    sync::{Arc, Mutex},
    task::{Context, RawWaker, RawWakerVTable, Wake, Waker},
};

use futures::{FutureExt, SinkExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Reconnecting, ReconnectingSender, SendError, WhenFull};

use super::{
    crowd::Task,
    reconnect::{next, nobody, soon},
    support::{within, UncaughtGuard},
};

/// Lets go of a socket when it is dropped.
#[derive(Default)]
struct Owner(Arc<Mutex<Option<Reconnecting>>>);

impl Drop for Owner {
    fn drop(&mut self) {
        let socket = self.0.lock().unwrap().take();
        drop(socket);
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Owner")
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no address")
    }
}

impl std::error::Error for Owner {}

#[test]
async fn an_error_may_let_go_of_the_socket_when_it_is_dropped() {
    let guard = UncaughtGuard::new();
    let slot = Arc::default();
    let address = {
        let slot = Arc::clone(&slot);
        move || {
            let error = Owner(Arc::clone(&slot));
            async { Err(error.into()) }
        }
    };
    let socket = Reconnecting::with_address(address).policy(soon()).start();
    let sender = socket.sender();
    slot.lock().unwrap().replace(socket);
    // The second failure supersedes the first, which nobody has read.
    within(async {
        while slot.lock().unwrap().is_some() {
            TimeoutFuture::new(10).await;
        }
    })
    .await;
    // Its driver goes on.
    within(sender.close()).await;
    guard.check().await;
}

/// Sends when it is woken, and keeps what comes of that.
struct Sends {
    sender: ReconnectingSender,
    sent: Mutex<Vec<Result<(), SendError>>>,
}

impl Wake for Sends {
    fn wake(self: Arc<Self>) {
        let sent = self.sender.clone().start_send_unpin("late".into());
        self.sent.lock().unwrap().push(sent);
    }
}

#[test]
async fn what_is_sent_while_it_gives_up_is_refused_and_not_returned_after_the_end() {
    let mut socket = nobody(31).policy(soon().max_tries(1)).start();
    let reader = Arc::new(Sends {
        sender: socket.sender(),
        sent: Mutex::default(),
    });
    let waker = Waker::from(Arc::clone(&reader));
    assert!(socket
        .poll_next_unpin(&mut Context::from_waker(&waker))
        .is_pending());
    within(socket.states().collect::<Vec<_>>()).await;
    assert_eq!(next(&mut socket).await, "gave up: 1006");
    assert_eq!(next(&mut socket).await, "end");
    let sent = reader.sent.lock().unwrap();
    assert!(matches!(**sent, [Err(_), ..]), "{sent:?}");
}

/// A waker that calls a function when it is cloned.
fn on_clone(call: impl Fn() + 'static) -> Waker {
    type Call = Box<dyn Fn()>;

    static TABLE: RawWakerVTable = RawWakerVTable::new(
        |call| {
            // SAFETY: `call` came from `Rc::into_raw`, and whoever clones it holds a count.
            let call = unsafe {
                Rc::increment_strong_count(call.cast::<Call>());
                Rc::from_raw(call.cast::<Call>())
            };
            call();
            RawWaker::new(Rc::into_raw(call).cast(), &TABLE)
        },
        // SAFETY: this takes the count of the waker that is consumed.
        |call| drop(unsafe { Rc::from_raw(call.cast::<Call>()) }),
        |_| {},
        // SAFETY: as above.
        |call| drop(unsafe { Rc::from_raw(call.cast::<Call>()) }),
    );

    let call: Rc<Call> = Rc::new(Box::new(call));
    // SAFETY: the table above counts, and this waker stays on its thread.
    unsafe { Waker::from_raw(RawWaker::new(Rc::into_raw(call).cast(), &TABLE)) }
}

#[test]
async fn a_waker_may_send_when_it_is_cloned() {
    let socket = nobody(32).backlog(10, WhenFull::Wait).start();
    let mut sender = socket.sender();
    sender
        .start_send_unpin("more than 10 bytes".into())
        .unwrap();
    let sent = Rc::new(RefCell::new(Vec::new()));
    let waker = on_clone({
        let (sender, sent) = (socket.sender(), Rc::clone(&sent));
        move || {
            let result = sender.clone().start_send_unpin("from within".into());
            sent.borrow_mut().push(result);
        }
    });
    let cx = &mut Context::from_waker(&waker);
    assert!(sender.poll_ready_unpin(cx).is_pending());
    assert!(sender.poll_flush_unpin(cx).is_pending());
    assert!(matches!(**sent.borrow(), [Ok(()), Ok(())]));
    within(socket.close()).await;
}

#[test]
async fn what_no_longer_waits_leaves_no_waker() {
    let socket = nobody(33).backlog(10, WhenFull::Wait).start();
    let mut sink = socket.sender();
    sink.start_send_unpin("more than 10 bytes".into()).unwrap();
    let task = Arc::new(Task::default());
    let waker = task.waker();
    let cx = &mut Context::from_waker(&waker);
    for _ in 0..10 {
        let mut sender = sink.clone();
        assert!(sender.poll_ready_unpin(cx).is_pending());
        let (mut states, mut closing) = (sender.states(), sender.close());
        assert!(states.poll_next_unpin(cx).is_ready());
        assert!(states.poll_next_unpin(cx).is_pending());
        assert!(closing.poll_unpin(cx).is_pending());
        assert_eq!(Arc::strong_count(&task), 2 + 3);
        drop((sender, states, closing));
        assert_eq!(Arc::strong_count(&task), 2);
    }
}
