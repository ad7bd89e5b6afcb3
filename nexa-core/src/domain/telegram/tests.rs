//! Vectors: the Mini App's is that of the Telegram Mini Apps reference libraries (init-data-golang, public test bot), the
//! widget's was computed from the documentation's rule by an independent program.

use super::*;
use proptest::prelude::*;

const TOKEN: &str = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";
const MINI_APP: &str = "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2";
const WIDGET: &str =
    "auth_date=1662771648&first_name=Vladislav&id=279058397&last_name=Kibenko&username=vdkfrost";
const RIGHT: &str = "e8e4a70c2d16161b1b02458a90df65bea525c1b993ac7cf9d37f90dfd4d71fc1";
/// The same fields, signed with the Mini App's key.
const OTHER_DOMAIN: &str = "2e7d194a7e04355b56a1726faff571c2881f3f3d86c4422aa8f429c33f3bccb4";

fn token() -> Secret<String> {
    Secret::new(TOKEN.to_owned())
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_662_771_648 + seconds).unwrap()
}

fn mini_app(raw: &str, seconds: i64) -> Result<i64, Refusal> {
    verify(Proof::MiniApp(raw), &token(), at(seconds), SIGN_IN_AGE).map(|proved| proved.id)
}

fn widget(raw: &str, seconds: i64) -> Result<Proved, Refusal> {
    verify(Proof::Widget(raw), &token(), at(seconds), FRESH_AGE)
}

/// Signs fields as a Mini App's data.
fn signed(fields: &[(&str, &str)]) -> String {
    let sorted: BTreeMap<&str, &str> = fields.iter().copied().collect();
    let lines: Vec<String> = sorted.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let hash = mac(&mac(b"WebAppData", TOKEN.as_bytes()), lines.join("\n").as_bytes());
    let encoded =
        |v: &str| v.bytes().flat_map(|b| ["%".to_owned(), HEXLOWER.encode(&[b])]).collect::<String>();
    let parts: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={}", encoded(v))).collect();
    format!("{}&hash={}", parts.join("&"), HEXLOWER.encode(&hash))
}

#[test]
fn the_keys_are_those_of_the_vectors() {
    let key = HEXLOWER.encode(&mac(b"WebAppData", TOKEN.as_bytes()));
    assert_eq!(key, "a5c609aa52f63cb5e6d8ceb6e4138726ea82bbc36bb786d64482d445ea38ee5f");
    let key = HEXLOWER.encode(&Sha256::digest(TOKEN.as_bytes()));
    assert_eq!(key, "de78732eef3ae800edd5a059c20c4d02a12c64fdeb3178dbcf8024a5a0dcc093");
}

#[test]
fn the_vectors_are_taken() {
    assert_eq!(mini_app(MINI_APP, 0), Ok(279_058_397));
    let proved = widget(&format!("{WIDGET}&hash={RIGHT}"), 0).unwrap();
    assert_eq!(proved.id, 279_058_397);
    let shouted = widget(&format!("{WIDGET}&hash={}", RIGHT.to_uppercase()), 0).unwrap();
    assert_eq!(proved.once, shouted.once, "the same proof however it is written");
    let (_, until) = proved.once.unwrap();
    assert!(until > at(300), "remembered for as long as it would be taken");
}

#[test]
fn one_kind_never_passes_for_the_other() {
    assert_eq!(widget(&format!("{WIDGET}&hash={OTHER_DOMAIN}"), 0), Err(Refusal::BadTelegramProof));
    assert_eq!(widget(MINI_APP, 0), Err(Refusal::BadTelegramProof));
    assert_eq!(mini_app(&format!("{WIDGET}&hash={RIGHT}"), 0), Err(Refusal::BadTelegramProof));
    let shop = Secret::new(format!("{TOKEN}x"));
    let other = verify(Proof::MiniApp(MINI_APP), &shop, at(0), SIGN_IN_AGE);
    assert_eq!(other, Err(Refusal::BadTelegramProof), "another bot's");
}

