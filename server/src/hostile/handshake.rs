//! Handshakes that a client must fail, <https://www.rfc-editor.org/rfc/rfc6455#section-4.1>.

use super::script::{Act, Client, Script};
use super::Case;

const STATUS: &str = "HTTP/1.1 101 Switching Protocols\r\n";
const HTTP_1_0: &str = "HTTP/1.0 101 Switching Protocols\r\n";
const UPGRADE: &str = "Upgrade: websocket\r\n";
const CONNECTION: &str = "Connection: Upgrade\r\n";
const END: &str = "\r\n";

/// More than a browser takes.
const GIANT: usize = 4 << 20;

fn accept(client: &Client) -> String {
    format!("Sec-WebSocket-Accept: {}\r\n", client.accept)
}

/// A right answer.
pub(super) fn accepted(client: &Client) -> Vec<u8> {
    with(client, "")
}

/// A right answer with further headers.
pub(super) fn with(client: &Client, headers: &str) -> Vec<u8> {
    let accept = accept(client);
    [STATUS, UPGRADE, CONNECTION, &accept, headers, END]
        .concat()
        .into_bytes()
}

/// An answer of these lines, behind which the server waits.
fn answer(name: &'static str, lines: impl Fn(&str) -> String + Send + Sync + 'static) -> Case {
    let acts = move |client: &Client| {
        let answer = lines(&accept(client)).into_bytes();
        vec![Act::Send(answer)]
    };
    Case {
        name,
        script: Script::new(acts),
    }
}

/// A right answer but for further headers.
fn extra(name: &'static str, headers: &'static str) -> Case {
    answer(name, move |accept| {
        [STATUS, UPGRADE, CONNECTION, accept, headers, END].concat()
    })
}

/// An answer that isn't an upgrade, and the end.
fn status(name: &'static str, line: &'static str, headers: &'static str) -> Case {
    let acts = move |_: &Client| {
        let answer = format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n{headers}\r\n");
        vec![Act::Send(answer.into_bytes()), Act::Finish]
    };
    Case {
        name,
        script: Script::new(acts),
    }
}

/// Half an answer, and then this.
fn half(name: &'static str, then: fn() -> Vec<Act>) -> Case {
    let acts = move |_: &Client| {
        let mut acts = vec![Act::Send([STATUS, UPGRADE].concat().into_bytes())];
        acts.extend(then());
        acts
    };
    Case {
        name,
        script: Script::new(acts),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        answer("wrong-accept", |_| {
            let wrong = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
            [STATUS, UPGRADE, CONNECTION, wrong, END].concat()
        }),
        answer("missing-accept", |_| {
            [STATUS, UPGRADE, CONNECTION, END].concat()
        }),
        answer("two-accepts", |accept| {
            [STATUS, UPGRADE, CONNECTION, accept, accept, END].concat()
        }),
        answer("missing-upgrade", |accept| {
            [STATUS, CONNECTION, accept, END].concat()
        }),
        answer("another-upgrade", |accept| {
            [STATUS, "Upgrade: h2c\r\n", CONNECTION, accept, END].concat()
        }),
        answer("missing-connection", |accept| {
            [STATUS, UPGRADE, accept, END].concat()
        }),
        // Browsers wait for the end of such an answer.
        Case {
            name: "http-1.0",
            script: Script::new(|client| {
                let accept = accept(client);
                let lines = [HTTP_1_0, UPGRADE, CONNECTION, &accept, END].concat();
                vec![Act::Send(lines.into_bytes()), Act::Finish]
            }),
        },
        answer("not-http", |_| "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n".repeat(64)),
        answer("giant-header", |accept| {
            let giant = format!("X-Giant: {}\r\n", "x".repeat(GIANT));
            [STATUS, UPGRADE, CONNECTION, accept, &giant, END].concat()
        }),
        extra("protocol-not-asked-for", "Sec-WebSocket-Protocol: chat\r\n"),
        extra(
            "extension-not-asked-for",
            "Sec-WebSocket-Extensions: x-unheard-of\r\n",
        ),
        extra(
            "extension-with-a-bad-parameter",
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n",
        ),
        status("status-200", "200 OK", ""),
        status(
            "status-301",
            "301 Moved Permanently",
            "Location: http://127.0.0.1/echo\r\n",
        ),
        status("status-401", "401 Unauthorized", ""),
        status("status-403", "403 Forbidden", ""),
        status(
            "status-503",
            "503 Service Unavailable",
            "Retry-After: 1\r\n",
        ),
        half("half-then-end", || vec![Act::Finish]),
        half("half-then-reset", || vec![Act::Reset]),
        half("half-then-silence", Vec::new),
        Case {
            name: "nothing-then-end",
            script: Script::new(|_| vec![Act::Finish]),
        },
        Case {
            name: "nothing-then-reset",
            script: Script::new(|_| vec![Act::Reset]),
        },
    ]
}
