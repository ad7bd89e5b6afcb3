//! What somebody's Telegram says of them: as a stranger makes it up, and with the bot's signature.
#![no_main]

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use libfuzzer_sys::fuzz_target;
use nexa_core::{
    domain::telegram::{Proof, SIGN_IN_AGE, bot_id, bot_username, verify},
    secret::Secret,
};
use nexa_fuzz::now;
use sha2::{Digest as _, Sha256};

const TOKEN: &str = "7350198246:AAFq3nJv0bT8kLr5Zx1Wc9YdUeHgMiPoSa2";

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fuzz_target!(|raw: &str| {
    let token = Secret::new(TOKEN.to_owned());
    for proof in [Proof::MiniApp(raw), Proof::Widget(raw)] {
        assert!(verify(proof, &token, now(), SIGN_IN_AGE).is_err(), "nobody signed it");
    }
    // Signed over the fields as they stand, so that what comes behind the signature is reached too.
    let mut lines: Vec<&str> = raw.split('&').filter(|field| !field.starts_with("hash=")).collect();
    lines.sort_unstable();
    let text = lines.join("\n");
    let keys = [mac(b"WebAppData", TOKEN.as_bytes()), Sha256::digest(TOKEN.as_bytes()).to_vec()];
    for (key, widget) in keys.iter().zip([false, true]) {
        let whole = format!("{}&hash={}", lines.join("&"), HEXLOWER.encode(&mac(key, text.as_bytes())));
        let (right, wrong) = if widget {
            (Proof::Widget(&whole), Proof::MiniApp(&whole))
        } else {
            (Proof::MiniApp(&whole), Proof::Widget(&whole))
        };
        drop(verify(right, &token, now(), SIGN_IN_AGE));
        assert!(verify(wrong, &token, now(), SIGN_IN_AGE).is_err(), "one form never passes for the other");
    }
    drop((bot_id(raw), bot_username(raw)));
});
