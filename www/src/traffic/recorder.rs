//! [`Recorder`]: notes what the page's sockets do, for the view of it
//! ([feedback from the protocol](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).

use std::{
    cell::{Cell, Ref, RefCell},
    rc::Rc,
};

use futures::future;
use wasm_websocket::{Builder, Connection, Reconnecting, ReconnectingBuilder, Traced};

use super::{
    event::{Event, Events},
    log::{Bounds, Close, Log, Payload},
    trace::Session,
};
use crate::page::Page;

const BOUNDS: Bounds = Bounds {
    rows: 100_000,
    bytes: 64 << 20,
};

/// Where all of the page's sockets come from; a clone is the same one.
#[derive(Clone, Debug)]
pub(crate) struct Recorder(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    page: Page,
    session: Session,
    log: RefCell<Log>,
    /// Who is told that there is something new.
    watcher: RefCell<Option<Events>>,
    is_told: Cell<bool>,
}

impl Recorder {
    pub(crate) fn new(page: &Page) -> Self {
        Self(Rc::new(Inner {
            session: Session::new(&page.window),
            page: page.clone(),
            log: RefCell::new(Log::new(BOUNDS)),
            watcher: RefCell::new(None),
            is_told: Cell::new(false),
        }))
    }

    /// A builder whose connection is recorded. It is for one connection: one that comes back asks
    /// for another each time.
    pub(crate) fn builder(&self, url: &str) -> Builder {
        let marked = self.0.session.mark(url, self.log().next());
        let observed = Observed {
            number: self.0.note(|log, now| {
                let address = marked.as_deref().unwrap_or(url);
                log.connect(address, marked.is_some(), now)
            }),
            inner: Rc::clone(&self.0),
            has_ended: Cell::new(false),
        };
        Connection::builder(marked.as_deref().unwrap_or(url))
            .observe(move |traced| observed.note(traced))
    }

    /// A socket that comes back, of which each connection is recorded.
    pub(crate) fn reconnecting(&self, url: &str) -> ReconnectingBuilder {
        let (recorder, url) = (self.clone(), url.to_owned());
        Reconnecting::with_address(move || future::ready(Ok(recorder.builder(&url))))
    }

    pub(crate) fn log(&self) -> Ref<'_, Log> {
        self.0.log.borrow()
    }

    /// Where the server tells of the handshake of this socket.
    pub(crate) fn path(&self, socket: u32) -> String {
        self.0.session.path(socket)
    }

    /// Tells this one when there is something new, and then not again until it has
    /// [looked](Self::looked); or nobody.
    pub(crate) fn watch(&self, watcher: Option<Events>) {
        self.0.is_told.set(false);
        self.0.watcher.replace(watcher);
    }

    /// The watcher has seen all that there is.
    pub(crate) fn looked(&self) {
        self.0.is_told.set(false);
    }
}

impl Inner {
    fn note<T>(&self, change: impl FnOnce(&mut Log, f64) -> T) -> T {
        let noted = change(&mut self.log.borrow_mut(), self.page.now());
        if let Some(watcher) = self.watcher.borrow().as_ref() {
            if !self.is_told.replace(true) {
                watcher.send(Event::Recorded);
            }
        }
        noted
    }
}

/// One connection, for as long as something can happen to it.
#[derive(Debug)]
struct Observed {
    number: u32,
    inner: Rc<Inner>,
    has_ended: Cell<bool>,
}

impl Observed {
    fn note(&self, traced: &Traced<'_>) {
        let number = self.number;
        self.inner.note(|log, now| match traced {
            Traced::Opened {
                protocol,
                extensions,
                ..
            } => log.opened(number, protocol, extensions, now),
            Traced::Sent(message) => log.sent(number, Payload::from(*message), now),
            Traced::Received(message) => log.received(number, Payload::from(*message), now),
            Traced::Closed(event) => {
                self.has_ended.set(true);
                log.closed(number, Close::from(*event), now);
            }
            _ => {}
        });
    }
}

impl Drop for Observed {
    /// No attempt was made, if nothing told how it ended.
    fn drop(&mut self) {
        if !self.has_ended.get() {
            self.inner.note(|log, now| log.refused(self.number, now));
        }
    }
}
