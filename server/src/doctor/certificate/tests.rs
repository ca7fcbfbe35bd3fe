//! Certificates of an authority of our own.

use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::DnType;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::date_time_ymd;

use super::super::report::Verdict;
use super::super::report::check;
use super::*;

const HOST: &str = "meet.example.org";

/// Noon of a day in 2026.
fn day(month: u8, day: u8) -> Timestamp {
    Timestamp::from_millis(date_time_ymd(2026, month, day).unix_timestamp() * 1000 + 12 * 3600 * 1000)
}

struct Authority {
    root: rcgen::Certificate,
    intermediate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let (root_params, root_key) = (authority("Root"), KeyPair::generate().unwrap());
        let root = root_params.self_signed(&root_key).unwrap();
        let (params, key) = (authority("Intermediate"), KeyPair::generate().unwrap());
        let intermediate = params.signed_by(&key, &Issuer::new(root_params, root_key)).unwrap();
        Self { root, intermediate, issuer: Issuer::new(params, key) }
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.der().clone()).unwrap();
        roots
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// For the host, from the first of March to the first of June 2026.
fn params() -> CertificateParams {
    let mut params = CertificateParams::new([HOST.to_owned(), "*.example.net".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, HOST);
    (params.not_before, params.not_after) = (date_time_ymd(2026, 3, 1), date_time_ymd(2026, 6, 1));
    params
}

fn facts(certificate: &str, key: &KeyPair, roots: RootCertStore) -> Facts {
    let folder = tempfile::tempdir().unwrap();
    let (certificate_file, key_file) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate_file, certificate).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    read(&certificate_file, &key_file, roots)
}

/// One of the authority with its whole chain.
fn good() -> Facts {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let leaf = params().signed_by(&key, &authority.issuer).unwrap();
    facts(&format!("{}{}", leaf.pem(), authority.intermediate.pem()), &key, authority.roots())
}

const CHAIN: (Verdict, &str) = (Verdict::Ok, "browsers trust it");

#[test]
fn a_good_one_is_good_for_its_names_only() {
    let (good, now) = (good(), day(3, 2));
    check(judge(&good, None, None, now), &[(Verdict::Ok, "until 2026-06-01, for 90 days"), CHAIN]);
    for host in [HOST, "www.example.net"] {
        check(judge(&good, Some(host), None, now), &[(Verdict::Ok, ""), CHAIN, (Verdict::Ok, host)]);
    }
    for host in ["example.org", "a.b.example.net", "192.0.2.1"] {
        check(judge(&good, Some(host), None, now), &[(Verdict::Ok, ""), CHAIN, (Verdict::Fail, "names")]);
    }
}

#[test]
fn its_end_is_announced_three_weeks_before() {
    let good = good();
    let at = |now| judge(&good, None, None, now);
    check(at(day(5, 10)), &[(Verdict::Ok, "for 21 days"), CHAIN]);
    check(at(day(5, 12)), &[(Verdict::Warn, "in 19 days"), CHAIN]);
    check(at(day(6, 2)), &[(Verdict::Fail, "ended on 2026-06-01"), CHAIN]);
    check(at(day(2, 1)), &[(Verdict::Fail, "clock"), CHAIN]);
}

#[test]
fn a_chain_without_its_middle_is_a_warning() {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let leaf = params().signed_by(&key, &authority.issuer).unwrap();
    let facts = facts(&leaf.pem(), &key, authority.roots());
    check(judge(&facts, None, None, day(3, 2)), &[(Verdict::Ok, ""), (Verdict::Warn, "fullchain.pem")]);
}

#[test]
fn one_that_only_itself_vouches_for_is_a_warning() {
    let key = KeyPair::generate().unwrap();
    let facts = facts(&params().self_signed(&key).unwrap().pem(), &key, RootCertStore::empty());
    check(judge(&facts, None, None, day(3, 2)), &[(Verdict::Ok, ""), (Verdict::Warn, "nobody but itself")]);
}

#[test]
fn a_foreign_key_fails() {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let leaf = params().signed_by(&key, &authority.issuer).unwrap();
    let chain = format!("{}{}", leaf.pem(), authority.intermediate.pem());
    let facts = facts(&chain, &KeyPair::generate().unwrap(), authority.roots());
    check(
        judge(&facts, None, None, day(3, 2)),
        &[(Verdict::Ok, ""), CHAIN, (Verdict::Fail, "tls.key does not belong")],
    );
}

#[test]
fn an_old_one_that_is_still_served_fails() {
    let good = good();
    let leaf = good.as_ref().unwrap().leaf.to_vec();
    check(judge(&good, None, Some(&leaf), day(3, 2)), &[(Verdict::Ok, ""), CHAIN]);
    check(judge(&good, None, Some(b"old"), day(3, 2)), &[(Verdict::Ok, ""), CHAIN, (Verdict::Fail, "Restart")]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let none = Path::new("none.pem");
    let facts = read(none, none, RootCertStore::empty());
    check(judge(&facts, None, None, day(3, 2)), &[(Verdict::Fail, "tls.certificate = none.pem")]);
    let key = KeyPair::generate().unwrap();
    check(
        judge(&self::facts("", &key, RootCertStore::empty()), None, None, day(3, 2)),
        &[(Verdict::Fail, "no certificate")],
    );
}
