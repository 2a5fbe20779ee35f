//! Which path leads where.

use std::sync::Arc;

use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};

use crate::behaviour::Echo;
use crate::opening::Opening;
use crate::server::Shared;
use crate::{flipbook, handshakes, origin, page, rooms, test_routes};

pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut sockets = Router::new()
        .route("/echo", get(echo))
        .nest("/flipbook", flipbook::router())
        .route("/room/{name}", get(rooms::enter))
        .route("/drop", post(drop_all))
        .route("/handshakes/{session}/{n}", get(handshakes::handshake));
    if shared.config.test_routes {
        sockets = sockets.nest("/test", test_routes::router(shared));
    }
    let page = (!shared.config.no_page).then_some(shared.config.page.as_path());
    let page = page::service(page, shared.security.ws(), shared.address.port());
    sockets
        .route_layer(from_fn_with_state(Arc::clone(shared), origin::check))
        .with_state(Arc::clone(shared))
        .fallback_service(page)
        .layer(from_fn_with_state(Arc::clone(shared), handshakes::remember))
}

/// Resets every socket, so that a person can watch the page come back; says how many there were.
pub(crate) async fn drop_all(State(shared): State<Arc<Shared>>) -> Json<usize> {
    Json(shared.sockets.drop_all())
}

async fn echo(opening: Opening) -> Response {
    opening.accept(Echo::default())
}
