//! A socket that comes back, through the outages of a real server: stopped and started again,
//! silent, refusing, closing at once, and behind a proxy that cuts, delays and swallows.

use std::{cell::RefCell, rc::Rc, time::Duration};

use futures::{
    future::{self, Either},
    stream, FutureExt, StreamExt,
};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::{Event, Heartbeat, Message, Reconnecting, ReconnectingBuilder};

use super::{
    reconnect::{next, soon, until},
    support::{ask, new_id, settle, tell, text_of, within},
};

/// A port of its own, in front of the server.
struct Outlet {
    id: String,
    port: u64,
    log: String,
}

impl Outlet {
    async fn new() -> Self {
        let outlet = tell("/test/outlet").await;
        Self {
            id: outlet["id"].as_str().unwrap().to_owned(),
            port: outlet["port"].as_u64().unwrap(),
            log: new_id(),
        }
    }

    async fn order(&self, order: &str) {
        tell(&format!("/test/outlet/{}/{order}", self.id)).await;
    }

    async fn mode(&self, mode: &str) {
        self.order(&format!("mode?is={mode}")).await;
    }

    /// To an echo whose server logs what arrives.
    fn to_echo(&self) -> ReconnectingBuilder {
        let (port, log) = (self.port, &self.log);
        let address = format!("ws://127.0.0.1:{port}/echo?log={log}");
        Reconnecting::builder(&address).policy(soon())
    }

    /// The texts that arrived at the server, by connection.
    async fn arrived(&self) -> Vec<Vec<String>> {
        let log = ask(&format!("/test/log/{}", self.log)).await;
        let mut connections: Vec<(u64, Vec<String>)> = Vec::new();
        for entry in log["messages"].as_array().unwrap() {
            let connection = entry["connection"].as_u64().unwrap();
            let text = entry["text"].as_str().unwrap();
            if text == "?" {
                continue;
            }
            match connections
                .iter_mut()
                .find(|(other, _)| *other == connection)
            {
                Some((_, texts)) => texts.push(text.to_owned()),
                None => connections.push((connection, vec![text.to_owned()])),
            }
        }
        connections.into_iter().map(|(_, texts)| texts).collect()
    }
}

/// Notices soon that the server is silent.
fn impatient() -> Heartbeat {
    Heartbeat::new(|| "?")
        .interval(Duration::from_millis(100))
        .timeout(Duration::from_millis(300))
        .hide_answers(|message| message == "?")
}

/// Reads until the connection is back, and returns all that went wrong.
async fn downs(socket: &mut Reconnecting) -> Vec<String> {
    let mut events = until(socket, "opened").await;
    events.pop();
    events
}

#[test]
async fn a_server_that_restarts_gets_what_was_sent_meanwhile_in_order() {
    let outlet = Outlet::new().await;
    let mut socket = outlet.to_echo().start();
    assert_eq!(next(&mut socket).await, "opened");
    socket.send("before").await.unwrap();
    assert_eq!(next(&mut socket).await, "before");
    outlet.mode("stop").await;
    assert_eq!(next(&mut socket).await, "down: 1006");
    let sender = socket.sender();
    let sending = async move {
        for text in ["a", "b", "c"] {
            sender.send(text).await.unwrap();
        }
    };
    let restart = async {
        settle().await;
        outlet.mode("serve").await;
        assert!(downs(&mut socket)
            .await
            .iter()
            .all(|down| down == "down: 1006"));
        for text in ["a", "b", "c"] {
            assert_eq!(next(&mut socket).await, text);
        }
    };
    futures::join!(within(sending), restart);
    let expected = [vec!["before"], vec!["a", "b", "c"]];
    assert_eq!(outlet.arrived().await, expected);
}

#[test]
async fn a_server_that_refuses_or_closes_at_once_is_tried_until_it_serves() {
    for (mode, down) in [("refuse", "down: 1006"), ("close", "down: 1012")] {
        let outlet = Outlet::new().await;
        outlet.mode(mode).await;
        let mut socket = outlet.to_echo().start();
        let first = until(&mut socket, down).await;
        assert!(first.len() <= 2, "{first:?}");
        outlet.mode("serve").await;
        socket.send("at last").await.unwrap();
        let events = until(&mut socket, "at last").await;
        assert_eq!(events[events.len() - 2], "opened");
    }
}

