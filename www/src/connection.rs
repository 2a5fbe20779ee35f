//! The Connection card and the status line: where to connect to, and what the socket says of
//! itself ([readyState](https://websockets.spec.whatwg.org/#dom-websocket-readystate)).

use gloo_events::EventListener;
use wasm_websocket::{BinaryType, CloseEvent, Error as SocketError, ReadyState, WebSocket};
use web_sys::{HtmlElement, HtmlInputElement, Window};

use crate::{
    alert::Alert,
    event::{Event, Events},
    page::{self, Error, Page},
    units,
};

/// The address, and the socket's properties.
#[derive(Debug)]
pub(crate) struct ConnectionCard {
    line: HtmlElement,
    state: HtmlElement,
    address: HtmlInputElement,
    button: HtmlElement,
    error: Alert,
    url: HtmlElement,
    protocol: HtmlElement,
    extensions: HtmlElement,
    buffered: HtmlElement,
    /// The address that the page's policy forbade.
    blocked: Option<String>,
    _listeners: [EventListener; 2],
}

impl ConnectionCard {
    pub(crate) fn new(page: &Page, events: &Events) -> Result<Self, Error> {
        let form: HtmlElement = page.element("connect-form")?;
        let address: HtmlInputElement = page.element("address")?;
        address.set_value(&own_address(&page.window));
        Ok(Self {
            line: page.element("state-line")?,
            state: page.element("state")?,
            address,
            button: page.element("connect")?,
            error: Alert::new(page, "connection-error")?,
            url: page.element("url")?,
            protocol: page.element("protocol")?,
            extensions: page.element("extensions")?,
            buffered: page.element("buffered")?,
            blocked: None,
            _listeners: [
                events.on(&form, "submit", |_| Some(Event::Connect)),
                events.on(&page.document, "securitypolicyviolation", blocked),
            ],
        })
    }

    /// Starts to connect to the address in the field.
    pub(crate) fn connect(&mut self, binary_type: BinaryType) -> Option<WebSocket> {
        self.blocked = None;
        match WebSocket::new(self.address.value().trim()) {
            Ok(socket) => {
                self.error.clear();
                page::set_attribute(&self.address, "aria-invalid", "false");
                socket.set_binary_type(binary_type);
                Some(socket)
            }
            Err(error) => {
                page::set_attribute(&self.address, "aria-invalid", "true");
                self.error.show(error);
                None
            }
        }
    }

    /// Says that there can be one connection at a time.
    pub(crate) fn refuse(&self, state: ReadyState) {
        self.error.show(format_args!(
            "the connection is {state}; close it before connecting again"
        ));
    }

    pub(crate) fn show(&self, socket: Option<&WebSocket>) {
        let state = socket.map_or(ReadyState::Closed, WebSocket::ready_state);
        page::set_attribute(&self.line, "data-state", &state.to_string());
        page::set_text(&self.state, &format!("Web Socket State::{state}"));
        page::set_enabled(&self.button, state == ReadyState::Closed);
        if let Some(socket) = socket {
            page::set_text(&self.url, &socket.url());
            page::set_text(&self.protocol, &socket.protocol());
            page::set_text(&self.extensions, &socket.extensions());
            page::set_text(&self.buffered, &units::bytes(socket.buffered_amount()));
        }
    }

    pub(crate) fn note_blocked(&mut self, address: String) {
        self.blocked = Some(address);
        self.show_blocked();
    }

    /// Says so if the connection failed, with the one cause that a browser tells.
    pub(crate) fn show_end(&self, event: &CloseEvent) {
        if !event.was_clean() && !self.show_blocked() {
            let error = SocketError::Closed(event.clone());
            self.error
                .show(format_args!("{error}. A browser doesn't tell a page why"));
        }
    }

    fn show_blocked(&self) -> bool {
        if let Some(address) = &self.blocked {
            self.error.show(format_args!(
                "the security policy of this page forbids to connect to {address}"
            ));
        }
        self.blocked.is_some()
    }
}

/// Where the server that the page came from echoes.
fn own_address(window: &Window) -> String {
    let location = window.location();
    let scheme = match location.protocol().as_deref() {
        Ok("https:") => "wss",
        _ => "ws",
    };
    let host = location.host().unwrap_or_default();
    format!("{scheme}://{host}/echo")
}

fn blocked(event: &web_sys::Event) -> Option<Event> {
    use wasm_bindgen::JsCast;

    let event = event.dyn_ref::<web_sys::SecurityPolicyViolationEvent>()?;
    (event.effective_directive() == "connect-src").then(|| Event::Blocked(event.blocked_uri()))
}
