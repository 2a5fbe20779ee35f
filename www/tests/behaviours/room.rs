//! People draw on one picture.

use serde_json::{json, Value};
use thirtyfour::Key;

use super::{
    access::{fits_windows, has_contrast, has_large_targets},
    recovery::FAILED,
};
use crate::{
    demo::Demo,
    support::{wait_for, Browser, Scheme},
};

const LOBBY: &str = "#/room/lobby";
const BLUE: &str = "blue";
const RED: &str = "red";

/// A line that is there in any window.
const LINE: &[(i64, i64)] = &[(20, 20), (90, 60), (40, 120), (150, 140)];
const OTHER_LINE: &[(i64, i64)] = &[(20, 130), (80, 70), (140, 20), (150, 90)];

async fn open(browser: Browser) -> Demo {
    let demo = Demo::open_at(browser, Scheme::Light, LOBBY).await;
    demo.wait_for_text("room-state", "In the room").await;
    demo
}

impl Demo {
    async fn picture(&self) -> Value {
        self.evaluate(include_str!("../demo/picture.js")).await
    }

    /// Waits until the picture that the server knows has more than a line of this colour, and
    /// nothing else is shown.
    async fn wait_for_ink(&self, colour: &str) -> Value {
        let holds = || async {
            let picture = self.picture().await;
            let has_ink = picture[colour].as_u64() > Some(300);
            (has_ink && picture["above"] == false).then_some(picture)
        };
        let state = || async { self.picture().await.to_string() };
        wait_for(&format!("{colour} in the picture"), holds, state).await
    }

    /// Waits until the picture is the same here and there.
    async fn wait_for_picture_of(&self, other: &Demo) {
        let holds = || async { (self.picture().await == other.picture().await).then_some(()) };
        let state = || async {
            format!(
                "{} here, {} there",
                self.picture().await,
                other.picture().await
            )
        };
        wait_for("the same picture", holds, state).await;
    }

    async fn wait_for_blank(&self) {
        let holds = || async {
            let picture = self.picture().await;
            (picture["ink"] == 0 && picture["above"] == false).then_some(())
        };
        let state = || async { self.picture().await.to_string() };
        wait_for("blank paper", holds, state).await;
    }

    /// Goes to another part of the page.
    async fn go_to(&self, fragment: &str) {
        self.evaluate(&format!("location.hash = '{fragment}'"))
            .await;
    }
}

pub(crate) async fn two_windows_draw_on_one_picture(browser: Browser) {
    let first = open(browser).await;
    assert_eq!(first.text("room-people").await, "You alone");
    assert_eq!(first.text("room-colour-name").await, "blue");
    first.draw_on("room-source", LINE).await;
    let drawn = first.wait_for_ink(BLUE).await;

    // A late comer gets the picture so far.
    let second = first.open_beside(browser, LOBBY).await;
    second.wait_for_text("room-people", "2, with you").await;
    assert_eq!(second.text("room-colour-name").await, "red");
    assert_eq!(second.wait_for_ink(BLUE).await, drawn);
    first.wait_for_text("room-people", "2, with you").await;
    first.wait_for_text("room-news", "Red joined.").await;

    second.draw_on("room-source", OTHER_LINE).await;
    second.wait_for_ink(RED).await;
    first.wait_for_picture_of(&second).await;
    first.draw_on("room-source", OTHER_LINE).await;
    first.wait_for_ink(BLUE).await;
    second.wait_for_picture_of(&first).await;

    // Both at a time, one over the other.
    tokio::join!(
        first.draw_on("room-source", LINE),
        second.draw_on("room-source", LINE)
    );
    first.wait_for_ink(BLUE).await;
    first.wait_for_picture_of(&second).await;
    // And in another size, which draws all of it anew.
    let before = first.picture().await;
    for width in [700, 1280] {
        second.session.set_viewport(width, 1100, 1.0).await;
        second
            .wait_for_script(
                "a canvas that fits",
                "const source = document.getElementById('room-source');
                return source.width === Math.round(source.getBoundingClientRect().width)",
            )
            .await;
    }
    second.wait_for_picture_of(&first).await;
    assert_eq!(first.picture().await, before);

    second.click("room-clear").await;
    first.wait_for_blank().await;
    second.wait_for_blank().await;
    first
        .wait_for_text("room-news", "Red cleared the picture.")
        .await;
    second.close_clean().await;
    first.wait_for_text("room-people", "You alone").await;
    first.wait_for_text("room-news", "Red left.").await;
    first.close_clean().await;
}