#[test]
async fn a_server_that_says_nothing_is_given_up_and_tried_again() {
    let outlet = Outlet::new().await;
    outlet.mode("silent").await;
    let limit = Duration::from_millis(500);
    let mut socket = outlet.to_echo().connect_timeout(limit).start();
    assert_eq!(next(&mut socket).await, "down: ConnectTimeout");
    // So that a browser that holds on to the silent ones lets go of them.
    outlet.mode("stop").await;
    outlet.mode("serve").await;
    until(&mut socket, "opened").await;
}

#[test]
async fn a_connection_that_is_swallowed_is_noticed_by_the_heartbeat() {
    let outlet = Outlet::new().await;
    let mut socket = outlet.to_echo().heartbeat(impatient()).start();
    assert_eq!(next(&mut socket).await, "opened");
    TimeoutFuture::new(500).await;
    outlet.mode("black-hole").await;
    // Handed to the browser, and never at the server.
    socket.send("lost").await.unwrap();
    assert_eq!(next(&mut socket).await, "down: HeartbeatTimeout");
    outlet.mode("stop").await;
    outlet.mode("serve").await;
    until(&mut socket, "opened").await;
    socket.send("found").await.unwrap();
    assert_eq!(next(&mut socket).await, "found");
    assert_eq!(outlet.arrived().await, [["found"]]);
}

#[test]
async fn a_message_that_is_cut_in_the_middle_is_not_delivered() {
    for direction in ["up", "down"] {
        let outlet = Outlet::new().await;
        let mut socket = outlet.to_echo().start();
        assert_eq!(next(&mut socket).await, "opened");
        socket.send("whole").await.unwrap();
        assert_eq!(next(&mut socket).await, "whole");
        outlet
            .order(&format!("cut?after=100&direction={direction}"))
            .await;
        socket.send("x".repeat(200)).await.unwrap();
        let events = until(&mut socket, "opened").await;
        assert_eq!(events[0], "down: 1006");
        socket.send("again").await.unwrap();
        assert_eq!(next(&mut socket).await, "again");
    }
}

#[test]
async fn nothing_of_a_superseded_connection_is_delivered() {
    let outlet = Outlet::new().await;
    outlet.order("delay?ms=100").await;
    let mut socket = outlet.to_echo().start();
    assert_eq!(next(&mut socket).await, "opened");
    socket.send("old").await.unwrap();
    socket.reconnect_now();
    assert_eq!(next(&mut socket).await, "down: Requested");
    assert_eq!(next(&mut socket).await, "opened");
    TimeoutFuture::new(400).await;
    socket.send("new").await.unwrap();
    assert_eq!(next(&mut socket).await, "new");
    assert_eq!(outlet.arrived().await, [["old"], ["new"]]);
}

/// Numbers of which the same seed makes the same row.
struct Dice(u64);

