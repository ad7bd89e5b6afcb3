//! Customers: they sign up, try, buy, renew, tap twice, give up, come back, and retry what got no answer.

use super::{
    payer,
    run::Outside,
    shop::{REGIONS, Shop, Till, Way, dollars},
};
use nexa_core::{
    Nexa,
    domain::{refusal::Refusal, user::Principal},
    ids::UserId,
    storefront::model::{CheckoutRequest, GiftView, OrderView, Purpose, SignUpRequest},
};
use std::sync::Arc;

/// One customer.
#[derive(Clone)]
pub struct Customer {
    pub outside: Outside,
    pub shop: Arc<Shop>,
    pub who: Principal,
    pub user: UserId,
}

/// Lets this round's customers come.
pub fn crowd(outside: &Outside, shop: &Arc<Shop>, round: u32) {
    let known: Vec<UserId> = outside.env.promises().users.iter().copied().collect();
    for n in 0..outside.env.dice.between(3, 6) {
        let old =
            if known.is_empty() || outside.env.dice.hit(400) { None } else { outside.env.dice.pick(&known) };
        let (outside, shop, old) = (outside.clone(), Arc::clone(shop), old.copied());
        outside.clone().env.beside(async move {
            outside.env.sleep_secs(0, 1800).await;
            let Some(customer) = arrive(&outside, &shop, old).await else { return };
            for step in 0..outside.env.dice.between(1, 4) {
                outside.env.sleep_secs(0, 600).await;
                customer.act(&format!("r{round}c{n}s{step}")).await;
            }
        });
    }
}

async fn arrive(outside: &Outside, shop: &Arc<Shop>, old: Option<UserId>) -> Option<Customer> {
    let id = shop.id;
    let of = |user, token_id, scopes| {
        let who = Principal { user_id: Some(user), token_id, scopes, ..Principal::guest(id) };
        Some(Customer { outside: outside.clone(), shop: Arc::clone(shop), who, user })
    };
    if let Some(user) = old {
        return of(user, None, nexa_core::domain::user::Role::Customer.scopes());
    }
    let signed_up = outside.env.insist(move |nexa: Nexa| async move {
        nexa.storefront(Principal::guest(id)).sign_up(SignUpRequest::default()).await
    });
    let token = signed_up.await.ok()?.session.token;
    let who = outside.env.insist(move |nexa: Nexa| {
        let token = token.clone();
        async move { nexa.frontdesk().principal(id, &token).await }
    });
    let who = who.await.ok()?;
    let user = who.user_id?;
    let known: Vec<UserId> = outside.env.promises().users.iter().copied().collect();
    outside.env.promises().users.insert(user);
    let customer = of(user, who.token_id, who.scopes)?;
    if outside.env.dice.hit(400)
        && let Some(by) = outside.env.dice.pick(&known)
    {
        customer.comes_by(*by).await;
    }
    Some(customer)
}

impl Customer {
    /// Accepts the invitation of another, with an impatient second tap.
    async fn comes_by(&self, other: UserId) {
        let env = &self.outside.env;
        let scopes = nexa_core::domain::user::Role::Customer.scopes();
        let theirs = Principal { user_id: Some(other), token_id: None, scopes, ..self.who.clone() };
        let asked = env.insist(move |nexa: Nexa| {
            let theirs = theirs.clone();
            async move { nexa.storefront(theirs).invitation().await }
        });
        let Ok(theirs) = asked.await else { return };
        let taps = (0..2).map(|_| {
            let (who, code) = (self.who.clone(), theirs.code.clone());
            env.insist(move |nexa: Nexa| {
                let (who, code) = (who.clone(), code.clone());
                async move { nexa.storefront(who).accept_invitation(&code).await }
            })
        });
        futures::future::join_all(taps.collect::<Vec<_>>()).await;
    }

    async fn act(&self, key: &str) {
        let dice = &self.outside.env.dice;
        match dice.below(100) {
            0..12 => self.try_out().await,
            12..15 => self.claim().await,
            15..18 => self.take_back().await,
            18..24 => self.reset_link().await,
            24..30 => self.set_auto_renew().await,
            30..40 if self.shop.spread > 0 => self.moves().await,
            _ => self.buy(key).await,
        }
    }

    async fn try_out(&self) {
        let taps = self.outside.env.dice.between(1, 3);
        let all = (0..taps).map(|_| {
            let who = self.who.clone();
            self.outside.env.insist(move |nexa: Nexa| {
                let who = who.clone();
                async move { nexa.storefront(who).trial().await }
            })
        });
        futures::future::join_all(all.collect::<Vec<_>>()).await;
    }

    /// The gifts of somebody, maybe of oneself.
    async fn gifts_of(&self, user: UserId) -> Vec<GiftView> {
        let scopes = nexa_core::domain::user::Role::Customer.scopes();
        let who = Principal { user_id: Some(user), token_id: None, scopes, ..self.who.clone() };
        let listed = self.outside.env.insist(move |nexa: Nexa| {
            let who = who.clone();
            async move { nexa.storefront(who).gifts().await }
        });
        listed.await.unwrap_or_default()
    }

