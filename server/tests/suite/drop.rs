use crate::client::*;

async fn server() -> Handle {
    serve(Config {
        test_routes: false,
        ..config()
    })
    .await
}

#[tokio::test]
async fn drop_resets_every_socket_and_counts_them() {
    let server = server().await;
    let mut sockets = [
        connect(&server, "/echo").await,
        connect(&server, "/echo").await,
    ];
    let (head, body) = http(&server, "POST", "/drop", "Content-Length: 0\r\n").await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert_eq!(body, "2");
    for socket in &mut sockets {
        assert!(is_reset(socket).await);
    }
    connect(&server, "/echo").await;
}

#[tokio::test]
async fn a_foreign_page_cannot_drop_anybody() {
    let server = server().await;
    let mut socket = connect(&server, "/echo").await;
    for origin in ["https://example.org", "http://127.0.0.1:1", "null"] {
        let headers = format!("Origin: {origin}\r\nContent-Length: 0\r\n");
        let (head, _) = http(&server, "POST", "/drop", &headers).await;
        assert!(head.starts_with("http/1.1 403 "), "{head}");
    }
    let (head, _) = http(&server, "GET", "/drop", "").await;
    assert!(head.starts_with("http/1.1 405 "), "{head}");
    let own = format!(
        "Origin: http://{}\r\nContent-Length: 0\r\n",
        server.local_addr()
    );
    // The socket is there yet to be counted.
    let (_, body) = http(&server, "POST", "/drop", &own).await;
    assert_eq!(body, "1");
    assert!(is_reset(&mut socket).await);
}
