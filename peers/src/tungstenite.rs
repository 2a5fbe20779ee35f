//! An echo server with tokio-tungstenite, as the scripts in `servers/` are with others.

use std::{fs::File, io, io::Write, path::Path, sync::Arc};

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        handshake::server::{ErrorResponse, Request, Response},
        http::{header::SEC_WEBSOCKET_PROTOCOL, HeaderValue},
        protocol::CloseFrame,
        Error, Message,
    },
};

/// Serves on a free port for as long as the runtime is there.
pub(crate) async fn serve(log: &Path) -> io::Result<u16> {
    let log = Arc::new(File::create(log)?);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let line = match talk(tcp).await {
                    Ok(line) => line,
                    Err(error) => format!("error {error}"),
                };
                writeln!(&*log, "{line}").expect("the log can be written");
            });
        }
    });
    Ok(port)
}

/// Answers until the socket is closed, and says how it was.
async fn talk(tcp: TcpStream) -> Result<String, Error> {
    let mut path = String::new();
    #[allow(clippy::result_large_err)]
    let choose = |request: &Request, mut response: Response| -> Result<_, ErrorResponse> {
        path = request.uri().path().to_owned();
        let offered = request.headers().get(SEC_WEBSOCKET_PROTOCOL);
        let offered = offered.and_then(|offered| offered.to_str().ok());
        if offered.is_some_and(|all| all.split(',').any(|one| one.trim() == "talk")) {
            let chosen = HeaderValue::from_static("talk");
            response
                .headers_mut()
                .insert(SEC_WEBSOCKET_PROTOCOL, chosen);
        }
        Ok(response)
    };
    let mut socket = accept_hdr_async(tcp, choose).await?;
    let mut closed = String::new();
    while let Some(message) = socket.next().await {
        match message? {
            Message::Text(text) => match close_frame(&text) {
                Some(frame) => socket.close(Some(frame)).await?,
                None => socket.send(Message::Text(text)).await?,
            },
            Message::Binary(bytes) => socket.send(Message::Binary(bytes)).await?,
            Message::Close(frame) => {
                let (code, reason) = frame.map_or((1005, String::new()), |frame| {
                    (frame.code.into(), frame.reason.to_string())
                });
                closed = format!("closed {path} {code} {reason}");
            }
            _ => {}
        }
    }
    Ok(closed)
}

/// What the text `close CODE REASON` asks for.
fn close_frame(text: &str) -> Option<CloseFrame> {
    let (code, reason) = text.strip_prefix("close ")?.split_once(' ')?;
    Some(CloseFrame {
        code: code.parse::<u16>().ok()?.into(),
        reason: reason.into(),
    })
}
