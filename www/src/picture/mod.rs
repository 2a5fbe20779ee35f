//! The Picture card: sends the drawing as one binary message, and shows the one that came back
//! ([binaryType](https://websockets.spec.whatwg.org/#dom-websocket-binarytype)).

mod destination;

use std::{collections::VecDeque, future::Future};

use gloo_events::EventListener;
use wasm_websocket::{BinaryType, Blob, Error as SocketError, Message, ReadyState, WebSocket};
use web_sys::HtmlElement;

use self::destination::Destination;
use crate::{
    alert::Alert,
    drawing::Drawing,
    event::{Event, Events},
    page::{self, Error, Page},
    units,
};

/// The value of the radio buttons that stand for an `ArrayBuffer`.
const ARRAY_BUFFER: &str = "arraybuffer";

/// The drawing, as it will be sent.
#[derive(Debug)]
pub(crate) struct Encoded {
    message: Message,
    size: u64,
}

/// The two canvases, and what is known of the pictures on their way.
#[derive(Debug)]
pub(crate) struct PictureCard {
    page: Page,
    drawing: Drawing,
    destination: Destination,
    send_as: HtmlElement,
    receive_as: HtmlElement,
    button: HtmlElement,
    sent: HtmlElement,
    received: HtmlElement,
    time: HtmlElement,
    error: Alert,
    /// How large the pictures were that haven't come back, and when they were sent.
    pending: VecDeque<(u64, f64)>,
    _listeners: [EventListener; 2],
}

impl PictureCard {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let button: HtmlElement = page.element("picture-send")?;
        let receive_as: HtmlElement = page.element("binary-type")?;
        let choice = receive_as.clone();
        Ok(Self {
            page: page.clone(),
            drawing: Drawing::new(page)?,
            destination: Destination::new(page)?,
            send_as: page.element("send-as")?,
            sent: page.element("picture-sent")?,
            received: page.element("picture-received")?,
            time: page.element("picture-time")?,
            error: Alert::new(page, "picture-error")?,
            pending: VecDeque::new(),
            _listeners: [
                events.on(&button, "click", |_| Some(Event::SendPicture)),
                events.on(&receive_as, "change", move |_| {
                    Some(Event::ChooseBinaryType(binary_type(&choice)))
                }),
            ],
            button,
            receive_as,
        })
    }

    pub(crate) fn show_state(&self, state: ReadyState) {
        page::set_enabled(&self.button, state == ReadyState::Open);
    }

    /// Forgets what the last connection owed.
    pub(crate) fn reset(&mut self) {
        self.pending.clear();
        self.error.clear();
    }

    /// How binary messages shall be received.
    pub(crate) fn binary_type(&self) -> BinaryType {
        binary_type(&self.receive_as)
    }

    /// Makes a message of the drawing.
    pub(crate) fn encode(&self) -> impl Future<Output = Result<Encoded, String>> + 'static {
        let as_buffer = page::chosen(&self.send_as).as_deref() == Some(ARRAY_BUFFER);
        let png = self.drawing.png();
        async move {
            let blob = Blob::from(png.await?);
            let size = blob.size();
            let message = if as_buffer {
                blob.bytes()
                    .await
                    .map_err(|error| error.to_string())?
                    .into()
            } else {
                blob.into()
            };
            Ok(Encoded { message, size })
        }
    }

    pub(crate) fn send(&mut self, socket: Option<&WebSocket>, picture: Result<Encoded, String>) {
        let sent_at = self.page.now();
        let sent = picture.and_then(|Encoded { message, size }| {
            let kind = kind(&message);
            socket
                .ok_or(SocketError::NotOpen(ReadyState::Closed))
                .and_then(|socket| socket.send(message))
                .map_err(|error| error.to_string())?;
            Ok((size, kind))
        });
        match sent {
            Ok((size, kind)) => {
                self.error.clear();
                self.pending.push_back((size, sent_at));
                let sent = format!("{} as {kind}", units::bytes(size));
                self.sent.set_text_content(Some(&sent));
            }
            Err(error) => self.error.show(error),
        }
    }

    /// Shows a picture, with its round-trip time if it is the echo of one.
    pub(crate) fn receive(&mut self, message: Message) {
        let now = self.page.now();
        let kind = kind(&message);
        let picture = match &message {
            Message::Blob(blob) => Ok(blob.as_raw().clone()),
            Message::Binary(bytes) => destination::blob_of(bytes),
            Message::Text(_) => return,
        };
        let picture = match picture {
            Ok(picture) => picture,
            Err(error) => return self.error.show(error),
        };
        let size = Blob::from(picture.clone()).size();
        let sent = self.pending.iter().position(|&(sent, _)| sent == size);
        let time = match sent.and_then(|index| self.pending.drain(..=index).next_back()) {
            Some((_, sent_at)) => units::duration(now - sent_at),
            None => "sent by the server unasked".to_owned(),
        };
        let received = format!("{} as {kind}", units::bytes(size));
        self.received.set_text_content(Some(&received));
        self.time.set_text_content(Some(&time));
        self.destination.show(picture, self.error.clone());
    }
}

fn binary_type(choice: &HtmlElement) -> BinaryType {
    match page::chosen(choice).as_deref() {
        Some(ARRAY_BUFFER) => BinaryType::ArrayBuffer,
        _ => BinaryType::Blob,
    }
}

/// What the browser calls it.
fn kind(message: &Message) -> &'static str {
    match message {
        Message::Text(_) => "text",
        Message::Binary(_) => "ArrayBuffer",
        Message::Blob(_) => "Blob",
    }
}
