//! A customer who goes on buying while the shop dies and comes back.

use super::truth::{Bought, Paid, Truth};
use crate::process::{Answer, Caller, Sale};
use nexa_core::storefront::model::OrderView;
use nexa_payments::testing::MemoryChain;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::sleep;
use url::Url;

/// `SplitMix64`: the same seed, the same wishes.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// What all customers share.
pub struct Street {
    pub sale: Sale,
    pub sandbox: String,
    pub chain: Arc<MemoryChain>,
    pub closed: AtomicBool,
    /// Orders that were made.
    pub made: AtomicUsize,
}

/// A wish that was sent and may or may not have arrived.
struct Wish {
    key: String,
    body: Value,
    whim: u64,
}

/// One of them.
pub struct Customer {
    street: Arc<Street>,
    caller: Caller,
    name: usize,
    dice: Dice,
    wishes: usize,
    unanswered: Vec<Wish>,
    hooks: Vec<(String, String, String)>,
    subscriptions: Vec<String>,
    pub truth: Truth,
}

impl Customer {
    pub fn new(street: &Arc<Street>, caller: Caller, name: usize, seed: u64) -> Self {
        Self {
            street: Arc::clone(street),
            truth: Truth::new(caller.clone()),
            caller,
            name,
            dice: Dice(seed ^ u64::try_from(name).unwrap()),
            wishes: 0,
            unanswered: Vec::new(),
            hooks: Vec::new(),
            subscriptions: Vec::new(),
        }
    }

    /// Buys until the street closes, then asks again for everything that was never answered.
    pub async fn live(mut self) -> Truth {
        while !self.street.closed.load(Ordering::Relaxed) {
            let wish = match self.unanswered.len() {
                // Most broken requests are repeated at once, as apps do; some only much later.
                pending if pending > 0 && self.dice.below(3) > 0 => self.unanswered.swap_remove(0),
                _ => self.wish(),
            };
            self.try_to_buy(wish).await;
            self.press_buttons().await;
            self.learn().await;
            let pause = 20 + self.dice.below(60);
            sleep(Duration::from_millis(pause)).await;
        }
        while !self.unanswered.is_empty() || !self.hooks.is_empty() {
            for wish in std::mem::take(&mut self.unanswered) {
                self.try_to_buy(wish).await;
            }
            self.press_buttons().await;
            sleep(Duration::from_millis(200)).await;
        }
        self.truth
    }

    fn wish(&mut self) -> Wish {
        self.wishes += 1;
        let sale = &self.street.sale;
        let method = match self.dice.below(8) {
            0..=1 => sale.litecoin.gateway_id.clone(),
            2..=4 => self.street.sandbox.clone(),
            _ => "wallet".to_owned(),
        };
        let known = u64::try_from(self.subscriptions.len()).unwrap();
        let body = if known > 0 && self.dice.below(4) > 0 {
            let index = usize::try_from(self.dice.below(known)).unwrap();
            sale.renewal(&method, &self.subscriptions[index])
        } else {
            sale.new_order(&method)
        };
        Wish { key: format!("{}-{}", self.name, self.wishes), body, whim: self.dice.below(10) }
    }

    async fn try_to_buy(&mut self, wish: Wish) {
        let answer = self.caller.checkout(&wish.key, &wish.body).await;
        match answer {
            Ok(answer) if answer.status == StatusCode::CREATED => self.bought(&wish, &answer),
            // Nothing was bought, and the customer is told why.
            Ok(answer) if answer.code() == "not_enough_funds" => {}
            Ok(answer) if answer.code() == "too_many_open_orders" => self.give_up().await,
            // Still being worked on, or a moment of trouble here or in a proxy: to be repeated with the same key.
            Ok(answer) if matches!(answer.status.as_u16(), 409 | 502..=504) => {
                self.unanswered.push(wish);
            }
            Ok(answer) => self.truth.strange.push(format!("{}: {}", answer.status, answer.body)),
            Err(_) => self.unanswered.push(wish),
        }
    }

