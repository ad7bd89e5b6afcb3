//! What several targets share: gateways that are connected as in a shop, and messages signed as their providers sign.

use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use nexa_core::{
    address::outbound::Range,
    ids::GatewayId,
    ports::gateway::{Callback, Gateway, GatewaySetting},
    secret::Secret,
};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// The secret of every gateway: long enough for all of them.
const SECRET: &str = "kq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE";
/// The moment that everything is told.
pub const NOW: i64 = 1_800_000_000;

/// The moment as a timestamp.
///
/// # Panics
/// Never: it is a constant.
pub fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("a moment")
}

/// A gateway that hears messages, under the name of its kind.
pub struct Listener {
    pub name: &'static str,
    pub gateway: Arc<dyn Gateway>,
    /// Whether its provider signs.
    pub signs: bool,
}

fn settings(name: &str) -> Option<(Value, bool)> {
    let merchant = "1344b5d4-0048-11e8-94db-005056a205be";
    let config = match name {
        "card" => json!({ "cards": [
            { "number": "6219861034529007", "holder": "زهرا احمدی", "bank": "سامان" },
            { "number": "5022291073456129", "holder": "رضا کریمی", "bank": "پاسارگاد", "sms_rule": "pasargad" },
        ], "sms": { "secret": SECRET, "cap_minor": i64::MAX } }),
        "oxapay" => json!({ "merchant_api_key": "QK5HNU-9L2MXA-PW8RZT-3VBCJE" }),
        "nowpayments" => json!({ "api_key": "9KD2VQF-4M7PX1T-Q0ZB8CN-H5JW3RY", "ipn_secret": SECRET,
            "pay_currency": "usdttrc20" }),
        "cryptopay" => json!({ "token": "48211:AAkq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0" }),
        "heleket" | "cryptomus" => json!({ "merchant": "8b03432e-385b-4670-8d06-064591096795",
            "payment_key": format!("{SECRET}{SECRET}") }),
        "plisio" => json!({ "secret_key": format!("{SECRET}{SECRET}"), "pay_currency": "USDT_TRX" }),
        "btcpay" => json!({ "base_url": "https://btcpay.my-shop.net", "api_key": format!("{SECRET}kq7Vw2mT"),
            "store_id": "9CiNzKoANXxmk5ayZngSXrHTiVvvgCrwrpFQd4m2K776", "webhook_secret": SECRET }),
        "stripe" => json!({ "secret_key": "sk_test_51HqLyjWDarjtT1zdp7dcQ9vZk3Jx",
            "webhook_secret": format!("whsec_{SECRET}") }),
        "epay" => {
            json!({ "base_url": "https://pay.my-shop.net", "pid": "1001", "key": SECRET, "method": "alipay",
            "product_name": "Membership", "query": false })
        }
        "stars" => json!({ "token": "7350198246:AAFq3nJv0bT8kLr5Zx1Wc9YdUeHgMiPoSa2" }),
        "sandbox" => json!({ "secret": SECRET }),
        "zarinpal" => return Some((json!({ "merchant_id": merchant }), false)),
        "zibal" => return Some((json!({ "merchant": "5f3a1c9be7d24d0012ab34cd" }), false)),
        "aqayepardakht" => return Some((json!({ "pin": "9C1F0E7B2A4D4E6F8B3A" }), false)),
        "nextpay" => return Some((json!({ "api_key": "b11ee9c3-d23d-414e-8b6e-f2370baac97b" }), false)),
        // The chains hear nothing.
        _ => return None,
    };
    Some((config, true))
}

