//! What a test needs of a client: a WebSocket, or a raw connection.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{client_async_with_config, WebSocketStream};
use wasm_websocket_server::Server;
pub(crate) use wasm_websocket_server::{Config, Handle};

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// A bare handshake for `path`, for raw connections.
pub(crate) fn handshake(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

pub(crate) fn config() -> Config {
    Config {
        port: 0,
        no_page: true,
        test_routes: true,
        ..Config::default()
    }
}

pub(crate) async fn serve(config: Config) -> Handle {
    Server::bind(config).await.unwrap().spawn()
}

pub(crate) async fn serve_tests() -> Handle {
    serve(config()).await
}

/// Fails the test rather than waiting for ever.
pub(crate) async fn soon<F: std::future::Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(5), future)
        .await
        .expect("in time")
}

pub(crate) async fn tcp(server: &Handle) -> TcpStream {
    TcpStream::connect(server.local_addr()).await.unwrap()
}

pub(crate) async fn connect(server: &Handle, path: &str) -> Socket {
    try_connect(server, path, &[]).await.unwrap().0
}

pub(crate) async fn try_connect(
    server: &Handle,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<(Socket, Response), Error> {
    connect_at(server.local_addr().port(), path, headers).await
}

pub(crate) async fn connect_at(
    port: u16,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<(Socket, Response), Error> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let tcp = TcpStream::connect(address).await.map_err(Error::Io)?;
    connect_over(tcp, &format!("ws://{address}{path}"), headers).await
}

pub(crate) async fn connect_over<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    url: &str,
    headers: &[(&'static str, &str)],
) -> Result<(WebSocketStream<S>, Response), Error> {
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).unwrap();
        request
            .headers_mut()
            .append(HeaderName::from_static(name), value);
    }
    let config = WebSocketConfig::default()
        .max_message_size(None)
        .max_frame_size(None);
    soon(client_async_with_config(request, stream, Some(config))).await
}

/// The HTTP status that refused a handshake.
pub(crate) async fn refusal(server: &Handle, path: &str, headers: &[(&'static str, &str)]) -> u16 {
    match try_connect(server, path, headers).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

/// How often `message` could be sent before the server took no more of it.
pub(crate) async fn sent_until_blocked(socket: &mut Socket, message: &Message) -> usize {
    for sent in 0..200 {
        let send = socket.send(message.clone());
        if timeout(Duration::from_millis(300), send).await.is_err() {
            return sent;
        }
    }
    panic!("everything is taken");
}

pub(crate) async fn next(socket: &mut Socket) -> Message {
    soon(socket.next())
        .await
        .expect("a message")
        .expect("no error")
}

/// Reads up to the Close frame, says its code and reason, and completes the handshake.
pub(crate) async fn closed(socket: &mut Socket) -> Option<(u16, String)> {
    loop {
        if let Message::Close(frame) = next(socket).await {
            let end = soon(socket.next()).await;
            assert!(end.is_none(), "{end:?}");
            return frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
        }
    }
}

pub(crate) async fn is_reset(socket: &mut Socket) -> bool {
    loop {
        match soon(socket.next()).await {
            Some(Ok(Message::Close(_))) | None => return false,
            Some(Ok(_)) => {}
            Some(Err(Error::Io(error))) => {
                return error.kind() == std::io::ErrorKind::ConnectionReset
            }
            Some(Err(error)) => panic!("{error}"),
        }
    }
}

/// Everything that comes back of these bytes, up to the end of the connection.
pub(crate) async fn answer_to(mut tcp: TcpStream, bytes: &[u8]) -> Vec<u8> {
    tcp.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    soon(tcp.read_to_end(&mut answer)).await.unwrap();
    answer
}

/// A plain HTTP request, answered with the head in lower case and the body.
pub(crate) async fn http(
    server: &Handle,
    method: &str,
    path: &str,
    headers: &str,
) -> (String, String) {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
    );
    let answer = answer_to(tcp(server).await, request.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

pub(crate) async fn story(server: &Handle, id: &str) -> Value {
    let (_, body) = http(server, "GET", &format!("/test/socket/{id}"), "").await;
    serde_json::from_str(&body).unwrap()
}

/// The story once the socket is gone.
pub(crate) async fn whole_story(server: &Handle, id: &str) -> Value {
    soon(async {
        loop {
            let story = story(server, id).await;
            if story["open"] == false {
                return story;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}
