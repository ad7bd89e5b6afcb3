//! Shops of resellers.

use crate::world::{Customer, Shop, dollars};
use nexa_core::{
    backoffice::{
        Backoffice,
        model::{
            AddResellerRequest, NewResellerView, ResellerTermsRequest, ResellerView, TakeRequest,
            WalletCorrection, WholesaleListRequest, WholesalePriceRequest,
        },
    },
    domain::user::{Principal, Role},
    storefront::model::MoneyView,
};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// A reseller: its shop, and its account in the supplier's.
pub struct Reseller {
    pub shop: Shop,
    /// As its supplier knows it.
    pub id: String,
    /// Its user in the supplier's shop.
    pub account: String,
    /// Which prices it pays.
    pub list: String,
    supplier: Arc<dyn Backoffice>,
    top_ups: AtomicU32,
}

/// One price of a list.
pub fn costs(plan: &str, price: MoneyView) -> WholesalePriceRequest {
    let free = price.minor == 0;
    WholesalePriceRequest { plan_id: Some(plan.to_owned()), pack_id: None, price, free }
}

/// Whoever pays before, with nothing else agreed.
pub fn prepaid(list: &str) -> ResellerTermsRequest {
    ResellerTermsRequest {
        list_id: list.to_owned(),
        limit: None,
        quota: None,
        low_below: None,
        floor_percent: None,
        dunning: false,
    }
}

/// To sell a plan of the supplier.
pub fn takes(plan: &str, price: MoneyView) -> TakeRequest {
    TakeRequest {
        plan_id: Some(plan.to_owned()),
        pack_id: None,
        name: None,
        prices: vec![price],
        on_sale: true,
    }
}

impl Shop {
    /// The operator asks resellers for these prices.
    pub async fn asks_resellers_for(&self, prices: Vec<WholesalePriceRequest>) -> String {
        let request = WholesaleListRequest { name: "Resellers".to_owned(), return_days: None, prices };
        self.operator.add_wholesale_list(request).await.expect("a list").list_id
    }

    /// The operator makes a shop for somebody.
    pub async fn makes_a_shop(&self, host: &str, terms: ResellerTermsRequest) -> NewResellerView {
        let request = AddResellerRequest {
            shop_name: "Branch Net".to_owned(),
            currency: "USD".to_owned(),
            locale: "en".to_owned(),
            hosts: vec![host.to_owned()],
            user_id: None,
            terms,
        };
        self.operator.add_reseller(request).await.expect("a reseller")
    }

    /// A reseller at this host who pays `cost` for the month, and sells it for 7 dollars.
    pub async fn has_a_reseller(&self, host: &str, cost: MoneyView) -> Reseller {
        let list = self.asks_resellers_for(vec![costs(&self.month, cost)]).await;
        self.has_a_reseller_on(host, prepaid(&list)).await
    }

    /// The same, on these terms.
    pub async fn has_a_reseller_on(&self, host: &str, terms: ResellerTermsRequest) -> Reseller {
        let list = terms.list_id.clone();
        let made = self.makes_a_shop(host, terms).await;
        assert!(made.account_number.is_some(), "a new account");
        let claim = made.claim_link.strip_prefix(&format!("https://{host}/operator/")).expect("a link");
        let key = self.door.claim(claim).await.expect("claimed").api_key;
        let ResellerView { reseller_id: id, user_id: account, .. } = made.reseller;
        let shop_id = id.parse().expect("a shop");
        let who = self.door.principal(shop_id, &key).await.expect("the reseller");
        let mut shop = Self {
            id: shop_id,
            nexa: self.nexa.clone(),
            door: self.nexa.frontdesk(),
            operator: self.nexa.backoffice(who.clone()),
            operator_is: who,
            bank: self.bank.clone(),
            mail: self.mail.clone(),
            messenger: self.messenger.clone(),
            receivers: self.receivers.clone(),
            markets: self.markets.clone(),
            clock: Arc::clone(&self.clock),
            storage: Arc::clone(&self.storage),
            month: String::new(),
            transfer: String::new(),
            card: String::new(),
            world: self.world.clone(),
            worker: self.nexa.worker(),
            panels: Arc::clone(&self.panels),
            home: self.home.clone(),
        };
        let supply = shop.operator.take(takes(&self.month, dollars(7))).await.expect("taken");
        supply.wares[0].made[0].clone_into(&mut shop.month);
        shop.transfer = shop.adds_gateway("fake", json!({ "wallet": host })).await;
        let (supplier, top_ups) = (Arc::clone(&self.operator), AtomicU32::new(0));
        Reseller { shop, id, account, list, supplier, top_ups }
    }
}

impl Shop {
    /// What a user of the shop was told, newest first, by its keys.
    pub async fn told(&self, user: &str) -> Vec<String> {
        self.as_customer(user).was_told().await
    }

    /// A user of the shop, in front of the counter.
    pub fn as_customer(&self, user: &str) -> Customer {
        let user_id = Some(user.parse().expect("a user"));
        let scopes = Role::Customer.scopes();
        Customer::with(self, Principal { user_id, scopes, ..Principal::guest(self.id) })
    }
}

impl Reseller {
    /// The supplier puts money into its wallet.
    pub async fn tops_up(&self, amount: MoneyView) {
        let key = format!("{} {}", self.id, self.top_ups.fetch_add(1, Ordering::Relaxed));
        let amount = WalletCorrection { amount };
        self.supplier.correct_wallet(&self.account, amount, key).await.expect("topped up");
    }

    /// As its supplier sees it.
    pub async fn seen(&self) -> ResellerView {
        self.supplier.reseller(&self.id).await.expect("a reseller")
    }

    /// What is in its wallet there, in cents.
    pub async fn wallet(&self) -> i64 {
        self.seen().await.wallet.minor
    }

    /// Somebody buys a month from a wallet that is filled for it.
    pub async fn sells(&self) -> Customer {
        let customer = self.shop.customer_with(dollars(7)).await;
        customer.orders("wallet").await.expect("sold");
        self.shop.works().await;
        customer
    }
}
