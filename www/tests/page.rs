//! The page, end to end: what a person does with it, in Chromium and in Firefox.
//!
//! The page must be built into `www/dist`. The drivers are `chromedriver` and `geckodriver`, or
//! what `CHROMEDRIVER` and `GECKODRIVER` say.
#![cfg(not(target_arch = "wasm32"))]

mod demo;
mod support;

use serde_json::json;
use thirtyfour::Key;

use self::{
    demo::Demo,
    support::{Browser, Scheme},
};

/// Makes a test for each browser of each behaviour.
macro_rules! in_each_browser {
    ($($behaviour:ident,)+) => {
        mod chrome {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $behaviour() {
                super::$behaviour(super::Browser::Chrome).await;
            })+
        }

        mod firefox {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $behaviour() {
                super::$behaviour(super::Browser::Firefox).await;
            })+
        }
    };
}

in_each_browser! {
    text_comes_back_with_its_round_trip_time,
    a_blob_comes_back_as_a_blob,
    a_blob_comes_back_as_an_array_buffer,
    an_array_buffer_comes_back_as_a_blob,
    an_array_buffer_comes_back_as_an_array_buffer,
    a_drawing_survives_another_size_and_density,
    a_connection_is_closed_with_code_and_reason_and_made_again,
    what_cannot_be_sent_in_a_close_is_said_in_words,
    a_server_that_stops_is_going_away,
    a_server_that_dies_leaves_an_abnormal_closure,
    a_bad_address_is_said_in_words,
    an_address_that_the_policy_forbids_is_said_in_words,
    everything_can_be_done_with_the_keyboard,
    nothing_is_wider_than_the_window,
    fingers_find_targets_of_44_pixels,
    text_has_enough_contrast_in_light_and_dark,
    changes_are_announced,
}

/// Needs no browser, but the page.
mod built {
    /// Browsers without a window don't ask for the icon.
    #[test]
    fn every_file_that_the_page_names_is_there() {
        let page = include_str!("../index.html");
        let names: Vec<&str> = ["href=\"", "src=\""]
            .iter()
            .flat_map(|attribute| page.split(attribute).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(names, ["favicon.svg", "style.css", "load.js"]);
        for name in names {
            assert!(super::support::dist().join(name).is_file(), "{name}");
        }
    }
}

async fn text_comes_back_with_its_round_trip_time(browser: Browser) {
    let demo = Demo::open(browser).await;

    demo.fill("text", "grüezi").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("response", "grüezi").await;
    let time = demo.wait_for_words("text-time", "Round trip").await;
    assert!(time.ends_with(" ms"), "{time}");

    demo.fill("text", "söie 🧀").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "söie 🧀").await;

    demo.fill("text", "").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "(empty text)").await;

    demo.close_clean().await;
}

async fn a_blob_comes_back_as_a_blob(browser: Browser) {
    picture_comes_back(browser, "Blob", "Blob").await;
}

async fn a_blob_comes_back_as_an_array_buffer(browser: Browser) {
    picture_comes_back(browser, "Blob", "ArrayBuffer").await;
}

async fn an_array_buffer_comes_back_as_a_blob(browser: Browser) {
    picture_comes_back(browser, "ArrayBuffer", "Blob").await;
}

async fn an_array_buffer_comes_back_as_an_array_buffer(browser: Browser) {
    picture_comes_back(browser, "ArrayBuffer", "ArrayBuffer").await;
}

