//! Several tasks at one connection whose server is slow: who goes first, what is sent of those who
//! give up, and that nobody is left behind.

use std::{
    cell::{Cell, RefCell},
    future::{poll_fn, Future},
    pin::{pin, Pin},
    sync::Arc,
    task::{Context, Poll},
};

use futures::{
    future::{join_all, LocalBoxFuture},
    FutureExt, SinkExt, StreamExt,
};
use serde_json::json;
use wasm_bindgen_futures::spawn_local;
use wasm_websocket::{Connection, Error, Message, ReadyState, Sender, Transport};

use super::{
    crowd::{
        fill, fill_the_network, settle_tasks, slow, texts_at, turn, Flood, Task, CHUNK, HIGH, LOW,
    },
    support::{
        each_transport, new_id, open, server_remembers, server_saw_it_end, settle, within,
        UncaughtGuard,
    },
};

/// Sends by one of the ways that there are.
fn send_by(
    way: usize,
    sender: &Sender,
    text: String,
) -> LocalBoxFuture<'static, Result<(), Error>> {
    let mut sender = sender.clone();
    match way % 3 {
        0 => async move { sender.send(text).await }.boxed_local(),
        1 => async move { SinkExt::<Message>::feed(&mut sender, text.into()).await }.boxed_local(),
        _ => async move { SinkExt::<Message>::send(&mut sender, text.into()).await }.boxed_local(),
    }
}

/// Polls it so many times, whether it was woken or not, and then gives it up.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..times {
        if let Poll::Ready(output) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
            return Some(output);
        }
        settle_tasks().await;
    }
    None
}

