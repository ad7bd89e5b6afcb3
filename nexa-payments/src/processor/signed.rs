//! Signatures of callbacks, always over the bytes as they came.

#[cfg(any(
    feature = "btcpay",
    feature = "cryptopay",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
use data_encoding::HEXLOWER;
#[cfg(any(
    feature = "btcpay",
    feature = "cryptopay",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
use hmac::{KeyInit, Mac};
#[cfg(any(feature = "btcpay", feature = "cryptopay", feature = "nowpayments", feature = "oxapay"))]
use nexa_core::ports::gateway::Callback;
#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "plisio"))]
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "plisio"))]
use serde_json::value::RawValue;
#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "plisio"))]
use std::{collections::HashSet, fmt};

#[cfg(any(feature = "btcpay", feature = "cryptopay", feature = "nowpayments", feature = "oxapay"))]
/// The header's only value. A header that came twice counts as missing.
pub(crate) fn header<'a>(callback: &'a Callback, name: &str) -> Option<&'a str> {
    let mut named = callback.headers.iter().filter(|(is, _)| is.eq_ignore_ascii_case(name));
    let (Some((_, value)), None) = (named.next(), named.next()) else { return None };
    Some(value)
}

#[cfg(any(
    feature = "btcpay",
    feature = "cryptopay",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
/// Whether `hex`, in lower case, is the code `M` of `body`. Compares in constant time.
pub(crate) fn is_mac<M: Mac + KeyInit>(key: &[u8], body: &[u8], hex: &str) -> bool {
    let Ok(signature) = HEXLOWER.decode(hex.as_bytes()) else { return false };
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return false };
    mac.update(body);
    !key.is_empty() && mac.verify_slice(&signature).is_ok()
}

#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "plisio"))]
/// The members of an object in their order, with their values as they stand there.
pub(crate) struct Members<'a>(pub(crate) Vec<(String, &'a RawValue)>);

#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "plisio"))]
impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = map.next_entry()? {
                    all.push(member);
                }
                Ok(all)
            }
        }
        let all = from.deserialize_map(All)?;
        let mut names = HashSet::new();
        // Two readers could disagree about which of two members of one name counts.
        if all.iter().all(|(name, _)| names.insert(name.as_str())) {
            Ok(Self(all))
        } else {
            Err(serde::de::Error::custom("a member twice"))
        }
    }
}

/// The body without the member `name`, and that member's text: some processors put the signature into what they sign.
/// The rest keeps every byte. None where there is not exactly one such member, written without spaces.
#[cfg(any(feature = "heleket", feature = "plisio"))]
pub(crate) fn cut(body: &[u8], name: &str) -> Option<(String, String)> {
    let body = std::str::from_utf8(body).ok()?;
    let Members(members) = serde_json::from_str(body).ok()?;
    let value = members.iter().find(|(is, _)| is == name)?.1.get();
    let text: String = serde_json::from_str(value).ok()?;
    let member = format!("\"{name}\":{value}");
    let (before, after) = body.split_once(&member)?;
    if after.contains(&member) {
        return None;
    }
    let rest = match (after.strip_prefix(','), before.strip_suffix(',')) {
        (Some(after), _) => format!("{before}{after}"),
        (None, Some(before)) => format!("{before}{after}"),
        (None, None) => format!("{before}{after}"),
    };
    Some((rest, text))
}

#[cfg(test)]
#[cfg(all(feature = "btcpay", feature = "heleket"))]
mod tests {
    use super::*;

    #[test]
    fn a_header_counts_once_and_in_any_case() {
        let callback = |headers: &[(&str, &str)]| Callback {
            method: "POST".into(),
            query: String::new(),
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Vec::new(),
        };
        assert_eq!(header(&callback(&[("HMAC", "a"), ("x", "b")]), "hmac"), Some("a"));
        assert_eq!(header(&callback(&[("hmac", "a"), ("Hmac", "a")]), "hmac"), None);
        assert_eq!(header(&callback(&[]), "hmac"), None);
    }

    #[test]
    fn an_empty_key_signs_nothing() {
        type Mac256 = hmac::Hmac<sha2::Sha256>;
        let hex = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        assert!(!is_mac::<Mac256>(b"", b"", hex), "the true code of nothing under no key");
        // RFC 4231, test case 2.
        let jefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(is_mac::<Mac256>(b"Jefe", b"what do ya want for nothing?", jefe));
        for wrong in ["", "00", &jefe.to_uppercase(), &jefe[2..]] {
            assert!(!is_mac::<Mac256>(b"Jefe", b"what do ya want for nothing?", wrong));
        }
    }

    #[test]
    fn a_member_is_cut_with_one_comma() {
        let rest = |body: &str| cut(body.as_bytes(), "sign").map(|(rest, sign)| format!("{rest} {sign}"));
        assert_eq!(rest(r#"{"a":"x\/y","sign":"s"}"#).as_deref(), Some(r#"{"a":"x\/y"} s"#));
        assert_eq!(rest(r#"{"sign":"s","a":1e-7}"#).as_deref(), Some(r#"{"a":1e-7} s"#));
        assert_eq!(rest(r#"{"a":1,"sign":"s","b":10.0}"#).as_deref(), Some(r#"{"a":1,"b":10.0} s"#));
        assert_eq!(rest(r#"{"sign":"s"}"#).as_deref(), Some("{} s"));
        let quoted = r#"{"a":"\"sign\":\"s\"","sign":"s"}"#;
        assert_eq!(rest(quoted).as_deref(), Some(r#"{"a":"\"sign\":\"s\""} s"#));
        for bad in [
            "",
            "[]",
            r#"{"a":1}"#,
            r#"{"sign":7}"#,
            r#"{"sign" :"s"}"#,
            r#"{"sign":"s","sign":"s"}"#,
            r#"{"a":{"sign":"s"},"sign":"s"}"#,
            r#"{"sign":"s"}{}"#,
            r#"{"sign":"s","a":}"#,
        ] {
            assert_eq!(rest(bad), None, "{bad}");
        }
    }
}
