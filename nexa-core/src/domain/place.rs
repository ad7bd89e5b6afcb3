//! Where a shop's servers stand, as everybody may see it.

use super::{
    extras::Extras,
    placement::{Candidate, takes},
    server::{Server, ServerState},
};
use crate::ids::ServerId;
use std::collections::BTreeMap;

/// A country with servers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// ISO 3166-1 alpha-2, upper-case.
    pub region: String,
    /// How many servers stand there.
    pub servers: u32,
    /// Whether one of them answered lately.
    pub up: bool,
    /// Whether one of them has room for another subscription.
    pub room: bool,
}

/// The countries of servers that are in use, by code. Servers whose country is not known are not told of.
#[must_use]
pub fn places(servers: &[Server], loads: &BTreeMap<ServerId, u32>) -> Vec<Place> {
    let mut found: BTreeMap<&str, Place> = BTreeMap::new();
    for server in servers.iter().filter(|s| s.state != ServerState::Off) {
        let Some(region) = server.region.as_deref() else { continue };
        let load = loads.get(&server.id).copied().unwrap_or(0);
        let nothing = Place { region: region.to_owned(), servers: 0, up: false, room: false };
        let place = found.entry(region).or_insert(nothing);
        place.servers = place.servers.saturating_add(1);
        place.up |= server.health.up;
        place.room |= takes(&Candidate { server, load }, Extras::default());
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::server::Health;
    use uuid::Uuid;

    fn server(number: u128, region: Option<&str>, state: ServerState, up: bool) -> Server {
        Server {
            id: Uuid::from_u128(number).into(),
            shop_id: Uuid::from_u128(1).into(),
            group_id: Uuid::from_u128(2).into(),
            name: "s".into(),
            kind: "memory".into(),
            config_sealed: String::new(),
            version: 0,
            region: region.map(str::to_owned),
            capacity: 1,
            state,
            health: Health { up, ..Health::unknown() },
            offers: Extras::default(),
            sold_out: Extras::default(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_place_is_up_and_has_room_when_one_of_its_servers_is_and_has() {
        let servers = [
            server(1, Some("DE"), ServerState::Open, false),
            server(2, Some("DE"), ServerState::Draining, true),
            server(3, Some("FI"), ServerState::Open, true),
            server(4, Some("NL"), ServerState::Off, true),
            server(5, None, ServerState::Open, true),
        ];
        let full = [(servers[0].id, 1), (servers[2].id, 0)].into_iter().collect();
        let told = places(&servers, &full);
        let place = |region: &str, servers, up, room| Place { region: region.into(), servers, up, room };
        assert_eq!(told, [place("DE", 2, true, false), place("FI", 1, true, true)]);
    }
}
