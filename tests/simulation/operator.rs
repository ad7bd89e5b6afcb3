//! The operator: decides on receipts (twice, with one picture open in two tabs), suspends, refunds, sends money back, takes
//! back, changes prices while people buy, and corrects wallets.

use super::{
    run::Outside,
    shop::{Shop, dollars},
};
use jiff::Timestamp;
use nexa_core::{
    Nexa,
    backoffice::model::{
        AcceptRequest, OperatorOrderFilter, OperatorReceiptView, RejectRequest, RejectionReason,
        SendBackRequest, UpdatePlanRequest, WalletCorrection,
    },
    domain::refusal::Refusal,
    storefront::model::{MoneyView, PageRequest},
};
use std::sync::Arc;

/// Works until `until`.
pub fn work(outside: &Outside, shop: &Arc<Shop>, until: Timestamp) {
    let operator = Operator { outside: outside.clone(), shop: Arc::clone(shop) };
    outside.env.beside(async move {
        let env = Arc::clone(&operator.outside.env);
        // Few are taken back, or nothing would be left to be right or wrong about.
        let (mut round, mut refunds, mut ends) = (0_u32, env.dice.below(4), env.dice.below(2));
        while env.now() < until {
            env.sleep_secs(10, 240).await;
            operator.decide().await;
            round += 1;
            match env.dice.below(100) {
                0..8 if refunds > 0 => {
                    refunds -= 1;
                    operator.refund().await;
                }
                8..14 => operator.halt().await,
                14..18 if ends > 0 => {
                    ends -= 1;
                    operator.take_back().await;
                }
                18..23 => operator.change_price().await,
                28..36 => operator.send_back().await,
                23..28 => operator.correct(&format!("k{}-{round}", env.now().as_second())).await,
                _ => {}
            }
        }
    });
}

struct Operator {
    outside: Outside,
    shop: Arc<Shop>,
}

/// One call of the back office, insisted upon.
macro_rules! office {
    ($self:ident, $office:ident $(, $kept:ident)* => $call:expr) => {{
        let who = $self.shop.operator.clone();
        $(let $kept = $kept.clone();)*
        $self.outside.env.insist(move |nexa: Nexa| {
            let who = who.clone();
            $(let $kept = $kept.clone();)*
            async move {
                let $office = nexa.backoffice(who);
                $call.await
            }
        })
    }};
}

impl Operator {
    async fn decide(&self) {
        let waiting = office!(self, office => office.receipts(PageRequest::default())).await;
        for receipt in waiting.unwrap_or_default() {
            let env = &self.outside.env;
            if env.dice.hit(200) {
                continue;
            }
            if env.dice.hit(250) {
                let (id, version) = (receipt.receipt_id, receipt.version);
                let rejected = office!(self, office, id => office.reject_receipt(
                    &id,
                    RejectRequest { reason: RejectionReason::NotReceived, version },
                ));
                drop(rejected.await);
            } else {
                self.accept(receipt).await;
            }
        }
    }

    async fn accept(&self, receipt: OperatorReceiptView) {
        let env = &self.outside.env;
        let due = receipt.due.minor;
        let minor = match env.dice.below(10) {
            0 => due / 2 + 1,
            1 => due + 50,
            _ => due,
        };
        if let Ok(id) = receipt.receipt_id.parse() {
            // What the bank account shows does not change between two looks.
            let minor = *env.promises().receipts.entry(id).or_insert(minor);
            let taps = env.dice.between(1, 2);
            let request = AcceptRequest {
                received: MoneyView { minor, currency: receipt.due.currency },
                version: receipt.version,
            };
            let id = receipt.receipt_id;
            let all =
                (0..taps).map(|_| office!(self, office, id, request => office.accept_receipt(&id, request)));
            futures::future::join_all(all.collect::<Vec<_>>()).await;
        }
    }

    async fn some_subscription(&self) -> Option<(String, String)> {
        let page = office!(self, office => office.subscriptions(None, PageRequest::default())).await.ok()?;
        let all: Vec<_> = page.items.into_iter().map(|s| (s.subscription_id, s.state)).collect();
        // Often the newest, which may still be on its way to the servers.
        let newest = self.outside.env.dice.hit(400);
        if newest { all.into_iter().next() } else { self.outside.env.dice.pick(&all).cloned() }
    }

