//! What really happened to one customer, and whether the shop knows the same.

use crate::process::{CENTS_PER_COIN, Caller, Sale};
use jiff::Timestamp;
use nexa_core::storefront::model::{OrderPage, OrderView, Purpose, SubscriptionView, WalletView};
use nexa_hiddify::testing::FakeHiddify;
use std::collections::{BTreeMap, BTreeSet};

/// What came for an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paid {
    /// Nothing.
    Nothing,
    /// Less than was due.
    Short,
    /// The whole amount, or more.
    Enough,
}

/// Where an order's money comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Wallet,
    Chain,
    Sandbox,
}

/// An order that was answered with success.
pub struct Bought {
    pub order_id: String,
    pub cents: i64,
    pub way: Way,
    pub paid: Paid,
}

impl Bought {
    pub fn new(order: &OrderView) -> Self {
        let way = match &order.payment {
            None => Way::Wallet,
            Some(payment) if payment.address.is_some() => Way::Chain,
            Some(_) => Way::Sandbox,
        };
        // From the wallet it is paid when the answer comes.
        let paid = if way == Way::Wallet { Paid::Enough } else { Paid::Nothing };
        Self { order_id: order.order_id.clone(), cents: order.price.minor, way, paid }
    }
}

/// Everything about one customer.
pub struct Truth {
    pub caller: Caller,
    pub bought: BTreeMap<String, Bought>,
    pub litoshi: i64,
    pub strange: Vec<String>,
}

/// What all customers together came to.
#[derive(Default, Debug)]
pub struct Sum {
    pub orders: usize,
    pub fulfilled: usize,
    pub subscriptions: usize,
    pub lost: usize,
    pub doubled: usize,
    pub unpaid: usize,
    pub litoshi: i64,
    pub sandbox_cents: i64,
    pub wallets_cents: i64,
    pub revenue_cents: i64,
    /// Everything else that is not as it must be.
    pub wrong: Vec<String>,
}

impl Truth {
    pub fn new(caller: Caller) -> Self {
        Self { caller, bought: BTreeMap::new(), litoshi: 0, strange: Vec::new() }
    }

    fn sandbox_cents(&self) -> i64 {
        let taken = self.bought.values().filter(|b| b.way == Way::Sandbox && b.paid == Paid::Enough);
        taken.map(|b| b.cents).sum()
    }

    fn credited_cents(&self) -> i64 {
        self.litoshi * CENTS_PER_COIN / 100_000_000 + self.sandbox_cents()
    }

    /// Whether the shop has seen all the money, delivered everything that is paid, and has no more than that, and
    /// whether the panel holds it: a write of a killed program may land late, and is put right some minutes later.
    pub async fn is_settled(&self, sale: &Sale, panel: &FakeHiddify) -> bool {
        let orders = self.orders().await;
        let in_state = |id: &str, state: &str| orders.get(id).is_some_and(|order| order.state == state);
        let paid = self.bought.values().filter(|bought| bought.paid == Paid::Enough);
        if !paid.map(|bought| &bought.order_id).all(|id| in_state(id, "fulfilled")) {
            return false;
        }
        let wallet: WalletView = self.caller.get("/wallet").await;
        let spent: i64 = orders.values().filter(|o| o.state == "fulfilled").map(|o| o.price.minor).sum();
        let fulfilled: Vec<&OrderView> = orders.values().filter(|o| o.state == "fulfilled").collect();
        let mut parts = parts(&fulfilled).into_iter();
        wallet.balance.minor + spent >= self.credited_cents()
            && parts.all(|(id, parts)| on_panel(panel, id, limit(sale, &parts)).is_none())
    }

