//! Discards messages and reports what they were.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Behaviour, Data, Pace, Step};

/// Sends a [`Report`] after each `every` messages, which it reads at its pace.
#[derive(Debug)]
pub(crate) struct Sink {
    every: u64,
    pace: Pace,
    report: Report,
    hash: Sha256,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    messages: u64,
    text: u64,
    binary: u64,
    bytes: u64,
    sha256: String,
}

impl Sink {
    pub(crate) fn new(every: u64, pace: Pace) -> Self {
        Self {
            every,
            pace,
            report: Report::default(),
            hash: Sha256::new(),
        }
    }
}

impl Behaviour for Sink {
    fn answer(&mut self, message: Data) -> Option<Step> {
        let bytes = message.as_bytes();
        self.hash.update(bytes);
        self.report.bytes += bytes.len() as u64;
        self.report.messages += 1;
        match message {
            Data::Text(_) => self.report.text += 1,
            Data::Binary(_) => self.report.binary += 1,
        }
        if self.report.messages < self.every {
            return None;
        }
        let mut report = std::mem::take(&mut self.report);
        report.sha256 = hex(&self.hash.finalize_reset());
        let json = serde_json::to_string(&report).ok()?;
        Some(Step::Send(Data::Text(json.into())))
    }

    fn rest(&mut self, message: &Data) -> Option<Duration> {
        self.pace.wait(message.as_bytes().len())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
