//! The command: puts up all that a browser can meet outside, runs the tests amid that, and ends
//! what it put up.

mod browsers;
mod certificates;
mod process;
mod proxies;
mod tungstenite;

use std::{
    env::current_exe,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use serde_json::{json, Map, Value};
use tokio::process::Command;
use wasm_websocket_server::{Config, Handle, Identity, Server};

use self::{
    process::{run, Running},
    proxies::Nginx,
};

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Puts up servers of others and proxies, and runs a command amid them.
#[derive(Debug, Parser)]
#[command(about)]
struct Args {
    /// Have the browsers connect through the HTTP proxy
    #[arg(long)]
    proxy: bool,
    /// A folder that isn't there yet, for all that is written: certificates, logs, and what the
    /// browsers are started with and the tests read
    folder: PathBuf,
    /// `cargo test` for wasm32, which starts the browsers in the folder
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run_amid_peers(Args::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run_amid_peers(args: Args) -> Result<ExitCode, Failure> {
    fs::create_dir_all(&args.folder)?;
    let folder = args.folder.canonicalize()?;
    let certificates = certificates::make(&folder)?;

    let mut peers = Peers::default();
    peers.start_others(&folder).await?;
    let patient = Duration::from_secs(20);
    let own = peers
        .start_own(Some(&certificates.trusted), true, patient)
        .await?;
    peers.add("own-tls", "wss", own, json!({"own": true}));
    let untrusted = peers
        .start_own(Some(&certificates.untrusted), true, patient)
        .await?;
    peers.add("untrusted", "wss", untrusted, json!({"own": true}));
    let behind = peers
        .start_own(None, true, Duration::from_millis(500))
        .await?;
    let strict = peers.start_own(None, false, patient).await?;
    let nginx = Nginx::start(&folder, &certificates.trusted, behind, strict).await?;
    peers.add("nginx", "ws", nginx.plain, json!({"own": true}));
    peers.add("nginx-tls", "wss", nginx.tls, json!({"own": true}));
    peers.add("nginx-strict", "ws", nginx.strict, json!({"own": true}));

    let (_tinyproxy, proxy) = proxies::tinyproxy(&folder).await?;
    browsers::configure(
        &folder,
        &certificates.fingerprint,
        args.proxy.then_some(proxy),
    )
    .await?;
    let found = json!({"proxied": args.proxy, "peers": peers.found});
    fs::write(folder.join("peers.json"), found.to_string())?;

    let runner = format!("env -C {} wasm-bindgen-test-runner", folder.display());
    let status = Command::new(&args.command[0])
        .args(&args.command[1..])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .kill_on_drop(true)
        .status()
        .await?;
    Ok(ExitCode::from(u8::from(!status.success())))
}

/// What is there, for as long as this is.
#[derive(Default)]
struct Peers {
    running: Vec<Running>,
    own: Vec<Handle>,
    /// By name: the address, whether it agrees on permessage-deflate, whether it has the routes of
    /// the project's own server.
    found: Map<String, Value>,
}

impl Peers {
    fn add(&mut self, name: &str, scheme: &str, port: u16, mut facts: Value) {
        facts["url"] = format!("{scheme}://127.0.0.1:{port}/").into();
        self.found.insert(name.to_owned(), facts);
    }

    async fn start_others(&mut self, folder: &Path) -> Result<(), Failure> {
        let servers = Path::new(env!("CARGO_MANIFEST_DIR")).join("servers");
        let script = |name: &str| servers.join(name).display().to_string();
        let gorilla = current_exe()?.with_file_name("gorilla");
        let gorilla = gorilla.display().to_string();
        let build = ["build", "-o", &gorilla];
        run(folder, "go", &build, &[&script("echo.go")]).await?;
        for (name, program, argument) in [
            ("python-websockets", "python3", Some(script("echo.py"))),
            ("npm-ws", "node", Some(script("echo.js"))),
            ("go-gorilla", gorilla.as_str(), None),
        ] {
            for (name, mode) in [
                (name.to_owned(), "plain"),
                (format!("{name}-deflate"), "deflate"),
            ] {
                let arguments: Vec<&str> = argument.as_deref().into_iter().chain([mode]).collect();
                let mut running = Running::start(folder, &name, program, &arguments)?;
                let port = running.port().await?;
                self.add(&name, "ws", port, json!({"deflate": mode == "deflate"}));
                self.running.push(running);
            }
        }
        let port = tungstenite::serve(&folder.join("tokio-tungstenite.log")).await?;
        self.add("tokio-tungstenite", "ws", port, json!({}));
        Ok(())
    }

    /// The project's own server, and its port.
    async fn start_own(
        &mut self,
        identity: Option<&Identity>,
        allow_tests: bool,
        ping_interval: Duration,
    ) -> Result<u16, Failure> {
        let tests = allow_tests
            .then(|| "http://127.0.0.1:*".parse())
            .transpose()?;
        let server = Server::bind(Config {
            port: 0,
            no_page: true,
            test_routes: true,
            identity: identity.cloned(),
            allow_origins: tests.into_iter().collect(),
            ping_interval,
            ..Config::default()
        })
        .await?
        .spawn();
        let port = server.local_addr().port();
        self.own.push(server);
        Ok(port)
    }
}
