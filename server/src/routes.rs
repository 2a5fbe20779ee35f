//! Which path leads where.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use axum::Router;

use crate::behaviour::Echo;
use crate::opening::Opening;
use crate::server::Shared;
use crate::{origin, page, test_routes};

pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut sockets = Router::new().route("/echo", get(echo));
    if shared.config.test_routes {
        sockets = sockets.nest("/test", test_routes::router(shared));
    }
    let page = (!shared.config.no_page).then_some(shared.config.page.as_path());
    sockets
        .route_layer(from_fn_with_state(Arc::clone(shared), origin::check))
        .with_state(Arc::clone(shared))
        .fallback_service(page::service(page, shared.address.port()))
}

async fn echo(opening: Opening) -> Response {
    opening.accept(Echo::default())
}
