//! The opening handshake, <https://www.rfc-editor.org/rfc/rfc6455#section-4.2>.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::behaviour::Behaviour;
use crate::driver;
use crate::ledger::Record;
use crate::log::Pen;
use crate::server::Shared;
use crate::sockets::Admission;
use crate::wire::{Control, Wire};

const LONGEST_NAME: usize = 128;

/// A client's half of the handshake, valid and not answered yet.
#[derive(Debug)]
pub(crate) struct Opening {
    accept: HeaderValue,
    protocols: Vec<String>,
    protocol: Option<HeaderValue>,
    upgrade: OnUpgrade,
    control: Control,
    /// The log that the socket writes to, if it is accepted.
    log: Option<String>,
    pub(crate) connected: Connected,
}

/// What a socket holds for as long as its TCP connection is there.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) shared: Arc<Shared>,
    pub(crate) admission: Admission,
    pub(crate) record: Record,
    pub(crate) log: Option<Pen>,
}

/// What the client calls its socket, and the log it writes to.
#[derive(Default, Deserialize)]
struct Named {
    id: Option<String>,
    log: Option<String>,
}

impl FromRequestParts<Arc<Shared>> for Opening {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Response> {
        let key = check(parts).map_err(IntoResponse::into_response)?;
        let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()))
            .map_err(|_| bad_request("bad Sec-WebSocket-Key\n").into_response())?;
        let Named { id, log } = if shared.config.test_routes {
            let Query(named) =
                Query::<Named>::try_from_uri(&parts.uri).map_err(IntoResponse::into_response)?;
            named
        } else {
            Named::default()
        };
        if [&id, &log]
            .into_iter()
            .flatten()
            .any(|name| name.len() > LONGEST_NAME)
        {
            return Err(bad_request("the id or the log's name is too long\n").into_response());
        }
        let protocols = tokens(&parts.headers, SEC_WEBSOCKET_PROTOCOL)
            .map(str::to_owned)
            .collect();
        let (Some(upgrade), Some(control)) = (
            parts.extensions.remove::<OnUpgrade>(),
            parts.extensions.get::<Control>().cloned(),
        ) else {
            return Err(bad_request("this connection cannot be upgraded\n").into_response());
        };
        let Some(admission) = shared.sockets.admit() else {
            tracing::warn!("a socket too many was refused");
            let too_many = (
                StatusCode::SERVICE_UNAVAILABLE,
                "too many sockets are open\n",
            );
            return Err(too_many.into_response());
        };
        Ok(Self {
            accept,
            protocols,
            protocol: None,
            upgrade,
            control,
            log,
            connected: Connected {
                shared: Arc::clone(shared),
                admission,
                record: id.map_or_else(Record::none, |id| shared.ledger.begin(id)),
                log: None,
            },
        })
    }
}

impl Opening {
    /// The subprotocols offered, in the client's order.
    pub(crate) fn protocols(&self) -> &[String] {
        &self.protocols
    }

    /// Answers with `protocol`, if the client offered it.
    pub(crate) fn choose_protocol(&mut self, protocol: Option<&str>) {
        let offered = protocol.filter(|name| self.protocols.iter().any(|offer| offer == name));
        self.protocol = offered.and_then(|name| HeaderValue::from_str(name).ok());
    }

    /// Answers with what the client offered first, if anything.
    pub(crate) fn choose_first_protocol(&mut self) {
        let first = self.protocols.first().cloned();
        self.choose_protocol(first.as_deref());
    }

    /// Answers with `protocol`, which breaks the protocol if the client did not offer it.
    pub(crate) fn force_protocol(&mut self, protocol: HeaderValue) {
        self.protocol = Some(protocol);
    }

    /// Accepts the handshake; the socket then behaves as told.
    pub(crate) fn accept(self, behaviour: impl Behaviour) -> Response {
        let Self {
            accept,
            protocol,
            upgrade,
            control,
            log,
            mut connected,
            ..
        } = self;
        control.hold();
        let shared = Arc::clone(&connected.shared);
        connected.log = log.map(|name| shared.logs.connection(name));
        shared.tasks.spawn(async move {
            let upgraded = tokio::select! {
                () = connected.admission.dropped() => return control.reset(),
                upgraded = upgrade => upgraded,
            };
            match upgraded.ok().and_then(wire) {
                Some(wire) => driver::drive(wire, behaviour, connected).await,
                None => tracing::debug!("the client left during the handshake"),
            }
        });
        let mut headers = HeaderMap::new();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        if let Some(protocol) = protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
    }

    /// Refuses the handshake.
    pub(crate) fn refuse(self, status: StatusCode) -> Response {
        self.connected.record.refused();
        status.into_response()
    }

    /// Ends the connection with the handshake unanswered.
    pub(crate) fn reset(&self) {
        self.control.reset();
    }
}

fn wire(upgraded: Upgraded) -> Option<Wire> {
    let parts = upgraded.downcast::<TokioIo<Wire>>().ok()?;
    let mut wire = parts.io.into_inner();
    wire.upgrade(parts.read_buf);
    Some(wire)
}

/// Whether the request is a client's handshake; if so, its key.
fn check(parts: &Parts) -> Result<&HeaderValue, impl IntoResponse> {
    let upgrade = [(UPGRADE, "websocket"), (SEC_WEBSOCKET_VERSION, "13")];
    let not_a_handshake = (
        StatusCode::UPGRADE_REQUIRED,
        upgrade.clone(),
        "a WebSocket endpoint\n",
    );
    let bad = |text| (StatusCode::BAD_REQUEST, upgrade.clone(), text);

    if !has_token(&parts.headers, UPGRADE, "websocket") {
        return Err(not_a_handshake);
    }
    if parts
        .headers
        .get(SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Err(not_a_handshake);
    }
    if parts.method != Method::GET || parts.version < Version::HTTP_11 {
        return Err(bad("a handshake is a GET of HTTP/1.1\n"));
    }
    if !has_token(&parts.headers, CONNECTION, "upgrade") {
        return Err(bad("Connection does not say Upgrade\n"));
    }
    // 16 bytes in base64.
    match parts.headers.get(SEC_WEBSOCKET_KEY) {
        Some(key) if key.len() == 24 && key.as_bytes().ends_with(b"==") => Ok(key),
        _ => Err(bad("bad Sec-WebSocket-Key\n")),
    }
}

fn bad_request(text: &'static str) -> impl IntoResponse {
    (StatusCode::BAD_REQUEST, text)
}

fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|token| !token.is_empty())
}

fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    tokens(headers, name).any(|found| found.eq_ignore_ascii_case(token))
}
