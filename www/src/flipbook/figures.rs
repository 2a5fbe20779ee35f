//! [`Figures`]: the table of the current figures, and what they say in a sentence.

use web_sys::HtmlElement;

use super::{
    statistics::{Sample, Statistics},
    transport::Transport,
};
use crate::{
    page::{self, Error, Page},
    units,
};

type Figure = fn(&Sample) -> String;

/// What is told of a transport: the end of the cell's id, the name, the figure.
const ROWS: [(&str, &str, Figure); 11] = [
    ("rate", "Frames a second", |now| count(now.rate as u64)),
    ("median", "Latency, median", |now| latency(now.median)),
    ("p95", "Latency, p95", |now| latency(now.p95)),
    ("requests", "Requests", |now| count(now.counts.requests)),
    ("headers", "Headers", |now| bytes(now.counts.header_bytes)),
    ("payload", "Payload", |now| bytes(now.counts.payload_bytes)),
    ("received", "Frames received", |now| {
        count(now.frames.received)
    }),
    ("drawn", "Frames drawn", |now| count(now.frames.drawn)),
    ("late", "Frames late", |now| count(now.frames.late)),
    ("skipped", "Frames skipped", |now| count(now.frames.skipped)),
    ("delivered", "Sent by the server", |now| {
        count(now.counts.delivered)
    }),
];

/// The cells by transport, each in the order of the rows, and the sentence.
#[derive(Debug)]
pub(super) struct Figures {
    cells: Vec<(Transport, Vec<HtmlElement>)>,
    sentence: HtmlElement,
}

impl Figures {
    pub(super) fn new(page: &Page) -> Result<Self, Error> {
        let body: HtmlElement = page.element("flipbook-figures")?;
        let mut rows = String::new();
        for (row, name, _) in ROWS {
            rows.push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
            for transport in Transport::ALL {
                let id = transport.id();
                rows.push_str(&format!(
                    "<td id=\"flipbook-{id}-{row}\" data-empty=\"–\"></td>"
                ));
            }
            rows.push_str("</tr>");
        }
        body.set_inner_html(&rows);
        let cells = |transport: Transport| {
            let cell = |row| page.element(&format!("flipbook-{}-{row}", transport.id()));
            let cells: Result<_, Error> = ROWS.iter().map(|(row, _, _)| cell(row)).collect();
            Ok((transport, cells?))
        };
        Ok(Self {
            cells: Transport::ALL
                .into_iter()
                .map(cells)
                .collect::<Result<_, Error>>()?,
            sentence: page.element("flipbook-sentence")?,
        })
    }

    /// Shows the latest sample of each transport; one without has nothing to tell.
    pub(super) fn show<'a>(&self, all: impl Iterator<Item = (Transport, &'a Statistics)> + Clone) {
        let latest = all
            .filter_map(|(transport, statistics)| Some((transport, statistics.samples().back()?)));
        for (transport, cells) in &self.cells {
            let found = latest.clone().find(|(other, _)| other == transport);
            for ((_, _, figure), cell) in ROWS.iter().zip(cells) {
                let words = found.map_or_else(String::new, |(_, sample)| figure(sample));
                page::set_text(cell, &words);
            }
        }
        let latest: Vec<_> = latest.collect();
        page::set_text(&self.sentence, &comparison(&latest).unwrap_or_default());
    }
}

/// What polling costs against a socket, once both have drawn something.
fn comparison(latest: &[(Transport, &Sample)]) -> Option<String> {
    let find = |is_socket: bool| {
        let mut found = latest.iter().filter(|(transport, sample)| {
            transport.is_socket() == is_socket && sample.frames.drawn > 0
        });
        found.next()
    };
    let (polling, polled) = find(false)?;
    let (socket, streamed) = find(true)?;
    let moved = |sample: &Sample| {
        let requests = plural(sample.counts.requests, "request");
        let headers = bytes(sample.counts.header_bytes);
        (requests, headers, plural(sample.frames.drawn, "frame"))
    };
    let (requests, headers, frames) = moved(polled);
    let (request, fewer, more) = moved(streamed);
    Some(format!(
        "{} made {requests} and moved {headers} of headers to draw {frames}; \
         {} made {request} and moved {fewer} to draw {more}.",
        polling.name(),
        socket.name(),
    ))
}

fn plural(number: u64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", count(number)),
    }
}

fn count(number: u64) -> String {
    units::grouped(number)
}

fn latency(milliseconds: Option<f64>) -> String {
    milliseconds.map(units::duration).unwrap_or_default()
}

fn bytes(number: u64) -> String {
    match number {
        0..1_000 => units::bytes(number),
        1_000..1_000_000 => format!("{} kB", units::decimal(number as f64 / 1e3, 1)),
        _ => format!("{} MB", units::decimal(number as f64 / 1e6, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(requests: u64, header_bytes: u64, drawn: u64) -> Sample {
        let mut sample = Sample::default();
        sample.counts.requests = requests;
        sample.counts.header_bytes = header_bytes;
        sample.frames.drawn = drawn;
        sample
    }

    #[test]
    fn polling_is_compared_with_a_socket_in_words() {
        let (polled, streamed) = (sample(120, 96_000, 40), sample(1, 1234, 1300));
        let latest = [
            (Transport::WebSocket, &streamed),
            (Transport::ShortPolling, &polled),
        ];
        assert_eq!(
            comparison(&latest).as_deref(),
            Some(
                "Short polling made 120 requests and moved 96.0 kB of headers to draw 40 frames; \
                 WebSocket made 1 request and moved 1.2 kB to draw 1,300 frames."
            )
        );
        assert_eq!(comparison(&latest[..1]), None);
        let nothing = sample(5, 100, 0);
        assert_eq!(
            comparison(&[latest[0], (Transport::LongPolling, &nothing)]),
            None
        );
    }

    #[test]
    fn bytes_are_told_in_their_order_of_magnitude() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1000), "1.0 kB");
        assert_eq!(bytes(12_345_678), "12.3 MB");
    }
}
