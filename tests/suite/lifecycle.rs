//! A socket that comes back, and what the window or worker tells: events that the test itself
//! dispatches, and a fake clock.

use std::time::Duration;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test as test};
use wasm_websocket::{Heartbeat, Policy, Retry, State};

use super::{
    reconnect::{next, to},
    support::{
        count_listeners, new_id, server_remembers, server_saw_it_end, settle, stop_counting, within,
    },
};

/// Makes each of these bodies a test, which says so if there is nobody to report anything.
macro_rules! where_it_is_told {
    ($(async fn $name:ident() $body:block)+) => {
        $(
            #[test]
            async fn $name() {
                if js_sys::global().is_instance_of::<web_sys::EventTarget>() {
                    $body
                } else {
                    let name = concat!(module_path!(), "::", stringify!($name));
                    console_log!("{name} skipped: the global object has no events here");
                }
            }
        )+
    };
}

/// Has the window or worker report something, as the browser would.
fn report(event: &str) {
    let global: web_sys::EventTarget = js_sys::global().unchecked_into();
    let event = web_sys::Event::new(event).unwrap();
    global.dispatch_event(&event).unwrap();
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    /// So many milliseconds ahead, for everybody.
    fn set_fake_clock(ahead: f64);
    fn set_real_clock();
}

/// Sets the clock right again, also where a test fails.
struct FakeClock;

impl FakeClock {
    fn ahead(hours: f64) -> Self {
        set_fake_clock(hours * 3.6e6);
        Self
    }
}

impl Drop for FakeClock {
    fn drop(&mut self) {
        set_real_clock();
    }
}

