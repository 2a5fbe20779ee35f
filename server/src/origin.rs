//! Which pages may connect: the `Origin` header, <https://www.rfc-editor.org/rfc/rfc6455#section-10.2>.
//!
//! A browser names the page's origin in every opening handshake and no script can change it, so
//! checking it keeps foreign pages from using a server on their visitor's own machine. A client
//! that is no browser can write there what it likes, or nothing: refusing it would protect nobody,
//! so a request without the header is let through.

use std::collections::HashSet;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;

use crate::server::Shared;

/// An origin, or one with any port: `https://example.org`, `http://127.0.0.1:*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    scheme: String,
    host: String,
    port: Port,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    Default,
    Number(u16),
    Any,
}

impl Port {
    fn of(scheme: &str, number: u16) -> Self {
        match (scheme, number) {
            ("http", 80) | ("https", 443) => Self::Default,
            (_, number) => Self::Number(number),
        }
    }
}

/// Not an origin.
#[derive(Debug, thiserror::Error)]
#[error("expected an origin such as https://example.org or http://127.0.0.1:*")]
pub struct NotAnOrigin;

impl FromStr for OriginPattern {
    type Err = NotAnOrigin;

    fn from_str(pattern: &str) -> Result<Self, NotAnOrigin> {
        let pattern = pattern.to_ascii_lowercase();
        let (scheme, authority) = pattern.split_once("://").ok_or(NotAnOrigin)?;
        // The colons of an IPv6 address are inside brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let port = match port {
            None => Port::Default,
            Some("*") => Port::Any,
            Some(number) => Port::of(scheme, number.parse().map_err(|_| NotAnOrigin)?),
        };
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let separators: &[char] = if bracketed { &[] } else { &[':', '[', ']'] };
        let foreign = |c: char| {
            c.is_whitespace() || matches!(c, '/' | '@' | '?' | '#' | '*') || separators.contains(&c)
        };
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if scheme.is_empty()
            || !scheme.chars().all(word)
            || host.is_empty()
            || host.contains(foreign)
        {
            return Err(NotAnOrigin);
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match self.port {
            Port::Default => Ok(()),
            Port::Number(number) => write!(f, ":{number}"),
            Port::Any => f.write_str(":*"),
        }
    }
}

impl OriginPattern {
    fn allows(&self, origin: &OriginPattern) -> bool {
        self.scheme == origin.scheme
            && self.host == origin.host
            && (self.port == Port::Any || self.port == origin.port)
    }
}

/// The hosts that the server is reached at.
const OWN_HOSTS: [&str; 2] = ["127.0.0.1", "localhost"];

/// The origins that may connect: the server's own and those it was told of.
#[derive(Debug)]
pub(crate) struct Origins {
    /// The server's own: `http` or `https`.
    scheme: &'static str,
    patterns: Vec<OriginPattern>,
    /// Further ports that lead to the server.
    ports: Mutex<HashSet<u16>>,
}

impl Origins {
    pub(crate) fn new(scheme: &'static str, own: SocketAddr, further: &[OriginPattern]) -> Self {
        let own = OWN_HOSTS.map(|host| OriginPattern {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port: Port::of(scheme, own.port()),
        });
        Self {
            scheme,
            patterns: own.into_iter().chain(further.iter().cloned()).collect(),
            ports: Mutex::default(),
        }
    }

    /// Pages that come from this port, too, are the server's own.
    pub(crate) fn serve_at(&self, port: u16) {
        self.ports.lock().insert(port);
    }

    pub(crate) fn no_longer_serve_at(&self, port: u16) {
        self.ports.lock().remove(&port);
    }

    pub(crate) fn allow(&self, origin: &HeaderValue) -> bool {
        let origin = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.parse::<OriginPattern>().ok())
            .filter(|origin| origin.port != Port::Any);
        origin.is_some_and(|origin| {
            self.patterns.iter().any(|pattern| pattern.allows(&origin))
                || self.is_further_port(&origin)
        })
    }

    fn is_further_port(&self, origin: &OriginPattern) -> bool {
        origin.scheme == self.scheme
            && OWN_HOSTS.contains(&origin.host.as_str())
            && matches!(origin.port, Port::Number(port) if self.ports.lock().contains(&port))
    }
}

