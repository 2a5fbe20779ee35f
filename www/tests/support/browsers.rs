//! The browsers that run: a test leaves its browser to those that follow, since most of them take
//! less time than starting one.

use std::sync::{Mutex, PoisonError};

use thirtyfour::{
    bidi::{
        events::LogEntryAdded,
        modules::{
            browser::{CreateUserContext, RemoveUserContext},
            browsing_context::{Create, CreateType},
        },
        BiDi, EventStream,
    },
    WebDriver, WindowHandle,
};
use tokio::process::Child;

use super::{start_driver, Browser, Scheme, Session};

/// Those that no test uses.
static IDLE: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// A browser, ended when dropped.
#[derive(Debug)]
pub(super) struct Running {
    browser: Browser,
    scheme: Scheme,
    driver: WebDriver,
    bidi: BiDi,
    /// The one it has by itself, without which it would end when a test closes its own.
    window: WindowHandle,
    // So that none of the tests' subscriptions is the first or the last one.
    _console: EventStream<LogEntryAdded>,
    // Dropped after the session, which it must end.
    _process: Child,
}

impl Running {
    async fn start(browser: Browser, scheme: Scheme) -> Self {
        let (process, port) = start_driver(browser).await;
        let address = format!("http://127.0.0.1:{port}");
        let driver = WebDriver::new(address, browser.capabilities(scheme))
            .await
            .unwrap_or_else(|error| panic!("{browser:?} does not start: {error}"));
        let bidi = driver
            .bidi()
            .await
            .expect("a connection for WebDriver BiDi");
        Self {
            browser,
            scheme,
            window: driver.window().await.expect("a window"),
            driver,
            _console: bidi.subscribe().await.expect("the console"),
            bidi,
            _process: process,
        }
    }

    fn is(&self, browser: Browser, scheme: Scheme) -> bool {
        (self.browser, self.scheme) == (browser, scheme)
    }
}

fn take_idle(fits: impl FnMut(&Running) -> bool) -> Option<Running> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = idle.iter().position(fits)?;
    Some(idle.swap_remove(place))
}

impl Session {
    /// In a browser that another test has left, or in a new one.
    pub(crate) async fn start(browser: Browser, scheme: Scheme) -> Self {
        let running = match take_idle(|running| running.is(browser, scheme)) {
            Some(running) => running,
            None => Running::start(browser, scheme).await,
        };
        let (driver, bidi) = (running.driver.clone(), running.bidi.clone());
        let user = bidi.send(CreateUserContext::default()).await;
        let user = user.expect("a user context").user_context;
        let tab = Create {
            r#type: CreateType::Tab,
            reference_context: None,
            background: Some(false),
            user_context: Some(user.clone()),
        };
        let tab = bidi.send(tab).await.expect("a tab").context;
        driver
            .switch_to_window(WindowHandle::from(tab.to_string()))
            .await
            .expect("the tab is a window");
        Self {
            driver,
            bidi,
            tab,
            user,
            running,
        }
    }

    /// Closes the tab, with all that was stored, and leaves the browser to the next test.
    pub(crate) async fn leave(self) {
        let Self {
            driver,
            bidi,
            user,
            running,
            ..
        } = self;
        let removed = RemoveUserContext { user_context: user };
        bidi.send(removed).await.expect("the tab can be closed");
        let window = running.window.clone();
        let switched = driver.switch_to_window(window).await;
        switched.expect("the browser's own window");
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(running);
    }
}

/// Ends the browsers that are left when all tests are over.
pub(crate) async fn end_browsers() {
    while let Some(running) = take_idle(|_| true) {
        running.driver.quit().await.expect("the browser ends");
    }
}
