//! Ports that customers open for services of their own.

use crate::{
    block_on,
    ssh::{Customer, access, echo, visitor},
    world::{Place, Servers, ends, ports, until},
};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        extras::{Extras, ForwardAccess},
        grant::Grant,
        measure::Traffic,
    },
    ports::outcome::Outcome,
};
use std::{fs, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};

const FORWARD: Extras = Extras { port_forward: true, ..Extras::NONE };

pub fn single() -> String {
    ports(1).split_once('-').unwrap().0.to_owned()
}

/// A node that forwards `count` ports.
pub fn place(count: u16) -> Place {
    place_with(count, &[])
}

pub fn place_with(count: u16, more: &[(&str, &str)]) -> Place {
    let (ssh, range) = (single(), ports(count));
    let mut settings = vec![("node_forward_port", ssh.as_str()), ("node_forward_ports", range.as_str())];
    settings.extend_from_slice(more);
    Place::new(&settings)
}

pub async fn sell(place: &Place) -> (Grant, ForwardAccess) {
    let (grant, _) = place.sell(|grant| grant.extras = FORWARD).await;
    let access = access(&place.node, grant.panel_id).unwrap();
    (grant, access)
}

pub fn stranger(access: &ForwardAccess) -> ForwardAccess {
    ForwardAccess { user: "0123456789ab".to_owned(), ..access.clone() }
}

#[test]
fn a_visitor_reaches_the_customers_service_and_every_byte_is_counted() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(6);
        let (grant, access) = sell(&place).await;
        assert_eq!(access.last_port - access.first_port, 2, "three ports each");
        let customer = Customer::sign_in(&access, service).await.unwrap();
        assert_eq!(customer.opens(access.last_port).await, Some(access.last_port));
        let words: Vec<u8> = (0..3_000_017_u32).map(|n| n.to_le_bytes()[0]).collect();
        let heard = echo(visitor(&access.host, access.last_port).await, &words).await;
        assert!(heard == words, "{} of {}", heard.len(), words.len());
        assert_eq!(place.counted(grant.panel_id), 2 * 3_000_017, "both directions, payload only");
        let health = place.node.health();
        assert!(health.offers.port_forward && !health.sold_out.port_forward, "one block is left");
    });
}

#[test]
fn many_visitors_at_once_and_both_ways() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(3);
        let (grant, access) = sell(&place).await;
        let customer = Customer::sign_in(&access, service).await.unwrap();
        assert_eq!(customer.opens(0).await, Some(access.first_port), "its first one");
        assert_eq!(customer.opens(0).await, Some(access.first_port + 1), "the next one that is free");
        let mut visits = JoinSet::new();
        for number in 0..40_u8 {
            let (host, port) = (access.host.clone(), access.first_port + u16::from(number % 2));
            visits.spawn(async move {
                let words = vec![number; 100_000];
                echo(visitor(&host, port).await, &words).await == words
            });
        }
        assert!(visits.join_all().await.into_iter().all(|same| same));
        assert_eq!(place.counted(grant.panel_id), 40 * 200_000);
    });
}

#[test]
fn only_the_right_words_open_the_door() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(6);
        let (_, right) = sell(&place).await;
        let (_, other) = sell(&place).await;
        assert_ne!(right.user, other.user);
        for wrong in [
            ForwardAccess { password: other.password.clone(), ..right.clone() },
            ForwardAccess { password: String::new(), ..right.clone() },
            stranger(&right),
            ForwardAccess { user: String::new(), ..right.clone() },
        ] {
            assert!(Customer::sign_in(&wrong, service).await.is_none(), "{}", wrong.user);
        }
        assert!(Customer::sign_in(&right, service).await.is_some());
        let (plain, _) = place.sell(|_| {}).await;
        assert_eq!(access(&place.node, plain.panel_id), None, "it did not buy that");
    });
}

