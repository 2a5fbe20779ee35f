//! The built page, as static files under a strict Content-Security-Policy.

use std::convert::Infallible;
use std::path::Path;

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::Router;
use tower::service_fn;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

/// Serves `dir`, or nothing but 404s without one; the page may connect by `ws` to this port.
pub(crate) fn service(dir: Option<&Path>, ws: &str, port: u16) -> Router {
    let missing = service_fn(|request: Request| async move {
        Ok::<_, Infallible>(not_found(request.uri().path()))
    });
    let files = match dir {
        Some(dir) => Router::new().fallback_service(ServeDir::new(dir).fallback(missing)),
        None => Router::new().fallback_service(missing),
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:; \
         connect-src 'self' {ws}://127.0.0.1:{port} {ws}://localhost:{port}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).ok();
    let fixed = HeaderValue::from_static;
    files
        .layer(SetResponseHeaderLayer::overriding(
            CONTENT_SECURITY_POLICY,
            policy,
        ))
        .layer(SetResponseHeaderLayer::overriding(
            CACHE_CONTROL,
            fixed("no-cache"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            X_CONTENT_TYPE_OPTIONS,
            fixed("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            REFERRER_POLICY,
            fixed("no-referrer"),
        ))
        .layer(SetResponseHeaderLayer::overriding(
            CROSS_ORIGIN_OPENER_POLICY,
            fixed("same-origin"),
        ))
}

/// Browsers ask for an icon unprompted, and a 404 would stand in the page's console.
fn not_found(path: &str) -> Response {
    match path {
        "/favicon.ico" => StatusCode::NO_CONTENT.into_response(),
        _ => (StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}
