//! What was recorded becomes a file.

use har::Spec;
use serde_json::Value;

use super::{send, show, url};
use crate::{demo::Demo, support::Browser};

pub(crate) async fn what_was_recorded_is_exported(browser: Browser) {
    let demo = Demo::open(browser).await;
    let url = url(&demo).await;
    send(&demo, "\"grüezi\"\\").await;
    demo.choose("send-as", "blob").await;
    demo.click("picture-send").await;
    demo.wait_for_words("picture-time", "ms").await;
    show(&demo, "traffic").await;
    demo.evaluate(
        "const make = URL.createObjectURL;
        URL.createObjectURL = blob => (window.made = blob, make(blob));
        HTMLAnchorElement.prototype.click = function() {
            window.exported = { name: this.download, text: made.text() };
        }",
    )
    .await;
    let exported = |id: &'static str| {
        let demo = &demo;
        async move {
            demo.evaluate("window.exported = undefined").await;
            demo.click(id).await;
            demo.wait_for_script("a file", "return window.exported !== undefined")
                .await;
            assert_eq!(demo.text("traffic-exported").await, "Exported.");
            let file = demo
                .evaluate("return exported.text.then(text => [exported.name, text])")
                .await;
            let [name, text] = [0, 1].map(|part| file[part].as_str().unwrap_or_default());
            (name.to_owned(), text.to_owned())
        }
    };
    // The source canvas, as the page has sent it.
    let (name, text) = exported("traffic-har").await;
    assert_eq!(name, "websockets.har");
    let parsed = har::from_str(&text).expect("a HAR");
    let Spec::V1_2(log) = parsed.log else {
        panic!("another version");
    };
    let [entry] = log.entries.as_slice() else {
        panic!("{} entries", log.entries.len());
    };
    assert!(entry.request.url.starts_with(&url), "{}", entry.request.url);
    assert_eq!(entry.response.status, 101);
    let header = |name: &str| {
        let mut headers = entry.request.headers.iter();
        headers.any(|header| header.name.eq_ignore_ascii_case(name))
    };
    assert!(header("Sec-WebSocket-Key") && header("Origin"));

    let har: Value = serde_json::from_str(&text).expect("JSON");
    let entry = &har["log"]["entries"][0];
    assert_eq!(entry["_resourceType"], "websocket");
    let messages = entry["_webSocketMessages"].as_array().expect("messages");
    let of = |part: &str| -> Vec<_> { messages.iter().map(|m| m[part].clone()).collect() };
    assert_eq!(of("type"), ["send", "receive", "send", "receive"]);
    assert_eq!(of("opcode"), [1, 1, 2, 2]);
    assert_eq!(of("data")[..2], ["\"grüezi\"\\", "\"grüezi\"\\"]);
    assert_eq!(messages[2]["data"], messages[3]["data"]);
    let picture = messages[2]["data"].as_str().unwrap_or_default();
    assert!(picture.starts_with("iVBORw0KGgo"), "{picture}");
    let now = demo.evaluate("return Date.now() / 1000").await;
    for time in of("time") {
        let ago = now
            .as_f64()
            .zip(time.as_f64())
            .map(|(now, then)| now - then);
        assert!(ago.is_some_and(|ago| (0.0..60.0).contains(&ago)), "{time}");
    }

    let (name, text) = exported("traffic-json").await;
    assert_eq!(name, "websockets.json");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(file["dropped"], 0);
    assert_eq!(file["sockets"][0]["number"], 1);
    assert_eq!(
        file["sockets"][0]["response"]["line"],
        "HTTP/1.1 101 Switching Protocols"
    );
    let rows = file["rows"].as_array().expect("rows");
    let events: Vec<_> = rows.iter().map(|row| row["event"].clone()).collect();
    assert_eq!(
        events,
        ["connecting", "open", "sent", "received", "sent", "received"]
    );
    assert!(rows[3]["roundTrip"].is_number(), "{}", rows[3]);
    assert_eq!(rows[5]["data"], picture);
    demo.close_clean().await;
}
