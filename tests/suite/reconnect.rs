//! A socket that comes back: when it tries again, what it tells, and what becomes of messages.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{
    Cause, CloseCode, Connection, Error, Event, Heartbeat, Policy, Reconnecting,
    ReconnectingBuilder, ReconnectingSender, Retry, State, Transport,
};

use super::support::{
    new_id, server_remembers, server_saw_it_end, settle, text_of, url, within, UncaughtGuard,
};

/// To a path of the server, and soon again.
pub(super) fn to(path: &str) -> ReconnectingBuilder {
    Reconnecting::builder(&url(path)).policy(soon())
}

pub(super) fn soon() -> Policy {
    let delay = Duration::from_millis(20);
    Policy::new().initial(delay).cap(delay)
}

/// The next event, in a word.
pub(super) async fn next(socket: &mut Reconnecting) -> String {
    match within(socket.next()).await {
        None => "end".to_owned(),
        Some(Event::Opened) => "opened".to_owned(),
        Some(Event::Message(message)) => text_of(&message),
        Some(Event::Returned(error)) => format!("returned {}", text_of(error.message())),
        Some(Event::Down { cause, retry_in }) => {
            let later = if retry_in.is_some() {
                ""
            } else {
                ", and waits"
            };
            format!("down: {}{later}", word(&cause))
        }
        Some(Event::GaveUp { cause }) => format!("gave up: {}", word(&cause)),
        Some(other) => format!("{other:?}"),
    }
}

fn word(cause: &Cause) -> String {
    match cause {
        Cause::Closed(event) => event.code().as_u16().to_string(),
        Cause::Failed(Error::InvalidUrl(_)) => "bad URL".to_owned(),
        Cause::NoAddress(error) => error.to_string(),
        cause => format!("{cause:?}"),
    }
}

pub(super) async fn until(socket: &mut Reconnecting, last: &str) -> Vec<String> {
    let mut events = Vec::new();
    loop {
        let event = next(socket).await;
        assert!(event != "end" || last == "end", "{events:?}");
        events.push(event);
        if events.last().is_some_and(|event| event == last) {
            return events;
        }
    }
}

/// Nobody listens there. Firefox delays attempts at an address that refused, so that each test
/// has its own.
pub(super) fn nobody(host: u8) -> ReconnectingBuilder {
    Reconnecting::builder(&format!("ws://127.0.2.{host}:47/")).policy(soon())
}

#[test]
async fn it_opens_echoes_and_closes() {
    let guard = UncaughtGuard::new();
    let id = new_id();
    let mut socket = to(&format!("/echo?id={id}")).start();
    assert_eq!(socket.state(), State::Connecting { attempt: 1 });
    let mut states = socket.states();
    let lamp = async {
        let mut seen = Vec::new();
        while let Some(state) = states.next().await {
            seen.push(state);
        }
        seen
    };
    let talk = async {
        assert_eq!(next(&mut socket).await, "opened");
        assert_eq!(socket.state(), State::Open);
        socket.send("hello").await.unwrap();
        assert_eq!(next(&mut socket).await, "hello");
        within(socket.close()).await;
        assert_eq!(next(&mut socket).await, "end");
        assert_eq!(next(&mut socket).await, "end");
    };
    let (seen, ()) = futures::join!(lamp, talk);
    let first = State::Connecting { attempt: 1 };
    assert_eq!(seen, [first, State::Open, State::Closed]);
    assert_eq!(server_saw_it_end(&id).await["aborted"], false);
    guard.check().await;
}

#[test]
async fn it_closes_with_code_and_reason() {
    let id = new_id();
    let mut socket = to(&format!("/echo?id={id}")).start();
    assert_eq!(next(&mut socket).await, "opened");
    let refused = socket.close_with(CloseCode::GOING_AWAY, "");
    assert_eq!(refused, Err(Error::InvalidCloseCode(CloseCode::GOING_AWAY)));
    socket.close_with(CloseCode::new(3001), "done").unwrap();
    socket.close_with(CloseCode::new(3002), "too late").unwrap();
    assert_eq!(socket.close_event(), None);
    assert_eq!(next(&mut socket).await, "end");
    let event = socket.close_event().unwrap();
    assert_eq!((event.code().as_u16(), event.reason()), (3001, "done"));
    assert!(event.was_clean());
    let memory = server_saw_it_end(&id).await;
    assert_eq!(memory["close"]["code"], 3001);
    assert_eq!(memory["close"]["reason"], "done");
}

#[test]
async fn a_connection_that_breaks_is_made_anew() {
    let mut socket = to("/test/abort?after=1").greeting(|| ["go"]).start();
    for _ in 0..3 {
        assert_eq!(next(&mut socket).await, "opened");
        assert_eq!(next(&mut socket).await, "down: 1006");
    }
}