impl Dice {
    /// From 0 to below `sides`: xorshift64.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// How many scripts there are in a window, and in a worker, where nothing is different.
const SCRIPTS: [usize; 2] = [200, 20];
/// What is sent when all is well again.
const FINALLY: [&str; 3] = ["last but two", "last but one", "last"];

/// Chromium slows down a page that has more attempts pending, or many that failed.
const AT_A_TIME: usize = 5;

/// What must have arrived.
#[derive(Default)]
struct Shadow {
    /// As its sender was told.
    handed_over: Vec<String>,
    given_back: Vec<String>,
    echoed: Vec<String>,
    /// How much had been handed over when each connection began.
    begun: Vec<usize>,
}

/// What each connection begins with.
const BEGIN: &str = "begin ";

/// Which connection begins so.
fn index_of(begin: &str) -> usize {
    begin.strip_prefix(BEGIN).unwrap().parse().unwrap()
}

/// One script of a few outages, with messages all along.
async fn survive(seed: u64) {
    let mut dice = Dice(seed);
    let outlet = Outlet::new().await;
    let shadow = Rc::new(RefCell::new(Shadow::default()));
    let begin = {
        let shadow = Rc::clone(&shadow);
        move || {
            let mut shadow = shadow.borrow_mut();
            let handed_over = shadow.handed_over.len();
            shadow.begun.push(handed_over);
            [format!("{BEGIN}{}", shadow.begun.len() - 1)]
        }
    };
    let mut socket = outlet
        .to_echo()
        .heartbeat(impatient())
        .connect_timeout(Duration::from_millis(500))
        .greeting(begin)
        .start();
    let sender = socket.sender();

    let talk = async {
        let mut number = 0;
        let mut send = async |waits_ms| {
            number += 1;
            let text = format!("{number} {}", "x".repeat(number % 7 * 30));
            let limit = TimeoutFuture::new(waits_ms);
            let sending = sender.send(text.clone()).fuse();
            futures::pin_mut!(sending, limit);
            // At the limit it is taken back.
            let sent = match future::select(sending, limit).await {
                Either::Left((sent, _)) => sent.map_err(|error| error.into_message()),
                Either::Right(_) => Err(Message::from(&*text)),
            };
            let mut shadow = shadow.borrow_mut();
            match sent {
                Ok(()) => shadow.handed_over.push(text),
                Err(message) => shadow.given_back.push(text_of(&message)),
            }
        };
        for _ in 0..3 + dice.roll(4) {
            for _ in 0..dice.roll(5) {
                send(dice.roll(40) as u32).await;
            }
            let bytes = dice.roll(400);
            match dice.roll(8) {
                0 => outlet.mode("stop").await,
                1 => outlet.mode("refuse").await,
                2 => outlet.mode("close").await,
                3 => outlet.mode("black-hole").await,
                4 => {
                    outlet
                        .order(&format!("cut?after={bytes}&direction=up"))
                        .await
                }
                5 => {
                    outlet
                        .order(&format!("cut?after={bytes}&direction=down"))
                        .await
                }
                6 => outlet.order(&format!("delay?ms={}", dice.roll(30))).await,
                _ => sender.reconnect_now(),
            }
            for _ in 0..dice.roll(3) {
                send(dice.roll(40) as u32).await;
            }
            outlet.mode("serve").await;
        }
        // All is well again from here on.
        outlet.mode("stop").await;
        outlet.mode("serve").await;
        for text in FINALLY {
            sender.send(text).await.unwrap();
            shadow.borrow_mut().handed_over.push(text.to_owned());
        }
    };
    let read = async {
        loop {
            match socket.next().await {
                Some(Event::Message(message)) => {
                    let text = text_of(&message);
                    let is_last = text == FINALLY[FINALLY.len() - 1];
                    if !text.starts_with(BEGIN) {
                        shadow.borrow_mut().echoed.push(text);
                    }
                    if is_last {
                        return;
                    }
                }
                Some(Event::Opened | Event::Down { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    within(future::join(talk, read)).await;

    let mut connections = outlet.arrived().await;
    outlet.order("remove").await;
    // What one had on its way may arrive when the next one has begun.
    connections.sort_by_key(|texts| index_of(&texts[0]));
    let shadow = shadow.borrow();
    let mut arrived = Vec::new();
    let mut after = 0;
    for texts in &connections {
        let (begin, texts) = texts.split_first().unwrap();
        let index = index_of(begin);
        let place = |text: &String| shadow.handed_over.iter().position(|other| other == text);
        let places: Vec<_> = texts.iter().map(|text| place(text).expect(text)).collect();
        let Some(&first) = places.first() else {
            continue;
        };
        // None is missing at the start or in between: one may be on its way to being told of.
        let begun = shadow.begun[index];
        assert!(
            first == begun || first == begun + 1,
            "seed {seed}: {first} after {begun}"
        );
        assert!(
            places.windows(2).all(|pair| pair[0] + 1 == pair[1]),
            "seed {seed}: {texts:?}"
        );
        assert!(
            first >= after,
            "seed {seed}: twice, or out of order: {connections:?}"
        );
        after = places[places.len() - 1] + 1;
        arrived.extend_from_slice(texts);
    }
    assert_eq!(
        after,
        shadow.handed_over.len(),
        "seed {seed}: what was sent in calm"
    );
    assert!(shadow.given_back.iter().all(|text| !arrived.contains(text)));
    // Each echo once and in order, if it came.
    let mut rest = arrived.iter();
    for echo in &shadow.echoed {
        assert!(
            rest.any(|text| text == echo),
            "seed {seed}: {echo} among {arrived:?}"
        );
    }
}

#[test]
async fn what_arrives_is_what_was_handed_over_through_any_outage() {
    let seed = (js_sys::Math::random() * 2f64.powi(32)) as u64 + 1;
    console_log!("outages from seed {seed}");
    let mut dice = Dice(seed);
    let [in_window, in_worker] = SCRIPTS;
    let scripts = if js_sys::Reflect::has(&js_sys::global(), &"document".into()).unwrap() {
        in_window
    } else {
        in_worker
    };
    let seeds = std::iter::repeat_with(|| dice.roll(u64::MAX) | 1);
    stream::iter(seeds.take(scripts))
        .for_each_concurrent(AT_A_TIME, survive)
        .await;
}
