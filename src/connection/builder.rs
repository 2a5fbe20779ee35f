//! [`Builder`]: what a connection is opened with
//! ([the constructor](https://websockets.spec.whatwg.org/#dom-websocket-websocket)).

use std::time::Duration;

use js_sys::Object;
use wasm_bindgen::JsValue;

#[cfg(feature = "stream")]
use super::transport::{
    is_supported,
    stream::{object, StreamTransport},
};
use super::{
    deadline::Timeout,
    flow::Watermarks,
    handle::Ending,
    inbox::Inbox,
    limits::{Limits, Overflow},
    options::{Explain, Options},
    transport::{events::EventTransport, AnyTransport, Kind, Transport},
    Connection, Opening,
};
use crate::{protocol, trace::Observer, BinaryType, CloseCode, Error, WebSocket};

/// What a [`Connection`] is opened with, made by [`Connection::builder`].
///
/// ```no_run
/// use wasm_websocket::{Connection, Overflow, Transport};
///
/// # async fn example() -> Result<(), wasm_websocket::Error> {
/// let connection = Connection::builder("wss://example.org/feed")
///     .protocols(["feed.v2", "feed"])
///     .transport(Transport::EVENTS)
///     .receive_budget(1 << 20, Overflow::DropOldest)
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `connect`"]
pub struct Builder {
    pub(super) url: String,
    pub(super) protocols: Vec<String>,
    /// What the browser gets of them. Held here, so that an app pays for their check, in size, only
    /// where it sets some.
    list: fn(&[String]) -> Result<JsValue, Error>,
    pub(super) binary_type: BinaryType,
    transport: Transport,
    options: Option<Options>,
    pub(super) limits: Limits,
    timeout: Option<Timeout>,
    pub(super) ending: Ending,
    pub(super) observer: Observer,
}

