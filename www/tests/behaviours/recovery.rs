//! A connection that comes back by itself, and what becomes of what was sent meanwhile.

use serde_json::json;
use thirtyfour::Key;

use crate::{demo::Demo, support::Browser};

/// What browsers write themselves when a connection ends badly or doesn't begin.
pub(crate) const FAILED: &[&str] = &[
    "WebSocket connection to 'ws://",
    "establish a connection to the server at ws://",
    "was interrupted while the page was loading",
];

pub(crate) async fn everybody_is_dropped_and_the_page_comes_back_by_itself(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.draw(&[(20, 20), (90, 60), (40, 120), (150, 140)])
        .await;
    demo.evaluate("window.loaded = 'once'").await;
    demo.record_lamp().await;

    demo.click("drop").await;

    demo.wait_for_lamps("open waiting connecting open").await;
    demo.wait_for_text("dropped", "The server dropped 1 connection.")
        .await;
    demo.wait_for_state("OPEN").await;
    assert_eq!(demo.text("lamp").await, "Open");
    assert_eq!(demo.text("ending-code").await, "1006");
    assert_eq!(demo.text("connection-error").await, "");
    assert_eq!(demo.evaluate("return window.loaded").await, "once");

    demo.click("picture-send").await;
    demo.wait_for_words("picture-time", "ms").await;
    let pictures = demo.compare_pictures().await;
    assert_eq!(pictures["differing"], 0, "{pictures}");
    assert!(pictures["ink"].as_u64() > Some(300), "{pictures}");
    assert_eq!(demo.text("given-back").await, "");
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn a_server_that_was_away_gets_what_was_sent_meanwhile(browser: Browser) {
    let mut demo = Demo::open(browser).await;
    demo.draw(&[(20, 20), (90, 60), (40, 120), (150, 140)])
        .await;
    demo.evaluate("window.loaded = 'once'").await;
    demo.record_text("ending-code").await;
    demo.stop_server().await;
    // Not only the end, but an attempt that failed.
    demo.wait_for_words("cause", "1006").await;
    assert_eq!(demo.recorded().await[0], "1001");

    demo.fill("text", "first").await;
    demo.click("text-send").await;
    demo.wait_for_text("text-time", "Waits for a connection")
        .await;
    demo.fill("text", "second").await;
    demo.click("text-send").await;
    demo.click("picture-send").await;
    demo.wait_for_text("picture-time", "waits for a connection")
        .await;
    demo.record_text("response").await;

    demo.start_server().await;

    demo.wait_for_words("picture-received", "bytes as Blob")
        .await;
    demo.wait_for_text("response", "second").await;
    demo.wait_for_words("text-time", "Round trip").await;
    assert_eq!(demo.recorded().await, json!(["first", "second"]));
    let pictures = demo.compare_pictures().await;
    assert_eq!(pictures["differing"], 0, "{pictures}");
    assert!(pictures["ink"].as_u64() > Some(300), "{pictures}");
    assert_eq!(demo.text("given-back").await, "");
    assert_eq!(demo.text("cause").await, "");
    assert_eq!(demo.evaluate("return window.loaded").await, "once");
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn what_no_connection_took_is_given_back_and_counted(browser: Browser) {
    let mut demo = Demo::open(browser).await;
    demo.stop_server().await;
    demo.wait_for_state("CLOSED").await;

    demo.evaluate("document.getElementById('text').value = 'x'.repeat(300_000)")
        .await;
    demo.click("text-send").await;
    demo.wait_for_text("text-time", "Waits for a connection")
        .await;
    demo.fill("text", "one too many").await;
    demo.click("text-send").await;
    demo.wait_for_text("given-back", "1 message, not sent: 1 when too many waited")
        .await;
    let error = demo.text("text-error").await;
    assert_eq!(error, "Too many messages wait for a connection.");

    demo.click("close").await;
    demo.wait_for_text("lamp", "Closed").await;
    demo.wait_for_text(
        "given-back",
        "2 messages, not sent: 1 when too many waited, 1 at the close",
    )
    .await;
    assert_eq!(demo.text("text-time").await, "Given back, not sent");
    assert!(!demo.is_enabled("text-send").await);
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn the_next_try_counts_down_and_can_be_had_at_once(browser: Browser) {
    let mut demo = Demo::open(browser).await;
    assert!(!demo.is_enabled("connect-now").await);
    demo.stop_server().await;

    // A wait that is long enough to be cut short.
    demo.wait_for_script(
        "a long countdown",
        "const seconds = () => Number(document.getElementById('countdown').textContent.match(/[\\d.]+/));
        if (!(seconds() > 3)) return false;
        window.from = seconds();
        window.announced = 0;
        new MutationObserver(() => window.announced += 1)
            .observe(document.getElementById('lamp'), {childList: true, characterData: true, subtree: true});
        return true",
    )
    .await;
    demo.wait_for_script(
        "less time",
        "const seconds = Number(document.getElementById('countdown').textContent.match(/[\\d.]+/));
        return seconds > 0 && seconds < window.from - 0.5",
    )
    .await;
    assert_eq!(demo.evaluate("return window.announced").await, 0);
    assert!(demo.is_enabled("connect-now").await);

    demo.start_server().await;
    demo.record_lamp().await;
    demo.evaluate(
        "window.pressed = performance.now();
        document.getElementById('connect-now').click()",
    )
    .await;
    demo.wait_for_lamps("waiting connecting open").await;
    let waited = demo
        .evaluate("return window.changedAt - window.pressed")
        .await;
    assert!(waited.as_f64() < Some(1000.0), "{waited}");
    assert!(!demo.is_enabled("connect-now").await);
    assert_eq!(demo.text("countdown").await, "");
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn without_a_network_it_waits_for_one(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.record_lamp().await;
    demo.evaluate("dispatchEvent(new Event('offline'))").await;
    demo.click("drop").await;
    demo.wait_for_lamps("open offline").await;
    assert_eq!(demo.text("lamp").await, "Offline");
    assert_eq!(
        demo.text("countdown").await,
        "Until the network is back, or a try in a while"
    );
    assert!(demo.is_enabled("connect-now").await);
    demo.evaluate("dispatchEvent(new Event('online'))").await;
    demo.wait_for_words("lamp", "Open").await;
    demo.wait_for_state("OPEN").await;
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn another_binary_type_is_set_on_the_open_socket(browser: Browser) {
    for stays in [true, false] {
        let demo = match stays {
            true => Demo::open(browser).await,
            false => Demo::open_plain(browser).await,
        };
        demo.record_lamp().await;
        for (binary_type, class) in [("arraybuffer", "ArrayBuffer"), ("blob", "Blob")] {
            demo.choose("binary-type", binary_type).await;
            demo.click("picture-send").await;
            demo.wait_for_words("picture-received", &format!("as {class}"))
                .await;
        }
        // There was no other connection.
        demo.wait_for_lamps("open").await;
        assert_eq!(demo.text("given-back").await, "");
        demo.close_clean().await;
    }
}

pub(crate) async fn without_the_switch_a_dropped_socket_stays_closed(browser: Browser) {
    let demo = Demo::open_plain(browser).await;
    demo.fill("text", "plain").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "plain").await;

    demo.click("drop").await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-code", "1006").await;
    demo.wait_for_words("connection-error", "1006 abnormal closure")
        .await;
    // Longer than the first wait of one that comes back.
    tokio::time::sleep(std::time::Duration::from_millis(3500)).await;
    assert_eq!(demo.state().await, "Web Socket State::CLOSED");
    assert!(demo.is_enabled("connect").await);
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn the_switch_goes_by_keyboard(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.tab_to("stay").await;
    demo.press(Key::Space).await;
    demo.wait_for_plain().await;
    assert_eq!(demo.focused().await, "stay");
    demo.fill("text", "plain").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "plain").await;

    demo.tab_to("stay").await;
    demo.press(Key::Space).await;
    demo.wait_for_text("lamp", "Open").await;
    demo.wait_for_state("OPEN").await;

    demo.record_lamp().await;
    demo.tab_to("drop").await;
    demo.press(Key::Enter).await;
    demo.wait_for_lamps("open waiting connecting open").await;
    assert_eq!(demo.focused().await, "drop");
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn after_a_close_by_hand_nothing_is_tried(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.fill("code", "3001").await;
    demo.fill("reason", "schön wars").await;
    demo.click("close").await;
    demo.wait_for_text("lamp", "Closed").await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-code", "3001").await;
    assert_eq!(demo.text("ending-reason").await, "schön wars");
    assert_eq!(demo.text("ending-clean").await, "true");
    assert_eq!(demo.text("connection-error").await, "");
    assert!(!demo.is_enabled("connect-now").await);
    assert!(!demo.is_enabled("close").await);
    assert!(!demo.is_enabled("text-send").await);
    demo.click("text-send").await;
    let error = demo.wait_for_words("text-error", "not open").await;
    assert_eq!(error, "The socket is not open but CLOSED.");
    // Longer than the first wait may be.
    tokio::time::sleep(std::time::Duration::from_millis(3500)).await;
    assert_eq!(demo.text("lamp").await, "Closed");

    demo.click("connect").await;
    demo.wait_for_text("lamp", "Open").await;
    demo.close_clean().await;
}

pub(crate) async fn a_server_that_does_not_drop_is_said_in_words(browser: Browser) {
    let mut demo = Demo::open(browser).await;
    let refuse = "window.fetch = async () => new Response('', { status: 405 })";
    demo.evaluate(&format!("window.usual = window.fetch; {refuse}"))
        .await;
    demo.click("drop").await;
    demo.wait_for_text(
        "drop-error",
        "The server of this page doesn't drop connections: it answered 405.",
    )
    .await;

    demo.evaluate("window.fetch = window.usual").await;
    demo.stop_server().await;
    demo.click("drop").await;
    demo.wait_for_text("drop-error", "The server of this page can't be reached.")
        .await;
    let fetch = ["net::ERR_", "Failed to load resource"];
    demo.close_but_for(&[FAILED, &fetch].concat()).await;
}
