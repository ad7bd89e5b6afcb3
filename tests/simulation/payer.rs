//! People who send money, or too little, or too much, or late, or twice, or never; and the bank's messages about it.

use super::{
    customer::Customer,
    shop::{Till, Way},
};
use nexa_core::{
    Nexa,
    domain::{money::Money, refusal::Refusal, user::Principal},
    ports::gateway::Callback,
    sim::gateway::FakeGateway,
    storefront::model::PaymentView,
};
use std::sync::Arc;

/// The smallest picture that a receipt may be: one white pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsyDB6QAAAABJRU5ErkJggg==";

/// Sends a transfer to the reference of a payment.
pub fn transfer(customer: Customer, till: Till, payment: &PaymentView) {
    let reference = match &payment.redirect_url {
        Some(url) => url.rsplit('/').next().map(str::to_owned),
        None => payment.address.clone(),
    };
    let Some(reference) = reference else { return };
    let env = Arc::clone(&customer.outside.env);
    env.promises().references.insert((till.id, reference.clone()));
    let due = payment.due.minor;
    env.clone().beside(async move {
        let payer = Payer { customer, till, reference };
        payer.behave(due).await;
    });
}

struct Payer {
    customer: Customer,
    till: Till,
    reference: String,
}

impl Payer {
    async fn behave(&self, due: i64) {
        let env = &self.customer.outside.env;
        match env.dice.below(100) {
            0..8 => {}
            8..18 => {
                self.send(due / 2, 120).await;
                if env.dice.hit(600) {
                    env.sleep_secs(60, 1800).await;
                    self.send(due - due / 2, 60).await;
                }
            }
            18..28 => self.send(due + due / 3 + 1, 120).await,
            // After the order has expired. A clock that jumps may end our watch before: then nobody looks any more.
            28..38 if env.rates.jump == 0 => {
                env.sleep_secs(7_300, 7_700).await;
                self.send(due, 60).await;
            }
            38..48 => {
                self.send(due, 120).await;
                env.sleep_secs(0, 600).await;
                self.send(due, 60).await;
            }
            48..60 if self.till.way != Way::Signed => self.waver(due).await,
            _ => self.send(due, 170).await,
        }
    }

    /// A transfer that becomes final.
    async fn send(&self, minor: i64, within_secs: u64) {
        let env = &self.customer.outside.env;
        let bank = &self.customer.outside.bank.bank;
        env.sleep_secs(0, within_secs).await;
        let movement = bank.pay(&self.reference, Money::new(minor, self.till.currency), env.now());
        env.sleep_secs(0, 120).await;
        bank.confirm(&movement);
        env.spawner.note(&format!("{movement} {minor}"));
        if self.till.way == Way::Signed {
            self.tell();
        }
    }

    /// A transfer that is replaced, or taken back or contested after it was final.
    async fn waver(&self, due: i64) {
        let env = &self.customer.outside.env;
        let bank = &self.customer.outside.bank.bank;
        let movement = bank.pay(&self.reference, Money::new(due, self.till.currency), env.now());
        env.sleep_secs(0, 100).await;
        if env.dice.hit(400) {
            bank.drop_transfer(&movement);
            if env.dice.hit(500) {
                self.send(due, 60).await;
            }
            return;
        }
        bank.confirm(&movement);
        env.sleep_secs(30, 900).await;
        if env.dice.hit(400) {
            bank.contest(&movement);
        } else {
            bank.unconfirm(&movement);
        }
        env.promises().wavered.insert(self.reference.clone());
        env.sleep_secs(10, 300).await;
        if env.dice.hit(600) { bank.confirm(&movement) } else { bank.drop_transfer(&movement) }
    }

    /// The bank's message: several times, late, out of order, and at least once until it is taken.
    fn tell(&self) {
        let env = &self.customer.outside.env;
        let bank = Arc::clone(&self.customer.outside.bank.bank);
        let message = FakeGateway::signed(bank, self.till.currency).message(&self.reference);
        for copy in 0..env.dice.between(1, 4) {
            let (customer, till, message) = (self.customer.clone(), self.till.clone(), message.clone());
            env.beside(async move {
                let env = &customer.outside.env;
                env.sleep_secs(0, 240).await;
                if copy == 0 {
                    let taken = deliver(&customer, &till, message).await;
                    if taken.is_err() {
                        env.violation("a genuine message was refused".into());
                    }
                } else if env.dice.hit(500) {
                    drop(deliver(&customer, &till, message).await);
                } else {
                    forge(&customer, &till, message).await;
                }
            });
        }
    }
}

async fn deliver(customer: &Customer, till: &Till, message: Callback) -> Result<(), Refusal> {
    let (id, endpoint) = (till.id, till.endpoint.clone());
    let taken = customer.outside.env.insist(move |nexa: Nexa| {
        let (endpoint, message) = (endpoint.clone(), message.clone());
        async move { nexa.frontdesk().receive(id, &endpoint, message).await }
    });
    taken.await.map(|_| ())
}

/// The same message with other words; nobody may believe it.
async fn forge(customer: &Customer, till: &Till, mut message: Callback) {
    let env = &customer.outside.env;
    env.tally().forged += 1;
    if let Some(last) = message.body.iter_mut().rev().find(|byte| byte.is_ascii_digit()) {
        *last = if *last == b'9' { b'8' } else { b'9' };
    }
    if deliver(customer, till, message).await.is_ok() {
        env.violation("I3: a forged message was taken".into());
    }
}

/// Hands in the picture of a transfer to a card.
pub fn card(customer: Customer, payment: PaymentView) {
    let env = Arc::clone(&customer.outside.env);
    env.clone().beside(async move {
        env.sleep_secs(0, 500).await;
        if env.dice.hit(150) {
            return;
        }
        let Some(nexa) = env.alive().values().next().cloned() else { return };
        let picture = data_encoding::BASE64.decode(PICTURE.as_bytes()).unwrap();
        let who: Principal = customer.who.clone();
        let upload = async move {
            nexa.storefront(who).upload_receipt(&payment.payment_id, picture, String::new()).await
        };
        drop(env.alone(upload).await);
    });
}
