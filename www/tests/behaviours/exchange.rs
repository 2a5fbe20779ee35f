//! What is sent comes back.

use thirtyfour::Key;

use crate::{demo::Demo, support::Browser};

pub(crate) async fn text_comes_back_with_its_round_trip_time(browser: Browser) {
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

pub(crate) async fn a_blob_comes_back_as_a_blob(browser: Browser) {
    picture_comes_back(browser, "Blob", "Blob").await;
}

pub(crate) async fn a_blob_comes_back_as_an_array_buffer(browser: Browser) {
    picture_comes_back(browser, "Blob", "ArrayBuffer").await;
}

pub(crate) async fn an_array_buffer_comes_back_as_a_blob(browser: Browser) {
    picture_comes_back(browser, "ArrayBuffer", "Blob").await;
}

pub(crate) async fn an_array_buffer_comes_back_as_an_array_buffer(browser: Browser) {
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

pub(crate) async fn a_drawing_survives_another_size_and_density(browser: Browser) {
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
