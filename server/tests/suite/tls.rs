//! https and wss, and clients that don't get as far as that.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rcgen::{generate_simple_self_signed, CertifiedKey};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, Instant};
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{pem::PemObject, CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::WebSocketStream;
use wasm_websocket_server::{Error, Identity, Server};

use crate::client::*;
use crate::command::stderr_of_failure;

const PATIENCE: Duration = Duration::from_millis(300);

/// An identity in files of its own.
struct Made {
    folder: TempDir,
    identity: Identity,
}

impl Made {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        let identity = Identity {
            certificate: folder.path().join("certificate.pem"),
            key: folder.path().join("key.pem"),
        };
        fs::write(&identity.certificate, cert.pem()).unwrap();
        fs::write(&identity.key, signing_key.serialize_pem()).unwrap();
        Self { folder, identity }
    }

    fn config(&self) -> Config {
        Config {
            identity: Some(self.identity.clone()),
            ..config()
        }
    }

    async fn try_connect(&self, server: &Handle) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(&self.identity.certificate).unwrap())
            .unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let host = ServerName::try_from("127.0.0.1").unwrap();
        let connected = TlsConnector::from(Arc::new(config)).connect(host, tcp(server).await);
        soon(connected).await
    }

    async fn connect(&self, server: &Handle) -> TlsStream<TcpStream> {
        self.try_connect(server).await.unwrap()
    }

    async fn open(&self, server: &Handle, path: &str) -> WebSocketStream<TlsStream<TcpStream>> {
        let tls = self.connect(server).await;
        connect_over(tls, &format!("wss://localhost{path}"), &[])
            .await
            .unwrap()
            .0
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("file.pem");
        fs::write(&path, text).unwrap();
        path
    }
}

#[tokio::test]
async fn messages_and_close_codes_go_over_tls() {
    let made = Made::new();
    let server = serve(made.config()).await;
    let mut socket = made.open(&server, "/echo").await;
    for message in [
        Message::text("grüezi"),
        Message::binary(vec![7; 1 << 20]),
        Message::binary(vec![]),
    ] {
        soon(socket.send(message.clone())).await.unwrap();
        assert_eq!(soon(socket.next()).await.unwrap().unwrap(), message);
    }
    let close = CloseFrame {
        code: CloseCode::from(3001),
        reason: "done".into(),
    };
    socket.close(Some(close.clone())).await.unwrap();
    let answer = soon(socket.next()).await.unwrap().unwrap();
    assert_eq!(answer, Message::Close(Some(close)));
    // A TCP connection that ends without the alert is an error.
    let end = soon(socket.get_mut().read(&mut [0])).await;
    assert_eq!(end.unwrap(), 0);
}

#[tokio::test]
async fn the_own_page_is_one_of_https() {
    let made = Made::new();
    let server = serve(made.config()).await;
    let port = server.local_addr().port();
    assert_eq!(server.url(), format!("https://127.0.0.1:{port}/"));
    for (scheme, allowed) in [("https", true), ("http", false)] {
        let tls = made.connect(&server).await;
        let origin = format!("{scheme}://127.0.0.1:{port}");
        let opened = connect_over(tls, "wss://localhost/echo", &[("origin", &origin)]).await;
        assert_eq!(opened.is_ok(), allowed, "{origin}");
    }
}

#[tokio::test]
async fn who_does_not_speak_tls_is_closed_and_harms_nobody() {
    let made = Made::new();
    let server = serve(made.config()).await;
    let mut socket = made.open(&server, "/echo").await;
    let hello_cut_short = b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03";
    for junk in [
        handshake("/echo").as_bytes(),
        &[0; 5000],
        &[0x16; 5000],
        hello_cut_short,
    ] {
        let mut tcp = tcp(&server).await;
        tcp.write_all(junk).await.unwrap();
        tcp.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = soon(tcp.read_to_end(&mut answer)).await;
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    }
    socket.send(Message::text("here")).await.unwrap();
    let echo = soon(socket.next()).await.unwrap().unwrap();
    assert_eq!(echo, Message::text("here"));
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for_and_leaves_its_place() {
    let made = Made::new();
    let server = serve(Config {
        request_timeout: PATIENCE,
        max_connections: 1,
        ..made.config()
    })
    .await;
    let began = Instant::now();
    let mut silent = tcp(&server).await;
    let mut another = tcp(&server).await;
    assert!(matches!(soon(another.read(&mut [0])).await, Ok(0) | Err(_)));
    assert_eq!(soon(silent.read(&mut [0])).await.unwrap(), 0);
    assert!(began.elapsed() >= PATIENCE);
    soon(async {
        // The place is given back a moment after the connection ends.
        while made.try_connect(&server).await.is_err() {}
    })
    .await;
}

#[tokio::test]
async fn who_takes_nothing_is_reset() {
    let made = Made::new();
    let server = serve(Config {
        send_timeout: PATIENCE,
        ..made.config()
    })
    .await;
    let mut socket = made
        .open(&server, "/test/flood?count=100000&size=100000")
        .await;
    let sending = async {
        while socket.send(Message::text("I'm here")).await.is_ok() {
            sleep(PATIENCE / 30).await;
        }
    };
    soon(sending).await;
}

#[tokio::test]
async fn files_that_are_no_identity_are_named() {
    let (made, other) = (Made::new(), Made::new());
    let junk = made.file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let nothing = other.file("no PEM\n");
    let bind = |certificate: &PathBuf, key: &PathBuf| {
        let (certificate, key) = (certificate.clone(), key.clone());
        Server::bind(Config {
            identity: Some(Identity { certificate, key }),
            ..config()
        })
    };
    let (own, foreign) = (&made.identity, &other.identity);
    let missing = made.folder.path().join("missing.pem");
    for (certificate, key, unreadable) in [
        (&missing, &own.key, Some(&missing)),
        (&own.certificate, &missing, Some(&missing)),
        (&own.certificate, &nothing, Some(&nothing)),
        (&own.certificate, &own.certificate, Some(&own.certificate)),
        (&nothing, &own.key, None),
        (&junk, &own.key, None),
        (&own.certificate, &foreign.key, None),
    ] {
        match (bind(certificate, key).await.unwrap_err(), unreadable) {
            (Error::Unreadable { path, .. }, Some(unreadable)) => assert_eq!(path, *unreadable),
            (Error::BadIdentity { .. }, None) => {}
            (error, _) => panic!("{error}"),
        }
    }
}

#[test]
fn the_command_says_which_file_it_cannot_read() {
    let made = Made::new();
    let key = made.identity.key.to_str().unwrap();
    assert_eq!(
        stderr_of_failure(&[
            "--no-page",
            "--tls-certificate",
            "missing.pem",
            "--tls-key",
            key
        ]),
        "error: cannot read missing.pem: No such file or directory (os error 2)\n"
    );
}
