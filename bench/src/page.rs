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

use crate::{browser::Browser, error::Error, figures::Figure};

/// What the page is to run, in this order.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Plan(pub(crate) Vec<Step>);

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) section: &'static str,
    pub(crate) rounds: u32,
    pub(crate) names: Vec<&'static str>,
}

/// What the page has to say.
#[derive(Debug)]
enum Report {
    Samples(Samples),
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

/// Runs the plan in a browser.
pub(crate) async fn run(browser: Browser, wasm: &Path, plan: &Plan) -> Result<Vec<Figure>, Error> {
    let (tell, mut reports) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let routes = routes(wasm, plan.clone(), tell);
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });

    let running = browser.open(&url)?;
    let figures = listen(browser, &mut reports).await;
    running.stop().await?;
    server.abort();
    figures
}

async fn listen(
    browser: Browser,
    reports: &mut UnboundedReceiver<Report>,
) -> Result<Vec<Figure>, Error> {
    let version = browser.version()?;
    let mut figures = Vec::new();
    let mut began = Instant::now();
    loop {
        match timeout(SILENCE, reports.recv()).await {
            Ok(Some(Report::Samples(samples))) => {
                let took = began.elapsed().as_secs_f64();
                began = Instant::now();
                let name = format!("{}, {}", samples.group, samples.name);
                eprintln!("{}, {name}: {took:.1} s", browser.name());
                figures.extend(Figure::from_samples(
                    &name,
                    &version,
                    &samples.unit,
                    &samples.samples,
                ));
            }
            Ok(Some(Report::Done)) => return Ok(figures),
            Ok(Some(Report::Failed(error))) => return Err(Error::Page(error)),
            Ok(None) | Err(_) => return Err(Error::Silence(browser.name())),
        }
    }
}

fn routes(wasm: &Path, plan: Plan, tell: UnboundedSender<Report>) -> Router {
    // Isolated from other origins, a page gets the finer clock.
    let isolated = |name, value| {
        let name = HeaderName::from_static(name);
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/plan.json", get(async move || Json(plan.clone())))
        .route("/samples", post(samples))
        .route("/done", post(done))
        .route("/failed", post(failed))
        .with_state(tell)
        .nest_service("/wasm", ServeDir::new(wasm))
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

async fn failed(State(tell): Tell, body: String) -> StatusCode {
    let error = serde_json::from_str(&body).unwrap_or(body);
    say(&tell, Report::Failed(error))
}

/// Nobody listens any more once the race has failed.
fn say(tell: &UnboundedSender<Report>, report: Report) -> StatusCode {
    let _ = tell.send(report);
    StatusCode::NO_CONTENT
}
