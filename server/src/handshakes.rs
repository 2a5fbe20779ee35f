//! The handshakes of sockets whose address has a `trace`, for the page that they are of to show
//! them, <https://www.rfc-editor.org/rfc/rfc6455#section-1.3>.
//!
//! A `trace` is `SESSION.N`: a secret of the page, of which it makes one when it is loaded, and
//! the number of a socket of it. Who doesn't know the secret can't ask.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, UPGRADE};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::Json;
use parking_lot::Mutex;
use serde::Serialize;
use wasm_websocket_demo_format::recording::Head;

use crate::heads::Exchange;
use crate::server::Shared;
use crate::wire::Control;

/// The sessions remembered; the one that was longest without a handshake makes room for another.
const SESSIONS: usize = 64;

/// The handshakes remembered of each session: the latest.
const HANDSHAKES: usize = 64;

/// A session without a handshake for so long is forgotten.
const EXPIRY: Duration = Duration::from_secs(60 * 60);

/// A session is so many hexadecimal digits: 128 bits.
const SESSION_DIGITS: usize = 32;

/// What is remembered, the session of the latest handshake last.
#[derive(Debug, Default)]
pub(crate) struct Handshakes(Mutex<VecDeque<Session>>);

#[derive(Debug)]
struct Session {
    name: String,
    latest: Instant,
    handshakes: VecDeque<(u32, Arc<Mutex<Exchange>>)>,
}

/// A handshake, as the page asks for it.
#[derive(Debug, Serialize)]
pub(crate) struct Handshake {
    request: Option<Head>,
    /// `None` while it isn't answered.
    response: Option<Head>,
}

impl Handshakes {
    fn remember(&self, trace: Trace, exchange: Arc<Mutex<Exchange>>, now: Instant) {
        let mut sessions = self.0.lock();
        forget_old(&mut sessions, now);
        let known = sessions
            .iter()
            .position(|known| known.name == trace.session);
        let known = known.and_then(|index| sessions.remove(index));
        let mut session = known.unwrap_or_else(|| Session {
            name: trace.session,
            latest: now,
            handshakes: VecDeque::new(),
        });
        session.latest = now;
        session.handshakes.push_back((trace.number, exchange));
        if session.handshakes.len() > HANDSHAKES {
            session.handshakes.pop_front();
        }
        sessions.push_back(session);
        if sessions.len() > SESSIONS {
            sessions.pop_front();
        }
    }

    /// The latest of this number.
    fn handshake(&self, session: &str, number: u32, now: Instant) -> Option<Handshake> {
        let mut sessions = self.0.lock();
        forget_old(&mut sessions, now);
        let session = sessions.iter().find(|known| known.name == session)?;
        let mut latest_first = session.handshakes.iter().rev();
        let (_, exchange) = latest_first.find(|(known, _)| *known == number)?;
        let exchange = exchange.lock();
        Some(Handshake {
            request: exchange.request.lines(),
            response: exchange.response.lines(),
        })
    }
}

fn forget_old(sessions: &mut VecDeque<Session>, now: Instant) {
    while sessions
        .front()
        .is_some_and(|oldest| now.saturating_duration_since(oldest.latest) > EXPIRY)
    {
        sessions.pop_front();
    }
}

/// Which socket of which page.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    session: String,
    number: u32,
}

impl Trace {
    /// The one in a query, if it has a valid one.
    fn of_query(query: &str) -> Option<Self> {
        let trace = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("trace="))?;
        let (session, number) = trace.split_once('.')?;
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if session.len() != SESSION_DIGITS || !session.bytes().all(digit) {
            return None;
        }
        Some(Self {
            session: session.to_owned(),
            number: number.parse().ok()?,
        })
    }
}

/// Remembers the request if it is a handshake with a trace, whatever will be answered.
pub(crate) async fn remember(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let trace = request.uri().query().and_then(Trace::of_query);
    let control = request.extensions().get::<Control>();
    if let (Some(trace), Some(control), true) =
        (trace, control, request.headers().contains_key(UPGRADE))
    {
        let exchange = control.tap().latest();
        // Where requests come before the one ahead is answered, it may be that one's.
        let of_this = exchange.lock().request.lines().is_some_and(|head| {
            let target = head.line.split(' ').nth(1);
            target.is_some_and(|target| *request.uri() == target)
        });
        if of_this {
            shared.handshakes.remember(trace, exchange, Instant::now());
        }
    }
    next.run(request).await
}

pub(crate) async fn handshake(
    State(shared): State<Arc<Shared>>,
    Path((session, number)): Path<(String, u32)>,
) -> Response {
    match shared
        .handshakes
        .handshake(&session, number, Instant::now())
    {
        Some(handshake) => ([(CACHE_CONTROL, "no-store")], Json(handshake)).into_response(),
        None => (StatusCode::NOT_FOUND, "no such handshake\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "0123456789abcdef0123456789abcdef";

    fn trace(session: impl Into<String>, number: u32) -> Trace {
        Trace {
            session: session.into(),
            number,
        }
    }

    #[test]
    fn a_trace_is_a_session_and_a_number() {
        let valid = Some(trace(PAGE, 7));
        assert_eq!(Trace::of_query(&format!("trace={PAGE}.7")), valid);
        assert_eq!(Trace::of_query(&format!("a=b&trace={PAGE}.7&c")), valid);
        for query in [
            "".to_owned(),
            format!("atrace={PAGE}.7"),
            format!("trace={PAGE}"),
            format!("trace={PAGE}."),
            format!("trace={PAGE}.-1"),
            format!("trace={PAGE}.4294967296"),
            format!("trace={PAGE}0.7"),
            format!("trace={}.7", &PAGE[1..]),
            format!("trace={}.7", PAGE.to_uppercase()),
        ] {
            assert_eq!(Trace::of_query(&query), None, "{query}");
        }
    }

    #[test]
    fn only_the_latest_of_a_session_are_remembered() {
        let handshakes = Handshakes::default();
        let now = Instant::now();
        for number in 0..=HANDSHAKES as u32 {
            handshakes.remember(trace(PAGE, number), Arc::default(), now);
        }
        assert!(handshakes.handshake(PAGE, 0, now).is_none());
        assert!(handshakes.handshake(PAGE, 1, now).is_some());
    }

    #[test]
    fn the_session_that_was_longest_without_a_handshake_is_forgotten() {
        let handshakes = Handshakes::default();
        let now = Instant::now();
        for n in 0..SESSIONS {
            handshakes.remember(trace(n.to_string(), 0), Arc::default(), now);
        }
        handshakes.remember(trace("0", 1), Arc::default(), now);
        handshakes.remember(trace("new", 0), Arc::default(), now);
        assert!(handshakes.handshake("0", 0, now).is_some());
        assert!(handshakes.handshake("1", 0, now).is_none());
        assert_eq!(handshakes.0.lock().len(), SESSIONS);
    }

    #[test]
    fn a_session_without_handshakes_expires() {
        let handshakes = Handshakes::default();
        let now = Instant::now();
        handshakes.remember(trace(PAGE, 0), Arc::default(), now);
        assert!(handshakes.handshake(PAGE, 0, now + EXPIRY).is_some());
        let later = now + EXPIRY + Duration::from_secs(1);
        assert!(handshakes.handshake(PAGE, 0, later).is_none());
        assert!(handshakes.0.lock().is_empty());
    }
}
