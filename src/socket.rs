//! [`WebSocket`]: the standard's object
//! ([the WebSocket interface](https://websockets.spec.whatwg.org/#the-websocket-interface)).

use std::{
    cell::{Cell, OnceCell},
    fmt,
    rc::{Rc, Weak},
};

use js_sys::Function;
#[cfg(doc)]
use js_sys::JsString;
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    close,
    end::End,
    listener::Listener,
    local::Local,
    protocol,
    sys::{self, Any, RawSocket, Timer, HAS_JAVASCRIPT},
    BinaryType, CloseCode, CloseEvent, Content, Error, Opening, Outgoing, ReadyState,
};

/// A browser's WebSocket, one to one, with streams where the standard has callbacks.
///
/// The constructor starts the connection attempt. The streams of [`on_open`](Self::on_open),
/// [`on_message`](Self::on_message), [`on_error`](Self::on_error) and
/// [`on_close`](Self::on_close) report what happens to the socket. [`open`](Self::open) waits until
/// it is open and turns it into a [`Connection`](crate::Connection), one stream and sink of
/// messages.
///
/// # Drop
///
/// This is a handle: a clone is cheap and stands for the same socket. When the last handle and
/// the last subscription are dropped, the socket is closed without a code and every listener
/// is removed; messages that [`send`](Self::send) accepted still go out. That is safe at any
/// moment, and nothing of the crate stays behind. A browser that is stopped in the middle of
/// connecting may write a line of its own to the console.
///
/// # Sharing the socket with scripts
///
/// Only `addEventListener` is used, and only what was added is removed: `onmessage` and other
/// listeners on the same socket stay untouched.
#[derive(Clone)]
pub struct WebSocket {
    inner: Local<Rc<Inner>>,
}

struct Inner {
    raw: web_sys::WebSocket,
    /// The one function that the browser calls, for events and timers, and for looks at the buffer.
    listener: Listener,
    released: Cell<bool>,
    end: End,
    timer: Timer,
    /// How many looks for the end are left.
    looks: Cell<u8>,
    /// A close event of a socket that wasn't CLOSED. A script may have dispatched it.
    unconfirmed: Cell<Option<CloseEvent>>,
    followers: Followers,
    /// How many connections receive.
    receivers: Cell<u32>,
}

/// The connections that were opened from a socket: hardly ever more than one, so that none is ever
/// removed, and nothing is borrowed while they are called.
#[derive(Default)]
struct Followers {
    first: OnceCell<Weak<dyn Follower>>,
    rest: OnceCell<Box<Followers>>,
}

/// What takes part in the events of a socket.
pub(crate) trait Follower {
    /// Takes the data of an event, `undefined` for everything but a message. The end was reached by
    /// then, if this is its event.
    fn on_event(&self, data: &JsValue);
}

impl Drop for Inner {
    fn drop(&mut self) {
        let is_alive = matches!(self.state(), ReadyState::Connecting | ReadyState::Open);
        if is_alive && !self.released.get() {
            self.close();
        }
        self.listener.remove(MESSAGE);
    }
}

const MESSAGE: &str = "message";

fn state_of(raw: &web_sys::WebSocket) -> ReadyState {
    ReadyState::from_u16(raw.unchecked_ref::<RawSocket>().ready_state())
}

/// Chromium and WebKit fire the close event in a later task than the error event, and in a busy page
/// WebKit runs a timer before that task. The second timer starts in the first one's call, so that
/// the task runs before it.
const LOOKS: u8 = 2;
const LOOK_DELAY_MS: u32 = 50;

impl Inner {
    fn state(&self) -> ReadyState {
        state_of(&self.raw)
    }

    fn close(&self) {
        // Without a code there is nothing that it could reject.
        let _ = self.raw.unchecked_ref::<Any>().close();
    }

