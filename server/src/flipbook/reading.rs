//! Reading a feed: frame by frame over a socket, or all that is new over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::{stream, Stream};
use tokio::sync::watch;
use tokio::time::{sleep, sleep_until, timeout, Instant};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::Bytes;
use wasm_websocket_demo_format::flipbook::prefix;

use super::feed::Entry;
use super::session::Session;
use super::tally::Transport;
use crate::behaviour::{Data, Step};
use crate::closing;

/// How long a long poll waits for a frame.
const LONG_POLL: Duration = Duration::from_secs(25);

/// One reader, and how far it is.
pub(super) struct Reader {
    session: Arc<Session>,
    transport: Transport,
    news: watch::Receiver<()>,
    /// It has the frames up to this number, or has missed them.
    position: u32,
    /// When the frame before is through the simulated network.
    arrives: Instant,
}

impl Reader {
    pub(super) fn new(session: Arc<Session>, transport: Transport, position: u32) -> Self {
        Self {
            news: session.news(),
            session,
            transport,
            position,
            arrives: Instant::now(),
        }
    }

    /// Each frame as a message, as soon as it is there; then the socket is closed.
    pub(super) fn steps(self) -> impl Stream<Item = Step> + Send + 'static {
        stream::unfold(Some(self), |reader| async {
            let mut reader = reader?;
            match reader.next().await {
                Some(frame) => Some((Step::Send(Data::Binary(frame)), Some(reader))),
                None => Some((over(), None)),
            }
        })
    }

    /// The next frame when it has arrived; `None` when there will be none.
    async fn next(&mut self) -> Option<Bytes> {
        let entry = self.wait().await?;
        self.arrives = self.arrives.max(entry.enters + self.session.trip());
        until(self.arrives).await;
        self.session
            .tally(self.transport)
            .deliver(&entry.frame, entry.number, self.position);
        self.position = entry.number;
        Some(entry.frame)
    }

    /// The next frame when it is in the feed; `None` when there will be none.
    async fn wait(&mut self) -> Option<Entry> {
        loop {
            let (entry, over) = {
                let feed = self.session.feed.lock();
                let entry = feed.after(self.position).next().cloned();
                (entry, feed.over)
            };
            match entry {
                Some(entry) => {
                    until(entry.enters).await;
                    return Some(entry);
                }
                None if over => return None,
                // It fails when the session is gone, which this keeps.
                None => self.news.changed().await.ok()?,
            }
        }
    }

    /// Answers a request with all that is new, in time; a long poll waits until there is something.
    pub(super) async fn poll(mut self) -> Response {
        sleep(self.session.trip()).await;
        if self.transport == Transport::LongPolling {
            // Whatever comes of it, the feed is asked then.
            let _ = timeout(LONG_POLL, self.wait()).await;
        }
        let body = self.collect();
        sleep(self.session.trip()).await;
        let no_store = (CACHE_CONTROL, "no-store");
        if body.is_empty() {
            return (StatusCode::NO_CONTENT, [no_store]).into_response();
        }
        let kind = (CONTENT_TYPE, "application/octet-stream");
        ([no_store, kind], body).into_response()
    }

    fn collect(&mut self) -> Vec<u8> {
        let now = Instant::now();
        let feed = self.session.feed.lock();
        let tally = self.session.tally(self.transport);
        let mut body = Vec::new();
        for entry in feed.after(self.position) {
            let Some(prefix) = prefix(entry.frame.len())
                .ok()
                .filter(|_| entry.enters <= now)
            else {
                break;
            };
            tally.deliver(&entry.frame, entry.number, self.position);
            self.position = entry.number;
            body.extend_from_slice(&prefix);
            body.extend_from_slice(&entry.frame);
        }
        body
    }
}

async fn until(time: Instant) {
    if time > Instant::now() {
        sleep_until(time).await;
    }
}

fn over() -> Step {
    Step::Close(closing::frame(CloseCode::Normal, "the flipbook is over"))
}
