//! [`Colours`] and [`Width`]: what to draw with.

use gloo_events::EventListener;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::page::{self, Error, Page};

/// The value of the radio button that stands for a colour of one's own.
const OWN: &str = "custom";

const INK: &str = "#1f2a3d";

/// The form controls that say in which colour to draw.
#[derive(Clone, Debug)]
pub(crate) struct Colours {
    group: HtmlElement,
    own: HtmlInputElement,
}

impl Colours {
    pub(crate) fn new(page: &Page, prefix: &str) -> Result<Self, Error> {
        Ok(Self {
            group: page.element(&format!("{prefix}colours"))?,
            own: page.element(&format!("{prefix}colour-own"))?,
        })
    }

    /// Keeps the controls consistent among each other.
    pub(crate) fn listen(&self, page: &Page, prefix: &str) -> Result<EventListener, Error> {
        let own: HtmlInputElement = page.element(&format!("{prefix}colour-custom"))?;
        Ok(page::listen(&self.own, "input", move |_| {
            own.set_checked(true)
        }))
    }

    /// In CSS.
    pub(crate) fn chosen(&self) -> String {
        match page::chosen(&self.group) {
            Some(colour) if colour == OWN => self.own.value(),
            Some(colour) => colour,
            None => INK.to_owned(),
        }
    }
}

/// The form control that says how broad to draw.
#[derive(Clone, Debug)]
pub(crate) struct Width(HtmlInputElement);

impl Width {
    pub(crate) fn new(page: &Page, prefix: &str) -> Result<Self, Error> {
        page.element(&format!("{prefix}line-width")).map(Self)
    }

    /// Keeps what is shown of it up to date.
    pub(crate) fn listen(&self, page: &Page, prefix: &str) -> Result<EventListener, Error> {
        let shown: HtmlElement = page.element(&format!("{prefix}line-width-value"))?;
        let width = self.0.clone();
        let show = move || page::set_text(&shown, &format!("{} px", width.value()));
        show();
        Ok(page::listen(&self.0, "input", move |_| show()))
    }

    /// In CSS pixels.
    pub(crate) fn chosen(&self) -> f64 {
        let width = self.0.value_as_number();
        if width.is_finite() {
            width
        } else {
            1.0
        }
    }
}
