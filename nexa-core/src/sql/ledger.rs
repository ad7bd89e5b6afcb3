//! Journals and balances. Entries are only ever added; the database itself refuses anything else.

use super::{
    engine::{Sql, sql},
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
    ports::storage::{Inserted, LedgerReads, LedgerWrites, Page, Posted, PostedEntry},
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
        if account.may_be_negative() {
            self.write_shared().await?;
        }
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
        self.write_shared().await?;
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
        let shop = journal.shop_id;
        let text = "SELECT id FROM journals WHERE shop_id = $1 AND cause = $2";
        let twin = self.one(sql(text).bind(id(shop)).bind(&journal.cause), |row| row.text("id"));
        if twin.await?.is_some() {
            return Ok(Posted::Already);
        }
        let changes: Vec<_> = net(journal).into_iter().filter(|(_, change)| *change != 0).collect();
        for ((account, currency), change) in &changes {
            if account.may_be_negative() {
                continue;
            }
            let sum = i128::from(self.balance(shop, *account, *currency).await?.minor) + change;
            if sum < 0 && *change < 0 {
                return Ok(Posted::Short);
            }
            if i64::try_from(sum).is_err() {
                return self.note(Err(too_large()));
            }
        }
        let text = "INSERT INTO journals (id, shop_id, cause, posted_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, cause) DO NOTHING";
        let bound = sql(text).bind(id(journal.id)).bind(id(shop)).bind(&journal.cause).bind(journal.at);
        if self.inserted(bound).await? == Inserted::Taken {
            return Ok(Posted::Already);
        }
        self.write_entries(journal).await?;
        for ((account, currency), by) in changes {
            if account.may_be_negative() {
                // The whole shop shares it: it is held for no longer than the commit takes.
                *self.shared.entry((shop, account, currency)).or_insert(0) += by;
            } else {
                let moved = change(shop, account, currency, by);
                let moved = self.note(moved)?;
                self.must(moved, "a balance that is not there").await?;
            }
        }
        Ok(Posted::New)
    }
}

/// Moves a balance by so much, whatever it is by now.
fn change(shop: ShopId, account: Account, currency: Currency, by: i128) -> Result<Sql, Failure> {
    let by = i64::try_from(by).map_err(|_| too_large())?;
    let text = if by < 0 && !account.may_be_negative() {
        // What a row may not hold may not be proposed to it either: what lessens one finds it there.
        "UPDATE balances SET minor = minor + $4 WHERE shop_id = $1 AND account = $2 AND currency = $3"
    } else {
        "INSERT INTO balances (shop_id, account, currency, minor) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (shop_id, account, currency) DO UPDATE SET minor = balances.minor + excluded.minor"
    };
    Ok(sql(text).bind(id(shop)).bind(account.to_string()).bind(currency).bind(by))
}

fn too_large() -> Failure {
    Failure::core("a balance is too large")
}

impl Unit {
    /// What moves the balances that everybody shares. It comes last before the commit, so that others wait for nothing else,
    /// and in one order, so that nobody waits for each other.
    pub(super) fn take_shared(&mut self) -> Result<Vec<Sql>, Failure> {
        let shared = std::mem::take(&mut self.shared).into_iter();
        shared.map(|((shop, account, currency), by)| change(shop, account, currency, by)).collect()
    }

    /// The same now, because somebody wants to see it.
    async fn write_shared(&mut self) -> Result<(), Failure> {
        let all = match self.take_shared() {
            Ok(all) => all,
            // They are gone with that, so nothing of this transaction may be committed.
            Err(failure) => return self.note(Err(failure)),
        };
        for sql in all {
            self.run(sql).await?;
        }
        Ok(())
    }

    async fn write_entries(&mut self, journal: &Journal) -> Result<(), Failure> {
        // They come in pairs, and a pair is one statement.
        for (line, pair) in (0_i64..).step_by(2).zip(journal.entries().chunks(2)) {
            let text = match pair {
                [_] => {
                    "INSERT INTO entries (journal_id, shop_id, line, account, currency, minor) \
                    VALUES ($1, $2, $3, $4, $5, $6)"
                }
                _ => {
                    "INSERT INTO entries (journal_id, shop_id, line, account, currency, minor) \
                    VALUES ($1, $2, $3, $4, $5, $6), ($1, $2, $7, $8, $9, $10)"
                }
            };
            let mut bound = sql(text).bind(id(journal.id)).bind(id(journal.shop_id));
            for (line, entry) in (line..).zip(pair) {
                let account = entry.account.to_string();
                bound = bound.bind(line).bind(account).bind(entry.amount.currency).bind(entry.amount.minor);
            }
            self.run(bound).await?;
        }
        Ok(())
    }
}
