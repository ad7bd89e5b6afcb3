//! One of each thing, so that whoever is let in finds it.

use crate::{
    office::{customers, resale, scene::Scene},
    shop::usd,
};
use nexa_core::{
    backoffice::model::{
        ApiKeyRequest, ArticleRequest, BroadcastRequest, BulkRequest, CampaignRequest, OwnTextRequest,
        PackRequest, SavedAnswerRequest, TextsView, WebhookRequest,
    },
    domain::permission::{Permission, Permissions},
    storefront::model::{OpenTicketRequest, PageRequest},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Ids by the names of the parameters that want them.
pub struct Things {
    /// The session of the customer whose things they are.
    pub holder: String,
    ids: BTreeMap<&'static str, String>,
    /// The same for operators, where their thing is another one.
    office: BTreeMap<&'static str, String>,
}

fn text(of: &Value) -> String {
    of.as_str().unwrap_or_else(|| panic!("no id in {of}")).to_owned()
}

/// Of what there is none: whoever may ask learns that.
const NOWHERE: [&str; 7] =
    ["device_id", "passkey_id", "deposit_id", "job_id", "invoice_id", "commission_id", "withdrawal_id"];

impl Things {
    pub async fn of(scene: &Scene) -> Self {
        let shop = &scene.shop;
        let office = shop.office().await;
        let doubt = scene.doubted().await;
        let card = customers::card(scene).await;
        customers::handed_in(scene, &card, "a receipt").await;
        let receipt = office.receipts(PageRequest::default()).await.unwrap().remove(0).receipt_id;
        let holder = shop.customer(1000).await;
        let wish = |method: &str| json!({ "purpose": "new", "method": method, "plan_id": shop.plan });
        let paid = shop.post("/v1/orders", &holder, &wish("wallet")).await.json();
        let open = shop.post("/v1/orders", &holder, &wish(&card)).await.json();
        shop.work().await;
        let who = shop.nexa.frontdesk().principal(shop.id, &holder).await.unwrap();
        let question = OpenTicketRequest { subject: None, text: "?".to_owned(), subscription_id: None };
        let picture = nexa_core::qr::png("a picture").unwrap();
        let ticket = shop.nexa.storefront(who.clone()).open_ticket(question, Some(picture)).await.unwrap();
        let held = shop.nexa.storefront(who.clone()).subscriptions().await.unwrap();
        let (broadcast, key, coupon) = offered(scene).await;
        let some: Permissions = [Permission::Support].into_iter().collect();
        let (member, _) = super::callers::member(scene, some).await;
        let (list, reseller) = resale::one(shop).await;
        let (webhook, webhook_removed) = (webhook(scene).await, webhook(scene).await);
        let delivery = office.try_webhook(&webhook).await.unwrap().delivery_id;
        let (leaver, _) = super::callers::member(scene, some).await;
        let server = office.servers().await.unwrap().remove(0);
        let ids = [
            ("order_id", text(&open["order_id"])),
            ("payment_id", text(&open["payment"]["payment_id"])),
            ("subscription_id", held[0].subscription_id.clone()),
            ("ticket_id", ticket.ticket.ticket_id.clone()),
            ("plan_id", shop.plan.clone()),
            ("method", card.clone()),
            ("group_id", server.group_id.clone()),
            ("ids", shop.plan.clone()),
            ("figure", "traffic".to_owned()),
            ("list_id", list),
            ("reseller_id", reseller),
            ("pack_id", pack(scene).await),
            ("bulk_id", bulk(scene).await),
            ("answer_id", answer(scene, "kept").await),
            ("removed", answer(scene, "to be taken away").await),
            ("slug", "renew".to_owned()),
            ("key", own_text(scene).await),
            ("article_id", article(scene).await),
            ("session_id", text(&json!(who.token_id.unwrap().to_string()))),
            ("kind", "email".to_owned()),
            ("gateway_id", card),
            ("server_id", server.server_id),
            ("receipt_id", receipt),
            ("broadcast_id", broadcast),
            ("key_id", key),
            ("coupon_id", coupon),
            ("code", campaign(scene).await),
            ("webhook_id", webhook),
            ("webhook_removed", webhook_removed),
            ("delivery_id", delivery),
            ("message_id", ticket.messages[0].message_id.clone()),
            ("user_id", who.user_id.unwrap().to_string()),
        ];
        let office = [
            ("order_id", text(&paid["order_id"])),
            ("payment_id", text(&doubt["payment"]["payment_id"])),
            ("member", member),
            ("leaver", leaver),
        ];
        let nowhere = NOWHERE.map(|name| (name, "00000000-0000-7000-8000-000000000000".to_owned()));
        Self { holder, ids: ids.into_iter().chain(nowhere).collect(), office: office.into() }
    }

    /// The id that a parameter of an operation wants.
    pub fn id(&self, operation: &str, name: &str) -> Option<&str> {
        let name = match (name, operation) {
            ("user_id", "adminRemoveMember") => "leaver",
            ("user_id", "adminChangeMember") => "member",
            ("answer_id", "adminRemoveAnswer") => "removed",
            ("webhook_id", "adminRemoveWebhook") => "webhook_removed",
            _ => name,
        };
        let theirs = self.office.get(name).filter(|_| operation.starts_with("admin"));
        theirs.or_else(|| self.ids.get(name)).map(String::as_str)
    }
}

/// A broadcast, a key and a coupon, each there to be changed.
async fn offered(scene: &Scene) -> (String, String, String) {
    let (shop, office) = (&scene.shop, scene.shop.office().await);
    let news = BroadcastRequest {
        segment: "all".to_owned(),
        plan_id: None,
        group_id: None,
        locale: None,
        days: None,
        selection: None,
        texts: TextsView { en: Some("News".to_owned()), ..TextsView::default() },
        buttons: None,
    };
    let broadcast = office.draft_broadcast(news).await.unwrap().broadcast_id;
    let label = "to be taken away".to_owned();
    let key = ApiKeyRequest { label, scopes: vec!["read".to_owned()], permissions: None, days: 1 };
    let key = office.add_api_key(key).await.unwrap().key_id;
    let coupon = json!({ "code": "MATRIX", "enabled": true, "terms": { "percent": 20 } });
    let coupon = shop.post("/v1/admin/coupons", &shop.key, &coupon).await.json();
    (broadcast, key, text(&coupon["coupon_id"]))
}

/// A pack that nobody buys.
async fn pack(scene: &Scene) -> String {
    let wish = PackRequest {
        pack_id: None,
        kind: "traffic".to_owned(),
        name: "More".to_owned(),
        amount: 10 << 30,
        prices: vec![usd(199)],
        on_sale: false,
    };
    scene.shop.office().await.save_pack(wish).await.unwrap().pack_id
}

/// A change of all that was sold; it waits for the worker.
async fn bulk(scene: &Scene) -> String {
    let office = scene.shop.office().await;
    let wish = BulkRequest { step: "extend".to_owned(), days: Some(1), ..BulkRequest::default() };
    let seen = office.preview_bulk(wish.clone()).await.unwrap();
    let wish = BulkRequest { count: Some(seen.count), reason: Some("an outage".to_owned()), ..wish };
    office.begin_bulk(wish, "matrix-bulk".to_owned()).await.unwrap().bulk_id
}

/// A text of the shop's own.
async fn own_text(scene: &Scene) -> String {
    let (key, locale, text) = ("terms".to_owned(), "en".to_owned(), "Be kind.".to_owned());
    scene.shop.office().await.set_own_text(OwnTextRequest { key: key.clone(), locale, text }).await.unwrap();
    key
}

/// A campaign; gives its code.
async fn campaign(scene: &Scene) -> String {
    let (code, name) = ("matrix".to_owned(), "Matrix".to_owned());
    let wish = CampaignRequest { code, name, postback_url: None };
    scene.shop.office().await.add_campaign(wish).await.unwrap().remove(0).code
}

/// An article, to be taken away.
async fn article(scene: &Scene) -> String {
    let wish = ArticleRequest {
        article_id: None,
        slug: "matrix".to_owned(),
        locale: "en".to_owned(),
        category: "other".to_owned(),
        platforms: None,
        title: "Matrix".to_owned(),
        body: "Red or blue".to_owned(),
        published: true,
    };
    scene.shop.office().await.save_article(wish).await.unwrap().article_id
}

/// An answer that is kept.
async fn answer(scene: &Scene, name: &str) -> String {
    let (name, text) = (name.to_owned(), "Please try again.".to_owned());
    let wish = SavedAnswerRequest { answer_id: None, name, locale: None, text };
    scene.shop.office().await.save_answer(wish).await.unwrap().answer_id
}

/// A program that is told what happens.
async fn webhook(scene: &Scene) -> String {
    let url = "https://hooks.example.org/in".to_owned();
    let wish = WebhookRequest { url, kinds: vec!["order.paid".to_owned()], description: None };
    scene.shop.office().await.add_webhook(wish).await.unwrap().webhook_id
}
