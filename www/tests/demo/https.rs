//! The page by https, with a certificate that is made for it.

use std::fs;

use wasm_websocket_server::{Config, Handle, Identity};

use crate::support::{page_config, serve};

/// Serves the built page on a free port.
pub(super) async fn serve_page_by_https() -> Handle {
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let identity = Identity {
        certificate: folder.path().join("certificate.pem"),
        key: folder.path().join("key.pem"),
    };
    fs::write(&identity.certificate, made.cert.pem()).expect("a file");
    fs::write(&identity.key, made.signing_key.serialize_pem()).expect("a file");
    serve(Config {
        identity: Some(identity),
        ..page_config(0)
    })
    .await
}
