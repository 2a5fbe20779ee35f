//! [`App`]: the view's one task, which owns the frames, the flipbook that is played and its figures.

use std::future::Future;

use futures::{channel::mpsc::UnboundedReceiver, StreamExt};
use gloo_events::EventListener;
use gloo_render::AnimationFrame;
use web_sys::{HtmlElement, VisibilityState};

use super::{
    column::Column,
    editor::Editor,
    event::{Event, Events, Playing, RunEvents},
    export,
    figures::Figures,
    plots::Plots,
    run::{Phase, Run},
    settings::Settings,
    statistics::{Counts, Statistics},
    transport::Transport,
};
use crate::{
    alert::Alert,
    drawing::{self, Surface},
    file::save,
    json::Json,
    page::{self, Error, Page},
    traffic::Recorder,
};

/// All of the view.
pub(super) struct App {
    page: Page,
    recorder: Recorder,
    events: Events,
    receiver: UnboundedReceiver<Event>,
    settings: Settings,
    editor: Editor,
    /// What is sent.
    original: Surface,
    columns: Vec<Column>,
    figures: Figures,
    plots: Plots,
    /// The next tick, as long as there are some.
    tick: Option<AnimationFrame>,
    button: HtmlElement,
    status: HtmlElement,
    error: Alert,
    run: Option<Run>,
    /// How many flipbooks were played.
    runs: u32,
    _listeners: Vec<EventListener>,
}

impl App {
    pub(super) fn new(page: &Page, recorder: &Recorder) -> Result<(Self, Events), Error> {
        let (events, receiver) = Events::new();
        let button: HtmlElement = page.element("flipbook-play")?;
        let settings = Settings::new(page, &events)?;
        let on = |id: &str, event: fn() -> Event| -> Result<EventListener, Error> {
            let button: HtmlElement = page.element(id)?;
            Ok(events.on(&button, "click", move |_| Some(event())))
        };
        let document = page.document.clone();
        let hidden = move |_: &web_sys::Event| {
            let hidden = document.visibility_state() == VisibilityState::Hidden;
            hidden.then_some(Event::Stop)
        };
        let column = |transport| Column::new(page, transport);
        let mut this = Self {
            page: page.clone(),
            recorder: recorder.clone(),
            editor: Editor::new(page, &events, settings.size())?,
            settings,
            original: Surface::paper(page.element("flipbook-original")?)?,
            columns: Transport::ALL
                .into_iter()
                .map(column)
                .collect::<Result<_, _>>()?,
            figures: Figures::new(page)?,
            plots: Plots::new(page)?,
            tick: None,
            status: page.element("flipbook-status")?,
            error: Alert::new(page, "flipbook-error")?,
            run: None,
            runs: 0,
            _listeners: vec![
                on("flipbook-play", || Event::Play)?,
                on("flipbook-csv", || Event::SaveCsv)?,
                on("flipbook-png", || Event::SavePng)?,
                events.on(&page.document, "visibilitychange", hidden),
            ],
            button,
            events: events.clone(),
            receiver,
        };
        this.columns
            .iter_mut()
            .for_each(|column| column.reset(false));
        this.show_figures();
        Ok((this, events))
    }

    /// Answers events for as long as the page is there.
    pub(super) async fn run(mut self) {
        while let Some(event) = self.receiver.next().await {
            self.handle(event);
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Edit(edit) => self.editor.edit(edit),
            Event::Choose => self.editor.choose(),
            Event::Start(starter) => self.editor.start(starter),
            Event::Drew => self.editor.drew(),
            Event::Onion => self.editor.show_onion(),
            Event::Encoded { leaf, version, png } => self.editor.encoded(leaf, version, png),
            Event::Setting => self.set(),
            Event::Play if self.run.is_none() => self.play(),
            Event::Play | Event::Stop => self.stop(),
            Event::Tick => self.tick(),
            Event::Of(run, playing) if self.is_run(run) => self.go_on(playing),
            Event::Of(..) => {}
            Event::SaveCsv => {
                let all: Vec<_> = all(&self.columns).collect();
                let saved = export::save_text(&self.page, "flipbook.csv", &export::csv(&all));
                self.say_unless(saved);
            }
            Event::SavePng => {
                let saving = self.save_png();
                wasm_bindgen_futures::spawn_local(saving);
            }
        }
    }

    fn is_run(&self, number: u32) -> bool {
        self.run
            .as_ref()
            .is_some_and(|run| run.events.run == number)
    }

    fn set(&mut self) {
        self.settings.show(self.run.is_some());
        self.editor.pad(self.settings.size());
        if let Some(run) = &mut self.run {
            run.set_rate(self.settings.rate());
            run.simulate(self.settings.network());
        }
    }

    fn play(&mut self) {
        let transports = self.settings.transports();
        if transports.is_empty() {
            return self
                .error
                .show("choose a transport over which frames come back");
        }
        self.error.clear();
        self.runs += 1;
        for column in &mut self.columns {
            column.reset(transports.contains(&column.transport));
        }
        let events = RunEvents {
            events: self.events.clone(),
            run: self.runs,
        };
        let rate = self.settings.rate();
        let run = Run::new(&self.page, &self.recorder, events, transports, rate);
        self.run = Some(run);
        self.show_phase("Connecting");
        self.ask_for_tick();
    }

