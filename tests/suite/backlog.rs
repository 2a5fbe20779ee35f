//! A socket that comes back, and its messages: those that wait to be sent, and those that wait to be
//! read.

use std::task::Poll;

use futures::{FutureExt, SinkExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{
    CloseCode, Connection, Error, Event, NotSent, ReadyState, Retry, State, TrySendError, WhenFull,
};

use super::{
    reconnect::{next, nobody, soon, to, until},
    support::{ask, new_id, server_remembers, settle, text_of, url, within},
};

#[test]
async fn what_arrived_before_the_end_is_told_before_it() {
    let path = "/test/flood?count=100&size=10&kind=text&then=close";
    let retry = |_: &_| Retry::Backoff;
    let mut socket = to(path).retry_if(retry).start();
    for _ in 0..2 {
        // Longer than it takes, so that most of it waits for the reader.
        TimeoutFuture::new(200).await;
        let events = until(&mut socket, "down: 1000").await;
        assert_eq!((events.len(), &*events[0]), (102, "opened"));
    }
}

#[test]
async fn after_the_last_try_it_gives_up_and_gives_back() {
    let mut socket = nobody(1).policy(soon().max_tries(2)).start();
    socket.start_send_unpin("by the sink".into()).unwrap();
    let waiting = socket.sender();
    let send = async move { waiting.send("by send").await };
    let read = async {
        assert_eq!(next(&mut socket).await, "down: 1006");
        assert_eq!(next(&mut socket).await, "returned by the sink");
        assert_eq!(next(&mut socket).await, "gave up: 1006");
        assert_eq!(next(&mut socket).await, "end");
    };
    let (sent, ()) = futures::join!(within(send), read);
    let error = sent.unwrap_err();
    assert_eq!(error.reason(), &NotSent::Closed);
    assert_eq!(error.into_message(), "by send");

    let error = within(socket.send("later")).await.unwrap_err();
    assert_eq!(error.reason(), &NotSent::Closed);
    assert_eq!(error.into_message(), "later");
    within(socket.close()).await;
}

#[test]
async fn what_is_sent_while_connecting_goes_out_in_order_behind_the_greeting() {
    let mut socket = to("/echo").greeting(|| ["first"]).start();
    let sender = socket.sender();
    let sending = async move {
        let (one, two) = (sender.send("1"), sender.send("2"));
        let (one, two) = futures::join!(one, two);
        one.and(two).unwrap();
        sender.send("3").await.unwrap();
    };
    let reading = async {
        assert_eq!(next(&mut socket).await, "opened");
        for message in ["first", "1", "2", "3"] {
            assert_eq!(next(&mut socket).await, message);
        }
    };
    futures::join!(within(sending), reading);
}

#[test]
async fn the_combinators_of_futures_work_as_they_are() {
    let (mut sink, mut stream) = to("/echo").start().split();
    let texts = futures::stream::iter(["a", "b", "c"].map(|text| Ok(text.into())));
    let sending = async {
        sink.send_all(&mut texts.fuse()).await.unwrap();
        sink.flush().await.unwrap();
    };
    within(sending).await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        if let Some(Event::Message(message)) = within(stream.next()).await {
            seen.push(text_of(&message));
        }
    }
    assert_eq!(seen, ["a", "b", "c"]);
    within(sink.close()).await.unwrap();
    assert!(within(stream.next()).await.is_none());
}