    fn on_event(&self, event: &JsValue) {
        // A script can dispatch events at any time.
        if self.end.is_reached() {
            return;
        }
        let data = sys::event_data(event);
        if data.is_undefined() {
            self.look_for_end(event);
        }
        let mut followers = Some(&self.followers);
        while let Some(Followers { first, rest }) = followers {
            if let Some(follower) = first.get().and_then(Weak::upgrade) {
                follower.on_event(&data);
            }
            followers = rest.get().map(Box::as_ref);
        }
        if self.end.is_reached() {
            self.end.waiters.wake_all();
        }
    }

    /// Takes an event that is no message, or the `true` of the timer.
    ///
    /// The close event reports the end, with two exceptions. For a blocked port WebKit fires an error
    /// event and no close event, and only then is the socket CLOSED. When a connection breaks,
    /// workerd fires the close event while the socket is OPEN, and leaves it in CLOSING. So after an
    /// event that settles nothing the state is looked at again.
    fn look_for_end(&self, event: &JsValue) {
        if event.is_undefined() {
            return;
        }
        let state = self.state();
        let is_closed = state == ReadyState::Closed;
        if event.is_object() {
            match CloseEvent::from_event(event) {
                Some(event) if is_closed => return self.end.set(Some(event)),
                None if state == ReadyState::Open => return,
                None => {}
                event => self.unconfirmed.set(event),
            }
            self.looks.set(LOOKS);
        } else {
            self.looks.set(self.looks.get().saturating_sub(1));
            if self.looks.get() == 0 {
                return match self.unconfirmed.take() {
                    Some(event) if is_closed || state == ReadyState::Closing => {
                        self.end.set(Some(event));
                    }
                    None if is_closed => self.end.set(Some(CloseEvent::abnormal())),
                    _ => {}
                };
            }
        }
        self.timer
            .set(self.listener.function(), LOOK_DELAY_MS, &JsValue::TRUE);
    }
}

