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
        "withdraw" => json!({
            "amount": { "minor": 2500, "currency": "USD" },
            "way": "chain",
            "destination": "0x52908400098527886E0F7030069857D2E4169EE7",
        }),
        "renameDevice" => json!({ "name": "Mum's phone" }),
        "judgeArticle" => json!({ "helped": true }),
        _ => return None,
    })
}

fn operators(operation: &str) -> Option<Value> {
    let found = words(operation)
        .or_else(|| money(operation))
        .or_else(|| running(operation))
        .or_else(|| growing(operation));
    found.or_else(|| resale(operation)).or_else(|| serving(operation)).or_else(|| setting_up(operation))
}

/// What operators do for customers, one or many.
fn serving(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminResolveOrder" => json!({ "reason": "The panel was set up anew." }),
        "adminMakeGifts" => json!({ "plan_id": ID, "count": 25, "reason": "For the autumn fair." }),
        "adminPreviewBulk" => json!({
            "selection": { "server_id": ID, "state": "active" },
            "step": "extend",
            "days": 2,
        }),
        "adminBeginBulk" => json!({
            "selection": { "server_id": ID, "state": "active" },
            "step": "extend",
            "days": 2,
            "count": 480,
            "reason": "Frankfurt was down.",
        }),
        _ => return None,
    })
}

/// What suppliers and resellers agree on.
fn resale(operation: &str) -> Option<Value> {
    let terms = json!({
        "list_id": ID,
        "low_below": { "minor": 2000, "currency": "USD" },
        "floor_percent": 120,
        "dunning": false,
    });
    Some(match operation {
        "adminAddReseller" => json!({
            "shop_name": "Branch Net",
            "currency": "USD",
            "locale": "fa",
            "hosts": ["branch.example.org"],
            "terms": terms,
        }),
        "adminSetResellerTerms" => terms,
        "adminAddWholesale" | "adminSetWholesale" => json!({
            "name": "Gold",
            "return_days": 3,
            "prices": [{ "plan_id": ID, "price": { "minor": 300, "currency": "USD" }, "free": false }],
        }),
        "adminTakeWare" => json!({
            "plan_id": ID,
            "name": "Month",
            "prices": [{ "minor": 700, "currency": "USD" }],
            "on_sale": true,
        }),
        _ => return None,
    })
}

/// What operators say to customers and hear of them.
fn words(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminSetSupport" => json!({
            "address": "support@shop.example", "target_minutes": 60,
            "days": [1, 2, 3, 4, 6, 7], "from": "09:00", "until": "21:00",
        }),
        "adminAssignTicket" => json!({ "user_id": ID }),
        "adminSaveArticle" => json!({
            "slug": "first-steps", "locale": "en", "category": "connect", "platforms": ["android"],
            "title": "First steps", "body": "1. Install the app.\n2. Open [your page](/subscriptions).", "published": true,
        }),
        "adminArrangeHelp" => json!({ "slug": "renew", "step": "up" }),
        "adminPreviewArticle" => json!({ "body": "**First** install the app." }),
        "adminSetText" => json!({ "key": "footer", "locale": "en", "text": "{shop} answers every day." }),
        "adminSaveAnswer" => json!({
            "name": "Refresh", "locale": "en", "text": "Please refresh {plan} in your app. Order {order}.",
        }),
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

/// What setting a shop up takes.
fn setting_up(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminArrange" => json!({ "shelf": "plans", "ids": [ID] }),
        "adminUpdateGroup" => json!({ "name": "Europe", "spread": 2 }),
        "adminTryServer" => json!({
            "kind": "hiddify", "config": { "admin_link": "https://panel.example.org/path/uuid/" },
        }),
        "adminSetServerRent" => {
            json!({ "cost": { "minor": 449, "currency": "EUR" }, "note": "Hetzner, paid until May" })
        }
        "adminSetUpGateway" => json!({ "kind": "card", "name": "Card", "settings": [
            { "name": "cards.0.number", "value": "6219861034529007" },
            { "name": "cards.0.holder", "value": "Reza Karimi" },
            { "name": "cards.0.bank", "value": "Melli" },
        ] }),
        "adminChangeGatewaySettings" => json!({ "settings": [{ "name": "window_minutes", "value": "45" }] }),
        _ => return None,
    })
}