#[test]
async fn without_a_task_a_message_goes_over_the_open_connection_or_is_given_back() {
    let not_open = |error: &TrySendError| match error.error() {
        Some(Error::NotOpen(state)) => *state,
        other => panic!("{other:?}"),
    };
    let mut socket = to("/echo").start();
    assert!(socket.try_next().is_pending());
    let error = socket.try_send("early").unwrap_err();
    assert_eq!(not_open(&error), ReadyState::Connecting);
    assert_eq!(error.into_message(), "early");
    assert_eq!(next(&mut socket).await, "opened");
    socket.try_send("now").unwrap();
    let echo = within(async {
        loop {
            match socket.try_next() {
                Poll::Ready(Some(Event::Message(message))) => break message,
                Poll::Ready(other) => panic!("{other:?}"),
                Poll::Pending => settle().await,
            }
        }
    });
    assert_eq!(echo.await, "now");

    // Nothing that waits is overtaken.
    while let Some(sent) = socket.send(vec![0; 1 << 20]).now_or_never() {
        sent.unwrap();
    }
    let waiting = socket.send("waits");
    futures::pin_mut!(waiting);
    assert!((&mut waiting).now_or_never().is_none());
    assert!(socket.try_send("overtakes").unwrap_err().is_full());
    drop(socket.close());
    let error = socket.try_send("late").unwrap_err();
    assert_eq!(not_open(&error), ReadyState::Closing);
    within(socket.sender().close()).await;
    let error = socket.try_send("later").unwrap_err();
    assert_eq!(not_open(&error), ReadyState::Closed);
}

#[test]
async fn a_full_backlog_does_as_it_was_told() {
    let connecting = |when_full| nobody(2).backlog(200, when_full).start();

    let socket = connecting(WhenFull::Fail);
    let first = socket.send([0; 60].as_slice());
    futures::pin_mut!(first);
    assert!((&mut first).now_or_never().is_none());
    let error = within(socket.send("b")).await.unwrap_err();
    assert_eq!(error.reason(), &NotSent::BacklogFull);
    assert_eq!(error.into_message(), "b");

    let mut socket = connecting(WhenFull::DropOldest);
    socket.start_send_unpin("oldest".into()).unwrap();
    let sender = socket.sender();
    let second = sender.send([0; 50].as_slice());
    futures::pin_mut!(second);
    assert!((&mut second).now_or_never().is_none());
    socket.start_send_unpin(vec![1; 60].into()).unwrap();
    let error = within(second).await.unwrap_err();
    assert_eq!(error.reason(), &NotSent::MadeRoom);
    assert_eq!(error.into_message(), [0; 50].as_slice());
    until(&mut socket, "returned oldest").await;

    let mut socket = connecting(WhenFull::Wait);
    socket.start_send_unpin(vec![0; 60].into()).unwrap();
    let ready = std::future::poll_fn(|cx| socket.poll_ready_unpin(cx));
    assert!(ready.now_or_never().is_none());
    // Who sends, waits by itself.
    assert!(socket.send("b").now_or_never().is_none());
    within(socket.close()).await;
}

#[test]
async fn a_message_whose_sending_was_dropped_is_not_sent() {
    let mut socket = to("/echo").start();
    assert!(socket.send("never").now_or_never().is_none());
    within(socket.send("sent")).await.unwrap();
    assert_eq!(until(&mut socket, "sent").await, ["opened", "sent"]);
}

#[test]
async fn a_flush_of_the_sink_waits_for_the_backlog_and_not_for_the_network() {
    // After the first one nothing is read.
    let socket = to("/test/sink?pause=60000").start();
    let mut sender = socket.sender();
    sender.feed("waits".into()).await.unwrap();
    assert!(sender.flush().now_or_never().is_none());
    within(sender.flush()).await.unwrap();
    assert_eq!(socket.state(), State::Open);

    sender.feed(vec![0; 16 << 20].into()).await.unwrap();
    assert!(socket.buffered_amount() > 1 << 20);
    assert!(matches!(sender.flush().now_or_never(), Some(Ok(()))));
}

#[test]
async fn closing_starts_with_the_call() {
    let mut socket = to("/echo").start();
    assert_eq!(next(&mut socket).await, "opened");
    drop(socket.close());
    assert_eq!(next(&mut socket).await, "end");

    let mut socket = to("/echo").start();
    assert_eq!(next(&mut socket).await, "opened");
    let (closing, states) = (socket.sender().close(), socket.states());
    drop(socket);
    within(closing).await;
    let states = states.collect::<Vec<_>>().now_or_never();
    assert_eq!(states.unwrap(), [State::Closed]);
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn detach(buffer: &js_sys::ArrayBuffer);
}

