//! The Picture card: sends the drawing as one binary message, and shows the one that came back
//! ([binaryType](https://websockets.spec.whatwg.org/#dom-websocket-binarytype)).

mod destination;

use std::future::Future;

use gloo_events::EventListener;
use wasm_websocket::{BinaryType, Blob, Message};
use web_sys::HtmlElement;

use self::destination::Destination;
use crate::echo::{
    event::{Event, Events},
    link::{Link, Refused, Waits},
    pending::Pending,
};
use crate::{
    alert::Alert,
    blob::blob_of,
    drawing::Drawing,
    page::{self, Error, Page},
    units,
};

/// The value of the radio buttons that stand for an `ArrayBuffer`.
const ARRAY_BUFFER: &str = "arraybuffer";

/// The drawing, as it will be sent.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) message: Message,
    pub(crate) picture: Sent,
}

/// What is known of a picture that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    size: u64,
    kind: &'static str,
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
    /// How large the pictures were.
    pending: Pending<u64>,
    _listeners: [EventListener; 2],
}

impl PictureCard {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let button: HtmlElement = page.element("picture-send")?;
        let receive_as: HtmlElement = page.element("binary-type")?;
        let choice = receive_as.clone();
        Ok(Self {
            page: page.clone(),
            drawing: Drawing::new(page, "")?,
            destination: Destination::new(page)?,
            send_as: page.element("send-as")?,
            sent: page.element("picture-sent")?,
            received: page.element("picture-received")?,
            time: page.element("picture-time")?,
            error: Alert::new(page, "picture-error")?,
            pending: Pending::default(),
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

    pub(crate) fn show_state(&self, link: Option<&Link>) {
        page::set_enabled(&self.button, link.is_some_and(Link::takes_messages));
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
            let kind = kind(&message);
            let picture = Sent { size, kind };
            Ok(Encoded { message, picture })
        }
    }

    /// Says why the drawing can't be sent.
    pub(crate) fn fail(&self, error: &str) {
        self.error.show(error);
    }

    pub(crate) fn sent(&mut self, picture: Sent, outcome: Result<Waits, Refused>) {
        match outcome {
            Ok(Waits(waits)) => {
                self.error.clear();
                self.pending.push(picture.size, self.page.now(), waits);
                let sent = format!("{} as {}", units::bytes(picture.size), picture.kind);
                self.sent.set_text_content(Some(&sent));
                if waits {
                    self.time.set_text_content(Some("waits for a connection"));
                }
            }
            Err(refused) => self.error.show(refused),
        }
    }

    pub(crate) fn opened(&mut self) {
        self.pending.opened();
    }

    pub(crate) fn went_down(&mut self) {
        self.pending.went_down();
    }

    /// Says that a picture that waited was given back.
    pub(crate) fn given_back(&mut self, message: &Message) {
        let size = match message {
            Message::Blob(blob) => blob.size(),
            Message::Binary(bytes) => bytes.len() as u64,
            Message::Text(_) => return,
        };
        if self.pending.given_back(&size) {
            page::set_text(&self.time, "given back, not sent");
        }
    }

    /// Shows a picture, with its round-trip time if it is the echo of one.
    pub(crate) fn receive(&mut self, message: Message) {
        let now = self.page.now();
        let kind = kind(&message);
        let picture = match &message {
            Message::Blob(blob) => Ok(blob.as_raw().clone()),
            Message::Binary(bytes) => blob_of(bytes),
            Message::Text(_) => return,
        };
        let picture = match picture {
            Ok(picture) => picture,
            Err(error) => return self.error.show(error),
        };
        let size = Blob::from(picture.clone()).size();
        let time = match self.pending.came_back(&size) {
            Some(sent_at) => units::duration(now - sent_at),
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
