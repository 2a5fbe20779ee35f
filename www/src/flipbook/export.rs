//! The figures as files: comma-separated values
//! ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)), and a picture of the plots.

use js_sys::Array;
use web_sys::{Blob, BlobPropertyBag};

use super::{statistics::Statistics, transport::Transport};
use crate::{file::save, page::Page, units};

const HEAD: &str = "time_s,transport,fps,latency_median_ms,latency_p95_ms,requests,header_bytes,\
    payload_bytes,late,skipped\r\n";

/// All samples, the oldest first.
pub(super) fn csv(all: &[(Transport, &Statistics)]) -> String {
    let mut csv = HEAD.to_owned();
    let longest = all.iter().map(|(_, statistics)| statistics.samples().len());
    for index in 0..longest.max().unwrap_or_default() {
        for (transport, statistics) in all {
            let Some(sample) = statistics.samples().get(index) else {
                continue;
            };
            let latency = |milliseconds: Option<f64>| {
                milliseconds.map_or_else(String::new, |known| units::decimal(known.max(0.0), 1))
            };
            let line = [
                units::decimal(sample.time, 1),
                transport.id().to_owned(),
                units::decimal(sample.rate, 0),
                latency(sample.median),
                latency(sample.p95),
                sample.counts.requests.to_string(),
                sample.counts.header_bytes.to_string(),
                sample.counts.payload_bytes.to_string(),
                sample.frames.late.to_string(),
                sample.frames.skipped.to_string(),
            ];
            csv.push_str(&line.join(","));
            csv.push_str("\r\n");
        }
    }
    csv
}

/// Has the browser save the text.
pub(super) fn save_text(page: &Page, name: &str, text: &str) -> Result<(), String> {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/csv");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind);
    save(
        page,
        name,
        blob.map_err(|_| "the browser can't make a file".to_owned())?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_sample_of_a_transport() {
        let (mut socket, mut polling) = (Statistics::default(), Statistics::default());
        socket.counts.requests = 1;
        socket.counts.header_bytes = 234;
        socket.drew(400.0, 387.6);
        socket.frames.late = 5;
        for statistics in [&mut socket, &mut polling] {
            statistics.sample(500.0, 0.0);
        }
        socket.sample(1000.0, 0.0);
        let csv = csv(&[
            (Transport::WebSocket, &socket),
            (Transport::ShortPolling, &polling),
        ]);
        let lines = [
            "0.5,websocket,1,12.4,12.4,1,234,0,5,0",
            "0.5,short-polling,0,,,0,0,0,0,0",
            "1.0,websocket,1,12.4,12.4,1,234,0,5,0",
        ];
        assert_eq!(csv, format!("{HEAD}{}\r\n", lines.join("\r\n")));
    }
}
