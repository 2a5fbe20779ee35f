//! Frames are drawn, and come back over every transport.

use std::{
    env,
    time::{Duration, Instant},
};

use serde_json::{json, Value};
use thirtyfour::Key;

use super::access;
use crate::{
    demo::Demo,
    support::{wait_for, Browser, Scheme},
};

const TRANSPORTS: [&str; 4] = [
    "websocket",
    "websocketstream",
    "short-polling",
    "long-polling",
];

async fn open(browser: Browser) -> Demo {
    open_in(browser, Scheme::Light).await
}

async fn open_in(browser: Browser, scheme: Scheme) -> Demo {
    let demo = Demo::open_at(browser, scheme, "#/flipbook").await;
    demo.wait_for_text("flipbook-count", "Frame 1 of 16").await;
    demo
}

/// Moves a slider.
async fn slide(demo: &Demo, id: &str, value: u32) {
    demo.evaluate(&format!(
        "const slider = document.getElementById('flipbook-{id}');
        slider.value = {value};
        slider.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    ))
    .await;
}

async fn play(demo: &Demo) {
    demo.click("flipbook-play").await;
    demo.wait_for_text("flipbook-status", "Playing").await;
}

/// Stops, and says how many frames were sent.
async fn stop(demo: &Demo) -> u64 {
    demo.click("flipbook-play").await;
    let words = demo
        .wait_for_words("flipbook-status", "stopped after")
        .await;
    let mut numbers = words.split(' ').filter_map(|word| word.parse().ok());
    numbers.next().unwrap_or_else(|| panic!("{words}"))
}

/// The transports that this browser has.
async fn transports(demo: &Demo) -> Vec<&'static str> {
    let mut offered = TRANSPORTS.to_vec();
    let has_stream = demo.evaluate("return 'WebSocketStream' in window").await;
    if has_stream == false {
        let note = demo.text("flipbook-websocketstream-note").await;
        assert_eq!(note, "this browser hasn't it");
        offered.remove(1);
    }
    offered
}

/// A figure of the table, in its unit.
async fn figure(demo: &Demo, transport: &str, row: &str) -> f64 {
    let text = demo.text(&format!("flipbook-{transport}-{row}")).await;
    let number = text.split(' ').next().unwrap_or_default().replace(',', "");
    number
        .parse()
        .unwrap_or_else(|_| panic!("{transport} {row}: {text}"))
}

async fn wait_for_figure(demo: &Demo, transport: &str, row: &str, least: f64) {
    let id = format!("flipbook-{transport}-{row}");
    let holds = || async {
        let enough =
            !demo.text(&id).await.is_empty() && figure(demo, transport, row).await >= least;
        enough.then_some(())
    };
    wait_for(&format!("{least} in #{id}"), holds, || demo.text(&id)).await;
}

/// Nothing is unaccounted for, neither here nor by the server.
async fn assert_accounted_for(demo: &Demo, sent: u64) {
    for transport in transports(demo).await {
        let mut figures = [0.0; 5];
        let rows = ["received", "skipped", "drawn", "late", "delivered"];
        for (figure_of, row) in figures.iter_mut().zip(rows) {
            *figure_of = figure(demo, transport, row).await;
        }
        let [received, skipped, drawn, late, delivered] = figures;
        let all = format!("{transport}: {sent} sent, {figures:?} {rows:?}");
        assert_eq!(received + skipped, sent as f64, "{all}");
        assert_eq!(drawn + late, received, "{all}");
        assert_eq!(delivered, received, "{all}");
        assert!(drawn > 0.0, "{all}");
    }
}

/// How many pixels of a canvas have the colour that was drawn with.
async fn ink(demo: &Demo, selector: &str) -> u64 {
    let script = "const canvas = document.querySelector(arguments[0]);
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let ink = 0;
        for (let i = 0; i < data.length; i += 4)
            ink += data[i] === 37 && data[i + 1] === 99 && data[i + 2] === 217;
        return ink";
    let ink = demo.session.evaluate(script, vec![selector.into()]).await;
    ink.as_u64().unwrap_or_default()
}