#[test]
async fn a_buffer_that_was_transferred_waits_and_is_sent_empty() {
    let mut socket = to("/echo").start();
    let buffers = [[1], [2]].map(|bytes| js_sys::Uint8Array::from(bytes.as_slice()).buffer());
    buffers.iter().for_each(detach);
    let [by_send, by_sink] = buffers;
    let sender = socket.sender();
    socket.start_send_unpin(by_sink.into()).unwrap();
    let sending = async {
        let (sent, after) = futures::join!(sender.send(by_send), sender.send("after"));
        sent.and(after).unwrap();
    };
    let reading = async {
        assert_eq!(next(&mut socket).await, "opened");
        for _ in 0..2 {
            match within(socket.next()).await {
                Some(Event::Message(message)) => assert_eq!(message, [0; 0]),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(next(&mut socket).await, "after");
    };
    futures::join!(within(sending), reading);
}

#[test]
async fn a_slow_connection_is_waited_for_and_closing_the_sink_flushes() {
    let id = new_id();
    let mut socket = to(&format!("/test/sink?id={id}"))
        .backlog(0, WhenFull::Fail)
        .start();
    assert_eq!(next(&mut socket).await, "opened");
    // More than the watermark and the backlog take.
    let messages = futures::stream::iter((0..12).map(|_| Ok(vec![7; 1 << 20].into())));
    within(socket.send_all(&mut messages.fuse())).await.unwrap();
    within(SinkExt::close(&mut socket)).await.unwrap();
    let memory = server_remembers(&id, |memory| memory["open"] == false).await;
    assert_eq!(memory["messages"], 12);
}

#[test]
async fn what_waits_is_sent_as_it_was() {
    let mut socket = to("/echo").start();
    let view = js_sys::Uint8Array::from([1, 2, 3].as_slice());
    SinkExt::start_send_unpin(&mut socket, view.clone().into()).unwrap();
    view.fill(9, 0, 3);
    assert_eq!(next(&mut socket).await, "opened");
    match within(socket.next()).await {
        Some(Event::Message(message)) => assert_eq!(message, [1, 2, 3]),
        other => panic!("{other:?}"),
    }
}

#[test]
async fn who_reads_nothing_holds_it_up_and_who_reads_late_is_told_the_last_end() {
    let mut socket = to("/test/close?code=1012").start();
    TimeoutFuture::new(300).await;
    let early = until(&mut socket, "opened").await;
    assert!(early.len() <= 4, "{early:?}");

    let id = new_id();
    let path = format!("/test/flood?count=100&size=10&kind=text&then=close&log={id}");
    let mut socket = to(&path).retry_if(|_| Retry::Backoff).start();
    TimeoutFuture::new(500).await;
    let connections = ask(&format!("/test/log/{id}")).await["connections"].clone();
    assert_eq!(connections, 1);
    assert_eq!(until(&mut socket, "down: 1000").await.len(), 102);
    assert_eq!(next(&mut socket).await, "opened");
}

#[test]
async fn a_budget_that_does_not_suffice_is_told_and_another_connection_made() {
    let mut socket = Connection::builder(&url("/test/flood?count=10000&size=1000"))
        .receive_budget(
            100_000,
            wasm_websocket::Overflow::Close(CloseCode::new(4009)),
        )
        .reconnecting()
        .policy(soon())
        .start();
    TimeoutFuture::new(500).await;
    loop {
        match within(socket.next()).await {
            Some(Event::Opened | Event::Message(_)) => {}
            Some(Event::Overflow { dropped }) => break assert!(dropped > 0),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(next(&mut socket).await, "down: Overflow");
    assert_eq!(next(&mut socket).await, "opened");
}