#[test]
fn age_and_future_are_bounded() {
    assert_eq!(mini_app(MINI_APP, 86_400), Ok(279_058_397));
    assert_eq!(mini_app(MINI_APP, 86_401), Err(Refusal::TelegramProofOld));
    assert_eq!(mini_app(MINI_APP, -60), Ok(279_058_397));
    assert_eq!(mini_app(MINI_APP, -61), Err(Refusal::BadTelegramProof));
    let proof = format!("{WIDGET}&hash={RIGHT}");
    assert!(widget(&proof, 300).is_ok());
    assert_eq!(widget(&proof, 301), Err(Refusal::TelegramProofOld));
}

#[test]
fn what_is_odd_is_refused() {
    let bad = |raw: &str| assert_eq!(mini_app(raw, 0), Err(Refusal::BadTelegramProof), "{raw:.80}");
    bad("");
    bad("hash");
    bad("&");
    bad(&format!("{MINI_APP}&auth_date=1662771648"));
    bad(&format!("{MINI_APP}&hash=00"));
    bad(&MINI_APP.replace("hash=c5", "hash=C6"));
    bad(&MINI_APP.replace("&hash=", "&hesh="));
    bad(&MINI_APP.replace("279058397", "279058398"));
    bad(&MINI_APP.replace("%7B", "%7"));
    bad(&MINI_APP.replace("%7B", "%ff"));
    bad(&format!("{MINI_APP}&a={}", "b".repeat(5000)));
    let many: Vec<String> = (0..21).map(|n| format!("f{n}=x")).collect();
    bad(&many.join("&"));
}

#[test]
fn a_right_signature_over_nonsense_is_refused() {
    let date = ("auth_date", "1662771648");
    assert_eq!(mini_app(&signed(&[date, ("user", r#"{"id":7}"#)]), 0), Ok(7));
    assert_eq!(mini_app(&signed(&[date, ("user", r#"{"id":7}"#), ("signature", "x")]), 0), Ok(7));
    for user in ["", "7", "{}", r#"{"id":-7}"#, r#"{"id":0}"#, r#"{"id":"7"}"#, r#"{"id":1e3}"#] {
        let raw = signed(&[date, ("user", user)]);
        assert_eq!(mini_app(&raw, 0), Err(Refusal::BadTelegramProof), "{user}");
    }
    for date in ["", "-1", "+1662771648", " 1662771648", "1662771648.0", "99999999999999999999"] {
        let raw = signed(&[("auth_date", date), ("user", r#"{"id":7}"#)]);
        assert_eq!(mini_app(&raw, 0), Err(Refusal::BadTelegramProof), "{date}");
    }
    assert_eq!(mini_app(&signed(&[("user", r#"{"id":7}"#)]), 0), Err(Refusal::BadTelegramProof));
}

#[test]
fn bots_are_named_by_their_token() {
    assert_eq!(bot_id(TOKEN), Ok(5_768_337_691));
    for wrong in [
        "",
        "5768337691",
        "x:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8",
        "-5:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8",
        "5:short",
    ] {
        assert!(bot_id(wrong).is_err(), "{wrong}");
    }
    assert_eq!(bot_username(" @My_shop_bot "), Ok("My_shop_bot".to_owned()));
    for wrong in ["", "abc", "a b c d e", "بات"] {
        assert!(bot_username(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in ".{0,200}") {
        prop_assert!(mini_app(&text, 0).is_err());
        prop_assert!(widget(&text, 0).is_err());
    }

    #[test]
    fn no_changed_byte_is_taken(at in 0..MINI_APP.len(), byte in 0x21_u8..0x7f) {
        let mut bytes = MINI_APP.as_bytes().to_vec();
        prop_assume!(!bytes[at].eq_ignore_ascii_case(&byte));
        bytes[at] = byte;
        prop_assert!(mini_app(std::str::from_utf8(&bytes).unwrap(), 0).is_err());
    }
}