/// How many lines the frames of the strip have, told by their pictures: which of them are blank.
async fn blank_frames(demo: &Demo) -> Value {
    demo.evaluate(
        "return [...document.querySelectorAll('#flipbook-strip canvas')].flatMap((canvas, index) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.every((value, i) => value === data[i % 4]) ? [index + 1] : [];
        })",
    )
    .await
}

pub(crate) async fn frames_are_drawn_and_put_in_order(browser: Browser) {
    let demo = open(browser).await;
    demo.click("flipbook-walker").await;
    demo.wait_for_text("flipbook-count", "Frame 1 of 12").await;
    assert_eq!(blank_frames(&demo).await, json!([]));
    let onion = "return !document.querySelector('.onion').hidden";
    assert_eq!(demo.evaluate(onion).await, false);

    demo.click("flipbook-add").await;
    demo.wait_for_text("flipbook-count", "Frame 2 of 13").await;
    assert_eq!(blank_frames(&demo).await, json!([2]));
    demo.wait_for_script("the frame before", onion).await;
    // The figure's blue limbs, of the frame before.
    assert!(ink(&demo, ".onion").await > 50);
    demo.click("flipbook-with-onion").await;
    assert_eq!(demo.evaluate(onion).await, false);

    demo.click("flipbook-later").await;
    demo.wait_for_text("flipbook-count", "Frame 3 of 13").await;
    demo.click("flipbook-later").await;
    demo.click("flipbook-earlier").await;
    assert_eq!(blank_frames(&demo).await, json!([3]));
    demo.click("flipbook-duplicate").await;
    demo.wait_for_text("flipbook-count", "Frame 4 of 14").await;
    assert_eq!(blank_frames(&demo).await, json!([3, 4]));

    demo.choose("flipbook-colour", "#2563d9").await;
    demo.draw_on("flipbook-source", &[(30, 30), (200, 90), (60, 150)])
        .await;
    assert_eq!(blank_frames(&demo).await, json!([3]));
    assert!(ink(&demo, "#flipbook-strip .leaf:nth-child(4) canvas").await > 20);
    demo.click("flipbook-clear").await;
    assert_eq!(blank_frames(&demo).await, json!([3, 4]));

    demo.click("flipbook-delete").await;
    demo.click("flipbook-earlier").await;
    demo.wait_for_text("flipbook-count", "Frame 3 of 13").await;
    for _ in 0..13 {
        demo.click("flipbook-delete").await;
    }
    demo.wait_for_text("flipbook-count", "Frame 1 of 1").await;
    assert!(!demo.is_enabled("flipbook-delete").await);
    demo.click("flipbook-ball").await;
    demo.wait_for_text("flipbook-count", "Frame 1 of 16").await;
    demo.close_clean().await;
}

