//! [`Error`]: why a race could not be run to its end.

use std::{fmt, io, path::Path, process::ExitStatus};

use plotters::drawing::DrawingAreaErrorKind;

#[derive(Debug)]
pub(crate) enum Error {
    Io(io::Error),
    Json(serde_json::Error),
    /// A tool or a browser that isn't there.
    Missing(String),
    /// A tool that failed; what it had to say is on stderr.
    Tool(String, ExitStatus),
    /// The server of the sockets did not start.
    Server(String),
    /// The chart could not be drawn.
    Chart(String),
    /// What went wrong in the page.
    Page(String),
    /// The echo app outgrew what is recorded of it, by so many bytes.
    Grown(f64),
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

impl From<wasm_websocket_server::Error> for Error {
    fn from(error: wasm_websocket_server::Error) -> Self {
        Self::Server(error.to_string())
    }
}

impl From<wasm_websocket_server::NotAnOrigin> for Error {
    fn from(error: wasm_websocket_server::NotAnOrigin) -> Self {
        Self::Server(error.to_string())
    }
}

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for Error {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self::Chart(error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Json(error) => error.fmt(f),
            Self::Missing(tool) => write!(f, "{tool} is missing: run scripts/setup bench"),
            Self::Tool(tool, status) => write!(f, "{tool} failed: {status}"),
            Self::Server(error) => write!(f, "the server did not start: {error}"),
            Self::Chart(error) => write!(f, "the chart could not be drawn: {error}"),
            Self::Page(error) => write!(f, "the page failed: {error}"),
            Self::Grown(bytes) => write!(
                f,
                "the echo app has {bytes} bytes more than bench/results.json says; if they are worth \
                 it, write the new size there in the same commit"
            ),
            Self::Silence(browser) => write!(f, "nothing came from {browser} for too long"),
        }
    }
}

impl std::error::Error for Error {}
