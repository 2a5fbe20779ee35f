//! TLS under HTTP and the sockets, <https://www.rfc-editor.org/rfc/rfc8446>.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::either::Either;

use crate::Error;

/// What a server shows in order to be trusted.
#[derive(Clone, Debug, Args)]
pub struct Identity {
    /// Serve https and wss, with this certificate; those that vouch for it follow in the file
    #[arg(
        long = "tls-certificate",
        value_name = "PEM",
        required = false,
        requires = "key"
    )]
    pub certificate: PathBuf,

    /// The private key of the certificate
    #[arg(
        long = "tls-key",
        value_name = "PEM",
        required = false,
        requires = "certificate"
    )]
    pub key: PathBuf,
}

/// A connection, encrypted or not.
pub(crate) type Stream = Either<TcpStream, TlsStream<TcpStream>>;

/// What the TCP connections become before anything is read from them.
#[derive(Debug)]
pub(crate) enum Security {
    Plain,
    Tls(Arc<ServerConfig>),
}

impl Security {
    pub(crate) fn new(identity: Option<&Identity>) -> Result<Self, Error> {
        let Some(identity) = identity else {
            return Ok(Self::Plain);
        };
        let chain = read(&identity.certificate, |path| {
            CertificateDer::pem_file_iter(path)?.collect()
        })?;
        let key = read(&identity.key, PrivateKeyDer::from_pem_file)?;
        let config = config(chain, key).map_err(|source| Error::BadIdentity {
            certificate: identity.certificate.clone(),
            key: identity.key.clone(),
            source,
        })?;
        Ok(Self::Tls(Arc::new(config)))
    }

    /// `http`, or with TLS `https`.
    pub(crate) fn http(&self) -> &'static str {
        match self {
            Self::Plain => "http",
            Self::Tls(_) => "https",
        }
    }

    /// `ws`, or with TLS `wss`.
    pub(crate) fn ws(&self) -> &'static str {
        match self {
            Self::Plain => "ws",
            Self::Tls(_) => "wss",
        }
    }

    /// Does what comes before HTTP.
    pub(crate) async fn secure(&self, tcp: TcpStream) -> io::Result<Stream> {
        match self {
            Self::Plain => Ok(Either::Left(tcp)),
            Self::Tls(config) => {
                let acceptor = TlsAcceptor::from(Arc::clone(config));
                acceptor.accept(tcp).await.map(Either::Right)
            }
        }
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read<'a, T>(
    path: &'a Path,
    read: impl FnOnce(&'a Path) -> Result<T, pem::Error>,
) -> Result<T, Error> {
    read(path).map_err(|error| Error::Unreadable {
        path: path.to_owned(),
        source: match error {
            pem::Error::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        },
    })
}
