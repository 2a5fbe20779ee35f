use std::fs;

use tempfile::TempDir;

use crate::client::*;

/// A page, next to a file that is none of it.
async fn serve_page() -> (Handle, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("secret"), "secret").unwrap();
    let page = dir.path().join("dist");
    fs::create_dir_all(page.join("pkg")).unwrap();
    for (name, content) in [
        ("index.html", "<!doctype html>index"),
        ("style.css", "css"),
        ("pkg/app.js", "js"),
        ("pkg/app_bg.wasm", "wasm"),
    ] {
        fs::write(page.join(name), content).unwrap();
    }
    let server = serve(Config {
        page,
        no_page: false,
        ..config()
    })
    .await;
    (server, dir)
}

#[tokio::test]
async fn files_have_their_types() {
    let (server, _dir) = serve_page().await;
    for (path, kind, content) in [
        ("/", "text/html", "<!doctype html>index"),
        ("/index.html", "text/html", "<!doctype html>index"),
        ("/style.css", "text/css", "css"),
        ("/pkg/app.js", "text/javascript", "js"),
        ("/pkg/app_bg.wasm", "application/wasm", "wasm"),
    ] {
        let (head, body) = http(&server, "GET", path, "").await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(
            head.contains(&format!("content-type: {kind}\r\n")),
            "{path}: {head}"
        );
        assert_eq!(body, content);
    }
}

#[tokio::test]
async fn every_answer_carries_the_policies() {
    let (server, _dir) = serve_page().await;
    let port = server.local_addr().port();
    let policy = format!(
        "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' blob: data:; \
         connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    );
    for path in ["/", "/pkg/app.js", "/missing", "/favicon.ico"] {
        let (head, _) = http(&server, "GET", path, "").await;
        let head = format!("{head}\r\n");
        for header in [
            policy.as_str(),
            "cache-control: no-cache\r\n",
            "x-content-type-options: nosniff\r\n",
            "referrer-policy: no-referrer\r\n",
            "cross-origin-opener-policy: same-origin\r\n",
        ] {
            assert!(head.contains(header), "{path}: {header} {head}");
        }
    }
}

#[tokio::test]
async fn nothing_outside_of_the_page_is_served() {
    let (server, _dir) = serve_page().await;
    for path in [
        "/../secret",
        "/pkg/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/%2e%2e%2fsecret",
        "/pkg/..%2f..%2fsecret",
        "/..%5csecret",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/%00",
        "/%ff",
    ] {
        let (head, body) = http(&server, "GET", path, "").await;
        assert!(head.starts_with("http/1.1 404 "), "{path}: {head}");
        assert_eq!(body, "not found\n", "{path}");
    }
}

#[tokio::test]
async fn an_icon_the_page_lacks_is_no_error() {
    let (server, dir) = serve_page().await;
    let (head, _) = http(&server, "GET", "/favicon.ico", "").await;
    assert!(head.starts_with("http/1.1 204 "), "{head}");
    fs::write(dir.path().join("dist/favicon.ico"), "icon").unwrap();
    let (head, body) = http(&server, "GET", "/favicon.ico", "").await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert_eq!(body, "icon");
}

#[tokio::test]
async fn without_a_page_there_are_sockets_only() {
    let server = serve_tests().await;
    let (head, _) = http(&server, "GET", "/", "").await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
    connect(&server, "/echo").await;
}
