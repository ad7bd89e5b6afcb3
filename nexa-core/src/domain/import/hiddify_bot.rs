//! What Hiddify-Telegram-Bot has: users and wallets by Telegram id, and the identities that each bought or brought along.
//!
//! The tables `users`, `wallet`, `orders`, `order_subscriptions` and `non_order_subscriptions` are as `Database/dbManager.py` of
//! B3H1Z/Hiddify-Telegram-Bot makes them (commit 8ae4c5de44328ce95b583aef81080fc7a0f6c2b0). What is left of a service
//! stands on its panel only.

use super::{
    Fault, Found, Person, Service,
    cells::{Row, telegram},
};
use crate::domain::adoption::identity;

/// What a row says: whose it is in `telegram_id`, and perhaps `balance`, or `uuid` with `plan`.
#[must_use]
pub fn row(table: &str, number: i64, row: &Row<'_>) -> Found {
    let place = format!("{table} {number}");
    let Some(owner) = row.text("telegram_id").and_then(telegram) else {
        return Found::faulty(place, Fault::BadTelegram);
    };
    let found = Found { person: Person::of_telegram(owner), ..Found::at(place) };
    if table == "users" {
        return found;
    }
    if table == "wallet" {
        return Found { balance: row.text("balance").map(str::to_owned), ..found };
    }
    match row.text("uuid").and_then(identity) {
        Some(known) => {
            let plan = row.text("plan").map(str::to_owned);
            Found { service: Some(Service { plan, ..Service::known_by(known) }), ..found }
        }
        None => Found { fault: Some(Fault::NoIdentity), ..found },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wallets_and_services_are_read() {
        let read = |table: &str, cells: &[(&str, &str)]| {
            let names: Vec<String> = cells.iter().map(|(name, _)| (*name).to_owned()).collect();
            let values: Vec<_> = cells.iter().map(|(_, value)| Some((*value).to_owned())).collect();
            row(table, 7, &Row::new(&names, &values))
        };
        let wallet = read("wallet", &[("telegram_id", "111"), ("balance", "500")]);
        assert_eq!((wallet.place.as_str(), wallet.balance.as_deref()), ("wallet 7", Some("500")));
        let id = "a59e4807-8100-45d7-83b6-f2248e3475f8";
        let bought = read("order_subscriptions", &[("telegram_id", "111"), ("uuid", id), ("plan", "3")]);
        assert_eq!(bought.service.unwrap().plan.as_deref(), Some("3"));
        assert_eq!(read("order_subscriptions", &[("telegram_id", "1")]).fault, Some(Fault::NoIdentity));
        assert_eq!(read("wallet", &[("balance", "1")]).fault, Some(Fault::BadTelegram));
    }
}
