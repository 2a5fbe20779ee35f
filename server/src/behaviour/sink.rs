//! Discards messages and reports what they were.

use std::fmt::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Behaviour, Data, Step};

/// Sends a [`Report`] after each `every` messages.
#[derive(Debug)]
pub(crate) struct Sink {
    every: u64,
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
    pub(crate) fn new(every: u64) -> Self {
        Self {
            every,
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
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
