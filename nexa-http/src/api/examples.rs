//! What a request looks like, by operation: the first thing that a developer copies.

use serde_json::{Value, json};

/// An example of an operation's body.
#[must_use]
pub fn body(operation: &str) -> Option<Value> {
    customers(operation).or_else(|| operators(operation))
}

fn customers(operation: &str) -> Option<Value> {
    Some(match operation {
        "signUp" => {
            json!({ "email": "sara@example.org", "password": "correct horse battery", "locale": "fa" })
        }
        "signIn" => json!({ "account_number": "12345 67890 12345 67890 12345" }),
        "requestCode" => json!({ "email": "sara@example.org", "locale": "fa" }),
        "prove" => json!({ "email": "sara@example.org", "password": "correct horse battery" }),
        "updateMe" => json!({ "locale": "fa" }),
        "addEmail" => json!({ "email": "sara@example.org" }),
        "confirmEmail" => json!({ "email": "sara@example.org", "code": "01234567" }),
        "addTelegram" => {
            json!({ "init_data": "user=%7B%22id%22%3A279058397%7D&auth_date=1662771648&hash=c501..." })
        }
        "addPasskey" => passkey(),
        "setPassword" => json!({ "current": "correct horse battery", "new": "battery horse correct" }),
        "confirmTotp" | "disableTotp" => json!({ "code": "123456" }),
        "quote" => json!({ "plan_id": ID }),
        "checkout" => json!({ "purpose": "new", "method": "wallet", "plan_id": ID }),
        "quoteCoupon" => json!({ "code": "SPRING20", "purpose": "new", "plan_id": ID }),
        "topUp" => json!({ "amount": { "minor": 1000, "currency": "USD" }, "method": ID }),
        "updateSubscription" => json!({ "name": "My phone", "auto_renew": true }),
        "adoptSubscription" => {
            json!({ "service": "https://panel.example/x7Kd9/a59e4807-8100-45d7-83b6-f2248e3475f8/" })
        }
        "moveSubscription" => json!({ "region": "FI" }),
        "pay" => json!({ "method": "wallet" }),
        "pushOn" => json!({
            "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA",
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        }),
        "pushOff" => json!({ "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA" }),
        "lookAtGift" | "acceptInvitation" => json!({ "code": "k5xw2zqdnbswy3dpeb3w64tmmq" }),
        "claimGift" => json!({ "code": "k5xw2zqdnbswy3dpeb3w64tmmq", "subscription_id": ID }),
        "setNoticePreferences" => {
            json!({ "news": false, "quiet_from": "23:00", "quiet_until": "08:00", "timezone": "Asia/Tehran" })
        }
        "openTicket" => json!({ "subject": "No connection", "text": "Since this morning nothing connects." }),
        "replyTicket" => json!({ "text": "It works again, thank you." }),
        "renameDevice" => json!({ "name": "Mum's phone" }),
        _ => return None,
    })
}

fn operators(operation: &str) -> Option<Value> {
    words(operation).or_else(|| money(operation)).or_else(|| running(operation))
}

/// What operators say to customers and hear of them.
fn words(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminAnswerTicket" => json!({ "text": "Please open the link anew." }),
        "adminSetAlerts" => json!({
            "chat_id": -1_001_234_567_890_i64,
            "topics": [{ "kind": "receipts", "thread_id": 4 }, { "kind": "tickets", "thread_id": 7 }],
            "large_payment": { "minor": 10_000, "currency": "USD" },
        }),
        "adminDraftBroadcast" => json!({
            "segment": "expiring",
            "texts": { "en": "Your subscription ends soon.", "fa": "اشتراک شما رو به پایان است." },
            "buttons": [{ "label": "Renew", "action": "renew" }],
        }),
        "adminSetMaintenance" => json!({ "on": true, "note": "New servers until 18:00." }),
        _ => return None,
    })
}