async fn picture_comes_back(browser: Browser, sent: &str, received: &str) {
    let demo = Demo::open(browser).await;
    demo.choose("send-as", &sent.to_lowercase()).await;
    demo.choose("binary-type", &received.to_lowercase()).await;
    demo.draw(&[(20, 20), (90, 60), (40, 120), (150, 140)])
        .await;
    demo.choose("colour", "#d6352b").await;
    demo.draw(&[(160, 30), (100, 110)]).await;

    demo.click("picture-send").await;

    let time = demo.wait_for_words("picture-time", "ms").await;
    assert!(!time.contains("unasked"), "{time}");
    let sent_size = demo.text("picture-sent").await;
    let received_size = demo.text("picture-received").await;
    let size = |words: &str, kind: &str| {
        let size = words.strip_suffix(&format!(" bytes as {kind}"));
        size.unwrap_or_else(|| panic!("{words}")).to_owned()
    };
    assert_eq!(size(&sent_size, sent), size(&received_size, received));

    let pictures = demo.compare_pictures().await;
    assert_eq!(pictures["differing"], 0, "{pictures}");
    assert!(pictures["ink"].as_u64() > Some(300), "{pictures}");
    assert!(pictures["red"].as_u64() > Some(100), "{pictures}");
    demo.close_clean().await;
}

async fn a_drawing_survives_another_size_and_density(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.draw(&[(20, 20), (90, 60), (40, 120), (150, 140)])
        .await;
    let size = "const source = document.getElementById('source');
        return [source.width, source.getBoundingClientRect().width]";
    let before = demo.evaluate(size).await;

    demo.session.set_viewport(600, 900, 2.0).await;
    demo.wait_for_script(
        "a canvas of two pixels for one",
        "const source = document.getElementById('source');
        return devicePixelRatio === 2
            && source.width === Math.round(2 * source.getBoundingClientRect().width)",
    )
    .await;
    assert_ne!(demo.evaluate(size).await, before);

    demo.click("picture-send").await;
    demo.wait_for_words("picture-time", "ms").await;
    let pictures = demo.compare_pictures().await;
    assert_eq!(pictures["differing"], 0, "{pictures}");
    assert!(pictures["ink"].as_u64() > Some(600), "{pictures}");
    demo.close_clean().await;
}

