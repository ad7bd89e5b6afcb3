//! Which servers a subscription is placed on, and in which order a link shows them. Pure: the caller brings the load.

use super::{
    extras::Extras,
    server::{Group, Server, ServerState},
};
use crate::ids::ServerId;

/// A server and how many subscriptions it holds.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The server.
    pub server: &'a Server,
    /// Subscriptions on it.
    pub load: u32,
}

/// What a subscription wants of its servers.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The country, ISO 3166-1 alpha-2; others will do.
    pub region: Option<&'a str>,
    /// What each of them must offer.
    pub extras: Extras,
}

/// The servers for a new subscription, best first: open ones with room that offer its extras, healthy before unhealthy,
/// the wished region before others, the emptiest (by share of capacity) first. As many as the group spreads to, and
/// one for an address of one's own: an address is one address.
#[must_use]
pub fn place(group: &Group, candidates: &[Candidate<'_>], wish: Wish<'_>) -> Vec<ServerId> {
    let mut fit: Vec<&Candidate<'_>> = candidates.iter().filter(|c| takes(c, wish.extras)).collect();
    fit.sort_by_key(|c| (!c.server.health.up, !wished(c.server, wish.region), fill(c), c.server.id));
    let spread =
        if group.spread == 0 { fit.len() } else { usize::try_from(group.spread).unwrap_or(usize::MAX) };
    let wanted = if wish.extras.dedicated_ip { 1 } else { spread };
    fit.into_iter().take(wanted).map(|c| c.server.id).collect()
}

/// Whether a new subscription with these extras can be put on this server.
#[must_use]
pub fn takes(candidate: &Candidate<'_>, extras: Extras) -> bool {
    let Candidate { server, load } = candidate;
    let room = server.capacity == 0 || *load < server.capacity;
    server.state == ServerState::Open && room && left(server).covers(extras)
}

/// What a server can still give.
#[must_use]
pub fn left(server: &Server) -> Extras {
    server.sold_out.missing(server.offers)
}

/// What no one of these servers offers beside the rest of `wanted`: none when one of them offers all of it, else what
/// the best of them lacks.
#[must_use]
pub fn lacking(servers: &[Server], wanted: Extras) -> Extras {
    let used = servers.iter().filter(|s| s.state != ServerState::Off);
    let lacks = used.map(|s| s.offers.missing(wanted));
    lacks.min_by_key(|missing| missing.names().len()).unwrap_or(wanted)
}

/// A server as a link may show it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The server.
    pub server: &'a Server,
    /// Subscriptions on it.
    pub load: u32,
    /// How this customer reaches it.
    pub reach: Reach,
}

/// How a customer's device reaches a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// It never said.
    Unknown,
    /// It took so many milliseconds.
    Took(u32),
    /// It does not.
    Never,
}

/// The order in which a link shows servers, best first: healthy ones, those that the customer can reach, the wished
/// region, the emptier ones, the nearer ones, then by name. Load and nearness count roughly, so that a list in an app
/// does not change its order all the time.
#[must_use]
pub fn display_order<'a>(mut servers: Vec<Shown<'a>>, region: Option<&str>) -> Vec<&'a Server> {
    servers.sort_by_cached_key(|shown| {
        let Shown { server, load, reach } = *shown;
        let crowd = match fill(&Candidate { server, load }) {
            0..500 => 0_u8,
            500..800 => 1,
            800..1000 => 2,
            1000.. => 3,
        };
        let distance = match reach {
            Reach::Took(ms) => ms / 50,
            Reach::Unknown | Reach::Never => u32::MAX,
        };
        let lost = (!server.health.up, reach == Reach::Never);
        (lost, !wished(server, region), crowd, distance, server.name.clone(), server.id)
    });
    servers.into_iter().map(|shown| shown.server).collect()
}

fn wished(server: &Server, region: Option<&str>) -> bool {
    region.is_none() || server.region.as_deref() == region
}