impl WebSocket {
    /// Starts to connect to `url`
    /// ([the constructor](https://websockets.spec.whatwg.org/#dom-websocket-websocket)).
    ///
    /// The scheme is `ws` or `wss`; current browsers also take `http` and `https` for these,
    /// and URLs relative to the page. Works in windows and in workers.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidUrl`], or [`Error::Security`] where the page may not connect to it. That
    /// a server can't be reached is no error of this call: the close event tells it.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::construct(url, &JsValue::UNDEFINED, Error::from_constructor)
    }

    /// Starts to connect to `url`, asking for one of these
    /// [subprotocols](https://www.rfc-editor.org/rfc/rfc6455#section-1.9), the dearest first.
    ///
    /// The server's choice is in [`protocol`](Self::protocol) once the socket is open. By the
    /// standard, a server that chooses none of them fails the connection; Firefox accepts that.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new), and [`Error::InvalidProtocol`] and
    /// [`Error::DuplicateProtocol`].
    pub fn with_protocols<P: AsRef<str>>(url: &str, protocols: &[P]) -> Result<Self, Error> {
        let protocols = protocol::list(protocols)?;
        Self::construct(url, &protocols.into(), Error::from_constructor)
    }

    /// Calls the browser's constructor with a list of subprotocols, undefined, or an object, and
    /// `explain` with what that throws.
    pub(crate) fn construct(
        url: &str,
        second: &JsValue,
        explain: fn(&str, &JsValue) -> Error,
    ) -> Result<Self, Error> {
        if !HAS_JAVASCRIPT {
            return Err(Error::Unsupported("WebSocket"));
        }
        let raw: web_sys::WebSocket = RawSocket::new(url, second)
            .map_err(|exception| explain(url, &exception))?
            .unchecked_into();
        // Chromium doesn't throw where a Content-Security-Policy forbids it, and tells no close.
        if state_of(&raw) == ReadyState::Closed {
            return Err(Error::Security(url.to_owned()));
        }
        Ok(Self::from_raw(raw))
    }

    /// Takes over a socket that the browser already has, in any state.
    ///
    /// It is closed on drop like any other, unless [`into_raw`](Self::into_raw) gives it back.
    /// Of a socket that is CLOSED by then no event is seen any more.
    pub fn from_raw(raw: web_sys::WebSocket) -> Self {
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let listener = Listener::new(&raw, &["open", "close", "error"], {
                let inner = inner.clone();
                move |event| {
                    if let Some(inner) = inner.upgrade() {
                        inner.on_event(&event);
                    }
                }
            });
            Inner {
                raw,
                listener,
                released: Cell::new(false),
                end: End::default(),
                timer: Timer::default(),
                looks: Cell::new(0),
                unconfirmed: Cell::new(None),
                followers: Followers::default(),
                receivers: Cell::new(0),
            }
        });
        if inner.state() == ReadyState::Closed {
            inner.end.set(None);
        }
        Self {
            inner: Local::new(inner),
        }
    }

    /// The browser's object, for what this crate doesn't offer.
    pub fn as_raw(&self) -> &web_sys::WebSocket {
        &self.inner.raw
    }

    /// Gives the browser's object back. From now on no handle closes it when dropped.
    pub fn into_raw(self) -> web_sys::WebSocket {
        self.inner.released.set(true);
        self.inner.raw.clone()
    }

    /// The URL, resolved and serialized by the browser
    /// ([`url`](https://websockets.spec.whatwg.org/#dom-websocket-url)).
    pub fn url(&self) -> String {
        sys::string(Ok(self.raw().url()))
    }

    /// The subprotocol that the server chose; empty before the socket is open, and if it chose
    /// none ([`protocol`](https://websockets.spec.whatwg.org/#dom-websocket-protocol)).
    pub fn protocol(&self) -> String {
        sys::string(Ok(self.raw().protocol()))
    }

    /// The extensions that the server chose, such as `permessage-deflate`; empty before the
    /// socket is open, and if it chose none
    /// ([`extensions`](https://websockets.spec.whatwg.org/#dom-websocket-extensions)).
    pub fn extensions(&self) -> String {
        sys::string(Ok(self.raw().extensions()))
    }

    /// The state of the socket
    /// ([`readyState`](https://websockets.spec.whatwg.org/#dom-websocket-readystate)).
    pub fn ready_state(&self) -> ReadyState {
        self.inner.state()
    }

    /// The bytes of payload that were accepted by [`send`](Self::send) and have not yet been
    /// handed to the network
    /// ([`bufferedAmount`](https://websockets.spec.whatwg.org/#dom-websocket-bufferedamount)).
    ///
    /// It does not fall back to zero when the socket closes.
    pub fn buffered_amount(&self) -> u64 {
        self.raw().buffered_amount() as u64
    }

    /// What the browser makes of the binary messages that arrive
    /// ([`binaryType`](https://websockets.spec.whatwg.org/#dom-websocket-binarytype));
    /// [`BinaryType::Blob`] for a new socket.
    pub fn binary_type(&self) -> BinaryType {
        self.inner.raw.binary_type().into()
    }

    /// Sets what the browser makes of the binary messages that arrive from now on. It has no
    /// effect on what is sent.
    pub fn set_binary_type(&self, binary_type: BinaryType) {
        self.raw().set_binary_type(binary_type.name());
    }

    /// Hands a message to the browser, which queues it
    /// ([`send()`](https://websockets.spec.whatwg.org/#dom-websocket-send)).
    ///
    /// Takes text (`&str`, `String`, [`JsString`](js_sys::JsString)), bytes (`&[u8]`, `Vec<u8>`,
    /// [`ArrayBuffer`](js_sys::ArrayBuffer), any typed array, [`DataView`](js_sys::DataView)),
    /// [Blobs](web_sys::Blob), and any [`Message`](crate::Message), as received from this or another
    /// socket.
    ///
    /// Success says that the browser accepted the message, not that the server got it. Nor does
    /// it wait: [`buffered_amount`](Self::buffered_amount) tells how much is on its way.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpen`] in any state but OPEN. The browser itself would discard the message
    /// silently in CLOSING and CLOSED. [`Error::Unsupported`] for a Blob in workerd, which would
    /// send the text `[object Blob]`.
    pub fn send(&self, message: impl Outgoing) -> Result<(), Error> {
        self.send_content(message.content())
    }

    pub(crate) fn send_content(&self, content: Content<'_>) -> Result<(), Error> {
        match self.ready_state() {
            ReadyState::Open => {}
            state => return Err(Error::NotOpen(state)),
        }
        if content.is_blob() && self.raw().takes_no_blob() {
            return Err(Error::Unsupported("WebSocket.send of a Blob"));
        }
        content
            .send_to(self.raw())
            .map_err(|exception| Error::from_exception(&exception))
    }

    /// Starts the closing handshake without a code, or gives up connecting
    /// ([`close()`](https://websockets.spec.whatwg.org/#dom-websocket-close)).
    ///
    /// Messages that were accepted before go out first; those that arrive from now on are
    /// discarded by the browser. A socket that is closing or closed already stays as it is.
    pub fn close(&self) {
        self.inner.close();
    }

    /// Starts the closing handshake with a code and a reason, as [`close`](Self::close) does
    /// without.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCloseCode`] unless the code [is sendable](CloseCode::is_sendable), and
    /// [`Error::ReasonTooLong`] if the reason has more than 123 bytes of UTF-8. The socket is
    /// then as it was.
    pub fn close_with(&self, code: CloseCode, reason: &str) -> Result<(), Error> {
        close::check(code, reason)?;
        self.inner
            .raw
            .close_with_code_and_reason(code.as_u16(), reason)
            .map_err(|exception| Error::from_exception(&exception))
    }

    /// Waits until the socket is open, and makes a [`Connection`](crate::Connection) of it.
    ///
    /// Listening starts with this call, not with the first poll, so that a server which greets
    /// at once loses nothing. The [`BinaryType`] stays as it was set.
    ///
    /// Dropping the future closes the socket, also if there are other handles.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the socket closes first, and [`Error::NotOpen`] if it came
    /// [`from_raw`](Self::from_raw) and was CLOSED then.
    pub fn open(self) -> Opening {
        Opening::of_socket(self)
    }

    pub(crate) fn end(&self) -> &End {
        &self.inner.end
    }

    /// Has `follower` take part in the events as long as it lives.
    pub(crate) fn follow(&self, follower: Weak<dyn Follower>) {
        let mut followers = &self.inner.followers;
        let mut follower = follower;
        while let Err(next) = followers.first.set(follower) {
            follower = next;
            followers = followers.rest.get_or_init(Box::default);
        }
    }

    /// Has the followers take messages until [`stop_receiving`](Self::stop_receiving).
    pub(crate) fn receive(&self) {
        let receivers = &self.inner.receivers;
        receivers.set(receivers.get() + 1);
        self.inner.listener.add(MESSAGE);
    }

    pub(crate) fn stop_receiving(&self) {
        let receivers = &self.inner.receivers;
        receivers.set(receivers.get() - 1);
        if receivers.get() == 0 {
            self.inner.listener.remove(MESSAGE);
        }
    }

    /// What the browser calls, for a look at the buffer.
    pub(crate) fn function(&self) -> &Function {
        self.inner.listener.function()
    }

    fn raw(&self) -> &RawSocket {
        self.inner.raw.unchecked_ref()
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket")
            .field("url", &self.url())
            .field("ready_state", &self.ready_state())
            .finish_non_exhaustive()
    }
}

/// Two handles are equal if they stand for the same socket of the browser.
impl PartialEq for WebSocket {
    fn eq(&self, other: &Self) -> bool {
        self.inner.raw == other.inner.raw
    }
}

impl Eq for WebSocket {}