pub(crate) async fn what_is_drawn_without_a_connection_arrives_when_it_is_back(browser: Browser) {
    let mut demo = open(browser).await;
    demo.draw_on("room-source", LINE).await;
    let before = demo.wait_for_ink(BLUE).await;

    demo.stop_server().await;
    demo.wait_for_words("room-state", "Away").await;
    demo.wait_for_words("room-cause", "closed").await;
    assert!(!demo.is_enabled("room-clear").await);
    demo.draw_on("room-source", OTHER_LINE).await;
    demo.wait_for_text("room-state", "Away: what you draw waits")
        .await;
    let meanwhile = demo.picture().await;
    assert_eq!(meanwhile["checksum"], before["checksum"]);
    assert_eq!(meanwhile["above"], true);

    demo.start_server().await;
    demo.wait_for_text("room-state", "In the room").await;
    assert_eq!(demo.text("room-cause").await, "");
    // What was there before is gone with the old server, and that is shown.
    let after = demo.wait_for_ink(BLUE).await;
    assert_ne!(after["checksum"], before["checksum"]);
    demo.draw_on("room-source", LINE).await;
    let other = demo.open_beside(browser, LOBBY).await;
    other.wait_for_text("room-people", "2, with you").await;
    other.wait_for_picture_of(&demo).await;
    let ink = |picture: &Value| picture["ink"].as_u64();
    assert!(ink(&other.picture().await) > ink(&after));
    other.close_clean().await;
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn a_member_that_was_dropped_comes_back_to_the_same_picture(browser: Browser) {
    let demo = open(browser).await;
    demo.draw_on("room-source", LINE).await;
    let before = demo.wait_for_ink(BLUE).await;
    demo.evaluate(
        "const state = document.getElementById('room-state');
        window.states = [];
        new MutationObserver(() => states.push(state.textContent))
            .observe(state, { childList: true });
        fetch('/drop', { method: 'POST' })",
    )
    .await;
    demo.wait_for_script(
        "a way there and back",
        "return states[0]?.startsWith('Away') && states.at(-1) === 'In the room'",
    )
    .await;
    assert_eq!(demo.wait_for_ink(BLUE).await, before);
    demo.draw_on("room-source", OTHER_LINE).await;
    let other = demo.open_beside(browser, LOBBY).await;
    other.wait_for_text("room-people", "2, with you").await;
    other.wait_for_picture_of(&demo).await;
    assert_ne!(other.picture().await, before);
    other.close_clean().await;
    demo.close_but_for(FAILED).await;
}

pub(crate) async fn who_is_not_let_in_is_told_why(browser: Browser) {
    let demo = Demo::open_at(browser, Scheme::Light, "#/room/Not%20a%20name").await;
    let error = demo.wait_for_words("room-error", "name").await;
    assert_eq!(
        error,
        "A room's name is 1 to 64 of the characters a to z, 0 to 9 and -."
    );
    assert_eq!(demo.value("room-name").await, "Not a name");
    assert_eq!(demo.text("room-state").await, "Not in a room");

    demo.evaluate(
        "window.others = Array.from({ length: 16 }, () => new WebSocket(`ws://${location.host}/room/full`));
        window.open = Promise.all(others.map(socket => new Promise(done => socket.onopen = done)))
            .then(() => window.areIn = true)",
    )
    .await;
    demo.wait_for_script("a full room", "return window.areIn === true")
        .await;
    demo.fill("room-name", "full").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("room-cause", "The room is full: 16 people draw in it.")
        .await;
    assert_eq!(demo.text("room-state").await, "Closed");
    assert_eq!(demo.text("room-error").await, "");
    demo.draw_on("room-source", LINE).await;
    demo.wait_for_blank().await;

    // One leaves, and the same name is asked for again.
    demo.evaluate("others[3].onclose = () => window.left = true; others[3].close()")
        .await;
    demo.wait_for_script("a place", "return window.left === true")
        .await;
    demo.click("room-go").await;
    demo.wait_for_text("room-state", "In the room").await;
    assert_eq!(demo.text("room-people").await, "16, with you");
    assert_eq!(demo.text("room-cause").await, "");
    demo.close_clean().await;
}

pub(crate) async fn a_room_is_left_for_another_one_and_for_another_tab(browser: Browser) {
    let demo = open(browser).await;
    demo.draw_on("room-source", LINE).await;
    demo.wait_for_ink(BLUE).await;
    demo.evaluate(
        "window.members = [];
        const socket = new WebSocket(`ws://${location.host}/room/lobby`);
        socket.binaryType = 'arraybuffer';
        // Of somebody who came or left: what happened, the colour, how many there are.
        socket.onmessage = ({ data }) => {
            const bytes = [...new Uint8Array(data)];
            if (bytes[0] === 1 || bytes[0] === 2) window.members.push(bytes);
        }",
    )
    .await;
    demo.wait_for_text("room-people", "2, with you").await;

    demo.go_to("#/room/elsewhere").await;
    demo.wait_for_text("room-people", "You alone").await;
    demo.wait_for_blank().await;
    demo.wait_for_script("a farewell", "return String(members) === '2,0,1'")
        .await;

    demo.go_to(LOBBY).await;
    demo.wait_for_ink(BLUE).await;
    demo.wait_for_text("room-people", "2, with you").await;
    demo.click("echo-tab").await;
    demo.wait_for_script("another", "return String(members) === '2,0,1,1,0,2,2,0,1'")
        .await;
    // The tab leads back to the same room.
    demo.click("room-tab").await;
    demo.wait_for_ink(BLUE).await;
    assert_eq!(demo.evaluate("return location.hash").await, LOBBY);
    demo.close_clean().await;
}

pub(crate) async fn a_room_can_be_used_with_the_keyboard(browser: Browser) {
    let demo = open(browser).await;
    demo.evaluate(
        "Object.defineProperty(navigator, 'clipboard',
            { value: { writeText: async text => { window.copied = text; } } })",
    )
    .await;
    demo.tab_to("room-name").await;
    demo.type_keys("keys").await;
    demo.press(Key::Enter).await;
    demo.wait_for_script("the address", "return location.hash === '#/room/keys'")
        .await;
    demo.wait_for_text("room-state", "In the room").await;
    assert_eq!(demo.focused().await, "room-name");

    demo.tab_back_to("room-source").await;
    demo.wait_for_text("room-pen-state", "Pen up").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("room-pen-state", "Pen down").await;
    demo.press_all(&[vec![Key::Right; 9], vec![Key::Down; 9]].concat())
        .await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("room-pen-state", "Pen up").await;
    demo.wait_for_ink(BLUE).await;

    demo.tab_back_to("room-clear").await;
    demo.press(Key::Space).await;
    demo.wait_for_blank().await;
    demo.tab_to("room-copy").await;
    demo.press(Key::Enter).await;
    demo.wait_for_text("room-copied", "The link is copied.")
        .await;
    let copied = demo
        .evaluate("return window.copied === location.href")
        .await;
    assert_eq!(copied, true);
    demo.close_clean().await;
}

pub(crate) async fn a_room_fits_any_window_and_is_readable(browser: Browser) {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let demo = Demo::open_at(browser, scheme, LOBBY).await;
        demo.wait_for_text("room-state", "In the room").await;
        demo.fill("room-name", "Not a name").await;
        demo.press(Key::Enter).await;
        demo.wait_for_words("room-error", "name").await;
        has_contrast(&demo, scheme, 15).await;
        if scheme == Scheme::Light {
            demo.fill("room-name", &"x".repeat(64)).await;
            demo.press(Key::Enter).await;
            demo.wait_for_text("room-people", "You alone").await;
            fits_windows(&demo).await;
            has_large_targets(&demo).await;
            let status = "return ['room-state', 'room-cause', 'room-news', 'room-copied']
                .map(id => document.getElementById(id).closest('[role]').getAttribute('role'))";
            assert_eq!(
                demo.evaluate(status).await,
                json!(["status", "status", "status", "status"])
            );
        }
        demo.close_clean().await;
    }
}
