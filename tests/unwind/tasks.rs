//! Tasks that panic with something of the crate in their hands.

use futures::{future::join, FutureExt, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Reconnecting, WebSocket};

use super::{
    assert_closes, connections::full, open, panic_on_purpose, panics, sleep, transports, url,
    within, Bystander,
};

#[test]
async fn a_connection_in_a_task_that_panics_is_closed() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let connection = open("/echo", transport).await;
        let closed = connection.closed();
        let (sender, mut receiver) = connection.split();
        let task = panics(async move {
            let _ = receiver.next().now_or_never();
            panic_on_purpose();
        });
        task.await;
        // One half is left.
        sender.send("text").await.unwrap();
        panics(async move {
            let _held = sender;
            panic_on_purpose();
        })
        .await;
        assert!(within(closed).await.was_clean());
        bystander.check(0).await;
    }
}

#[test]
async fn a_task_that_panics_while_it_waits_to_send_gives_its_turn_away() {
    for transport in transports() {
        let bystander = Bystander::new().await;
        let connection = full(transport).await;
        let bad = async {
            let sending = connection.send("never");
            let _ = futures::future::select(sending.boxed_local(), sleep(0).boxed_local()).await;
            panic_on_purpose();
        };
        let ((), sent) = within(join(panics(bad), connection.send("next"))).await;
        sent.unwrap();
        within(connection.flush()).await.unwrap();
        assert_closes(connection).await;
        bystander.check(0).await;
    }
}

#[test]
async fn subscriptions_in_a_task_that_panics_leave_the_others_alone() {
    let bystander = Bystander::new().await;
    let socket = WebSocket::new(&url("/echo")).unwrap();
    let (mut open, mut messages) = (socket.on_open(), socket.on_message());
    let held = (socket.on_open(), socket.on_message(), socket.clone());
    panics(async move {
        let _held = held;
        panic_on_purpose();
    })
    .await;
    within(open.next()).await.unwrap();
    socket.send("text").unwrap();
    assert_eq!(within(messages.next()).await.unwrap(), "text");
    bystander.check(0).await;
}

#[test]
async fn a_socket_that_comes_back_in_a_task_that_panics_is_closed() {
    let bystander = Bystander::new().await;
    let mut socket = Reconnecting::builder(&url("/echo")).start();
    let states = socket.states();
    panics(async move {
        socket.next().await;
        panic_on_purpose();
    })
    .await;
    within(states.for_each(|_| async {})).await;
    bystander.check(0).await;
}
