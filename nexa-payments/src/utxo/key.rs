//! The operator's extended public key and the addresses derived from it (BIP 32, BIP 84, SLIP-132).
//!
//! It must never hold a private key: one that is pasted by mistake is recognised, refused and forgotten.

use super::network::{Chain, Coin, Network};
use crate::{
    chain::{
        private::is_private,
        published::{ACCOUNTS, ADDRESSES},
    },
    config::{bad, is_placeholder},
};
use bitcoin::{
    CompressedPublicKey, base58, bech32,
    bip32::{ChildNumber, Xpub},
    secp256k1::{Secp256k1, VerifyOnly},
};
use data_encoding::HEXLOWER;
use nexa_core::domain::refusal::Refusal;
use sha2::{Digest, Sha256};

/// The version of a plain Bitcoin xpub, the only one that the decoder is given.
const XPUB: [u8; 4] = [0x04, 0x88, 0xb2, 0x1e];
const NESTED: &str =
    "addresses of this key are wrapped (P2SH); export the key of a native segwit account (zpub)";

/// An account's public key, from which addresses `0/index` are derived.
pub(super) struct AccountKey {
    xpub: Xpub,
    network: Network,
    secp: Secp256k1<VerifyOnly>,
}

impl AccountKey {
    /// Reads `xpub`, `zpub`, `Ltub`, or `tpub`, `vpub`, `ttub` on test chains. Says why for everything else.
    pub(super) fn parse(text: &str, network: Network) -> Result<Self, Refusal> {
        let text = text.trim();
        if is_private(text) {
            return Err(Refusal::PrivateKey);
        }
        let Ok(mut bytes) = base58::decode_check(text) else { return Err(not_a_key(text)) };
        if bytes.len() != 78 {
            return Err(not_a_key(text));
        }
        accepted(text.get(..4).unwrap_or_default(), network)?;
        bytes.splice(0..4, XPUB);
        let xpub = Xpub::decode(&bytes).map_err(|_| bad("key", "not a point of the curve"))?;
        // BIP 84 puts the account at depth 3; Electrum's own seeds at 1. Deeper keys are a chain's, not an account's.
        if !(1..=3).contains(&xpub.depth) {
            return Err(bad("key", "not an account's key: its depth is not 1 to 3"));
        }
        let public = HEXLOWER.encode(&xpub.public_key.serialize());
        if network.chain == Chain::Main && ACCOUNTS.contains(&public.as_str()) {
            return Err(Refusal::PlaceholderKey);
        }
        Ok(Self { xpub, network, secp: Secp256k1::verification_only() })
    }

    /// The receiving address `0/index`; none for an index beyond 31 bits.
    pub(super) fn address(&self, index: u32) -> Option<String> {
        let path = [ChildNumber::from_normal_idx(0).ok()?, ChildNumber::from_normal_idx(index).ok()?];
        let child = self.xpub.derive_pub(&self.secp, &path).ok()?;
        let program: [u8; 20] = *CompressedPublicKey(child.public_key).wpubkey_hash().as_ref();
        let prefix = bech32::Hrp::parse(self.network.prefix()).ok()?;
        bech32::segwit::encode_v0(prefix, &program).ok()
    }

    /// Names the key without showing it; the same for every way of writing it.
    pub(super) fn sequence(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"nexa/sequence/1");
        hash.update(self.xpub.public_key.serialize());
        hash.update(self.xpub.chain_code.as_bytes());
        let mut name = HEXLOWER.encode(&hash.finalize());
        name.truncate(24);
        format!("{}:{name}", self.network.family())
    }
}

/// Whether a reference is an address that this network's keys could have.
pub(super) fn is_address(text: &str, network: Network) -> bool {
    match bech32::segwit::decode(text) {
        Ok((prefix, version, program)) => {
            prefix.as_str() == network.prefix() && version.to_u8() == 0 && program.len() == 20
        }
        Err(_) => false,
    }
}

/// Whether keys that begin so give native segwit addresses of this network.
fn accepted(prefix: &str, network: Network) -> Result<(), Refusal> {
    let main = network.chain == Chain::Main;
    match (prefix, network.coin) {
        ("Ltub" | "Mtub", Coin::Bitcoin) => Err(bad("key", "a Litecoin key")),
        ("tpub" | "vpub" | "ttub", _) if main => Err(bad("key", "a key of a test chain")),
        ("xpub" | "zpub" | "tpub" | "vpub", _) | ("Ltub" | "ttub", Coin::Litecoin) => Ok(()),
        ("ypub" | "upub" | "Mtub", _) => Err(bad("key", NESTED)),
        ("Ypub" | "Zpub" | "Upub" | "Vpub", _) => Err(bad("key", "a key for multisignature wallets")),
        _ => Err(bad("key", "an unknown kind of extended key")),
    }
}

/// Why something that does not decode is no key.
fn not_a_key(text: &str) -> Refusal {
    if ADDRESSES.contains(&text) || is_placeholder(text) {
        return Refusal::PlaceholderKey;
    }
    let legacy = base58::decode_check(text).is_ok_and(|bytes| bytes.len() == 21);
    let lower = text.to_lowercase();
    let segwit = ["bc1", "tb1", "bcrt1", "ltc1", "tltc1", "rltc1", "ltcmweb1"];
    if legacy || segwit.iter().any(|prefix| lower.starts_with(prefix)) {
        return bad(
            "key",
            "this is an address; an extended public key is needed, so that each payment gets its own",
        );
    }
    bad("key", "not an extended public key, or not a complete one: the checksum is wrong")
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
