//! Where a subscription can move to, and which servers serve it meanwhile. Pure: the caller brings the load.

use super::{
    extras::Extras,
    grant::{GrantRecord, GrantState},
    placement::{Candidate, Wish, place, takes},
    refusal::Refusal,
    server::{Group, ServerState},
    subscription::Subscription,
};
use crate::ids::ServerId;
use std::collections::BTreeMap;

/// A country in which servers of a subscription's group stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// ISO 3166-1 alpha-2, upper-case.
    pub code: String,
    /// Whether the subscription is there already.
    pub here: bool,
    /// Whether a server there that answers can take it now.
    pub room: bool,
}

/// The countries of a group's servers, by code. `on` are the servers that the subscription is on, or is to be put on.
/// Servers that are off, and those whose country is not known, are left out.
#[must_use]
pub fn regions(candidates: &[Candidate<'_>], on: &[ServerId], extras: Extras) -> Vec<Region> {
    let mut found: BTreeMap<&str, Region> = BTreeMap::new();
    for candidate in candidates.iter().filter(|c| c.server.state != ServerState::Off) {
        let Some(code) = candidate.server.region.as_deref() else { continue };
        let nothing = Region { code: code.to_owned(), here: false, room: false };
        let region = found.entry(code).or_insert(nothing);
        region.here |= on.contains(&candidate.server.id);
        region.room |= candidate.server.health.up && takes(candidate, extras);
    }
    found.into_values().collect()
}

/// Refuses a country that a subscription cannot move to.
pub fn may_move_to(regions: &[Region], code: &str) -> Result<(), Refusal> {
    match regions.iter().find(|region| region.code == code) {
        None => Err(Refusal::RegionUnknown),
        Some(Region { here: true, .. }) => Err(Refusal::AlreadyThere),
        Some(Region { room: false, .. }) => Err(Refusal::RegionFull),
        Some(_) => Ok(()),
    }
}

/// The servers for a subscription that moves, best first: those of the country before all others, and as many in all as
/// the group spreads to.
#[must_use]
pub fn destination(
    group: &Group,
    candidates: &[Candidate<'_>],
    region: &str,
    extras: Extras,
) -> Vec<ServerId> {
    let stands_there = |c: &Candidate<'_>| c.server.region.as_deref() == Some(region);
    let (there, elsewhere): (Vec<_>, Vec<_>) = candidates.iter().copied().partition(stands_there);
    let wish = Wish { region: None, extras };
    let mut chosen = place(group, &there, wish);
    chosen.extend(place(group, &elsewhere, wish));
    if let Ok(spread @ 1..) = usize::try_from(group.spread) {
        chosen.truncate(spread);
    }
    chosen
}

/// Whether a grant is on its server, or to be put there.
#[must_use]
pub const fn is_live(grant: &GrantRecord) -> bool {
    grant.state.is_held()
}

/// The grants that serve a subscription: those of its identity. While it moves and no new server holds it yet, those of
/// the identity before. After a link reset there are none of these: they are unwanted before the new ones are wanted.
#[must_use]
pub fn serving<'a>(grants: &'a [GrantRecord], of: &Subscription) -> Vec<&'a GrantRecord> {
    let (own, former): (Vec<_>, Vec<_>) =
        grants.iter().filter(|g| is_live(g)).partition(|g| g.panel_id == of.panel_id);
    let moves = !own.is_empty() && own.iter().all(|g| g.state == GrantState::Wanted);
    let serve = if moves { former } else { own };
    serve.into_iter().filter(|g| g.state == GrantState::Placed).collect()
}

