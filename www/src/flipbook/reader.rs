//! [`Reader`]: gets the frames back over one transport.

use std::{cell::Cell, rc::Rc};

use futures::{
    future::{AbortHandle, Abortable},
    StreamExt,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{spawn_local, JsFuture};
use wasm_websocket::{Error, Message, Overflow};
use wasm_websocket_demo_format::flipbook::{self, Header, PREFIX};
use web_sys::AbortController;

use super::{
    event::{Arrived, Playing, RunEvents},
    transport::Transport,
};
use crate::{fetch::fetch, page::Page, traffic::Recorder};

/// Bytes that may wait to be drawn.
const BUDGET: u64 = 32 << 20;

/// Reads until it is dropped.
#[derive(Debug)]
pub(super) struct Reader {
    task: AbortHandle,
    requests: AbortController,
}

/// What all readers of a flipbook need.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) page: Page,
    pub(super) recorder: Recorder,
    pub(super) events: RunEvents,
    /// That of short polling, in milliseconds.
    pub(super) interval: Rc<Cell<u32>>,
    /// The server's name for the flipbook.
    pub(super) id: String,
}

impl Reader {
    /// `None` where requests can't be given up.
    pub(super) fn new(source: &Source, transport: Transport) -> Option<Self> {
        let requests = AbortController::new().ok()?;
        let (task, registration) = AbortHandle::new_pair();
        let (source, signal) = (source.clone(), requests.clone());
        let reading = async move {
            let read = match transport.is_socket() {
                true => source.read_socket(transport).await,
                false => source.poll(transport, &signal).await,
            };
            let words = read
                .err()
                .unwrap_or_else(|| "the server ended it".to_owned());
            let name = transport.name();
            let failed = format!("no more frames come over {name}: {words}");
            source.events.send(Playing::Failed(failed));
        };
        spawn_local(async move {
            // Either it has said why it ended, or nobody wants to know.
            let _ = Abortable::new(reading, registration).await;
        });
        Some(Self { task, requests })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
        self.requests.abort();
    }
}

impl Source {
    fn path(&self, transport: Transport, after: u32) -> String {
        let (id, transport) = (&self.id, transport.id());
        format!("/flipbook/{id}/frames?as={transport}&after={after}")
    }

    async fn read_socket(&self, transport: Transport) -> Result<(), String> {
        let address = self.page.socket_address(&self.path(transport, 0));
        let kind = match transport {
            Transport::WebSocketStream => wasm_websocket::Transport::STREAM,
            _ => wasm_websocket::Transport::EVENTS,
        };
        let mut connection = self
            .recorder
            .builder(&address)
            .transport(kind)
            .receive_budget(BUDGET, Overflow::DropOldest)
            .connect()
            .await
            .map_err(|error| error.to_string())?;
        self.events.send(Playing::Ready);
        while let Some(message) = connection.next().await {
            match message {
                Ok(Message::Binary(bytes)) => {
                    let bytes = bytes.as_js();
                    let header = Header::read(&start(&bytes, 0), bytes.length() as usize);
                    let header = header.map_err(|error| error.to_string())?;
                    self.arrived(transport, header, &bytes, 0);
                }
                // The numbers tell what is missing.
                Ok(_) | Err(Error::Overflow { .. }) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    async fn poll(&self, transport: Transport, requests: &AbortController) -> Result<(), String> {
        self.events.send(Playing::Ready);
        let signal = requests.signal();
        let mut after = 0;
        loop {
            let asked = self.page.now();
            let path = self.path(transport, after);
            let response = fetch(&self.page.window, "GET", &path, Some(&signal)).await?;
            if !response.ok() {
                return Err(format!("the server answered {}", response.status()));
            }
            let unread = || "the answer can't be read".to_owned();
            let body = response.array_buffer().map_err(|_| unread())?;
            let body = JsFuture::from(body).await.map_err(|_| unread())?;
            let body = Uint8Array::new(body.unchecked_ref());
            let mut at = 0;
            while at < body.length() {
                let left = body.length() - at;
                let next = flipbook::next(&start(&body, at), left as usize);
                let (length, header) = next.map_err(|error| error.to_string())?;
                self.arrived(transport, header, &body, at + PREFIX as u32);
                after = header.number;
                at += (PREFIX + length) as u32;
            }
            if transport == Transport::ShortPolling {
                let waited = self.page.now() - asked;
                let wait = (f64::from(self.interval.get()) - waited).max(0.0);
                TimeoutFuture::new(wait as u32).await;
            }
        }
    }

    /// Of the frame that is there, only the image is of interest.
    fn arrived(&self, transport: Transport, header: Header, bytes: &Uint8Array, at: u32) {
        let image = at + Header::LENGTH as u32;
        let image = bytes.subarray(image, image + header.image);
        let arrived = Arrived { header, image };
        self.events.send(Playing::Arrived(transport, arrived));
    }
}

/// As many bytes from there as a header needs, with a length in front of it, or as there are.
fn start(bytes: &Uint8Array, at: u32) -> Vec<u8> {
    let end = at.saturating_add((PREFIX + Header::LENGTH) as u32);
    bytes.subarray(at, end).to_vec()
}
