//! Nothing that an app may pass breaks anything: the answer is a refusal, whatever the text.

use super::{customer, subscriber};
use nexa_core::storefront::model::{
    CheckoutRequest, CouponRequest, MoneyView, NoticePreferencesRequest, OpenTicketRequest, PageRequest,
    PasskeyProof, Purpose, PushRequest, QuoteRequest, SignInRequest, SignUpRequest, TelegramProof,
    WithdrawRequest,
};
use nexa_ffi::{LinkFormat, Shop, ShopError};
use std::sync::Arc;

/// Texts that have broken programs before.
fn odd() -> Vec<String> {
    let long = "x".repeat(100_000);
    let texts = [
        "",
        " ",
        "x",
        "\0",
        "../../etc/passwd",
        "'; DROP TABLE orders;--",
        "%00%n%s",
        "{\"a\":1}",
        "<b>",
        "\n\r\n",
        "🙂",
        "\u{202e}سلام\u{200c}",
        "wallet",
        "-1",
        "18446744073709551616",
        "null",
        "undefined",
        "00000000-0000-7000-8000-000000000000",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff",
        "۰۰۰۰۰۰۰۰-۰۰۰۰-۷۰۰۰-۸۰۰۰-۰۰۰۰۰۰۰۰۰۰۰۰",
        "\u{feff}\u{fffd}",
        &long,
    ];
    texts.into_iter().map(str::to_owned).collect()
}

type Codes = Vec<(&'static str, Result<(), ShopError>)>;

/// Names a call and keeps whether it was answered.
macro_rules! calls {
    ($shop:ident: $($call:ident($($given:expr),*)),+ $(,)?) => {
        vec![$((stringify!($call), $shop.$call($($given),*).await.map(drop))),+]
    };
}

/// Everything that takes the id of something.
async fn by_id(shop: &Arc<Shop>, x: &str) -> Codes {
    let t = || x.to_owned();
    calls!(shop:
        revoke_session(t()), passkey_remove(t()), change_quote(t(), t()), pay(t(), t(), true), order(t()),
        cancel_order(t()), upload_receipt(t(), Vec::new(), t()), subscription(t()), usage(t(), 0),
        reset_link(t()), set_auto_renew(t(), true), rename_subscription(t(), t()), devices(t()),
        rename_device(t(), t(), t()), remove_device(t(), t()), regions(t()), move_subscription(t(), t()),
        purchase_note(t(), Some(t())), link_document(t(), LinkFormat::Plain), link_qr_png(t()),
        link_qr_svg(t()), guide_link(t()), ticket(t()), reply_ticket(t(), t(), None), close_ticket(t()),
        claim_gift(t(), Some(t())), gift(t()), take_gift_back(t()), accept_invitation(t()), adopt(t()),
        article(t(), Some(t())), own_text(t(), Some(t())),
    )
}

/// Everything that takes a request, or a text that is none's id.
async fn by_text(shop: &Arc<Shop>, x: &str) -> Codes {
    let t = || Some(x.to_owned());
    let page = || PageRequest { cursor: t(), limit: Some(0) };
    let amount = MoneyView { minor: i64::MIN, currency: x.to_owned() };
    let telegram = TelegramProof { init_data: t(), widget: t() };
    let passkey = PasskeyProof { state: x.to_owned(), response: x.into() };
    let sign_in = SignInRequest {
        account_number: t(),
        email: t(),
        password: t(),
        code: t(),
        mail_token: t(),
        telegram: Some(telegram.clone()),
        passkey: Some(passkey.clone()),
        second_factor: t(),
        locale: t(),
        client: t(),
        invitation: t(),
        campaign: t(),
    };
    let sign_up =
        SignUpRequest { email: t(), password: t(), locale: t(), client: t(), invitation: t(), campaign: t() };
    let checkout = CheckoutRequest {
        purpose: Purpose::Adopted,
        method: x.to_owned(),
        plan_id: t(),
        pack_id: t(),
        subscription_id: t(),
        amount: Some(amount.clone()),
        region: t(),
        use_wallet: true,
        keep: true,
        gift: true,
        note: t(),
        expected: Some(amount.clone()),
        coupon: t(),
    };
    let quote = QuoteRequest {
        plan_id: x.to_owned(),
        method: t(),
        use_wallet: true,
        subscription_id: t(),
        coupon: t(),
    };
    let coupon = CouponRequest {
        code: x.to_owned(),
        purpose: Purpose::Given,
        plan_id: t(),
        pack_id: t(),
        subscription_id: t(),
        amount: Some(amount.clone()),
        gift: true,
    };
    let hours =
        NoticePreferencesRequest { quiet_from: t(), timezone: t(), ..NoticePreferencesRequest::default() };
    let ticket = OpenTicketRequest { subject: t(), text: x.to_owned(), subscription_id: t() };
    let browser = PushRequest { endpoint: x.to_owned(), p256dh: x.to_owned(), auth: x.to_owned() };
    let withdrawal = WithdrawRequest { amount, way: x.to_owned(), destination: x.to_owned() };
    let text = || x.to_owned();
    calls!(shop:
        sign_up(sign_up), sign_in(sign_in.clone()), prove(sign_in), request_code(text(), t()),
        add_email(text()), confirm_email(text(), text()), add_telegram(telegram), remove_identity(text()),
        totp_confirm(text()), totp_disable(text()), passkey_add(passkey, t()), set_password(t(), text()),
        quote(quote), coupon_quote(coupon), checkout(checkout, t()), notices(page()), orders(page()),
        wallet(page()), tickets(page()), commissions(page()), withdrawals(page()), withdraw(withdrawal),
        set_notice_preferences(hours), open_ticket(ticket, Some(text().into_bytes())),
        push_on(browser), judge_article(text(), true),
    )
}

#[tokio::test]
async fn odd_texts_are_refused_and_break_nothing() {
    let (shop, held) = subscriber().await;
    let mut asked = 0;
    for text in odd() {
        for (call, answer) in [by_id(&shop, &text).await, by_text(&shop, &text).await].concat() {
            asked += 1;
            let said = matches!(&answer, Err(ShopError::Refused { code, text, .. }) if !code.is_empty() && !text.is_empty());
            assert!(said, "{call}({text:.40?}): {answer:?}");
        }
    }
    assert!(asked > 1_000, "{asked} calls");
    assert_eq!(shop.subscriptions().await.expect("still there").remove(0).link, held.link);
}

#[tokio::test]
async fn languages_that_there_are_not_are_refused() {
    assert!(matches!(Shop::demo(Some("xx".to_owned()), None), Err(ShopError::Refused { .. })));
    let shop = customer().await;
    for text in odd() {
        assert!(shop.speak(text).is_err());
    }
    let english = shop.order("x".to_owned()).await;
    shop.speak("fa-IR".to_owned()).expect("Persian");
    let persian = shop.order("x".to_owned()).await;
    let (Err(ShopError::Refused { text: english, .. }), Err(ShopError::Refused { text: persian, .. })) =
        (english, persian)
    else {
        panic!("both are refused")
    };
    assert!(english != persian && persian.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "{persian}");
}

#[tokio::test]
async fn a_guest_is_told_to_sign_in() {
    let shop = Shop::demo(None, None).expect("a demo");
    assert!(!shop.plans().await.expect("plans").is_empty());
    assert_eq!(shop.me().await, Err(ShopError::SignedOut));
    assert_eq!(shop.order("\0".to_owned()).await, Err(ShopError::SignedOut));
}
