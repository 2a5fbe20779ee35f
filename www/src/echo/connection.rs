//! The Connection card and the status line: where to connect to, and what the socket says of
//! itself ([readyState](https://websockets.spec.whatwg.org/#dom-websocket-readystate)).

use futures::Stream;
use gloo_events::EventListener;
use wasm_websocket::{BinaryType, Cause, CloseEvent, Error as SocketError, ReadyState};
use web_sys::{HtmlElement, HtmlInputElement};

use super::{
    event::{Event, Events},
    link::Link,
};
use crate::{
    alert::Alert,
    page::{self, Error, Page},
    traffic::{self, Recorder},
    units,
};

/// The address, and the socket's properties.
#[derive(Debug)]
pub(crate) struct ConnectionCard {
    recorder: Recorder,
    line: HtmlElement,
    state: HtmlElement,
    address: HtmlInputElement,
    button: HtmlElement,
    error: Alert,
    url: HtmlElement,
    protocol: HtmlElement,
    extensions: HtmlElement,
    buffered: HtmlElement,
    _submitted: EventListener,
}

impl ConnectionCard {
    pub(crate) fn new(page: &Page, recorder: &Recorder, events: &Events) -> Result<Self, Error> {
        let form: HtmlElement = page.element("connect-form")?;
        let address: HtmlInputElement = page.element("address")?;
        address.set_value(&page.socket_address("/echo"));
        Ok(Self {
            recorder: recorder.clone(),
            line: page.element("state-line")?,
            state: page.element("state")?,
            address,
            button: page.element("connect")?,
            error: Alert::new(page, "connection-error")?,
            url: page.element("url")?,
            protocol: page.element("protocol")?,
            extensions: page.element("extensions")?,
            buffered: page.element("buffered")?,
            _submitted: events.on(&form, "submit", |_| Some(Event::Connect)),
        })
    }

    /// Starts to connect to the address in the field.
    pub(crate) fn connect(
        &self,
        binary_type: BinaryType,
        stays: bool,
    ) -> (Link, impl Stream<Item = Event>) {
        self.error.clear();
        page::set_attribute(&self.address, "aria-invalid", "false");
        let address = self.address.value();
        Link::new(&self.recorder, address.trim(), binary_type, stays)
    }

    /// Says what is wrong with the address.
    fn reject(&self, error: &SocketError) {
        page::set_attribute(&self.address, "aria-invalid", "true");
        self.error.show(error);
    }

    /// Says that there can be one connection at a time.
    pub(crate) fn refuse(&self, state: ReadyState) {
        self.error.show(format_args!(
            "the connection is {state}; close it before connecting again"
        ));
    }

    pub(crate) fn show(&self, link: Option<&Link>) {
        let state = link.map_or(ReadyState::Closed, Link::ready_state);
        page::set_attribute(&self.line, "data-state", &state.to_string());
        // The lamp of a socket that comes back says more.
        let announced = if link.is_some_and(Link::stays) {
            "off"
        } else {
            "polite"
        };
        page::set_attribute(&self.line, "aria-live", announced);
        page::set_text(&self.state, &format!("Web Socket State::{state}"));
        page::set_enabled(&self.button, can_connect(link));
        if let Some(link) = link {
            page::set_text(&self.url, traffic::unmarked(&link.url()));
            page::set_text(&self.protocol, &link.protocol());
            page::set_text(&self.extensions, &link.extensions());
            page::set_text(&self.buffered, &units::bytes(link.buffered_amount()));
        }
    }

    /// Says why there will be no other attempt; a close event speaks for itself.
    pub(crate) fn show_giving_up(&self, cause: &Cause) {
        match cause {
            Cause::Closed(_) => {}
            Cause::Failed(error @ SocketError::InvalidUrl(_)) => self.reject(error),
            cause => self.error.show(cause),
        }
    }

    /// Says so if the connection failed.
    pub(crate) fn show_end(&self, event: &CloseEvent) {
        if !event.was_clean() {
            let error = SocketError::Closed(event.clone());
            self.error
                .show(format_args!("{error}. A browser doesn't tell a page why"));
        }
    }
}

/// Whether there is nothing to be closed first.
pub(crate) fn can_connect(link: Option<&Link>) -> bool {
    link.is_none_or(|link| !link.is_live() && link.ready_state() == ReadyState::Closed)
}
