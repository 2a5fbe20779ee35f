//! [`Demo`]: the page in a browser, and a person who uses it.

mod axe;
mod https;

use std::{future, time::Duration};

use futures::StreamExt;
use serde_json::Value;
use thirtyfour::{
    bidi::{
        events::LogEntryAdded, modules::log::LogLevel, modules::script::AddPreloadScript,
        EventStream,
    },
    By, Key, WebElement,
};
use wasm_websocket_server::Handle;

use self::https::serve_page_by_https;
use crate::support::{serve_page, wait_for, Browser, Scheme, Session};

/// Writes to the console what a browser may report elsewhere, and keeps the page's memory at hand.
const PRELOAD: &str = "() => {
    addEventListener('securitypolicyviolation', event =>
        console.error(`${event.effectiveDirective} forbids ${event.blockedURI}`));
    addEventListener('error', event => {
        if (event.target !== window) console.error(`not loaded: ${event.target.outerHTML}`);
    }, true);
    addEventListener('unhandledrejection', event =>
        console.error(`unhandled: ${event.reason}`));
    const { instantiateStreaming } = WebAssembly;
    WebAssembly.instantiateStreaming = async (...all) => {
        const made = await instantiateStreaming(...all);
        window.wasmMemory = made.instance.exports.memory;
        return made;
    };
}";

const LAST_LINE: &str = "the end of the test";

pub(crate) struct Demo {
    pub(crate) session: Session,
    server: Option<Handle>,
    port: u16,
    console: EventStream<LogEntryAdded>,
}

impl Demo {
    /// Opens the page, and waits until it is connected.
    pub(crate) async fn open(browser: Browser) -> Self {
        Self::open_in(browser, Scheme::Light).await
    }

    pub(crate) async fn open_in(browser: Browser, scheme: Scheme) -> Self {
        let demo = Self::open_at(browser, scheme, "").await;
        demo.wait_for_state("OPEN").await;
        demo
    }

    /// Opens the page with this behind its address.
    pub(crate) async fn open_at(browser: Browser, scheme: Scheme, fragment: &str) -> Self {
        Self::open_from(serve_page(0).await, browser, scheme, fragment).await
    }

    /// Opens the page by https, at this path.
    pub(crate) async fn open_by_https(browser: Browser, path: &str) -> Self {
        Self::open_from(serve_page_by_https().await, browser, Scheme::Light, path).await
    }

    async fn open_from(server: Handle, browser: Browser, scheme: Scheme, path: &str) -> Self {
        let url = server.url() + path;
        let mut demo = Self::open_on(browser, scheme, server.local_addr().port(), &url).await;
        demo.server = Some(server);
        demo
    }

    /// Opens the page in another browser, from the server that there is.
    pub(crate) async fn open_beside(&self, browser: Browser, fragment: &str) -> Self {
        let url = format!("http://127.0.0.1:{}/{fragment}", self.port);
        Self::open_on(browser, Scheme::Light, self.port, &url).await
    }

    async fn open_on(browser: Browser, scheme: Scheme, port: u16, url: &str) -> Self {
        let session = Session::start(browser, scheme).await;
        let console = session.bidi.subscribe().await.expect("the console");
        let preload = AddPreloadScript {
            function_declaration: PRELOAD.to_owned(),
            arguments: vec![],
            sandbox: None,
            contexts: vec![session.tab.clone()],
        };
        session
            .bidi
            .send(preload)
            .await
            .expect("a script before the page's");
        session.set_viewport(1280, 1100, 1.0).await;
        session.driver.goto(url).await.expect("the page loads");
        Self {
            session,
            port,
            server: None,
            console,
        }
    }

    /// Opens the page, and takes a plain socket.
    pub(crate) async fn open_plain(browser: Browser) -> Self {
        let demo = Self::open(browser).await;
        demo.click("stay").await;
        demo.wait_for_plain().await;
        demo
    }

    /// Waits until a plain socket is open.
    pub(crate) async fn wait_for_plain(&self) {
        self.wait_for_script(
            "no lamp",
            "return document.getElementById('recovery').hidden",
        )
        .await;
        self.wait_for_state("OPEN").await;
    }

    /// Ends the test; nothing may have been written to the console.
    pub(crate) async fn close_clean(self) {
        self.close_but_for(&[]).await;
    }

