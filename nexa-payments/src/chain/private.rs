//! Recognises what gives power over money, so that it is refused and forgotten.

use bitcoin::base58;

/// First letters of private keys: SLIP-132 for both coins.
const PRIVATE: [&str; 13] =
    ["xprv", "yprv", "zprv", "Yprv", "Zprv", "tprv", "uprv", "vprv", "Uprv", "Vprv", "Ltpv", "Mtpv", "ttpv"];
/// First bytes of a private key in wallet import format: main, test, Litecoin main.
const WIF: [u8; 3] = [0x80, 0xef, 0xb0];

/// Whether a text gives power over money: an extended private key, a single one, or a seed phrase. Also inside a
/// descriptor.
pub(crate) fn is_private(text: &str) -> bool {
    let words = || text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let phrase = text.split_whitespace().count() >= 12;
    phrase
        || words().any(|word| PRIVATE.iter().any(|prefix| word.starts_with(prefix)))
        || words().map(|word| word.strip_prefix("0x").unwrap_or(word)).any(is_hex)
        || words().any(|word| {
            base58::decode_check(word).is_ok_and(|bytes| {
                matches!(bytes.len(), 33 | 34) && bytes.first().is_some_and(|first| WIF.contains(first))
            })
        })
}

fn is_hex(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}