each_transport! {
    in memory too;

    async fn a_small_message_is_not_held_up_by_one_who_sends_all_the_time(transport: Transport) {
        let (sender, _receiver) = slow(transport, "rate=16000000").await.split();
        let flood = Flood::start(&sender);
        for _ in 0..10 {
            settle().await;
            let before = flood.sent();
            within(sender.send("small")).await.unwrap();
            let passed = flood.sent() - before;
            assert!(passed <= 1, "{passed} messages went before it");
        }
    }

    async fn messages_that_wait_go_out_in_the_order_of_their_calls(transport: Transport) {
        let id = new_id();
        let (sender, _receiver) = slow(transport, &format!("log={id}")).await.split();
        for round in 0..3 {
            fill(&sender);
            let order = RefCell::new(Vec::new());
            let waiting = (0..12).map(|i| {
                let order = &order;
                let send = send_by(i, &sender, format!("{round} {i}"));
                async move {
                    send.await.unwrap();
                    order.borrow_mut().push(i);
                }
            });
            within(join_all(waiting)).await;
            assert_eq!(order.take(), (0..12).collect::<Vec<_>>());
        }
        let expected: Vec<_> = (0..36).map(|i| format!("{} {}", i / 12, i % 12)).collect();
        assert_eq!(texts_at(&id, 36).await, expected);
    }

    async fn a_later_call_never_overtakes_one_that_waits(transport: Transport) {
        let id = new_id();
        let (sender, _receiver) = slow(transport, &format!("log={id}&pause=20")).await.split();
        fill_the_network(&sender).await;
        let first = sender.clone();
        spawn_local(async move { first.send("first").await.unwrap() });
        // There is room again before anybody looks.
        settle_tasks().await;
        while sender.buffered_amount() > LOW {
            turn().await;
        }
        within(sender.send("second")).await.unwrap();
        assert_eq!(texts_at(&id, 2).await, ["first", "second"]);
    }

    async fn those_who_send_all_the_time_take_turns(transport: Transport) {
        const SENDERS: usize = 4;
        const SENT: usize = 120;
        let (sender, _receiver) = slow(transport, "rate=32000000").await.split();
        let order = RefCell::new(Vec::new());
        let tasks = (0..SENDERS).map(|i| {
            let (sender, order) = (sender.clone(), &order);
            async move {
                while order.borrow().len() < SENT {
                    sender.send(vec![i as u8; CHUNK]).await.unwrap();
                    order.borrow_mut().push(i);
                }
            }
        });
        within(join_all(tasks)).await;
        let order = order.take();
        // The first fills the buffer; from then on all wait.
        let all_wait = order.iter().position(|i| *i == SENDERS - 1).unwrap();
        for (place, i) in order[all_wait..SENT].iter().enumerate() {
            assert_eq!(*i, (place + SENDERS - 1) % SENDERS, "{order:?}");
        }
    }

    #[browsers]
    async fn those_who_give_up_have_sent_nothing_and_the_others_go_on(transport: Transport) {
        let id = new_id();
        let (sender, _receiver) = slow(transport, &format!("log={id}")).await.split();
        let mut sent = Vec::new();
        for round in 0..4 {
            fill(&sender);
            let tasks = (0..20).map(|i| {
                let text = format!("{round} {i}");
                let send = send_by(i, &sender, text.clone());
                async move {
                    // Every other one is dropped, after one poll up to ten.
                    let sent = match i % 2 {
                        0 => polled(i / 2 + 1, send).await,
                        _ => Some(send.await),
                    };
                    sent.map(|sent| sent.map(|()| text).unwrap())
                }
            });
            let texts = within(join_all(tasks)).await;
            assert!(texts.iter().skip(1).step_by(2).all(Option::is_some));
            sent.extend(texts.into_iter().flatten());
        }
        assert!((40..80).contains(&sent.len()), "{}", sent.len());
        assert_eq!(texts_at(&id, sent.len()).await, sent);
        within(sender.close()).await.unwrap();
        assert_eq!(texts_at(&id, sent.len()).await, sent);
    }

    async fn the_one_in_front_passes_its_turn_on_when_it_is_dropped(transport: Transport) {
        let id = new_id();
        let (sender, _receiver) = slow(transport, &format!("log={id}")).await.split();
        fill(&sender);
        let mut dropped: Vec<_> = (0..5).map(|i| send_by(i, &sender, "dropped".to_owned())).collect();
        for sending in &mut dropped {
            assert!(sending.now_or_never().is_none());
        }
        let other = sender.clone();
        let other = async move { within(other.send("other")).await };
        let dropping = async move {
            for sending in dropped {
                turn().await;
                drop(sending);
            }
        };
        futures::join!(other, dropping).0.unwrap();
        assert_eq!(texts_at(&id, 1).await, ["other"]);
    }

    async fn those_who_wait_and_are_not_polled_hold_nobody_up(transport: Transport) {
        let id = new_id();
        let (sender, _receiver) = slow(transport, &format!("log={id}")).await.split();
        for round in 0..3 {
            fill(&sender);
            // Sinks that were asked once, and a message that nobody waits for just now.
            let mut sinks: Vec<_> = (0..3).map(|_| sender.clone()).collect();
            let mut cx = Context::from_waker(futures::task::noop_waker_ref());
            for sink in &mut sinks {
                let ready = futures::Sink::<Message>::poll_ready(Pin::new(sink), &mut cx);
                assert!(ready.is_pending());
            }
            let kept = sender.clone();
            let mut kept = pin!(kept.send(format!("kept {round}")));
            assert!(kept.as_mut().now_or_never().is_none());
            for i in 0..3 {
                within(sender.send(format!("{round} {i}"))).await.unwrap();
                fill(&sender);
            }
            within(kept).await.unwrap();
        }
        let texts = texts_at(&id, 12).await;
        let expected = (0..3).flat_map(|round| {
            let texts = (0..3).map(move |i| format!("{round} {i}"));
            texts.chain([format!("kept {round}")])
        });
        assert_eq!(texts, expected.collect::<Vec<_>>());
    }

    async fn what_is_buffered_stays_bounded_however_many_send(transport: Transport) {
        let connection = slow(transport, "rate=32000000").await;
        let most = Cell::new(0);
        let (sender, _receiver) = connection.split();
        let tasks = (0..16).map(|_| {
            let (sender, most) = (sender.clone(), &most);
            async move {
                for _ in 0..6 {
                    sender.send(vec![0; CHUNK]).await.unwrap();
                    most.set(sender.buffered_amount().max(most.get()));
                }
            }
        });
        within(join_all(tasks)).await;
        assert!(most.get() <= HIGH + CHUNK as u64, "{} were buffered", most.get());
        assert!(most.get() > HIGH / 2);
    }

    async fn a_send_that_is_dropped_keeps_no_waker(transport: Transport) {
        let (sender, _receiver) = slow(transport, "pause=1000").await.split();
        fill(&sender);
        let task = Arc::new(Task::default());
        for i in 0..100 {
            // Each in a task of its own, as `select!` in a loop makes them.
            let waker = task.waker();
            let mut sending = send_by(i, &sender, "never".to_owned());
            let mut flushing = sender.flush().boxed_local();
            let mut cx = Context::from_waker(&waker);
            assert!(sending.poll_unpin(&mut cx).is_pending());
            assert!(flushing.poll_unpin(&mut cx).is_pending());
        }
        assert_eq!(Arc::strong_count(&task), 1, "wakers are kept");
    }

    async fn closing_while_many_wait_tells_each_of_them(transport: Transport) {
        let guard = UncaughtGuard::new();
        let id = new_id();
        let (sender, mut receiver) = slow(transport, &format!("id={id}&after=1000&rate=32000000")).await.split();
        let filled = fill(&sender);
        // More than the network takes before the close.
        let large = "never".repeat(1 << 20);
        let waiting = join_all((0..9).map(|i| send_by(i, &sender, large.clone())));
        let flushing = join_all((0..3).map(|_| sender.flush()));
        let closing = async {
            settle_tasks().await;
            let closed = sender.close().await;
            (closed, sender.send("after").await)
        };
        let (waited, flushed, (closed, after)) =
            within(futures::future::join3(waiting, flushing, closing)).await;
        let mut sent = 0;
        for result in waited {
            match result {
                // The network took something before the close.
                Ok(()) => sent += 1,
                Err(Error::NotOpen(ReadyState::Closing)) => {}
                Err(Error::Closed(event)) if event.was_clean() => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(sent < 9, "nobody waited");
        assert_eq!(flushed, [Ok(()), Ok(()), Ok(())]);
        assert_eq!((closed, after), (Ok(()), Err(Error::NotOpen(ReadyState::Closed))));
        assert!(within(receiver.next()).await.is_none());
        let story = server_saw_it_end(&id).await;
        assert_eq!((&story["messages"], &story["aborted"]), (&json!(filled + sent), &json!(false)));
        guard.check().await;
    }

    async fn halves_dropped_in_any_order_send_what_waits_and_then_close(transport: Transport) {
        let guard = UncaughtGuard::new();
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let id = new_id();
            let (sender, receiver) = slow(transport, &format!("id={id}&after=1000")).await.split();
            let filled = fill(&sender);
            let waits = sender.clone();
            spawn_local(async move { waits.send("waits").await.unwrap() });
            settle_tasks().await;
            let closed = receiver.closed();
            let mut halves: [Option<Box<dyn std::any::Any>>; 3] =
                [Some(Box::new(sender.clone())), Some(Box::new(sender)), Some(Box::new(receiver))];
            for i in order {
                halves[i] = None;
            }
            assert_eq!(within(closed).await.code(), 1005);
            let story = server_saw_it_end(&id).await;
            assert_eq!(story["messages"], filled + 1, "{order:?}");
            assert_eq!((&story["close"]["code"], &story["aborted"]), (&json!(null), &json!(false)));
        }
        guard.check().await;
    }

    async fn any_number_of_tasks_await_the_end_and_some_stop(transport: Transport) {
        let connection = open("/test/close?code=3001&after=1", transport).await;
        let mut dropped: Vec<_> = (0..5).map(|_| connection.closed()).collect();
        let waiting: Vec<_> = (0..5).map(|_| connection.closed()).collect();
        for closed in &mut dropped {
            assert!(closed.now_or_never().is_none());
        }
        let closing = async {
            settle_tasks().await;
            drop(dropped);
            connection.send("now").await.unwrap();
        };
        let (events, ()) = within(futures::future::join(join_all(waiting), closing)).await;
        assert!(events.iter().all(|event| event.code() == 3001));
        assert_eq!(within(connection.closed()).await.code(), 3001);
    }
}

/// Only by stream: the standard's object has no other measure of what is buffered than bytes.
#[cfg(feature = "stream")]
#[wasm_bindgen_test::wasm_bindgen_test]
async fn empty_messages_wait_too() {
    if !Transport::STREAM.is_supported() {
        return wasm_bindgen_test::console_log!(
            "{}::empty_messages_wait_too skipped: no WebSocketStream here",
            module_path!()
        );
    }
    let id = new_id();
    let connection: Connection = slow(Transport::STREAM, &format!("id={id}&after=1000000")).await;
    let sent = (0..50_000).take_while(|_| connection.send("").now_or_never().is_some());
    let sent = sent.count();
    assert!(sent < 50_000, "all were taken at once");
    within(connection.send("")).await.unwrap();
    server_remembers(&id, |story| story["messages"] == sent + 1).await;
}
