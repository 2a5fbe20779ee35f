//! [`Error`]: why a race could not be run to its end.

use std::{fmt, io, path::Path, process::ExitStatus};

#[derive(Debug)]
pub(crate) enum Error {
    Io(io::Error),
    Json(serde_json::Error),
    /// A tool or a browser that isn't there.
    Missing(String),
    /// A tool that failed; what it had to say is on stderr.
    Tool(String, ExitStatus),
    /// What went wrong in the page.
    Page(String),
    /// Nothing came from the page for a long time.
    Silence(&'static str),
}

impl Error {
    pub(crate) fn missing(tool: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        move |error| match error.kind() {
            io::ErrorKind::NotFound => Self::Missing(tool.as_ref().display().to_string()),
            _ => Self::Io(error),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Json(error) => error.fmt(f),
            Self::Missing(tool) => write!(f, "{tool} is missing: run scripts/setup bench"),
            Self::Tool(tool, status) => write!(f, "{tool} failed: {status}"),
            Self::Page(error) => write!(f, "the page failed: {error}"),
            Self::Silence(browser) => write!(f, "nothing came from {browser} for too long"),
        }
    }
}

impl std::error::Error for Error {}
