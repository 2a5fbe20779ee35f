use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use wasm_websocket_server::{Error, Server};

use crate::client::*;

#[tokio::test]
async fn stop_closes_every_socket_with_1001() {
    let server = serve_tests().await;
    let mut sockets = Vec::new();
    for path in [
        "/echo",
        "/test/silent",
        "/test/flood?count=4000000000&size=100000",
    ] {
        sockets.push(connect(&server, path).await);
    }
    let reading = async {
        for socket in &mut sockets {
            assert_eq!(closed(socket).await.unwrap().0, 1001);
        }
    };
    let started = Instant::now();
    tokio::join!(server.stop(), reading);
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn stop_does_not_wait_for_those_that_never_close() {
    let server = serve_tests().await;
    let mut silent = tcp(&server).await;
    silent
        .write_all(handshake("/echo").as_bytes())
        .await
        .unwrap();
    let mut stalled = tcp(&server).await;
    stalled
        .write_all(handshake("/test/stall").as_bytes())
        .await
        .unwrap();
    let _idle = tcp(&server).await;
    let mut head = [0; 12];
    silent.read_exact(&mut head).await.unwrap();

    let started = Instant::now();
    server.stop().await;
    assert!((1..4).contains(&started.elapsed().as_secs()));
    let end = soon(silent.read_to_end(&mut Vec::new())).await;
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn abort_resets_every_connection() {
    let server = serve_tests().await;
    let mut sockets = Vec::new();
    for path in [
        "/echo",
        "/test/silent",
        "/test/flood?count=4000000000&size=100000",
    ] {
        sockets.push(connect(&server, path).await);
    }
    soon(server.abort()).await;
    for socket in &mut sockets {
        assert!(is_reset(socket).await);
    }
}

#[tokio::test]
async fn a_dropped_handle_aborts() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo").await;
    drop(server);
    assert!(is_reset(&mut socket).await);
}

#[tokio::test]
async fn the_port_is_free_again_after_stop() {
    let server = serve_tests().await;
    let port = server.local_addr().port();
    assert_eq!(server.url(), format!("http://127.0.0.1:{port}/"));
    let again = Config { port, ..config() };
    let busy = Server::bind(again.clone()).await;
    assert!(matches!(busy, Err(Error::PortInUse(in_use)) if in_use == port));
    server.stop().await;
    Server::bind(again).await.unwrap();
}
