//! Why the server could not start.

use std::io;
use std::path::PathBuf;

/// Why the server could not start; each is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something else listens on the port.
    #[error("port {0} is in use; choose another with --port")]
    PortInUse(u16),
    /// The port cannot be opened for another reason.
    #[error("cannot listen on port {port}: {source}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The directory of the page has no `index.html`.
    #[error("no page in {}; build it with scripts/demo", .0.display())]
    NoPage(PathBuf),
}
