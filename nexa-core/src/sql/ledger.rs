//! Journals and balances. Entries are only ever added; the database itself refuses anything else.

use super::{
    engine::sql,
    row::{Row, id},
    unit::{Unit, before, limit},
};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::{Currency, Money},
    },
    error::Failure,
    ids::ShopId,
    ports::storage::{LedgerReads, LedgerWrites, Page, Posted, PostedEntry},
};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// What a journal does to each account, in one fixed order, so that two journals never lock in opposite orders.
fn net(journal: &Journal) -> BTreeMap<(Account, Currency), i128> {
    let mut net = BTreeMap::new();
    for entry in journal.entries() {
        *net.entry((entry.account, entry.amount.currency)).or_insert(0) += i128::from(entry.amount.minor);
    }
    net
}

fn posted(row: &Row) -> Result<PostedEntry, Failure> {
    Ok(PostedEntry {
        journal: row.parsed("journal_id")?,
        cause: row.text("cause")?,
        amount: row.money("minor", "currency")?,
        at: row.moment("posted_at")?,
    })
}

#[async_trait]
impl LedgerReads for Unit {
    async fn balance(
        &mut self,
        shop: ShopId,
        account: Account,
        currency: Currency,
    ) -> Result<Money, Failure> {
        let text =
            "SELECT minor FROM balances WHERE shop_id = $1 AND account = $2 AND currency = $3 /*lock*/";
        let bound = sql(text).bind(id(shop)).bind(account.to_string()).bind(currency);
        let minor = self.one(bound, |row| row.int("minor")).await?.unwrap_or(0);
        Ok(Money::new(minor, currency))
    }

    async fn entries(
        &mut self,
        shop: ShopId,
        account: Account,
        page: Page,
    ) -> Result<Vec<PostedEntry>, Failure> {
        let text = "SELECT e.journal_id, e.minor, e.currency, j.cause, j.posted_at \
            FROM entries e JOIN journals j ON j.id = e.journal_id \
            WHERE e.shop_id = $1 AND e.account = $2 AND e.journal_id IN (SELECT DISTINCT i.journal_id \
                FROM entries i WHERE i.shop_id = $1 AND i.account = $2 AND i.journal_id < $3 \
                ORDER BY i.journal_id DESC LIMIT $4) \
            ORDER BY e.journal_id DESC, e.line";
        let bound = sql(text).bind(id(shop)).bind(account.to_string()).bind(before(page)).bind(limit(page));
        self.all(bound, posted).await
    }

    async fn is_posted(&mut self, shop: ShopId, cause: &str) -> Result<bool, Failure> {
        let text = "SELECT id FROM journals WHERE shop_id = $1 AND cause = $2";
        let found = self.one(sql(text).bind(id(shop)).bind(cause), |row| row.text("id"));
        Ok(found.await?.is_some())
    }

    async fn trial_balance(&mut self, shop: ShopId) -> Result<Vec<(Account, Money, Money)>, Failure> {
        let text = "SELECT account, currency, CAST(SUM(balance) AS BIGINT) AS balance, \
            CAST(SUM(entry) AS BIGINT) AS entry FROM ( \
                SELECT account, currency, minor AS balance, 0 AS entry FROM balances WHERE shop_id = $1 \
                UNION ALL \
                SELECT account, currency, 0 AS balance, minor AS entry FROM entries WHERE shop_id = $1 \
            ) AS lines GROUP BY account, currency ORDER BY account, currency";
        let read = |row: &Row| {
            Ok((row.parsed("account")?, row.money("balance", "currency")?, row.money("entry", "currency")?))
        };
        self.all(sql(text).bind(id(shop)), read).await
    }
}

#[async_trait]
impl LedgerWrites for Unit {
    async fn post(&mut self, journal: &Journal) -> Result<Posted, Failure> {
        let text = "SELECT id FROM journals WHERE shop_id = $1 AND cause = $2";
        let twin = self.one(sql(text).bind(id(journal.shop_id)).bind(&journal.cause), |row| row.text("id"));
        if twin.await?.is_some() {
            return Ok(Posted::Already);
        }
        let mut after = Vec::new();
        for ((account, currency), change) in net(journal) {
            let balance = self.balance(journal.shop_id, account, currency).await?;
            let sum = i128::from(balance.minor) + change;
            if sum < 0 && change < 0 && !account.may_be_negative() {
                return Ok(Posted::Short);
            }
            let Ok(minor) = i64::try_from(sum) else {
                return self.note(Err(Failure::core("a balance is too large")));
            };
            after.push((account, Money::new(minor, currency)));
        }
        let text = "INSERT INTO journals (id, shop_id, cause, posted_at) VALUES ($1, $2, $3, $4)";
        let bound = sql(text).bind(id(journal.id)).bind(id(journal.shop_id)).bind(&journal.cause);
        self.run(bound.bind(journal.at)).await?;
        self.write_entries(journal).await?;
        for (account, balance) in after {
            let text = "INSERT INTO balances (shop_id, account, currency, minor) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (shop_id, account, currency) DO UPDATE SET minor = excluded.minor";
            let bound = sql(text).bind(id(journal.shop_id)).bind(account.to_string());
            self.run(bound.bind(balance.currency).bind(balance.minor)).await?;
        }
        Ok(Posted::New)
    }
}

impl Unit {
    async fn write_entries(&mut self, journal: &Journal) -> Result<(), Failure> {
        for (line, entry) in (0_i64..).zip(journal.entries()) {
            let text = "INSERT INTO entries (journal_id, line, shop_id, account, currency, minor) \
                VALUES ($1, $2, $3, $4, $5, $6)";
            let bound = sql(text)
                .bind(id(journal.id))
                .bind(line)
                .bind(id(journal.shop_id))
                .bind(entry.account.to_string())
                .bind(entry.amount.currency)
                .bind(entry.amount.minor);
            self.run(bound).await?;
        }
        Ok(())
    }
}
