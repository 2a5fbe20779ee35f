//! Everybody can use it, in any window.

use serde_json::json;
use thirtyfour::Key;

use crate::{
    demo::Demo,
    support::{Browser, Scheme},
};

pub(crate) async fn everything_can_be_done_with_the_keyboard(browser: Browser) {
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

pub(crate) async fn nothing_is_wider_than_the_window(browser: Browser) {
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
    fits_windows(&demo).await;
    demo.close_clean().await;
}

/// Nothing of what is shown is wider than the window, whatever its width.
pub(super) async fn fits_windows(demo: &Demo) {
    for width in [360, 390, 768, 1024, 1280, 1920] {
        demo.session.set_viewport(width, 800, 1.0).await;
        let wide = demo
            .evaluate(
                "const room = document.documentElement.clientWidth;
                return [innerWidth, ...[...document.body.querySelectorAll('*')]
                    .filter(element => element.getBoundingClientRect().right > room + 0.5)
                    .filter(element => !element.closest('.swatch span, .scrolls *'))
                    .map(element => element.outerHTML.slice(0, 80)),
                    ...(document.documentElement.scrollWidth > room ? ['it scrolls'] : [])]",
            )
            .await;
        assert_eq!(wide, json!([width]));
    }
}

pub(crate) async fn fingers_find_targets_of_44_pixels(browser: Browser) {
    let demo = Demo::open(browser).await;
    has_large_targets(&demo).await;
    demo.close_clean().await;
}

/// All controls that are shown are large enough, in a narrow window.
pub(super) async fn has_large_targets(demo: &Demo) {
    demo.session.set_viewport(360, 800, 1.0).await;
    let small = demo
        .evaluate(
            "return [...document.querySelectorAll('button, input, canvas[tabindex]')]
                .filter(element => element.checkVisibility())
                .map(element => [element, (element.closest('label.target') ?? element).getBoundingClientRect()])
                .filter(([, area]) => area.width < 44 || area.height < 44)
                .map(([element, area]) => `${element.id || element.value}: ${area.width} × ${area.height}`)",
        )
        .await;
    assert_eq!(small, json!([]));
}

/// WCAG 2.2, [contrast (minimum)](https://www.w3.org/TR/WCAG22/#contrast-minimum).
pub(crate) async fn text_has_enough_contrast_in_light_and_dark(browser: Browser) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let demo = Demo::open_in(browser, scheme).await;
        demo.click("text-send").await;
        demo.wait_for_words("text-time", "ms").await;
        demo.fill("code", "1").await;
        demo.click("close").await;
        demo.wait_for_words("close-error", "can't be sent").await;
        has_contrast(&demo, scheme, 30).await;
        demo.close_clean().await;
    }
}

/// All texts that are shown, and there are more than so many, have enough contrast.
pub(super) async fn has_contrast(demo: &Demo, scheme: Scheme, texts: u64) {
    let report = demo.evaluate(include_str!("../demo/contrast.js")).await;
    assert_eq!(report["dark"], scheme == Scheme::Dark);
    assert!(report["checked"].as_u64() > Some(texts), "{report}");
    assert_eq!(report["faint"], json!([]));
}

pub(crate) async fn changes_are_announced(browser: Browser) {
    let demo = Demo::open(browser).await;
    for (id, role) in [
        ("state", "status"),
        ("ending-code", "status"),
        ("lamp", "status"),
        ("given-back", "status"),
        ("dropped", "status"),
        // Which is not announced.
        ("countdown", "timer"),
        ("picture-time", "status"),
        ("text-error", "alert"),
        ("picture-error", "alert"),
        ("connection-error", "alert"),
        ("close-error", "alert"),
        ("drop-error", "alert"),
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

pub(crate) async fn axe_finds_nothing_serious_in_any_view(browser: Browser) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let demo = Demo::open_in(browser, scheme).await;
        for view in ["echo", "flipbook", "traffic", "room"] {
            demo.click(&format!("{view}-tab")).await;
            let shown = format!("return !document.getElementById('{view}-view').hidden");
            demo.wait_for_script(view, &shown).await;
            demo.no_serious_finding_by_axe(&format!("{browser:?}-{view}"), scheme)
                .await;
        }
        demo.close_clean().await;
    }
}
