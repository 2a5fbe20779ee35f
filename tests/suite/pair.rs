//! What only a pair has: a network that can be paused and cut, and two ends that are both ours.

use std::{cell::RefCell, rc::Rc, sync::Arc, task::Context};

use futures::{
    future::join,
    task::{waker, ArcWake},
    FutureExt, StreamExt,
};
use wasm_websocket::{
    pair, BinaryType, CloseCode, Connection, Error, Network, Overflow, ReadyState, Side,
};

use super::{
    ending::assert_ends_for_good,
    memory::{settle_tasks, spawn_local},
    support::{next, within},
};

macro_rules! tests {
    ($($(#[$only:ident])? async fn $name:ident() $body:block)+) => {
        mod in_memory {
            use super::*;
            $(crate::suite::support::in_memory! { [$($only)?] $name _transport $body })+
        }
    };
}

fn paired() -> (Connection, Connection, Network) {
    let builder = Connection::builder("wss://example.org/pair");
    builder.pair(|server| server).unwrap()
}

/// A pair whose server has such a budget.
fn limited(budget: u64, overflow: Overflow) -> (Connection, Connection, Network) {
    let builder = Connection::builder("wss://example.org/pair");
    builder
        .pair(|server| server.receive_budget(budget, overflow))
        .unwrap()
}

fn is_pending(connection: &mut Connection) -> bool {
    connection.next().now_or_never().is_none()
}

fn assert_unclean(error: &Error) {
    match error {
        Error::Closed(event) => {
            assert_eq!((event.code().as_u16(), event.was_clean()), (1006, false))
        }
        other => panic!("{other:?}"),
    }
}

tests! {
    async fn both_ends_send_receive_and_see_the_same_end() {
        let (mut client, mut server) = pair();
        client.send("to the server").await.unwrap();
        server.send(vec![1, 2, 3]).await.unwrap();
        assert_eq!(next(&mut server).await, "to the server");
        assert_eq!(next(&mut client).await, [1, 2, 3]);
        server.close_with(CloseCode::new(3001), "grüezi").unwrap();
        for end in [&mut client, &mut server] {
            assert_ends_for_good(end).await;
            assert_eq!(within(end.closed()).await.to_string(), "3001 (grüezi), clean");
        }
    }

    async fn an_end_answers_a_close_although_nobody_reads_it() {
        let (client, mut server) = pair();
        client.send("before").await.unwrap();
        within(client.close()).await.unwrap();
        assert_eq!(server.send("late").await, Err(Error::NotOpen(ReadyState::Closed)));
        assert_eq!(next(&mut server).await, "before");
        assert_ends_for_good(&mut server).await;
        assert_eq!(within(server.closed()).await.code(), 1005);
    }

    async fn a_close_frame_makes_the_other_end_closing() {
        let (client, server) = pair();
        drop(client.close());
        let closing = Err(Error::NotOpen(ReadyState::Closing));
        assert_eq!((client.send("x").await, server.send("x").await), (closing.clone(), closing));
        within(server.closed()).await;
        let closed = Err(Error::NotOpen(ReadyState::Closed));
        assert_eq!((client.send("x").await, server.send("x").await), (closed.clone(), closed));
    }

    async fn the_only_task_is_woken_by_a_close_at_whichever_end_it_is() {
        let (client, mut server) = pair();
        spawn_local(async move {
            settle_tasks().await;
            drop(client);
        });
        assert!(within(server.next()).await.is_none());

        let (client, _server) = pair();
        let closed = client.closed();
        spawn_local(async move {
            settle_tasks().await;
            drop(client);
        });
        assert_eq!(within(closed).await.code(), 1005);
    }

    async fn when_both_close_at_a_time_each_sees_the_code_of_the_other() {
        let (client, server, network) = paired();
        network.pause(Side::Client);
        network.pause(Side::Server);
        client.close_with(CloseCode::new(3001), "client").unwrap();
        server.close_with(CloseCode::new(3002), "server").unwrap();
        network.resume(Side::Client);
        assert!(server.closed().now_or_never().is_none());
        assert!(network.deliver_next(Side::Server));
        assert!(!network.deliver_next(Side::Server), "one close frame is enough");
        assert_eq!(within(client.closed()).await.reason(), "server");
        assert_eq!(within(server.closed()).await.reason(), "client");
    }

    async fn what_is_paused_is_buffered_and_arrives_in_order_once_it_goes_on() {
        let (mut client, mut server, network) = paired();
        network.pause(Side::Client);
        client.send("grüezi").await.unwrap();
        client.send(vec![0; 100]).await.unwrap();
        let flushing = client.flush();
        let closing = client.close();
        assert_eq!(client.buffered_amount(), 107);
        assert!(is_pending(&mut server));
        assert!(client.flush().now_or_never().is_none());
        // The other direction goes on.
        server.send("discarded").await.unwrap();
        network.resume(Side::Client);
        assert_eq!(client.buffered_amount(), 0);
        assert_eq!(flushing.now_or_never(), Some(Ok(())));
        assert_eq!(next(&mut server).await, "grüezi");
        assert_eq!(next(&mut server).await, vec![0; 100].as_slice());
        assert_ends_for_good(&mut server).await;
        assert_ends_for_good(&mut client).await;
        within(closing).await.unwrap();
    }

    async fn messages_are_delivered_one_by_one() {
        let (client, mut server, network) = paired();
        assert!(!network.deliver_next(Side::Client));
        network.pause(Side::Client);
        for text in ["one", "two"] {
            client.send(text).await.unwrap();
        }
        client.close_with(CloseCode::new(3001), "").unwrap();
        for text in ["one", "two"] {
            assert!(is_pending(&mut server));
            assert!(network.deliver_next(Side::Client));
            assert_eq!(next(&mut server).await, text);
        }
        assert!(server.send("still open").await.is_ok());
        assert!(network.deliver_next(Side::Client));
        assert!(!network.deliver_next(Side::Client));
        assert_ends_for_good(&mut server).await;
    }

    async fn senders_wait_above_the_high_watermark_until_below_the_low_one() {
        let builder = Connection::builder("wss://example.org/pair").send_watermarks(10, 20);
        let (client, mut server, network) = builder.pair(|server| server).unwrap();
        network.pause(Side::Client);
        for text in ["0123456789", "0123456789", "0"] {
            assert_eq!(client.send(text).now_or_never(), Some(Ok(())));
        }
        let mut sending = Box::pin(client.send("waits"));
        for still_waits in [true, true, false] {
            assert_eq!((&mut sending).now_or_never().is_none(), still_waits);
            assert!(network.deliver_next(Side::Client));
        }
        network.resume(Side::Client);
        let texts: Vec<_> = server.by_ref().take(4).map(|text| text.unwrap()).collect().await;
        assert_eq!(texts[3], "waits");
        assert!(is_pending(&mut server), "it is sent once");
    }

    async fn a_cut_is_one_error_at_both_ends_after_what_had_arrived() {
        let builder = Connection::builder("wss://example.org/pair").send_watermarks(0, 0);
        let (mut client, mut server, network) = builder.pair(|server| server).unwrap();
        server.send("arrived").await.unwrap();
        network.pause(Side::Client);
        client.send("lost").await.unwrap();
        let (sent, flushed, ()) = within(futures::future::join3(
            client.send("waits"),
            client.flush(),
            async {
                settle_tasks().await;
                network.cut();
            },
        ))
        .await;
        assert_unclean(&sent.unwrap_err());
        assert_unclean(&flushed.unwrap_err());
        assert_eq!(client.buffered_amount(), 4);
        network.resume(Side::Client);
        assert_eq!(next(&mut client).await, "arrived");
        for end in [&mut client, &mut server] {
            assert_unclean(&within(end.next()).await.unwrap().unwrap_err());
            assert_ends_for_good(end).await;
            assert_unclean(&within(end.close()).await.unwrap_err());
        }
    }

    async fn a_cut_after_the_end_changes_nothing() {
        let (client, server, network) = paired();
        within(client.close()).await.unwrap();
        network.cut();
        assert!(within(server.closed()).await.was_clean());
    }

    async fn a_cut_breaks_a_close_that_is_not_answered() {
        let (client, server, network) = paired();
        network.pause(Side::Client);
        let (closed, ()) = within(join(client.close(), async {
            settle_tasks().await;
            network.cut();
        }))
        .await;
        assert_unclean(&closed.unwrap_err());
        network.resume(Side::Client);
        for end in [&client, &server] {
            assert_eq!(end.send("x").await, Err(Error::NotOpen(ReadyState::Closed)));
            assert!(format!("{end:?}").contains("ready_state: Closed"));
        }
    }

    async fn more_than_the_peer_has_room_for_closes_the_connection() {
        for (overflow, code) in [
            (Overflow::Fail, CloseCode::NO_STATUS_RECEIVED),
            (Overflow::Close(CloseCode::new(3999)), CloseCode::new(3999)),
        ] {
            let (client, mut server, _) = limited(0, overflow);
            client.send("first").await.unwrap();
            client.send("too much").await.unwrap();
            assert_eq!(client.send("late").await, Err(Error::NotOpen(ReadyState::Closing)));
            assert_eq!(within(client.closed()).await.code(), code);
            assert_eq!(next(&mut server).await, "first");
            let error = within(server.next()).await.unwrap().unwrap_err();
            assert_eq!(error, Error::Overflow { dropped: 1 });
            assert_ends_for_good(&mut server).await;
        }
    }

    async fn the_oldest_make_room_where_the_peer_says_so() {
        let (client, mut server, _) = limited(0, Overflow::DropOldest);
        for text in ["1", "2", "3"] {
            client.send(text).await.unwrap();
        }
        let error = within(server.next()).await.unwrap().unwrap_err();
        assert_eq!(error, Error::Overflow { dropped: 2 });
        assert_eq!(next(&mut server).await, "3");
    }

    async fn a_dropped_end_closes_after_what_it_sent() {
        let (client, mut server, network) = paired();
        network.pause(Side::Client);
        client.send("last").await.unwrap();
        drop(client);
        drop(network.clone());
        assert!(is_pending(&mut server));
        network.resume(Side::Client);
        assert_eq!(next(&mut server).await, "last");
        assert_ends_for_good(&mut server).await;
        assert_eq!(within(server.closed()).await.code(), 1005);
    }

    async fn what_arrives_for_a_dropped_receiver_is_discarded() {
        let (client, server) = pair();
        let (sender, receiver) = server.split();
        drop(receiver);
        for _ in 0..3 {
            client.send(vec![0; 64 << 20]).await.unwrap();
        }
        sender.send("still open").await.unwrap();
    }

    async fn the_first_subprotocol_of_the_client_that_the_server_has_is_chosen() {
        let builder = || Connection::builder("wss://example.org/chat").protocols(["v3", "v2", "v1"]);
        let pair = builder().pair(|server| server.protocols(["v1", "v2"]));
        let (client, server, _) = pair.unwrap();
        for end in [client, server] {
            let agreed = (end.url(), end.protocol(), end.extensions());
            assert_eq!(agreed, ("wss://example.org/chat".into(), "v2".into(), String::new()));
        }
        assert_unclean(&builder().pair(|server| server).unwrap_err());
        let (client, ..) = Connection::builder("").pair(|server| server.protocols(["v1"])).unwrap();
        assert_eq!(client.protocol(), "");
    }

    async fn bad_settings_of_either_end_are_typed_errors() {
        let builder = || Connection::builder("wss://example.org/chat");
        let twice = Error::DuplicateProtocol("a".to_owned());
        let pair = builder().protocols(["a", "a"]).pair(|server| server);
        assert_eq!(pair.unwrap_err(), twice);
        let pair = builder().pair(|server| server.protocols(["a", "a"]));
        assert_eq!(pair.unwrap_err(), twice);
        let code = CloseCode::GOING_AWAY;
        let pair = builder().pair(|server| server.receive_budget(0, Overflow::Close(code)));
        assert_eq!(pair.unwrap_err(), Error::InvalidCloseCode(code));
    }

    async fn a_waker_that_sends_keeps_the_order() {
        let (client, mut server) = pair();
        let (sender, _receiver) = client.split();
        on_arrival(&mut server, {
            let sender = sender.clone();
            move || assert_eq!(sender.send("from the waker").now_or_never(), Some(Ok(())))
        });
        sender.send("first").await.unwrap();
        assert_eq!(next(&mut server).await, "first");
        assert_eq!(next(&mut server).await, "from the waker");
        assert!(is_pending(&mut server));
    }

    async fn a_waker_that_resumes_has_the_rest_delivered() {
        let (client, mut server, network) = paired();
        network.pause(Side::Client);
        client.send("1").await.unwrap();
        client.send("2").await.unwrap();
        on_arrival(&mut server, {
            let network = network.clone();
            move || network.resume(Side::Client)
        });
        assert!(network.deliver_next(Side::Client));
        assert_eq!(next(&mut server).await, "1");
        assert_eq!(next(&mut server).await, "2");
    }

    #[browsers]
    async fn what_is_written_to_a_buffer_while_it_waits_is_not_sent() {
        let (client, mut server, network) = paired();
        network.pause(Side::Client);
        let view = js_sys::Uint8Array::from([1, 2, 3].as_slice());
        client.send(view.buffer()).await.unwrap();
        view.fill(9, 0, 3);
        network.resume(Side::Client);
        let received = next(&mut server).await;
        view.fill(8, 0, 3);
        assert_eq!(received, [1, 2, 3]);
    }

    #[browsers]
    async fn text_arrives_well_formed() {
        let (client, mut server) = pair();
        let lone = js_sys::JsString::from_char_code(&[0x61, 0xd800, 0x62]);
        client.send(lone).await.unwrap();
        let text = next(&mut server).await;
        let text = text.as_text().unwrap().as_js();
        assert_eq!(text.char_code_at(1), f64::from(0xfffd));
    }

    #[browsers]
    async fn bytes_arrive_in_the_binary_type_and_blobs_as_they_are() {
        let builder = Connection::builder("wss://example.org/blobs");
        let pair = builder.pair(|server| server.binary_type(BinaryType::Blob));
        let (mut client, mut server, _) = pair.unwrap();
        client.send(vec![1, 2, 3]).await.unwrap();
        let message = next(&mut server).await;
        let blob = message.as_blob().unwrap();
        assert_eq!(within(blob.bytes()).await.unwrap(), [1, 2, 3]);
        server.send(message).await.unwrap();
        assert_eq!(next(&mut client).await.as_blob().unwrap().size(), 3);
    }
}

/// Natively a binary type has no effect on bytes.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn without_a_browser_bytes_stay_bytes() {
    super::memory::run(async {
        let builder = Connection::builder("wss://example.org/blobs");
        let pair = builder.pair(|server| server.binary_type(BinaryType::Blob));
        let (client, mut server, _) = pair.unwrap();
        client.send(vec![1, 2, 3]).await.unwrap();
        assert_eq!(next(&mut server).await, [1, 2, 3]);
    });
}

thread_local! {
    static ON_WAKE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Acts when it wakes.
struct Acting;

impl ArcWake for Acting {
    fn wake_by_ref(_: &Arc<Self>) {
        if let Some(act) = ON_WAKE.take() {
            act();
        }
    }
}

/// Has the next thing that arrives do something.
fn on_arrival(connection: &mut Connection, act: impl FnOnce() + 'static) {
    ON_WAKE.set(Some(Box::new(act)));
    let waker = waker(Arc::new(Acting));
    let mut cx = Context::from_waker(&waker);
    assert!(connection.poll_next_unpin(&mut cx).is_pending());
}

#[cfg(feature = "trace")]
mod observed;
