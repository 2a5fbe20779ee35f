//! Sockets that misbehave on demand, and what is known of them.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::behaviour::{After, Echo, Flood, IgnoreClose, Kind, Pace, Silent, Sink, Step};
use crate::closing;
use crate::hostile;
use crate::ledger::Story;
use crate::log::Log;
use crate::opening::Opening;
use crate::outlet;
use crate::routes::drop_all;
use crate::server::Shared;

const LONGEST_REASON: usize = 123;
const LARGEST_FLOOD_MESSAGE: usize = 256 << 20;

pub(crate) fn router(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let origins = Arc::clone(shared);
    let readable_by_allowed_pages = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            origins.origins.allow(origin)
        }));
    let inspection = Router::new()
        .route("/socket/{id}", get(socket))
        .route("/drop-all", post(drop_all))
        .route("/log/{name}", get(log))
        .merge(outlet::router())
        .merge(hostile::router())
        .layer(readable_by_allowed_pages);
    Router::new()
        .route("/close", get(close))
        .route("/abort", get(abort))
        .route("/greet", get(greet))
        .route("/protocol", get(protocol))
        .route("/refuse", get(refuse))
        .route("/silent", get(silent))
        .route("/stall", get(stall))
        .route("/sink", get(sink))
        .route("/flood", get(flood))
        .route("/ignore-close", get(ignore_close))
        .merge(inspection)
}

async fn socket(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Json<Story> {
    Json(shared.ledger.story(&id))
}

async fn log(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Json<Log> {
    Json(shared.logs.log(&name))
}

#[derive(Deserialize)]
struct Close {
    code: Option<u16>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    after: u64,
}

/// The code may be one that must not be sent, 1006 for one: how a client takes that is worth a
/// test too.
async fn close(Query(close): Query<Close>, mut opening: Opening) -> Response {
    if close.reason.len() > LONGEST_REASON {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let frame = close
        .code
        .and_then(|code| closing::frame(code, close.reason));
    opening.choose_first_protocol();
    opening.accept(After::new(close.after, Step::Close(frame)))
}

#[derive(Deserialize)]
struct Abort {
    #[serde(default)]
    after: u64,
}

async fn abort(Query(abort): Query<Abort>, opening: Opening) -> Response {
    opening.accept(After::new(abort.after, Step::Abort))
}

#[derive(Deserialize)]
struct Greet {
    #[serde(default = "Greet::hello")]
    text: String,
}

impl Greet {
    fn hello() -> String {
        "hello".to_owned()
    }
}

async fn greet(Query(greet): Query<Greet>, opening: Opening) -> Response {
    opening.accept(Echo::greeting(greet.text))
}

#[derive(Deserialize)]
struct Protocol {
    choose: Option<String>,
    force: Option<String>,
}

async fn protocol(Query(protocol): Query<Protocol>, mut opening: Opening) -> Response {
    if let Some(name) = protocol.force {
        let Ok(name) = HeaderValue::try_from(name) else {
            return opening.refuse(StatusCode::BAD_REQUEST);
        };
        opening.force_protocol(name);
    } else if protocol.choose.is_some() {
        opening.choose_protocol(protocol.choose.as_deref());
    } else {
        opening.choose_first_protocol();
    }
    let offered = serde_json::Value::from(opening.protocols());
    opening.accept(Echo::greeting(offered.to_string()))
}

#[derive(Deserialize)]
struct Refuse {
    #[serde(default = "Refuse::forbidden")]
    status: u16,
}

impl Refuse {
    fn forbidden() -> u16 {
        403
    }
}

async fn refuse(Query(refuse): Query<Refuse>, opening: Opening) -> Response {
    // An informational status is not the end of a request.
    let status = StatusCode::from_u16(refuse.status)
        .ok()
        .filter(|status| !status.is_informational());
    opening.refuse(status.unwrap_or(StatusCode::BAD_REQUEST))
}

async fn silent(opening: Opening) -> Response {
    opening.accept(Silent)
}

async fn ignore_close(opening: Opening) -> Response {
    opening.accept(IgnoreClose)
}

#[derive(Deserialize)]
struct Stall {
    #[serde(default)]
    then: Outcome,
    #[serde(default = "Stall::minute")]
    after: u64,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Accept,
    #[default]
    Reset,
}

impl Stall {
    fn minute() -> u64 {
        60_000
    }
}

/// The connection is reset, never answered, unless the client leaves first or is to be accepted.
async fn stall(Query(stall): Query<Stall>, opening: Opening) -> Response {
    let connected = &opening.connected;
    let outcome = tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(stall.after)) => stall.then,
        () = connected.shared.shutdown.cancelled() => Outcome::Reset,
        () = connected.admission.dropped() => Outcome::Reset,
    };
    if matches!(outcome, Outcome::Accept) {
        return opening.accept(Echo::default());
    }
    opening.reset();
    std::future::pending().await
}

#[derive(Deserialize)]
struct Sum {
    #[serde(default = "Sum::each")]
    after: NonZeroU64,
    #[serde(default)]
    pause: u64,
    rate: Option<NonZeroU64>,
}

impl Sum {
    fn each() -> NonZeroU64 {
        NonZeroU64::MIN
    }
}

async fn sink(Query(sum): Query<Sum>, opening: Opening) -> Response {
    let pace = Pace::new(Duration::from_millis(sum.pause), sum.rate);
    opening.accept(Sink::new(sum.after.get(), pace))
}

#[derive(Deserialize)]
struct Torrent {
    count: u32,
    size: usize,
    #[serde(default)]
    kind: Kind,
    then: Option<Then>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Then {
    Close,
}

async fn flood(Query(torrent): Query<Torrent>, opening: Opening) -> Response {
    if torrent.size > LARGEST_FLOOD_MESSAGE {
        return StatusCode::BAD_REQUEST.into_response();
    }
    opening.accept(Flood {
        count: torrent.count,
        size: torrent.size,
        kind: torrent.kind,
        then_close: matches!(torrent.then, Some(Then::Close)),
        sent: 0,
    })
}
