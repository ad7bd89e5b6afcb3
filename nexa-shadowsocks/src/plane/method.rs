//! Ciphers, and the key that an identity has in each.

use data_encoding::BASE64;
use nexa_core::domain::{grant::PanelId, refusal::Refusal};
use sha2::{Digest, Sha256};
use shadowsocks::crypto::CipherKind;
use std::str::FromStr;

/// A cipher. The 2022 edition (SIP022) has keys of full strength and refuses replays, but clients whose clock is off by
/// more than 30 seconds cannot connect; the classic ones work with every app and without a clock, but UDP
/// packets of theirs that somebody recorded can be sent again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// `2022-blake3-aes-128-gcm`
    Aes128Of2022,
    /// `2022-blake3-aes-256-gcm`
    Aes256Of2022,
    /// `2022-blake3-chacha20-poly1305`
    ChaCha20Of2022,
    /// `chacha20-ietf-poly1305`
    ChaCha20,
    /// `aes-256-gcm`
    Aes256,
}

const ALL: [Method; 5] =
    [Method::Aes128Of2022, Method::Aes256Of2022, Method::ChaCha20Of2022, Method::ChaCha20, Method::Aes256];

impl Method {
    /// Its name in links.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes128Of2022 => "2022-blake3-aes-128-gcm",
            Self::Aes256Of2022 => "2022-blake3-aes-256-gcm",
            Self::ChaCha20Of2022 => "2022-blake3-chacha20-poly1305",
            Self::ChaCha20 => "chacha20-ietf-poly1305",
            Self::Aes256 => "aes-256-gcm",
        }
    }

    pub(crate) const fn kind(self) -> CipherKind {
        match self {
            Self::Aes128Of2022 => CipherKind::AEAD2022_BLAKE3_AES_128_GCM,
            Self::Aes256Of2022 => CipherKind::AEAD2022_BLAKE3_AES_256_GCM,
            Self::ChaCha20Of2022 => CipherKind::AEAD2022_BLAKE3_CHACHA20_POLY1305,
            Self::ChaCha20 => CipherKind::CHACHA20_POLY1305,
            Self::Aes256 => CipherKind::AES_256_GCM,
        }
    }

    /// Whether its links carry the credential in clear rather than in base64 (SIP002 as changed by SIP022).
    #[must_use]
    pub const fn is_of_2022(self) -> bool {
        matches!(self, Self::Aes128Of2022 | Self::Aes256Of2022 | Self::ChaCha20Of2022)
    }

    /// The password of an identity: made from the identity alone, so that it comes back even when a node lost its disk.
    /// 122 random bits stand behind it.
    #[must_use]
    pub fn password(self, panel_id: PanelId) -> String {
        self.password_from(panel_id.expose().as_bytes())
    }

    /// The password made from a secret.
    pub(crate) fn password_from(self, secret: &[u8]) -> String {
        let key = Sha256::new().chain_update(b"nexa shadowsocks key 1|").chain_update(secret).finalize();
        let length = if matches!(self, Self::Aes256Of2022 | Self::ChaCha20Of2022) { 32 } else { 16 };
        BASE64.encode(key.get(..length).unwrap_or(&key))
    }
}

impl FromStr for Method {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let known = ALL.into_iter().find(|method| method.name() == text);
        let reason = "2022-blake3-aes-128-gcm, 2022-blake3-aes-256-gcm, 2022-blake3-chacha20-poly1305, \
                      chacha20-ietf-poly1305 or aes-256-gcm";
        known.ok_or(Refusal::bad_config("node_method", reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shadowsocks::ServerConfig;

    #[test]
    fn every_password_fits_its_cipher() {
        let id: PanelId = "0badc0de-0000-4000-8000-000000000000".parse().unwrap();
        for method in ALL {
            let password = method.password(id);
            let config = ServerConfig::new(("127.0.0.1".to_owned(), 1), password, method.kind()).unwrap();
            assert_eq!(config.key().len(), method.kind().key_len(), "{}", method.name());
            assert_eq!(method.kind().to_string(), method.name());
            assert_eq!(method.name().parse::<Method>(), Ok(method));
        }
        let other = "0badc0de-0000-4000-8000-000000000001".parse().unwrap();
        assert_ne!(Method::Aes128Of2022.password(id), Method::Aes128Of2022.password(other));
        assert!("rc4-md5".parse::<Method>().is_err());
    }
}
