//! The part of the customer's port that is about gifts.

use super::{
    LocalStorefront,
    invites::bot_link,
    model::{GiftView, OrderView},
    view::{moment, money, words},
};
use crate::{
    domain::user::Scope,
    engine::{
        cases::{self, GiftSeen},
        id,
    },
    error::Result,
};
use async_trait::async_trait;

/// Gifts, as one customer sees them. A gift is bought by `checkout` with `gift`.
///
/// # Behaviour
/// - A gift that was paid for has a code, which only its buyer is shown, and only until it is claimed.
/// - `claim_gift` gives what the gift holds once, whoever tries at the same moment; the same claimer gets the same order.
/// - With a subscription, `claim_gift` renews that one; it must be the claimer's and have the gift's plan.
/// - `take_gift_back` gives the price to the buyer's wallet, once, and only while nobody has claimed it; the code is dead.
/// - Codes that open nothing answer `gift_unknown`, and after five of them `too_many_attempts`.
#[async_trait]
pub trait Gifts: Send + Sync {
    /// The gifts that I bought, newest first.
    async fn gifts(&self) -> Result<Vec<GiftView>>;
    /// What a code opens, and whether it is still to be had.
    async fn gift(&self, code: &str) -> Result<GiftView>;
    /// Takes what a code opens: a new subscription, or more of one that I have on the same plan.
    async fn claim_gift(&self, code: &str, subscription_id: Option<String>) -> Result<OrderView>;
    /// Takes a gift of mine back, by its order: the price goes to my wallet.
    async fn take_gift_back(&self, order_id: &str) -> Result<OrderView>;
}

#[async_trait]
impl Gifts for LocalStorefront {
    async fn gifts(&self) -> Result<Vec<GiftView>> {
        Ok(cases::gifts(&self.core, &self.who).await?.iter().map(gift).collect())
    }

    async fn gift(&self, code: &str) -> Result<GiftView> {
        Ok(gift(&cases::gift(&self.core, &self.who, code).await?))
    }

    async fn claim_gift(&self, code: &str, subscription_id: Option<String>) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let onto = subscription_id.as_deref().map(id).transpose()?;
        self.order_view(cases::claim_gift(&self.core, &self.who, code, onto).await?).await
    }

    async fn take_gift_back(&self, order_id: &str) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let order = id(order_id)?;
        cases::take_gift_back(&self.core, &self.who, order).await?;
        self.order_view(order).await
    }
}

fn gift(of: &GiftSeen) -> GiftView {
    let GiftSeen { gift, sale, note, price, code, mine, shop, home } = of;
    let bot = shop.telegram.as_ref().map(|bot| bot.username.as_str());
    GiftView {
        order_id: price.map(|_| gift.order_id.to_string()),
        state: gift.state.name().to_owned(),
        plan_name: sale.plan_name.clone(),
        days: sale.terms.days,
        traffic_bytes: sale.terms.traffic.as_bytes(),
        devices: sale.terms.devices,
        extras: words(sale.terms.extras),
        note: note.clone(),
        price: price.map(money),
        web_link: code.as_ref().map(|code| format!("{home}/?g={code}")),
        bot_link: code.as_ref().and_then(|code| bot_link(bot, "g", code)),
        claimed_order_id: mine.map(|order| order.to_string()),
        code: code.clone(),
        created_at: moment(gift.created_at),
    }
}
