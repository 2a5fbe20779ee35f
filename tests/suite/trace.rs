//! Tracing: what the observer of a connection is told, and when, on each transport.

use std::{any::Any, cell::RefCell, rc::Rc};

use futures::{FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_websocket::{
    BinaryType, Builder, CloseCode, Connection, Error, Message, Overflow, ReadyState, Sender,
    Traced, Transport,
};

use super::support::{
    each_transport, new_id, next, runs_in, server_remembers, settle, url, within, UncaughtGuard,
    SLOW_HANDSHAKE,
};

/// What observers were told, in words.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn note(&self, traced: &Traced<'_>) {
        self.0.borrow_mut().push(word(traced));
    }

    fn observer(&self) -> impl Fn(&Traced<'_>) + 'static {
        let log = self.clone();
        move |traced| log.note(traced)
    }

    /// An observer that, when this is told, takes what is in the slot and does something with it.
    fn observer_acting_on<T: 'static>(
        &self,
        slot: &Slot<T>,
        moment: &'static str,
        act: impl Fn(T) + 'static,
    ) -> impl Fn(&Traced<'_>) + 'static {
        let (log, slot) = (self.clone(), Rc::clone(slot));
        move |traced| {
            log.note(traced);
            if word(traced) == moment {
                let taken = slot.take();
                act(taken.unwrap());
            }
        }
    }

    fn has(&self, told: &str) -> bool {
        self.0.borrow().iter().any(|word| word == told)
    }

    /// Waits until this was told.
    async fn until(&self, told: &str) {
        within(wait_until(|| self.has(told))).await;
    }

    /// All of it, once no observer is left that could add to it.
    async fn whole(self) -> Vec<String> {
        within(wait_until(|| Rc::strong_count(&self.0) == 1)).await;
        self.0.take()
    }
}

/// What an observer needs and is made only after it.
type Slot<T> = Rc<RefCell<Option<T>>>;

/// How a connection ends that was closed or dropped without a code.
const CLOSED: &str = "closed 1005 no status received, clean";

/// How a connection ends that never was one.
const FAILED: &str = "closed 1006 abnormal closure, not clean";

async fn wait_until(condition: impl Fn() -> bool) {
    while !condition() {
        TimeoutFuture::new(5).await;
    }
}

fn word(traced: &Traced<'_>) -> String {
    match traced {
        Traced::Opened { protocol: "", .. } => "opened".to_owned(),
        Traced::Opened {
            url,
            protocol,
            extensions,
        } => {
            format!("opened {url} {protocol} {extensions:?}")
        }
        Traced::Received(message) => format!("in {}", content(message)),
        Traced::Sent(message) => format!("out {}", content(message)),
        Traced::Closed(event) => format!("closed {event}"),
        other => format!("{other:?}"),
    }
}

fn content(message: &Message) -> String {
    match message {
        Message::Text(text) => text.to_string(),
        Message::Binary(bytes) => format!("{:?}", bytes.to_vec()),
        Message::Blob(blob) => format!("Blob of {}", blob.size()),
    }
}

fn builder(path: &str, transport: Transport) -> Builder {
    Connection::builder(&url(path)).transport(transport)
}

async fn observed(path: &str, transport: Transport, log: &Log) -> Connection {
    let builder = builder(path, transport).observe(log.observer());
    within(builder.connect()).await.unwrap()
}

