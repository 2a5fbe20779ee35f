//! [`Card`]: the handshake of the socket that is chosen, line by line, with the check of its key.

use std::{collections::VecDeque, future::Future};

use wasm_bindgen_futures::spawn_local;
use wasm_websocket::ReadyState;
use wasm_websocket_demo_format::recording::Head;
use web_sys::HtmlElement;

use super::{
    header,
    meaning::{self, Meaning, Side},
    told, Check, Handshake,
};
use crate::{
    alert::Alert,
    page::{self, Error, Page, Template},
    traffic::{
        event::{Event, Events},
        log::{Log, Socket},
        Recorder,
    },
};

/// Where the sections of the standard are.
const STANDARD: &str = "https://www.rfc-editor.org/rfc/rfc6455#section-";

/// So many handshakes are remembered; the server remembers no more of a page.
const REMEMBERED: usize = 64;

#[derive(Debug)]
pub(crate) struct Card {
    page: Page,
    recorder: Recorder,
    title: HtmlElement,
    note: HtmlElement,
    error: Alert,
    heads: HtmlElement,
    request: HtmlElement,
    response: HtmlElement,
    choices: HtmlElement,
    line: Template,
    steps: HtmlElement,
    joined: HtmlElement,
    hash: HtmlElement,
    accept: HtmlElement,
    told: HtmlElement,
    verdict: HtmlElement,
    /// The socket whose handshake is shown, and its state when it was asked for.
    shown: Option<(u32, ReadyState)>,
    known: VecDeque<(u32, Handshake)>,
    events: Events,
}

impl Card {
    pub(crate) fn new(page: &Page, recorder: &Recorder, events: &Events) -> Result<Self, Error> {
        Ok(Self {
            page: page.clone(),
            recorder: recorder.clone(),
            title: page.element("traffic-handshake-title")?,
            note: page.element("traffic-handshake-note")?,
            error: Alert::new(page, "traffic-handshake-error")?,
            heads: page.element("traffic-heads")?,
            request: page.element("traffic-request")?,
            response: page.element("traffic-response")?,
            choices: page.element("traffic-choices")?,
            line: Template::new(page, "traffic-head-line")?,
            steps: page.element("traffic-check")?,
            joined: page.element("traffic-joined")?,
            hash: page.element("traffic-hash")?,
            accept: page.element("traffic-accept")?,
            told: page.element("traffic-told")?,
            verdict: page.element("traffic-verdict")?,
            shown: None,
            known: VecDeque::new(),
            events: events.clone(),
        })
    }

