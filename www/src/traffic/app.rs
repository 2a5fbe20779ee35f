//! [`App`]: the view's one task, which owns its parts.

use futures::{channel::mpsc::UnboundedReceiver, StreamExt};
use gloo_render::AnimationFrame;
use wasm_bindgen_futures::spawn_local;

use super::{
    controls::Controls,
    detail::Detail,
    event::{Event, Events},
    export::{Export, Format},
    handshake::Card,
    list::List,
    sockets::Sockets,
    Recorder,
};
use crate::{
    file::save,
    page::{self, Error, Page},
};

/// The parts of the view, and where their events come from.
pub(crate) struct App {
    page: Page,
    recorder: Recorder,
    controls: Controls,
    list: List,
    detail: Detail,
    sockets: Sockets,
    handshake: Card,
    frame: Option<AnimationFrame>,
    events: Events,
    receiver: UnboundedReceiver<Event>,
}

impl App {
    pub(crate) fn new(
        page: &Page,
        recorder: &Recorder,
        events: Events,
        receiver: UnboundedReceiver<Event>,
    ) -> Result<Self, Error> {
        Ok(Self {
            controls: Controls::new(page, &events)?,
            list: List::new(page, &events)?,
            detail: Detail::new(page, &events)?,
            sockets: Sockets::new(page, &events)?,
            handshake: Card::new(page, recorder, &events)?,
            page: page.clone(),
            recorder: recorder.clone(),
            frame: None,
            events,
            receiver,
        })
    }

    /// Reacts to what happens for as long as the page is there.
    pub(crate) async fn run(mut self) {
        while let Some(event) = self.receiver.next().await {
            if let Err(error) = self.handle(event) {
                self.controls.error.show(error);
            }
        }
    }

    fn handle(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Recorded => self.ask_for_frame(),
            Event::Frame => {
                self.frame = None;
                self.recorder.looked();
                self.update()?;
            }
            Event::Scrolled => self.list.scrolled(self.recorder.log().rows())?,
            Event::Filtered => self.filter(),
            Event::Chosen(number) => {
                self.sockets.choose(number);
                self.filter();
            }
            Event::Paused => {
                self.list.pause(self.recorder.log().rows());
                self.ask_for_frame();
            }
            Event::Moved(step) => self.list.go(step, self.recorder.log().rows())?,
            Event::Clicked(place) => {
                self.list.select(place, self.recorder.log().rows())?;
                self.open();
            }
            Event::Opened => {
                if self.open() {
                    self.detail.focus();
                }
            }
            Event::Left => {
                self.detail.close();
                self.list.focus();
            }
            Event::Turned(pages) => self.detail.turn(pages),
            Event::Peeked(number, beginning) => {
                let log = self.recorder.log();
                self.list.peeked(number, &beginning, log.rows());
            }
            Event::Read(number, bytes) => self.detail.read(number, bytes),
            Event::Told(socket, told) => self.handshake.told(socket, told),
            Event::Checked(socket, check) => self.handshake.checked(socket, check),
            Event::Export(format) => self.export(format),
            Event::Exported(format, file) => {
                let saved = file.and_then(|file| save(&self.page, format.file_name(), file));
                self.show_exported(saved);
            }
        }
        Ok(())
    }

    /// Shows all that is new, as much of it as there is time for.
    fn update(&mut self) -> Result<(), Error> {
        let log = self.recorder.log();
        let is_all = self.list.update(log.rows())?;
        self.controls.show(&self.list, &log);
        self.sockets.update(&log)?;
        if let Some(chosen) = self.sockets.chosen(&log) {
            self.handshake.choose(chosen);
        }
        drop(log);
        if !is_all {
            self.ask_for_frame();
        }
        Ok(())
    }

    fn filter(&mut self) {
        let chosen = self.sockets.chosen(&self.recorder.log()).map(|s| s.number);
        let filter = self.controls.filter(chosen);
        self.list.set_filter(filter);
        self.ask_for_frame();
    }

    /// Opens the row that is selected; whether there is one.
    fn open(&mut self) -> bool {
        let log = self.recorder.log();
        let selected = self.list.selected();
        let row = selected.and_then(|number| Some((number, log.rows().get(number)?)));
        if let Some((number, row)) = row {
            self.detail.open(number, row);
        }
        row.is_some()
    }

    fn ask_for_frame(&mut self) {
        self.frame
            .get_or_insert_with(|| self.events.in_next_frame(Event::Frame));
    }

    fn export(&mut self, format: Format) {
        page::set_text(&self.controls.exported, "Reading…");
        let export = Export::new(&self.recorder.log(), self.page.opened_at());
        let handshakes = self.handshake.all(&self.recorder.log());
        let events = self.events.clone();
        spawn_local(async move {
            let file = export.write(format, handshakes.await).await;
            events.send(Event::Exported(format, file));
        });
    }

    fn show_exported(&self, saved: Result<(), String>) {
        let words = match saved {
            Ok(()) => {
                self.controls.error.clear();
                "Exported."
            }
            Err(error) => {
                self.controls.error.show(error);
                ""
            }
        };
        page::set_text(&self.controls.exported, words);
    }
}