async fn a_connection_is_closed_with_code_and_reason_and_made_again(browser: Browser) {
    let demo = Demo::open(browser).await;
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

async fn what_cannot_be_sent_in_a_close_is_said_in_words(browser: Browser) {
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

async fn a_server_that_stops_is_going_away(browser: Browser) {
    let mut demo = Demo::open(browser).await;
    demo.stop_server().await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-code", "1001").await;
    assert_eq!(demo.text("ending-meaning").await, "going away");
    assert_eq!(demo.text("ending-clean").await, "true");
    assert_eq!(demo.text("connection-error").await, "");
    demo.close_clean().await;
}

async fn a_server_that_dies_leaves_an_abnormal_closure(browser: Browser) {
    let mut demo = Demo::open(browser).await;
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

async fn a_bad_address_is_said_in_words(browser: Browser) {
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

async fn an_address_that_the_policy_forbids_is_said_in_words(browser: Browser) {
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

async fn everything_can_be_done_with_the_keyboard(browser: Browser) {
    let demo = Demo::open(browser).await;

    demo.tab_to("text").await;
    demo.type_keys("keys only").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("response", "keys only").await;

    demo.tab_to("source").await;
    demo.wait_for_text("pen-state", "Pen up").await;
    let arrows = |key: Key, count: usize| vec![key; count];
    // While Space is held, and between two strokes of Enter.
    demo.hold(' ', &[arrows(Key::Right, 6), arrows(Key::Down, 6)].concat())
        .await;
    demo.wait_for_text("pen-state", "Pen up").await;
    demo.press_all(&arrows(Key::Left, 10)).await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("pen-state", "Pen down").await;
    demo.press_all(&arrows(Key::Up, 9)).await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("pen-state", "Pen up").await;

    demo.tab_to("picture-send").await;
    demo.press(Key::Space).await;
    demo.wait_for_words("picture-time", "ms").await;
    let pictures = demo.compare_pictures().await;
    assert_eq!(pictures["differing"], 0, "{pictures}");
    assert!(pictures["ink"].as_u64() > Some(300), "{pictures}");

    demo.tab_to("reason").await;
    demo.type_keys("bye").await;
    demo.tab_to("close").await;
    demo.press(Key::Enter).await;
    demo.wait_for_state("CLOSED").await;
    demo.wait_for_text("ending-reason", "bye").await;
    assert_eq!(demo.focused().await, "close");

    demo.tab_back_to("connect").await;
    demo.press(Key::Space).await;
    demo.wait_for_state("OPEN").await;
    assert_eq!(demo.focused().await, "connect");
    demo.close_clean().await;
}

async fn nothing_is_wider_than_the_window(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.fill("text", &"Donaudampfschifffahrt".repeat(12)).await;
    demo.click("text-send").await;
    demo.wait_for_words("text-time", "ms").await;
    demo.fill("reason", &"wide ".repeat(24)).await;
    demo.click("close").await;
    demo.wait_for_state("CLOSED").await;
    demo.fill("address", &format!("ftp://{}/", "host".repeat(30)))
        .await;
    demo.click("connect").await;
    demo.wait_for_words("connection-error", "url").await;
    for width in [360, 390, 768, 1024, 1280, 1920] {
        demo.session.set_viewport(width, 800, 1.0).await;
        let wide = demo
            .evaluate(
                "const room = document.documentElement.clientWidth;
                return [innerWidth, ...[...document.body.querySelectorAll('*')]
                    .filter(element => element.getBoundingClientRect().right > room + 0.5)
                    .filter(element => !element.closest('.swatch span'))
                    .map(element => element.outerHTML.slice(0, 80)),
                    ...(document.documentElement.scrollWidth > room ? ['it scrolls'] : [])]",
            )
            .await;
        assert_eq!(wide, json!([width]));
    }
    demo.close_clean().await;
}

async fn fingers_find_targets_of_44_pixels(browser: Browser) {
    let demo = Demo::open(browser).await;
    demo.session.set_viewport(360, 800, 1.0).await;
    let small = demo
        .evaluate(
            "return [...document.querySelectorAll('button, input, canvas[tabindex]')]
                .map(element => [element.id || element.value, element.getBoundingClientRect()])
                .filter(([, area]) => area.width < 44 || area.height < 44)
                .map(([name, area]) => `${name}: ${area.width} × ${area.height}`)",
        )
        .await;
    assert_eq!(small, json!([]));
    demo.close_clean().await;
}

/// WCAG 2.2, [contrast (minimum)](https://www.w3.org/TR/WCAG22/#contrast-minimum).
async fn text_has_enough_contrast_in_light_and_dark(browser: Browser) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let demo = Demo::open_in(browser, scheme).await;
        demo.click("text-send").await;
        demo.wait_for_words("text-time", "ms").await;
        demo.fill("code", "1").await;
        demo.click("close").await;
        demo.wait_for_words("close-error", "can't be sent").await;
        let report = demo.evaluate(include_str!("demo/contrast.js")).await;
        assert_eq!(report["dark"], scheme == Scheme::Dark);
        assert!(report["checked"].as_u64() > Some(30), "{report}");
        assert_eq!(report["faint"], json!([]));
        demo.close_clean().await;
    }
}

async fn changes_are_announced(browser: Browser) {
    let demo = Demo::open(browser).await;
    for (id, role) in [
        ("state", "status"),
        ("ending-code", "status"),
        ("picture-time", "status"),
        ("text-error", "alert"),
        ("picture-error", "alert"),
        ("connection-error", "alert"),
        ("close-error", "alert"),
    ] {
        let found = demo
            .evaluate(&format!(
                "return document.getElementById('{id}').closest('[role]').role
                    ?? document.getElementById('{id}').closest('[role]').getAttribute('role')"
            ))
            .await;
        assert_eq!(found, role, "{id}");
    }
    let nameless = demo
        .evaluate(
            "return [...document.querySelectorAll('input, canvas, button, output')]
                .filter(element => !element.labels?.length && !element.ariaLabel
                    && !(element.localName === 'button' && element.textContent.trim()))
                .map(element => element.outerHTML)",
        )
        .await;
    assert_eq!(nameless, json!([]));
    demo.close_clean().await;
}
