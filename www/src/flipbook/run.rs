//! [`Run`]: a flipbook that is being played, from the first frame to the last that comes back.

use std::{cell::Cell, rc::Rc};

use futures::{
    future::{AbortHandle, Abortable, FutureExt},
    StreamExt,
};
use wasm_bindgen_futures::spawn_local;
use wasm_websocket::{Message, Sender, Transport as Kind};

use super::{
    event::{Playing, RunEvents},
    metronome::Metronome,
    outgoing::Outgoing,
    reader::{Reader, Source},
    settings::Network,
    transport::Transport,
};
use crate::{page::Page, traffic::Recorder};

/// How long the last frames are waited for, besides what is simulated, in milliseconds.
const PATIENCE: f64 = 5000.0;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Phase {
    /// Until all readers can read.
    Opening,
    Playing,
    /// Until all frames are back, or so long.
    Ending {
        until: f64,
    },
    /// Until the server's last counts are there, or so long.
    Counting {
        until: f64,
    },
}

/// The socket on which it is played, and the readers.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) events: RunEvents,
    pub(super) phase: Phase,
    /// The number of the last frame that was sent.
    pub(super) sent: u32,
    pub(super) began: f64,
    pub(super) transports: Vec<Transport>,
    metronome: Metronome,
    interval: Rc<Cell<u32>>,
    page: Page,
    recorder: Recorder,
    sender: Option<Sender>,
    readers: Vec<Reader>,
    /// Of the readers, those that can read.
    ready: usize,
    socket: AbortHandle,
}

impl Run {
    /// Connects.
    pub(super) fn new(
        page: &Page,
        recorder: &Recorder,
        events: RunEvents,
        transports: Vec<Transport>,
        rate: f64,
    ) -> Self {
        let (socket, registration) = AbortHandle::new_pair();
        let opening = recorder
            .builder(&page.socket_address("/flipbook"))
            .transport(Kind::EVENTS)
            .connect();
        let told = events.clone();
        let listening = async move {
            let (sender, mut receiver) = match opening.await {
                Ok(connection) => connection.split(),
                Err(error) => return error.to_string(),
            };
            told.send(Playing::Connected(sender));
            while let Some(message) = receiver.next().await {
                match message {
                    Ok(Message::Text(text)) => told.send(Playing::Told(text.to_string())),
                    Ok(_) => {}
                    Err(error) => return error.to_string(),
                }
            }
            receiver.closed().await.reason().to_owned()
        };
        let failing = events.clone();
        spawn_local(async move {
            if let Ok(words) = Abortable::new(listening, registration).await {
                failing.send(Playing::Failed(format!("the server ended it: {words}")));
            }
        });
        Self {
            events,
            phase: Phase::Opening,
            sent: 0,
            began: page.now(),
            transports,
            metronome: Metronome::new(rate),
            interval: Rc::default(),
            page: page.clone(),
            recorder: recorder.clone(),
            sender: None,
            readers: Vec::new(),
            ready: 0,
            socket,
        }
    }

    pub(super) fn connected(&mut self, sender: Sender, network: Network) {
        self.sender = Some(sender);
        self.simulate(network);
    }

    /// Reads the flipbook of this id; `None` where that can't be.
    pub(super) fn read(&mut self, id: String) -> Option<()> {
        let source = Source {
            page: self.page.clone(),
            recorder: self.recorder.clone(),
            events: self.events.clone(),
            interval: Rc::clone(&self.interval),
            id,
        };
        for transport in &self.transports {
            self.readers.push(Reader::new(&source, *transport)?);
        }
        Some(())
    }

    /// One more reader can read; frames are sent once all can.
    pub(super) fn ready(&mut self) {
        self.ready += 1;
        if self.ready == self.transports.len() && self.phase == Phase::Opening {
            self.phase = Phase::Playing;
            self.began = self.page.now();
        }
    }

    pub(super) fn set_rate(&mut self, rate: f64) {
        self.metronome = Metronome::new(rate);
    }

    /// Short polling is told here, the delay on the way by the server.
    pub(super) fn simulate(&self, network: Network) {
        self.interval.set(network.interval);
        let (delay, jitter) = (network.delay, network.jitter);
        let network = format!(r#"{{"type":"network","delay":{delay},"jitter":{jitter}}}"#);
        self.say(&network);
    }

    /// Whether a frame shall be sent now.
    pub(super) fn is_due(&mut self) -> bool {
        self.phase == Phase::Playing && self.metronome.is_due(self.page.now())
    }

    /// Sends a frame, unless too many wait to be sent already; whether it did.
    pub(super) fn send(&mut self, frame: &Outgoing) -> bool {
        let Some(sender) = &self.sender else {
            return false;
        };
        let message = frame.message(self.sent + 1, self.page.now());
        let sent = matches!(sender.send(message).now_or_never(), Some(Ok(())));
        self.sent += u32::from(sent);
        sent
    }

    /// Sends no more frames, and waits for those that are on their way.
    pub(super) fn end(&mut self, network: Network) {
        let simulated = network.interval + 4 * (network.delay + network.jitter);
        let until = self.page.now() + PATIENCE + f64::from(simulated);
        self.phase = Phase::Ending { until };
    }

    /// Wants the last counts, all frames being back.
    pub(super) fn count(&mut self) {
        let until = self.page.now() + PATIENCE;
        self.phase = Phase::Counting { until };
        self.say(r#"{"type":"counts"}"#);
    }

    fn say(&self, words: &str) {
        if let Some(sender) = &self.sender {
            // It is sent at once, or there is no server to tell it.
            let _ = sender.send(words).now_or_never();
        }
    }
}

impl Drop for Run {
    /// The readers first: what ends them needn't be told.
    fn drop(&mut self) {
        self.readers.clear();
        self.socket.abort();
    }
}