where_it_is_told! {
    async fn nothing_is_tried_while_the_browser_is_offline() {
        let mut socket = to("/test/abort?after=1").greeting(|| ["go"]).start();
        assert_eq!(next(&mut socket).await, "opened");
        report("offline");
        assert_eq!(next(&mut socket).await, "down: 1006, and waits");
        TimeoutFuture::new(200).await;
        assert_eq!(socket.state(), State::Offline);
        report("online");
        settle().await;
        assert!(
            matches!(socket.state(), State::Waiting { .. }),
            "{socket:?}"
        );
        assert_eq!(next(&mut socket).await, "opened");

        report("offline");
        assert_eq!(next(&mut socket).await, "down: 1006, and waits");
        settle().await;
        socket.reconnect_now();
        assert_eq!(next(&mut socket).await, "opened");
        report("online");
    }

    async fn an_open_connection_is_left_alone_when_the_browser_goes_offline() {
        let mut socket = to("/echo").start();
        assert_eq!(next(&mut socket).await, "opened");
        report("offline");
        settle().await;
        socket.send("still there").await.unwrap();
        assert_eq!(next(&mut socket).await, "still there");
        report("online");
    }

    async fn going_offline_while_it_waits_pauses_the_waiting() {
        let hour = Duration::from_secs(3_600);
        let mut socket = to("/test/close?code=1012")
            .policy(Policy::new().initial(hour).cap(hour))
            .start();
        assert_eq!(next(&mut socket).await, "opened");
        assert_eq!(next(&mut socket).await, "down: 1012");
        report("offline");
        settle().await;
        assert_eq!(socket.state(), State::Offline);
        report("online");
        assert_eq!(next(&mut socket).await, "opened");
    }

    async fn a_browser_that_is_wrong_about_being_offline_is_not_believed_for_ever() {
        let mut socket = to("/test/abort?after=1")
            .policy(
                Policy::new()
                    .initial(Duration::ZERO)
                    .cap(Duration::from_millis(600)),
            )
            .greeting(|| ["go"])
            .start();
        assert_eq!(next(&mut socket).await, "opened");
        report("offline");
        for _ in 0..2 {
            assert_eq!(next(&mut socket).await, "down: 1006, and waits");
            assert_eq!(next(&mut socket).await, "opened");
        }
        report("online");
    }

    async fn what_the_network_did_while_the_page_was_away_is_looked_up() {
        let mut socket = to("/echo").start();
        assert_eq!(next(&mut socket).await, "opened");
        report("offline");
        report("pagehide");
        assert_eq!(next(&mut socket).await, "down: PageHidden, and waits");
        report("pageshow");
        assert_eq!(next(&mut socket).await, "opened");
    }

    async fn a_page_that_is_left_closes_and_one_that_is_shown_again_connects() {
        let id = new_id();
        let mut socket = to(&format!("/echo?id={id}")).start();
        assert_eq!(next(&mut socket).await, "opened");
        report("pagehide");
        assert_eq!(next(&mut socket).await, "down: PageHidden, and waits");
        assert_eq!(server_saw_it_end(&id).await["aborted"], false);
        assert_eq!(socket.state(), State::Offline);
        let sender = socket.sender();
        let sending = async move { sender.send("meanwhile").await.unwrap() };
        let coming_back = async {
            settle().await;
            report("pageshow");
            assert_eq!(next(&mut socket).await, "opened");
            assert_eq!(next(&mut socket).await, "meanwhile");
        };
        futures::join!(within(sending), coming_back);
    }

    async fn a_page_that_is_seen_again_or_online_again_asks_at_once() {
        let heartbeat = Heartbeat::new(|| "?").interval(Duration::from_secs(3_600));
        let id = new_id();
        let mut socket = to(&format!("/echo?id={id}")).heartbeat(heartbeat).start();
        assert_eq!(next(&mut socket).await, "opened");
        for event in ["visibilitychange", "online"] {
            report(event);
            assert_eq!(next(&mut socket).await, "?");
        }
        server_remembers(&id, |memory| memory["messages"] == 2).await;
    }

    async fn a_clock_that_is_set_back_holds_nothing_up() {
        let wait = Duration::from_millis(300);
        let retry = move |_: &_| Retry::After(wait);
        let mut socket = to("/test/close?code=1012").retry_if(retry).start();
        assert_eq!(next(&mut socket).await, "opened");
        assert_eq!(next(&mut socket).await, "down: 1012");
        settle().await;
        let _clock = FakeClock::ahead(-3.0);
        report("visibilitychange");
        assert!(matches!(socket.state(), State::Waiting { .. }));
        assert_eq!(next(&mut socket).await, "opened");
    }

    async fn without_a_heartbeat_a_machine_that_slept_connects_anew() {
        let mut socket = to("/echo").start();
        assert_eq!(next(&mut socket).await, "opened");
        let _clock = FakeClock::ahead(3.0);
        // It is looked at now and then, and when somebody comes back to the page.
        report("visibilitychange");
        assert_eq!(next(&mut socket).await, "down: Slept");
        assert_eq!(next(&mut socket).await, "opened");
    }

    async fn every_listener_is_removed() {
        let global: web_sys::EventTarget = js_sys::global().unchecked_into();
        let live = count_listeners(&global);
        let mut socket = to("/echo").start();
        assert_eq!(next(&mut socket).await, "opened");
        assert_eq!(live.length(), 5);
        drop(socket);
        settle().await;
        assert_eq!(live.length(), 0);
        stop_counting(&global);
    }
}

#[test]
async fn a_machine_that_slept_has_waited() {
    let hours = Duration::from_secs(2 * 3_600);
    let policy = Policy::new().initial(hours).cap(hours);
    let mut socket = to("/test/close?code=1012").policy(policy).start();
    assert_eq!(next(&mut socket).await, "opened");
    assert_eq!(next(&mut socket).await, "down: 1012");
    settle().await;
    let _clock = FakeClock::ahead(3.0);
    assert_eq!(next(&mut socket).await, "opened");
}

#[test]
async fn a_machine_that_slept_asks_before_it_judges() {
    let heartbeat = Heartbeat::new(|| "?").interval(Duration::from_secs(3_600));
    let mut socket = to("/echo").heartbeat(heartbeat).start();
    assert_eq!(next(&mut socket).await, "opened");
    let _clock = FakeClock::ahead(3.0);
    assert_eq!(next(&mut socket).await, "?");
    assert_eq!(socket.state(), State::Open);
}
