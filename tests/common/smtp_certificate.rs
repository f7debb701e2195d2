//! Certificates for the test server.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with its key.
pub(crate) struct Certificate {
    pub(super) config: Arc<ServerConfig>,
    /// The authority that signed it, PEM.
    pub(crate) authority: String,
}

impl Certificate {
    /// A certificate for `name`, signed by an authority of its own.
    pub(crate) fn for_name(name: &str) -> Self {
        let ca_key = rcgen::KeyPair::generate().unwrap();
        let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        ca.distinguished_name.push(rcgen::DnType::CommonName, "rappel tests");
        let authority = ca.self_signed(&ca_key).unwrap().pem();
        let issuer = rcgen::Issuer::new(ca, ca_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let leaf =
            rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        Self::shown(&leaf, &key, authority)
    }

    /// For a server of this name, signed with itself as an authority, as openssl makes it unless it is told otherwise.
    pub(crate) fn signed_with_itself(name: &str) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut own = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        own.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let own = own.self_signed(&key).unwrap();
        Self::shown(&own, &key, own.pem())
    }

    fn shown(leaf: &rcgen::Certificate, key: &rcgen::KeyPair, authority: String) -> Self {
        let chain = vec![CertificateDer::from(leaf.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Self { config: Arc::new(config), authority }
    }
}