/// Load in thousandths of the capacity; without a capacity, of 1000 subscriptions.
fn fill(candidate: &Candidate<'_>) -> u64 {
    let capacity = if candidate.server.capacity == 0 { 1000 } else { candidate.server.capacity };
    u64::from(candidate.load) * 1000 / u64::from(capacity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{extras::any_extras, server::Health},
        ids::Id as _,
    };
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn server(number: u128, state: ServerState, up: bool, region: Option<&str>, capacity: u32) -> Server {
        Server {
            id: Uuid::from_u128(number).into(),
            shop_id: Uuid::nil().into(),
            group_id: Uuid::nil().into(),
            name: format!("server {number}"),
            kind: "fake".to_owned(),
            config_sealed: String::new(),
            version: 1,
            region: region.map(str::to_owned),
            capacity,
            state,
            health: Health::unknown().after_contact(up, Timestamp::UNIX_EPOCH),
            offers: Extras::NONE,
            sold_out: Extras::NONE,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn group(spread: u32) -> Group {
        Group { id: Uuid::nil().into(), shop_id: Uuid::nil().into(), name: "all".to_owned(), spread }
    }

    fn servers() -> impl Strategy<Value = Vec<(Server, u32)>> {
        let state = prop::sample::select(vec![ServerState::Open, ServerState::Draining, ServerState::Off]);
        let region = prop::sample::select(vec![None, Some("DE"), Some("FR")]);
        let one = (state, any::<bool>(), region, 0_u32..20, 0_u32..30, any_extras());
        prop::collection::vec(one, 0..9).prop_map(|list| {
            let numbered = (1_u128..).zip(list);
            numbered
                .map(|(n, (state, up, region, room, load, offers))| {
                    (Server { offers, ..server(n, state, up, region, room) }, load)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn only_open_servers_with_room_are_chosen_best_first(
            (list, shuffled) in servers().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
            spread in 0_u32..5,
            wish in prop::sample::select(vec![None, Some("DE")]),
            extras in any_extras(),
        ) {
            let candidates = |list: &[(Server, u32)]| -> Vec<ServerId> {
                let all: Vec<_> = list.iter().map(|(server, load)| Candidate { server, load: *load }).collect();
                place(&group(spread), &all, Wish { region: wish, extras })
            };
            let chosen = candidates(&list);
            prop_assert_eq!(&chosen, &candidates(&shuffled), "the order of the list does not matter");
            let fits = |(s, load): &&(Server, u32)| {
                let room = s.capacity == 0 || *load < s.capacity;
                s.state == ServerState::Open && room && s.offers.covers(extras)
            };
            let fitting = list.iter().filter(fits).count();
            let most = match (extras.dedicated_ip, spread) {
                (true, _) => 1,
                (false, 0) => usize::MAX,
                (false, spread) => usize::try_from(spread).unwrap(),
            };
            let wanted = fitting.min(most);
            prop_assert_eq!(chosen.len(), wanted);
            let of = |id: &ServerId| list.iter().find(|(s, _)| s.id == *id).unwrap();
            prop_assert!(chosen.iter().all(|id| fits(&of(id))));
            let rank = |id: &ServerId| {
                let (server, _) = of(id);
                (!server.health.up, wish.is_some() && server.region.as_deref() != wish)
            };
            prop_assert!(chosen.iter().map(rank).is_sorted(), "healthy first, then the wished region");
        }

        #[test]
        fn nothing_lacks_exactly_when_one_server_offers_all(list in servers(), wanted in any_extras()) {
            let servers: Vec<Server> = list.into_iter().map(|(server, _)| server).collect();
            let used = || servers.iter().filter(|s| s.state != ServerState::Off);
            let lacks = lacking(&servers, wanted);
            prop_assert!(wanted.covers(lacks));
            let offered = wanted.is_none() || used().any(|s| s.offers.covers(wanted));
            prop_assert_eq!(lacks.is_none(), offered);
        }
    }

    #[test]
    fn the_emptiest_by_share_comes_first() {
        let (small, large) =
            (server(1, ServerState::Open, true, None, 10), server(2, ServerState::Open, true, None, 100));
        let load = [Candidate { server: &small, load: 5 }, Candidate { server: &large, load: 20 }];
        let anywhere = Wish { region: None, extras: Extras::NONE };
        assert_eq!(place(&group(1), &load, anywhere), [large.id]);
    }

    fn shown(list: &[(&Server, u32, Reach)], region: Option<&str>) -> Vec<u128> {
        let all = list.iter().map(|(server, load, reach)| Shown { server, load: *load, reach: *reach });
        let ids = display_order(all.collect(), region).into_iter().map(|s| s.id.uuid().as_u128());
        ids.collect()
    }

    #[test]
    fn a_link_shows_healthy_servers_first_then_by_name() {
        let down = server(1, ServerState::Open, false, None, 0);
        let (two, three) =
            (server(2, ServerState::Open, true, None, 0), server(3, ServerState::Draining, true, None, 0));
        let unknown = Reach::Unknown;
        assert_eq!(shown(&[(&three, 0, unknown), (&down, 0, unknown), (&two, 0, unknown)], None), [2, 3, 1]);
    }

    #[test]
    fn a_link_shows_what_suits_the_customer_first() {
        let at = |n, region| server(n, ServerState::Open, true, Some(region), 100);
        let (one, two, three) = (at(1, "DE"), at(2, "FR"), at(3, "FR"));
        let unknown = Reach::Unknown;
        assert_eq!(
            shown(&[(&one, 0, unknown), (&two, 0, unknown), (&three, 0, unknown)], Some("FR")),
            [2, 3, 1]
        );
        assert_eq!(
            shown(&[(&one, 90, unknown), (&two, 55, unknown), (&three, 10, unknown)], None),
            [3, 2, 1]
        );
        assert_eq!(shown(&[(&one, 40, unknown), (&two, 10, unknown)], None), [1, 2], "load counts roughly");
        let took = |ms| Reach::Took(ms);
        assert_eq!(
            shown(&[(&one, 0, took(300)), (&two, 0, took(80)), (&three, 0, unknown)], None),
            [2, 1, 3]
        );
        assert_eq!(shown(&[(&one, 0, took(74)), (&two, 0, took(51))], None), [1, 2], "so does nearness");
        assert_eq!(
            shown(&[(&one, 0, unknown), (&two, 0, Reach::Never)], Some("FR")),
            [1, 2],
            "what cannot be reached sinks, wished or not"
        );
    }
}
