//! A shop object for a shop that is elsewhere, as far as that goes without one: `tests/live/ffi.rs` has the rest.

use nexa_ffi::{Shop, ShopError, ShopSettings};

fn code(made: Result<std::sync::Arc<Shop>, ShopError>) -> Option<String> {
    match made {
        Err(ShopError::Refused { code, .. }) => Some(code),
        _ => None,
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let at = |urls: &[&str], settings| {
        let urls = urls.iter().map(|url| (*url).to_owned()).collect();
        code(Shop::connect(urls, None, Some(settings), None))
    };
    let good = ["https://shop.example"];
    assert_eq!(at(&good, ShopSettings::default()), None);
    let nowhere: &[&str] = &[];
    for urls in [nowhere, &[""], &["shop.example"], &["http://shop.example"], &["https://a b"], &["\0"]] {
        assert!(at(urls, ShopSettings::default()).is_some(), "{urls:?}");
    }
    let long = Some(format!("fa-\n{}", "x".repeat(20_000)));
    assert_eq!(at(&good, ShopSettings { locale: long, ..ShopSettings::default() }), None, "it is Persian");
    let text = || Some("\0 nothing".to_owned());
    assert!(at(&good, ShopSettings { locale: text(), ..ShopSettings::default() }).is_some());
    assert!(at(&good, ShopSettings { proxy: text(), ..ShopSettings::default() }).is_some());
    assert!(at(&good, ShopSettings { cache_folder: text(), ..ShopSettings::default() }).is_some());
    assert!(at(&good, ShopSettings { pins: vec!["AAAA".to_owned()], ..ShopSettings::default() }).is_some());
    for seconds in [0, 301, u32::MAX] {
        assert!(
            at(&good, ShopSettings { deadline_seconds: Some(seconds), ..ShopSettings::default() }).is_some()
        );
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_one_is_a_session_that_has_ended() {
    let somewhere = vec!["https://shop.example".to_owned()];
    let shop = Shop::connect(somewhere, Some("\0".to_owned()), None, None).expect("a shop");
    assert_eq!(shop.me().await, Err(ShopError::SignedOut));
}

#[tokio::test]
async fn nobody_there_is_offline() {
    let settings = ShopSettings { deadline_seconds: Some(2), ..ShopSettings::default() };
    let nowhere = vec!["http://127.0.0.1:9".to_owned()];
    let shop = Shop::connect(nowhere, Some("a_token".to_owned()), Some(settings), None).expect("a shop");
    let plans = shop.plans().await.map(drop);
    assert!(matches!(plans, Err(ShopError::Offline { retry_after_seconds: 1.., .. })), "{plans:?}");
    assert_eq!(shop.stale_since(), None);
}
