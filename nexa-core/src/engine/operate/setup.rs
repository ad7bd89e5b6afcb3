//! What a shop still needs before its first sale.

use super::gateways_in_order;
use crate::{
    domain::{
        permission::Permission,
        server::ServerState,
        user::{Principal, Scope},
    },
    engine::{Core, account::standing::is_guarded},
    error::Result,
};

/// A step of setting a shop up, in the order in which they are done best.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Brand,
    Group,
    Server,
    Plan,
    Gateway,
    Payment,
    Bot,
    SecondFactor,
}

/// Every step, and whether it was done.
pub(crate) async fn setup(core: &Core, who: &Principal) -> Result<Vec<(Step, bool)>> {
    who.may(Permission::Settings)?;
    let user = who.with(Scope::Manage)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let groups = read.groups(shop.id).await?;
    let servers = read.servers(shop.id).await?;
    let plans = read.plans(shop.id).await?;
    let gateways = gateways_in_order(read.as_mut(), shop.id).await?;
    let guarded = match read.user(shop.id, user).await? {
        Some(user) => is_guarded(read.as_mut(), &user).await?,
        None => false,
    };
    let paid = read.was_paid(shop.id).await?;
    let is_served =
        |group| servers.iter().any(|s| s.group_id == group && s.state == ServerState::Open && s.health.up);
    let usable =
        |account| core.gateway(&shop, account).is_ok_and(|gateway| gateway.profile().test == shop.test);
    Ok(vec![
        (Step::Brand, shop.support_url.is_some() || shop.look.tagline.is_some()),
        (Step::Group, !groups.is_empty()),
        (Step::Server, servers.iter().any(|s| s.state == ServerState::Open && s.health.up)),
        (Step::Plan, plans.iter().any(|p| p.on_sale && is_served(p.group_id))),
        (Step::Gateway, gateways.iter().any(|account| account.enabled && usable(account))),
        (Step::Payment, paid),
        (Step::Bot, shop.telegram.is_some()),
        (Step::SecondFactor, guarded),
    ])
}
