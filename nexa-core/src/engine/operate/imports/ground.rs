//! What an import stands on: the plans that services get, and what the servers of those plans hold.

use super::ImportWish;
use crate::{
    domain::{
        adoption::identity,
        grant::{PanelId, Seen},
        import::{Fault, Found, Service, cells::person},
        plan::Plan,
        refusal::Refusal,
    },
    engine::{Core, adoption::askable},
    error::Result,
    ids::{GroupId, PlanId, ServerId, ShopId},
    ports::outcome::Outcome,
};
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

/// See the module.
pub(super) struct Ground {
    pub(super) shop: ShopId,
    plans: BTreeMap<PlanId, Plan>,
    /// Where the services of the source are, by the groups of their plans.
    held: BTreeMap<GroupId, BTreeMap<PanelId, Vec<(ServerId, Seen)>>>,
}

impl Ground {
    /// Reads the plans, and asks each of their servers once. While one of them is silent nothing is taken over, as with
    /// services that customers bring along.
    pub(super) async fn of(core: &Core, shop: ShopId, wish: &ImportWish, found: &[Found]) -> Result<Self> {
        let mut ground = Self { shop, plans: BTreeMap::new(), held: BTreeMap::new() };
        let sought: BTreeSet<PanelId> =
            found.iter().filter_map(|one| one.service.as_ref()).map(|service| service.identity).collect();
        let named: BTreeSet<PlanId> = wish.plans.values().chain(&wish.plan).copied().collect();
        let mut read = core.read().await?;
        for id in named {
            let plan = read.plan(shop, id).await?.ok_or(Refusal::NotFound)?;
            if !plan.terms.extras.is_none() {
                return Err(Refusal::bad_input("plan_id", "a plan with extras").into());
            }
            ground.plans.insert(id, plan);
        }
        drop(read);
        if sought.is_empty() {
            return Ok(ground);
        }
        for plan in ground.plans.values() {
            if let Entry::Vacant(group) = ground.held.entry(plan.group_id) {
                group.insert(holdings(core, plan, &sought).await?);
            }
        }
        Ok(ground)
    }

    /// The plan that a service gets.
    pub(super) fn plan(&self, wish: &ImportWish, of: &Service) -> Result<&Plan, Fault> {
        let named = of.plan.as_ref().and_then(|name| wish.plans.get(name));
        named.or(wish.plan.as_ref()).and_then(|id| self.plans.get(id)).ok_or(Fault::NoPlan)
    }

    /// Where a service is, among the servers of a plan.
    pub(super) fn held(&self, plan: &Plan, identity: PanelId) -> &[(ServerId, Seen)] {
        self.held.get(&plan.group_id).and_then(|all| all.get(&identity)).map_or(&[], Vec::as_slice)
    }
}

/// What the servers of a plan hold of what is sought.
async fn holdings(
    core: &Core,
    plan: &Plan,
    sought: &BTreeSet<PanelId>,
) -> Result<BTreeMap<PanelId, Vec<(ServerId, Seen)>>> {
    let mut held: BTreeMap<PanelId, Vec<(ServerId, Seen)>> = BTreeMap::new();
    for on in askable(core, plan).await? {
        let patience = on.panel.profile().deadline;
        let Some(Outcome::Done(all)) = core.world.within(patience, on.panel.list()).await else {
            return Err(Refusal::ServersSilent.into());
        };
        for seen in all.into_iter().filter(|seen| sought.contains(&seen.panel_id)) {
            held.entry(seen.panel_id).or_default().push((on.server.id, seen));
        }
    }
    Ok(held)
}

/// The users that a server's own panel has and whose names have this in them, with what its operator noted of whose they
/// are. What we put there is among them, and is here already.
pub(super) async fn users_of(core: &Core, shop: ShopId, server: ServerId, name: &str) -> Result<Vec<Found>> {
    let server = core.read().await?.server(shop, server).await?.ok_or(Refusal::NotFound)?;
    let panel = core.panel(&server)?;
    let patience = panel.profile().deadline;
    let Some(Outcome::Done(notes)) = core.world.within(patience, panel.notes()).await else {
        return Err(Refusal::ServersSilent.into());
    };
    let fitting = notes.into_iter().filter(|note| note.name.contains(name));
    let numbered = (1_u32..).zip(fitting);
    let found = numbered.map(|(number, note)| {
        let place = format!("user {number}");
        let telegram = note.telegram.as_deref().map(str::trim).filter(|id| !matches!(*id, "" | "0"));
        // Only random identities are taken, as everywhere.
        match (person(telegram, None), identity(&note.panel_id.expose())) {
            (Ok(person), Some(known)) => {
                let service = Some(Service::known_by(known));
                Found { person, service, ..Found::at(place) }
            }
            (Ok(_), None) => Found::faulty(place, Fault::NoIdentity),
            (Err(fault), _) => Found::faulty(place, fault),
        }
    });
    Ok(found.collect())
}
