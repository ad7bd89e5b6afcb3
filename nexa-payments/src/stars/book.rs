//! The bot's transactions as far as they were read. Telegram gives them oldest first and only ever adds to them, so each
//! look goes on where the last one ended. The last one known is read again with it: if it is another one, all are read
//! anew.

use super::api::Api;
use crate::http::Trouble;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// The most that Telegram gives at once.
const PAGE: usize = 100;
/// Pages of one look; what is behind them comes with the next one.
const MOST_PAGES: usize = 100;

/// Stars that came for an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Income {
    /// Names the transfer, its refund too.
    pub(super) id: String,
    /// Whole Stars.
    pub(super) stars: i64,
    /// The Telegram user who paid, if Telegram says it.
    pub(super) payer: Option<i64>,
    /// When.
    pub(super) at: Timestamp,
}

/// All of them.
#[derive(Default)]
pub(super) struct Book {
    income: HashMap<String, Vec<Income>>,
    refunded: HashSet<String>,
    count: usize,
    last: Option<Key>,
}

/// A refund has the id of what it gives back.
type Key = (String, bool);

#[derive(Deserialize)]
struct Page {
    transactions: Vec<Transaction>,
}

#[derive(Deserialize)]
struct Transaction {
    id: String,
    amount: i64,
    date: i64,
    source: Option<Partner>,
    receiver: Option<Partner>,
}

#[derive(Deserialize)]
struct Partner {
    user: Option<User>,
    invoice_payload: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: i64,
}

impl Transaction {
    fn key(&self) -> Key {
        (self.id.clone(), self.source.is_some())
    }
}

impl Book {
    /// Reads what has come since the last look.
    pub(super) async fn refresh(&mut self, api: &Api) -> Result<(), Trouble> {
        let mut anew = false;
        for _ in 0..MOST_PAGES {
            let offset = self.count.saturating_sub(1);
            let fields = json!({ "offset": offset, "limit": PAGE });
            let page: Page = api.call("getStarTransactions", &fields).await?;
            let full = page.transactions.len() >= PAGE;
            let mut rows = page.transactions.into_iter();
            if self.last.is_some() && rows.next().map(|row| row.key()) != self.last {
                if anew {
                    return Err(api.unclear("its transactions change their order"));
                }
                anew = true;
                *self = Self::default();
                continue;
            }
            for row in rows {
                self.add(row).map_err(|()| api.unclear("a transaction that makes no sense"))?;
            }
            if !full {
                return Ok(());
            }
        }
        Err(api.unclear("has more transactions than can be read at once"))
    }

    fn add(&mut self, row: Transaction) -> Result<(), ()> {
        let at = Timestamp::from_second(row.date).map_err(|_| ())?;
        self.last = Some(row.key());
        self.count += 1;
        match (row.source, row.receiver) {
            (Some(Partner { user, invoice_payload: Some(payload) }), None) if row.amount > 0 => {
                let payer = user.map(|user| user.id);
                let income = Income { id: row.id, stars: row.amount, payer, at };
                self.income.entry(payload).or_default().push(income);
            }
            (None, Some(_)) => {
                self.refunded.insert(row.id);
            }
            // Gifts, withdrawals, advertisements.
            _ => {}
        }
        Ok(())
    }

    /// What came for a payload.
    pub(super) fn of(&self, payload: &str) -> &[Income] {
        self.income.get(payload).map(Vec::as_slice).unwrap_or_default()
    }

    /// Everything that came in a span of time and was not given back, with its payload.
    pub(super) fn between(&self, from: Timestamp, to: Timestamp) -> Vec<(&str, &Income)> {
        let all = self.income.iter().flat_map(|(payload, all)| all.iter().map(|i| (payload.as_str(), i)));
        all.filter(|(_, i)| from <= i.at && i.at < to && !self.is_refunded(&i.id)).collect()
    }

    /// One of them by its id, with its payload.
    pub(super) fn find(&self, id: &str) -> Option<(&str, &Income)> {
        self.income.iter().find_map(|(payload, all)| {
            all.iter().find(|income| income.id == id).map(|income| (payload.as_str(), income))
        })
    }

    /// Whether it was given back.
    pub(super) fn is_refunded(&self, id: &str) -> bool {
        self.refunded.contains(id)
    }
}
