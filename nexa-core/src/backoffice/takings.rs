//! Whether what came in is what the providers say, and what has not come to an end by itself.

use super::{
    LocalBackoffice,
    model::{ComparisonView, GatewayTakingsView, TakingsView, UnresolvedView},
};
use crate::{
    domain::{money::Money, permission::Permission, refusal::Refusal, takings::Unresolved},
    engine::cases::{self, GatewayTakings, Uncompared},
    error::Result,
    storefront::view::{moment, money, word},
};
use async_trait::async_trait;
use jiff::civil::Date;

/// Looking after the money.
///
/// # Behaviour
/// - `unresolved` lists what should have come to an end and has not for over an hour, and nothing younger.
/// - `takings` of a day are the confirmed transfers first seen on it by the shop's clock, by gateway, each beside the
///   provider's own list where it keeps one, with what only one of the two knows.
#[async_trait]
pub trait Takings: Send + Sync {
    /// What somebody has to look at.
    async fn unresolved(&self) -> Result<Vec<UnresolvedView>>;
    /// What came in on a day, e.g. `2026-11-27`, or today.
    async fn takings(&self, day: Option<String>) -> Result<TakingsView>;
}

#[async_trait]
impl Takings for LocalBackoffice {
    async fn unresolved(&self) -> Result<Vec<UnresolvedView>> {
        Ok(cases::unresolved(&self.core, &self.who).await?.iter().map(unresolved).collect())
    }

    async fn takings(&self, day: Option<String>) -> Result<TakingsView> {
        self.who.may(Permission::Reports)?;
        let read = |text: String| text.parse::<Date>();
        let day =
            day.map(read).transpose().map_err(|_| Refusal::bad_input("day", "a date like 2026-11-27"))?;
        let (day, all) = cases::takings(&self.core, &self.who, day).await?;
        Ok(TakingsView { day: day.to_string(), gateways: all.into_iter().map(of_gateway).collect() })
    }
}

fn unresolved(of: &Unresolved) -> UnresolvedView {
    let view = |what: &str, id, state, amount: Option<Money>, since| UnresolvedView {
        what: what.to_owned(),
        id,
        order_id: None,
        state,
        amount: amount.map(money),
        since: moment(since),
    };
    match of {
        Unresolved::Payment(p) => UnresolvedView {
            order_id: Some(p.order_id.to_string()),
            ..view("payment", p.id.to_string(), word(&p.state), Some(p.due), p.created_at)
        },
        Unresolved::Order(o) => UnresolvedView {
            order_id: Some(o.id.to_string()),
            ..view("order", o.id.to_string(), word(&o.state), Some(o.price), o.created_at)
        },
        Unresolved::Deposit(d) => {
            view("deposit", d.id.to_string(), word(&d.state), Some(d.amount), d.heard_at)
        }
        Unresolved::Receipt(r) => view("receipt", r.id.to_string(), "waiting".to_owned(), None, r.created_at),
    }
}

fn of_gateway(of: GatewayTakings) -> GatewayTakingsView {
    let keeps_list = !matches!(of.compared, Err(Uncompared::NoList));
    let (compared, uncompared) = match of.compared {
        Ok(seen) => (Some(seen), None),
        Err(Uncompared::NoList) => (None, None),
        Err(Uncompared::Failed(why)) => (None, Some(why)),
    };
    GatewayTakingsView {
        gateway_id: of.account.id.to_string(),
        name: of.account.name,
        transfers: of.ours.count,
        sum: money(of.ours.sum),
        provider: compared.map(|seen| ComparisonView {
            transfers: seen.theirs.count,
            sum: money(seen.theirs.sum),
            only_ours: seen.only_ours,
            only_theirs: seen.only_theirs,
            differ: seen.differ,
        }),
        keeps_list,
        uncompared,
    }
}
