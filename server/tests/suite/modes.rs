use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout, Instant};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::client::*;
use crate::outlet::*;

const A_MOMENT: Duration = Duration::from_millis(200);

async fn echoes(socket: &mut Socket) {
    socket.send(Message::text("there?")).await.unwrap();
    assert_eq!(next(socket).await, Message::text("there?"));
}

async fn hears_nothing(socket: &mut Socket) {
    let heard = timeout(A_MOMENT, socket.next()).await;
    assert!(heard.is_err(), "{heard:?}");
}

#[tokio::test]
async fn an_outlet_leads_to_the_server() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut socket = outlet.connect("/echo?id=through").await;
    for message in [Message::text("a"), Message::binary(vec![7; 3 << 20])] {
        socket.send(message.clone()).await.unwrap();
        assert_eq!(next(&mut socket).await, message);
    }
    assert_eq!(story(&server, "through").await["messages"], 2);
    assert_eq!(
        outlet.status().await,
        json!({"mode": "serve", "accepted": 1, "open": 1})
    );
    socket.close(None).await.unwrap();
    assert_eq!(closed(&mut socket).await, None);
    drop(socket);
    outlet.until_open(0).await;
    assert_eq!(whole_story(&server, "through").await["aborted"], false);
    assert_eq!(outlet.status().await["accepted"], 1);
}

#[tokio::test]
async fn pages_that_come_through_an_outlet_are_the_servers_own() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let port = outlet.port;
    for host in ["127.0.0.1", "localhost"] {
        let origin = format!("http://{host}:{port}");
        connect_at(port, "/echo", &[("origin", &origin)])
            .await
            .unwrap();
    }
    let origin = format!("http://127.0.0.1:{port}");
    let foreign = connect_at(port, "/echo", &[("origin", "https://example.org")]).await;
    assert!(matches!(&foreign, Err(Error::Http(answer)) if answer.status() == 403));
    outlet.tell("remove").await;
    assert_eq!(refusal(&server, "/echo", &[("origin", &origin)]).await, 403);
}

#[tokio::test]
async fn stop_resets_everything_and_refuses_until_the_same_port_serves_again() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    for _ in 0..10 {
        let mut sockets = [
            outlet.connect("/echo?id=stopped").await,
            outlet.connect("/test/flood?count=1000000&size=10000").await,
        ];
        let status = outlet.tell("mode?is=stop").await;
        assert_eq!(
            (&status["mode"], &status["open"]),
            (&json!("stop"), &json!(0))
        );
        for socket in &mut sockets {
            assert!(is_reset(socket).await);
        }
        assert_eq!(whole_story(&server, "stopped").await["aborted"], true);
        let refused = outlet.try_tcp().await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        outlet.tell("mode?is=stop").await;
        outlet.tell("mode?is=serve").await;
        echoes(&mut outlet.connect("/echo").await).await;
    }
}

#[tokio::test]
async fn a_stopped_outlet_keeps_its_port() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    outlet.tell("mode?is=stop").await;
    // As the system does when it looks for the port of a client.
    let other = TcpSocket::new_v4().unwrap();
    let taken = other.bind(SocketAddr::from(([127, 0, 0, 1], outlet.port)));
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn a_silent_outlet_says_nothing_to_new_connections() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut before = outlet.connect("/echo").await;
    outlet.tell("mode?is=silent").await;
    let mut tcp = outlet.tcp().await;
    tcp.write_all(handshake("/echo?id=silent").as_bytes())
        .await
        .unwrap();
    assert!(timeout(A_MOMENT, tcp.read_u8()).await.is_err());
    assert_eq!(story(&server, "silent").await["seen"], false);
    echoes(&mut before).await;
    outlet.until_open(2).await;
    drop(tcp);
    outlet.until_open(1).await;
    outlet.tell("mode?is=serve").await;
    echoes(&mut outlet.connect("/echo").await).await;
}

#[tokio::test]
async fn a_refusing_outlet_answers_503() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut before = outlet.connect("/echo").await;
    outlet.tell("mode?is=refuse").await;
    for _ in 0..3 {
        let refused = connect_at(outlet.port, "/echo?after=1&code=x", &[]).await;
        assert!(matches!(&refused, Err(Error::Http(answer)) if answer.status() == 503));
    }
    echoes(&mut before).await;
}

#[tokio::test]
async fn a_closing_outlet_accepts_and_closes_with_a_code() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut before = outlet.connect("/echo").await;
    for (query, code) in [("", 1012), ("&code=4001", 4001), ("", 1012)] {
        outlet.tell(&format!("mode?is=close{query}")).await;
        let protocols = [("sec-websocket-protocol", "one, two")];
        let (mut socket, answer) = connect_at(outlet.port, "/echo", &protocols).await.unwrap();
        assert_eq!(answer.headers()["sec-websocket-protocol"], "one");
        assert_eq!(closed(&mut socket).await, Some((code, String::new())));
    }
    echoes(&mut before).await;
}

#[tokio::test]
async fn a_request_that_trickles_in_is_refused_whole() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    outlet.tell("mode?is=refuse").await;
    let mut tcp = outlet.tcp().await;
    for byte in handshake("/echo").bytes() {
        tcp.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut head = [0; 12];
    soon(tcp.read_exact(&mut head)).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 503");
}

