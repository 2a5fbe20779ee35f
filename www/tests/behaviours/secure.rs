//! The page by https, from where only `wss:` may be reached
//! ([Mixed Content](https://www.w3.org/TR/mixed-content/)).

use crate::{demo::Demo, support::Browser};

/// Not this machine's: to that a page may connect without TLS.
const INSECURE: &str = "ws://example.test/";

/// Replaces the document, which came without a policy, by the page.
const BECOME_THE_PAGE: &str = "
    return fetch('/').then(answer => answer.text()).then(page => {
        document.open();
        document.write(page.replace('<head>', '<head><base href=\"/\">'));
        document.close();
    });
";

pub(crate) async fn by_https_the_sockets_are_wss(browser: Browser) {
    let demo = Demo::open_by_https(browser, "").await;
    demo.wait_for_state("OPEN").await;
    let address = demo.value("address").await;
    assert!(address.starts_with("wss://127.0.0.1:"), "{address}");
    demo.fill("text", "grüezi").await;
    demo.click("text-send").await;
    demo.wait_for_text("response", "grüezi").await;
    demo.close_clean().await;
}

pub(crate) async fn by_https_another_address_must_be_wss(browser: Browser) {
    is_told_what_is_forbidden(Demo::open_by_https(browser, "").await).await;
}

pub(crate) async fn by_https_another_address_must_be_wss_without_a_policy_too(browser: Browser) {
    let demo = Demo::open_by_https(browser, "echo").await;
    demo.evaluate(BECOME_THE_PAGE).await;
    demo.wait_for_script("a page", "return document.getElementById('state') !== null")
        .await;
    is_told_what_is_forbidden(demo).await;
}

async fn is_told_what_is_forbidden(demo: Demo) {
    demo.wait_for_state("OPEN").await;
    demo.click("close").await;
    demo.wait_for_state("CLOSED").await;
    demo.fill("address", INSECURE).await;
    demo.click("connect").await;
    let words = format!("the security policy of this page forbids to connect to {INSECURE:?}");
    demo.wait_for_words("connection-error", &words).await;
    demo.wait_for_state("CLOSED").await;
    demo.close_but_for(&[INSECURE]).await;
}