#[test]
fn nothing_else_may_be_asked_for() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(6);
        let (_, mine) = sell(&place).await;
        let (_, theirs) = sell(&place).await;
        let customer = Customer::sign_in(&mine, service).await.unwrap();
        let own = mine.first_port..=mine.last_port;
        for port in [theirs.first_port, theirs.last_port, mine.port, 22, 80, 40_000] {
            assert!(!own.contains(&port));
            assert_eq!(customer.opens(port).await, None, "{port}");
        }
        assert!(customer.line.tcpip_forward("localhost", 65_536 + u32::from(mine.first_port)).await.is_err());
        let (host, port) = (service.ip().to_string(), service.port().into());
        let out = customer.line.channel_open_direct_tcpip(host, port, "127.0.0.1", 1).await;
        assert!(out.is_err(), "it would pass by the access list");
        assert!(customer.line.channel_open_direct_streamlocal("/run/x").await.is_err());
        assert!(customer.line.channel_open_session().await.is_err(), "neither shell nor files");
        assert!(customer.line.streamlocal_forward("x").await.is_err());
        assert_eq!(customer.opens(mine.first_port).await, Some(mine.first_port), "but this");
    });
}

#[test]
fn a_pause_the_end_of_the_extra_and_removal_cut_everything() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(3);
        let (grant, access) = sell(&place).await;
        for cut in ["pause", "extra", "limit", "removal"] {
            place.hold(&grant).await;
            let customer = Customer::sign_in(&access, service).await.unwrap();
            assert_eq!(customer.opens(access.first_port).await, Some(access.first_port), "{cut}");
            let mut visitor = visitor(&access.host, access.first_port).await;
            visitor.write_all(b"x").await.unwrap();
            assert_eq!(visitor.read_u8().await.unwrap(), b'x');
            let used = place.counted(grant.panel_id);
            match cut {
                "pause" => place.hold(&Grant { enabled: false, ..grant.clone() }).await,
                "extra" => place.hold(&Grant { extras: Extras::NONE, ..grant.clone() }).await,
                "limit" => place.hold(&Grant { limit: Traffic::bytes(used), ..grant.clone() }).await,
                _ => place.node.remove(grant.panel_id).await.done().unwrap(),
            }
            let begin = Instant::now();
            assert_eq!(ends(&mut visitor).await, 0);
            assert!(customer.is_cut().await, "{cut}");
            assert!(begin.elapsed() < Duration::from_secs(1), "{cut}: {:?}", begin.elapsed());
            assert!(TcpStream::connect((access.host.as_str(), access.first_port)).await.is_err(), "{cut}");
            assert!(Customer::sign_in(&access, service).await.is_none(), "{cut}");
        }
    });
}

#[test]
fn visitors_end_when_nothing_is_left() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(3);
        let (grant, _) = place
            .sell(|grant| {
                grant.extras = FORWARD;
                grant.limit = Traffic::bytes(1 << 20);
            })
            .await;
        let access = access(&place.node, grant.panel_id).unwrap();
        let customer = Customer::sign_in(&access, service).await.unwrap();
        customer.opens(access.first_port).await.unwrap();
        let mut idle = visitor(&access.host, access.first_port).await;
        let heard = echo(visitor(&access.host, access.first_port).await, &vec![7; 4 << 20]).await;
        assert!(heard.len() < 1 << 20);
        assert_eq!(ends(&mut idle).await, 0);
        assert!(customer.is_cut().await);
        let counted = place.counted(grant.panel_id);
        assert!((1 << 20..(1 << 20) + 300_000).contains(&counted), "{counted}");
    });
}

#[test]
fn the_same_ports_words_and_host_key_come_back() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(60);
        let (grant, before) = sell(&place).await;
        let key = Customer::sign_in(&before, service).await.unwrap().host_key();
        let place = place.crash().await;
        assert_eq!(access(&place.node, grant.panel_id).as_ref(), Some(&before));
        let customer = Customer::sign_in(&before, service).await.unwrap();
        assert_eq!(customer.host_key(), key);
        customer.opens(before.first_port).await.unwrap();
        let heard = echo(visitor(&before.host, before.first_port).await, b"again").await;
        assert_eq!(heard, b"again");
        drop(customer);
        let file = place.file();
        let place = place.crash_with(|| fs::remove_file(&file).unwrap()).await;
        place.hold(&grant).await;
        assert_eq!(access(&place.node, grant.panel_id).as_ref(), Some(&before), "even from a new disk");
    });
}

