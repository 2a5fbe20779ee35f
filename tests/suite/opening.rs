//! Connections that are being opened: for how long, and how that is given up, on each transport.

use std::time::Duration;

use futures::{future::FusedFuture, FutureExt, StreamExt};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Builder, Connection, Error, Opening, ReadyState, Transport};

use super::{
    standstill::Outlet,
    support::{each_transport, next, runs_in, settle, url, within, UncaughtGuard, SLOW_HANDSHAKE},
};

const SOON: Duration = Duration::from_millis(100);

/// A server that accepts TCP and never answers the handshake.
async fn silent(transport: Transport) -> (Outlet, Builder) {
    let outlet = Outlet::open().await;
    outlet.set_mode("silent").await;
    let builder = Connection::builder(&outlet.address("/echo")).transport(transport);
    (outlet, builder)
}

/// Waits until the browser has let the connection go. Firefox keeps its TCP connection.
async fn until_nothing_is_open(outlet: &Outlet) {
    if runs_in("Firefox") {
        return;
    }
    within(async {
        while outlet.state().await["open"] != 0 {
            settle().await;
        }
    })
    .await;
}

async fn error_of(opening: Opening) -> Error {
    within(opening).await.unwrap_err()
}

fn assert_given_up(error: Error) {
    match error {
        Error::Closed(event) => {
            assert_eq!((event.code().as_u16(), event.was_clean()), (1006, false))
        }
        other => panic!("{other:?}"),
    }
}

each_transport! {
    async fn a_server_that_never_answers_is_a_timeout_and_the_socket_is_closed(transport: Transport) {
        let guard = UncaughtGuard::new();
        let (outlet, builder) = silent(transport).await;
        let start = now();
        let error = error_of(builder.connect_timeout(SOON).connect()).await;
        assert_eq!(error, Error::Timeout);
        assert_eq!(error.to_string(), "the connection was not open within the connect timeout");
        let waited = now() - start;
        assert!((95.0..5000.0).contains(&waited), "{waited}");
        until_nothing_is_open(&outlet).await;
        guard.check().await;
    }

    async fn the_end_is_observed(transport: Transport) {
        use wasm_websocket::Traced;

        let (ended, end) = futures::channel::oneshot::channel();
        let ended = std::cell::Cell::new(Some(ended));
        let (_outlet, builder) = silent(transport).await;
        let builder = builder.observe(move |traced| match traced {
            Traced::Closed(event) => ended.take().unwrap().send(event.code()).unwrap(),
            other => panic!("{other:?}"),
        });
        let opening = builder.connect_timeout(SOON).connect();
        assert_eq!(error_of(opening).await, Error::Timeout);
        assert_eq!(within(end).await.unwrap(), 1006);
    }

    async fn the_time_is_over_whether_or_not_anybody_polls(transport: Transport) {
        let (outlet, builder) = silent(transport).await;
        let mut opening = builder.connect_timeout(Duration::ZERO).connect();
        settle().await;
        until_nothing_is_open(&outlet).await;
        assert_eq!((&mut opening).now_or_never().unwrap().unwrap_err(), Error::Timeout);
        assert!(opening.is_terminated());
        assert!(opening.now_or_never().is_none());
    }

    async fn a_connection_that_opened_in_time_stays_open(transport: Transport) {
        let builder = Connection::builder(&url("/echo")).transport(transport);
        let builder = builder.connect_timeout(Duration::from_millis(1000));
        let mut polled = within(builder.clone().connect()).await.unwrap();
        let opening = builder.connect();
        TimeoutFuture::new(1500).await;
        let mut unpolled = opening.now_or_never().unwrap().unwrap();
        for connection in [&mut polled, &mut unpolled] {
            connection.send("still here").await.unwrap();
            assert_eq!(next(connection).await, "still here");
        }
    }

    async fn an_attempt_that_fails_in_time_says_how(transport: Transport) {
        let builder = Connection::builder(&url("/test/refuse?status=403")).transport(transport);
        assert_given_up(error_of(builder.connect_timeout(Duration::from_secs(60)).connect()).await);
        let builder = Connection::builder("ws://").transport(transport);
        let error = error_of(builder.connect_timeout(SOON).connect()).await;
        assert_eq!(error, Error::InvalidUrl("ws://".to_owned()));
    }

    async fn a_limit_too_long_to_count_does_not_end_at_once(transport: Transport) {
        for limit in [Duration::from_secs(u64::MAX), Duration::from_millis(1 << 32), Duration::MAX] {
            let builder = Connection::builder(&url(SLOW_HANDSHAKE)).transport(transport);
            let builder = builder.connect_timeout(Duration::ZERO).connect_timeout(limit);
            within(builder.connect()).await.unwrap();
        }
    }

    async fn what_is_given_up_is_closed_and_says_so(transport: Transport) {
        let guard = UncaughtGuard::new();
        let (outlet, builder) = silent(transport).await;
        let mut opening = builder.connect();
        assert_eq!(opening.url(), outlet.address("/echo"));
        assert!((&mut opening).now_or_never().is_none());
        opening.close();
        opening.close();
        assert_given_up(within(&mut opening).await.unwrap_err());
        assert_eq!(opening.url(), "");
        opening.close();
        until_nothing_is_open(&outlet).await;
        guard.check().await;
    }

    async fn what_is_given_up_too_late_is_a_connection_that_closes(transport: Transport) {
        let builder = Connection::builder(&url("/test/greet?text=hello")).transport(transport);
        let opening = builder.connect();
        settle().await;
        opening.close();
        let mut connection = within(opening).await.unwrap();
        assert_eq!(connection.ready_state(), ReadyState::Closing);
        assert_eq!(next(&mut connection).await, "hello");
        assert!(within(connection.next()).await.is_none());
        assert!(within(connection.closed()).await.was_clean());
    }
}

#[test]
async fn no_timer_is_left_behind() {
    let watch = watch_timers(54_321.0);
    let limit = Duration::from_millis(54_321);
    let builder = Connection::builder(&url("/echo")).connect_timeout(limit);
    drop(builder.clone().connect());
    let connection = within(builder.connect()).await.unwrap();
    assert_eq!(stop_watching_timers(watch), [2.0, 0.0]);
    drop(connection);
}

#[cfg(feature = "remote")]
#[test]
async fn an_opening_for_any_thread_has_a_timeout_too() {
    let (outlet, builder) = silent(Transport::EVENTS).await;
    let opening = builder.connect_timeout(SOON).connect_remote();
    assert_eq!(within(opening).await.unwrap_err(), Error::Timeout);
    until_nothing_is_open(&outlet).await;
}

#[cfg(feature = "reconnect")]
#[test]
async fn one_that_reconnects_reports_it_as_its_own() {
    use wasm_websocket::{Cause, Event, Policy};

    let (_outlet, builder) = silent(Transport::EVENTS).await;
    let builder = builder.connect_timeout(SOON).reconnecting();
    let mut socket = builder.policy(Policy::new().max_tries(1)).start();
    match within(socket.next()).await {
        Some(Event::GaveUp {
            cause: Cause::ConnectTimeout,
        }) => {}
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    fn watch_timers(ms: f64) -> JsValue;
    fn stop_watching_timers(watch: JsValue) -> Vec<f64>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}
