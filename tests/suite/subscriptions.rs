//! Subscriptions: each its own, each with every event in order, each with an end.

use futures::{stream::FusedStream, FutureExt, Stream, StreamExt};
use wasm_bindgen::{prelude::*, JsCast};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{ReadyState, WebSocket};

use super::support::{open_socket, runs_in, settle, url, within};

#[test]
async fn each_subscription_gets_every_event() {
    let socket = open_socket("/echo").await;
    let (mut one, mut two) = (socket.on_message(), socket.on_message());
    for text in ["a", "b", "c"] {
        socket.send(text).unwrap();
    }
    for text in ["a", "b", "c"] {
        assert_eq!(within(one.next()).await.unwrap(), text);
    }
    for text in ["a", "b", "c"] {
        assert_eq!(within(two.next()).await.unwrap(), text);
    }
}

#[test]
async fn a_subscription_starts_when_it_is_made_and_goes_on_when_another_is_dropped() {
    let socket = open_socket("/echo").await;
    let mut early = socket.on_message();
    socket.send("a").unwrap();
    assert_eq!(within(early.next()).await.unwrap(), "a");
    let mut late = socket.on_message();
    drop(early);
    socket.send("b").unwrap();
    assert_eq!(within(late.next()).await.unwrap(), "b");
}

#[test]
async fn events_between_two_polls_are_queued_in_order() {
    let socket = WebSocket::new(&url("/test/flood?count=500&size=3&kind=text&then=close")).unwrap();
    let messages = socket.on_message();
    within(socket.on_close().next()).await.unwrap();
    assert_eq!(Stream::size_hint(&messages), (500, Some(500)));
    let texts: Vec<_> = within(messages.collect()).await;
    for (i, text) in texts.iter().enumerate() {
        assert_eq!(*text, *format!("{i:03}"));
    }
}

#[test]
async fn every_subscription_ends_after_the_close_and_stays_at_its_end() {
    let socket = WebSocket::new(&url("/test/close?code=3001&reason=bye")).unwrap();
    let mut opens = socket.on_open();
    let mut messages = socket.on_message();
    let mut errors = socket.on_error();
    let mut closes = socket.on_close();
    assert!(!closes.is_terminated());
    assert_eq!(within(closes.next()).await.unwrap().code(), 3001);
    assert!(closes.is_terminated());
    assert!(!opens.is_terminated(), "the open event is still queued");
    assert!(within(opens.next()).await.is_some());
    for _ in 0..3 {
        assert!(opens.next().now_or_never().unwrap().is_none());
        assert!(messages.next().now_or_never().unwrap().is_none());
        assert!(errors.next().now_or_never().unwrap().is_none());
        assert!(closes.next().now_or_never().unwrap().is_none());
    }
}

#[test]
async fn a_subscription_made_after_the_close_is_at_its_end() {
    let socket = WebSocket::new(&url("/test/close")).unwrap();
    within(socket.on_close().next()).await.unwrap();
    let again = WebSocket::from_raw(socket.as_raw().clone());
    for socket in [socket, again] {
        assert!(socket.on_open().next().now_or_never().unwrap().is_none());
        assert!(socket.on_message().next().now_or_never().unwrap().is_none());
        assert!(socket.on_error().next().now_or_never().unwrap().is_none());
        assert!(socket.on_close().next().now_or_never().unwrap().is_none());
    }
}

#[test]
async fn close_events_that_a_script_made_up_are_none() {
    let socket = open_socket("/echo").await;
    let (mut messages, mut closes) = (socket.on_message(), socket.on_close());
    let dispatch = || {
        let close = web_sys::CloseEvent::new("close").unwrap();
        for made_up in [web_sys::Event::new("close").unwrap(), close.into()] {
            socket.as_raw().dispatch_event(&made_up).unwrap();
        }
    };
    dispatch();
    socket.send("still here").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "still here");
    assert!(closes.next().now_or_never().is_none());

    socket.close();
    assert_eq!(within(closes.next()).await.unwrap().code(), 1005);
    dispatch();
    assert!(closes.next().now_or_never().unwrap().is_none());
}

#[test]
async fn a_reader_that_waits_is_woken_by_the_close() {
    let socket = open_socket("/test/close?after=1").await;
    let mut messages = socket.on_message();
    let reading = messages.next();
    socket.send("close, please").unwrap();
    assert!(within(reading).await.is_none());
}

#[test]
async fn open_and_error_events_carry_the_browsers_event() {
    let socket = WebSocket::new(&url("/echo")).unwrap();
    let open = within(socket.on_open().next()).await.unwrap();
    assert_eq!(open.as_raw().type_(), "open");
    assert!(open.as_raw().time_stamp() > 0.0 || runs_in("Deno"));

    let socket = WebSocket::new(&url("/test/refuse?status=403")).unwrap();
    let error = within(socket.on_error().next()).await.unwrap();
    assert_eq!(error.as_raw().type_(), "error");
    assert_eq!(socket.ready_state(), ReadyState::Closed);
}

#[test]
async fn handlers_of_others_on_the_same_socket_stay_untouched() {
    let raw = web_sys::WebSocket::new(&url("/echo")).unwrap();
    let seen = std::rc::Rc::new(std::cell::Cell::new(0));
    let count = Closure::<dyn FnMut()>::new({
        let seen = std::rc::Rc::clone(&seen);
        move || seen.set(seen.get() + 1)
    });
    raw.set_onmessage(Some(count.as_ref().unchecked_ref()));

    let socket = WebSocket::from_raw(raw.clone());
    within(socket.on_open().next()).await.unwrap();
    let mut messages = socket.on_message();
    socket.send("a").unwrap();
    within(messages.next()).await.unwrap();
    assert_eq!(seen.get(), 1);

    drop(messages);
    let raw_again = socket.into_raw();
    assert!(js_sys::Object::is(&raw, &raw_again));
    raw.send_with_str("b").unwrap();
    let watch = WebSocket::from_raw(raw);
    within(watch.on_message().next()).await.unwrap();
    settle().await;
    assert_eq!(seen.get(), 2);
    watch.as_raw().set_onmessage(None);
}
