//! What the browsers are started with: the repository's `webdriver.json`, trust in one certificate
//! and, if asked for, a proxy.

use std::{fs, path::Path};

use base64::{prelude::BASE64_STANDARD, Engine};
use serde_json::{json, Value};

use crate::{process::run, Failure};

const CAPABILITIES: &str = include_str!("../../webdriver.json");

/// Writes the folder's `webdriver.json`.
pub(crate) async fn configure(
    folder: &Path,
    fingerprint: &str,
    proxy: Option<u16>,
) -> Result<(), Failure> {
    let mut all: Value = serde_json::from_str(CAPABILITIES)?;
    let firefox = &mut all["moz:firefoxOptions"];
    firefox["profile"] = profile(folder).await?.into();
    let mut arguments = vec![format!(
        "--ignore-certificate-errors-spki-list={fingerprint}"
    )];
    if let Some(port) = proxy {
        // By themselves they go to this machine without it.
        arguments.push(format!("--proxy-server=127.0.0.1:{port}"));
        arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
        for (name, value) in [
            ("type", json!(1)),
            ("http", json!("127.0.0.1")),
            ("http_port", json!(port)),
            ("ssl", json!("127.0.0.1")),
            ("ssl_port", json!(port)),
            ("allow_hijacking_localhost", json!(true)),
        ] {
            firefox["prefs"][format!("network.proxy.{name}")] = value;
        }
    }
    all["goog:chromeOptions"]["args"]
        .as_array_mut()
        .ok_or("webdriver.json has no arguments for Chrome")?
        .extend(arguments.into_iter().map(Value::from));
    fs::write(folder.join("webdriver.json"), all.to_string())?;
    Ok(())
}

/// A profile of Firefox that trusts the authority, as the driver takes it: zipped, in base64.
async fn profile(folder: &Path) -> Result<String, Failure> {
    fs::create_dir(folder.join("profile"))?;
    let database = ["-d", "sql:profile"];
    run(folder, "certutil", &["-N", "--empty-password"], &database).await?;
    let authority = ["-A", "-n", "authority", "-t", "C,,", "-i", "authority.pem"];
    run(folder, "certutil", &authority, &database).await?;
    let zip = ["-m", "zipfile", "-c", "profile.zip"];
    run(
        folder,
        "python3",
        &zip,
        &["profile/cert9.db", "profile/key4.db"],
    )
    .await?;
    Ok(BASE64_STANDARD.encode(fs::read(folder.join("profile.zip"))?))
}
