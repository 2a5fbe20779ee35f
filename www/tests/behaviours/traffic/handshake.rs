//! How a socket began is explained.

use serde_json::json;

use super::show;
use crate::{demo::Demo, support::Browser};

pub(crate) async fn a_handshake_is_told_by_the_server_and_its_accept_value_is_checked(
    browser: Browser,
) {
    let demo = Demo::open(browser).await;
    demo.evaluate(
        "const usual = window.fetch;
        window.fetch = async (path, ...rest) => {
            const response = await usual(path, ...rest);
            if (!path.startsWith('/handshakes/') || !response.ok) return response;
            const handshake = await response.json();
            window.told = { path, handshake };
            if (window.tamper) handshake.response.headers
                .find(([name]) => name.toLowerCase() === 'sec-websocket-accept')[1] = tamper;
            return new Response(JSON.stringify(handshake));
        }",
    )
    .await;
    show(&demo, "traffic").await;
    demo.wait_for_words("traffic-verdict", "✓ They match").await;

    let told = demo.evaluate("return told.handshake").await;
    for (side, id) in [
        ("request", "traffic-request"),
        ("response", "traffic-response"),
    ] {
        let headers = told[side]["headers"].as_array().expect("headers");
        let headers = headers.iter().map(|header| {
            let [name, value] = [0, 1].map(|part| header[part].as_str().unwrap_or_default());
            format!("{name}: {value}")
        });
        let line = told[side]["line"].as_str().unwrap_or_default();
        let expected: Vec<_> = [line.to_owned()].into_iter().chain(headers).collect();
        let shown = demo
            .evaluate(&format!(
                "return [...document.querySelectorAll('#{id} dt')].map(dt => dt.textContent)"
            ))
            .await;
        assert_eq!(shown, json!(expected));
    }
    let header = |side: &str, name: &str| {
        let headers = told[side]["headers"].as_array().expect("headers");
        let mut headers = headers.iter();
        let found = headers.find(|h| h[0].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        found
            .map_or("", |h| h[1].as_str().unwrap_or_default())
            .to_owned()
    };
    let key = header("request", "Sec-WebSocket-Key");
    assert_eq!(
        demo.text("traffic-joined").await,
        format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
    );
    assert_eq!(
        demo.text("traffic-accept").await,
        header("response", "Sec-WebSocket-Accept")
    );
    assert_eq!(demo.text("traffic-hash").await.len(), 40);
    let origin = demo.evaluate("return location.origin").await;
    assert_eq!(
        header("request", "Origin"),
        origin.as_str().unwrap_or_default()
    );
    assert!(header("request", "Sec-WebSocket-Extensions").contains("permessage-deflate"));
    let links = "return document.querySelectorAll(
        '#traffic-heads a[href^=\"https://www.rfc-editor.org/rfc/rfc6455#section-\"]').length";
    assert!(demo.evaluate(links).await.as_u64() > Some(8));

    // Another server's answer would not do.
    demo.evaluate("window.tamper = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='")
        .await;
    show(&demo, "echo").await;
    demo.connect_again().await;
    show(&demo, "traffic").await;
    demo.wait_for_words("traffic-verdict", "✗ They don't match")
        .await;
    assert_eq!(
        demo.text("traffic-handshake-title").await,
        "Handshake of socket 2"
    );

    // Nobody else knows the session.
    let stranger = demo
        .evaluate(
            "const digit = told.path.at(12) === '0' ? '1' : '0';
            const path = told.path.slice(0, 12) + digit + told.path.slice(13);
            return fetch(path).then(response => response.status, () => 'refused')",
        )
        .await;
    assert_eq!(stranger, 404);
    demo.close_but_for(&["404"]).await;
}
