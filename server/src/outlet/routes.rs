//! What a test tells an outlet, and asks it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use super::connection::Direction;
use super::{Mode, Outlet, Outlets, Status};
use crate::server::Shared;

const LONGEST_DELAY: u64 = 60_000;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/outlet", post(open))
        .route("/outlet/{id}", get(status))
        .route("/outlet/{id}/mode", post(mode))
        .route("/outlet/{id}/cut", post(cut))
        .route("/outlet/{id}/delay", post(delay))
        .route("/outlet/{id}/remove", post(remove))
}

/// The outlet that the path names.
struct Named(Arc<Outlet>);

impl FromRequestParts<Arc<Shared>> for Named {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Response> {
        let Path(id) = Path::<String>::from_request_parts(parts, shared)
            .await
            .map_err(IntoResponse::into_response)?;
        let outlet = shared.outlets.find(&id);
        outlet.map(Named).ok_or_else(missing)
    }
}

#[derive(Deserialize)]
struct Expiry {
    #[serde(default = "Expiry::longest")]
    unused: u64,
}

impl Expiry {
    fn longest() -> u64 {
        600_000
    }
}

async fn open(Query(expiry): Query<Expiry>, State(shared): State<Arc<Shared>>) -> Response {
    let expiry = Duration::from_millis(expiry.unused.min(Expiry::longest()));
    match Outlets::open(&shared, expiry).await {
        Ok(Some((id, outlet))) => Json(json!({"id": id, "port": outlet.port})).into_response(),
        Ok(None) => {
            let too_many = (StatusCode::SERVICE_UNAVAILABLE, "too many outlets\n");
            too_many.into_response()
        }
        Err(error) => cannot_listen(&error),
    }
}

async fn status(Named(outlet): Named) -> Json<Status> {
    Json(outlet.status())
}

#[derive(Deserialize)]
struct Manner {
    is: Mode,
    #[serde(default = "Manner::service_restart")]
    code: u16,
}

impl Manner {
    fn service_restart() -> u16 {
        1012
    }
}

async fn mode(
    Named(outlet): Named,
    Query(manner): Query<Manner>,
    State(shared): State<Arc<Shared>>,
) -> Response {
    match outlet.set_mode(manner.is, manner.code, &shared).await {
        Ok(()) => Json(outlet.status()).into_response(),
        Err(error) => cannot_listen(&error),
    }
}

#[derive(Deserialize)]
struct Cut {
    after: Option<u64>,
    #[serde(default)]
    direction: Direction,
    #[serde(default)]
    next: bool,
}

async fn cut(Named(outlet): Named, Query(cut): Query<Cut>) -> Json<Status> {
    outlet.cut(cut.direction, cut.after, cut.next).await;
    Json(outlet.status())
}

#[derive(Deserialize)]
struct Delay {
    ms: u64,
}

async fn delay(Named(outlet): Named, Query(delay): Query<Delay>) -> Response {
    if delay.ms > LONGEST_DELAY {
        return StatusCode::BAD_REQUEST.into_response();
    }
    outlet.set_delay(delay.ms);
    Json(outlet.status()).into_response()
}

async fn remove(Path(id): Path<String>, State(shared): State<Arc<Shared>>) -> Response {
    match shared.outlets.remove(&id).await {
        Some(status) => Json(status).into_response(),
        None => missing(),
    }
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "no such outlet\n").into_response()
}

fn cannot_listen(error: &io::Error) -> Response {
    tracing::warn!(%error, "an outlet cannot listen");
    let text = "the outlet cannot listen on its port\n";
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}
