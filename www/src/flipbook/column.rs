//! [`Column`]: the canvas of one transport, and what becomes of the frames that come over it.

use wasm_bindgen_futures::spawn_local;
use wasm_websocket_demo_format::flipbook::Header;
use web_sys::{HtmlElement, ImageBitmap, Window};

use super::{
    event::{Arrived, Playing, RunEvents},
    statistics::Statistics,
    transport::Transport,
};
use crate::{
    blob::blob_of,
    drawing::{decode, Surface},
    page::{self, Error, Page},
};

/// Draws the newest frame each time that the browser does.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) transport: Transport,
    pub(super) statistics: Statistics,
    surface: Surface,
    note: HtmlElement,
    /// The number of the last frame that came.
    last: u32,
    newest: Option<Arrived>,
    decoding: bool,
}

impl Column {
    pub(super) fn new(page: &Page, transport: Transport) -> Result<Self, Error> {
        let id = transport.id();
        Ok(Self {
            transport,
            statistics: Statistics::default(),
            surface: Surface::paper(page.element(&format!("flipbook-{id}"))?)?,
            note: page.element(&format!("flipbook-{id}-note"))?,
            last: 0,
            newest: None,
            decoding: false,
        })
    }

    /// Forgets all frames, whether it shall be read over this one or not.
    pub(super) fn reset(&mut self, is_read: bool) {
        self.statistics = Statistics::default();
        self.last = 0;
        self.newest = None;
        self.decoding = false;
        self.surface.clear();
        let note = match (self.transport.is_supported(), is_read) {
            (false, _) => "this browser hasn't it",
            (true, false) => "off",
            (true, true) => "",
        };
        page::set_text(&self.note, note);
    }

    pub(super) fn arrive(&mut self, frame: Arrived) {
        let number = frame.header.number;
        let frames = &mut self.statistics.frames;
        frames.skipped += u64::from(number.saturating_sub(self.last).saturating_sub(1));
        frames.received += 1;
        self.last = self.last.max(number);
        frames.late += u64::from(self.newest.replace(frame).is_some());
    }

    /// Whether all up to this number have come, or never will, and are drawn.
    pub(super) fn is_done(&self, last: u32) -> bool {
        self.last >= last && self.newest.is_none() && !self.decoding
    }

    /// Starts to draw the newest frame, unless there is none or another one is not drawn yet.
    pub(super) fn draw(&mut self, window: &Window, events: &RunEvents) {
        if self.decoding {
            return;
        }
        let Some(Arrived { header, image }) = self.newest.take() else {
            return;
        };
        self.decoding = true;
        let (window, events, transport) = (window.clone(), events.clone(), self.transport);
        spawn_local(async move {
            let bitmap = match blob_of(&image.into()) {
                Ok(blob) => decode(&window, &blob).await,
                Err(_) => None,
            };
            events.send(Playing::Decoded(transport, header, bitmap));
        });
    }

    pub(super) fn decoded(&mut self, now: f64, header: Header, bitmap: Option<ImageBitmap>) {
        self.decoding = false;
        let shown = bitmap.is_some_and(|bitmap| {
            let shown = self.surface.show(&bitmap).is_ok();
            bitmap.close();
            shown
        });
        match shown {
            true => self.statistics.drew(now, header.created),
            // What is no picture can't be drawn in time.
            false => self.statistics.frames.late += 1,
        }
    }

    pub(super) fn sample(&mut self, now: f64, began: f64) {
        self.statistics.sample(now, began);
        page::set_text(&self.note, &format!("frame {}", self.last));
        let label = format!("{}: frame {}", self.transport.name(), self.last);
        page::set_attribute(&self.surface.canvas, "aria-label", &label);
    }
}
