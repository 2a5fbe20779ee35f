//! Dropping: at any moment, in any place, and nothing stays behind.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Wake, Waker},
};

use futures::{FutureExt, Stream, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Events, Message, WebSocket};

use super::support::{
    connect, count_listeners, new_id, open_socket, server_remembers, server_saw_it_end, settle,
    url, within, UncaughtGuard, SLOW_HANDSHAKE,
};

#[test]
async fn dropping_the_last_handle_closes_the_socket() {
    let id = new_id();
    let socket = open_socket(&format!("/echo?id={id}")).await;
    drop(socket);
    let memory = server_saw_it_end(&id).await;
    assert_eq!(memory["close"]["code"], serde_json::Value::Null);
    assert_eq!(memory["aborted"], false);
}

#[test]
async fn a_clone_keeps_the_socket_open() {
    let socket = open_socket("/echo").await;
    let clone = socket.clone();
    drop(socket);
    settle().await;
    let mut messages = clone.on_message();
    clone.send("still here").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "still here");
}

#[test]
async fn a_subscription_keeps_the_socket_open_and_the_last_one_closes_it() {
    let id = new_id();
    let socket = open_socket(&format!("/echo?id={id}")).await;
    let (mut messages, closes) = (socket.on_message(), socket.on_close());
    socket.send("a").unwrap();
    drop(socket);
    assert_eq!(within(messages.next()).await.unwrap(), "a");
    drop(messages);
    settle().await;
    drop(closes);
    server_saw_it_end(&id).await;
}

#[test]
async fn a_socket_given_back_stays_open() {
    let socket = open_socket("/echo").await;
    let clone = socket.clone();
    let raw = socket.into_raw();
    drop(clone);
    settle().await;
    assert_eq!(raw.ready_state(), web_sys::WebSocket::OPEN);
    raw.close().unwrap();
}

#[test]
async fn dropping_in_every_state_throws_nothing() {
    let guard = UncaughtGuard::new();

    for path in ["/echo", SLOW_HANDSHAKE, "/test/refuse?status=403"] {
        drop(WebSocket::new(&url(path)).unwrap());

        let socket = WebSocket::new(&url(path)).unwrap();
        let all = (
            socket.on_open(),
            socket.on_message(),
            socket.on_error(),
            socket.on_close(),
        );
        drop(socket);
        drop(all);

        let socket = WebSocket::new(&url(path)).unwrap();
        let opens = socket.on_open();
        settle().await;
        drop((opens, socket));
    }

    let open = open_socket("/echo").await;
    let messages = open.on_message();
    open.send("on its way").unwrap();
    drop((messages, open));

    let closing = open_socket("/test/ignore-close").await;
    let closes = closing.on_close();
    closing.close();
    drop((closing, closes));

    let closed = WebSocket::new(&url("/test/close")).unwrap();
    let closes = closed.on_close();
    within(closed.on_close().next()).await.unwrap();
    drop((closed, closes));

    guard.check().await;
}

#[test]
async fn a_cancelled_connect_closes_the_socket_and_throws_nothing() {
    let guard = UncaughtGuard::new();
    let ids = [new_id(), new_id(), new_id()];
    let path = |i: usize| url(&format!("/echo?id={}", ids[i]));

    // Never polled, polled once, and polled until it could be ready.
    drop(wasm_websocket::connect(&path(0)));
    let mut connecting = wasm_websocket::connect(&path(1)).boxed_local();
    assert!((&mut connecting).now_or_never().is_none());
    drop(connecting);
    let mut connecting = wasm_websocket::connect(&path(2)).boxed_local();
    assert!((&mut connecting).now_or_never().is_none());
    within(open_socket("/echo")).await;
    settle().await;
    drop(connecting);

    drop(wasm_websocket::connect(&url(SLOW_HANDSHAKE)));
    drop(wasm_websocket::connect(&url("/test/refuse?status=403")));
    server_saw_it_end(&ids[2]).await;
    settle().await;
    for id in ids {
        // The first two may never have got as far as the server.
        server_remembers(&id, |memory| memory["open"] == false).await;
    }
    guard.check().await;
}