#[tokio::test]
async fn what_is_no_request_is_reset() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    outlet.tell("mode?is=close").await;
    for nonsense in [
        b"\r\n".to_vec(),
        b"\xff \xff\r\n".to_vec(),
        vec![b'a'; 20_000],
    ] {
        let mut tcp = outlet.tcp().await;
        tcp.write_all(&nonsense).await.unwrap();
        let end = soon(tcp.read_u8()).await.unwrap_err();
        assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn a_black_hole_swallows_both_ways_and_closes_nothing() {
    let server = serve(Config {
        ping_interval: Duration::from_millis(400),
        ..config()
    })
    .await;
    let outlet = Outlet::open(&server).await;
    let mut open = outlet.connect("/echo?id=swallowed").await;
    echoes(&mut open).await;
    outlet.tell("mode?is=black-hole").await;
    open.send(Message::text("lost")).await.unwrap();
    hears_nothing(&mut open).await;
    // A new one is no better.
    let mut tcp = outlet.tcp().await;
    tcp.write_all(handshake("/echo").as_bytes()).await.unwrap();
    assert!(timeout(A_MOMENT, tcp.read_u8()).await.is_err());
    // The server gives up a client that answers no ping; the client doesn't hear of it.
    let story = whole_story(&server, "swallowed").await;
    assert_eq!(
        (&story["messages"], &story["aborted"]),
        (&json!(1), &json!(true))
    );
    hears_nothing(&mut open).await;
    outlet.tell("mode?is=serve").await;
    echoes(&mut outlet.connect("/echo").await).await;
    open.send(Message::text("lost as well")).await.unwrap();
    hears_nothing(&mut open).await;
    outlet.until_open(2).await;
    drop((open, tcp));
    outlet.until_open(0).await;
}

#[tokio::test]
async fn a_server_does_not_hear_that_a_swallowed_client_left() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let open = outlet.connect("/echo?id=left").await;
    outlet.tell("mode?is=black-hole").await;
    drop(open);
    outlet.until_open(0).await;
    sleep(A_MOMENT).await;
    assert_eq!(story(&server, "left").await["open"], true);
    outlet.tell("remove").await;
    assert_eq!(whole_story(&server, "left").await["aborted"], true);
}

#[tokio::test]
async fn a_black_hole_takes_what_a_client_would_not_read() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut open = outlet
        .connect("/test/flood?count=200&size=1000000&then=close&id=full")
        .await;
    // Everything is full by then.
    sleep(A_MOMENT).await;
    outlet.tell("mode?is=black-hole").await;
    let mut heard = 0;
    while let Ok(Some(Ok(_))) = timeout(A_MOMENT, open.next()).await {
        heard += 1;
    }
    assert!(heard < 200, "{heard}");
}

#[tokio::test]
async fn an_outlet_that_nobody_uses_is_removed() {
    let server = serve_tests().await;
    let outlet = Outlet::open_with(&server, "?unused=500").await;
    let held = outlet.connect("/echo").await;
    sleep(Duration::from_millis(1200)).await;
    drop(held);
    outlet.until_open(0).await;
    soon(async {
        while outlet.try_tcp().await.is_ok() {
            // Trying is using.
            sleep(Duration::from_millis(700)).await;
        }
    })
    .await;
    let (head, _) = http(&server, "GET", &format!("/test/outlet/{}", outlet.id), "").await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
}

#[tokio::test]
async fn a_removed_outlet_is_gone_with_its_connections() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let mut open = outlet.connect("/echo").await;
    assert_eq!(outlet.tell("remove").await["open"], 0);
    assert!(is_reset(&mut open).await);
    assert!(outlet.try_tcp().await.is_err());
    for what in ["mode?is=serve", "cut?after=0", "delay?ms=1", "remove"] {
        let (head, _) = post(&server, &format!("/test/outlet/{}/{what}", outlet.id)).await;
        assert!(head.starts_with("http/1.1 404 "), "{head}");
    }
    let other = TcpSocket::new_v4().unwrap();
    other
        .bind(SocketAddr::from(([127, 0, 0, 1], outlet.port)))
        .unwrap();
}

#[tokio::test]
async fn there_are_no_more_than_so_many_outlets() {
    let server = serve_tests().await;
    let mut outlets = Vec::new();
    for _ in 0..256 {
        outlets.push(Outlet::open(&server).await);
    }
    let (head, _) = post(&server, "/test/outlet").await;
    assert!(head.starts_with("http/1.1 503 "), "{head}");
    outlets[100].tell("remove").await;
    Outlet::open(&server).await;
}

#[tokio::test]
async fn what_an_outlet_cannot_do_is_a_bad_request() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    for what in [
        "mode",
        "mode?is=sleep",
        "mode?is=close&code=70000",
        "cut?after=-1",
        "cut?after=1&direction=sideways",
        "delay",
        "delay?ms=60001",
    ] {
        let (head, _) = post(&server, &format!("/test/outlet/{}/{what}", outlet.id)).await;
        assert!(head.starts_with("http/1.1 400 "), "{what}: {head}");
    }
    assert_eq!(outlet.status().await["mode"], "serve");
}

#[tokio::test]
async fn a_stopping_server_closes_sockets_through_outlets_and_waits_for_no_silent_one() {
    let server = serve_tests().await;
    let outlet = Outlet::open(&server).await;
    let port = outlet.port;
    let mut open = outlet.connect("/echo").await;
    outlet.tell("mode?is=silent").await;
    let mut silent = outlet.tcp().await;
    outlet.until_open(2).await;
    let stopped = Outlet::open(&server).await;
    stopped.tell("mode?is=stop").await;
    drop((stopped, outlet));
    let started = Instant::now();
    let goodbye = async {
        let close = closed(&mut open).await;
        drop(open);
        close
    };
    let (_, close) = tokio::join!(server.stop(), goodbye);
    assert_eq!(close.unwrap().0, 1001);
    assert!(started.elapsed() < Duration::from_secs(2));
    let end = soon(silent.read_u8()).await.unwrap_err();
    assert_eq!(end.kind(), ErrorKind::ConnectionReset);
    let gone = TcpStream::connect(("127.0.0.1", port)).await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