#[test]
async fn by_default_some_codes_end_it_and_others_do_not() {
    for (code, ends) in [
        (1000, true),
        (1008, true),
        (4001, true),
        (1012, false),
        (3000, false),
    ] {
        let mut socket = to(&format!("/test/close?code={code}")).start();
        assert_eq!(next(&mut socket).await, "opened");
        if ends {
            assert_eq!(next(&mut socket).await, format!("gave up: {code}"));
            assert_eq!(next(&mut socket).await, "end");
            assert_eq!(socket.state(), State::Closed);
        } else {
            assert_eq!(next(&mut socket).await, format!("down: {code}"));
            assert_eq!(next(&mut socket).await, "opened");
        }
    }
}

#[test]
async fn the_application_says_which_ends_are_final() {
    let retry = |cause: &Cause| match cause.close_code().map(CloseCode::as_u16) {
        Some(4001) => Retry::After(Duration::from_millis(30)),
        _ => Retry::Never,
    };
    let mut socket = to("/test/close?code=4001").retry_if(retry).start();
    assert_eq!(next(&mut socket).await, "opened");
    match within(socket.next()).await {
        Some(Event::Down { retry_in, .. }) => assert_eq!(retry_in, Some(Duration::from_millis(30))),
        other => panic!("{other:?}"),
    }
    assert_eq!(next(&mut socket).await, "opened");
    socket.hint(Retry::Never);
    assert_eq!(next(&mut socket).await, "gave up: 4001");

    let mut socket = to("/test/close?code=1012").retry_if(retry).start();
    assert_eq!(until(&mut socket, "end").await[1], "gave up: 1012");
}

#[test]
async fn what_the_browser_refuses_is_not_tried_again() {
    let mut socket = Reconnecting::builder("ftp://127.0.0.1/").start();
    assert_eq!(next(&mut socket).await, "gave up: bad URL");
    assert_eq!(next(&mut socket).await, "end");
}

#[test]
async fn an_attempt_that_takes_too_long_is_given_up() {
    let limit = Duration::from_millis(200);
    let mut socket = to("/test/stall?then=accept&after=2000")
        .connect_timeout(limit)
        .start();
    assert_eq!(next(&mut socket).await, "down: ConnectTimeout");
    assert_eq!(next(&mut socket).await, "down: ConnectTimeout");
}

#[test]
async fn a_silent_server_is_left() {
    let heartbeat = Heartbeat::new(|| "ping")
        .interval(Duration::from_millis(50))
        .timeout(Duration::from_millis(150));
    let id = new_id();
    let mut socket = to(&format!("/test/silent?id={id}"))
        .heartbeat(heartbeat)
        .start();
    assert_eq!(next(&mut socket).await, "opened");
    assert_eq!(next(&mut socket).await, "down: HeartbeatTimeout");
    server_saw_it_end(&id).await;
    assert_eq!(next(&mut socket).await, "opened");
}

#[test]
async fn answers_to_the_heartbeat_are_hidden_and_keep_it_alive() {
    let heartbeat = Heartbeat::new(|| "ping")
        .interval(Duration::from_millis(20))
        .timeout(Duration::from_millis(2_000))
        .hide_answers(|message| message == "ping");
    let id = new_id();
    let mut socket = to(&format!("/echo?id={id}")).heartbeat(heartbeat).start();
    assert_eq!(next(&mut socket).await, "opened");
    TimeoutFuture::new(500).await;
    socket.send("seen").await.unwrap();
    assert_eq!(next(&mut socket).await, "seen");
    let memory = server_remembers(&id, |memory| memory["messages"].as_u64() > Some(3)).await;
    assert_eq!(memory["open"], true);
}

#[test]
async fn another_connection_can_be_asked_for() {
    let id = new_id();
    let mut socket = to(&format!("/echo?id={id}")).start();
    assert_eq!(next(&mut socket).await, "opened");
    socket.send("of the old one").await.unwrap();
    socket.reconnect_now();
    socket.send("of the new one").await.unwrap();
    let mut events = until(&mut socket, "of the new one").await;
    // With threads a task goes on a turn later, and the echo may be there by then.
    events.retain(|event| event != "of the old one");
    assert_eq!(events, ["down: Requested", "opened", "of the new one"]);

    // While it waits, too.
    let never = Policy::new()
        .initial(Duration::from_secs(3_600))
        .cap(Duration::from_secs(3_600));
    let mut socket = to("/test/close?code=1012").policy(never).start();
    assert_eq!(next(&mut socket).await, "opened");
    assert_eq!(next(&mut socket).await, "down: 1012");
    settle().await;
    assert!(matches!(socket.state(), State::Waiting { .. }));
    assert!(socket.state().remaining() <= Duration::from_secs(3_600));
    socket.reconnect_now();
    assert_eq!(next(&mut socket).await, "opened");
}

