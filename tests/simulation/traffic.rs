//! Customers use what they bought, on whichever server lets them through.

use super::{panel::NAMES, run::Outside, shop::Shop};
use jiff::Timestamp;
use nexa_core::{
    domain::grant::PanelId,
    ids::{Id as _, SubscriptionId},
    ports::storage::{Page, Storage as _},
};
use std::{collections::BTreeMap, sync::Arc};

/// Flows until `until`.
pub fn flow(outside: &Outside, shop: &Arc<Shop>, until: Timestamp) {
    let (outside, shop) = (outside.clone(), Arc::clone(shop));
    let env = Arc::clone(&outside.env);
    env.clone().beside(async move {
        let mut owners = BTreeMap::new();
        while env.now() < until {
            env.sleep_secs(100, 400).await;
            learn(&outside, &shop, &mut owners).await;
            for name in NAMES {
                let panel = outside.panels.panel(name);
                for id in panel.truth().accounts.into_keys() {
                    // Some never connect: nothing but the clock ends them.
                    let idle = id.expose().ends_with(['0', '1', '2', '3', '4']);
                    if !idle && env.dice.hit(350) {
                        let passed = panel.consume(id, env.dice.between(1, 150) << 20);
                        if let Some(owner) = owners.get(&id) {
                            *env.promises().passed.entry(*owner).or_default() += passed;
                        }
                    }
                }
            }
        }
    });
}

/// Whose each identity is. Once known it stays known: a write that takes effect late brings an identity back whose grant
/// is gone, and what goes through it then is found and counted.
async fn learn(outside: &Outside, shop: &Shop, owners: &mut BTreeMap<PanelId, SubscriptionId>) {
    let Ok(mut read) = outside.env.storage.read().await else { return };
    for server in read.servers(shop.id).await.unwrap_or_default() {
        for (grant, of) in read.grants_on(server.id, None, 10_000).await.unwrap_or_default() {
            owners.insert(grant.panel_id, of.id);
        }
    }
    let mut before = None;
    loop {
        let page = Page { before, limit: Page::MOST };
        let slice = read.subscriptions(shop.id, None, page).await.unwrap_or_default();
        let Some(last) = slice.last() else { return };
        before = Some(last.id.uuid());
        owners.extend(slice.iter().map(|of| (of.panel_id, of.id)));
    }
}
