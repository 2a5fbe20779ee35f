//! [`Tools`]: the colour and the width to draw with.

use gloo_events::EventListener;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::page::{self, Error, Page};

/// The value of the radio button that stands for a colour of one's own.
const OWN: &str = "custom";

const INK: &str = "#1f2a3d";

/// The form controls that say how to draw.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    colours: HtmlElement,
    own: HtmlInputElement,
    width: HtmlInputElement,
}

impl Tools {
    pub(crate) fn new(page: &Page, prefix: &str) -> Result<Self, Error> {
        Ok(Self {
            colours: page.element(&format!("{prefix}colours"))?,
            own: page.element(&format!("{prefix}colour-own"))?,
            width: page.element(&format!("{prefix}line-width"))?,
        })
    }

    /// Keeps the controls consistent among each other.
    pub(crate) fn listen(&self, page: &Page, prefix: &str) -> Result<[EventListener; 2], Error> {
        let own: HtmlInputElement = page.element(&format!("{prefix}colour-custom"))?;
        let shown: HtmlElement = page.element(&format!("{prefix}line-width-value"))?;
        let width = self.width.clone();
        let show = move || page::set_text(&shown, &format!("{} px", width.value()));
        show();
        Ok([
            page::listen(&self.own, "input", move |_| own.set_checked(true)),
            page::listen(&self.width, "input", move |_| show()),
        ])
    }

    pub(crate) fn colour(&self) -> String {
        match page::chosen(&self.colours) {
            Some(colour) if colour == OWN => self.own.value(),
            Some(colour) => colour,
            None => INK.to_owned(),
        }
    }

    /// In CSS pixels.
    pub(crate) fn width(&self) -> f64 {
        let width = self.width.value_as_number();
        if width.is_finite() {
            width
        } else {
            1.0
        }
    }
}
