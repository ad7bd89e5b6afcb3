//! Resellers, what they pay, and what was supplied to them.

use super::Unit;
use crate::{
    domain::{
        money::{Currency, Money},
        reseller::{Invoice, Reseller, Source, Supply, SupplyCount, Ware, WholesaleList},
        subscription::SubscriptionState,
    },
    error::Failure,
    ids::{InvoiceId, OrderId, ShopId, UserId, WholesaleListId},
    ports::storage::{Inserted, Locked, ResellerReads, ResellerWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct Resellers {
    rows: OrdMap<ShopId, Reseller>,
    lists: OrdMap<WholesaleListId, WholesaleList>,
    sources: OrdMap<(ShopId, Ware), Source>,
    supplies: OrdMap<(ShopId, OrderId), Supply>,
    invoices: OrdMap<InvoiceId, Invoice>,
}

impl Resellers {
    /// Whether a shop's customers may be served by what belongs to `owner`: itself, its supplier, or that one's.
    pub(super) fn may_use(&self, shop: ShopId, owner: ShopId) -> bool {
        let supplier = |of: ShopId| self.rows.get(&of).map(|r| r.shop_id);
        let first = supplier(shop);
        owner == shop || first == Some(owner) || first.and_then(supplier) == Some(owner)
    }
}

#[async_trait]
impl ResellerReads for Unit {
    async fn resellers(&mut self, shop: ShopId) -> Result<Vec<Reseller>, Failure> {
        Ok(self.state.resellers.rows.values().filter(|r| r.shop_id == shop).cloned().collect())
    }

    async fn reseller(&mut self, shop: ShopId, of: ShopId) -> Result<Option<Reseller>, Failure> {
        Ok(self.state.resellers.rows.get(&of).filter(|r| r.shop_id == shop).cloned())
    }

    async fn reseller_of(&mut self, of: ShopId) -> Result<Option<Reseller>, Failure> {
        Ok(self.state.resellers.rows.get(&of).cloned())
    }

    async fn reseller_by_account(&mut self, shop: ShopId, user: UserId) -> Result<Option<Reseller>, Failure> {
        let mut all = self.state.resellers.rows.values();
        Ok(all.find(|r| r.shop_id == shop && r.user_id == user).cloned())
    }

    async fn count_running(&mut self, shop: ShopId) -> Result<u32, Failure> {
        let runs = |state| matches!(state, SubscriptionState::Pending | SubscriptionState::Active);
        let all = self.state.service.subscriptions.values();
        let running = all.filter(|s| s.shop_id == shop && runs(s.state)).count();
        Ok(u32::try_from(running).unwrap_or(u32::MAX))
    }

    async fn wholesale_lists(&mut self, shop: ShopId) -> Result<Vec<WholesaleList>, Failure> {
        Ok(self.state.resellers.lists.values().filter(|l| l.shop_id == shop).cloned().collect())
    }

    async fn wholesale_list(
        &mut self,
        shop: ShopId,
        id: WholesaleListId,
    ) -> Result<Option<WholesaleList>, Failure> {
        Ok(self.state.resellers.lists.get(&id).filter(|l| l.shop_id == shop).cloned())
    }

    async fn source(&mut self, shop: ShopId, ware: Ware) -> Result<Option<Source>, Failure> {
        Ok(self.state.resellers.sources.get(&(shop, ware)).copied())
    }

    async fn made_from(&mut self, supplier: ShopId, ware: Ware) -> Result<Vec<Source>, Failure> {
        let all = self.state.resellers.sources.values();
        Ok(all.filter(|s| s.supplier == supplier && s.of == ware).copied().collect())
    }

    async fn supply(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Supply>, Failure> {
        Ok(self.state.resellers.supplies.get(&(shop, order)).cloned())
    }

    async fn supplied(
        &mut self,
        shop: ShopId,
        of: ShopId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<SupplyCount>, Failure> {
        let mut sums: BTreeMap<(String, &str), (Ware, Currency, u32, i64)> = BTreeMap::new();
        let all = self.state.resellers.supplies.values().filter(|s| {
            s.shop_id == shop
                && s.reseller_shop == of
                && s.returned_at.is_none()
                && s.at >= from
                && s.at < until
        });
        for Supply { ware, price, .. } in all {
            let key = (ware.to_string(), price.currency.code());
            let sum = sums.entry(key).or_insert((*ware, price.currency, 0, 0));
            (sum.2, sum.3) = (sum.2.saturating_add(1), sum.3.saturating_add(price.minor));
        }
        let count =
            |(ware, currency, count, minor)| SupplyCount { ware, count, sum: Money::new(minor, currency) };
        Ok(sums.into_values().map(count).collect())
    }

    async fn invoices(&mut self, shop: ShopId, of: ShopId) -> Result<Vec<Invoice>, Failure> {
        let all = self.state.resellers.invoices.values();
        Ok(all.filter(|i| i.shop_id == shop && i.reseller_shop == of).cloned().collect())
    }

    async fn invoice(&mut self, shop: ShopId, id: InvoiceId) -> Result<Option<Invoice>, Failure> {
        Ok(self.state.resellers.invoices.get(&id).filter(|i| i.shop_id == shop).cloned())
    }

    async fn last_invoice_number(&mut self, shop: ShopId) -> Result<u32, Failure> {
        let all = self.state.resellers.invoices.values().filter(|i| i.shop_id == shop);
        Ok(all.map(|i| i.number).max().unwrap_or_default())
    }
}

#[async_trait]
impl ResellerWrites for Unit {
    async fn insert_reseller(&mut self, of: &Reseller) -> Result<Inserted, Failure> {
        self.require_shop(of.reseller_shop)?;
        self.require_user(of.shop_id, of.user_id)?;
        self.require(of.shop_id != of.reseller_shop, "a shop does not supply itself")?;
        let known = self.reseller_by_account(of.shop_id, of.user_id).await?.is_some();
        if known || self.state.resellers.rows.contains_key(&of.reseller_shop) {
            return Ok(Inserted::Taken);
        }
        self.state.resellers.rows.insert(of.reseller_shop, of.clone());
        Ok(Inserted::New)
    }

    async fn lock_reseller(&mut self, shop: ShopId, of: ShopId) -> Result<Option<Locked<Reseller>>, Failure> {
        Ok(self.reseller(shop, of).await?.map(Locked::held_by_storage))
    }

    async fn save_reseller(&mut self, of: Locked<Reseller>) -> Result<(), Failure> {
        let Some(kept) = self.reseller(of.shop_id, of.reseller_shop).await? else {
            return Err(self.fail("no such reseller"));
        };
        let Reseller { user_id, created_at, .. } = kept;
        let of = Reseller { user_id, created_at, ..of.into_inner() };
        self.state.resellers.rows.insert(of.reseller_shop, of);
        Ok(())
    }

    async fn save_wholesale_list(&mut self, of: &WholesaleList) -> Result<(), Failure> {
        self.require_shop(of.shop_id)?;
        let known = self.state.resellers.lists.get(&of.id).cloned();
        let ours = known.as_ref().is_none_or(|l| l.shop_id == of.shop_id);
        self.require(ours, "a list of another shop")?;
        let created_at = known.map_or(of.created_at, |l| l.created_at);
        self.state.resellers.lists.insert(of.id, WholesaleList { created_at, ..of.clone() });
        Ok(())
    }

    async fn insert_source(&mut self, of: &Source) -> Result<Inserted, Failure> {
        let supplied = self.reseller(of.supplier, of.shop_id).await?.is_some();
        self.require(supplied, "not the supplier of this shop")?;
        let key = (of.shop_id, of.ware);
        if self.state.resellers.sources.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.resellers.sources.insert(key, *of);
        Ok(Inserted::New)
    }

    async fn insert_supply(&mut self, of: &Supply) -> Result<Inserted, Failure> {
        let supplied = self.reseller(of.shop_id, of.reseller_shop).await?.is_some();
        self.require(supplied && of.price.minor >= 0, "no such reseller in this shop")?;
        let key = (of.shop_id, of.order_id);
        if self.state.resellers.supplies.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.resellers.supplies.insert(key, of.clone());
        Ok(Inserted::New)
    }

    async fn return_supply(&mut self, shop: ShopId, order: OrderId, at: Timestamp) -> Result<(), Failure> {
        let known = self.state.resellers.supplies.get_mut(&(shop, order)).filter(|s| s.returned_at.is_none());
        let Some(supply) = known else { return Err(self.fail("nothing to be given back")) };
        supply.returned_at = Some(at);
        Ok(())
    }

    async fn insert_invoice(&mut self, of: &Invoice) -> Result<Inserted, Failure> {
        let supplied = self.reseller(of.shop_id, of.reseller_shop).await?.is_some();
        self.require(supplied, "no such reseller in this shop")?;
        let mut ours = self.state.resellers.invoices.values().filter(|i| i.shop_id == of.shop_id);
        let same = |i: &Invoice| {
            i.id == of.id
                || i.number == of.number
                || (i.reseller_shop == of.reseller_shop && i.from == of.from)
        };
        if ours.any(same) {
            return Ok(Inserted::Taken);
        }
        self.state.resellers.invoices.insert(of.id, of.clone());
        Ok(Inserted::New)
    }

    async fn save_invoice(&mut self, of: &Invoice) -> Result<(), Failure> {
        let Some(kept) = self.invoice(of.shop_id, of.id).await? else {
            return Err(self.fail("no such invoice"));
        };
        self.state.resellers.invoices.insert(of.id, Invoice { paid: of.paid, ..kept });
        Ok(())
    }
}
