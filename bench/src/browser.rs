//! The browsers: started on a page as a user would start them, with a fresh profile and without
//! a debugger, which would turn each message into an event of its own.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use clap::ValueEnum;
use tempfile::TempDir;
use tokio::{process::Child, time::sleep};

use crate::error::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    Chrome,
    Firefox,
}

/// A browser that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    process: Child,
    profile: TempDir,
}

const CHROME_FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-component-update",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    // So that the page can collect the garbage of one candidate before it measures the next.
    "--js-flags=--expose-gc",
];

const FIREFOX_PREFS: &str = r#"
user_pref("app.normandy.enabled", false);
user_pref("app.update.auto", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.blockedURIs.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("browser.search.update", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.dns.disablePrefetch", true);
user_pref("network.prefetch-next", false);
user_pref("network.proxy.type", 0);
user_pref("services.settings.server", "");
user_pref("toolkit.telemetry.enabled", false);
user_pref("toolkit.telemetry.server", "");
"#;

impl Browser {
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chrome => &["chromium", "google-chrome"],
            Self::Firefox => &["firefox", "firefox-esr"],
        }
    }

    /// The command that is there, and its version, such as `Mozilla Firefox 140.0`.
    fn find(self) -> Result<(&'static str, String), Error> {
        for &program in self.programs() {
            let mut version = Command::new(program);
            if let Ok(output) = version.arg("--version").stderr(Stdio::null()).output() {
                let words = String::from_utf8_lossy(&output.stdout);
                return Ok((program, words.trim().to_owned()));
            }
        }
        Err(Error::Missing(self.programs()[0].to_owned()))
    }

    /// The name and the number of the version.
    pub(crate) fn version(self) -> Result<String, Error> {
        let (_, version) = self.find()?;
        let number = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
        let end = version
            .split_inclusive(' ')
            .scan(0, |end, word| {
                *end += word.len();
                Some((*end, number(word)))
            })
            .find_map(|(end, is_number)| is_number.then_some(end));
        Ok(version[..end.unwrap_or(version.len())].trim().to_owned())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chrome => "Chromium",
            Self::Firefox => "Firefox",
        }
    }

    pub(crate) fn open(self, url: &str) -> Result<Running, Error> {
        let (program, _) = self.find()?;
        let profile = TempDir::with_prefix("wasm-websocket-bench.")?;
        let mut command = tokio::process::Command::new(program);
        match self {
            Self::Chrome => {
                command.args(CHROME_FLAGS).arg(user_data(profile.path()));
            }
            Self::Firefox => {
                fs::write(profile.path().join("user.js"), FIREFOX_PREFS)?;
                command.args(["--headless", "--no-remote", "--profile"]);
                command.arg(profile.path());
            }
        }
        let process = command
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::missing(program))?;
        Ok(Running { process, profile })
    }
}

fn user_data(profile: &Path) -> String {
    format!("--user-data-dir={}", profile.display())
}

impl Running {
    /// Stops it, and removes its profile.
    pub(crate) async fn stop(mut self) -> Result<(), Error> {
        self.process.kill().await?;
        // Its children end a little later, and may still write there.
        for _ in 0..50 {
            if fs::remove_dir_all(self.profile.path()).is_ok() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}
