//! What serde reads and writes is what the API writes and reads, for every type of the customers' operations.

mod filler;

use filler::filled;
use nexa_core::storefront::model::*;
use nexa_http::{api::document, paths::api};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeSet;

fn same<T: ToJSON + ParseFromJSON + Type + Serialize + DeserializeOwned>(names: &mut BTreeSet<String>) {
    let name = T::name().into_owned();
    for full in [true, false] {
        let one: T = filled(full);
        let ours = serde_json::to_value(&one).unwrap();
        let theirs = one.to_json().unwrap();
        assert_eq!(ours, theirs, "{name}");
        let text = theirs.to_string();
        let read: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}: {text}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), ours, "{name}");
        let parsed =
            T::parse_from_json(Some(ours)).unwrap_or_else(|e| panic!("{name}: {}", e.into_message()));
        assert_eq!(parsed.to_json().unwrap(), theirs, "{name}");
    }
    names.insert(name);
}

macro_rules! all_same {
    ($($name:ident)+) => {{
        let mut names = BTreeSet::new();
        $(same::<$name>(&mut names);)+
        names
    }};
}

#[test]
fn serde_and_the_api_agree_about_every_type() {
    let ours = all_same![
        MoneyView PlanView OfferView LocationView MethodView PaymentView CardView OrderPage ReceiptView WalletView
        WalletEntryView SignUpRequest SignUpView SignInRequest TelegramProof SessionView SessionEntryView MeView
        IdentityView CodeView AccountNumberView TotpView RecoveryCodesView AdoptRequest CouponView CouponRequest
        CouponQuoteView GiftView GiftRequest ClaimGiftRequest ArticleEntryView ArticleView JudgeArticleRequest
        JudgedView OwnTextView PurchaseNoteView InvitationView ReferralTermsView WithdrawalTermsView
        AcceptInvitationRequest CommissionView CommissionPage WithdrawRequest WithdrawalView WithdrawalPage RegionView
        MoveRequest NoticePage NoticeView ActionView NoticePreferencesView MailPreferencesView
        NoticePreferencesRequest Purpose QuoteRequest QuoteView CheckoutRequest OrderView OrderLineView PackView
        ChangeQuoteView PasskeyChallengeView PasskeyProof PasskeyView PushKeyView PushRequest PushOffRequest
        SubscriptionView DeviceView DeviceRequest GuideView ServerView ForwardView TicketPage TicketEntryView
        TicketView TicketMessageView OpenTicketRequest UsageView DayView ServerUsageView
    ];
    // Small requests that have no type in the contract; the client writes them by hand, and the suite sends them.
    let by_hand = [
        "MailCodeRequest",
        "MeRequest",
        "EmailRequest",
        "ConfirmEmailRequest",
        "PasswordRequest",
        "AddPasskeyRequest",
        "TotpCodeRequest",
        "PayRequest",
        "TopUpRequest",
        "UpdateSubscriptionRequest",
        "ReplyRequest",
        "Drawing",
        "ReceiptForm",
        "PictureForm",
        "OpenWithPictureForm",
        "Problem",
    ];
    let named = of_customers();
    let missing: Vec<_> =
        named.iter().filter(|name| !ours.contains(*name) && !by_hand.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "not compared: {missing:?}");
    assert!(named.len() > 60, "{}", named.len());
}

/// The schemas that customers' operations lead to.
fn of_customers() -> BTreeSet<String> {
    let document = document::document();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/admin") {
            collect(&document, item, &mut names);
        }
    }
    names
}

fn collect(document: &Value, value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let at = members.get("$ref").and_then(Value::as_str);
            let name = at.and_then(|at| at.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| names.insert((*name).to_owned())) {
                collect(document, &document["components"]["schemas"][name], names);
            }
            members.values().for_each(|member| collect(document, member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(document, item, names)),
        _ => {}
    }
}

#[test]
fn large_numbers_are_exact() {
    let read: UsageView = serde_json::from_str(r#"{"days":[],"total_bytes":18446744073709551615}"#).unwrap();
    assert_eq!(read.total_bytes, u64::MAX);
    let money: MoneyView = serde_json::from_str(r#"{"minor":9007199254740993,"currency":"IRR"}"#).unwrap();
    assert_eq!(money.minor, 9_007_199_254_740_993);
}

/// The client's table of operations is the document's, but for one that is another way to check out.
#[test]
fn the_clients_table_is_the_document() {
    let document = document::document();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|_| !path.starts_with("/admin")) {
            let keyed = operation["parameters"].as_array().into_iter().flatten();
            let keyed = keyed
                .filter_map(|it| it["name"].as_str())
                .any(|it| it.eq_ignore_ascii_case("idempotency-key"));
            let id = operation["operationId"].as_str().unwrap();
            documented.insert((id.to_owned(), method.to_uppercase(), path.clone(), keyed));
        }
    }
    documented.retain(|(id, ..)| id != "topUp");
    let path = |of: &api::Operation| {
        let part = |part: &str| part.strip_prefix(':').map_or(part.to_owned(), |name| format!("{{{name}}}"));
        of.path.split('/').map(part).collect::<Vec<_>>().join("/")
    };
    let row = |of: &api::Operation| {
        (of.id.to_owned(), of.method.to_owned(), path(of), of.repeat == api::Repeat::ByKey)
    };
    assert_eq!(api::ALL.iter().map(row).collect::<BTreeSet<_>>(), documented);
}
