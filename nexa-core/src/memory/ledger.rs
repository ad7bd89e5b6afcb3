//! Journals and balances.

use super::{Unit, limit};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::{Currency, Money},
    },
    error::Failure,
    ids::{Id, JournalId, ShopId},
    ports::storage::{LedgerReads, LedgerWrites, Page, Posted, PostedEntry},
};
use async_trait::async_trait;
use imbl::{OrdMap, OrdSet};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct Books {
    pub(super) journals: OrdMap<JournalId, Journal>,
    causes: OrdSet<(ShopId, String)>,
    accounts: OrdMap<(ShopId, Account), OrdSet<JournalId>>,
    pub(super) balances: OrdMap<(ShopId, Account, Currency), i64>,
}

/// What a journal does to each account, in the order of accounts.
fn net(journal: &Journal) -> BTreeMap<(Account, Currency), i128> {
    let mut net = BTreeMap::new();
    for entry in journal.entries() {
        *net.entry((entry.account, entry.amount.currency)).or_insert(0) += i128::from(entry.amount.minor);
    }
    net
}

#[async_trait]
impl LedgerReads for Unit {
    async fn balance(
        &mut self,
        shop: ShopId,
        account: Account,
        currency: Currency,
    ) -> Result<Money, Failure> {
        let minor = self.state.books.balances.get(&(shop, account, currency)).copied().unwrap_or(0);
        Ok(Money::new(minor, currency))
    }

    async fn entries(
        &mut self,
        shop: ShopId,
        account: Account,
        page: Page,
    ) -> Result<Vec<PostedEntry>, Failure> {
        let books = &self.state.books;
        let Some(ids) = books.accounts.get(&(shop, account)) else { return Ok(Vec::new()) };
        let older = ids.iter().rev().filter(|id| page.before.is_none_or(|before| id.uuid() < before));
        let journals = older.take(limit(page)).filter_map(|id| books.journals.get(id));
        Ok(journals
            .flat_map(|journal| {
                let own = journal.entries().iter().filter(|e| e.account == account);
                own.map(|entry| PostedEntry {
                    journal: journal.id,
                    cause: journal.cause.clone(),
                    amount: entry.amount,
                    at: journal.at,
                })
            })
            .collect())
    }

    async fn is_posted(&mut self, shop: ShopId, cause: &str) -> Result<bool, Failure> {
        Ok(self.state.books.causes.contains(&(shop, cause.to_owned())))
    }

    async fn trial_balance(&mut self, shop: ShopId) -> Result<Vec<(Account, Money, Money)>, Failure> {
        let mut sums: BTreeMap<(String, &str), (Account, Currency, i128, i128)> = BTreeMap::new();
        let books = &self.state.books;
        for ((of, account, currency), minor) in &books.balances {
            if *of == shop {
                let key = (account.to_string(), currency.code());
                sums.entry(key).or_insert((*account, *currency, 0, 0)).2 += i128::from(*minor);
            }
        }
        for journal in books.journals.values().filter(|j| j.shop_id == shop) {
            for ((account, currency), minor) in net(journal) {
                let key = (account.to_string(), currency.code());
                sums.entry(key).or_insert((account, currency, 0, 0)).3 += minor;
            }
        }
        let money = |minor: i128, currency| {
            i64::try_from(minor)
                .map(|m| Money::new(m, currency))
                .map_err(|_| Failure::core("a sum is too large"))
        };
        sums.into_values()
            .map(|(account, currency, balance, sum)| {
                Ok((account, money(balance, currency)?, money(sum, currency)?))
            })
            .collect()
    }
}

#[async_trait]
impl LedgerWrites for Unit {
    async fn post(&mut self, journal: &Journal) -> Result<Posted, Failure> {
        self.require_shop(journal.shop_id)?;
        let cause = (journal.shop_id, journal.cause.clone());
        if self.state.books.causes.contains(&cause) {
            return Ok(Posted::Already);
        }
        let mut balances = self.state.books.balances.clone();
        for ((account, currency), change) in net(journal) {
            let key = (journal.shop_id, account, currency);
            let after = i128::from(balances.get(&key).copied().unwrap_or(0)) + change;
            if after < 0 && change < 0 && !account.may_be_negative() {
                return Ok(Posted::Short);
            }
            let Ok(after) = i64::try_from(after) else { return Err(self.fail("a balance is too large")) };
            balances.insert(key, after);
        }
        let new = !self.state.books.journals.contains_key(&journal.id);
        self.require(new, "this journal exists")?;
        for entry in journal.entries() {
            if let Account::Wallet(user) | Account::Held(user) = entry.account {
                self.locks.wallet(user);
            }
        }
        let books = &mut self.state.books;
        books.balances = balances;
        books.causes.insert(cause);
        for entry in journal.entries() {
            let ids = books.accounts.entry((journal.shop_id, entry.account)).or_default();
            ids.insert(journal.id);
        }
        books.journals.insert(journal.id, journal.clone());
        Ok(Posted::New)
    }
}
