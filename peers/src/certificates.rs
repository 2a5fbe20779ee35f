//! A certificate that the browsers are told to trust, and one that nobody does.

use std::{fs, path::Path};

use base64::{prelude::BASE64_STANDARD, Engine};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};
use sha2::{Digest, Sha256};
use wasm_websocket_server::Identity;

use crate::Failure;

/// What is in the files, all of them PEM.
pub(crate) struct Certificates {
    /// For 127.0.0.1, vouched for by `authority.pem`.
    pub(crate) trusted: Identity,
    /// For 127.0.0.1, vouched for by itself.
    pub(crate) untrusted: Identity,
    /// The SHA-256 of the trusted one's public key, in base64.
    pub(crate) fingerprint: String,
}

/// Makes them, and writes them into the folder.
pub(crate) fn make(folder: &Path) -> Result<Certificates, Failure> {
    let authority_key = KeyPair::generate()?;
    let mut authority = params("an authority of the tests", &[])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = authority.self_signed(&authority_key)?;
    fs::write(folder.join("authority.pem"), certificate.pem())?;

    let (key, leaf) = (KeyPair::generate()?, leaf("trusted")?);
    let issuer = Issuer::new(authority, authority_key);
    let trusted = leaf.signed_by(&key, &issuer)?;
    let fingerprint = BASE64_STANDARD.encode(Sha256::digest(key.subject_public_key_info()));
    let (other_key, other_leaf) = (KeyPair::generate()?, self::leaf("untrusted")?);
    let untrusted = other_leaf.self_signed(&other_key)?;
    let save = |name: &str, certificate: String, key: String| -> Result<_, Failure> {
        let identity = Identity {
            certificate: folder.join(format!("{name}.pem")),
            key: folder.join(format!("{name}.key")),
        };
        fs::write(&identity.certificate, certificate)?;
        fs::write(&identity.key, key)?;
        Ok(identity)
    };
    Ok(Certificates {
        trusted: save("trusted", trusted.pem(), key.serialize_pem())?,
        untrusted: save("untrusted", untrusted.pem(), other_key.serialize_pem())?,
        fingerprint,
    })
}

fn leaf(name: &str) -> Result<CertificateParams, Failure> {
    let mut leaf = params(name, &["localhost", "127.0.0.1"])?;
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(leaf)
}

fn params(name: &str, hosts: &[&str]) -> Result<CertificateParams, Failure> {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}
