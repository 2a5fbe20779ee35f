//! The texts that sockets of one `log=` name received, one socket after another, for a test to
//! compare with what it sent.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use crate::behaviour::Data;

const LOGS: usize = 64;
const ENTRIES: usize = 10_000;
const LONGEST_TEXT: usize = 256;

/// The latest logs, by name.
#[derive(Debug, Default)]
pub(crate) struct Logs(Mutex<VecDeque<Named>>);

#[derive(Debug)]
struct Named {
    name: String,
    log: Arc<Mutex<Log>>,
}

/// One log, as the test asks for it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Log {
    connections: u64,
    /// How many of the oldest messages are left out.
    forgotten: u64,
    messages: VecDeque<Entry>,
}

#[derive(Clone, Debug, Serialize)]
struct Entry {
    connection: u64,
    text: Box<str>,
    /// The length of a text that is told in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
}

/// One socket's pen.
#[derive(Debug)]
pub(crate) struct Pen {
    connection: u64,
    log: Arc<Mutex<Log>>,
}

impl Logs {
    /// For one more socket of this name; the name that was longest without one is forgotten.
    pub(crate) fn connection(&self, name: String) -> Pen {
        let mut logs = self.0.lock();
        let known = logs.iter().position(|named| named.name == name);
        let named = known
            .and_then(|index| logs.remove(index))
            .unwrap_or_else(|| Named {
                name,
                log: Arc::default(),
            });
        let log = Arc::clone(&named.log);
        logs.push_back(named);
        if logs.len() > LOGS {
            logs.pop_front();
        }
        drop(logs);
        let mut page = log.lock();
        let connection = page.connections;
        page.connections += 1;
        drop(page);
        Pen { connection, log }
    }

    pub(crate) fn log(&self, name: &str) -> Log {
        let logs = self.0.lock();
        let log = logs
            .iter()
            .find(|named| named.name == name)
            .map(|named| Arc::clone(&named.log));
        drop(logs);
        log.map(|log| log.lock().clone()).unwrap_or_default()
    }
}

impl Pen {
    /// Notes a text; other data is none of the log's.
    pub(crate) fn note(&self, data: &Data) {
        let Data::Text(text) = data else { return };
        let mut end = text.len().min(LONGEST_TEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut log = self.log.lock();
        if log.messages.len() == ENTRIES {
            log.messages.pop_front();
            log.forgotten += 1;
        }
        log.messages.push_back(Entry {
            connection: self.connection,
            text: text[..end].into(),
            bytes: (end < text.len()).then_some(text.len()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: impl Into<String>) -> Data {
        Data::Text(text.into().into())
    }

    #[test]
    fn the_oldest_messages_are_forgotten_and_counted() {
        let logs = Logs::default();
        let pen = logs.connection("a".to_owned());
        for n in 0..ENTRIES + 3 {
            pen.note(&text(n.to_string()));
        }
        let log = logs.log("a");
        assert_eq!((log.forgotten, log.messages.len()), (3, ENTRIES));
        assert_eq!(&*log.messages[0].text, "3");
    }

    #[test]
    fn the_log_that_was_longest_without_a_socket_is_forgotten() {
        let logs = Logs::default();
        for n in 0..LOGS {
            logs.connection(n.to_string());
        }
        logs.connection("0".to_owned());
        logs.connection("new".to_owned());
        assert_eq!(logs.log("0").connections, 2);
        assert_eq!(logs.log("1").connections, 0);
        assert_eq!(logs.0.lock().len(), LOGS);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let logs = Logs::default();
        let pen = logs.connection("long".to_owned());
        pen.note(&text(format!("{}\u{e9}", "x".repeat(LONGEST_TEXT - 1))));
        pen.note(&text("y".repeat(LONGEST_TEXT)));
        let log = logs.log("long");
        assert_eq!(&*log.messages[0].text, "x".repeat(LONGEST_TEXT - 1));
        assert_eq!(log.messages[0].bytes, Some(LONGEST_TEXT + 1));
        assert_eq!(log.messages[1].bytes, None);
    }
}
