use crate::client::*;

const PATHS: [&str; 3] = ["/echo", "/test/silent", "/test/stall"];

async fn refused(server: &Handle, origin: &str) {
    for path in PATHS {
        assert_eq!(
            refusal(server, path, &[("origin", origin)]).await,
            403,
            "{origin} {path}"
        );
    }
}

async fn allowed(server: &Handle, origin: &str) {
    for path in ["/echo", "/test/silent"] {
        try_connect(server, path, &[("origin", origin)])
            .await
            .expect(origin);
    }
}

#[tokio::test]
async fn the_servers_own_pages_may_connect() {
    let server = serve_tests().await;
    let port = server.local_addr().port();
    allowed(&server, &format!("http://127.0.0.1:{port}")).await;
    allowed(&server, &format!("http://localhost:{port}")).await;
    refused(&server, &format!("https://127.0.0.1:{port}")).await;
}

#[tokio::test]
async fn foreign_pages_may_not() {
    let server = serve_tests().await;
    for origin in [
        "https://example.org",
        "http://127.0.0.1:1",
        "http://localhost",
        "null",
        "",
    ] {
        refused(&server, origin).await;
    }
}

#[tokio::test]
async fn allowed_origins_may_connect() {
    let allow_origins =
        ["https://example.org", "http://127.0.0.1:*"].map(|origin| origin.parse().unwrap());
    let server = serve(Config {
        allow_origins: allow_origins.to_vec(),
        ..config()
    })
    .await;
    for origin in [
        "https://example.org",
        "http://127.0.0.1:1234",
        "http://127.0.0.1",
    ] {
        allowed(&server, origin).await;
    }
    for origin in [
        "http://example.org",
        "https://example.org:8443",
        "https://127.0.0.1:1",
    ] {
        refused(&server, origin).await;
    }
}

#[tokio::test]
async fn one_foreign_origin_among_allowed_ones_is_refused() {
    let server = serve_tests().await;
    let own = format!("http://localhost:{}", server.local_addr().port());
    let both = [("origin", own.as_str()), ("origin", "https://example.org")];
    assert_eq!(refusal(&server, "/echo", &both).await, 403);
}

#[tokio::test]
async fn a_client_without_an_origin_is_no_browser_and_may_connect() {
    let server = serve_tests().await;
    try_connect(&server, "/echo", &[]).await.unwrap();
}
