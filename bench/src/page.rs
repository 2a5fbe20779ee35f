//! The page of the race: served from this machine, isolated for the sake of its clock, and heard.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::{header::HeaderName, HeaderValue, StatusCode},
    routing::{get, post},
    Json, Router,
};
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::timeout,
};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};
use wasm_websocket_server::{Config, Handle, Server};

use crate::{
    browser::Browser,
    error::Error,
    figures::{Figure, Results},
    section::Section,
};

/// What the page is to run.
#[derive(Clone, Debug, Serialize)]
struct Plan {
    /// The servers of the real sockets.
    servers: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) section: Section,
    pub(crate) rounds: u32,
    /// How many each candidate makes where it is the connections that count.
    pub(crate) connections: u32,
    pub(crate) quick: bool,
    pub(crate) names: Vec<&'static str>,
}

/// What the page has to say.
#[derive(Debug)]
enum Report {
    Samples(Samples),
    Skipped(String),
    Done,
    Failed(String),
}

#[derive(Debug, Deserialize)]
struct Samples {
    group: String,
    name: String,
    unit: String,
    samples: BTreeMap<String, Vec<f64>>,
}

/// No step takes as long as that.
const SILENCE: Duration = Duration::from_secs(300);

/// Chromium lets 10 ms pass between two connections to the same address and port. With so many
/// ports none is used again that soon.
const SERVERS: usize = 64;

/// Runs the steps in a browser, beside the servers for its sockets.
pub(crate) async fn run(
    browser: Browser,
    modules: &Path,
    steps: Vec<Step>,
    results: &mut Results,
) -> Result<(), Error> {
    let mut servers = Vec::new();
    for _ in 0..SERVERS {
        servers.push(start_server().await?);
    }
    let address = |server: &Handle| format!("ws://{}", server.local_addr());
    let plan = Plan {
        servers: servers.iter().map(address).collect(),
        steps,
    };
    let (tell, mut reports) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let routes = routes(modules, plan, tell);
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });

    let running = browser.open(&url)?;
    let outcome = listen(browser, &mut reports, results).await;
    running.stop().await?;
    server.abort();
    outcome
}

async fn start_server() -> Result<Handle, Error> {
    let config = Config {
        port: 0,
        no_page: true,
        test_routes: true,
        allow_origins: vec!["http://127.0.0.1:*".parse()?],
        ..Config::default()
    };
    Ok(Server::bind(config).await?.spawn())
}

async fn listen(
    browser: Browser,
    reports: &mut UnboundedReceiver<Report>,
    results: &mut Results,
) -> Result<(), Error> {
    let version = browser.version()?;
    let mut began = Instant::now();
    loop {
        match timeout(SILENCE, reports.recv()).await {
            Ok(Some(Report::Samples(samples))) => {
                let took = began.elapsed().as_secs_f64();
                began = Instant::now();
                let name = format!("{}, {}", samples.group, samples.name);
                eprintln!("{}, {name}: {took:.1} s", browser.name());
                results.figures.extend(Figure::from_samples(
                    &name,
                    &version,
                    &samples.unit,
                    &samples.samples,
                ));
            }
            Ok(Some(Report::Skipped(what))) => {
                let skipped = format!("{version} skipped: {what}");
                eprintln!("{skipped}");
                results.skipped.push(skipped);
            }
            Ok(Some(Report::Done)) => return Ok(()),
            Ok(Some(Report::Failed(error))) => return Err(Error::Page(error)),
            Ok(None) | Err(_) => return Err(Error::Silence(browser.name())),
        }
    }
}

fn routes(modules: &Path, plan: Plan, tell: UnboundedSender<Report>) -> Router {
    // Isolated from other origins, a page gets the finer clock.
    let isolated = |name, value| {
        let name = HeaderName::from_static(name);
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/plan.json", get(async move || Json(plan.clone())))
        .route("/samples", post(samples))
        .route("/skipped", post(skipped))
        .route("/done", post(done))
        .route("/failed", post(failed))
        .with_state(tell)
        .nest_service("/wasm", ServeDir::new(modules))
        .fallback_service(ServeDir::new("bench/page"))
        .layer(isolated("cross-origin-opener-policy", "same-origin"))
        .layer(isolated("cross-origin-embedder-policy", "require-corp"))
        .layer(isolated("cache-control", "no-store"))
}

type Tell = State<UnboundedSender<Report>>;

async fn samples(State(tell): Tell, body: String) -> StatusCode {
    match serde_json::from_str(&body) {
        Ok(samples) => say(&tell, Report::Samples(samples)),
        Err(error) => say(&tell, Report::Failed(error.to_string())),
    }
}

async fn done(State(tell): Tell) -> StatusCode {
    say(&tell, Report::Done)
}

async fn skipped(State(tell): Tell, Json(what): Json<String>) -> StatusCode {
    say(&tell, Report::Skipped(what))
}

async fn failed(State(tell): Tell, body: String) -> StatusCode {
    let error = serde_json::from_str(&body).unwrap_or(body);
    say(&tell, Report::Failed(error))
}

/// Nobody listens any more once the race has failed.
fn say(tell: &UnboundedSender<Report>, report: Report) -> StatusCode {
    let _ = tell.send(report);
    StatusCode::NO_CONTENT
}