each_transport! {
    async fn all_is_told_in_its_order(transport: Transport) {
        let (log, path) = (Log::default(), "/test/protocol?choose=talk");
        let builder = builder(path, transport)
            .protocols(["chat", "talk"])
            .observe(log.observer());
        let mut connection = within(builder.connect()).await.unwrap();
        next(&mut connection).await;
        connection.send("grüezi").await.unwrap();
        next(&mut connection).await;
        connection.send([1, 2, 3]).await.unwrap();
        next(&mut connection).await;
        connection.close_with(CloseCode::new(3001), "bye").unwrap();
        within(connection.closed()).await;
        drop(connection);
        let opened = format!("opened {} talk \"\"", url(path));
        let told = [
            opened.as_str(),
            r#"in ["chat","talk"]"#,
            "out grüezi",
            "in grüezi",
            "out [1, 2, 3]",
            "in [1, 2, 3]",
            "closed 3001 (bye), clean",
        ];
        assert_eq!(log.whole().await, told);
    }

    async fn blobs_are_told_as_blobs(transport: Transport) {
        let log = Log::default();
        let builder = builder("/echo", transport)
            .binary_type(BinaryType::Blob)
            .observe(log.observer());
        let mut connection = within(builder.connect()).await.unwrap();
        let parts = js_sys::Array::of1(&"three".into());
        let blob = web_sys::Blob::new_with_str_sequence(&parts).unwrap();
        connection.send(blob).await.unwrap();
        next(&mut connection).await;
        within(connection.close()).await.unwrap();
        drop(connection);
        let told = ["opened", "out Blob of 5", "in Blob of 5", CLOSED];
        assert_eq!(log.whole().await, told);
    }

    async fn of_a_refused_handshake_only_the_end_is_told(transport: Transport) {
        let log = Log::default();
        let refused = builder("/test/refuse?status=403", transport).observe(log.observer());
        assert!(within(refused.connect()).await.is_err());
        assert_eq!(log.whole().await, [FAILED]);
    }

    async fn of_what_was_no_attempt_nothing_is_told(transport: Transport) {
        let log = Log::default();
        let builder = Connection::builder("ws://").transport(transport).observe(log.observer());
        let refused = within(builder.connect()).await;
        assert_eq!(refused.unwrap_err(), Error::InvalidUrl("ws://".to_owned()));
        assert_eq!(log.whole().await, [""; 0]);
    }

    async fn a_message_is_told_when_it_arrives_and_not_when_it_is_read(transport: Transport) {
        let log = Log::default();
        let mut connection = observed("/test/greet?text=hello", transport, &log).await;
        log.until("in hello").await;
        assert_eq!(next(&mut connection).await, "hello");
        drop(connection);
        let told = ["opened", "in hello", CLOSED];
        assert_eq!(log.whole().await, told);
    }

    async fn what_can_not_be_sent_is_not_told(transport: Transport) {
        let log = Log::default();
        let connection = observed("/echo", transport, &log).await;
        connection.close_with(CloseCode::new(3001), "").unwrap();
        let refused = connection.send("x").await;
        assert_eq!(refused, Err(Error::NotOpen(ReadyState::Closing)));
        within(connection.closed()).await;
        let refused = connection.send("x").await;
        assert_eq!(refused, Err(Error::NotOpen(ReadyState::Closed)));
        drop(connection);
        assert_eq!(log.whole().await, ["opened", "closed 3001, clean"]);
    }

    async fn the_end_is_told_when_no_more_can_arrive(transport: Transport) {
        const END: &str = "closed 1000 normal closure, clean";
        let log = Log::default();
        let builder = builder("/test/flood?count=100&size=4&then=close", transport)
            .receive_budget(64, Overflow::DropOldest)
            .observe(log.observer());
        let mut connection = within(builder.connect()).await.unwrap();
        within(connection.closed()).await;
        // By streams the browser may have more, which it keeps until there is room.
        let by_events = format!("{transport:?}") == "EVENTS";
        assert_eq!(log.has(END), by_events);
        while within(connection.next()).await.is_some() {}
        drop(connection);
        let mut told = log.whole().await;
        assert_eq!(told.pop().unwrap(), END);
        assert_eq!(told.remove(0), "opened");
        assert!(told.iter().all(|word| word.starts_with("in [")), "{told:?}");
    }

    async fn the_end_of_a_dropped_connection_is_told(transport: Transport) {
        let log = Log::default();
        let connection = observed("/echo", transport, &log).await;
        connection.send("last").await.unwrap();
        drop(connection);
        let told = ["opened", "out last", CLOSED];
        assert_eq!(log.whole().await, told);

        let log = Log::default();
        drop(builder(SLOW_HANDSHAKE, transport).observe(log.observer()).connect());
        assert_eq!(log.whole().await, [FAILED]);
    }

    async fn what_arrives_for_nobody_is_not_told(transport: Transport) {
        let (log, id) = (Log::default(), new_id());
        let path = format!("/echo?id={id}");
        let (sender, receiver) = observed(&path, transport, &log).await.split();
        drop(receiver);
        sender.send("x").await.unwrap();
        server_remembers(&id, |memory| memory["messages"] == 1).await;
        settle().await;
        drop(sender);
        let told = ["opened", "out x", CLOSED];
        assert_eq!(log.whole().await, told);
    }

    async fn the_observer_may_send(transport: Transport) {
        let (log, slot) = (Log::default(), Slot::default());
        let observer = log.observer_acting_on(&slot, "in ping", |sender: Sender| {
            sender.send("pong").now_or_never().unwrap().unwrap();
        });
        let builder = builder("/echo", transport).observe(observer);
        let (sender, mut receiver) = within(builder.connect()).await.unwrap().split();
        slot.replace(Some(sender.clone()));
        sender.send("ping").await.unwrap();
        for expected in ["ping", "pong"] {
            assert_eq!(within(receiver.next()).await.unwrap().unwrap(), expected);
        }
        drop((sender, receiver));
        let told = ["opened", "out ping", "in ping", "out pong", "in pong", CLOSED];
        assert_eq!(log.whole().await, told);
    }

    async fn the_observer_may_close(transport: Transport) {
        let (log, slot) = (Log::default(), Slot::default());
        let observer = log.observer_acting_on(&slot, "in x", |sender: Sender| {
            sender.close_with(CloseCode::new(3001), "enough").unwrap();
        });
        let builder = builder("/echo", transport).observe(observer);
        let (sender, mut receiver) = within(builder.connect()).await.unwrap().split();
        slot.replace(Some(sender.clone()));
        sender.send("x").await.unwrap();
        assert_eq!(within(receiver.next()).await.unwrap().unwrap(), "x");
        assert!(within(receiver.next()).await.is_none());
        drop((sender, receiver));
        let told = ["opened", "out x", "in x", "closed 3001 (enough), clean"];
        assert_eq!(log.whole().await, told);
    }

    async fn the_observer_may_drop_the_connection(transport: Transport) {
        let guard = UncaughtGuard::new();
        for (moment, told) in [
            ("opened", &["opened"][..]),
            ("out x", &["opened", "out x"]),
            ("in x", &["opened", "out x", "in x"]),
            (CLOSED, &["opened", "out x", "in x"]),
        ] {
            let (log, slot) = (Log::default(), Slot::<Box<dyn Any>>::default());
            let observer = log.observer_acting_on(&slot, moment, drop);
            let opening = builder("/echo", transport).observe(observer).connect();
            if moment == "opened" {
                slot.replace(Some(Box::new(opening)));
            } else {
                let (sender, receiver) = within(opening).await.unwrap().split();
                slot.replace(Some(Box::new((sender.clone(), receiver))));
                sender.send("x").await.unwrap();
                if moment == CLOSED {
                    log.until("in x").await;
                    within(sender.close()).await.unwrap();
                }
            }
            let mut whole = log.whole().await;
            assert_eq!(whole.pop().unwrap(), CLOSED, "{moment}");
            assert_eq!(whole, told, "{moment}");
        }
        guard.check().await;
    }
}

