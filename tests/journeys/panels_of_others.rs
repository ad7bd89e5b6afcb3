//! A shop on panels that the operator had before: a Hiddify and a Marzban, spoken to over HTTP, behind one link.

use crate::world::{Customer, GIB, Shop, days, dollars, minutes, on_every_storage};
use nexa_core::{
    domain::grant::PanelId,
    world::{Clock, SystemClock},
};
use nexa_hiddify::testing::{FakeHiddify, Release as HiddifyRelease};
use nexa_marzban::testing::{FakeMarzban, Release};
use serde_json::{Value, json};

on_every_storage!(
    one_link_leads_to_a_hiddify_and_a_marzban,
    what_is_used_on_one_panel_is_gone_on_the_other,
    a_marzban_that_is_away_gets_its_customer_later,
    a_service_made_by_hand_on_a_marzban_is_brought_along,
    another_link_takes_the_old_one_off_both,
);

struct Panels {
    hiddify: FakeHiddify,
    marzban: FakeMarzban,
}

/// The operator's panels, beside the server that every shop of these stories has. They live at the time of this machine.
async fn panels(shop: &Shop) -> Panels {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    shop.clock.set(SystemClock.now());
    shop.works().await;
    let hiddify = FakeHiddify::start(HiddifyRelease::V14).await.expect("a panel");
    let marzban = FakeMarzban::start(Release::V08).await.expect("a panel");
    shop.adds_panel("berlin", "hiddify", hiddify.config()).await;
    shop.adds_panel("tehran", "marzban", marzban.config()).await;
    Panels { hiddify, marzban }
}

impl Panels {
    /// The one identity that the Hiddify has.
    fn identity(&self) -> PanelId {
        let users = self.hiddify.users();
        assert_eq!(users.len(), 1);
        users[0].uuid.parse().expect("an identity")
    }

    fn let_in(&self, id: PanelId) -> [bool; 2] {
        let on_hiddify = self.hiddify.user(&id.expose()).is_some_and(|user| user.connects());
        [on_hiddify, self.marzban.connects(id)]
    }

    async fn makes_by_hand(&self, user: &Value) {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let request = http.post(format!("{}api/user", self.marzban.base_url()));
        let request = request.header("authorization", format!("Bearer {}", self.marzban.token()));
        let request = request.header("content-type", "application/json");
        let answer = request.body(user.to_string()).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }
}

async fn one_link_leads_to_a_hiddify_and_a_marzban(shop: Shop) {
    let panels = panels(&shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let names: Vec<_> = mine.servers.iter().map(|server| server.name.as_str()).collect();
    assert_eq!(names, ["frankfurt", "berlin", "tehran"]);
    let id = panels.identity();
    assert_eq!(panels.let_in(id), [true, true], "one identity");
    let document = shop.opens(&mine.link).await.expect("a document");
    let own = |part: &str| document.lines().any(|line| line.contains(part) && line.contains(&id.expose()));
    assert!(own("@panel.test:443") && own("@marz.test:443"), "{document}");
    assert!(
        document.contains("vmess://") && document.contains("ss://"),
        "all that the Marzban has: {document}"
    );
    shop.is_in_order().await;
}

async fn what_is_used_on_one_panel_is_gone_on_the_other(shop: Shop) {
    let panels = panels(&shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let id = panels.identity();
    assert!(panels.marzban.consume(id, 6 << 30));
    shop.after(minutes(16)).await;
    assert_eq!(customer.subscription().await.used_bytes, 6 * GIB);
    assert!(panels.hiddify.consume(&id.expose(), 4 * GIB));
    shop.after(minutes(16)).await;
    let now = customer.subscription().await;
    assert_eq!((now.state.as_str(), now.used_bytes), ("exhausted", 10 * GIB));
    assert_eq!(panels.let_in(id), [false, false], "cut off on both");
    customer.receives(dollars(5)).await;
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(panels.let_in(id), [true, true], "back on both");
    let user = panels.marzban.made(id).expect("a user");
    assert_eq!((user.used, user.used_before), (6 << 30, 0), "its counter was not touched");
    shop.is_in_order().await;
}

async fn a_marzban_that_is_away_gets_its_customer_later(shop: Shop) {
    let panels = panels(&shop).await;
    panels.marzban.set_down(true).await.expect("down");
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "the others are enough to begin");
    let id = panels.identity();
    assert_eq!(panels.let_in(id), [true, false]);
    panels.marzban.set_down(false).await.expect("up");
    shop.after(minutes(60)).await;
    assert_eq!(panels.let_in(id), [true, true]);
    assert_eq!(panels.marzban.creates_of(id), 1);
    shop.is_in_order().await;
}

async fn a_service_made_by_hand_on_a_marzban_is_brought_along(shop: Shop) {
    let panels = panels(&shop).await;
    shop.adopts_as(&shop.month).await;
    let id: PanelId = "a59e4807-8100-45d7-83b6-f2248e3475f8".parse().expect("an identity");
    let end = (shop.now() + days(12)).as_second();
    let user = json!({
        "username": "ali", "note": "a cousin", "data_limit": 20_i64 << 30, "expire": end,
        "proxies": {"vless": {"id": id.expose()}},
    });
    panels.makes_by_hand(&user).await;
    assert!(panels.marzban.consume(id, 5 << 30));
    let customer = shop.customer().await;
    let link = format!("vless://{}@marz.test:443?type=tcp#Ali", id.expose());
    customer.shop.adopt(&link).await.expect("adopted");
    shop.works().await;
    let mine = customer.subscription().await;
    assert_eq!((mine.used_bytes, mine.remaining_bytes, mine.days_left), (5 * GIB, 15 * GIB, 12));
    let users = panels.marzban.users();
    assert_eq!((users.len(), users[0].username.as_str()), (1, "ali"), "no second user of the same identity");
    assert_eq!((users[0].note.as_deref(), users[0].limit), (Some("a cousin"), 20 << 30));
    assert!(shop.opens(&mine.link).await.expect("a document").contains(&id.expose()));
    shop.is_in_order().await;
}

async fn another_link_takes_the_old_one_off_both(shop: Shop) {
    let panels = panels(&shop).await;
    let customer: Customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let old = panels.identity();
    customer.shop.reset_link(&mine.subscription_id).await.expect("another link");
    shop.works().await;
    let new = panels.identity();
    assert!(old != new && panels.let_in(new) == [true, true]);
    assert_eq!(panels.let_in(old), [false, false]);
    assert_eq!((panels.marzban.users().len(), panels.marzban.resurrected().len()), (1, 0));
    shop.is_in_order().await;
}
