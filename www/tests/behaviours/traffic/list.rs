//! The rows are many, and one finds one's way.

use std::{env, time::Duration};

use serde_json::json;
use thirtyfour::Key;
use tokio::time::interval;

use super::{rows, send, show, wait_for_rows};
use crate::{
    demo::Demo,
    support::{wait_for, Browser},
};

pub(crate) async fn rows_are_filtered_and_the_list_pauses(browser: Browser) {
    let demo = Demo::open(browser).await;
    send(&demo, "one Apple").await;
    send(&demo, "two pears").await;
    demo.connect_again().await;
    send(&demo, "an apple").await;
    show(&demo, "traffic").await;

    demo.wait_for_text("traffic-counts", "11 rows").await;
    demo.choose("traffic-direction", "received").await;
    demo.fill("traffic-text", "aPPle").await;
    wait_for_rows(
        &demo,
        json!([
            "1 | ↓ received | text | 9 bytes | one Apple",
            "2 | ↓ received | text | 8 bytes | an apple",
        ]),
    )
    .await;
    assert_eq!(demo.text("traffic-counts").await, "2 of 11 rows");
    demo.choose("traffic-socket", "1").await;
    demo.click("traffic-only").await;
    wait_for_rows(
        &demo,
        json!(["1 | ↓ received | text | 9 bytes | one Apple"]),
    )
    .await;
    demo.wait_for_text("traffic-handshake-title", "Handshake of socket 1")
        .await;
    demo.choose("traffic-kind", "state").await;
    wait_for_rows(&demo, json!([])).await;
    assert_eq!(demo.text("traffic-counts").await, "0 of 11 rows");
    demo.choose("traffic-kind", "any").await;
    demo.choose("traffic-direction", "any").await;
    demo.click("traffic-only").await;
    demo.evaluate(
        "const field = document.getElementById('traffic-text');
        field.value = '';
        field.dispatchEvent(new Event('input'))",
    )
    .await;
    demo.wait_for_text("traffic-counts", "11 rows").await;

    demo.click("traffic-pause").await;
    let send_one = "document.getElementById('text-send').click()";
    demo.evaluate(send_one).await;
    demo.wait_for_text(
        "traffic-counts",
        "11 of 13 rows, paused while recording goes on",
    )
    .await;
    assert_eq!(rows(&demo).await.as_array().map(Vec::len), Some(11));
    demo.choose("traffic-kind", "text").await;
    demo.wait_for_words("traffic-counts", "6 of 13 rows").await;
    demo.choose("traffic-kind", "any").await;
    demo.wait_for_words("traffic-counts", "11 of 13 rows").await;
    demo.click("traffic-pause").await;
    demo.wait_for_text("traffic-counts", "13 rows").await;
    demo.close_clean().await;
}

pub(crate) async fn the_list_goes_by_keyboard(browser: Browser) {
    let demo = Demo::open(browser).await;
    for n in 0..12 {
        send(&demo, &format!("message {n}")).await;
    }
    demo.tab_back_to("traffic-tab").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("traffic-counts", "26 rows").await;
    demo.tab_to("traffic-grid").await;
    let active = || async {
        let row = demo
            .evaluate(
                "const grid = document.getElementById('traffic-grid');
                const row = document.getElementById(
                    grid.getAttribute('aria-activedescendant'));
                const [inner, outer] = [row, grid].map(e => e?.getBoundingClientRect());
                return row && row.ariaSelected === 'true'
                    && inner.top >= outer.top + 30 && inner.bottom <= outer.bottom + 1
                    && [row.ariaRowIndex ?? row.getAttribute('aria-rowindex'),
                        row.querySelector('[data-part=content]').textContent.replace(/ with.*/, '')
                            .replace(/,.*/, '')].join(' ')",
            )
            .await;
        row.as_str().unwrap_or_default().to_owned()
    };
    let leads = |key: Key, to: &'static str| {
        let (demo, active) = (&demo, &active);
        async move {
            demo.press(key).await;
            let holds = || async { (active().await == to).then_some(()) };
            wait_for(to, holds, active).await;
        }
    };
    leads(Key::Up, "27 message 11").await;
    leads(Key::Up, "26 message 11").await;
    leads(Key::PageUp, "17 message 6").await;
    leads(Key::Home, "2 Handshake").await;
    leads(Key::Down, "3 Open").await;
    leads(Key::End, "27 message 11").await;

    demo.press(Key::Enter).await;
    demo.wait_for_text("traffic-content", "message 11").await;
    assert_eq!(demo.focused().await, "traffic-detail-title");
    demo.tab_to("traffic-detail-close").await;
    demo.press(Key::Escape).await;
    demo.wait_for_script(
        "no detail",
        "return document.getElementById('traffic-detail').hidden",
    )
    .await;
    assert_eq!(demo.focused().await, "traffic-grid");
    demo.tab_back_to("traffic-pause").await;
    demo.press(Key::Space).await;
    demo.wait_for_words("traffic-counts", "paused").await;
    demo.close_clean().await;
}

/// Takes a while: only with `WASM_WEBSOCKET_FULL`.
pub(crate) async fn many_rows_scroll_and_the_oldest_are_dropped(browser: Browser) {
    if env::var_os("WASM_WEBSOCKET_FULL").is_none() {
        return;
    }
    let demo = Demo::open(browser).await;
    show(&demo, "traffic").await;
    demo.evaluate(
        "document.getElementById('close').click();
        document.getElementById('address').value =
            `ws://${location.host}/test/flood?count=100100&size=16&kind=text`",
    )
    .await;
    demo.wait_for_state("CLOSED").await;
    demo.evaluate("document.getElementById('connect').click()")
        .await;
    // Besides these there are the states of both sockets.
    let counts = "100,000 rows; 105 older ones were dropped";
    let mut ticks = interval(Duration::from_millis(500));
    let mut tries = 0..600;
    while demo.text("traffic-counts").await != counts {
        ticks.tick().await;
        assert!(
            tries.next().is_some(),
            "{}",
            demo.text("traffic-counts").await
        );
    }
    let seen = demo
        .evaluate(
            "return (async () => {
            const grid = document.getElementById('traffic-grid');
            const rows = document.getElementById('traffic-rows');
            const frame = () => new Promise(requestAnimationFrame);
            const times = [], indices = [];
            const height = grid.scrollHeight - grid.clientHeight;
            for (let i = 0; i <= 100; i++) {
                const before = performance.now();
                grid.scrollTop = height * i / 100;
                grid.dispatchEvent(new Event('scroll'));
                await null;
                rows.getBoundingClientRect();
                times.push(performance.now() - before);
                await frame();
                await frame();
                const middle = document.elementFromPoint(
                    ...(a => [a.x + 20, a.y + a.height / 2])(grid.getBoundingClientRect()));
                indices.push(Number(middle.closest('[role=row]').getAttribute('aria-rowindex')));
            }
            times.sort((a, b) => a - b);
            return { count: rows.children.length, rows: grid.getAttribute('aria-rowcount'),
                ordered: indices.every((n, i) => i === 0 || n - indices[i - 1] > 900),
                median: times[50], of_100: [times[94], times[98], times[99], times[100]] };
            })()",
        )
        .await;
    println!("a scroll takes, in milliseconds: {seen}");
    assert_eq!(seen["ordered"], true, "{seen}");
    assert_eq!(seen["rows"], "100001");
    assert!(seen["count"].as_u64() < Some(60), "{seen}");
    demo.close_clean().await;
}
