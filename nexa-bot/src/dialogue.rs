//! What a bot remembers of a user between two messages. It lies in the core's storage.

use crate::action::{Region, Segment};
use nexa_core::{
    ids::{OrderId, PackId, PaymentId, PlanId, SubscriptionId, TicketId},
    storefront::model::{CheckoutRequest, MoneyView, Purpose},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// What is remembered. What another version wrote is left out, each part by itself, so an update never stops a dialogue.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Memory {
    /// What the customer came with (`/start PAYLOAD`), until it was used. Kept before any gate.
    pub payload: Option<String>,
    /// The terms that were accepted, by their address: others have to be accepted again.
    pub terms: Option<String>,
    /// What the next text or picture answers.
    pub awaits: Option<Awaits>,
    /// What is about to be bought.
    pub cart: Option<Cart>,
    /// How many carts there were; each has a number of its own, so an old button never buys what a newer one shows.
    pub carts: u32,
    /// The code of a gift that is being looked at.
    pub gift: Option<String>,
    /// The code of a coupon that the customer has, as it was typed, until something is bought with it. Kept before any gate.
    pub coupon: Option<String>,
    /// How often an operator gave something away; makes a repeat harmless.
    pub gifts: u32,
    /// The place where an operator wrote that alerts shall go there.
    pub alerts: Option<AlertPlace>,
}

/// A place for alerts: a group, perhaps a thread of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlertPlace {
    /// The group, as Telegram numbers it.
    pub chat: i64,
    /// The thread in it.
    pub thread: Option<i64>,
    /// What the group is called.
    pub title: String,
}

/// What the next text or picture answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaits {
    /// How much to put into the wallet.
    TopUp,
    /// The code of a coupon.
    Coupon,
    /// The link of a service that was made elsewhere. It is a secret, so it is never remembered.
    Service,
    /// The picture of a bank's receipt.
    Receipt {
        /// For which order.
        order: OrderId,
        /// For which of its payments.
        payment: PaymentId,
    },
    /// Another name for a subscription.
    Name(SubscriptionId),
    /// The amount that really came for a receipt.
    Amount(uuid::Uuid),
    /// What somebody wants to ask the shop.
    Question,
    /// What somebody has to say in a ticket.
    Words(TicketId),
    /// The shop's answer in a ticket.
    Answer(TicketId),
    /// What readers of a segment shall be told.
    Broadcast(Segment),
    /// Whom an operator looks for.
    User,
    /// What customers are told while the shop is closed.
    Maintenance,
    /// Why a user gets a plan.
    WhyGive {
        /// Who.
        user: uuid::Uuid,
        /// Which.
        plan: PlanId,
        /// Of all that this operator gave.
        number: u32,
    },
    /// Why a subscription gets more days.
    WhyExtend {
        /// Which.
        subscription: SubscriptionId,
        /// How many.
        days: u32,
        /// Of all that this operator gave.
        number: u32,
    },
}

/// What is about to be bought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cart {
    /// Its number.
    pub number: u32,
    /// What is in it.
    pub wish: Wish,
    /// What it was said to cost.
    #[serde(default)]
    pub price: Option<MoneyView>,
    /// The code of the coupon that makes it cost that.
    #[serde(default)]
    pub coupon: Option<String>,
    /// The order that was placed with it.
    #[serde(default)]
    pub order: Option<OrderId>,
}

/// What somebody wants to buy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// A new subscription, perhaps in a certain country.
    New {
        /// Of which plan.
        plan: PlanId,
        /// Where.
        region: Option<String>,
    },
    /// More time.
    Renewal {
        /// For which subscription.
        subscription: SubscriptionId,
        /// By which plan.
        plan: PlanId,
    },
    /// Another plan.
    Change {
        /// For which subscription.
        subscription: SubscriptionId,
        /// Which.
        plan: PlanId,
    },
    /// More traffic or devices.
    Pack {
        /// For which subscription.
        subscription: SubscriptionId,
        /// Which pack.
        pack: PackId,
        /// Whether it holds traffic; else devices.
        traffic: bool,
    },
    /// A plan for somebody else.
    Gift {
        /// Which.
        plan: PlanId,
    },
    /// Money into the wallet, in minor units of the shop's currency.
    TopUp {
        /// How much.
        amount: MoneyView,
    },
}

