//! Sending and receiving without a task: now or not at all, on each transport.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use futures::{stream::FusedStream, FutureExt, StreamExt};
use wasm_websocket::{
    CloseCode, Connection, Error, Overflow, ReadyState, Sender, Transport, TrySendError,
};

use super::{
    crowd::{slow, turn, Task, CHUNK},
    support::{each_transport, open, settle, url, within},
};

thread_local! {
    static ON_WAKE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Acts when it wakes: a turn later, others may pass a task that wasn't polled.
struct Acting;

impl Wake for Acting {
    fn wake(self: Arc<Self>) {
        if let Some(act) = ON_WAKE.take() {
            act();
        }
    }
}

/// Sends until there is no room.
fn fill_now(sender: &Sender, byte: u8) -> TrySendError {
    let mut sent = (0..1000).map(|_| sender.try_send(vec![byte; CHUNK]));
    sent.find_map(Result::err).expect("it is never full")
}

/// Looks once a turn, as a loop of frames does.
macro_rules! next_frame {
    ($connection:expr) => {
        within(async {
            loop {
                match $connection.try_next() {
                    Poll::Ready(next) => break next,
                    Poll::Pending => turn().await,
                }
            }
        })
        .await
    };
}

each_transport! {
    in memory too;

    async fn a_loop_of_frames_sends_and_receives_in_order_until_the_end(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        assert!(connection.try_next().is_pending());
        for text in ["a", "b"] {
            connection.try_send(text).unwrap();
        }
        assert!(connection.try_next().is_pending(), "nothing arrives within a call");
        for text in ["a", "b"] {
            assert_eq!(next_frame!(connection).unwrap().unwrap(), text);
        }
        connection.close_with(CloseCode::new(3001), "done").unwrap();
        for _ in 0..3 {
            assert!(next_frame!(connection).is_none());
            assert!(connection.is_terminated());
            assert!(within(connection.next()).await.is_none());
        }
    }

    async fn an_unclean_end_is_one_error_after_what_had_arrived(transport: Transport) {
        let mut connection = open("/test/abort?after=1", transport).await;
        connection.try_send("now").unwrap();
        match next_frame!(connection) {
            Some(Err(Error::Closed(event))) => assert_eq!(event.code(), 1006),
            other => panic!("{other:?}"),
        }
        assert!(matches!(connection.try_next(), Poll::Ready(None)));
    }

    async fn looking_takes_no_waker_away_and_leaves_none(transport: Transport) {
        let mut connection = open("/echo", transport).await;
        let task = Arc::new(Task::default());
        let waker = task.waker();
        assert!(connection.poll_next_unpin(&mut Context::from_waker(&waker)).is_pending());
        let count = Arc::strong_count(&task);
        assert!(connection.try_next().is_pending());
        assert_eq!(Arc::strong_count(&task), count);
        connection.try_send("wakes").unwrap();
        settle().await;
        assert_eq!(task.woken(), 1);
        // Woken once, it waits for nothing any more.
        assert_eq!(next_frame!(connection).unwrap().unwrap(), "wakes");
        connection.try_send("wakes nobody").unwrap();
        settle().await;
        assert_eq!(task.woken(), 1);
    }

    async fn what_is_full_gives_the_message_back_until_there_is_room(transport: Transport) {
        let (sender, _receiver) = slow(transport, "after=100000&pause=3").await.split();
        let error = fill_now(&sender, 7);
        assert!(error.is_full() && error.error().is_none());
        assert_eq!(error.to_string(), "the connection has no room for another message");
        let buffered = sender.buffered_amount();
        let mut message = error.into_message();
        assert_eq!(message, vec![7; CHUNK].as_slice());
        // No task waits, so that nobody looks at the buffer but this loop.
        while let Err(error) = sender.try_send(message) {
            assert!(error.is_full());
            message = error.into_message();
            within(settle()).await;
        }
        assert!(sender.buffered_amount() < buffered + CHUNK as u64);
    }

    async fn nobody_who_waits_is_overtaken(transport: Transport) {
        let (sender, _receiver) = slow(transport, "after=100000&pause=1").await.split();
        fill_now(&sender, 0);
        let mut waiting = pin!(sender.send("waits"));
        assert!((&mut waiting).now_or_never().is_none());
        let overtaken = Rc::new(Cell::new(None));
        ON_WAKE.set(Some(Box::new({
            let (sender, overtaken) = (sender.clone(), Rc::clone(&overtaken));
            // There is room, but not for others.
            move || overtaken.set(Some((0..3).any(|_| sender.try_send("overtakes").is_ok())))
        })));
        let waker = Waker::from(Arc::new(Acting));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        within(async {
            while overtaken.get().is_none() {
                turn().await;
            }
        })
        .await;
        assert_eq!(overtaken.get(), Some(false));
        within(waiting).await.unwrap();
        sender.try_send("follows").unwrap();
    }

    async fn one_that_is_not_open_says_so_and_gives_the_message_back(transport: Transport) {
        let (sender, mut receiver) = slow(transport, "after=100000&pause=3").await.split();
        fill_now(&sender, 0);
        drop(sender.close());
        // It is full as well.
        let error = sender.try_send("late").unwrap_err();
        assert_eq!(error.error(), Some(&Error::NotOpen(ReadyState::Closing)));
        assert!(!error.is_full());
        assert_eq!(*error.message(), "late");
        within(sender.closed()).await;
        let error = sender.try_send("later").unwrap_err();
        assert_eq!(error.to_string(), "the socket is not open but CLOSED");
        assert_eq!(error.into_message(), "later");
        while within(receiver.next()).await.is_some() {}
        assert!(matches!(receiver.try_next(), Poll::Ready(None)));
    }
}

/// Only where the browser can't slow the server down.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_gap_is_an_error_in_its_place() {
    let connection = Connection::builder(&url("/test/flood?count=3&size=10&kind=text"))
        .receive_budget(0, Overflow::DropOldest)
        .connect();
    let mut connection = within(connection).await.unwrap();
    settle().await;
    let gap = next_frame!(connection).unwrap().unwrap_err();
    assert_eq!(gap, Error::Overflow { dropped: 2 });
    assert!(connection.try_next().is_ready());
    assert!(connection.try_next().is_pending());
    assert!(!connection.is_terminated());
    connection.try_send("still open").unwrap();
}
