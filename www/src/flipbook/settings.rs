//! [`Settings`]: how frames are sent and polled for, as a person chose.

use gloo_events::EventListener;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    transport::Transport,
};
use crate::page::{self, Error, Page};

/// The value of the radio button for frames that are as large as their pictures.
const REAL: &str = "png";

/// How it is between here and the server, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Network {
    /// Between two requests of short polling.
    pub(super) interval: u32,
    /// Simulated by the server.
    pub(super) delay: u32,
    pub(super) jitter: u32,
}

/// A slider, and its value in words.
#[derive(Debug)]
struct Slider {
    input: HtmlInputElement,
    shown: HtmlElement,
    /// In front of the value, and behind it.
    words: [&'static str; 2],
}

impl Slider {
    fn new(page: &Page, name: &str, words: [&'static str; 2]) -> Result<Self, Error> {
        Ok(Self {
            input: page.element(&format!("flipbook-{name}"))?,
            shown: page.element(&format!("flipbook-{name}-value"))?,
            words,
        })
    }

    fn value(&self) -> u32 {
        self.input.value_as_number() as u32
    }

    fn show(&self) {
        let [before, behind] = self.words;
        let words = format!("{before}{}{behind}", self.value());
        page::set_text(&self.shown, &words);
        page::set_attribute(&self.input, "aria-valuetext", &words);
    }
}

/// The form controls.
#[derive(Debug)]
pub(super) struct Settings {
    rate: Slider,
    padding: HtmlElement,
    size: Slider,
    interval: Slider,
    delay: Slider,
    jitter: Slider,
    transports: HtmlElement,
    choices: Vec<(Transport, HtmlInputElement)>,
    _listener: EventListener,
}

impl Settings {
    pub(super) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let form: HtmlElement = page.element("flipbook-settings")?;
        let choice = |transport: Transport| {
            let id = format!("flipbook-with-{}", transport.id());
            page.element(&id).map(|input| (transport, input))
        };
        let this = Self {
            rate: Slider::new(page, "rate", ["", " a second"])?,
            padding: page.element("flipbook-padding")?,
            size: Slider::new(page, "size", ["", " KiB"])?,
            interval: Slider::new(page, "interval", ["", " ms"])?,
            delay: Slider::new(page, "delay", ["", " ms"])?,
            jitter: Slider::new(page, "jitter", ["± ", " ms"])?,
            transports: page.element("flipbook-transports")?,
            choices: Transport::ALL
                .into_iter()
                .map(choice)
                .collect::<Result<_, _>>()?,
            _listener: events.on(&form, "input", |_| Some(Event::Setting)),
        };
        for (transport, choice) in &this.choices {
            if !transport.is_supported() {
                choice.set_checked(false);
                choice.set_disabled(true);
            }
        }
        this.show(false);
        Ok(this)
    }

    /// Transports can't be chosen while it is played.
    pub(super) fn show(&self, is_playing: bool) {
        for slider in [
            &self.rate,
            &self.size,
            &self.interval,
            &self.delay,
            &self.jitter,
        ] {
            slider.show();
        }
        match is_playing {
            true => page::set_attribute(&self.transports, "disabled", ""),
            // It fails for no name.
            false => drop(self.transports.remove_attribute("disabled")),
        }
    }

    /// Frames a second.
    pub(super) fn rate(&self) -> f64 {
        f64::from(self.rate.value().max(1))
    }

    /// To how many bytes frames are padded.
    pub(super) fn size(&self) -> u32 {
        match page::chosen(&self.padding).as_deref() {
            Some(REAL) | None => 0,
            Some(_) => self.size.value() << 10,
        }
    }

    pub(super) fn network(&self) -> Network {
        Network {
            interval: self.interval.value(),
            delay: self.delay.value(),
            jitter: self.jitter.value(),
        }
    }

    pub(super) fn transports(&self) -> Vec<Transport> {
        let chosen = self.choices.iter().filter(|(_, choice)| choice.checked());
        chosen.map(|(transport, _)| *transport).collect()
    }
}