    async fn halt(&self) {
        let Some((id, state)) = self.some_subscription().await else { return };
        if state == "suspended" {
            drop(office!(self, office, id => office.resume(&id)).await);
        } else {
            drop(office!(self, office, id => office.suspend(&id)).await);
            if self.outside.env.dice.hit(700) {
                self.outside.env.sleep_secs(5, 1200).await;
                drop(office!(self, office, id => office.resume(&id)).await);
            }
        }
    }

    async fn take_back(&self) {
        let Some((id, _)) = self.some_subscription().await else { return };
        drop(office!(self, office, id => office.revoke(&id)).await);
    }

    async fn refund(&self) {
        let filter = OperatorOrderFilter::default();
        let page = office!(self, office, filter => office.orders(filter, PageRequest::default())).await;
        let orders: Vec<_> = page.map(|p| p.items).unwrap_or_default();
        let paid: Vec<String> = orders
            .into_iter()
            .map(|item| item.order)
            .filter(|order| matches!(order.state.as_str(), "paid" | "fulfilled"))
            .map(|order| order.order_id)
            .collect();
        let Some(id) = self.outside.env.dice.pick(&paid).cloned() else { return };
        if self.outside.env.dice.hit(300) {
            drop(office!(self, office, id => office.refund_order_to_payer(&id)).await);
        } else {
            drop(office!(self, office, id => office.refund_order(&id)).await);
        }
    }

    /// Sends one transfer of one order back, and sometimes taps twice.
    async fn send_back(&self) {
        let filter = OperatorOrderFilter::default();
        let page = office!(self, office, filter => office.orders(filter, PageRequest::default())).await;
        let orders: Vec<String> =
            page.map(|p| p.items).unwrap_or_default().into_iter().map(|item| item.order.order_id).collect();
        let Some(id) = self.outside.env.dice.pick(&orders).cloned() else { return };
        let all = office!(self, office, id => office.transfers(&id)).await.unwrap_or_default();
        let back: Vec<_> = all.into_iter().filter(|one| one.returnable).collect();
        let Some(one) = self.outside.env.dice.pick(&back).cloned() else { return };
        let (id, wish) = (one.payment_id, SendBackRequest { network: one.network, name: one.name });
        let taps = self.outside.env.dice.between(1, 2);
        let all = (0..taps).map(|_| office!(self, office, id, wish => office.send_back(&id, wish)));
        futures::future::join_all(all.collect::<Vec<_>>()).await;
    }

    async fn change_price(&self) {
        let Some(id) = self.outside.env.dice.pick(&self.shop.plans).cloned() else { return };
        let price = i64::try_from(self.outside.env.dice.between(200, 600)).unwrap_or(300);
        let change = UpdatePlanRequest {
            name: None,
            days: None,
            traffic_bytes: None,
            devices: None,
            prices: Some(vec![dollars(price)]),
            extras: None,
            on_sale: None,
        };
        drop(office!(self, office, id, change => office.update_plan(&id, change)).await);
    }

    /// Puts money in, and asks twice with one key, as after an answer that got lost.
    async fn correct(&self, key: &str) {
        let users: Vec<_> = self.outside.env.promises().users.iter().copied().collect();
        let Some(user) = self.outside.env.dice.pick(&users).copied() else { return };
        let minor = i64::try_from(self.outside.env.dice.between(50, 400)).unwrap_or(100);
        let (id, key) = (user.to_string(), key.to_owned());
        self.outside.env.promises().corrections.insert((user, key.clone()), minor);
        for _ in 0..2 {
            let done: Result<MoneyView, Refusal> = office!(self, office, id, key => office.correct_wallet(
                &id,
                WalletCorrection { amount: dollars(minor) },
                key,
            ))
            .await;
            if let Err(refusal) = done {
                self.outside.env.violation(format!("a correction was refused: {}", refusal.code()));
            }
        }
    }
}
