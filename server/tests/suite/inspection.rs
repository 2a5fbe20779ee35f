use futures_util::SinkExt;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::Message;

use crate::client::*;

#[tokio::test]
async fn an_open_socket_is_known_by_its_messages() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo?id=a%20b").await;
    for _ in 0..3 {
        socket.send(Message::text("x")).await.unwrap();
        next(&mut socket).await;
    }
    assert_eq!(
        story(&server, "a%20b").await,
        json!({"seen": true, "open": true, "messages": 3, "close": null, "aborted": false})
    );
}

#[tokio::test]
async fn the_clients_close_frame_is_told() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/echo?id=1").await;
    let frame = CloseFrame {
        code: 3005.into(),
        reason: "h\u{e9}".into(),
    };
    socket.send(Message::Close(Some(frame))).await.unwrap();
    closed(&mut socket).await;
    drop(socket);
    assert_eq!(
        whole_story(&server, "1").await,
        json!({"seen": true, "open": false, "messages": 0, "close": {"code": 3005, "reason": "h\u{e9}"}, "aborted": false})
    );
}

#[tokio::test]
async fn a_close_frame_without_a_code_is_null() {
    let server = serve_tests().await;
    let mut socket = connect(&server, "/test/close?code=3001&id=2").await;
    // The client answers with the code it got.
    closed(&mut socket).await;
    drop(socket);
    assert_eq!(
        whole_story(&server, "2").await["close"],
        json!({"code": 3001, "reason": ""})
    );
    let mut socket = connect(&server, "/echo?id=3").await;
    socket.close(None).await.unwrap();
    closed(&mut socket).await;
    drop(socket);
    assert_eq!(
        whole_story(&server, "3").await["close"],
        json!({"code": null, "reason": ""})
    );
}

#[tokio::test]
async fn a_connection_that_ends_without_a_close_frame_is_aborted() {
    let server = serve_tests().await;
    drop(connect(&server, "/test/silent?id=gone").await);
    assert_eq!(
        whole_story(&server, "gone").await,
        json!({"seen": true, "open": false, "messages": 0, "close": null, "aborted": true})
    );
}

#[tokio::test]
async fn a_stalled_handshake_is_open_until_its_client_leaves() {
    let server = serve_tests().await;
    for (id, query) in [("never", ""), ("late", "&then=accept&after=3600000")] {
        let mut tcp = tcp(&server).await;
        tcp.write_all(handshake(&format!("/test/stall?id={id}{query}")).as_bytes())
            .await
            .unwrap();
        soon(async { while story(&server, id).await["open"] == false {} }).await;
        let mut byte = [0];
        assert_eq!(
            tcp.try_read(&mut byte).unwrap_err().kind(),
            std::io::ErrorKind::WouldBlock
        );
        drop(tcp);
        assert_eq!(whole_story(&server, id).await["aborted"], true);
    }
}

#[tokio::test]
async fn an_unknown_socket_was_not_seen() {
    let server = serve_tests().await;
    assert_eq!(
        story(&server, "nobody").await,
        json!({"seen": false, "open": false, "messages": 0, "close": null, "aborted": false})
    );
}

#[tokio::test]
async fn drop_all_resets_every_socket_and_counts_them() {
    let server = serve_tests().await;
    let mut sockets = Vec::new();
    for path in ["/echo", "/test/silent", "/test/ignore-close"] {
        sockets.push(connect(&server, path).await);
    }
    let (head, body) = http(&server, "POST", "/test/drop-all", "Content-Length: 0\r\n").await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert_eq!(body, "3");
    for socket in &mut sockets {
        assert!(is_reset(socket).await);
    }
    // New ones are welcome.
    let mut socket = connect(&server, "/test/greet").await;
    assert_eq!(next(&mut socket).await, Message::text("hello"));
}

#[tokio::test]
async fn allowed_pages_on_other_ports_can_read_the_answers() {
    let allowed = "http://127.0.0.1:*".parse().unwrap();
    let server = serve(Config {
        allow_origins: vec![allowed],
        ..config()
    })
    .await;
    for (method, path) in [
        ("GET", "/test/socket/1"),
        ("GET", "/test/log/1"),
        ("POST", "/test/drop-all"),
        ("POST", "/test/outlet"),
        ("POST", "/test/outlet/0/mode?is=serve"),
        ("GET", "/test/outlet/0"),
    ] {
        let own = "Origin: http://127.0.0.1:9\r\nContent-Length: 0\r\n";
        let (head, _) = http(&server, method, path, own).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(
            head.contains("access-control-allow-origin: http://127.0.0.1:9"),
            "{head}"
        );
        let foreign = "Origin: http://example.org\r\nContent-Length: 0\r\n";
        let (head, _) = http(&server, method, path, foreign).await;
        assert!(head.starts_with("http/1.1 403 "), "{head}");
        assert!(!head.contains("access-control-allow-origin"), "{head}");
    }
}

#[tokio::test]
async fn without_test_routes_there_are_none() {
    let server = serve(Config {
        test_routes: false,
        ..config()
    })
    .await;
    for path in [
        "/test/close",
        "/test/silent",
        "/test/stall",
        "/test/flood?count=1&size=1",
    ] {
        assert_eq!(refusal(&server, path, &[]).await, 404, "{path}");
    }
    for path in ["/test/socket/1", "/test/log/1", "/test/outlet/0"] {
        let (head, _) = http(&server, "GET", path, "").await;
        assert!(head.starts_with("http/1.1 404 "), "{head}");
    }
    for path in ["/test/drop-all", "/test/outlet"] {
        let (head, _) = http(&server, "POST", path, "Content-Length: 0\r\n").await;
        assert!(head.starts_with("http/1.1 40"), "{head}");
    }
}
