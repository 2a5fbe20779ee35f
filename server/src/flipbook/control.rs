//! [`Control`]: the socket that a flipbook is played on. Its frames enter the feed; its other
//! messages, and those to it, are JSON.

use std::pin::Pin;
use std::task::{ready, Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::time::{interval, sleep, Instant, Interval, MissedTickBehavior, Sleep};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use wasm_websocket_demo_format::flipbook::Header;

use super::feed::{KEPT_BYTES, KEPT_FRAMES};
use super::network::{Network, GREATEST_JITTER, LONGEST_DELAY};
use super::session::Playing;
use super::tally::AllCounts;
use crate::behaviour::{Behaviour, Data, Pace, Step};
use crate::closing;

/// How often the counts are sent.
const COUNTS_INTERVAL: Duration = Duration::from_millis(500);

/// The longest frame in bytes, with all that is in front of and behind its image.
pub(super) const LARGEST_FRAME: usize = 1 << 20;

/// Plays a flipbook.
pub(super) struct Control {
    playing: Playing,
    greeted: bool,
    counts: Interval,
    idle: Duration,
    /// Until it is closed for want of frames.
    patience: Pin<Box<Sleep>>,
    pace: Pace,
}

/// What the player says besides frames.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Request {
    /// How the simulated network is from now on.
    Network(Network),
    /// The counts are wanted at once.
    Counts,
}

/// What the player is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Report<'a> {
    Session {
        id: &'a str,
        kept_frames: usize,
        kept_bytes: usize,
        largest_frame: usize,
        longest_delay: u32,
        greatest_jitter: u32,
    },
    Counts {
        /// It is the answer to a request.
        asked: bool,
        /// Frames that were taken.
        frames: u32,
        readers: AllCounts,
    },
}

impl Control {
    pub(super) fn new(playing: Playing) -> Self {
        let config = &playing.shared.config;
        let (idle, rate) = (config.flipbook_idle, config.flipbook_rate);
        let mut counts = interval(COUNTS_INTERVAL);
        counts.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            playing,
            greeted: false,
            counts,
            idle,
            patience: Box::pin(sleep(idle)),
            pace: Pace::new(Duration::ZERO, Some(rate)),
        }
    }

    fn greeting(&self) -> Option<Step> {
        say(&Report::Session {
            id: &self.playing.session.id,
            kept_frames: KEPT_FRAMES,
            kept_bytes: KEPT_BYTES,
            largest_frame: LARGEST_FRAME,
            longest_delay: LONGEST_DELAY,
            greatest_jitter: GREATEST_JITTER,
        })
    }

    fn counts(&self, asked: bool) -> Option<Step> {
        say(&Report::Counts {
            asked,
            frames: self.playing.session.feed.lock().last(),
            readers: self.playing.session.tallies.counts(),
        })
    }

    fn take(&mut self, frame: &[u8]) -> Option<Step> {
        if frame.len() > LARGEST_FRAME {
            return refuse(CloseCode::Size, "the frame is too long");
        }
        let header = match Header::read(frame, frame.len()) {
            Ok(header) => header,
            Err(error) => return refuse(CloseCode::Invalid, error.to_string()),
        };
        let session = &self.playing.session;
        let expected = session.feed.lock().last().checked_add(1);
        if expected != Some(header.number) {
            let number = header.number;
            let reason = match expected {
                Some(expected) => format!("expected frame {expected}, got {number}"),
                None => "there are no more numbers".to_owned(),
            };
            return refuse(CloseCode::Policy, reason);
        }
        session.push(frame);
        self.patience.as_mut().reset(Instant::now() + self.idle);
        None
    }

    fn obey(&self, request: &str) -> Option<Step> {
        match serde_json::from_str(request) {
            Ok(Request::Counts) => self.counts(true),
            Ok(Request::Network(network)) if network.is_within_limits() => {
                self.playing.session.set_network(network);
                None
            }
            Ok(Request::Network(_)) => refuse(
                CloseCode::Policy,
                format!(
                    "the delay is {LONGEST_DELAY} ms and the jitter {GREATEST_JITTER} ms at most"
                ),
            ),
            Err(_) => refuse(CloseCode::Invalid, "expected a request in JSON"),
        }
    }
}

impl Behaviour for Control {
    fn poll_unprompted(&mut self, cx: &mut Context<'_>) -> Poll<Step> {
        if !std::mem::replace(&mut self.greeted, true) {
            if let Some(greeting) = self.greeting() {
                return Poll::Ready(greeting);
            }
        }
        if self.patience.poll_unpin(cx).is_ready() {
            if let Some(step) = refuse(CloseCode::Normal, "no frame came for too long") {
                return Poll::Ready(step);
            }
        }
        loop {
            ready!(self.counts.poll_tick(cx));
            if let Some(counts) = self.counts(false) {
                return Poll::Ready(counts);
            }
        }
    }

    fn answer(&mut self, message: Data) -> Option<Step> {
        match message {
            Data::Binary(frame) => self.take(&frame),
            Data::Text(request) => self.obey(&request),
        }
    }

    fn rest(&mut self, message: &Data) -> Option<Duration> {
        self.pace.wait(message.as_bytes().len())
    }
}

/// `None` only for what can't be said in JSON, which these can.
fn say(report: &Report<'_>) -> Option<Step> {
    let json = serde_json::to_string(report).ok()?;
    Some(Step::Send(Data::Text(json.into())))
}

fn refuse(code: CloseCode, reason: impl Into<Utf8Bytes>) -> Option<Step> {
    Some(Step::Close(closing::frame(code, reason)))
}