/// What a subscription has left behind: the live grants of former identities, once a server holds the present one.
#[must_use]
pub fn left_behind(grants: &[GrantRecord], of: &Subscription) -> Vec<GrantRecord> {
    let arrived = grants.iter().any(|g| g.state == GrantState::Placed && g.panel_id == of.panel_id);
    let former = grants.iter().filter(|g| is_live(g) && g.panel_id != of.panel_id);
    former.filter(|_| arrived).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            grant::PanelId,
            server::{Health, Server},
            subscription::example,
        },
        ids::Id as _,
    };
    use jiff::Timestamp;
    use uuid::Uuid;

    fn server(number: u128, region: Option<&str>) -> Server {
        Server {
            id: Uuid::from_u128(number).into(),
            shop_id: Uuid::nil().into(),
            group_id: Uuid::nil().into(),
            name: format!("server {number}"),
            kind: "fake".to_owned(),
            config_sealed: String::new(),
            version: 1,
            region: region.map(str::to_owned),
            capacity: 10,
            state: ServerState::Open,
            health: Health::unknown(),
            offers: Extras::NONE,
            sold_out: Extras::NONE,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn group(spread: u32) -> Group {
        Group { id: Uuid::nil().into(), shop_id: Uuid::nil().into(), name: "all".to_owned(), spread }
    }

    fn candidates(servers: &[Server], full: &[u128]) -> Vec<Candidate<'static>> {
        let leaked: &'static [Server] = Box::leak(servers.to_vec().into_boxed_slice());
        let load = |s: &Server| if full.contains(&s.id.uuid().as_u128()) { 10 } else { 1 };
        leaked.iter().map(|server| Candidate { server, load: load(server) }).collect()
    }

    #[test]
    fn a_region_takes_a_subscription_while_one_of_its_servers_can() {
        let down = Server { health: Health { up: false, ..Health::unknown() }, ..server(5, Some("SE")) };
        let off = Server { state: ServerState::Off, ..server(6, Some("US")) };
        let servers =
            [server(1, Some("DE")), server(2, Some("FI")), server(3, Some("FI")), server(4, None), down, off];
        let all = candidates(&servers, &[1, 2]);
        let told = regions(&all, &[servers[0].id], Extras::NONE);
        let region = |code: &str, here, room| Region { code: code.to_owned(), here, room };
        let (de, fi, se) = (region("DE", true, false), region("FI", false, true), region("SE", false, false));
        assert_eq!(told, [de, fi, se]);
        assert_eq!(may_move_to(&told, "FI"), Ok(()));
        assert_eq!(may_move_to(&told, "DE"), Err(Refusal::AlreadyThere));
        assert_eq!(may_move_to(&told, "SE"), Err(Refusal::RegionFull));
        assert_eq!(may_move_to(&told, "US"), Err(Refusal::RegionUnknown));
        let hop = Extras { multi_hop: true, ..Extras::NONE };
        assert_eq!(
            may_move_to(&regions(&all, &[], hop), "FI"),
            Err(Refusal::RegionFull),
            "without its extras"
        );
    }

    #[test]
    fn the_region_comes_first_and_the_group_is_filled_up() {
        let servers = [server(1, Some("DE")), server(2, Some("FI")), server(3, Some("FI")), server(4, None)];
        let all = candidates(&servers, &[]);
        let chosen = |spread| -> Vec<u128> {
            let ids = destination(&group(spread), &all, "FI", Extras::NONE);
            ids.into_iter().map(|id| id.uuid().as_u128()).collect()
        };
        assert_eq!((chosen(1), chosen(2), chosen(3)), (vec![2], vec![2, 3], vec![2, 3, 1]));
        assert_eq!(chosen(0), [2, 3, 1, 4], "a group that spreads to all of its servers");
    }

    fn grant(server: u128, identity: u128, state: GrantState) -> GrantRecord {
        let of = Subscription { panel_id: PanelId::new(Uuid::from_u128(identity)), ..example() };
        GrantRecord { state, ..GrantRecord::wanted(&of, Uuid::from_u128(server).into()) }
    }

    #[test]
    fn former_servers_serve_until_a_new_one_does() {
        use GrantState::{Placed, Removed, Unwanted, Wanted};
        let of = Subscription { panel_id: PanelId::new(Uuid::from_u128(2)), ..example() };
        let old = grant(1, 1, Placed);
        let serve = |grants: &[GrantRecord]| -> Vec<u128> {
            serving(grants, &of).into_iter().map(|g| g.server_id.uuid().as_u128()).collect()
        };
        let behind = |grants: &[GrantRecord]| left_behind(grants, &of).len();
        let under_way = [old.clone(), grant(8, 2, Wanted), grant(9, 2, Wanted)];
        assert_eq!((serve(&under_way), behind(&under_way)), (vec![1], 0));
        let arrived = [old.clone(), grant(8, 2, Placed), grant(9, 2, Wanted)];
        assert_eq!((serve(&arrived), behind(&arrived)), (vec![8], 1));
        let done = [grant(1, 1, Removed), grant(8, 2, Placed), grant(9, 2, Placed)];
        assert_eq!((serve(&done), behind(&done)), (vec![8, 9], 0));
        assert_eq!(
            serve(std::slice::from_ref(&old)),
            [0_u128; 0],
            "a reset: the old identity is dead at once"
        );
        let reset = [grant(1, 1, Unwanted), grant(1, 2, Wanted)];
        assert_eq!((serve(&reset), behind(&reset)), (vec![], 0));
    }
}
