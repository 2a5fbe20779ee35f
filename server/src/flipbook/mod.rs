//! Flipbooks: frames that come in over one socket and go out over several transports at once.
//!
//! `GET /flipbook` is the socket on which one is played: it ends with that socket. Its frames
//! are read at `GET /flipbook/{id}/frames?as=TRANSPORT&after=NUMBER`, over a socket or over HTTP.
//! Every reader reads the same feed at its own pace; what the feed has let go before a reader
//! got there is skipped, and counted. A delay can be asked for that simulates a network.

mod control;
mod feed;
mod network;
mod reading;
mod session;
mod tally;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;

use self::control::Control;
use self::reading::Reader;
pub(crate) use self::session::Flipbooks;
use self::tally::Transport;
use crate::behaviour::Relay;
use crate::opening::Opening;
use crate::server::Shared;
use crate::wire;

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(play))
        .route("/{id}/frames", get(read))
}

async fn play(State(shared): State<Arc<Shared>>, opening: Opening) -> Response {
    match Flipbooks::begin(&shared) {
        Some(playing) => opening.accept(Control::new(playing)),
        None => too_many("flipbooks are being played\n"),
    }
}

#[derive(Deserialize)]
struct Reading {
    #[serde(rename = "as")]
    transport: Transport,
    #[serde(default)]
    after: u32,
}

async fn read(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(reading): Query<Reading>,
    Extension(connection): Extension<wire::Control>,
    opening: Result<Opening, Response>,
) -> Response {
    let Some(session) = shared.flipbooks.find(&id) else {
        return (StatusCode::NOT_FOUND, "no such flipbook is being played\n").into_response();
    };
    let tally = session.tally(reading.transport);
    let reader = Reader::new(Arc::clone(&session), reading.transport, reading.after);
    if reading.transport.is_socket() {
        let opening = match opening {
            Ok(opening) => opening,
            Err(refusal) => return refusal,
        };
        tally.count_socket(connection.meter());
        return opening.accept(Relay::new(reader.steps()));
    }
    let Ok(_place) = session.polls.try_acquire() else {
        return too_many("requests wait for this flipbook\n");
    };
    tally.count_poll(connection.meter());
    tokio::select! {
        answer = reader.poll() => answer,
        () = shared.shutdown.cancelled() => StatusCode::NO_CONTENT.into_response(),
    }
}

fn too_many(of_what: &str) -> Response {
    let words = format!("too many {of_what}");
    (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
}
