//! Functions of a socket that comes back that panic: it ends.

use std::{cell::Cell, future::ready, rc::Rc, time::Duration};

use futures::{future::join3, SinkExt, StreamExt};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{
    Builder, Connection, Event, Heartbeat, NotSent, Reconnecting, ReconnectingBuilder, State,
    Traced, WhenFull,
};

use super::{panic_on_purpose, sleep, url, within, Bystander, NoMessage};

/// How many connections are open.
type Count = Rc<Cell<i32>>;

fn counted(path: &str, count: &Count) -> Builder {
    let count = Rc::clone(count);
    Connection::builder(&url(path)).observe(move |traced| match traced {
        Traced::Opened { .. } => count.set(count.get() + 1),
        Traced::Closed(_) => count.set(count.get() - 1),
        _ => {}
    })
}

fn no_address() -> ReconnectingBuilder {
    Reconnecting::with_address(|| {
        if true {
            panic_on_purpose();
        }
        ready(Ok(Connection::builder("")))
    })
}

fn address_that_panics_later() -> ReconnectingBuilder {
    Reconnecting::with_address(|| async {
        sleep(1).await;
        panic_on_purpose()
    })
}

/// By what it is that panics.
fn all(count: &Count) -> [(&'static str, ReconnectingBuilder); 8] {
    let echo = || counted("/echo", count).reconnecting();
    let closes = || counted("/test/close?code=3001", count).reconnecting();
    let heartbeat = Heartbeat::new(|| NoMessage).interval(Duration::from_millis(20));
    let hiding = Heartbeat::new(|| "?").hide_answers(|_| panic_on_purpose());
    [
        ("address", no_address()),
        ("address, later", address_that_panics_later()),
        (
            "greeting",
            echo().greeting(|| -> Vec<&str> { panic_on_purpose() }),
        ),
        ("message of the greeting", echo().greeting(|| [NoMessage])),
        ("question", echo().heartbeat(heartbeat)),
        ("answer", echo().heartbeat(hiding)),
        ("retry", closes().retry_if(|_| panic_on_purpose())),
        ("iterator of the greeting", {
            let messages = || std::iter::from_fn(|| -> Option<&str> { panic_on_purpose() });
            echo().greeting(messages)
        }),
    ]
}

#[test]
async fn it_ends_and_says_so_to_everybody() {
    let count = Count::default();
    for (what, builder) in all(&count) {
        let bystander = Bystander::new().await;
        let mut other = counted("/echo", &count).reconnecting().start();
        assert!(matches!(within(other.next()).await, Some(Event::Opened)));

        let mut socket = builder.backlog(10, WhenFull::Wait).start();
        let (sender, mut sink) = (socket.sender(), socket.sender());
        let waiting = join3(
            sender.states().collect::<Vec<_>>(),
            sender.send("more than ten bytes"),
            // What is fed second has to wait for the first.
            async {
                for _ in 0..3 {
                    sink.feed("more than ten bytes".into()).await?;
                }
                sink.flush().await
            },
        );
        let (states, sent, _) = within(waiting).await;
        let was_open = ["question", "answer", "retry"].contains(&what);
        assert_eq!(states.contains(&State::Open), was_open, "{what}");
        assert_eq!(states.last(), Some(&State::Closed), "{what}");
        assert!(was_open || sent.is_err(), "{what}");
        within(async { while socket.next().await.is_some() {} }).await;
        let late = within(socket.send("late")).await;
        assert_eq!(*late.unwrap_err().reason(), NotSent::Closed, "{what}");
        within(socket.close()).await;
        sleep(50).await;
        assert_eq!(count.get(), 1, "{what}");

        within(other.send("text")).await.unwrap();
        match within(other.next()).await {
            Some(Event::Message(message)) => assert_eq!(message, "text"),
            event => panic!("{event:?}"),
        }
        within(other.close()).await;
        bystander.check(1).await;
        assert_eq!(count.get(), 0, "{what}");
    }
}

#[test]
async fn the_tasks_that_are_due_after_it_run() {
    let bystander = Bystander::new().await;
    let (has_run, had_run) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let socket = no_address().start();
    spawn_local({
        let has_run = Rc::clone(&has_run);
        async move { has_run.set(true) }
    });
    // A task that looks would have the others run.
    let look = Closure::<dyn FnMut()>::own_assert_unwind_safe({
        let had_run = Rc::clone(&had_run);
        move || had_run.set(has_run.get())
    });
    set_timeout(&look, 50);
    sleep(100).await;
    assert!(had_run.get());
    assert_eq!(socket.state(), State::Closed);
    bystander.check(1).await;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(function: &Closure<dyn FnMut()>, delay_ms: i32);
}