#[test]
fn blocks_are_given_once_and_given_back() {
    block_on(async {
        let place = place(7);
        let (one, first) = sell(&place).await;
        let (_, second) = sell(&place).await;
        assert_ne!(first.first_port, second.first_port);
        assert!(place.node.health().sold_out.port_forward, "none is left");
        let third = Grant { extras: FORWARD, ..fresh_grant() };
        let full = place.node.apply(&third).await;
        assert!(matches!(&full, Outcome::Rejected(why) if why.contains("ports")), "{full:?}");
        place.hold(&Grant { enabled: false, ..one.clone() }).await;
        assert!(access(&place.node, one.panel_id).is_some(), "a pause gives nothing away");
        place.hold(&Grant { extras: Extras::NONE, ..one.clone() }).await;
        assert_eq!(access(&place.node, one.panel_id), None);
        place.hold(&third).await;
        assert_eq!(access(&place.node, third.panel_id).unwrap().first_port, first.first_port);
        place.node.remove(third.panel_id).await.done().unwrap();
        place.hold(&one).await;
        assert_eq!(access(&place.node, one.panel_id).as_ref(), Some(&first));
        let none = Place::new(&[]);
        let refused = none.node.apply(&third).await;
        assert!(matches!(&refused, Outcome::Rejected(why) if why.contains("port_forward")), "{refused:?}");
        assert!(!none.node.health().offers.port_forward);
    });
}

#[test]
fn a_new_connection_takes_the_port_over() {
    block_on(async {
        let mut servers = Servers::new();
        let (old_service, new_service) = (servers.sink().await, servers.echo().await);
        let place = place(3);
        let (_, access) = sell(&place).await;
        let old = Customer::sign_in(&access, old_service).await.unwrap();
        old.opens(access.first_port).await.unwrap();
        let mut first = visitor(&access.host, access.first_port).await;
        first.write_all(b"x").await.unwrap();
        let new = Customer::sign_in(&access, new_service).await.unwrap();
        assert_eq!(new.opens(access.first_port).await, Some(access.first_port));
        assert_eq!(ends(&mut first).await, 0, "visitors of the old one are sent away");
        assert_eq!(echo(visitor(&access.host, access.first_port).await, b"new").await, b"new");
        assert!(!old.line.is_closed());
        new.line.cancel_tcpip_forward("localhost", access.first_port.into()).await.unwrap();
        assert!(TcpStream::connect((access.host.as_str(), access.first_port)).await.is_err());
        assert_eq!(old.opens(0).await, Some(access.first_port), "and it is free again");
    });
}

#[test]
fn a_port_that_another_program_has_is_told() {
    block_on(async {
        let (ssh, range) = (single(), ports(3));
        let taken = TcpListener::bind(format!("127.0.0.1:{ssh}")).await.unwrap();
        let place = Place::new(&[("node_forward_port", &ssh), ("node_forward_ports", &range)]);
        let told = || place.node.health().warning.unwrap_or_default();
        until("it is told", || told().contains("customers cannot open their ports")).await;
        drop(taken);
        until("it opens", || !told().contains("customers cannot open their ports")).await;
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let (_, access) = sell(&place).await;
        let taken = TcpListener::bind(format!("127.0.0.1:{}", access.first_port)).await.unwrap();
        let customer = Customer::sign_in(&access, service).await.unwrap();
        assert_eq!(customer.opens(access.first_port).await, None);
        drop(taken);
        assert_eq!(customer.opens(access.first_port).await, Some(access.first_port));
    });
}

#[test]
fn other_settings_move_the_ports_when_the_shop_looks_again() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(3);
        let (grant, before) = sell(&place).await;
        assert_eq!(place.node.holds(&grant).done(), Some(true));
        let range = ports(3);
        let place = place.crash_into(&[("node_forward_ports", &range)]).await;
        assert_eq!(access(&place.node, grant.panel_id), None);
        assert!(Customer::sign_in(&before, service).await.is_none(), "the old ports are not the node's");
        assert_eq!(place.node.holds(&grant).done(), Some(false));
        place.hold(&grant).await;
        let after = access(&place.node, grant.panel_id).unwrap();
        assert_eq!(range, format!("{}-{}", after.first_port, after.last_port));
        assert!(Customer::sign_in(&after, service).await.is_some());
        let place = place.crash_into(&[("node_forward_port", "0")]).await;
        assert_eq!(access(&place.node, grant.panel_id), None);
        let told = place.node.health().warning.unwrap_or_default();
        assert!(told.contains("1 accesses cannot open their ports"), "{told}");
    });
}
