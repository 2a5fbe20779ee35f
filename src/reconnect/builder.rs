//! [`ReconnectingBuilder`]: what a socket that comes back is made with
//! ([the constructor](https://websockets.spec.whatwg.org/#dom-websocket-websocket)).

use std::{error::Error as StdError, fmt, future::Future, pin::Pin, time::Duration};

use super::{backlog::WhenFull, Cause, Heartbeat, Policy, Reconnecting, Retry};
use crate::{local::Local, Builder, CloseCode, Connection, Error, Message};

const MIB: u64 = 1 << 20;

/// What a [`Reconnecting`] is made with, from [`Reconnecting::builder`],
/// [`Reconnecting::with_address`] or [`Builder::reconnecting`].
///
/// ```no_run
/// use std::time::Duration;
/// use wasm_websocket::{Connection, Heartbeat, Policy, WhenFull};
///
/// let socket = Connection::builder("wss://example.org/feed")
///     .protocols(["feed.v2"])
///     .reconnecting()
///     .policy(Policy::new().cap(Duration::from_secs(60)))
///     .heartbeat(Heartbeat::new(|| "ping").hide_answers(|message| message == "pong"))
///     .backlog(1 << 20, WhenFull::DropOldest)
///     .start();
/// ```
///
/// # Panics
///
/// Where panics unwind, one in a function that is set here becomes an uncaught error of the page and
/// ends the socket: the state is [`State::Closed`](super::State::Closed), and messages that wait are
/// given back.
#[must_use = "a builder does nothing until `start`"]
pub struct ReconnectingBuilder {
    config: Local<Config>,
}

pub(super) struct Config {
    pub(super) address: Address,
    pub(super) policy: Policy,
    pub(super) retry: Box<dyn Fn(&Cause) -> Retry>,
    pub(super) connect_timeout: Duration,
    pub(super) heartbeat: Option<Heartbeat>,
    pub(super) greeting: Box<dyn Fn() -> Vec<Message>>,
    pub(super) backlog: u64,
    pub(super) when_full: WhenFull,
}

pub(super) enum Address {
    Fixed(Box<Builder>),
    Asked(Box<dyn Fn() -> Asking>),
}

type Asking = Pin<Box<dyn Future<Output = Result<Builder, Box<dyn StdError + Send + Sync>>>>>;

impl ReconnectingBuilder {
    fn new(address: Address) -> Self {
        Self {
            config: Local::new(Config {
                address,
                policy: Policy::new(),
                retry: Box::new(retry),
                connect_timeout: Duration::from_secs(10),
                heartbeat: None,
                greeting: Box::new(Vec::new),
                backlog: MIB,
                when_full: WhenFull::Fail,
            }),
        }
    }

    /// When to try again.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.config.policy = policy;
        self
    }

    /// Whether to try again after a connection ended, or an attempt failed.
    ///
    /// By default it is given up after the close codes 1000 and 1008, with which a server says that
    /// it is done or doesn't want this client, and after 4000 to 4999, which are the application's;
    /// also where the browser refuses to begin, as it does with a bad URL. After all else it is
    /// tried again. Without a `WebSocket` in this runtime, [`Error::Unsupported`], it is given up
    /// whatever this function returns.
    pub fn retry_if(mut self, retry: impl Fn(&Cause) -> Retry + 'static) -> Self {
        self.config.retry = Box::new(retry);
        self
    }

    /// How long an attempt may take, with finding its address; ten seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.connect_timeout = timeout;
        self
    }

    /// Asks for a sign of life when the server is silent; never by default.
    pub fn heartbeat(mut self, heartbeat: Heartbeat) -> Self {
        self.config.heartbeat = Some(heartbeat);
        self
    }

    /// Messages that go first over each connection, ahead of what waits: a login, or
    /// subscriptions.
    pub fn greeting<I>(mut self, greeting: impl Fn() -> I + 'static) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Message>,
    {
        self.config.greeting = Box::new(move || greeting().into_iter().map(Into::into).collect());
        self
    }

    /// How many bytes of messages may wait for a connection, and what happens to more;
    /// 1 MiB and [`WhenFull::Fail`] by default.
    ///
    /// Bytes count by their number, text by its UTF-16 units, and each message 128 bytes more. A
    /// single message of any size can wait. This is for times without a connection: while one is
    /// open and slow, senders wait for it.
    pub fn backlog(mut self, bytes: u64, when_full: WhenFull) -> Self {
        self.config.backlog = bytes;
        self.config.when_full = when_full;
        self
    }

    /// Starts to connect.
    ///
    /// A bad URL or subprotocol is told by the first event, as is all that goes wrong.
    pub fn start(self) -> Reconnecting {
        Reconnecting::start(self.config.into_inner())
    }
}

/// Done, not wanted, or for the application to say.
fn retry(cause: &Cause) -> Retry {
    if matches!(cause, Cause::Failed(error) if is_permanent(error)) {
        return Retry::Never;
    }
    match cause.close_code().map(CloseCode::as_u16) {
        Some(1000 | 1008 | 4000..=4999) => Retry::Never,
        _ => Retry::Backoff,
    }
}

/// What the browser refuses it will refuse again.
fn is_permanent(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidUrl(_)
            | Error::Security(_)
            | Error::InvalidProtocol(_)
            | Error::DuplicateProtocol(_)
            | Error::InvalidCloseCode(_)
    )
}

impl fmt::Debug for ReconnectingBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReconnectingBuilder")
            .field("policy", &self.config.policy)
            .field("connect_timeout", &self.config.connect_timeout)
            .field("heartbeat", &self.config.heartbeat)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// Makes it a connection that comes back.
    #[cfg_attr(docsrs, doc(cfg(feature = "reconnect")))]
    pub fn reconnecting(self) -> ReconnectingBuilder {
        ReconnectingBuilder::new(Address::Fixed(Box::new(self)))
    }
}

impl Reconnecting {
    /// A connection to `url` that comes back; [`Builder::reconnecting`] sets more of the
    /// connection itself.
    pub fn builder(url: &str) -> ReconnectingBuilder {
        Connection::builder(url).reconnecting()
    }

    /// One whose address is asked for before each attempt, as a fresh token for its URL or
    /// its subprotocol needs it.
    ///
    /// An error of the function counts as a failed attempt, and is the
    /// [`source`](std::error::Error::source) of its [`Cause`].
    ///
    /// ```no_run
    /// use wasm_websocket::{Connection, Reconnecting};
    ///
    /// # async fn fresh_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let socket = Reconnecting::with_address(|| async {
    ///     let token = fresh_token().await?;
    ///     Ok(Connection::builder("wss://example.org/feed").protocols(["feed.v2", &token]))
    /// })
    /// .start();
    /// ```
    pub fn with_address<F>(address: impl Fn() -> F + 'static) -> ReconnectingBuilder
    where
        F: Future<Output = Result<Builder, Box<dyn StdError + Send + Sync>>> + 'static,
    {
        ReconnectingBuilder::new(Address::Asked(Box::new(move || Box::pin(address()))))
    }
}
