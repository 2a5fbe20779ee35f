//! What a client must fail the connection for once it is open, and what it must bear,
//! <https://www.rfc-editor.org/rfc/rfc6455#section-7.1.7>.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::Compression;

use super::frame::{
    close, frame, masked, with_length, BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, RSV1, RSV2,
    RSV3, TEXT,
};
use super::handshake::{accepted, with};
use super::script::{Act, Client, Script};
use super::Case;

const DEFLATE: &str = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

/// What a flood sends at the most, to a client that doesn't go.
const FLOOD: usize = 16 << 20;

/// What a message of a thousandth of it expands to.
const EXPANDED: usize = 16 << 20;

/// Behind a right handshake and two messages, to which the client says something, this; then
/// `after`, which comes too late where the connection has to fail.
fn case(name: &'static str, acts: impl Fn() -> Vec<Act> + Send + Sync + 'static) -> Case {
    build(name, accepted, acts)
}

fn build(
    name: &'static str,
    handshake: impl Fn(&Client) -> Vec<u8> + Send + Sync + 'static,
    acts: impl Fn() -> Vec<Act> + Send + Sync + 'static,
) -> Case {
    let script = Script::new(move |client| {
        let before = [
            frame(FIN | TEXT, b"before"),
            frame(FIN | BINARY, &[1, 2, 3]),
        ];
        let mut all = vec![
            Act::Send(handshake(client)),
            Act::Send(before.concat()),
            Act::Hear,
        ];
        all.extend(acts());
        if !matches!(all.last(), Some(Act::Finish | Act::Reset)) {
            all.push(Act::Send(frame(FIN | TEXT, b"after")));
            all.push(Act::Send(close(1000, b"")));
        }
        all
    });
    Case { name, script }
}

/// These bytes.
fn bytes(name: &'static str, bytes: Vec<u8>) -> Case {
    case(name, move || vec![Act::Send(bytes.clone())])
}

/// These bytes, and the end or a reset.
fn last(name: &'static str, bytes: Vec<u8>, end: fn() -> Act) -> Case {
    case(name, move || vec![Act::Send(bytes.clone()), end()])
}

/// The payload of a compressed message, <https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1>.
fn compressed(payload: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Into memory it can't fail.
    let _ = encoder.write_all(payload).and_then(|()| encoder.flush());
    let mut bytes = encoder.get_ref().clone();
    if bytes.ends_with(&[0, 0, 0xFF, 0xFF]) {
        bytes.truncate(bytes.len() - 4);
    }
    bytes
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = frames();
    cases.extend(texts());
    cases.extend(closes());
    cases.extend(ends());
    cases.extend(to_be_borne());
    cases
}

fn frames() -> Vec<Case> {
    let fragment = frame(TEXT, b"frag");
    vec![
        bytes("masked-frame", masked(FIN | TEXT, b"wrong")),
        bytes("reserved-bit-1", frame(FIN | RSV1 | TEXT, b"wrong")),
        bytes("reserved-bit-2", frame(FIN | RSV2 | TEXT, b"wrong")),
        bytes("reserved-bit-3", frame(FIN | RSV3 | BINARY, b"wrong")),
        bytes("unknown-opcode", frame(FIN | 0x3, b"wrong")),
        bytes("unknown-control-opcode", frame(FIN | 0xB, b"wrong")),
        bytes("fragmented-ping", frame(PING, b"wrong")),
        bytes("oversized-ping", frame(FIN | PING, &[0; 126])),
        bytes("oversized-close", frame(FIN | CLOSE, &[0x03; 126])),
        bytes(
            "continuation-without-start",
            frame(FIN | CONTINUATION, b"wrong"),
        ),
        bytes(
            "start-within-fragments",
            [fragment, frame(FIN | TEXT, b"wrong")].concat(),
        ),
        bytes("length-2^63", with_length(FIN | BINARY, 1 << 63, b"wrong")),
        bytes("length-2^64-1", with_length(FIN | BINARY, u64::MAX, b"")),
        bytes("length-not-minimal", with_length(FIN | BINARY, 5, b"wrong")),
        build(
            "bad-compression",
            |client| with(client, DEFLATE),
            || vec![Act::Send(frame(FIN | RSV1 | TEXT, &[0xFF; 16]))],
        ),
    ]
}

fn texts() -> Vec<Case> {
    vec![
        bytes("invalid-utf-8", frame(FIN | TEXT, b"wr\xFFng")),
        bytes("surrogate-in-utf-8", frame(FIN | TEXT, b"\xED\xA0\x80")),
        bytes(
            "invalid-utf-8-across-fragments",
            [
                frame(TEXT, b"wr\xE2\x82"),
                frame(FIN | CONTINUATION, b"\x28ng"),
            ]
            .concat(),
        ),
        bytes("unfinished-utf-8", frame(FIN | TEXT, b"wrong\xE2\x82")),
    ]
}

fn closes() -> Vec<Case> {
    let mut cases = vec![
        bytes("close-of-one-byte", frame(FIN | CLOSE, &[0x03])),
        bytes("invalid-utf-8-in-a-reason", close(1000, b"wr\xFFng")),
        bytes("data-after-close", close(4000, b"bye")),
    ];
    for (name, code) in [
        ("close-0", 0),
        ("close-999", 999),
        ("close-1004", 1004),
        ("close-1005", 1005),
        ("close-1006", 1006),
        ("close-1015", 1015),
        ("close-1016", 1016),
        ("close-2999", 2999),
        ("close-5000", 5000),
        ("close-65535", 65535),
    ] {
        cases.push(bytes(name, close(code, b"")));
    }
    cases
}

fn ends() -> Vec<Case> {
    let half = with_length(FIN | BINARY, 1000, &[0; 500]);
    vec![
        last("end-in-a-frame", half.clone(), || Act::Finish),
        last("reset-in-a-frame", half, || Act::Reset),
        last("end-in-a-header", vec![FIN | BINARY, 127, 0], || {
            Act::Finish
        }),
        last("end-within-fragments", frame(TEXT, b"frag"), || Act::Finish),
        last("end-without-close", Vec::new(), || Act::Finish),
        last(
            "length-2^63-1",
            with_length(FIN | BINARY, u64::MAX >> 1, &[0; 1000]),
            || Act::Finish,
        ),
        case("endless-fragments", || {
            let fragment = frame(CONTINUATION, &[0; 64 << 10]);
            vec![
                Act::Send(frame(BINARY, b"")),
                Act::Repeat(fragment, FLOOD / (64 << 10)),
                Act::Reset,
            ]
        }),
    ]
}

/// What is right, or at least allowed.
fn to_be_borne() -> Vec<Case> {
    vec![
        case("ping-flood", || {
            vec![Act::Repeat(frame(FIN | PING, b"there?").repeat(100), 100)]
        }),
        bytes("pong-not-asked-for", frame(FIN | PONG, b"here")),
        case("many-empty-fragments", || {
            vec![
                Act::Send(frame(TEXT, b"")),
                Act::Repeat(frame(CONTINUATION, b"").repeat(100), 100),
                Act::Send(frame(FIN | CONTINUATION, b"whole")),
            ]
        }),
        build(
            "compressed-bomb",
            |client| with(client, DEFLATE),
            || {
                let message = compressed(&vec![0; EXPANDED]);
                vec![Act::Send(frame(FIN | RSV1 | BINARY, &message))]
            },
        ),
    ]
}
