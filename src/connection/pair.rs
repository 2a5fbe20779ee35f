//! [`pair`]: two connections that are connected with each other in memory, for tests.

use std::{fmt, rc::Rc};

use super::{
    transport::{
        memory::{Endpoint, Link, MemoryTransport, Side},
        AnyTransport,
    },
    Builder, Connection, Handle,
};
use crate::{local::Local, protocol, CloseEvent, Error};

/// Returns two connections with default settings that are connected with each other in memory, so
/// that code which takes a [`Connection`] can be tested without a server and without a browser.
///
/// [`Builder::pair`] sets more, and gives access to the network between the two.
///
/// # Examples
///
/// The code under test greets and returns what the server says:
///
/// ```
/// use futures::{executor::block_on, future::join, StreamExt};
/// use wasm_websocket::{pair, CloseCode, Connection, Error};
///
/// async fn log_in(connection: &mut Connection, name: &str) -> Result<String, Error> {
///     connection.send(format!("login {name}")).await?;
///     match connection.next().await {
///         Some(message) => Ok(message?.as_text().unwrap().to_string()),
///         None => Err(Error::Closed(connection.closed().await)),
///     }
/// }
///
/// let (mut client, mut server) = pair();
/// let serving = async {
///     assert_eq!(server.next().await.unwrap().unwrap(), "login Ada");
///     server.send("welcome").await.unwrap();
///     server.close_with(CloseCode::new(3000), "session expired").unwrap();
/// };
/// let (reply, ()) = block_on(join(log_in(&mut client, "Ada"), serving));
/// assert_eq!(reply.unwrap(), "welcome");
///
/// // The close arrives after the messages that were sent before.
/// assert!(block_on(client.next()).is_none());
/// let end = block_on(client.closed());
/// assert_eq!(end.to_string(), "3000 unauthorized (session expired), clean");
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub fn pair() -> (Connection, Connection) {
    let builder = Connection::builder("ws://localhost/");
    let (client, server, _) = connect(builder.clone(), builder, String::new());
    (client, server)
}

impl Builder {
    /// Connects with a server in memory instead of the network, for tests, and returns the client's
    /// end, the server's end, and the network between them.
    ///
    /// `server` sets up the server's end, starting from the defaults. Both ends are open at once, and
    /// both behave as a connection over [`Transport::EVENTS`](crate::Transport::EVENTS) does: messages
    /// arrive whether or not they are read, the [receive budget](Self::receive_budget) may overflow,
    /// sending pauses at the [watermarks](Self::send_watermarks) while the [`Network`] is paused, and
    /// each end answers a close frame by itself.
    ///
    /// The server chooses the first of the client's [subprotocols](Self::protocols) that it has too.
    ///
    /// # Differences from a socket
    ///
    /// * A message arrives within the call that sends it, and not in a later turn of the event loop.
    /// * The URL isn't checked, and `url()` returns it as it was given, at both ends. There are no
    ///   extensions. The [transport](Self::transport), the
    ///   [options](Self::options) and the
    ///   [connect timeout](Self::connect_timeout) have no effect.
    /// * Messages are passed on as they are, with their bytes copied only if a script could still
    ///   write to them. Text counts by its UTF-8 bytes everywhere.
    /// * With [`BinaryType::Blob`](crate::BinaryType::Blob), bytes arrive as a Blob in a browser, and
    ///   as bytes on targets without JavaScript. A Blob that is sent arrives as a Blob, whatever the
    ///   binary type, because it can't be read at once.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidProtocol`] and [`Error::DuplicateProtocol`] for bad subprotocols,
    /// [`Error::InvalidCloseCode`] for one in [`Overflow::Close`](crate::Overflow::Close) or
    /// [`close_code`](Self::close_code), and
    /// [`Error::Closed`] with code 1006 if the client offers subprotocols and the server has none of
    /// them.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures::{executor::block_on, FutureExt, StreamExt};
    /// use wasm_websocket::{Connection, Error, Overflow, Side};
    ///
    /// # fn main() -> Result<(), Error> {
    /// let (mut client, server, network) = Connection::builder("wss://example.org/feed")
    ///     .protocols(["feed.v2", "feed"])
    ///     .receive_budget(1 << 20, Overflow::DropOldest)
    ///     .send_watermarks(0, 1000)
    ///     .pair(|server| server.protocols(["feed"]))?;
    /// assert_eq!(client.protocol(), "feed");
    ///
    /// // Nothing reaches the server, so that sending pauses above the high watermark.
    /// network.pause(Side::Client);
    /// block_on(client.send(vec![0; 2000]))?;
    /// assert_eq!(client.buffered_amount(), 2000);
    /// assert!(client.send("more").now_or_never().is_none());
    /// network.resume(Side::Client);
    /// block_on(client.send("more"))?;
    ///
    /// // The connection breaks. What had arrived before is delivered first.
    /// block_on(server.send("last"))?;
    /// network.cut();
    /// assert_eq!(block_on(client.next()).unwrap()?, "last");
    /// let end = block_on(client.next()).unwrap().unwrap_err();
    /// assert!(matches!(end, Error::Closed(event) if event.code() == 1006));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn pair(
        self,
        server: impl FnOnce(Self) -> Self,
    ) -> Result<(Connection, Connection, Network), Error> {
        let server = server(Connection::builder(&self.url));
        for builder in [&self, &server] {
            protocol::check(&builder.protocols)?;
            builder.check()?;
        }
        let mut offered = self.protocols.iter();
        let chosen = offered.find(|protocol| server.protocols.contains(protocol));
        let protocol = match chosen {
            Some(protocol) => protocol.clone(),
            None if self.protocols.is_empty() => String::new(),
            // By the standard; Firefox accepts it.
            None => return Err(Error::Closed(CloseEvent::abnormal())),
        };
        Ok(connect(self, server, protocol))
    }
}

fn connect(
    client: Builder,
    server: Builder,
    protocol: String,
) -> (Connection, Connection, Network) {
    let url = client.url.clone();
    let endings = [client.ending, server.ending];
    let endpoint =
        |builder: Builder| Endpoint::new(builder.limits, builder.binary_type, builder.observer);
    let link = Link::new(url, protocol, endpoint(client), endpoint(server));
    let end = |side, ending| {
        let transport = AnyTransport::Memory(MemoryTransport::new(&link, side));
        Connection::new(Handle::new(transport, ending))
    };
    (
        end(Side::Client, endings[0]),
        end(Side::Server, endings[1]),
        Network { link },
    )
}

/// The network between the two ends of a [pair](Builder::pair).
///
/// Clones stand for the same network. Dropping it changes nothing: what is paused stays paused.
#[derive(Clone)]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub struct Network {
    link: Local<Rc<Link>>,
}

impl Network {
    /// Holds back everything that one side sends, close frames too, as a network does that is
    /// congested or a server that doesn't read. Messages count as
    /// [buffered](Connection::buffered_amount) meanwhile.
    pub fn pause(&self, sender: Side) {
        self.link.pause(sender);
    }

    /// Delivers the first message, or close frame, of those that a side sent and that are held back.
    /// Returns `false` if there is none.
    pub fn deliver_next(&self, sender: Side) -> bool {
        self.link.deliver_next(sender)
    }

    /// Delivers what was held back, in its order, and from now on what one side sends.
    pub fn resume(&self, sender: Side) {
        self.link.resume(sender);
    }

    /// Breaks the connection. Both ends close with code 1006, not cleanly, and messages that were
    /// held back are lost. A no-op if the connection has ended.
    pub fn cut(&self) {
        self.link.cut();
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}