/// Answers 403 to pages of other origins.
pub(crate) async fn check(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut origins = request.headers().get_all(ORIGIN).iter();
    if origins.all(|origin| shared.origins.allow(origin)) {
        next.run(request).await
    } else {
        tracing::debug!(origin = ?request.headers().get(ORIGIN), "origin refused");
        (StatusCode::FORBIDDEN, "this origin may not connect\n").into_response()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OWN: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

    fn origins(further: &[&str]) -> Origins {
        let further: Vec<_> = further.iter().map(|o| o.parse().unwrap()).collect();
        Origins::new("http", OWN.into(), &further)
    }

    #[track_caller]
    fn check(origins: &Origins, origin: &'static str, allowed: bool) {
        assert_eq!(
            origins.allow(&HeaderValue::from_static(origin)),
            allowed,
            "{origin}"
        );
    }

    #[test]
    fn own_origins_are_exact() {
        let own = origins(&[]);
        check(&own, "http://127.0.0.1:8080", true);
        check(&own, "http://localhost:8080", true);
        for foreign in [
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8081",
            "http://127.0.0.1",
            "http://localhost.example:8080",
            "http://127.0.0.1:8080.example.org",
            "http://127.0.0.1:*",
            "http://a@127.0.0.1:8080",
            "null",
            "",
        ] {
            check(&own, foreign, false);
        }
    }

    #[test]
    fn with_tls_the_own_origins_are_https() {
        let own = Origins::new("https", OWN.into(), &[]);
        check(&own, "https://127.0.0.1:8080", true);
        check(&own, "https://localhost:8080", true);
        check(&own, "http://127.0.0.1:8080", false);
        own.serve_at(9);
        check(&own, "https://localhost:9", true);
        check(&own, "http://localhost:9", false);
    }

    #[test]
    fn a_port_of_star_is_any_port_or_none_of_that_host_and_scheme() {
        let any = origins(&["http://127.0.0.1:*", "http://[::1]:*"]);
        check(&any, "http://127.0.0.1", true);
        check(&any, "http://127.0.0.1:1", true);
        check(&any, "http://[::1]:9", true);
        check(&any, "https://127.0.0.1:1", false);
        check(&any, "http://127.0.0.2:1", false);
        check(&any, "http://localhost:1", false);
    }

    #[test]
    fn the_default_port_need_not_be_named() {
        let named = origins(&["https://example.org:443"]);
        check(&named, "https://example.org", true);
        check(&named, "https://example.org:444", false);
        check(&named, "https://sub.example.org", false);
    }

    #[test]
    fn what_is_no_origin_is_no_pattern() {
        for text in [
            "",
            "*",
            "null",
            "example.org",
            "https://",
            "https://a/",
            "https://a/b",
            "https://*",
            "https://a:b",
            "https://a:70000",
            "https://a b",
            "https://a:1:2",
            "://a",
            "https://[::1",
        ] {
            assert!(text.parse::<OriginPattern>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_is_read_as_it_is_shown(
            text in prop_oneof![
                ".{0,20}",
                "(https?|[a-zA-Z+.]{0,3})(://|:)(\\[[0-9a-f:]{0,9}\\]|[a-zA-Z0-9.@/]{0,9})(:(80|443|[0-9]{1,6}|\\*))?",
            ],
        ) {
            if let Ok(pattern) = text.parse::<OriginPattern>() {
                let shown = pattern.to_string();
                prop_assert_eq!(shown.parse().ok(), Some(pattern.clone()), "{}", shown);
                prop_assert!(pattern.allows(&pattern));
            }
            if let Ok(origin) = HeaderValue::from_str(&text) {
                prop_assert!(!origins(&[]).allow(&origin));
            }
        }
    }
}
