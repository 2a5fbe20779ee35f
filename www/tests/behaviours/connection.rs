//! How it connects and closes.

use thirtyfour::Key;

use crate::{demo::Demo, support::Browser};

pub(crate) async fn a_connection_is_closed_with_code_and_reason_and_made_again(browser: Browser) {
    let demo = Demo::open_plain(browser).await;
    assert!(!demo.is_enabled("connect").await);

    demo.fill("code", "3001").await;
    demo.fill("reason", "schön wars").await;
    assert_eq!(demo.text("reason-length").await, "11 / 123 bytes");
    demo.click("close").await;

    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-code", "3001").await;
    let meaning = demo.text("ending-meaning").await;
    assert_eq!(meaning, "of a library, framework or application");
    assert_eq!(demo.text("ending-reason").await, "schön wars");
    assert_eq!(demo.text("ending-clean").await, "true");
    assert_eq!(demo.text("connection-error").await, "");
    assert!(!demo.is_enabled("close").await);
    assert!(!demo.is_enabled("text-send").await);
    assert!(!demo.is_enabled("picture-send").await);

    demo.click("text-send").await;
    let error = demo.wait_for_words("text-error", "not open").await;
    assert_eq!(error, "The socket is not open but CLOSED.");

    demo.click("connect").await;
    demo.wait_for_state("OPEN").await;
    assert_eq!(demo.text("text-error").await, "");
    demo.fill("text", "again").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "again").await;
    demo.close_clean().await;
}

pub(crate) async fn what_cannot_be_sent_in_a_close_is_said_in_words(browser: Browser) {
    let demo = Demo::open(browser).await;

    demo.fill("code", "1006").await;
    demo.click("close").await;
    let error = demo.wait_for_words("close-error", "1006").await;
    assert_eq!(
        error,
        "Close code 1006 can't be sent, only 1000 and 3000 to 4999."
    );

    demo.fill("code", "70000").await;
    demo.click("close").await;
    demo.wait_for_words("close-error", "a close code is a whole number")
        .await;

    demo.fill("code", "4000").await;
    demo.fill("reason", &"ä".repeat(62)).await;
    demo.wait_for_text("reason-length", "124 / 123 bytes").await;
    demo.click("close").await;
    demo.wait_for_words("close-error", "124 bytes of utf-8")
        .await;

    assert_eq!(demo.state().await, "Web Socket State::OPEN");
    demo.fill("text", "still here").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "still here").await;
    demo.close_clean().await;
}

pub(crate) async fn a_server_that_stops_is_going_away(browser: Browser) {
    let mut demo = Demo::open_plain(browser).await;
    demo.stop_server().await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-code", "1001").await;
    assert_eq!(demo.text("ending-meaning").await, "going away");
    assert_eq!(demo.text("ending-clean").await, "true");
    assert_eq!(demo.text("connection-error").await, "");
    demo.close_clean().await;
}

pub(crate) async fn a_server_that_dies_leaves_an_abnormal_closure(browser: Browser) {
    let mut demo = Demo::open_plain(browser).await;
    demo.abort_server().await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-code", "1006").await;
    assert_eq!(demo.text("ending-meaning").await, "abnormal closure");
    assert_eq!(demo.text("ending-clean").await, "false");
    demo.wait_for_words("connection-error", "1006 abnormal closure")
        .await;

    demo.click("connect").await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_words("connection-error", "doesn't tell a page why")
        .await;
    demo.close_but_for(&[
        "WebSocket connection to 'ws://",
        "establish a connection to the server at ws://",
        "was interrupted while the page was loading",
    ])
    .await;
}

pub(crate) async fn a_bad_address_is_said_in_words(browser: Browser) {
    let demo = Demo::open(browser).await;
    let address = demo.value("address").await;
    demo.click("close").await;
    demo.wait_for_state("CLOSED").await;

    demo.fill("address", "ftp://example.org/").await;
    demo.click("connect").await;
    let error = demo.wait_for_words("connection-error", "url").await;
    assert_eq!(error, "\"ftp://example.org/\" is not a WebSocket URL.");
    demo.wait_for_state("CLOSED").await;

    demo.fill("address", &address).await;
    demo.press(Key::Enter).await;
    demo.wait_for_state("OPEN").await;
    assert_eq!(demo.text("connection-error").await, "");
    demo.close_clean().await;
}

pub(crate) async fn an_address_that_the_policy_forbids_is_said_in_words(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.click("close").await;
    demo.wait_for_state("CLOSED").await;
    demo.fill("address", "ws://127.0.0.1:9/").await;
    demo.click("connect").await;
    demo.wait_for_words(
        "connection-error",
        "the security policy of this page forbids to connect to",
    )
    .await;
    demo.wait_for_state("CLOSED").await;
    demo.close_but_for(&["ws://127.0.0.1:9/"]).await;
}