#[test]
async fn each_attempt_asks_for_its_address() {
    let tries = Rc::new(Cell::new(0_usize));
    let ids: Vec<String> = (0..2).map(|_| new_id()).collect();
    let address = {
        let (tries, ids) = (Rc::clone(&tries), ids.clone());
        move || {
            tries.set(tries.get() + 1);
            // The first and the fourth have none.
            let id = tries
                .get()
                .checked_sub(2)
                .and_then(|index| ids.get(index).cloned());
            async move {
                let id: String = id.ok_or("no token")?;
                let path = format!("/test/close?code=1012&id={id}");
                Ok(Connection::builder(&url(&path)))
            }
        }
    };
    let mut socket = Reconnecting::with_address(address)
        .policy(soon().max_tries(9))
        .start();
    let events = [
        "down: no token",
        "opened",
        "down: 1012",
        "opened",
        "down: 1012",
        "down: no token",
    ];
    for event in events {
        assert_eq!(next(&mut socket).await, event);
    }
    for id in ids {
        server_saw_it_end(&id).await;
    }
}

#[test]
async fn dropping_the_last_handle_closes_it_in_every_state() {
    let guard = UncaughtGuard::new();
    let id = new_id();
    let mut socket = to(&format!("/echo?id={id}")).start();
    assert_eq!(next(&mut socket).await, "opened");
    let sender = socket.sender();
    drop(socket);
    within(sender.send("still there")).await.unwrap();
    let states = sender.states();
    drop(sender);
    server_saw_it_end(&id).await;
    assert_eq!(
        within(states.collect::<Vec<_>>()).await.last(),
        Some(&State::Closed)
    );

    drop(to("/echo").start());
    let connecting = to("/test/stall?then=accept&after=300").start();
    let waiting = nobody(3).policy(Policy::new()).start();
    settle().await;
    let states = [connecting.states(), waiting.states()];
    assert!(matches!(connecting.state(), State::Connecting { .. }));
    drop((connecting, waiting));
    for states in states {
        let seen: Vec<_> = within(states.collect()).await;
        assert_eq!(seen.last(), Some(&State::Closed));
    }
    guard.check().await;
}

#[test]
async fn closing_ends_it_in_every_state() {
    let connecting = to("/test/stall?then=accept&after=300").start();
    let hour = Duration::from_secs(3_600);
    let mut waiting = to("/test/close?code=1012")
        .policy(Policy::new().initial(hour).cap(hour))
        .start();
    assert_eq!(until(&mut waiting, "down: 1012").await.len(), 2);
    let ignored = to("/test/ignore-close").connect_timeout(Duration::from_millis(300));
    let mut ignored = ignored.start();
    assert_eq!(next(&mut ignored).await, "opened");
    for mut socket in [connecting, waiting, ignored] {
        within(socket.close()).await;
        assert_eq!(socket.state(), State::Closed);
        until(&mut socket, "end").await;
    }
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn take_stream();
    fn give_stream();
}

#[test]
async fn what_this_runtime_lacks_is_not_tried_again() {
    take_stream();
    let mut socket = Connection::builder(&url("/echo"))
        .transport(Transport::STREAM)
        .reconnecting()
        .policy(soon())
        .retry_if(|_| Retry::Backoff)
        .start();
    let event = next(&mut socket).await;
    give_stream();
    assert_eq!(event, "gave up: Failed(Unsupported(\"WebSocketStream\"))");
}

#[test]
async fn what_fails_at_once_leaves_the_page_its_turn() {
    let policy = Policy::new().initial(Duration::ZERO);
    let address = || async { Err("nowhere".into()) };
    let mut socket = Reconnecting::with_address(address).policy(policy).start();
    settle().await;
    assert_eq!(next(&mut socket).await, "down: nowhere");
}

#[test]
async fn what_is_called_may_call_back() {
    let handle: Rc<RefCell<Option<ReconnectingSender>>> = Rc::default();
    let call = {
        let handle = Rc::clone(&handle);
        move || {
            if let Some(sender) = &*handle.borrow() {
                let _ = sender.send("from within").now_or_never();
                let _ = (sender.state(), sender.buffered_amount());
                sender.hint(Retry::Backoff);
                sender.reconnect_now();
            }
        }
    };
    let calls = [call.clone(), call.clone(), call.clone(), call];
    let [in_retry, in_greeting, in_question, in_answer] = calls;
    let heartbeat = Heartbeat::new(move || {
        in_question();
        "?"
    })
    .interval(Duration::from_millis(10))
    .hide_answers(move |_| {
        in_answer();
        true
    });
    let mut socket = to("/echo")
        .heartbeat(heartbeat)
        .retry_if(move |_| {
            in_retry();
            Retry::Backoff
        })
        .greeting(move || {
            in_greeting();
            ["hello"]
        })
        .start();
    handle.replace(Some(socket.sender()));
    for _ in 0..5 {
        until(&mut socket, "down: Requested").await;
    }
    // The last handle, dropped from within.
    drop(socket);
    settle().await;
    let states = handle.borrow().as_ref().unwrap().states();
    handle.take();
    assert_eq!(
        within(states.collect::<Vec<_>>()).await.last(),
        Some(&State::Closed)
    );
}