    /// Sends no more frames; those on their way are waited for, if any were sent.
    fn stop(&mut self) {
        match &mut self.run {
            Some(run) if run.phase == Phase::Playing => {
                run.end(self.settings.network());
                self.show_phase("Waiting for the last frames");
                // In a hidden page there are no ticks.
                self.check();
            }
            Some(run) if run.phase == Phase::Opening => self.finish("Stopped"),
            _ => {}
        }
    }

    /// Forgets the sockets, and leaves the figures as they are.
    fn finish(&mut self, words: &str) {
        let frames = self.run.take().map_or(0, |run| run.sent);
        let words = match frames {
            0 => words.to_owned(),
            1 => format!("{words} after 1 frame"),
            _ => format!("{words} after {frames} frames"),
        };
        self.show_phase(&words);
    }

    fn show_phase(&self, words: &str) {
        page::set_text(&self.status, words);
        let playing = self
            .run
            .as_ref()
            .is_some_and(|run| matches!(run.phase, Phase::Opening | Phase::Playing));
        page::set_text(&self.button, if playing { "Stop" } else { "Play" });
        page::set_enabled(&self.button, playing || self.run.is_none());
        self.settings.show(self.run.is_some());
    }

    fn ask_for_tick(&mut self) {
        self.tick = Some(self.events.in_next_frame(Event::Tick));
    }

    /// Sends the frame that is due, and draws those that came back.
    fn tick(&mut self) {
        let Some(run) = &mut self.run else { return };
        if run.is_due() {
            if let Some((picture, frame)) = self.editor.frame(run.sent) {
                if run.send(frame) {
                    self.original.copy(picture);
                }
            }
        }
        for column in &mut self.columns {
            column.draw(&self.page.window, &run.events);
        }
        self.ask_for_tick();
        self.check();
    }

    /// Goes on to the end once all frames are back.
    fn check(&mut self) {
        let Some(run) = &mut self.run else { return };
        let now = self.page.now();
        let mut read = self
            .columns
            .iter()
            .filter(|column| run.transports.contains(&column.transport));
        match run.phase {
            Phase::Ending { until }
                if now > until || read.all(|column| column.is_done(run.sent)) =>
            {
                run.count();
            }
            Phase::Counting { until } if now > until => self.finish("Stopped"),
            _ => {}
        }
    }

    fn go_on(&mut self, playing: Playing) {
        let Some(run) = &mut self.run else { return };
        let now = self.page.now();
        match playing {
            Playing::Connected(sender) => run.connected(sender, self.settings.network()),
            Playing::Ready => {
                run.ready();
                if run.phase == Phase::Playing {
                    self.show_phase("Playing");
                }
            }
            Playing::Arrived(transport, frame) => {
                if let Some(column) = column(&mut self.columns, transport) {
                    column.arrive(frame);
                }
            }
            Playing::Decoded(transport, header, bitmap) => {
                if let Some(column) = column(&mut self.columns, transport) {
                    column.decoded(now, header, bitmap);
                }
                self.check();
            }
            Playing::Told(words) => self.told(&words),
            Playing::Failed(words) => {
                self.error.show(words);
                self.finish("Ended");
            }
        }
    }

    /// The server says which flipbook it is, or what it has counted.
    fn told(&mut self, words: &str) {
        let Some(run) = &mut self.run else { return };
        let Some(told) = Json::parse(words) else {
            return;
        };
        if let Some(id) = told.get("id").text() {
            if run.read(id).is_none() {
                self.error.show("this browser can't give requests up");
                self.finish("Stopped");
            }
            return;
        }
        if run.phase == Phase::Opening {
            return;
        }
        let (now, began) = (self.page.now(), run.began);
        let readers = told.get("readers");
        for column in &mut self.columns {
            if run.transports.contains(&column.transport) {
                column.statistics.counts = counts(&readers.get(column.transport.id()));
                column.sample(now, began);
            }
        }
        let is_last = told.get("asked").is_true();
        self.show_figures();
        if is_last {
            self.finish("Stopped");
        }
    }

    fn show_figures(&self) {
        self.figures.show(all(&self.columns));
        self.plots.draw(all(&self.columns));
    }

    fn save_png(&self) -> impl Future<Output = ()> + 'static {
        let (page, error) = (self.page.clone(), self.error.clone());
        let picture = self.plots.picture(all(&self.columns));
        let png = picture.map(|canvas| drawing::png(&canvas));
        async move {
            let saved = match png {
                Some(png) => match png.await {
                    Ok(blob) => save(&page, "flipbook.png", blob),
                    Err(words) => Err(words),
                },
                None => Err("the plots can't be drawn".to_owned()),
            };
            if let Err(words) = saved {
                error.show(words);
            }
        }
    }

    fn say_unless(&self, done: Result<(), String>) {
        if let Err(words) = done {
            self.error.show(words);
        }
    }
}

/// The figures of all transports over which frames come, or came.
fn all(columns: &[Column]) -> impl Iterator<Item = (Transport, &Statistics)> + Clone {
    let figures = columns
        .iter()
        .map(|column| (column.transport, &column.statistics));
    figures.filter(|(_, statistics)| !statistics.samples().is_empty())
}

fn column(columns: &mut [Column], transport: Transport) -> Option<&mut Column> {
    columns
        .iter_mut()
        .find(|column| column.transport == transport)
}

fn counts(told: &Json) -> Counts {
    Counts {
        requests: told.get("requests").count(),
        header_bytes: told.get("header_bytes").count(),
        payload_bytes: told.get("payload_bytes").count(),
        delivered: told.get("delivered").count(),
        skipped: told.get("skipped").count(),
    }
}
