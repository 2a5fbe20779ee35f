//! What the server can be told, on the command line or by a test.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::{Identity, OriginPattern};

/// Twice what the page's fastest flipbook of its largest frames takes.
const FLIPBOOK_RATE: NonZeroU64 = NonZeroU64::MIN.saturating_add((32 << 20) - 1);

/// Faster than a person draws.
const ROOM_RATE: NonZeroU64 = NonZeroU64::MIN.saturating_add((1 << 20) - 1);

/// The flags of the command, and their defaults.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = Config::default().port)]
    pub port: u16,

    /// The built page
    #[arg(long, value_name = "DIR", default_value = "www/dist")]
    pub page: PathBuf,

    /// Serve sockets only
    #[arg(long, conflicts_with = "page")]
    pub no_page: bool,

    #[command(flatten)]
    pub identity: Option<Identity>,

    /// A longer message closes its socket with 1009; each socket may need so much memory
    #[arg(long, value_name = "BYTES", default_value_t = Config::default().max_message)]
    pub max_message: usize,

    /// Further origins whose pages may connect: `https://example.org`, or `http://127.0.0.1:*`
    /// for any port
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub allow_origins: Vec<OriginPattern>,

    /// Ping a client that was silent for so long; drop it after as long again
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = interval)]
    pub ping_interval: Duration,

    /// Sockets open at once; one more is answered with 503
    #[arg(long, value_name = "N", default_value_t = Config::default().max_sockets)]
    pub max_sockets: usize,

    /// Connections at once that are no socket, or not yet; one more is closed unanswered
    #[arg(long, value_name = "N", default_value_t = Config::default().max_connections)]
    pub max_connections: usize,

    /// A longer head of a request, its line included, is answered with 431
    #[arg(long, value_name = "BYTES", default_value_t = Config::default().max_head)]
    pub max_head: usize,

    /// More headers in a request are answered with 431
    #[arg(long, value_name = "N", default_value_t = Config::default().max_headers)]
    pub max_headers: u16,

    /// Close a connection on which the head of a request, the first or the next, is not there
    /// after so long
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = interval)]
    pub request_timeout: Duration,

    /// Reset a client that takes nothing of what it is sent for so long, whatever it sends
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = interval)]
    pub send_timeout: Duration,

    /// Flipbooks played at once; one more is answered with 503
    #[arg(long, value_name = "N", default_value_t = Config::default().max_flipbooks)]
    pub max_flipbooks: usize,

    /// Close a flipbook that was sent no frame for so long
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = interval)]
    pub flipbook_idle: Duration,

    /// Frames of a flipbook are read at this rate, those that come faster later
    #[arg(long, value_name = "BYTES PER SECOND", default_value_t = Config::default().flipbook_rate)]
    pub flipbook_rate: NonZeroU64,

    /// Rooms at once, those without anybody in them included; who would open one more is told so
    /// by the close code 4002
    #[arg(long, value_name = "N", default_value_t = Config::default().max_rooms)]
    pub max_rooms: usize,

    /// So long is the picture of a room kept with nobody in it
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = interval)]
    pub room_expiry: Duration,

    /// What a member of a room says is read at this rate, and 500 messages a second at most; what
    /// comes faster is read later
    #[arg(long, value_name = "BYTES PER SECOND", default_value_t = Config::default().room_rate)]
    pub room_rate: NonZeroU64,

    /// Offer the routes under /test/, which misbehave on demand
    #[arg(long)]
    pub test_routes: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 8080,
            page: PathBuf::from("www/dist"),
            no_page: false,
            identity: None,
            max_message: 32 << 20,
            allow_origins: Vec::new(),
            ping_interval: Duration::from_secs(20),
            max_sockets: 1024,
            max_connections: 1024,
            max_head: 16 << 10,
            max_headers: 100,
            request_timeout: Duration::from_secs(20),
            send_timeout: Duration::from_secs(60),
            max_flipbooks: 64,
            flipbook_idle: Duration::from_secs(600),
            flipbook_rate: FLIPBOOK_RATE,
            max_rooms: 64,
            room_expiry: Duration::from_secs(600),
            room_rate: ROOM_RATE,
            test_routes: false,
        }
    }
}

fn interval(seconds: &str) -> Result<Duration, String> {
    let longest = Duration::from_secs(24 * 60 * 60);
    seconds
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|interval| (Duration::from_millis(1)..=longest).contains(interval))
        .ok_or_else(|| "expected seconds, from 0.001 to 86400".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn no_flags_are_the_defaults() {
        let flags = Flags::parse_from(["server"]).config;
        assert_eq!(format!("{flags:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn intervals_may_be_fractions_but_not_nothing() {
        assert_eq!(interval("0.25"), Ok(Duration::from_millis(250)));
        for refused in ["0", "-1", "NaN", "inf", "1e300", "soon", ""] {
            assert!(interval(refused).is_err(), "{refused}");
        }
    }
}