    /// Ends the test; on the console there may be lines with these words.
    pub(crate) async fn close_but_for(self, expected: &[&str]) {
        self.evaluate(&format!("console.error('{LAST_LINE}')"))
            .await;
        let lines: Vec<String> = self
            .console
            .filter(|entry| {
                let bad = entry.level == LogLevel::Warn || entry.level == LogLevel::Error;
                future::ready(bad)
            })
            .map(|entry| entry.text.unwrap_or_default())
            .take_while(|line| future::ready(line != LAST_LINE))
            .filter(|line| future::ready(!expected.iter().any(|words| line.contains(words))))
            .collect()
            .await;
        assert!(lines.is_empty(), "on the console: {lines:#?}");
        self.session.leave().await;
    }

    /// Closes every connection with 1001.
    pub(crate) async fn stop_server(&mut self) {
        self.server.take().expect("a running server").stop().await;
    }

    /// Cuts every connection off.
    pub(crate) async fn abort_server(&mut self) {
        self.server.take().expect("a running server").abort().await;
    }

    /// On the port on which it was.
    pub(crate) async fn start_server(&mut self) {
        self.server = Some(serve_page(self.port).await);
    }

    pub(crate) async fn evaluate(&self, script: &str) -> Value {
        self.session.evaluate(script, vec![]).await
    }

    /// Waits until this function body returns true.
    pub(crate) async fn wait_for_script(&self, what: &str, script: &str) {
        let holds = || async { (self.evaluate(script).await == true).then_some(()) };
        wait_for(what, holds, || async { "something else".to_owned() }).await;
    }

    // What is on the page.

    pub(crate) async fn text(&self, id: &str) -> String {
        self.property(id, "textContent").await
    }

    pub(crate) async fn value(&self, id: &str) -> String {
        self.property(id, "value").await
    }

    pub(crate) async fn state(&self) -> String {
        self.text("state").await
    }

    pub(crate) async fn is_enabled(&self, id: &str) -> bool {
        self.property(id, "ariaDisabled").await != "true"
    }

    pub(crate) async fn focused(&self) -> String {
        let id = self.evaluate("return document.activeElement.id").await;
        id.as_str().unwrap_or_default().to_owned()
    }

    async fn property(&self, id: &str, name: &str) -> String {
        let script = format!("return document.getElementById('{id}').{name}");
        let value = self.evaluate(&script).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn wait_for_state(&self, state: &str) {
        self.wait_for_text("state", &format!("Web Socket State::{state}"))
            .await;
    }

    /// Closes the connection and opens another one.
    pub(crate) async fn connect_again(&self) {
        self.click("close").await;
        self.wait_for_state("CLOSED").await;
        self.click("connect").await;
        self.wait_for_state("OPEN").await;
    }

    pub(crate) async fn wait_for_text(&self, id: &str, text: &str) {
        let holds = || async { (self.text(id).await == text).then_some(()) };
        wait_for(&format!("{text:?} in #{id}"), holds, || self.text(id)).await;
    }

    /// Waits until the text has these words in it, in upper or lower case.
    pub(crate) async fn wait_for_words(&self, id: &str, words: &str) -> String {
        let holds = || async {
            let text = self.text(id).await;
            text.to_lowercase()
                .contains(&words.to_lowercase())
                .then_some(text)
        };
        wait_for(&format!("{words:?} in #{id}"), holds, || self.text(id)).await
    }

    /// Remembers what the lamp shows from now on.
    pub(crate) async fn record_lamp(&self) {
        self.evaluate(
            "const line = document.getElementById('lamp-line');
            window.lamps = [line.dataset.lamp];
            new MutationObserver(() => {
                if (lamps.at(-1) === line.dataset.lamp) return;
                lamps.push(line.dataset.lamp);
                window.changedAt ??= performance.now();
            }).observe(line, { attributes: true })",
        )
        .await;
    }

    pub(crate) async fn wait_for_lamps(&self, lamps: &str) {
        let shown = || async {
            let lamps = self.evaluate("return lamps.join(' ')").await;
            lamps.as_str().unwrap_or_default().to_owned()
        };
        let holds = || async { (shown().await == lamps).then_some(()) };
        wait_for(lamps, holds, shown).await;
    }

    /// Remembers the texts of an element from now on.
    pub(crate) async fn record_text(&self, id: &str) {
        self.evaluate(&format!(
            "const element = document.getElementById('{id}');
            const texts = window.texts = [];
            new MutationObserver(() => texts.push(element.textContent))
                .observe(element, {{ childList: true }})"
        ))
        .await;
    }

    pub(crate) async fn recorded(&self) -> Value {
        self.evaluate("return texts").await
    }

    /// Waits until a picture came back, and compares both pixel by pixel.
    pub(crate) async fn compare_pictures(&self) -> Value {
        self.wait_for_script(
            "a picture on the destination",
            "return document.getElementById('destination').ariaLabel.includes('came back')",
        )
        .await;
        self.evaluate(include_str!("compare.js")).await
    }

    // What a person does.

    async fn element(&self, id: &str) -> WebElement {
        self.session
            .driver
            .find(By::Id(id))
            .await
            .unwrap_or_else(|error| panic!("#{id}: {error}"))
    }

    pub(crate) async fn click(&self, id: &str) {
        let clicked = self.element(id).await.click().await;
        clicked.unwrap_or_else(|error| panic!("#{id}: {error}"));
    }

    /// Chooses a radio button.
    pub(crate) async fn choose(&self, name: &str, value: &str) {
        let choice = By::Css(format!("[name='{name}'][value='{value}']"));
        let choice = self.session.driver.find(choice).await;
        let clicked = choice.expect("the radio button").click().await;
        clicked.unwrap_or_else(|error| panic!("{name} {value}: {error}"));
    }

    /// Replaces what is in a field.
    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let field = self.element(id).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("a field to type in");
    }

