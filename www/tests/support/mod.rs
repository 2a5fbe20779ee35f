//! A tab of a browser under WebDriver, and the server with the built page
//! ([WebDriver](https://www.w3.org/TR/webdriver2/),
//! [WebDriver BiDi](https://www.w3.org/TR/webdriver-bidi/)).

mod browsers;

use std::{
    env,
    future::Future,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{json, Value};
use thirtyfour::{
    bidi::{
        modules::browsing_context::{SetViewport, Viewport},
        BiDi, BrowsingContextId, UserContextId,
    },
    Capabilities, WebDriver,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};
use wasm_websocket_server::{Config, Handle, Server};

pub(crate) use self::browsers::end_browsers;
use self::browsers::Running;

/// What the browsers of all tests are started with.
const CAPABILITIES: &str = include_str!("../../../webdriver.json");

const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Browser {
    Chrome,
    Firefox,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

impl Browser {
    /// The command of the driver, and its arguments for free ports.
    fn driver(self) -> Command {
        let (variable, name, arguments) = match self {
            Self::Chrome => ("CHROMEDRIVER", "chromedriver", &["--port=0"][..]),
            Self::Firefox => (
                "GECKODRIVER",
                "geckodriver",
                &["--port", "0", "--websocket-port", "0"][..],
            ),
        };
        let mut command = Command::new(env::var_os(variable).unwrap_or_else(|| name.into()));
        command.args(arguments);
        command
    }

    fn capabilities(self, scheme: Scheme) -> Capabilities {
        let mut all: Value = serde_json::from_str(CAPABILITIES).expect("webdriver.json is JSON");
        let (name, key) = match self {
            Self::Chrome => ("chrome", "goog:chromeOptions"),
            Self::Firefox => ("firefox", "moz:firefoxOptions"),
        };
        let mut options = all[key].take();
        match self {
            Self::Chrome => {
                let setting = format!(
                    "--blink-settings=preferredColorScheme={}",
                    u8::from(scheme == Scheme::Light)
                );
                let arguments = options["args"].as_array_mut().expect("Chrome's arguments");
                arguments.push(setting.into());
            }
            Self::Firefox => {
                options["prefs"]["layout.css.prefers-color-scheme.content-override"] =
                    u8::from(scheme == Scheme::Light).into();
            }
        }
        let capabilities = json!({
            "browserName": name,
            key: options,
            "webSocketUrl": true,
            // That of the server has nobody who vouches for it.
            "acceptInsecureCerts": true,
            "unhandledPromptBehavior": "ignore",
        });
        match capabilities {
            Value::Object(map) => map.into(),
            _ => Capabilities::new(),
        }
    }
}

/// A tab of its own, that shares nothing with others in the same browser.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) driver: WebDriver,
    pub(crate) bidi: BiDi,
    pub(crate) tab: BrowsingContextId,
    user: UserContextId,
    running: Running,
}

impl Session {
    pub(crate) async fn set_viewport(&self, width: u32, height: u32, density: f64) {
        self.bidi
            .send(SetViewport {
                context: self.tab.clone(),
                viewport: Some(Viewport { width, height }),
                device_pixel_ratio: Some(density),
            })
            .await
            .expect("the viewport takes this size");
    }

    /// What this function body of JavaScript returns.
    pub(crate) async fn evaluate(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.driver.execute(script, arguments).await {
            Ok(result) => result.json().clone(),
            Err(error) => panic!("{script}: {error}"),
        }
    }
}

/// Waits until `condition` returns something; panics with what `state` says if it doesn't.
pub(crate) async fn wait_for<T, C, S>(
    what: &str,
    mut condition: impl FnMut() -> C,
    state: impl FnOnce() -> S,
) -> T
where
    C: Future<Output = Option<T>>,
    S: Future<Output = String>,
{
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(value) = condition().await {
            return value;
        }
        // Each look is work for the browser, too.
        sleep(Duration::from_millis(40)).await;
    }
    panic!("waited for {what}, but there is {}", state().await);
}

/// How often a driver is started: two that look for a free port at a time can find the same, and
/// the second then ends.
const DRIVER_STARTS: usize = 3;

async fn start_driver(browser: Browser) -> (Child, u16) {
    for _ in 0..DRIVER_STARTS {
        if let Some(driver) = try_to_start_driver(browser).await {
            return driver;
        }
    }
    panic!("no driver tells its port");
}

async fn try_to_start_driver(browser: Browser) -> Option<(Child, u16)> {
    let mut command = browser.driver();
    let mut process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.as_std()));
    let output = process.stdout.take().expect("a piped output");
    let mut lines = BufReader::new(output).lines();
    let port = timeout(PATIENCE, async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(port) = announced_port(&line) {
                return Some(port);
            }
        }
        None
    });
    let port = port.await.ok().flatten()?;
    // A driver must not come to wait for somebody to read what it writes.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some((process, port))
}

/// The port in "… was started successfully on port 1234." or "… Listening on 127.0.0.1:1234".
fn announced_port(line: &str) -> Option<u16> {
    let (_, rest) = line
        .split_once("successfully on port ")
        .or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
    rest.trim_end_matches('.').parse().ok()
}

/// Where the built page is.
pub(crate) fn dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dist")
}

/// Serves the built page on this port, or on a free one if it is zero.
pub(crate) async fn serve_page(port: u16) -> Handle {
    serve(page_config(port)).await
}

pub(crate) async fn serve(config: Config) -> Handle {
    Server::bind(config).await.expect("the port").spawn()
}

pub(crate) fn page_config(port: u16) -> Config {
    let page = dist();
    assert!(
        page.join("page_bg.wasm").is_file(),
        "the page isn't built: run scripts/demo --build"
    );
    Config {
        port,
        page,
        test_routes: true,
        // On a busy machine a page takes a flood slowly, and a ping comes behind it.
        ping_interval: Duration::from_secs(600),
        ..Config::default()
    }
}
