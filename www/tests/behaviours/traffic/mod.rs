//! What the sockets do is shown.

mod export;
mod handshake;
mod list;
mod messages;

use serde_json::{json, Value};

use super::{
    access::{fits_windows, has_contrast, has_large_targets},
    recovery::FAILED,
};
use crate::{
    demo::Demo,
    support::{wait_for, Browser, Scheme},
};

pub(crate) use self::{export::*, handshake::*, list::*, messages::*};

async fn show(demo: &Demo, view: &str) {
    demo.evaluate(&format!("location.hash = '#/{view}'")).await;
    let shown = format!("return !document.getElementById('{view}-view').hidden");
    demo.wait_for_script(view, &shown).await;
}

async fn send(demo: &Demo, text: &str) {
    demo.fill("text", text).await;
    demo.click("text-send").await;
    demo.wait_for_text("response", text).await;
}

/// The rows in the list's window: socket, direction, kind, size and content.
async fn rows(demo: &Demo) -> Value {
    demo.evaluate(
        "return [...document.querySelectorAll('#traffic-rows [role=row]')].map(row =>
            ['socket', 'direction', 'name', 'size', 'content'].map(name =>
                row.querySelector(`[data-part=${name}]`).textContent).join(' | '))",
    )
    .await
}

async fn wait_for_rows(demo: &Demo, expected: Value) {
    let holds = || async { (rows(demo).await == expected).then_some(()) };
    wait_for(&expected.to_string(), holds, || async {
        rows(demo).await.to_string()
    })
    .await;
}

async fn url(demo: &Demo) -> String {
    let url = demo.evaluate("return `ws://${location.host}/echo`").await;
    url.as_str().unwrap_or_default().to_owned()
}

pub(crate) async fn every_socket_is_listed_with_its_states(browser: Browser) {
    let demo = Demo::open(browser).await;
    let url = url(&demo).await;
    assert_eq!(demo.text("url").await, url);
    demo.record_lamp().await;
    demo.click("drop").await;
    demo.wait_for_lamps("open waiting connecting open").await;
    demo.click("stay").await;
    demo.wait_for_plain().await;
    demo.fill("reason", "enough").await;
    demo.click("close").await;
    demo.wait_for_state("CLOSED").await;

    show(&demo, "traffic").await;
    let opened = " | state | open |  | Open, with no subprotocol and ";
    let extension = "no extension";
    wait_for_rows(
        &demo,
        json!([
            format!("1 | state | connecting |  | Handshake with {url}"),
            format!("1{opened}{extension}"),
            "1 | state | close |  | 1006, abnormal closure (without a closing handshake)",
            format!("2 | state | connecting |  | Handshake with {url}"),
            format!("2{opened}{extension}"),
            "2 | state | close |  | 1000, normal closure",
            format!("3 | state | connecting |  | Handshake with {url}"),
            format!("3{opened}{extension}"),
            "3 | state | close |  | 1000, normal closure: “enough”",
        ]),
    )
    .await;

    // What happens meanwhile is shown when it happens.
    demo.evaluate("document.getElementById('connect').click()")
        .await;
    let sockets = || async {
        demo.evaluate(
            "return [...document.querySelectorAll('#traffic-sockets label')].map(label =>
                ['number', 'url', 'state'].map(name =>
                    label.querySelector(`[data-part=${name}]`).textContent).join(' '))",
        )
        .await
    };
    let expected = json!([
        format!("4 {url} OPEN"),
        format!("3 {url} CLOSED"),
        format!("2 {url} CLOSED"),
        format!("1 {url} CLOSED"),
    ]);
    let holds = || async { (sockets().await == expected).then_some(()) };
    wait_for("four sockets", holds, || async {
        sockets().await.to_string()
    })
    .await;
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn the_traffic_view_is_for_everybody(browser: Browser) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let demo = Demo::open_in(browser, scheme).await;
        send(&demo, &"wide ".repeat(60)).await;
        show(&demo, "traffic").await;
        demo.wait_for_words("traffic-verdict", "✓").await;
        demo.evaluate("document.querySelector('#traffic-rows [role=row]:last-child').click()")
            .await;
        demo.wait_for_words("traffic-content", "wide wide").await;
        has_contrast(&demo, scheme, 30).await;
        if scheme == Scheme::Light {
            fits_windows(&demo).await;
            has_large_targets(&demo).await;
        }
        demo.close_clean().await;
    }
}