    fn bought(&mut self, wish: &Wish, answer: &Answer) {
        let order: OrderView = answer.view();
        let again = self.truth.bought.contains_key(&wish.key);
        let known = self.truth.bought.entry(wish.key.clone()).or_insert_with(|| Bought::new(&order));
        if known.order_id != order.order_id {
            self.truth.strange.push(format!("{} gave two orders", wish.key));
        }
        if again {
            return;
        }
        self.street.made.fetch_add(1, Ordering::Relaxed);
        // Repeats of an answered request must change nothing.
        if wish.whim == 0 {
            self.unanswered.push(Wish { key: wish.key.clone(), body: wish.body.clone(), whim: 1 });
        }
        self.pay(&wish.key, &order, wish.whim);
    }

    fn pay(&mut self, key: &str, order: &OrderView, whim: u64) {
        let Some(payment) = &order.payment else { return };
        let due = u64::try_from(payment.due.minor).unwrap();
        if let Some(address) = &payment.address {
            let (sent, paid) = match whim {
                0..=4 => (vec![due], Paid::Enough),
                5 | 6 => (vec![due, due], Paid::Enough),
                7 => (vec![due / 2, due - due / 2], Paid::Enough),
                8 => (vec![due / 2], Paid::Short),
                _ => (vec![], Paid::Nothing),
            };
            for litoshi in sent {
                self.street.chain.pay(&[(address, litoshi)]);
                self.truth.litoshi += i64::try_from(litoshi).unwrap();
            }
            self.street.chain.mine(1);
            self.note(key, paid);
        } else if let Some(page) = payment.redirect_url.as_deref().filter(|_| whim < 9) {
            let page = Url::parse(page).unwrap();
            let of = |name: &str| page.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
            let reference = page.path_segments().unwrap().next_back().unwrap();
            let form = [("amount", of("amount")), ("currency", of("currency")), ("sig", of("sig"))];
            let form = form.iter().fold(format!("reference={reference}"), |form, (name, value)| {
                format!("{form}&{name}={value}")
            });
            self.hooks.push((key.to_owned(), of("hook"), form));
        }
    }

    /// Sends what the play-money gateway would send until the shop says that it has it, and sometimes once more.
    async fn press_buttons(&mut self) {
        for (key, hook, form) in std::mem::take(&mut self.hooks) {
            let request = self.caller.raw(Method::POST, &hook).body(form.clone());
            let form_type = "application/x-www-form-urlencoded";
            let told = request.header("Content-Type", form_type).send().await;
            let taken = told.is_ok_and(|answer| answer.status().is_success());
            if taken {
                self.note(&key, Paid::Enough);
            }
            if !taken || self.dice.below(4) == 0 {
                self.hooks.push((key, hook, form));
            }
        }
    }

    /// Cancels what was never paid. Whether a broken request arrived does not matter.
    async fn give_up(&mut self) {
        let sent: Vec<&String> = self.hooks.iter().map(|(key, _, _)| key).collect();
        let unpaid = self.truth.bought.iter().filter(|(_, bought)| bought.paid != Paid::Enough);
        let unpaid: Vec<String> = unpaid
            .filter(|(key, _)| !sent.contains(key))
            .map(|(_, bought)| bought.order_id.clone())
            .collect();
        for order in unpaid {
            drop(self.caller.ask(Method::POST, &format!("/orders/{order}/cancel"), None, None).await);
        }
    }

    fn note(&mut self, key: &str, paid: Paid) {
        self.truth.bought.get_mut(key).expect("it was bought").paid = paid;
    }

    /// What can be renewed by now.
    async fn learn(&mut self) {
        let listed = self.caller.ask(Method::GET, "/subscriptions", None, None).await;
        if let Some(listed) = listed.ok().filter(|listed| listed.status.is_success()) {
            let listed = listed.json();
            let all = listed.as_array().into_iter().flatten();
            let ids = all.filter_map(|one| one["subscription_id"].as_str());
            self.subscriptions = ids.take(6).map(str::to_owned).collect();
        }
    }
}

impl Street {
    /// No more wishes.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}