/// Every gateway to which somebody sends messages.
///
/// # Panics
/// When the settings of a kind have changed: then they are to be mended above.
pub fn listeners() -> &'static [Listener] {
    static ALL: OnceLock<Vec<Listener>> = OnceLock::new();
    ALL.get_or_init(|| {
        let setting = GatewaySetting {
            gateway_id: GatewayId::from(Uuid::from_u128(7)),
            callback_url: "https://shop.example/hooks/pay/endpoint7".into(),
            public_url: "https://shop.example".into(),
            test: true,
            range: Range::Anywhere,
        };
        let mut all = Vec::new();
        for kind in nexa_payments::kinds() {
            let Some((config, signs)) = settings(kind.name()) else { continue };
            let gateway = kind.connect(&Secret::new(config), &setting);
            let gateway = gateway.unwrap_or_else(|refusal| panic!("{}: {refusal:?}", kind.name()));
            all.push(Listener { name: kind.name(), gateway, signs });
        }
        assert!(all.len() > 12, "most kinds hear something");
        all
    })
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// The body as JSON with one more member at its end.
fn with_member(body: &[u8], name: &str, value: &str) -> Vec<u8> {
    let body = body.trim_ascii_end();
    let Some(open) = body.strip_suffix(b"}") else { return body.to_vec() };
    let comma = if open.trim_ascii().ends_with(b"{") { "" } else { "," };
    [open, format!("{comma}\"{name}\":\"{value}\"}}").as_bytes()].concat()
}

/// The message as the provider of this kind would send it, with the right signature where that can be made from here.
pub fn signed(name: &str, method: &str, body: &[u8]) -> Callback {
    let time = NOW.to_string();
    let header = |name: &str, value: String| vec![(name.to_owned(), value)];
    let mut callback = Callback {
        method: method.to_owned(),
        query: String::from_utf8_lossy(body).into_owned(),
        headers: Vec::new(),
        body: body.to_vec(),
    };
    let long = format!("{SECRET}{SECRET}");
    match name {
        "card" => {
            let code = mac::<Hmac<sha2::Sha256>>(SECRET.as_bytes(), &[time.as_bytes(), b".", body]);
            callback.headers = header("x-nexa-signature", format!("t={time},v1={code}"));
        }
        "oxapay" => {
            let code = mac::<Hmac<sha2::Sha512>>(b"QK5HNU-9L2MXA-PW8RZT-3VBCJE", &[body]);
            callback.headers = header("hmac", code);
        }
        // Right where the body is already written as they write it.
        "nowpayments" => {
            let code = mac::<Hmac<sha2::Sha512>>(SECRET.as_bytes(), &[body]);
            callback.headers = header("x-nowpayments-sig", code);
        }
        "cryptopay" => {
            let key = sha2::Sha256::digest(b"48211:AAkq7Vw2mT9xLc4RsZ1nHb6YdPf3Ga8JuE0");
            let code = mac::<Hmac<sha2::Sha256>>(&key, &[body]);
            callback.headers = header("crypto-pay-api-signature", code);
        }
        "heleket" | "cryptomus" => {
            let hash = Md5::new().chain_update(BASE64.encode(body.trim_ascii_end())).chain_update(&long);
            callback.body = with_member(body, "sign", &HEXLOWER.encode(&hash.finalize()));
        }
        "plisio" => {
            let code = mac::<Hmac<sha1::Sha1>>(long.as_bytes(), &[body.trim_ascii_end()]);
            callback.body = with_member(body, "verify_hash", &code);
        }
        "btcpay" => {
            let code = mac::<Hmac<sha2::Sha256>>(SECRET.as_bytes(), &[body]);
            callback.headers = header("btcpay-sig", format!("sha256={code}"));
        }
        "stripe" => {
            let key = format!("whsec_{SECRET}");
            let code = mac::<Hmac<sha2::Sha256>>(key.as_bytes(), &[time.as_bytes(), b".", body]);
            callback.headers = header("stripe-signature", format!("t={time},v1={code}"));
        }
        "stars" => {
            let token = "7350198246:AAFq3nJv0bT8kLr5Zx1Wc9YdUeHgMiPoSa2";
            let code = nexa_payments::stars::sign(token, GatewayId::from(Uuid::from_u128(7)), body);
            callback.headers = header(nexa_payments::stars::SIGNATURE, code.unwrap_or_default());
        }
        _ => {}
    }
    callback
}
