//! Why the server could not start.

use std::io;
use std::path::PathBuf;

use tokio_rustls::rustls;

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
    /// A file of the server's identity cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says, or what is missing in the file.
        source: io::Error,
    },
    /// The certificate and the key are not one identity, or not one for TLS.
    #[error("cannot use {} with the key {}: {source}", .certificate.display(), .key.display())]
    BadIdentity {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong with them.
        source: rustls::Error,
    },
}