/// What operators decide about money.
fn money(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminAddCoupon" => json!({
            "code": "SPRING20",
            "terms": { "percent": 20, "total": 100, "per_user": 1, "until": "2027-03-21T00:00:00Z" },
            "enabled": true,
        }),
        "adminAcceptPayment" => {
            let received = json!({ "minor": 1_000_000, "currency": "LTC" });
            json!({ "received": received, "version": 0, "reason": "the explorer shows it" })
        }
        "adminDismissPayment" => json!({ "version": 0, "reason": "it was for another order" }),
        "adminSendBack" => json!({ "network": "stripe", "name": "pi_3MtwBwLkdIwHu7ix28a3tqPa" }),
        "adminUpdateCoupon" => json!({ "terms": { "percent": 20 }, "enabled": false }),
        _ => return None,
    })
}

/// What running a shop takes.
fn running(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminSetTelegram" => json!({ "token": "5768337691:AAH5...", "username": "my_shop_bot" }),
        "adminUpdateBot" => {
            json!({ "channel": "@my_shop_news", "terms_url": "https://shop.example.org/terms" })
        }
        "adminSavePack" => json!({
            "kind": "traffic",
            "name": "10 GiB more",
            "amount": 10_737_418_240_u64,
            "prices": [{ "minor": 149, "currency": "USD" }],
            "on_sale": true,
        }),
        "adminUpdateShop" => json!({ "name": "My shop", "support_url": "https://shop.example.org/help" }),
        "adminGrantSubscription" => json!({ "plan_id": ID, "reason": "Helped us to test." }),
        "adminExtendSubscription" => json!({ "days": 3, "reason": "Frankfurt was down." }),
        "adminUpdateLinkSettings" => json!({ "devices": "count", "hosts": [
            { "host": "new.example.org", "state": "active" }, { "host": "old.example.org", "state": "moving_away" },
        ] }),
        "adminSetLinkRules" => json!({ "rules": [
            { "header": "user-agent", "operator": "version_at_least", "value": "v2rayng/1.8.29", "form": "xray",
              "headers": [] },
        ] }),
        "adminAddGroup" => json!({ "name": "europe", "spread": 2 }),
        "adminAddServer" => json!({
            "name": "Frankfurt",
            "kind": "hiddify",
            "config": { "admin_link": "https://panel.example.org/path/uuid/" },
            "region": "DE",
            "capacity": 500,
        }),
        "adminUpdateServer" => json!({ "state": "draining" }),
        "adminAddPlan" => json!({
            "name": "1 month, 50 GiB",
            "days": 30,
            "traffic_bytes": 53_687_091_200_u64,
            "devices": 2,
            "prices": [{ "minor": 499, "currency": "USD" }],
            "on_sale": true,
        }),
        "adminUpdatePlan" => json!({ "on_sale": false }),
        "adminAddGateway" => {
            json!({ "kind": "litecoin", "name": "Litecoin", "config": { "key": "zpub..." } })
        }
        "adminUpdateGateway" => json!({ "enabled": true }),
        "adminSetRate" => {
            json!({ "asset": "LTC", "price": { "minor": 8400, "currency": "USD" }, "valid_hours": 24 })
        }
        "adminSetReferralTerms" => {
            json!({ "on": true, "reward_bp": 1000, "welcome": { "minor": 100, "currency": "USD" } })
        }
        "adminAddCampaign" => json!({ "code": "spring-2027", "name": "Channel, spring" }),
        "adminFindUser" => json!({ "query": "sara@example.org" }),
        "adminBlockUser" => json!({ "blocked": true }),
        "adminCorrectWallet" => json!({ "amount": { "minor": 500, "currency": "USD" } }),
        "adminAcceptReceipt" => {
            json!({ "received": { "minor": 1_200_000, "currency": "IRR" }, "version": 0 })
        }
        "adminAssignDeposit" => json!({ "payment_id": ID }),
        "adminRejectReceipt" => json!({ "reason": "not_received", "version": 0 }),
        "adminAddKey" => json!({ "label": "my app", "scopes": ["read", "buy"], "days": 365 }),
        _ => return None,
    })
}