    /// The handshakes of all sockets, as far as the server knows them.
    pub(crate) fn all(&self, log: &Log) -> impl Future<Output = Vec<(u32, Handshake)>> + 'static {
        let mut all: Vec<_> = self.known.iter().cloned().collect();
        let own = log.sockets().iter().filter(|socket| socket.is_own);
        // It remembers no more of them.
        let unknown: Vec<_> = own
            .rev()
            .take(REMEMBERED)
            .filter(|socket| self.known(socket.number).is_none())
            .map(|socket| (socket.number, self.recorder.path(socket.number)))
            .collect();
        let window = self.page.window.clone();
        async move {
            for (number, path) in unknown {
                if let Ok(handshake) = told::ask(&window, &path).await {
                    all.push((number, handshake));
                }
            }
            all
        }
    }

    /// Shows the handshake of this socket, as soon as the server has told it.
    pub(crate) fn choose(&mut self, socket: &Socket) {
        let wanted = Some((socket.number, socket.state));
        if self.shown == wanted {
            return;
        }
        let is_another = self.shown.map(|(number, _)| number) != Some(socket.number);
        self.shown = wanted;
        if is_another {
            let title = format!("Handshake of socket {}", socket.number);
            page::set_text(&self.title, &title);
            self.error.clear();
            self.heads.set_hidden(true);
            self.steps.set_hidden(true);
        }
        let known = self.known(socket.number).cloned();
        let note = match (socket.is_own, &known) {
            (false, _) => {
                "A browser shows a page nothing of a handshake. Only the page's own server can \
                 tell, and this socket is with another one."
            }
            (true, Some(_)) => "",
            (true, None) => "The server is asked what it saw and what it answered.",
        };
        page::set_text(&self.note, note);
        match known.filter(|known| known.response.is_some()) {
            Some(known) => self.show(socket.number, known),
            None if socket.is_own => self.ask(socket.number),
            None => {}
        }
    }

    fn ask(&self, socket: u32) {
        let (window, path) = (self.page.window.clone(), self.recorder.path(socket));
        let events = self.events.clone();
        spawn_local(async move {
            let told = told::ask(&window, &path).await;
            events.send(Event::Told(socket, told));
        });
    }

    /// What the server told of a socket.
    pub(crate) fn told(&mut self, socket: u32, told: Result<Handshake, String>) {
        let is_shown = self.shown.is_some_and(|(shown, _)| shown == socket);
        match told {
            Ok(handshake) => {
                self.remember(socket, handshake.clone());
                if is_shown {
                    self.error.clear();
                    self.show(socket, handshake);
                }
            }
            Err(error) if is_shown => {
                page::set_text(&self.note, "");
                self.error.show(error);
            }
            Err(_) => {}
        }
    }

    fn remember(&mut self, socket: u32, handshake: Handshake) {
        self.known.retain(|(known, _)| *known != socket);
        self.known.push_back((socket, handshake));
        if self.known.len() > REMEMBERED {
            self.known.pop_front();
        }
    }

    fn known(&self, socket: u32) -> Option<&Handshake> {
        let known = self.known.iter().find(|(known, _)| *known == socket);
        known.map(|(_, handshake)| handshake)
    }

    fn show(&self, socket: u32, handshake: Handshake) {
        page::set_text(&self.note, "");
        let Handshake { request, response } = handshake;
        self.show_head(&self.request, Side::Request, request.as_ref());
        self.show_head(&self.response, Side::Response, response.as_ref());
        page::set_text(&self.choices, &choices(response.as_ref()));
        self.heads.set_hidden(false);
        let Some(key) = header(request.as_ref(), "sec-websocket-key") else {
            return;
        };
        let accept = header(response.as_ref(), "sec-websocket-accept");
        page::set_text(&self.told, accept.unwrap_or_default());
        let (window, key, events) = (
            self.page.window.clone(),
            key.to_owned(),
            self.events.clone(),
        );
        spawn_local(async move {
            let check = Check::of_key(window, &key).await;
            events.send(Event::Checked(socket, check));
        });
    }

    /// The steps from the key of a socket were computed.
    pub(crate) fn checked(&self, socket: u32, check: Result<Check, String>) {
        if self.shown.is_none_or(|(shown, _)| shown != socket) {
            return;
        }
        match check {
            Ok(check) => {
                page::set_text(&self.joined, &check.joined);
                page::set_text(&self.hash, &check.hash);
                page::set_text(&self.accept, &check.accept);
                let told = self.told.text_content().unwrap_or_default();
                let verdict = match told == check.accept {
                    _ if told.is_empty() => "The server didn't send one.",
                    true => "✓ They match: the server understood this very handshake.",
                    false => "✗ They don't match: this is no answer to this handshake.",
                };
                page::set_text(&self.verdict, verdict);
                self.steps.set_hidden(false);
            }
            Err(error) => self.error.show(error),
        }
    }

    fn show_head(&self, list: &HtmlElement, side: Side, head: Option<&Head>) {
        list.set_text_content(None);
        let Some(head) = head else {
            self.add(list, "", "None yet.", None);
            return;
        };
        self.add(list, "", &head.line, meaning::of_line(side, &head.line));
        for (name, value) in &head.headers {
            self.add(list, name, value, meaning::of_header(side, name));
        }
    }

    fn add(&self, list: &HtmlElement, name: &str, value: &str, meaning: Option<Meaning>) {
        let parts = ["name", "value", "meaning", "words", "section"];
        // Without templates there would be no page.
        let Ok((line, parts)) = self.line.copy(parts) else {
            return;
        };
        let [name_part, value_part, meaning_part, words, section] = parts;
        let name = if name.is_empty() {
            name
        } else {
            &format!("{name}: ")
        };
        name_part.set_text_content(Some(name));
        value_part.set_text_content(Some(value));
        match meaning {
            Some(meaning) => {
                words.set_text_content(Some(meaning.words));
                section.set_text_content(Some(&format!("RFC 6455, {}", meaning.section)));
                let address = format!("{STANDARD}{}", meaning.section);
                page::set_attribute(&section, "href", &address);
            }
            None => meaning_part.remove(),
        }
        let _ = list.append_child(&line);
    }
}

/// What the server chose of what was offered.
fn choices(response: Option<&Head>) -> String {
    let chosen = |name| header(response, name);
    let protocol = chosen("sec-websocket-protocol").unwrap_or("no subprotocol");
    let extensions = chosen("sec-websocket-extensions").unwrap_or("no extension");
    format!("Chosen: {protocol}, {extensions}.")
}
