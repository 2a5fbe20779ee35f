//! Recordings to test with: one of everything, and any.

use proptest::{collection::vec, option, prelude::*};

use super::*;

/// Of everything one.
pub(super) fn recording() -> Recording {
    let head = |line: &str, headers: &[(&str, &str)]| {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        Some(Head {
            line: line.to_owned(),
            headers: headers.iter().map(owned).collect(),
        })
    };
    let host = ("Host", "127.0.0.1:80");
    let row = |socket, time, what| Row { socket, time, what };
    let received = |data, round_trip| What::Received { data, round_trip };
    Recording {
        dropped: 7,
        sockets: vec![
            Socket {
                number: 2,
                url: "ws://127.0.0.1:80/echo?a=b".to_owned(),
                began: 1000.0,
                date: "1970-01-01T00:00:01.000Z".to_owned(),
                took: Some(2.5),
                ended: Some(1010.0),
                request: head("GET /echo?a=b HTTP/1.1", &[host, ("Upgrade", "websocket")]),
                response: head(
                    "HTTP/1.1 101 Switching Protocols",
                    &[("upgrade", "websocket")],
                ),
            },
            Socket {
                number: 3,
                url: "ws://example.org/".to_owned(),
                began: 2000.0,
                date: "1970-01-01T00:00:02.000Z".to_owned(),
                took: None,
                ended: None,
                request: None,
                response: None,
            },
        ],
        rows: vec![
            row(2, 1000.0, What::Connecting),
            row(
                2,
                1002.5,
                What::Opened {
                    protocol: "p".into(),
                    extensions: "e".into(),
                },
            ),
            row(
                2,
                1003.0,
                What::Sent(Data::Text("\"gr\u{fc}ezi\"\n\0".into())),
            ),
            row(
                2,
                1004.5,
                received(Data::Binary(vec![255, 0, 1]), Some(1.5)),
            ),
            row(
                2,
                1005.0,
                received(
                    Data::Lost {
                        is_text: true,
                        size: 99,
                    },
                    None,
                ),
            ),
            row(
                2,
                1010.0,
                What::Closed {
                    code: 1000,
                    reason: "bye".into(),
                    was_clean: true,
                },
            ),
            row(3, 2000.0, What::Connecting),
            row(3, 2000.0, What::Refused),
            row(1, 2001.0, What::Sent(Data::Binary(Vec::new()))),
        ],
    }
}

/// Any, with sockets of other numbers than the rows' among them.
pub(super) fn any_recording() -> impl Strategy<Value = Recording> {
    (vec(any_socket(), 0..4), vec(any_row(), 0..8), any::<u64>()).prop_map(
        |(sockets, rows, dropped)| Recording {
            sockets,
            rows,
            dropped,
        },
    )
}

fn any_socket() -> impl Strategy<Value = Socket> {
    let times = (any::<f64>(), any::<Option<f64>>(), any::<Option<f64>>());
    let heads = (option::of(any_head()), option::of(any_head()));
    (0..4_u32, ".*", times, heads).prop_map(|(number, url, times, heads)| Socket {
        number,
        url,
        began: times.0,
        date: "1970-01-01T00:00:01.000Z".to_owned(),
        took: times.1,
        ended: times.2,
        request: heads.0,
        response: heads.1,
    })
}

fn any_head() -> impl Strategy<Value = Head> {
    let line = prop_oneof![".*", "HTTP/1.1 [0-9]{1,6} .*", "GET .* HTTP/1.1"];
    (line, vec((".*", ".*"), 0..4)).prop_map(|(line, headers)| Head { line, headers })
}

fn any_row() -> impl Strategy<Value = Row> {
    let what = prop_oneof![
        Just(What::Connecting),
        Just(What::Refused),
        (".*", ".*").prop_map(|(protocol, extensions)| What::Opened {
            protocol: protocol.into(),
            extensions: extensions.into(),
        }),
        any_data().prop_map(What::Sent),
        (any_data(), any::<Option<f64>>())
            .prop_map(|(data, round_trip)| What::Received { data, round_trip }),
        (any::<u16>(), ".*", any::<bool>()).prop_map(|(code, reason, was_clean)| What::Closed {
            code,
            reason: reason.into(),
            was_clean,
        }),
    ];
    (0..4_u32, any::<f64>(), what).prop_map(|(socket, time, what)| Row { socket, time, what })
}

fn any_data() -> impl Strategy<Value = Data> {
    prop_oneof![
        ".*".prop_map(|text| Data::Text(text.into())),
        any::<Vec<u8>>().prop_map(Data::Binary),
        any::<(bool, u64)>().prop_map(|(is_text, size)| Data::Lost { is_text, size }),
    ]
}