/// For 20 seconds, or for ten minutes among the slow tests.
pub(crate) async fn frames_come_back_over_every_transport_and_the_server_agrees(browser: Browser) {
    let is_full = env::var_os("WASM_WEBSOCKET_FULL").is_some();
    let long = Duration::from_secs(if is_full { 600 } else { 20 });
    let demo = open(browser).await;
    demo.evaluate(
        "window.kept = { urls: 0, bitmaps: 0 };
        const { createObjectURL } = URL;
        URL.createObjectURL = blob => { kept.urls += 1; return createObjectURL(blob); };
        const create = window.createImageBitmap;
        window.createImageBitmap = async (...all) => { kept.bitmaps += 1; return create(...all); };
        const { close } = ImageBitmap.prototype;
        ImageBitmap.prototype.close = function() { kept.bitmaps -= 1; return close.call(this); }",
    )
    .await;
    slide(&demo, "rate", 60).await;
    slide(&demo, "interval", 100).await;
    play(&demo).await;
    let began = Instant::now();
    for transport in transports(&demo).await {
        wait_for_figure(&demo, transport, "drawn", 1.0).await;
    }
    let things = "return [document.querySelectorAll('*').length, kept.urls]";
    let at_first = demo.evaluate(things).await;
    let mut memory = Vec::new();
    while began.elapsed() < long {
        memory.push(
            demo.evaluate("return wasmMemory.buffer.byteLength")
                .await
                .as_u64(),
        );
        let open = demo.evaluate("return kept.bitmaps").await;
        assert!(open.as_i64() <= Some(4), "{open} pictures are open");
        assert_eq!(demo.text("flipbook-error").await, "");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let (half, whole) = (memory[memory.len() / 2], memory[memory.len() - 1]);
    assert!(
        half.is_some() && whole <= half.map(|half| half + (1 << 20)),
        "{memory:?}"
    );
    let rate = figure(&demo, "websocket", "rate").await;
    let sent = stop(&demo).await;
    println!(
        "{browser:?}: {sent} frames in {long:?}, of which WebSocket drew {rate} in the last second; \
        {whole:?} bytes of memory"
    );
    assert_accounted_for(&demo, sent).await;
    assert_eq!(demo.evaluate(things).await, at_first);
    assert_eq!(demo.evaluate("return kept.bitmaps").await, 0);

    // Polling costs requests, and those have heads.
    assert_eq!(figure(&demo, "websocket", "requests").await, 1.0);
    assert!(figure(&demo, "long-polling", "requests").await > 50.0);
    let sentence = demo.text("flipbook-sentence").await;
    assert!(
        sentence.starts_with("Short polling made ")
            && sentence.contains("WebSocket made 1 request"),
        "{sentence}"
    );
    let plots = demo
        .evaluate("return [...document.querySelectorAll('#flipbook-plots canvas')].map(plot => plot.ariaLabel)")
        .await;
    assert_eq!(plots.as_array().map(Vec::len), Some(6));
    let latency = plots[1].as_str().unwrap_or_default();
    assert!(
        latency.contains("WebSocket: ") && latency.contains(" ms"),
        "{latency}"
    );
    demo.close_clean().await;
}

pub(crate) async fn the_simulated_network_is_seen_and_the_figures_are_saved(browser: Browser) {
    let demo = open(browser).await;
    slide(&demo, "delay", 120).await;
    slide(&demo, "jitter", 20).await;
    demo.wait_for_text("flipbook-delay-value", "120 ms").await;
    demo.choose("flipbook-padding", "padded").await;
    slide(&demo, "size", 8).await;
    play(&demo).await;
    for transport in transports(&demo).await {
        wait_for_figure(&demo, transport, "drawn", 5.0).await;
        let median = figure(&demo, transport, "median").await;
        assert!(median >= 200.0, "{transport}: {median} ms");
    }
    let sent = stop(&demo).await;
    assert_accounted_for(&demo, sent).await;
    let payload = demo.text("flipbook-websocket-payload").await;
    let kilobytes = sent as f64 * 8.192;
    let expected = match kilobytes {
        ..1000.0 => format!("{kilobytes:.1} kB"),
        _ => format!("{:.1} MB", kilobytes / 1000.0),
    };
    assert_eq!(payload, expected);

    demo.evaluate(
        "window.saved = [];
        const { createObjectURL } = URL;
        URL.createObjectURL = blob => { saved.push(blob); return createObjectURL(blob); };
        HTMLAnchorElement.prototype.click = function() { saved.at(-1).file = this.download; }",
    )
    .await;
    demo.click("flipbook-csv").await;
    demo.click("flipbook-png").await;
    demo.wait_for_script(
        "two files",
        "return saved.length === 2 && saved[1].file !== undefined",
    )
    .await;
    demo.evaluate(
        "const [csv, png] = saved;
        const names = [csv.file, png.file];
        Promise.all([csv.text(), createImageBitmap(png)])
            .then(([csv, { width }]) => { window.files = { names, csv, width }; })",
    )
    .await;
    demo.wait_for_script("what is in the files", "return 'files' in window")
        .await;
    let files = demo.evaluate("return files").await;
    assert_eq!(files["names"], json!(["flipbook.csv", "flipbook.png"]));
    assert_eq!(files["width"], 1200);
    let csv = files["csv"].as_str().unwrap_or_default();
    let mut lines = csv.lines();
    let head = "time_s,transport,fps,latency_median_ms,latency_p95_ms,requests,header_bytes,\
        payload_bytes,late,skipped";
    assert_eq!(lines.next(), Some(head));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert!(
        rows.len() >= 8 && rows.iter().all(|row| row.len() == 10),
        "{csv}"
    );
    for transport in transports(&demo).await {
        let last = rows.iter().rfind(|row| row[1] == transport);
        let requests = figure(&demo, transport, "requests").await;
        assert_eq!(
            last.and_then(|row| row[5].parse().ok()),
            Some(requests),
            "{csv}"
        );
    }
    demo.close_clean().await;
}

pub(crate) async fn a_flipbook_that_cannot_go_on_says_so_and_can_be_played_again(browser: Browser) {
    let mut demo = open(browser).await;
    for transport in transports(&demo).await {
        demo.click(&format!("flipbook-with-{transport}")).await;
    }
    demo.click("flipbook-play").await;
    demo.wait_for_words("flipbook-error", "choose a transport")
        .await;
    demo.click("flipbook-with-websocket").await;
    demo.click("flipbook-with-long-polling").await;
    play(&demo).await;
    assert_eq!(demo.text("flipbook-error").await, "");
    wait_for_figure(&demo, "websocket", "drawn", 1.0).await;
    demo.abort_server().await;
    demo.wait_for_words("flipbook-status", "ended after").await;
    assert_ne!(demo.text("flipbook-error").await, "");

    demo.start_server().await;
    play(&demo).await;
    wait_for_figure(&demo, "long-polling", "drawn", 1.0).await;
    // Another view stops it, and this one is as it was.
    demo.click("room-tab").await;
    demo.wait_for_words("flipbook-status", "stopped after")
        .await;
    demo.click("flipbook-tab").await;
    assert_eq!(demo.text("flipbook-play").await, "Play");
    assert_eq!(demo.text("flipbook-short-polling-drawn").await, "");
    // What browsers themselves say of a connection that is lost.
    demo.close_but_for(&["WebSocket", "/flipbook", "ERR_", "Failed to load"])
        .await;
}

pub(crate) async fn a_flipbook_goes_by_keyboard(browser: Browser) {
    let demo = open(browser).await;
    demo.tab_to("flipbook-source").await;
    demo.hold(' ', &[Key::Right, Key::Right, Key::Right]).await;
    demo.wait_for_text("flipbook-pen-state", "Pen up").await;
    demo.press(Key::Tab).await;
    demo.press(Key::Right).await;
    demo.wait_for_text("flipbook-count", "Frame 2 of 16").await;
    demo.tab_to("flipbook-duplicate").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("flipbook-count", "Frame 3 of 17").await;
    demo.tab_to("flipbook-with-onion").await;
    demo.press(Key::Space).await;
    demo.tab_to("flipbook-rate").await;
    demo.press(Key::Right).await;
    demo.wait_for_text("flipbook-rate-value", "13 a second")
        .await;
    demo.tab_to("flipbook-play").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("flipbook-status", "Playing").await;
    assert_eq!(demo.focused().await, "flipbook-play");
    wait_for_figure(&demo, "websocket", "drawn", 1.0).await;
    demo.press(Key::Space).await;
    demo.wait_for_words("flipbook-status", "stopped after")
        .await;
    demo.tab_to("flipbook-csv").await;
    demo.close_clean().await;
}

/// In any window, in light and dark, with fingers.
pub(crate) async fn a_flipbook_is_for_everybody(browser: Browser) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let demo = open_in(browser, scheme).await;
        play(&demo).await;
        for transport in transports(&demo).await {
            wait_for_figure(&demo, transport, "drawn", 1.0).await;
        }
        stop(&demo).await;
        let settled = "return document.getAnimations().length === 0";
        demo.wait_for_script("colours that are settled", settled)
            .await;
        access::has_contrast(&demo, scheme, 30).await;
        if scheme == Scheme::Light {
            access::fits_windows(&demo).await;
            access::has_large_targets(&demo).await;
        }
        demo.close_clean().await;
    }
}
