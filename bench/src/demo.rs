//! The demo page: what a browser has to load of it, and how soon it is there.
//!
//! Each load is from a server of its own, so that nothing is in the browser's cache: the real
//! server with the page as it was built, but for the probe that is added to it.

use std::{
    collections::BTreeMap, ffi::OsStr, fs, os::unix::fs::symlink, path::Path, sync::Arc,
    time::Duration, vec,
};

use axum::{
    extract::{Query, State},
    response::Html,
    routing::get,
    Router,
};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    sync::{
        mpsc::{self, UnboundedReceiver, UnboundedSender},
        Mutex,
    },
    time::timeout,
};
use wasm_websocket_server::{Config, Handle, Server};

use crate::{browser::Browser, error::Error, figures::Figure, size::gzipped};

const BUILT: &str = "www/dist";
const PROBE: &str = include_str!("../demo/probe.js");

/// What all of it may weigh, in bytes.
const BUDGET: f64 = 150_000.0;
/// The milliseconds in which something is to be seen.
const SOON: f64 = 1_000.0;

/// No load takes as long as that.
const SILENCE: Duration = Duration::from_secs(60);

/// How much there is of each kind of file, compressed.
pub(crate) fn weigh(candidate: &str) -> Result<Vec<Figure>, Error> {
    let mut whole = 0.0;
    let mut figures = Vec::new();
    for (kind, extension) in [("wasm", "wasm"), ("JavaScript", "js"), ("CSS", "css")] {
        let bytes = weight(Path::new(BUILT), OsStr::new(extension))? as f64;
        whole += bytes;
        let name = format!("page: compressed, {kind}");
        figures.push(Figure::single(&name, candidate, bytes, "bytes"));
    }
    let whole = Figure::single("page: compressed, in all", candidate, whole, "bytes");
    figures.push(whole.limited(BUDGET));
    Ok(figures)
}

fn weight(folder: &Path, extension: &OsStr) -> Result<usize, Error> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            bytes += weight(&path, extension)?;
        } else if path.extension() == Some(extension) {
            bytes += gzipped(&path)?;
        }
    }
    Ok(bytes)
}

/// One load, in milliseconds since the page was asked for.
#[derive(Debug, Deserialize)]
struct Load {
    painted: f64,
    connected: f64,
}

/// Loads the page so many times, each time as if it were the first.
pub(crate) async fn load(
    browser: Browser,
    candidate: &str,
    rounds: u32,
) -> Result<Vec<Figure>, Error> {
    let page = probed()?;
    let mut servers = Vec::new();
    for _ in 0..rounds {
        servers.push(serve(page.path()).await?);
    }
    let addresses: Vec<_> = servers.iter().map(Handle::url).collect();
    let (tell, told) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let between = Between {
        addresses: Arc::new(Mutex::new(addresses.into_iter())),
        tell,
    };
    let routes = Router::new()
        .route("/", get(lead))
        .route("/loaded", get(loaded))
        .with_state(between);
    let home = tokio::spawn(async move { axum::serve(listener, routes).await });

    let running = browser.open(&url)?;
    let loads = listen(browser, told, rounds).await;
    running.stop().await?;
    home.abort();

    let loads = loads?;
    let version = browser.version()?;
    let figures = |what: &str, value: fn(&Load) -> f64| {
        let samples = loads.iter().map(value).collect();
        let samples = BTreeMap::from([(candidate.to_owned(), samples)]);
        Figure::from_samples(&format!("page: loaded, {what}"), &version, "ms", &samples)
    };
    let painted = figures("first paint", |load| load.painted);
    let painted = painted.into_iter().map(|figure| figure.limited(SOON));
    Ok(painted
        .chain(figures("connected", |load| load.connected))
        .collect())
}

/// The page as it was built, and the probe in it.
fn probed() -> Result<TempDir, Error> {
    let built = Path::new(BUILT).canonicalize()?;
    let page = TempDir::with_prefix("wasm-websocket-bench.")?;
    for entry in fs::read_dir(&built)? {
        let entry = entry?;
        symlink(entry.path(), page.path().join(entry.file_name()))?;
    }
    let index = page.path().join("index.html");
    let html = fs::read_to_string(&index)?;
    fs::remove_file(&index)?;
    let probe = "<script type=module src=probe.js></script></head>";
    fs::write(&index, html.replacen("</head>", probe, 1))?;
    fs::write(page.path().join("probe.js"), PROBE)?;
    Ok(page)
}

async fn serve(page: &Path) -> Result<Handle, Error> {
    let config = Config {
        port: 0,
        page: page.to_owned(),
        ..Config::default()
    };
    Ok(Server::bind(config).await?.spawn())
}

/// What is between two loads.
#[derive(Clone, Debug)]
struct Between {
    addresses: Arc<Mutex<vec::IntoIter<String>>>,
    tell: UnboundedSender<Load>,
}

async fn loaded(between: State<Between>, Query(load): Query<Load>) -> Html<String> {
    // Nobody listens any more once a browser has been silent for too long.
    let _ = between.tell.send(load);
    lead(between).await
}

/// Leads to the next load, when all has been quiet for a second.
async fn lead(State(between): State<Between>) -> Html<String> {
    let address = between.addresses.lock().await.next();
    let next = address.map(|url| format!("<meta http-equiv=refresh content='1; url={url}'>"));
    let next = next.unwrap_or_default();
    Html(format!(
        "<!doctype html><title>Between two loads</title>{next}"
    ))
}

async fn listen(
    browser: Browser,
    mut told: UnboundedReceiver<Load>,
    rounds: u32,
) -> Result<Vec<Load>, Error> {
    let mut loads = Vec::new();
    for _ in 0..rounds {
        match timeout(SILENCE, told.recv()).await {
            Ok(Some(load)) => loads.push(load),
            Ok(None) | Err(_) => return Err(Error::Silence(browser.name())),
        }
    }
    Ok(loads)
}