    /// Claims somebody's gift, for a new subscription or for one that there is; others try at the same moment.
    async fn claim(&self) {
        let dice = &self.outside.env.dice;
        let known: Vec<UserId> = self.outside.env.promises().users.iter().copied().collect();
        let Some(giver) = dice.pick(&known).copied() else { return };
        let Some(code) = self.gifts_of(giver).await.into_iter().find_map(|gift| gift.code) else { return };
        let held = if dice.hit(400) { self.subscriptions().await } else { Vec::new() };
        let onto = dice.pick(&held).cloned();
        let rivals = [Some(self.user), dice.pick(&known).copied(), Some(self.user)];
        let all = rivals.into_iter().flatten().map(|user| {
            let who = Principal { user_id: Some(user), ..self.who.clone() };
            let (code, onto) = (code.clone(), onto.clone().filter(|_| user == self.user));
            self.outside.env.insist(move |nexa: Nexa| {
                let (who, code, onto) = (who.clone(), code.clone(), onto.clone());
                async move { nexa.storefront(who).claim_gift(&code, onto).await }
            })
        });
        futures::future::join_all(all.collect::<Vec<_>>()).await;
    }

    async fn take_back(&self) {
        let Some(order) = self.gifts_of(self.user).await.into_iter().find_map(|gift| gift.order_id) else {
            return;
        };
        let who = self.who.clone();
        let back = self.outside.env.insist(move |nexa: Nexa| {
            let (who, order) = (who.clone(), order.clone());
            async move { nexa.storefront(who).take_gift_back(&order).await }
        });
        drop(back.await);
    }

    async fn subscriptions(&self) -> Vec<String> {
        let who = self.who.clone();
        let listed = self.outside.env.insist(move |nexa: Nexa| {
            let who = who.clone();
            async move { nexa.storefront(who).subscriptions().await }
        });
        listed.await.unwrap_or_default().into_iter().map(|s| s.subscription_id).collect()
    }

    async fn reset_link(&self) {
        let held = self.subscriptions().await;
        let Some(id) = self.outside.env.dice.pick(&held).cloned() else { return };
        let who = self.who.clone();
        let look = {
            let (who, id) = (who.clone(), id.clone());
            self.outside.env.insist(move |nexa: Nexa| {
                let (who, id) = (who.clone(), id.clone());
                async move { nexa.storefront(who).subscription(&id).await }
            })
        };
        let Ok(before) = look.await else { return };
        let reset = self.outside.env.insist(move |nexa: Nexa| {
            let (who, id) = (who.clone(), id.clone());
            async move { nexa.storefront(who).reset_link(&id).await }
        });
        if reset.await.is_ok_and(|after| after.link != before.link) {
            self.outside.env.promises().dead_links.push(before.link);
        }
    }

    /// Goes to one country and, impatiently, to the other at the same moment.
    async fn moves(&self) {
        let held = self.subscriptions().await;
        let Some(id) = self.outside.env.dice.pick(&held).cloned() else { return };
        let taps = self.outside.env.dice.between(1, 3);
        let all = (0..taps).map(|_| {
            let (who, id) = (self.who.clone(), id.clone());
            let region = self.outside.env.dice.pick(&REGIONS).copied().unwrap_or_default();
            self.outside.env.insist(move |nexa: Nexa| {
                let (who, id) = (who.clone(), id.clone());
                async move { nexa.storefront(who).move_subscription(&id, region).await }
            })
        });
        for moved in futures::future::join_all(all.collect::<Vec<_>>()).await {
            self.outside.env.tally().moves += u64::from(moved.is_ok());
        }
    }

    async fn set_auto_renew(&self) {
        let held = self.subscriptions().await;
        let Some(id) = self.outside.env.dice.pick(&held).cloned() else { return };
        let (who, on) = (self.who.clone(), self.outside.env.dice.hit(800));
        let set = self.outside.env.insist(move |nexa: Nexa| {
            let (who, id) = (who.clone(), id.clone());
            async move { nexa.storefront(who).set_auto_renew(&id, on).await }
        });
        drop(set.await);
    }

    async fn buy(&self, key: &str) {
        let dice = &self.outside.env.dice;
        let till = dice.pick(&self.shop.tills).cloned();
        let wallet = dice.hit(250);
        let Some(request) = self.wish(till.as_ref().filter(|_| !wallet)).await else { return };
        let Ok(order) = self.checkout(&request, key).await else { return };
        if dice.hit(80) {
            let (customer, id) = (self.clone(), order.order_id.clone());
            self.outside.env.beside(async move { customer.give_up(&id).await });
        }
        if let (Some(till), false) = (till, wallet) {
            self.pay(order.clone(), &till).await;
            if dice.hit(100) {
                self.pay_again(order).await;
            }
        }
        if dice.hit(150) {
            // A retry long after: the answer must be the same order.
            let again = self.checkout(&request, key).await;
            drop(again);
        }
    }