/// What running a shop takes.
fn growing(operation: &str) -> Option<Value> {
    Some(match operation {
        "adminSetReferralTerms" => {
            json!({
                "on": true,
                "reward_bp": 1000,
                "second_bp": 300,
                "orders": "every",
                "hold_days": 14,
                "welcome": { "minor": 100, "currency": "USD" },
                "withdrawal": { "least": { "minor": 2000, "currency": "USD" }, "ways": ["chain"] },
            })
        }
        "adminAddCampaign" => json!({
            "code": "spring-2027",
            "name": "Channel, spring",
            "postback_url": "https://ads.example/postback?click={click}&sum={amount}",
        }),
        "adminSetPostback" => json!({ "postback_url": "https://ads.example/postback?click={click}" }),
        "adminRefuseCommission" => json!({ "note": "Both accounts belong to one person." }),
        "adminPayWithdrawal" => {
            json!({ "note": "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060" })
        }
        "adminRefuseWithdrawal" => json!({ "note": "The address is not one of this chain." }),
        _ => return None,
    })
}

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
        "adminFindUser" => json!({ "query": "sara@example.org" }),
        "adminBlockUser" => json!({ "blocked": true }),
        "adminCorrectWallet" => json!({ "amount": { "minor": 500, "currency": "USD" } }),
        "adminAcceptReceipt" => {
            json!({ "received": { "minor": 1_200_000, "currency": "IRR" }, "version": 0 })
        }
        "adminAssignDeposit" => json!({ "payment_id": ID }),
        "adminRejectReceipt" => json!({ "reason": "not_received", "version": 0 }),
        "adminInviteMember" => {
            json!({ "name": "Sara", "permissions": ["see_customers", "support"], "owner": false })
        }
        "adminChangeMember" => json!({ "permissions": ["see_customers", "support", "decide_payments"] }),
        "adminSetSecondFactorRule" => json!({ "required": true }),
        "adminAddWebhook" => json!({
            "url": "https://crm.example.org/nexa", "kinds": ["order.paid", "user.created"], "description": "CRM",
        }),
        "adminUpdateWebhook" => json!({ "on": true }),
        "adminReplayWebhook" => json!({ "since": "2026-11-28T00:00:00Z" }),
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
            TelegramProof, WithdrawRequest,
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
        fits::<ResolveRequest>("adminResolveOrder");
        fits::<GiftCodesRequest>("adminMakeGifts");
        fits::<BulkRequest>("adminPreviewBulk");
        fits::<BulkRequest>("adminBeginBulk");
        fits::<WalletCorrection>("adminCorrectWallet");
        fits::<AcceptRequest>("adminAcceptReceipt");
        fits::<AssignRequest>("adminAssignDeposit");
        fits::<RejectRequest>("adminRejectReceipt");
        fits::<ApiKeyRequest>("adminAddKey");
        fits::<WebhookRequest>("adminAddWebhook");
        fits::<UpdateWebhookRequest>("adminUpdateWebhook");
        fits::<ReplayRequest>("adminReplayWebhook");
        fits::<InviteMemberRequest>("adminInviteMember");
        fits::<ChangeMemberRequest>("adminChangeMember");
        fits::<SecondFactorRequest>("adminSetSecondFactorRule");
        fits::<AcceptInvitationRequest>("acceptInvitation");
        fits::<GiftRequest>("lookAtGift");
        fits::<ClaimGiftRequest>("claimGift");
        fits::<AdoptRequest>("adoptSubscription");
        fits::<MoveRequest>("moveSubscription");
        fits::<ReferralTermsView>("adminSetReferralTerms");
        fits::<CampaignRequest>("adminAddCampaign");
        fits::<PostbackRequest>("adminSetPostback");
        fits::<DecideRequest>("adminRefuseCommission");
        fits::<DecideRequest>("adminPayWithdrawal");
        fits::<DecideRequest>("adminRefuseWithdrawal");
        fits::<WithdrawRequest>("withdraw");
        fits::<ArrangeRequest>("adminArrange");
        fits::<GroupRequest>("adminUpdateGroup");
        fits::<TryServerRequest>("adminTryServer");
        fits::<RentRequest>("adminSetServerRent");
        fits::<SetUpGatewayRequest>("adminSetUpGateway");
        fits::<SettingsRequest>("adminChangeGatewaySettings");
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
