//! [`Script`]: what is done to a client, one act after the other.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const LARGEST_REQUEST: usize = 16 << 10;

/// For a client that has nothing more to say and doesn't go.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) enum Act {
    Send(Vec<u8>),
    /// Waits until the client says something.
    Hear,
    /// The same bytes so many times.
    Repeat(Vec<u8>, usize),
    /// Sends nothing more.
    Finish,
    /// Ends the connection with a TCP reset.
    Reset,
}

/// Acts that depend on the key of the client; then the client is read until it goes.
pub(super) struct Script(Box<Acts>);

type Acts = dyn Fn(&Client) -> Vec<Act> + Send + Sync;

/// What is known of a client.
pub(super) struct Client {
    /// The value that `Sec-WebSocket-Accept` should have.
    pub(super) accept: String,
}

impl Script {
    pub(super) fn new(acts: impl Fn(&Client) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self(Box::new(acts))
    }

    pub(super) async fn play(&self, mut tcp: TcpStream) {
        if let Err(error) = self.try_play(&mut tcp).await {
            tracing::debug!(%error, "a client of a hostile server left early");
        }
    }

    async fn try_play(&self, tcp: &mut TcpStream) -> io::Result<()> {
        tcp.set_nodelay(true)?;
        let client = Client {
            accept: accept_value(&request(tcp).await?),
        };
        let mut heard = [0; 4096];
        for act in (self.0)(&client) {
            match act {
                Act::Send(bytes) => tcp.write_all(&bytes).await?,
                Act::Hear => drop(timeout(PATIENCE, tcp.read(&mut heard)).await),
                Act::Repeat(bytes, times) => {
                    for _ in 0..times {
                        tcp.write_all(&bytes).await?;
                    }
                }
                Act::Finish => tcp.shutdown().await?,
                Act::Reset => return tcp.set_zero_linger(),
            }
        }
        let mut discarded = [0; 4096];
        while matches!(
            timeout(PATIENCE, tcp.read(&mut discarded)).await,
            Ok(Ok(1..))
        ) {}
        Ok(())
    }
}

/// The head of the client's request.
async fn request(tcp: &mut TcpStream) -> io::Result<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if request.len() > LARGEST_REQUEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if tcp.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(String::from_utf8_lossy(&request).into_owned())
}

fn accept_value(request: &str) -> String {
    let key = request.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then(|| value.trim())
    });
    derive_accept_key(key.unwrap_or_default().as_bytes())
}