    /// Draws a line through these places on the source canvas.
    pub(crate) async fn draw(&self, places: &[(i64, i64)]) {
        self.draw_on("source", places).await;
    }

    /// Draws a line through these places on a canvas.
    pub(crate) async fn draw_on(&self, canvas: &str, places: &[(i64, i64)]) {
        let script = "const source = document.getElementById(arguments[0]);
            source.scrollIntoView({block: 'center', behavior: 'instant'});
            const area = source.getBoundingClientRect();
            return [Math.round(area.left), Math.round(area.top)]";
        let origin = self.session.evaluate(script, vec![canvas.into()]).await;
        let [left, top] = [0, 1].map(|index| origin[index].as_i64().unwrap_or_default());
        let driver = &self.session.driver;
        let mut actions = driver.action_chain_with_delay(None, Some(Duration::ZERO));
        for (index, (x, y)) in places.iter().enumerate() {
            actions = actions.move_to(left + x, top + y);
            if index == 0 {
                actions = actions.click_and_hold();
            }
        }
        actions.release().perform().await.expect("a pen that moves");
    }

    pub(crate) async fn press(&self, key: Key) {
        self.press_all(&[key]).await;
    }

    pub(crate) async fn press_all(&self, keys: &[Key]) {
        let mut actions = self.session.driver.action_chain();
        for key in keys {
            actions = actions.key_down(key.value()).key_up(key.value());
        }
        actions.perform().await.expect("keys to press");
    }

    /// Presses keys while another one is held.
    pub(crate) async fn hold(&self, held: char, keys: &[Key]) {
        let mut actions = self.session.driver.action_chain().key_down(held);
        for key in keys {
            actions = actions.key_down(key.value()).key_up(key.value());
        }
        actions.key_up(held).perform().await.expect("keys to press");
    }

    pub(crate) async fn type_keys(&self, text: &str) {
        let actions = self.session.driver.action_chain().send_keys(text);
        actions.perform().await.expect("keys to press");
    }

    /// Goes forward with the Tab key, and sees the focus on its way.
    pub(crate) async fn tab_to(&self, id: &str) {
        self.tab(id, false).await;
    }

    pub(crate) async fn tab_back_to(&self, id: &str) {
        self.tab(id, true).await;
    }

    async fn tab(&self, id: &str, back: bool) {
        let mut passed = Vec::new();
        while self.focused().await != id {
            let mut actions = self.session.driver.action_chain();
            if back {
                actions = actions.key_down(Key::Shift);
            }
            actions = actions.key_down(Key::Tab).key_up(Key::Tab);
            if back {
                actions = actions.key_up(Key::Shift);
            }
            actions.perform().await.expect("keys to press");
            let visible = "const focused = document.activeElement;
                const next = focused.matches('.segments input') ? focused.nextElementSibling : focused;
                return focused === document.body || getComputedStyle(next).outlineStyle !== 'none'";
            let focused = self.focused().await;
            assert_eq!(self.evaluate(visible).await, true, "no outline: #{focused}");
            passed.push(focused);
            assert!(passed.len() < 40, "no way to #{id}: {passed:?}");
        }
    }
}
