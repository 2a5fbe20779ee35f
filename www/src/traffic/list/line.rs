//! [`Line`]: a row of the list as it is in the document, used again for other rows.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_websocket::{Blob, ObjectUrl};
use web_sys::{HtmlElement, HtmlImageElement};

use crate::{
    page::{self, Error, Template},
    traffic::{
        event::{Event, Events},
        log::{Payload, Row},
        preview::{self, BEGINNING},
        words::{self, words},
    },
    units,
};

/// A larger picture isn't shown in a row.
const LARGEST_PICTURE: u64 = 4 << 20;

#[derive(Debug)]
pub(super) struct Line {
    pub(super) element: HtmlElement,
    time: HtmlElement,
    socket: HtmlElement,
    direction: HtmlElement,
    name: HtmlElement,
    size: HtmlElement,
    trip: HtmlElement,
    content: HtmlElement,
    picture: HtmlImageElement,
    /// The number of the row that it shows.
    shows: Option<u64>,
    address: Option<ObjectUrl>,
}

impl Line {
    pub(super) fn new(template: &Template) -> Result<Self, Error> {
        let parts = [
            "time",
            "socket",
            "direction",
            "name",
            "size",
            "trip",
            "content",
            "picture",
        ];
        let (element, parts) = template.copy(parts)?;
        let [time, socket, direction, name, size, trip, content, picture] = parts;
        Ok(Self {
            picture: picture
                .dyn_into()
                .map_err(|_| Error::WrongKind("picture".to_owned()))?,
            element,
            time,
            socket,
            direction,
            name,
            size,
            trip,
            content,
            shows: None,
            address: None,
        })
    }

    /// Shows a row, at this place of all; a `Blob` is told later.
    pub(super) fn show(
        &mut self,
        (number, place): (u64, usize),
        row: &Row,
        is_selected: bool,
        events: &Events,
    ) {
        // The names of the columns are the first row.
        page::set_attribute(&self.element, "aria-rowindex", &(place + 2).to_string());
        page::set_attribute(&self.element, "aria-selected", &is_selected.to_string());
        if self.shows == Some(number) {
            return;
        }
        self.shows = Some(number);
        self.element.set_id(&id(number));
        let direction = row.direction();
        page::set_attribute(&self.element, "data-direction", direction.name());
        self.time.set_text_content(Some(&words::moment(row.time)));
        let socket = row.socket.to_string();
        self.socket.set_text_content(Some(&socket));
        self.direction
            .set_text_content(Some(words::direction(direction)));
        self.name.set_text_content(Some(row.name()));
        let size = row.payload().map(|payload| units::bytes(payload.size()));
        self.size.set_text_content(size.as_deref());
        let trip = row.round_trip().map(units::duration);
        self.trip.set_text_content(trip.as_deref());
        self.show_picture(None);
        match row.payload() {
            None => self.set_content(&words(&row.what)),
            Some(Payload::Text(text)) => self.set_content(preview::line(text)),
            Some(Payload::Lost { .. }) => self.set_content("Larger than all that is kept"),
            Some(payload @ Payload::Binary(bytes)) => {
                let mut beginning = [0; BEGINNING];
                let copied = bytes.copy_to(&mut beginning);
                self.show_beginning(&beginning[..copied], payload);
            }
            Some(Payload::Blob(blob)) => {
                self.set_content("");
                peek(number, blob, events.clone());
            }
        }
    }

    /// Shows how binary data begins, or the picture that it is.
    fn show_beginning(&mut self, beginning: &[u8], payload: &Payload) {
        match preview::picture(beginning) {
            Some(name) => {
                self.set_content(&format!("{name} picture"));
                if payload.size() <= LARGEST_PICTURE {
                    self.show_picture(preview::address(payload));
                }
            }
            None => self.set_content(&preview::digits(beginning)),
        }
    }

    /// Shows how a `Blob` begins, if it is still the one that is shown.
    pub(super) fn peeked(&mut self, number: u64, beginning: &[u8], row: &Row) {
        if let Some(payload) = row.payload().filter(|_| self.shows == Some(number)) {
            self.show_beginning(beginning, payload);
        }
    }

    fn set_content(&self, words: &str) {
        self.content.set_text_content(Some(words));
    }

    /// Shows a picture, or none; the one before is revoked.
    fn show_picture(&mut self, address: Option<ObjectUrl>) {
        if self.address.is_some() || address.is_some() {
            preview::show(&self.picture, address.as_ref());
            self.address = address;
        }
    }
}

/// The id of the line that shows this row.
pub(super) fn id(number: u64) -> String {
    format!("traffic-row-{number}")
}

/// Has the beginning of a `Blob` read.
fn peek(number: u64, blob: &Blob, events: Events) {
    let beginning = blob.as_raw().slice_with_i32_and_i32(0, BEGINNING as i32);
    spawn_local(async move {
        let Ok(beginning) = beginning else { return };
        if let Ok(bytes) = Blob::from(beginning).bytes().await {
            events.send(Event::Peeked(number, bytes.into_vec()));
        }
    });
}