/// Only by events: nothing overflows where the server can be slowed down.
#[wasm_bindgen_test::wasm_bindgen_test]
async fn what_there_was_no_room_for_is_told() {
    for overflow in [Overflow::DropOldest, Overflow::Fail] {
        let log = Log::default();
        let builder = builder("/test/flood?count=3&size=4&then=close", Transport::EVENTS)
            .receive_budget(0, overflow)
            .observe(log.observer());
        let connection = within(builder.connect()).await.unwrap();
        within(connection.closed()).await;
        drop(connection);
        let told = log.whole().await;
        let arrived = told.iter().filter(|word| word.starts_with("in [")).count();
        match overflow {
            Overflow::DropOldest => assert_eq!(arrived, 3, "{told:?}"),
            // The one that did not fit closes the connection, to which Deno still hands the next.
            _ => assert_eq!(arrived, 2 + usize::from(runs_in("Deno")), "{told:?}"),
        }
    }
}

#[cfg(feature = "reconnect")]
mod coming_back {
    use std::cell::Cell;

    use wasm_bindgen_test::wasm_bindgen_test as test;
    use wasm_websocket::Reconnecting;

    use super::{super::reconnect as support, *};

    #[test]
    async fn each_attempt_is_told_to_its_observer() {
        let (log, attempts) = (Log::default(), Rc::new(Cell::new(0)));
        let address = {
            let (log, attempts) = (log.clone(), Rc::clone(&attempts));
            move || {
                let attempt = attempts.get() + 1;
                attempts.set(attempt);
                let log = log.clone();
                let observer = move |traced: &Traced<'_>| {
                    log.0
                        .borrow_mut()
                        .push(format!("{attempt} {}", word(traced)));
                };
                let path = match attempt {
                    1 => "/test/refuse?status=503",
                    2 => "/test/close?code=1012",
                    _ => "/echo",
                };
                async move { Ok(Connection::builder(&url(path)).observe(observer)) }
            }
        };
        let mut socket = Reconnecting::with_address(address)
            .policy(support::soon())
            .greeting(|| ["login"])
            .start();
        support::until(&mut socket, "login").await;
        drop(socket);
        let told = [
            "1 closed 1006 abnormal closure, not clean",
            "2 opened",
            "2 out login",
            "2 closed 1012 service restart, clean",
            "3 opened",
            "3 out login",
            "3 in login",
            "3 closed 1005 no status received, clean",
        ];
        assert_eq!(log.whole().await, told);
    }

    #[test]
    async fn the_end_of_one_that_was_given_up_is_told_too() {
        let log = Log::default();
        let builder = Connection::builder(&url("/echo")).observe(log.observer());
        let mut socket = builder.reconnecting().policy(support::soon()).start();
        support::until(&mut socket, "opened").await;
        socket.reconnect_now();
        support::until(&mut socket, "opened").await;
        drop(socket);
        let mut told = log.whole().await;
        told.sort();
        assert_eq!(told, [CLOSED, CLOSED, "opened", "opened"]);
    }
}
