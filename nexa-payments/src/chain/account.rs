//! Accounts of 20 bytes, as EVM chains and TRON have them, and the operator's extended public key that they are derived
//! from (BIP 32, path `0/index` below an account at `m/44'/coin'/0'`).
//!
//! It must never hold a private key: one that is pasted by mistake is recognised, refused and forgotten.

use super::{private::is_private, published::ACCOUNTS};
use crate::config::{bad, is_placeholder};
use bitcoin::{
    base58,
    bip32::{ChildNumber, Xpub},
    secp256k1::{Secp256k1, VerifyOnly},
};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use nexa_core::domain::refusal::Refusal;
use sha2::{Digest as _, Sha256};
use sha3::Keccak256;

/// The version of an xpub, the only one that wallets of these chains export.
const XPUB: [u8; 4] = [0x04, 0x88, 0xb2, 0x1e];
/// The first byte of TRON's addresses.
#[cfg(any(test, feature = "tron"))]
const TRON: u8 = 0x41;

/// An account on a chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Account(pub(crate) [u8; 20]);

impl Account {
    /// Reads `0x` and 40 hex digits. Mixed case must be the checksum of EIP-55.
    pub(crate) fn parse_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x")?;
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
        let account = Self(bytes.try_into().ok()?);
        let mixed =
            digits.bytes().any(|b| b.is_ascii_lowercase()) && digits.bytes().any(|b| b.is_ascii_uppercase());
        (!mixed || account.checksummed() == text).then_some(account)
    }

    /// Reads an address of TRON: `T` and 33 letters of base 58 with a checksum.
    #[cfg(any(test, feature = "tron"))]
    pub(crate) fn parse_tron(text: &str) -> Option<Self> {
        let bytes = base58::decode_check(text).ok()?;
        let (first, rest) = bytes.split_first()?;
        if *first != TRON {
            return None;
        }
        Some(Self(rest.try_into().ok()?))
    }

    /// The account in the last 20 bytes of a word of 32, in hex with or without `0x`.
    pub(crate) fn in_word(word: &str) -> Option<Self> {
        let digits = word.strip_prefix("0x").unwrap_or(word);
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
        let (zeros, account) = bytes.split_at_checked(12)?;
        (zeros.iter().all(|byte| *byte == 0)).then_some(())?;
        Some(Self(account.try_into().ok()?))
    }

    /// `0x` and the letters' case as EIP-55 wants it.
    pub(crate) fn checksummed(self) -> String {
        let digits = HEXLOWER.encode(&self.0);
        let hash = HEXLOWER.encode(&Keccak256::digest(digits.as_bytes()));
        let cased = digits
            .chars()
            .zip(hash.chars())
            .map(|(digit, nibble)| if nibble >= '8' { digit.to_ascii_uppercase() } else { digit });
        std::iter::once('0').chain(std::iter::once('x')).chain(cased).collect()
    }

    /// As TRON writes it.
    #[cfg(any(test, feature = "tron"))]
    pub(crate) fn tron(self) -> String {
        let mut bytes = vec![TRON];
        bytes.extend(self.0);
        base58::encode_check(&bytes)
    }

    /// 40 hex digits without a prefix.
    pub(crate) fn digits(self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// A word of 32 bytes, in hex with `0x`, as topics hold it.
    #[cfg(any(test, feature = "evm"))]
    pub(crate) fn word(self) -> String {
        format!("0x{:0>64}", self.digits())
    }
}

/// An account's public key, from which addresses `0/index` are derived.
pub(crate) struct AccountKey {
    xpub: Xpub,
    secp: Secp256k1<VerifyOnly>,
}

impl AccountKey {
    /// Reads an `xpub` of an account. Says why for everything else; keys that everybody has only where the money is play
    /// money.
    pub(crate) fn parse(text: &str, play_money: bool) -> Result<Self, Refusal> {
        let text = text.trim();
        if is_private(text) {
            return Err(Refusal::PrivateKey);
        }
        let Ok(bytes) = base58::decode_check(text) else { return Err(not_a_key(text)) };
        if bytes.len() != 78 {
            return Err(not_a_key(text));
        }
        if bytes.get(..4) != Some(XPUB.as_slice()) {
            return Err(bad("key", "not an xpub: these chains use no other kind of extended key"));
        }
        let xpub = Xpub::decode(&bytes).map_err(|_| bad("key", "not a point of the curve"))?;
        if xpub.depth != 3 {
            return Err(bad(
                "key",
                "not an account's key (m/44'/60'/0' or m/44'/195'/0'): its depth is not 3",
            ));
        }
        let public = HEXLOWER.encode(&xpub.public_key.serialize());
        if !play_money && ACCOUNTS.contains(&public.as_str()) {
            return Err(Refusal::PlaceholderKey);
        }
        Ok(Self { xpub, secp: Secp256k1::verification_only() })
    }

    /// The receiving account `0/index`; none for an index beyond 31 bits.
    pub(crate) fn account(&self, index: u32) -> Option<Account> {
        let path = [ChildNumber::from_normal_idx(0).ok()?, ChildNumber::from_normal_idx(index).ok()?];
        let child = self.xpub.derive_pub(&self.secp, &path).ok()?;
        let point = child.public_key.serialize_uncompressed();
        let hash = Keccak256::digest(point.get(1..)?);
        Some(Account(hash.get(12..)?.try_into().ok()?))
    }

    /// Names the key without showing it. The same on every chain of one kind, so that no two payments ever share an
    /// address, not even on different chains.
    pub(crate) fn sequence(&self, kind: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(b"nexa/sequence/1");
        hash.update(self.xpub.public_key.serialize());
        hash.update(self.xpub.chain_code.as_bytes());
        let mut name = HEXLOWER.encode(&hash.finalize());
        name.truncate(24);
        format!("{kind}:{name}")
    }
}

/// Why something that does not decode is no key.
fn not_a_key(text: &str) -> Refusal {
    if is_placeholder(text) {
        return Refusal::PlaceholderKey;
    }
    if Account::parse_hex(text).is_some() || Account::parse_tron(text).is_some() {
        return bad(
            "key",
            "this is an address; an extended public key is needed, so that each payment gets its own",
        );
    }
    bad("key", "not an extended public key, or not a complete one: the checksum is wrong")
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
