//! What became of the sockets that named themselves with `id=`, for a test to ask later.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use crate::frames::PeerClose;

const REMEMBERED: usize = 10_000;

/// The story of one socket, as the test asks for it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Story {
    seen: bool,
    open: bool,
    messages: u64,
    close: Option<PeerClose>,
    aborted: bool,
}

/// The stories of the latest sockets, by id.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    stories: HashMap<String, Arc<Mutex<Story>>>,
    oldest_first: VecDeque<(String, Arc<Mutex<Story>>)>,
}

impl Ledger {
    /// Starts the story of a socket; one of the same id is forgotten.
    pub(crate) fn begin(&self, id: String) -> Record {
        let story = Arc::new(Mutex::new(Story {
            seen: true,
            open: true,
            ..Story::default()
        }));
        let mut pages = self.0.lock();
        pages.stories.insert(id.clone(), Arc::clone(&story));
        pages.oldest_first.push_back((id, Arc::clone(&story)));
        if pages.oldest_first.len() > REMEMBERED {
            if let Some((id, oldest)) = pages.oldest_first.pop_front() {
                if pages
                    .stories
                    .get(&id)
                    .is_some_and(|now| Arc::ptr_eq(now, &oldest))
                {
                    pages.stories.remove(&id);
                }
            }
        }
        Record(Some(story))
    }

    pub(crate) fn story(&self, id: &str) -> Story {
        let story = self.0.lock().stories.get(id).cloned();
        story.map(|story| story.lock().clone()).unwrap_or_default()
    }
}

/// Writes one socket's story; the socket is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Record(Option<Arc<Mutex<Story>>>);

impl Record {
    /// For a socket without an id.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    pub(crate) fn message(&self) {
        if let Some(story) = &self.0 {
            story.lock().messages += 1;
        }
    }

    /// The client sent a Close frame.
    pub(crate) fn close(&self, close: &PeerClose) {
        if let Some(story) = &self.0 {
            story.lock().close.get_or_insert_with(|| close.clone());
        }
    }

    /// The handshake was refused: there is no connection to end.
    pub(crate) fn refused(mut self) {
        if let Some(story) = self.0.take() {
            story.lock().open = false;
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Some(story) = &self.0 {
            let mut story = story.lock();
            story.open = false;
            story.aborted = story.close.is_none();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_are_remembered() {
        let ledger = Ledger::default();
        for n in 0..=REMEMBERED {
            drop(ledger.begin(n.to_string()));
        }
        assert!(!ledger.story("0").seen);
        assert!(ledger.story("1").seen);
        assert_eq!(ledger.0.lock().stories.len(), REMEMBERED);
    }

    #[test]
    fn an_id_used_again_outlives_its_first_use() {
        let ledger = Ledger::default();
        for _ in 0..2 * REMEMBERED {
            drop(ledger.begin("same".to_owned()));
        }
        assert!(ledger.story("same").seen);
        let pages = ledger.0.lock();
        assert_eq!(
            (pages.stories.len(), pages.oldest_first.len()),
            (1, REMEMBERED)
        );
    }
}
