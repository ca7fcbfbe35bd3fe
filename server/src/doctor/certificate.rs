//! The server's own certificate: its key, its names, its time, its chain.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use rustls::CertificateError;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::UnixTime;
use rustls::pki_types::pem::PemObject;
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::report::Finding;
use crate::config::Tls;

const CHECK: &str = "certificate";

/// How long before its end a certificate should have been renewed: those of ninety days are after sixty.
const RENEWED_BEFORE: Duration = Duration::from_secs(21 * DAY);
const DAY: u64 = 24 * 3600;

/// What the two files hold.
pub(super) type Facts = Result<Certificate, String>;

/// A certificate that can be read, with its key.
#[derive(Debug)]
pub(super) struct Certificate {
    leaf: CertificateDer<'static>,
    names: Vec<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    key_fits: Result<(), String>,
    chain: Chain,
}

/// What browsers make of the chain.
#[derive(Debug, PartialEq, Eq)]
enum Chain {
    /// It leads to somebody whom they trust.
    Trusted,
    /// It ends with somebody whom they do not know.
    Unknown,
    /// Nobody but itself vouches for it.
    SelfSigned,
    /// Something else.
    Broken(String),
}

pub(super) fn probe(tls: &Tls) -> Facts {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    read(&tls.certificate, &tls.key, roots)
}

fn read(certificate: &Path, key: &Path, roots: RootCertStore) -> Facts {
    let unreadable = |key: &str, path: &Path, why: String| format!("{key} = {} cannot be read: {why}", path.display());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable("tls.certificate", certificate, error.to_string()))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("tls.key", key, error.to_string()))?;
    let leaf = chain.first().cloned();
    let leaf = leaf.ok_or_else(|| unreadable("tls.certificate", certificate, "it holds no certificate".to_owned()))?;
    let (_, parsed) = X509Certificate::from_der(&leaf)
        .map_err(|error| unreadable("tls.certificate", certificate, error.to_string()))?;
    let time = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let validity = parsed.validity();
    let (not_before, not_after) = (time(validity.not_before.timestamp()), time(validity.not_after.timestamp()));
    let names = names(&parsed);
    let verdict = verify(&chain, names.first(), not_after, roots, &provider);
    let self_signed = parsed.issuer() == parsed.subject();
    let key_fits = CertifiedKey::from_der(chain.clone(), private, &provider).map(drop).map_err(|e| e.to_string());
    Ok(Certificate {
        names,
        not_before,
        not_after,
        key_fits,
        chain: if self_signed && verdict != Chain::Trusted { Chain::SelfSigned } else { verdict },
        leaf: leaf.clone(),
    })
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension.iter().flat_map(|extension| &extension.value.general_names);
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(octets) => match octets.len() {
            4 => <[u8; 4]>::try_from(*octets).ok().map(|v4| std::net::Ipv4Addr::from(v4).to_string()),
            _ => <[u8; 16]>::try_from(*octets).ok().map(|v6| std::net::Ipv6Addr::from(v6).to_string()),
        },
        _ => None,
    };
    names.filter_map(name).collect()
}

/// What a browser makes of the chain at a time at which the certificate holds; names are another question.
fn verify(
    chain: &[CertificateDer<'_>],
    name: Option<&String>,
    not_after: Timestamp,
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Chain {
    let Some((leaf, others)) = chain.split_first() else { return Chain::Unknown };
    // A wildcard stands for any first label.
    let name = name.map(|name| name.replacen('*', "www", 1)).and_then(|name| ServerName::try_from(name).ok());
    let Some(name) = name else { return Chain::Broken("it names no host".to_owned()) };
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    let verifier = match builder.build() {
        Ok(verifier) => verifier,
        Err(error) => return Chain::Broken(error.to_string()),
    };
    let seconds = u64::try_from(not_after.as_millis() / 1000).unwrap_or_default();
    let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    match verifier.verify_server_cert(leaf, others, &name, &[], at) {
        Ok(_) => Chain::Trusted,
        Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => Chain::Unknown,
        Err(error) => Chain::Broken(error.to_string()),
    }
}

/// `host` is that of the address in links, `shown` the certificate that a serving Confab shows.
pub(super) fn judge(facts: &Facts, host: Option<&str>, shown: Option<&[u8]>, now: Timestamp) -> Vec<Finding> {
    let certificate = match facts {
        Ok(certificate) => certificate,
        Err(why) => {
            let advice = "Both are PEM files that Confab's user may read; the certificate's holds the whole chain.";
            return vec![Finding::fail(CHECK, why.clone(), advice)];
        }
    };
    let mut findings = vec![judge_time(certificate, now), judge_chain(&certificate.chain)];
    if let Err(why) = &certificate.key_fits {
        let found = format!("tls.key does not belong to tls.certificate: {why}");
        findings.push(Finding::fail(CHECK, found, "Name the two files that were made together."));
    }
    findings.extend(host.and_then(|host| judge_names(certificate, host)));
    if shown.is_some_and(|shown| *shown != *certificate.leaf) {
        findings.push(Finding::fail(
            CHECK,
            "Confab is serving with another certificate than tls.certificate holds",
            "Restart it, so that it reads the new one.",
        ));
    }
    findings
}

fn judge_time(certificate: &Certificate, now: Timestamp) -> Finding {
    let Certificate { not_before, not_after, .. } = certificate;
    let day = |time: &Timestamp| time.to_string().chars().take(10).collect::<String>();
    let end = day(not_after);
    if *not_after <= now {
        return Finding::fail(CHECK, format!("it ended on {end}"), "Renew it and restart Confab.");
    }
    if *not_before > now {
        let found = format!("it begins on {} only", day(not_before));
        return Finding::fail(CHECK, found, "If that is in the past, this machine's clock is wrong.");
    }
    let left = not_after.since(now);
    let days = left.as_secs() / DAY;
    if left < RENEWED_BEFORE {
        let found = format!("it ends on {end}, in {days} days");
        return Finding::warn(CHECK, found, "Renew it and restart Confab; see why that does not happen by itself.");
    }
    Finding::ok(CHECK, format!("it holds until {end}, for {days} days"))
}

fn judge_chain(chain: &Chain) -> Finding {
    match chain {
        Chain::Trusted => Finding::ok(CHECK, "its chain is complete and browsers trust it"),
        Chain::Unknown => Finding::warn(
            CHECK,
            "its chain ends with an issuer whom browsers do not know",
            "Add the issuer's intermediate certificates to the file (often called fullchain.pem); with a private \
             authority see that every browser knows it.",
        ),
        Chain::SelfSigned => Finding::warn(
            CHECK,
            "nobody but itself vouches for it, so browsers warn people off",
            "Get one from an authority, such as Let's Encrypt.",
        ),
        Chain::Broken(why) => Finding::fail(CHECK, format!("browsers refuse it: {why}"), "Get a new one."),
    }
}

fn judge_names(certificate: &Certificate, host: &str) -> Option<Finding> {
    let parsed = ParsedCertificate::try_from(&certificate.leaf).ok()?;
    let name = ServerName::try_from(host).ok()?;
    let names = certificate.names.join(", ");
    Some(match verify_server_name(&parsed, &name) {
        Ok(()) => Finding::ok(CHECK, format!("it is for {host}")),
        Err(_) => Finding::fail(
            CHECK,
            format!("it is for {names}, not for {host} of public_url"),
            format!("Get one that names {host}."),
        ),
    })
}

#[cfg(test)]
mod tests;
