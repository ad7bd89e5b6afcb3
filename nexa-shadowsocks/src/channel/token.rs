//! The token that a node prints and its shop is given: where the node is, which key it has, and a secret that works
//! once.

use super::key::KeyHash;
use data_encoding::BASE64URL_NOPAD;
use nexa_core::{domain::refusal::Refusal, secret::Secret};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

const MARK: &str = "nxj_";

/// A join token. Holds a secret; [`std::fmt::Debug`] does not show it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinToken {
    /// Host and port of the node's control channel.
    #[serde(rename = "a")]
    pub address: String,
    /// The node's key.
    #[serde(rename = "k")]
    pub node: KeyHash,
    /// What the first shop that joins must know.
    #[serde(rename = "s")]
    pub secret: Secret<String>,
}

impl JoinToken {
    /// The text to hand on.
    #[must_use]
    pub fn text(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        format!("{MARK}{}", BASE64URL_NOPAD.encode(&json))
    }

    /// The host of the address.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host).trim_matches(['[', ']'])
    }
}

impl FromStr for JoinToken {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bad = Refusal::bad_config("join", "not a join token; a node prints it at its start");
        let packed = text.trim().strip_prefix(MARK).ok_or_else(|| bad.clone())?;
        let json = BASE64URL_NOPAD.decode(packed.as_bytes()).map_err(|_| bad.clone())?;
        let token: Self = serde_json::from_slice(&json).map_err(|_| bad.clone())?;
        let port = token.address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if token.host().is_empty() || port.is_none_or(|port| port == 0) { Err(bad) } else { Ok(token) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back() {
        let token = JoinToken {
            address: "[2001:db8::1]:8443".to_owned(),
            node: KeyHash::of(b"x"),
            secret: Secret::new("very-secret".to_owned()),
        };
        let read: JoinToken = token.text().parse().unwrap();
        assert_eq!((read.host(), read.node), ("2001:db8::1", token.node));
        assert_eq!(read.secret, token.secret);
        assert!(!format!("{read:?}").contains("very-secret"));
        for text in
            ["", "nxj_", "nxj_AAAA", "nxk_x", &token.text()[1..], &token.text().replace("nxj_ey", "nxj_ez")]
        {
            assert!(text.parse::<JoinToken>().is_err(), "{text}");
        }
    }
}