fn passkey() -> Value {
    let made = json!({
        "id": "q1b3...", "rawId": "q1b3...", "type": "public-key",
        "response": { "attestationObject": "o2Nm...", "clientDataJSON": "eyJ0..." },
    });
    json!({ "passkey": { "state": "pT5vX3yF...", "response": made }, "client": "Chrome, Android" })
}

const ID: &str = "019a5f3c-8f1e-7c3a-9b52-3f0f6c1d2e4b";

#[cfg(test)]
mod tests {
    use super::body;
    use nexa_core::{
        backoffice::model::*,
        storefront::model::{
            AcceptInvitationRequest, AdoptRequest, CheckoutRequest, ClaimGiftRequest, DeviceRequest,
            GiftRequest, MoveRequest, QuoteRequest, ReferralTermsView, SignInRequest, SignUpRequest,
            TelegramProof,
        },
    };
    use serde::de::DeserializeOwned;

    fn fits<T: DeserializeOwned>(operation: &str) {
        let read = serde_json::from_value::<T>(body(operation).unwrap());
        assert!(read.is_ok(), "{operation}: {:?}", read.err());
    }

    #[test]
    fn examples_are_taken() {
        fits::<SignUpRequest>("signUp");
        fits::<SignInRequest>("signIn");
        fits::<SignInRequest>("prove");
        fits::<TelegramProof>("addTelegram");
        fits::<TelegramRequest>("adminSetTelegram");
        fits::<BotRequest>("adminUpdateBot");
        fits::<QuoteRequest>("quote");
        fits::<CheckoutRequest>("checkout");
        fits::<DeviceRequest>("renameDevice");
        fits::<LinkSettingsRequest>("adminUpdateLinkSettings");
        fits::<LinkRulesRequest>("adminSetLinkRules");
        fits::<ShopRequest>("adminUpdateShop");
        fits::<GroupRequest>("adminAddGroup");
        fits::<AddServerRequest>("adminAddServer");
        fits::<UpdateServerRequest>("adminUpdateServer");
        fits::<AddPlanRequest>("adminAddPlan");
        fits::<UpdatePlanRequest>("adminUpdatePlan");
        fits::<PackRequest>("adminSavePack");
        fits::<AddGatewayRequest>("adminAddGateway");
        fits::<UpdateGatewayRequest>("adminUpdateGateway");
        fits::<RateRequest>("adminSetRate");
        fits::<MaintenanceRequest>("adminSetMaintenance");
        fits::<BroadcastRequest>("adminDraftBroadcast");
        fits::<GrantRequest>("adminGrantSubscription");
        fits::<ExtendRequest>("adminExtendSubscription");
        fits::<WalletCorrection>("adminCorrectWallet");
        fits::<AcceptRequest>("adminAcceptReceipt");
        fits::<AssignRequest>("adminAssignDeposit");
        fits::<RejectRequest>("adminRejectReceipt");
        fits::<ApiKeyRequest>("adminAddKey");
        fits::<AcceptInvitationRequest>("acceptInvitation");
        fits::<GiftRequest>("lookAtGift");
        fits::<ClaimGiftRequest>("claimGift");
        fits::<AdoptRequest>("adoptSubscription");
        fits::<MoveRequest>("moveSubscription");
        fits::<ReferralTermsView>("adminSetReferralTerms");
        fits::<CampaignRequest>("adminAddCampaign");
    }

    #[test]
    fn every_body_has_an_example() {
        let document = crate::api::document::document();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let json = &operation["requestBody"]["content"]["application/json"];
                assert!(json.is_null() || json["example"].is_object(), "{method} {path}");
            }
        }
    }
}