    async fn orders(&self) -> BTreeMap<String, OrderView> {
        let mut all = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page: OrderPage = self.caller.get(&format!("/orders?limit=100{cursor}")).await;
            all.extend(page.items.into_iter().map(|order| (order.order_id.clone(), order)));
            let Some(next) = page.next else { return all };
            cursor = format!("&cursor={next}");
        }
    }

    /// Compares everything and adds it up.
    pub async fn check(&self, sum: &mut Sum, sale: &Sale, panel: &FakeHiddify) {
        let orders = self.orders().await;
        let known: BTreeSet<&String> = self.bought.values().map(|bought| &bought.order_id).collect();
        sum.orders += self.bought.len();
        sum.lost += known.iter().filter(|id| !orders.contains_key(**id)).count();
        // One key, one order: an order that no answer named is one too many, and so is one for two keys.
        sum.doubled +=
            orders.keys().filter(|id| !known.contains(id)).count() + self.bought.len() - known.len();
        sum.wrong.extend(self.strange.iter().cloned());
        for bought in self.bought.values() {
            let Some(order) = orders.get(&bought.order_id) else { continue };
            let wanted: &[&str] = match bought.paid {
                Paid::Enough => &["fulfilled"],
                // Customers cancel some of what they never paid.
                Paid::Nothing | Paid::Short => &["awaiting_payment", "cancelled"],
            };
            if !wanted.contains(&order.state.as_str()) || order.attention {
                sum.wrong.push(format!("{:?} {:?} is {}", bought.way, bought.paid, order.state));
            }
        }
        let fulfilled: Vec<&OrderView> = orders.values().filter(|o| o.state == "fulfilled").collect();
        let spent: i64 = fulfilled.iter().map(|order| order.price.minor).sum();
        let wallet: WalletView = self.caller.get("/wallet").await;
        if wallet.balance.minor + spent != self.credited_cents() {
            let (has, got) = (wallet.balance.minor, self.credited_cents());
            sum.wrong.push(format!("{got} cents came, {spent} were spent, {has} are left"));
        }
        sum.fulfilled += fulfilled.len();
        sum.unpaid += orders.len() - fulfilled.len();
        sum.litoshi += self.litoshi;
        sum.sandbox_cents += self.sandbox_cents();
        sum.wallets_cents += wallet.balance.minor;
        sum.revenue_cents += spent;
        self.check_subscriptions(sum, sale, panel, &fulfilled).await;
    }

    async fn check_subscriptions(
        &self,
        sum: &mut Sum,
        sale: &Sale,
        panel: &FakeHiddify,
        fulfilled: &[&OrderView],
    ) {
        let parts = parts(fulfilled);
        let listed: Vec<SubscriptionView> = self.caller.get("/subscriptions").await;
        if listed.len() != parts.len() {
            sum.wrong.push(format!("{} subscriptions of {}", listed.len(), parts.len()));
        }
        sum.subscriptions += parts.len();
        for (id, parts) in parts {
            let view = self.caller.subscription(id).await;
            let count = u64::try_from(parts.len()).unwrap();
            let limit = limit(sale, &parts);
            let moment = |text: &str| text.parse::<Timestamp>().unwrap();
            let hours = moment(&view.ends_at).duration_since(moment(&view.starts_at)).as_hours();
            let days = i64::try_from(count).unwrap() * i64::from(sale.plan.days);
            let news = parts.iter().filter(|purpose| **purpose == Purpose::New).count();
            if (news, view.limit_bytes, hours, view.state.as_str()) != (1, limit, days * 24, "active") {
                sum.wrong.push(format!("{news} new of {count}, {hours} hours: {view:?}"));
            }
            sum.wrong.extend(on_panel(panel, id, limit));
        }
    }
}

/// What each subscription was made of.
fn parts<'a>(fulfilled: &[&'a OrderView]) -> BTreeMap<&'a str, Vec<Purpose>> {
    let mut parts: BTreeMap<&str, Vec<Purpose>> = BTreeMap::new();
    for order in fulfilled {
        let id = order.subscription_id.as_deref().expect("a fulfilled order has a subscription");
        parts.entry(id).or_default().push(order.purpose);
    }
    parts
}

fn limit(sale: &Sale, parts: &[Purpose]) -> u64 {
    u64::try_from(parts.len()).unwrap() * sale.plan.traffic_bytes
}

/// What is wrong with a subscription's account on the panel, whose name is the subscription's id. What the panel's cores
/// missed of a change (`NeedsTouch`) is not asked: no call of the panel shows it, so a crash cannot make it better or
/// worse.
fn on_panel(panel: &FakeHiddify, id: &str, limit: u64) -> Option<String> {
    let users: Vec<_> = panel.users().into_iter().filter(|user| user.name == id).collect();
    match users.as_slice() {
        [user] if user.limit == limit && user.is_active() && panel.creates_of(&user.uuid) == 1 => None,
        other => Some(format!("on the panel, wanted {limit}: {other:?}")),
    }
}