impl Builder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            protocols: Vec::new(),
            list: |_| Ok(JsValue::UNDEFINED),
            binary_type: BinaryType::ArrayBuffer,
            transport: Transport::AUTO,
            options: None,
            limits: Limits::default(),
            timeout: None,
            ending: Ending::default(),
            observer: Observer::default(),
        }
    }

    /// Asks for one of these subprotocols, the dearest first; none by default.
    pub fn protocols<P: Into<String>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.protocols = protocols.into_iter().map(Into::into).collect();
        self.list = |protocols| protocol::list(protocols).map(JsValue::from);
        self
    }

    /// What is made of binary messages that arrive; [`BinaryType::ArrayBuffer`] by default.
    pub fn binary_type(mut self, binary_type: BinaryType) -> Self {
        self.binary_type = binary_type;
        self
    }

    /// The way in which the browser speaks WebSocket; [`Transport::AUTO`] by default.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Passes an object to the browser's constructor as its second argument, for what runtimes take
    /// there: `headers` in Node, Deno and Bun, or `signal` in `Transport::STREAM`.
    ///
    /// The constructor gets a copy, which is made for each attempt, with the
    /// [subprotocols](Self::protocols) as its property `protocols`. A property of this name in the
    /// object is ignored.
    ///
    /// # Errors
    ///
    /// Connecting fails with [`Error::Unsupported`] where the constructor takes only subprotocols, as
    /// in Chromium 156 and Firefox 153: these would take the object for the subprotocol
    /// `[object Object]`. [`Error::Exception`] is what a getter of the object or the constructor threw,
    /// such as a `TypeError` for a header that isn't valid.
    ///
    /// ```no_run
    /// use js_sys::{Object, Reflect};
    /// use wasm_bindgen::JsValue;
    /// use wasm_websocket::{Builder, Connection};
    ///
    /// /// For Node, Deno and Bun.
    /// fn with_token(token: &str) -> Result<Builder, JsValue> {
    ///     let (headers, options) = (Object::new(), Object::new());
    ///     Reflect::set(&headers, &"Authorization".into(), &token.into())?;
    ///     Reflect::set(&options, &"headers".into(), &headers)?;
    ///     Ok(Connection::builder("wss://example.org/feed").options(options))
    /// }
    /// ```
    pub fn options(mut self, options: Object) -> Self {
        self.options = Some(Options::new(options));
        self
    }

    /// How many bytes may wait to be read, and what happens when more arrive; 64 MiB and
    /// [`Overflow::Fail`] by default.
    ///
    /// Bytes count by their number and text by its UTF-16 code units. Each message counts 512 bytes
    /// more, and each Blob 6 KiB, which is about what a browser needs for it. A message that arrives
    /// while the queue is empty is free, so that any message can be received. With `Transport::STREAM`, the connection takes no
    /// more from the browser until there is room, and nothing overflows.
    pub fn receive_budget(mut self, bytes: u64, overflow: Overflow) -> Self {
        self.limits.receive_budget = bytes;
        self.limits.overflow = overflow;
        self.limits.evict = (overflow == Overflow::DropOldest).then_some(Inbox::evict);
        // The code is checked before, so it can't be refused.
        self.limits.close_with = Some(|socket, code| drop(socket.close_with(code, "")));
        self
    }

    /// Sending pauses above `high` buffered bytes and resumes at `low`; 2 and 4 MiB by default.
    ///
    /// No browser event reports that the buffer empties. While a task waits, the connection looks at
    /// the buffer in the next turns of the event loop, and then by a timer. In a hidden page a timer
    /// runs once a second or less, so that a long wait is slower there.
    ///
    /// Any single message can be sent, so what is buffered is bounded by `high` and one message, or
    /// one for each sink that was told that it is ready. A `low` above `high` counts as `high`. With
    /// `Transport::STREAM`, each message counts 128 bytes more.
    pub fn send_watermarks(mut self, low: u64, high: u64) -> Self {
        self.limits.watermarks = Watermarks {
            low: low.min(high),
            high,
        };
        self
    }

    /// Limits the time until the connection is open. Without a limit, the browser gives up on its own:
    /// after minutes, or never.
    ///
    /// The time starts with [`connect`](Self::connect). When it is over, the socket is closed, and the
    /// future resolves to [`Error::Timeout`]. In a hidden page the browser may be up to a minute late.
    /// A limit of zero leaves one turn of the event loop; limits above 24 days count as 24 days, and
    /// [`Duration::MAX`] is no limit. A `Reconnecting` has a limit of its own besides; it reports this
    /// one in the same way.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wasm_websocket::{Connection, Error};
    ///
    /// # async fn example() {
    /// let builder = Connection::builder("wss://example.org/feed");
    /// match builder.connect_timeout(Duration::from_secs(5)).connect().await {
    ///     Ok(connection) => println!("{} is open", connection.url()),
    ///     Err(Error::Timeout) => println!("the server doesn't answer"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # }
    /// ```
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.timeout = Timeout::new(limit);
        self
    }

    /// Sets the close code that is sent where the caller names none: when the connection is dropped,
    /// and by `Sink::close` and `AsyncWrite::close`. By default these send no code.
    ///
    /// [`Connection::close`] still sends no code, and
    /// [`Connection::close_with`] its own. The code must be [sendable](CloseCode::is_sendable), or
    /// connecting fails with [`Error::InvalidCloseCode`].
    ///
    /// ```no_run
    /// use wasm_websocket::{CloseCode, Connection};
    ///
    /// # async fn example() -> Result<(), wasm_websocket::Error> {
    /// let builder = Connection::builder("wss://example.org/feed").close_code(CloseCode::NORMAL);
    /// let connection = builder.connect().await?;
    /// // The server receives the code 1000.
    /// drop(connection);
    /// # Ok(())
    /// # }
    /// ```
    pub fn close_code(mut self, code: CloseCode) -> Self {
        self.ending = Ending::with_code(code);
        self
    }

    /// Tells `observer` all that the connection does, from its start to its end, for an app that
    /// shows or logs its traffic. The last one that is set is the one that is told.
    ///
    /// What arrives is told in its order and as it arrives, not when it is read; what is sent, when
    /// the browser has it. So is what the crate sends and reads by itself, such as a heartbeat.
    /// Once the [`Receiver`](crate::Receiver) is dropped, what arrives isn't listened to, and isn't
    /// told.
    ///
    /// [`Traced::Closed`](crate::Traced::Closed) comes last, exactly once for every attempt, also
    /// for one that failed or was dropped: the end of a dropped connection is waited for. Only
    /// where [`connect`](Self::connect) has an error of its own, and no attempt was made, nothing
    /// is told. Under [`Transport::STREAM`] the end is told when all that arrived has been taken
    /// from the browser, which waits for a reader who falls behind by the
    /// [receive budget](Self::receive_budget).
    ///
    /// A clone of the builder has the same observer. A `Reconnecting` made of it tells each
    /// attempt; the end of one that was given up may come after the next has opened. To tell them
    /// apart, give each its own observer, in `Reconnecting::with_address`.
    ///
    /// The observer may do anything to the connection: send, close, or drop it. What it does may be
    /// told in the middle of its own call. One that owns the connection keeps it open.
    ///
    /// # Panics
    ///
    /// Where panics unwind, one in the observer becomes an uncaught error of the page, and the
    /// connection goes on.
    ///
    /// ```no_run
    /// use wasm_websocket::{Connection, Traced};
    ///
    /// # async fn example() -> Result<(), wasm_websocket::Error> {
    /// let connection = Connection::builder("wss://example.org/feed")
    ///     .observe(|traced| match traced {
    ///         Traced::Opened { url, .. } => println!("{url} is open"),
    ///         Traced::Received(message) => println!("in: {message:?}"),
    ///         Traced::Sent(message) => println!("out: {message:?}"),
    ///         Traced::Closed(event) => println!("closed: {event}"),
    ///         _ => {}
    ///     })
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "trace")]
    #[cfg_attr(docsrs, doc(cfg(feature = "trace")))]
    pub fn observe(mut self, observer: impl Fn(&crate::Traced<'_>) + 'static) -> Self {
        self.observer = Observer::new(observer);
        self
    }

    /// Starts to connect. The attempt begins with this call, not with the first poll.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](crate::connect), for bad subprotocols too; and
    /// [`Error::InvalidCloseCode`] for one in [`Overflow::Close`] or [`close_code`](Self::close_code),
    /// [`Error::Unsupported`] for a [`Transport`] that this browser hasn't, [`Error::Timeout`] after the
    /// [connect timeout](Self::connect_timeout).
    pub fn connect(self) -> Opening {
        let (ending, timeout) = (self.ending, self.timeout);
        let transport = self.check().and_then(|()| match self.transport.0 {
            Kind::Events => self.by_events(),
            #[cfg(feature = "stream")]
            Kind::Stream => self.by_stream(),
        });
        Opening::new(transport, ending).within(timeout)
    }

    /// Finds a close code that can't be sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.ending.check()?;
        self.limits.check()
    }

    fn by_events(self) -> Result<AnyTransport, Error> {
        let (second, explain) = match &self.options {
            Some(options) => (options.init(&self.protocols)?.into(), options.explain),
            None => (
                (self.list)(&self.protocols)?,
                Error::from_constructor as Explain,
            ),
        };
        let socket = WebSocket::construct(&self.url, &second, explain)?;
        Ok(by_events(
            socket,
            self.binary_type,
            self.limits,
            self.observer,
        ))
    }

    #[cfg(feature = "stream")]
    fn by_stream(&self) -> Result<AnyTransport, Error> {
        if !is_supported() {
            return Err(Error::Unsupported("WebSocketStream"));
        }
        let init = match &self.options {
            Some(options) => options.init(&self.protocols)?,
            None => object([("protocols", protocol::list(&self.protocols)?.into())]),
        };
        Ok(AnyTransport::Stream(StreamTransport::new(
            &self.url,
            &init,
            self.binary_type,
            self.limits,
            self.observer.clone(),
        )?))
    }
}

/// Of a new socket.
pub(super) fn by_events(
    socket: WebSocket,
    binary_type: BinaryType,
    limits: Limits,
    observer: Observer,
) -> AnyTransport {
    socket.set_binary_type(binary_type);
    if cfg!(feature = "trace") {
        observer.follow(&socket);
    }
    AnyTransport::Events(EventTransport::new(socket, limits, false, observer))
}

impl Connection {
    /// Sets more than [`connect`](crate::connect) does: subprotocols, transport, limits.
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }
}
