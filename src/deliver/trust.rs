//! Whom to trust in TLS: the system's CA certificates and those of the settings.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, InvalidMessage, RootCertStore};
use tokio_rustls::TlsConnector;

use super::{DeliverError, SmtpSettings, Tls};

/// Names of a certificate that are told when none is that of the server.
const NAMED: usize = 3;

/// What a TLS handshake with the server needs.
#[derive(Clone)]
pub(super) struct Trust {
    /// Starts TLS and verifies the certificate.
    pub(super) connector: TlsConnector,
    /// The name that the certificate must carry.
    pub(super) name: ServerName<'static>,
}

impl Trust {
    /// Loads the certificates; `None` where the settings ask for no TLS.
    pub(super) fn load(settings: &SmtpSettings) -> Result<Option<Self>, DeliverError> {
        if settings.tls == Tls::None {
            return Ok(None);
        }
        let name = ServerName::try_from(settings.host.clone())
            .map_err(|_| DeliverError::Host { host: settings.host.clone() })?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|source| DeliverError::Tls { source })?
            .with_root_certificates(roots(settings.ca_file.as_deref())?)
            .with_no_client_auth();
        Ok(Some(Self { connector: TlsConnector::from(Arc::new(config)), name }))
    }
}

/// Why a handshake failed, for people who keep the settings and not the library.
pub(super) fn in_words(error: &io::Error) -> String {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref()) else {
        return error.to_string();
    };
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "its certificate is of an authority that is not trusted here".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet".to_owned()
            }
            CertificateError::NotValidForName => "its certificate is for another name".to_owned(),
            CertificateError::NotValidForNameContext { presented, .. } => {
                let names: Vec<_> = presented.iter().take(NAMED).map(|name| bare(name)).collect();
                format!("its certificate is for another name: {}", names.join(", "))
            }
            // What a library below says is told by its name alone. A certificate that somebody signed with itself is
            // mostly such a one.
            CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                "its certificate is one of an authority, and not of a server: have one issued for the server that is \
                 not marked as an authority (basicConstraints CA:FALSE)"
                    .to_owned()
            }
            _ => error.to_string(),
        },
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "what it answers is no TLS".to_owned()
        }
        _ => error.to_string(),
    }
}

/// A name in a certificate without the sort of name: `DnsName("mail.example.org")`.
fn bare(name: &str) -> &str {
    name.split('"').nth(1).unwrap_or(name)
}

fn roots(ca_file: Option<&Path>) -> Result<RootCertStore, DeliverError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let failed = |why: String| DeliverError::CaFile { path: path.to_owned(), why };
        let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate).map_err(|error| failed(error.to_string()))?;
        }
        if roots.len() == before {
            return Err(failed("it holds no certificate in PEM form".to_owned()));
        }
    }
    if roots.is_empty() { Err(DeliverError::NoCa) } else { Ok(roots) }
}
