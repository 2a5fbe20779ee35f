//! Sockets that come back, until they end in each way.

use std::time::Duration;

use futures::StreamExt;
use wasm_websocket::{Connection, Event, Policy, Reconnecting, ReconnectingBuilder, Transport};

use super::{
    endings::{refusing, Doors},
    looks::{assert_leaves_nothing, assert_leaves_nothing_in, HEAP_EACH, ROUNDS},
    support::{each_transport, url},
};

fn at(address: &str, transport: Transport) -> ReconnectingBuilder {
    Connection::builder(address)
        .transport(transport)
        .reconnecting()
        .policy(Policy::new().initial(Duration::ZERO))
}

/// Reads until such an event came.
async fn until(socket: &mut Reconnecting, is: impl Fn(&Event) -> bool) {
    while !is(&socket.next().await.unwrap()) {}
}

fn is_opened(event: &Event) -> bool {
    matches!(event, Event::Opened)
}

fn is_message(event: &Event) -> bool {
    matches!(event, Event::Message(_))
}

fn is_down(event: &Event) -> bool {
    matches!(event, Event::Down { .. })
}

fn is_gave_up(event: &Event) -> bool {
    matches!(event, Event::GaveUp { .. })
}

each_transport! {
    async fn a_reconnecting_socket_superseded(transport: Transport) {
        let address = url("/test/greet");
        // Four sockets a round.
        assert_leaves_nothing_in(ROUNDS, 4.0 * HEAP_EACH, transport, async |_| {
            let mut socket = at(&address, transport).start();
            until(&mut socket, is_message).await;
            socket.reconnect_now();
            until(&mut socket, is_down).await;
            until(&mut socket, is_message).await;
            // This one while it connects.
            socket.reconnect_now();
            socket.reconnect_now();
            until(&mut socket, is_message).await;
        })
        .await;
    }

    async fn a_reconnecting_socket_closed_by_us(transport: Transport) {
        let address = url("/test/greet");
        assert_leaves_nothing(transport, async |_| {
            let mut socket = at(&address, transport).start();
            until(&mut socket, is_message).await;
            socket.close().await;
            while socket.next().await.is_some() {}
        })
        .await;
    }

    async fn a_reconnecting_socket_closed_by_the_server(transport: Transport) {
        let address = url("/test/close?code=1000");
        assert_leaves_nothing(transport, async |_| {
            let mut socket = at(&address, transport).start();
            until(&mut socket, is_gave_up).await;
            assert!(socket.next().await.is_none());
        })
        .await;
    }

    async fn a_reconnecting_socket_dropped_open(transport: Transport) {
        let address = url("/echo");
        assert_leaves_nothing(transport, async |_| {
            let mut socket = at(&address, transport).start();
            socket.send("hello").await.unwrap();
            until(&mut socket, is_message).await;
        })
        .await;
    }

    async fn a_reconnecting_socket_dropped_connecting(transport: Transport) {
        let address = url("/echo");
        assert_leaves_nothing(transport, async |_| drop(at(&address, transport).start())).await;
    }

    async fn a_reconnecting_socket_dropped_between_two_attempts(transport: Transport) {
        assert_leaves_nothing(transport, async |i| {
            let policy = Policy::new().initial(Duration::from_secs(1000));
            let mut socket = at(&refusing(i), transport).policy(policy).start();
            until(&mut socket, is_down).await;
        })
        .await;
    }

    async fn a_reconnecting_socket_refused(transport: Transport) {
        assert_leaves_nothing(transport, async |i| {
            let policy = Policy::new().max_tries(1);
            let mut socket = at(&refusing(i), transport).policy(policy).start();
            until(&mut socket, is_gave_up).await;
            assert!(socket.next().await.is_none());
        })
        .await;
    }

    async fn a_reconnecting_socket_aborted(transport: Transport) {
        let doors = Doors::to("/test/abort?after=1").await;
        assert_leaves_nothing(transport, async |i| {
            let mut socket = at(doors.at(i), transport).greeting(|| ["now"]).start();
            until(&mut socket, is_opened).await;
            until(&mut socket, is_down).await;
        })
        .await;
    }
}