impl Wish {
    /// A new subscription.
    pub fn new(plan: PlanId, region: Region) -> Self {
        Self::New { plan, region: region.0 }
    }

    /// What the core is asked for.
    pub fn request(&self, method: &str) -> CheckoutRequest {
        let request = CheckoutRequest { method: method.to_owned(), ..CheckoutRequest::default() };
        match self {
            Self::New { plan, region } => CheckoutRequest {
                purpose: Purpose::New,
                plan_id: Some(plan.to_string()),
                region: region.clone(),
                ..request
            },
            Self::Gift { plan } => CheckoutRequest {
                purpose: Purpose::New,
                plan_id: Some(plan.to_string()),
                gift: true,
                ..request
            },
            Self::Renewal { subscription, plan } => CheckoutRequest {
                purpose: Purpose::Renewal,
                plan_id: Some(plan.to_string()),
                subscription_id: Some(subscription.to_string()),
                ..request
            },
            Self::Change { subscription, plan } => CheckoutRequest {
                purpose: Purpose::Change,
                plan_id: Some(plan.to_string()),
                subscription_id: Some(subscription.to_string()),
                ..request
            },
            Self::Pack { subscription, pack, traffic } => CheckoutRequest {
                purpose: if *traffic { Purpose::TrafficPack } else { Purpose::DevicePack },
                pack_id: Some(pack.to_string()),
                subscription_id: Some(subscription.to_string()),
                ..request
            },
            Self::TopUp { amount } => {
                CheckoutRequest { purpose: Purpose::TopUp, amount: Some(amount.clone()), ..request }
            }
        }
    }
}

impl Memory {
    /// As it was kept; a memory that cannot be read is an empty one.
    pub fn read(text: Option<&str>) -> Self {
        let kept: Map<String, Value> =
            text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Self {
            payload: part(&kept, "payload"),
            terms: part(&kept, "terms"),
            awaits: part(&kept, "awaits"),
            cart: part(&kept, "cart"),
            carts: part(&kept, "carts"),
            gift: part(&kept, "gift"),
            coupon: part(&kept, "coupon"),
            gifts: part(&kept, "gifts"),
            alerts: part(&kept, "alerts"),
        }
    }

    /// As it is kept.
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Puts a wish into a cart of its own, in place of the one before; gives its number.
    pub fn fill(&mut self, wish: Wish, price: MoneyView, coupon: Option<String>) -> u32 {
        // The same wish at the same price keeps its cart, so that two screens of it buy it once. At another price it is
        // another one, so that no button charges what a later screen shows.
        let same =
            |cart: &&Cart| cart.wish == wish && cart.coupon == coupon && cart.price.as_ref() == Some(&price);
        if let Some(cart) = self.cart.as_ref().filter(same).filter(|cart| cart.order.is_none()) {
            return cart.number;
        }
        self.carts = self.carts.wrapping_add(1);
        self.cart = Some(Cart { number: self.carts, wish, price: Some(price), coupon, order: None });
        self.carts
    }

    /// The cart with this number, if it is still the one that was shown last.
    pub fn cart(&self, number: u32) -> Option<Cart> {
        self.cart.clone().filter(|cart| cart.number == number)
    }
}

/// A part that can be read.
fn part<T: DeserializeOwned + Default>(kept: &Map<String, Value>, name: &str) -> T {
    kept.get(name).and_then(|part| T::deserialize(part).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of carts name the orders at the core: one that came again would give an old order for a new wish.
    #[test]
    fn what_another_version_wrote_takes_nothing_else_along() {
        let kept =
            r#"{"awaits":{"a_new_question":1},"cart":{"number":7,"wish":"new"},"carts":7,"terms":"t"}"#;
        let memory = Memory::read(Some(kept));
        assert_eq!((memory.carts, memory.terms.as_deref()), (7, Some("t")));
        assert_eq!((memory.awaits, memory.cart), (None, None));
    }

    #[test]
    fn what_is_kept_is_what_is_read() {
        let amount = MoneyView { minor: 5, currency: "USD".to_owned() };
        let mut memory = Memory { awaits: Some(Awaits::TopUp), ..Memory::default() };
        memory.fill(Wish::TopUp { amount: amount.clone() }, amount, Some("SPRING".to_owned()));
        assert_eq!(Memory::read(Some(&memory.write())), memory);
        assert_eq!(Memory::read(Some("nonsense")), Memory::default());
    }
}
