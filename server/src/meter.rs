//! [`Meter`]: counts the bytes of a TCP connection for those whom its requests are for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use parking_lot::Mutex;

/// Bytes of any number of connections, both ways.
pub(crate) type Counter = Arc<AtomicU64>;

/// What one connection has read and written, by request.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Since the last request was there.
    read: u64,
    /// The request that is being answered.
    request: u64,
    payer: Payer,
}

#[derive(Debug, Default)]
enum Payer {
    #[default]
    Nobody,
    /// For the answer.
    Answer(Counter),
    /// For all that follows the request, both ways.
    Socket(Counter),
}

impl Meter {
    /// A request is there, and for nobody yet.
    pub(crate) fn begin(&self) {
        let mut state = self.0.lock();
        state.request = std::mem::take(&mut state.read);
        state.payer = Payer::Nobody;
    }

    /// The request counts there, and so will the answer to it.
    pub(crate) fn count_answer(&self, counter: &Counter) {
        self.count(counter, Payer::Answer(Arc::clone(counter)));
    }

    /// The request counts there, and so will all that follows.
    pub(crate) fn count_socket(&self, counter: &Counter) {
        self.count(counter, Payer::Socket(Arc::clone(counter)));
    }

    fn count(&self, counter: &Counter, payer: Payer) {
        let mut state = self.0.lock();
        counter.fetch_add(std::mem::take(&mut state.request), Ordering::Relaxed);
        state.payer = payer;
    }

    pub(crate) fn read(&self, bytes: usize) {
        let mut state = self.0.lock();
        match &state.payer {
            Payer::Socket(counter) => add(counter, bytes),
            // Of the next request.
            Payer::Nobody | Payer::Answer(_) => state.read += bytes as u64,
        }
    }

    pub(crate) fn written(&self, bytes: usize) {
        match &self.0.lock().payer {
            Payer::Answer(counter) | Payer::Socket(counter) => add(counter, bytes),
            Payer::Nobody => {}
        }
    }
}

fn add(counter: &Counter, bytes: usize) {
    counter.fetch_add(bytes as u64, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_and_its_answer_count_for_one_and_a_socket_goes_on_counting() {
        let [first, second] = [Counter::default(), Counter::default()];
        let meter = Meter::default();
        let totals = || [&first, &second].map(|counter| counter.load(Ordering::Relaxed));
        meter.read(100);
        meter.begin();
        meter.written(1);
        assert_eq!(totals(), [0, 0]);
        meter.read(20);
        meter.begin();
        meter.count_answer(&first);
        meter.written(3);
        meter.read(40);
        assert_eq!(totals(), [23, 0]);
        meter.begin();
        meter.written(1000);
        assert_eq!(totals(), [23, 0]);
        meter.count_socket(&second);
        meter.written(5);
        meter.read(6);
        assert_eq!(totals(), [23, 51]);
    }
}
