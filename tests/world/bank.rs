//! Money outside the shop.

use jiff::Timestamp;
use nexa_core::{
    domain::money::{Currency, Money},
    sim::{SimClock, gateway::FakeBank},
    storefront::model::{MoneyView, OrderView},
    world::Clock as _,
};
use std::sync::Arc;

/// So many dollars.
pub fn dollars(whole: i64) -> MoneyView {
    cents(whole * 100)
}

/// So many cents.
pub fn cents(minor: i64) -> MoneyView {
    MoneyView { minor, currency: "USD".to_owned() }
}

/// Where transfers are sent from.
#[derive(Clone)]
pub struct Bank {
    fake: Arc<FakeBank>,
    clock: Arc<SimClock>,
}

impl Bank {
    pub fn new(fake: Arc<FakeBank>, clock: Arc<SimClock>) -> Self {
        Self { fake, clock }
    }

    /// Sends all that an order's payment asks for, and the network confirms it.
    pub fn pays(&self, order: &OrderView) {
        let due = order.payment.as_ref().expect("a payment").due.clone();
        self.sends(order, &due);
    }

    /// Sends this much for an order, and the network confirms it.
    pub fn sends(&self, order: &OrderView, amount: &MoneyView) {
        let transfer = self.begins(order, amount);
        self.confirms(&transfer);
    }

    /// Sends this much; it can be seen, but is not final.
    pub fn begins(&self, order: &OrderView, amount: &MoneyView) -> String {
        let payment = order.payment.as_ref().expect("a payment");
        // Where one address is everybody's, the comment tells whom money is for.
        let address = payment.memo.clone().or_else(|| payment.address.clone()).expect("an address");
        let currency: Currency = amount.currency.parse().expect("a currency");
        self.fake.pay(&address, Money::new(amount.minor, currency), self.now())
    }

    /// Sends this much to the address, without the comment that was asked for.
    pub fn sends_without_comment(&self, order: &OrderView, amount: &MoneyView) {
        let address = order.payment.as_ref().and_then(|p| p.address.clone()).expect("an address");
        let currency: Currency = amount.currency.parse().expect("a currency");
        let transfer = self.fake.pay(&address, Money::new(amount.minor, currency), self.now());
        self.confirms(&transfer);
    }

    /// The network confirms a transfer.
    pub fn confirms(&self, transfer: &str) {
        self.fake.confirm(transfer);
    }

    /// The gateway itself, to break it.
    pub fn gateway(&self) -> &Arc<FakeBank> {
        &self.fake
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