    async fn wish(&self, till: Option<&Till>) -> Option<CheckoutRequest> {
        let dice = &self.outside.env.dice;
        let method = till.map_or_else(|| "wallet".to_owned(), |till| till.method.clone());
        let plain = CheckoutRequest {
            method,
            plan_id: dice.pick(&self.shop.plans).cloned(),
            use_wallet: till.is_some() && dice.hit(300),
            keep: till.is_none() && dice.hit(400),
            ..CheckoutRequest::default()
        };
        if dice.hit(120) {
            return Some(CheckoutRequest { gift: true, ..plain });
        }
        let what = dice.below(100);
        if what < 15 && till.is_some() {
            let amount = Some(dollars(i64::try_from(dice.between(200, 1500)).ok()?));
            let purpose = Purpose::TopUp;
            return Some(CheckoutRequest { purpose, plan_id: None, amount, use_wallet: false, ..plain });
        }
        let held = if what < 85 { self.subscriptions().await } else { Vec::new() };
        let subscription_id = dice.pick(&held).cloned();
        if subscription_id.is_none() {
            return Some(plain);
        }
        let plain = CheckoutRequest { subscription_id, ..plain };
        Some(match what {
            0..55 => CheckoutRequest { purpose: Purpose::Renewal, ..plain },
            55..70 => {
                let (purpose, pack) = dice.pick(&self.shop.packs).cloned()?;
                CheckoutRequest { purpose, pack_id: Some(pack), plan_id: None, ..plain }
            }
            _ => CheckoutRequest { purpose: Purpose::Change, keep: false, ..plain },
        })
    }

    /// Taps once or thrice with one key; every answer must name the same order.
    async fn checkout(&self, request: &CheckoutRequest, key: &str) -> Result<OrderView, Refusal> {
        let env = &self.outside.env;
        let taps = if env.dice.hit(200) { 3 } else { 1 };
        let all = (0..taps).map(|_| {
            let (who, request, key) = (self.who.clone(), request.clone(), key.to_owned());
            env.insist(move |nexa: Nexa| {
                let (who, request, key) = (who.clone(), request.clone(), key.clone());
                async move { nexa.storefront(who).checkout(request, Some(key)).await }
            })
        });
        let answers = futures::future::join_all(all.collect::<Vec<_>>()).await;
        let mut last = Err(Refusal::NotFound);
        for answer in answers {
            if let Ok(order) = &answer {
                self.promise(key, order);
            }
            if answer.is_ok() || last.is_err() {
                last = answer;
            }
        }
        last
    }

    fn promise(&self, key: &str, order: &OrderView) {
        let env = &self.outside.env;
        let Ok(id) = order.order_id.parse() else { return };
        let before = env.promises().orders.insert((self.user, key.to_owned()), id);
        match before {
            None => env.tally().orders += 1,
            Some(before) if before != id => env.violation(format!("I15: one key gave {before} and {id}")),
            Some(_) => {}
        }
    }

    async fn give_up(&self, order: &str) {
        self.outside.env.sleep_secs(0, 300).await;
        let (who, order) = (self.who.clone(), order.to_owned());
        let cancelled = self.outside.env.insist(move |nexa: Nexa| {
            let (who, order) = (who.clone(), order.clone());
            async move { nexa.storefront(who).cancel_order(&order).await }
        });
        drop(cancelled.await);
    }

    /// The order as it is now.
    pub async fn look(&self, order: &str) -> Option<OrderView> {
        let (who, order) = (self.who.clone(), order.to_owned());
        let seen = self.outside.env.insist(move |nexa: Nexa| {
            let (who, order) = (who.clone(), order.clone());
            async move { nexa.storefront(who).order(&order).await }
        });
        seen.await.ok()
    }

    /// Waits for the payment to be opened, then sends money or not.
    async fn pay(&self, order: OrderView, till: &Till) {
        let mut order = order;
        for _ in 0..20 {
            let open =
                order.payment.as_ref().is_some_and(|p| p.method == till.method && p.state != "created");
            if open {
                break;
            }
            self.outside.env.sleep_secs(5, 20).await;
            match self.look(&order.order_id).await {
                Some(seen) => order = seen,
                None => return,
            }
        }
        let Some(payment) = order.payment.filter(|p| p.method == till.method) else { return };
        match till.way {
            Way::Card => payer::card(self.clone(), payment),
            _ => payer::transfer(self.clone(), till.clone(), &payment),
        }
    }

    async fn pay_again(&self, order: OrderView) {
        let Some(till) = self.outside.env.dice.pick(&self.shop.tills).cloned() else { return };
        let (who, id, method) = (self.who.clone(), order.order_id.clone(), till.method.clone());
        let use_wallet = self.outside.env.dice.hit(500);
        let paid = self.outside.env.insist(move |nexa: Nexa| {
            let (who, id, method) = (who.clone(), id.clone(), method.clone());
            async move { nexa.storefront(who).pay(&id, &method, use_wallet).await }
        });
        if let Ok(order) = paid.await {
            self.pay(order, &till).await;
        }
    }
}
