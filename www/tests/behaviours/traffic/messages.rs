//! Each message is a row, and more.

use serde_json::{json, Value};

use super::{rows, send, show};
use crate::{
    demo::Demo,
    support::{wait_for, Browser},
};

pub(crate) async fn every_message_is_a_row_and_opens_whole(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.choose("send-as", "blob").await;
    demo.choose("binary-type", "arraybuffer").await;
    demo.wait_for_state("OPEN").await;
    send(&demo, "{\"grüezi\":[1,2]}").await;
    demo.draw(&[(20, 20), (90, 60)]).await;
    demo.click("picture-send").await;
    demo.wait_for_words("picture-received", "as ArrayBuffer")
        .await;
    let size = demo.text("picture-sent").await;
    let size = size.split(" as ").next().unwrap_or_default();

    show(&demo, "traffic").await;
    let expected = json!([
        "1 | ↑ sent | text | 17 bytes | {\"grüezi\":[1,2]}",
        "1 | ↓ received | text | 17 bytes | {\"grüezi\":[1,2]}",
        format!("1 | ↑ sent | binary | {size} | PNG picture"),
        format!("1 | ↓ received | binary | {size} | PNG picture"),
    ]);
    demo.choose("traffic-kind", "text").await;
    demo.choose("traffic-kind", "any").await;
    let last = || async {
        let rows = rows(&demo).await;
        let rows = rows.as_array().cloned().unwrap_or_default();
        Value::from(rows[rows.len().saturating_sub(4)..].to_vec())
    };
    let holds = || async { (last().await == expected).then_some(()) };
    wait_for("four messages", holds, || async {
        last().await.to_string()
    })
    .await;
    let pictures = "return [...document.querySelectorAll('#traffic-rows img')]
        .filter(image => image.naturalWidth > 100).length";
    demo.wait_for_script("pictures", &format!("{pictures} === 2"))
        .await;
    let trips = demo
        .evaluate(
            "return [...document.querySelectorAll('#traffic-rows [data-part=trip]')]
                .map(trip => trip.textContent.includes('ms')).slice(-4)",
        )
        .await;
    assert_eq!(trips, json!([false, true, false, true]));

    let open = |from_last: i64| {
        format!(
            "[...document.querySelectorAll('#traffic-rows [role=row]')].at({from_last}).click()"
        )
    };
    demo.evaluate(&open(-3)).await;
    demo.wait_for_text("traffic-detail-title", "Message received by socket 1")
        .await;
    demo.wait_for_text(
        "traffic-content",
        "{\n  \"grüezi\": [\n    1,\n    2\n  ]\n}",
    )
    .await;
    demo.wait_for_words("traffic-facts", "text · 17 bytes · round trip")
        .await;
    demo.evaluate(&open(-2)).await;
    demo.wait_for_words("traffic-content", "00000000  89 50 4e 47 0d 0a 1a 0a")
        .await;
    demo.wait_for_script(
        "the picture",
        "return document.getElementById('traffic-picture').naturalWidth > 100",
    )
    .await;
    demo.click("traffic-detail-close").await;
    assert_eq!(demo.focused().await, "traffic-grid");
    demo.close_clean().await;
}