#[test]
async fn a_dropped_connection_closes_and_its_end_is_still_told() {
    let guard = UncaughtGuard::new();
    let id = new_id();
    let connection = connect(&format!("/echo?id={id}")).await;
    let closed = connection.closed();
    drop(connection);
    assert_eq!(within(closed).await.code(), 1005);
    assert_eq!(server_saw_it_end(&id).await["aborted"], false);

    let connection = connect("/echo").await;
    drop((connection.closed(), connection));
    guard.check().await;
}

/// How many of JavaScript's values the future of an end keeps, once a connection has got a message
/// and was dropped by its observer then, or later.
#[cfg(feature = "trace")]
async fn kept_until_the_end_is_told(by_observer: bool) -> u32 {
    use wasm_websocket::{Connection, Traced};

    let slot = Rc::new(RefCell::new(None));
    let builder = Connection::builder(&url("/echo")).observe({
        let slot = Rc::clone(&slot);
        move |traced| {
            if by_observer && matches!(traced, Traced::Received(_)) {
                let connection: Option<Connection> = slot.take();
                drop(connection);
            }
        }
    });
    let mut connection = within(builder.connect()).await.unwrap();
    let (kept, closed) = (connection.closed(), connection.closed());
    connection.send("text").await.unwrap();
    if by_observer {
        slot.replace(Some(connection));
    } else {
        within(connection.next()).await.unwrap().unwrap();
        drop(connection);
    }
    within(closed).await;
    settle().await;
    let before = wasm_bindgen::externref_heap_live_count();
    drop(kept);
    before - wasm_bindgen::externref_heap_live_count()
}

#[cfg(feature = "trace")]
#[test]
async fn a_message_on_which_the_observer_drops_the_connection_is_not_kept() {
    // The first makes what is made once.
    kept_until_the_end_is_told(false).await;
    let others = kept_until_the_end_is_told(false).await;
    assert_eq!(kept_until_the_end_is_told(true).await, others);
}

/// Something that is dropped by the waker, and so in the middle of the browser's callback.
struct DropsWhenWoken(Rc<RefCell<Option<Events<Message>>>>, Rc<Cell<bool>>);

thread_local! {
    /// Wakers cross threads, and so can't hold what is dropped.
    static VICTIM: RefCell<Option<DropsWhenWoken>> = const { RefCell::new(None) };
}

struct DroppingWaker;

impl Wake for DroppingWaker {
    fn wake(self: Arc<Self>) {
        if let Some(DropsWhenWoken(events, woken)) = VICTIM.take() {
            drop(events.take());
            woken.set(true);
        }
    }
}

#[test]
async fn dropping_inside_a_callback_throws_nothing() {
    let guard = UncaughtGuard::new();
    let socket = open_socket("/echo").await;
    let events = Rc::new(RefCell::new(Some(socket.on_message())));
    let woken = Rc::new(Cell::new(false));
    VICTIM.set(Some(DropsWhenWoken(Rc::clone(&events), Rc::clone(&woken))));
    let waker = Waker::from(Arc::new(DroppingWaker));
    if let Some(events) = events.borrow_mut().as_mut() {
        let poll = Pin::new(events).poll_next(&mut Context::from_waker(&waker));
        assert!(poll.is_pending());
    }
    let mut other = socket.on_message();
    socket.send("a").unwrap();
    drop(socket);
    assert_eq!(within(other.next()).await.unwrap(), "a");
    assert!(woken.get());
    drop(other);
    guard.check().await;
}

#[test]
async fn every_listener_is_removed() {
    let raw = web_sys::WebSocket::new(&url("/echo")).unwrap();
    let live = count_listeners(&raw);
    let socket = WebSocket::from_raw(raw);
    let messages = socket.on_message();
    let all = (socket.on_open(), socket.on_error(), socket.on_close());
    assert!(live.length() >= 5);
    drop(all);
    let connection = within(socket.open()).await.unwrap();
    let mut closed = connection.closed();
    assert!((&mut closed).now_or_never().is_none());
    drop(connection);
    drop(messages);
    within(&mut closed).await;
    drop(closed);
    assert_eq!(live.length(), 0);
}
