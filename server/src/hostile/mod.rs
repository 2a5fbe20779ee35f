//! Ports on which the server breaks the protocol on purpose, each in one way, to see what a
//! client makes of it, <https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7>.
//!
//! - `GET /test/hostile` lists the cases: `{"opening": ["wrong-accept", …], "open": ["masked-frame", …]}`.
//!   Those of `opening` break the handshake. Those of `open` come behind a right one, the text
//!   `before` and the bytes 1, 2, 3, once the client has said anything; with what is wrong in the
//!   same packet, browsers discard them all. The text `after` follows what is wrong.
//! - `POST /test/hostile?case=NAME` opens a port on which one client is met so, within a minute,
//!   and answers `{"port": 40123}`.
//! - `GET /test/hostile/{port}` tells whether the client is there or still to come.

mod frame;
mod handshake;
mod open;
mod script;

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::server::{accept, Shared};
use script::Script;

const PORTS: usize = 256;
const LIFETIME: Duration = Duration::from_secs(60);

/// The ports that are open.
#[derive(Debug, Default)]
pub(crate) struct Hostiles(Mutex<HashSet<u16>>);

/// One way to break the protocol.
struct Case {
    name: &'static str,
    script: Script,
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/hostile", get(list).post(open))
        .route("/hostile/{port}", get(tell))
}

async fn list() -> Response {
    let names = |cases: &[Case]| cases.iter().map(|case| case.name).collect::<Vec<_>>();
    Json(json!({
        "opening": names(&handshake::cases()),
        "open": names(&open::cases()),
    }))
    .into_response()
}

#[derive(Deserialize)]
struct Chosen {
    case: String,
}

async fn open(State(shared): State<Arc<Shared>>, Query(chosen): Query<Chosen>) -> Response {
    let mut cases = handshake::cases().into_iter().chain(open::cases());
    let Some(case) = cases.find(|case| case.name == chosen.case) else {
        return (StatusCode::NOT_FOUND, "no such case\n").into_response();
    };
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%error, "no port for a hostile server");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let Ok(port) = listener.local_addr().map(|address| address.port()) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    {
        let mut ports = shared.hostiles.0.lock();
        if ports.len() >= PORTS {
            let too_many = "too many hostile servers\n";
            return (StatusCode::SERVICE_UNAVAILABLE, too_many).into_response();
        }
        ports.insert(port);
    }
    let met = async move { case.script.play(accept(&listener).await).await };
    let server = Arc::clone(&shared);
    shared.tasks.spawn(async move {
        tokio::select! {
            _ = timeout(LIFETIME, met) => {}
            () = server.shutdown.cancelled() => {}
            () = server.abort.cancelled() => {}
        }
        server.hostiles.0.lock().remove(&port);
    });
    Json(json!({ "port": port })).into_response()
}

async fn tell(State(shared): State<Arc<Shared>>, Path(port): Path<u16>) -> Json<bool> {
    Json(shared.hostiles.0.lock().contains(&port))
}
