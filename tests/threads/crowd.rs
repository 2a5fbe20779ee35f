//! Eight threads that send through clones of one sender, and a ninth that receives.

use futures::{future::join_all, StreamExt};
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{OwnedMessage, RemoteReceiver, RemoteSender};

use super::{
    spawn::spawn,
    support::{connect, within, UncaughtGuard},
};

const THREADS: usize = 8;
const EACH: usize = 3000;
const ROUNDS: usize = 20;

#[test]
async fn what_each_of_eight_threads_sends_comes_back_in_its_order() {
    let guard = UncaughtGuard::new();
    for round in 1..=ROUNDS {
        let (sender, receiver) = connect("/echo").await.into_remote().split();
        let closed = receiver.closed();
        let received = spawn(move || receive(receiver));
        let sent = (0..THREADS).map(|thread| {
            let sender = sender.clone();
            spawn(move || send(sender, thread))
        });
        let sent = join_all(sent.collect::<Vec<_>>());
        drop(sender);
        assert!(
            within(sent).await.iter().all(Result::is_ok),
            "round {round}"
        );
        within(received).await.expect("all of it, in order");
        assert!(within(closed).await.was_clean());
    }
    guard.check().await;
}

async fn send(sender: RemoteSender, thread: usize) {
    for i in 0..EACH {
        sender.send(format!("{thread} {i}")).await.unwrap();
    }
}

async fn receive(mut receiver: RemoteReceiver) {
    let mut next = [0; THREADS];
    for _ in 0..THREADS * EACH {
        let Some(Ok(OwnedMessage::Text(text))) = receiver.next().await else {
            panic!("no text");
        };
        let (thread, i) = text.split_once(' ').unwrap();
        let thread: usize = thread.parse().unwrap();
        assert_eq!(i, next[thread].to_string());
        next[thread] += 1;
    }
}
