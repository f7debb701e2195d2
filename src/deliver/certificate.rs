//! Until when a certificate is valid. Whether it is trusted, rustls has said before.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The universal tags of DER (X.690) that are met on the way.
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0] EXPLICIT`: the version, which only newer certificates carry.
const VERSION: u8 = 0xa0;

/// The end of a certificate's validity (RFC 5280, 4.1.2.5); none if the bytes are not a certificate.
pub(super) fn valid_until(der: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = expect(SEQUENCE, der)?;
    let (mut body, _) = expect(SEQUENCE, certificate)?;
    if let Some((_, rest)) = expect(VERSION, body) {
        body = rest;
    }
    // Serial number, signature algorithm, issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        body = expect(tag, body)?.1;
    }
    let (validity, _) = expect(SEQUENCE, body)?;
    let (_, _, after) = element(validity)?;
    let (tag, until, _) = element(after)?;
    instant(tag, std::str::from_utf8(until).ok()?)
}

/// The content of the first element, if it has this tag, and what follows it.
fn expect(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = element(der)?;
    (found == tag).then_some((content, rest))
}

/// Tag, content and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, der) = der.split_first()?;
    let (&first, der) = der.split_first()?;
    let (length, der) = match first {
        0..=0x7f => (usize::from(first), der),
        // The number of octets that hold the length; a certificate needs three at most.
        0x81..=0x84 => {
            let (octets, der) = der.split_at_checked(usize::from(first & 0x7f))?;
            (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), der)
        }
        _ => return None,
    };
    let (content, rest) = der.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// "491231235959Z", in which 50 and more are of the last century, or "20491231235959Z".
fn instant(tag: u8, text: &str) -> Option<Timestamp> {
    let digits =
        text.strip_suffix('Z').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    let full = match (tag, digits.len()) {
        (UTC_TIME, 12) if digits < "50" => format!("20{digits}"),
        (UTC_TIME, 12) => format!("19{digits}"),
        (GENERALIZED_TIME, 14) => digits.to_owned(),
        _ => return None,
    };
    let at = DateTime::strptime("%Y%m%d%H%M%S", full).ok()?;
    TimeZone::UTC.to_ambiguous_timestamp(at).unambiguous().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_forms() {
        for (year, form) in [(2031, "2031-02-03T00:00:00Z"), (2061, "2061-02-03T00:00:00Z")] {
            let mut parameters = rcgen::CertificateParams::new(vec!["mail.example.org".to_owned()]).unwrap();
            parameters.not_after = rcgen::date_time_ymd(year, 2, 3);
            let key = rcgen::KeyPair::generate().unwrap();
            let certificate = parameters.self_signed(&key).unwrap();
            assert_eq!(valid_until(certificate.der()), form.parse().ok());
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let der = parameters.self_signed(&key).unwrap().der().to_vec();
        assert!(valid_until(&der).is_some());
        for end in 0..der.len() / 2 {
            assert_eq!(valid_until(&der[..end]), None, "{end}");
        }
        assert_eq!(valid_until(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
