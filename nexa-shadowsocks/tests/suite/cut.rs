//! Ends: quota, pause, time, removal. Live connections are cut, and nothing opens again.

use crate::{
    block_on,
    client::Flow,
    world::{Place, Servers, ends, until, world},
};
use jiff::SignedDuration;
use nexa_core::domain::{grant::Grant, measure::Traffic, time::after};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const MIB: u64 = 1 << 20;

async fn open_flow(client: &crate::client::Client, echo: SocketAddr) -> Flow {
    let mut flow = client.connect(echo).await.unwrap();
    flow.write_all(b"x").await.unwrap();
    assert_eq!(flow.read_u8().await.unwrap(), b'x');
    flow
}

#[test]
fn nothing_moves_beyond_the_limit() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, sink) = (servers.echo().await, servers.sink().await);
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|grant| grant.limit = Traffic::bytes(4 * MIB)).await;
        let mut idle = open_flow(&client, echo).await;
        assert!(client.pushes(sink, 40 * MIB).await.is_err(), "cut off in the middle");
        assert_eq!(ends(&mut idle).await, 0, "a connection that was only open is cut too");
        let counted = place.counted(grant.panel_id);
        assert!((4 * MIB..4 * MIB + 512 * 1024).contains(&counted), "{counted}");
        assert!(!client.echoes(echo).await, "the port is closed");
        let renewed = Grant { limit: Traffic::bytes(8 * MIB), ..grant };
        place.hold(&renewed).await;
        assert!(client.echoes(echo).await, "a renewal opens the same port with the same key");
    });
}

#[test]
fn a_pause_cuts_live_connections() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, packets) = (servers.echo().await, servers.packets().await);
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        let mut flow = open_flow(&client, echo).await;
        let mut session = client.packets().await;
        session.send(packets, b"x").await;
        assert!(session.receive().await.is_some());
        place.hold(&Grant { enabled: false, ..grant.clone() }).await;
        ends(&mut flow).await;
        session.send(packets, b"x").await;
        assert!(session.receive().await.is_none());
        assert!(!client.echoes(echo).await);
        place.hold(&grant).await;
        assert!(client.echoes(echo).await);
    });
}

#[test]
fn changes_that_keep_the_port_open_cut_nothing() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        let mut flow = open_flow(&client, echo).await;
        let longer = Grant {
            limit: Traffic::gib(30),
            ends_at: after(grant.ends_at, SignedDuration::from_hours(9)),
            ..grant
        };
        place.hold(&longer).await;
        flow.write_all(b"y").await.unwrap();
        assert_eq!(flow.read_u8().await.unwrap(), b'y');
    });
}

#[test]
fn the_end_comes_by_itself() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[]);
        let (_, client) =
            place.sell(|grant| grant.ends_at = after(world().now(), SignedDuration::from_secs(2))).await;
        let mut flow = open_flow(&client, echo).await;
        ends(&mut flow).await;
        assert!(!client.echoes(echo).await);
    });
}

#[test]
fn removal_cuts_and_frees_the_port() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let ports = crate::world::ports(1);
        let place = Place::new(&[("node_ports", ports.as_str())]);
        let (grant, client) = place.sell(|_| {}).await;
        let mut flow = open_flow(&client, echo).await;
        let full = place.node.apply(&nexa_core::conformance::panel::fresh_grant()).await;
        assert!(format!("{full:?}").contains("all ports are in use"), "{full:?}");
        place.node.remove(grant.panel_id).await.done().unwrap();
        ends(&mut flow).await;
        let (_, next) = place.sell(|_| {}).await;
        assert!(next.echoes(echo).await);
        assert!(!client.echoes(echo).await, "the old key does not fit the same port");
    });
}

#[test]
fn a_port_that_a_stranger_took_is_left_to_it() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let ports = crate::world::ports(2);
        let (first, last) = ports.split_once('-').unwrap();
        let place = Place::new(&[("node_ports", ports.as_str())]);
        let taken = tokio::net::UdpSocket::bind(format!("127.0.0.1:{first}")).await.unwrap();
        let (_, client) = place.sell(|_| {}).await;
        assert!(client.config.addr().port().to_string() == last && client.echoes(echo).await);
        drop(taken);
        let (_, client) = place.sell(|_| {}).await;
        assert!(client.config.addr().port().to_string() == first && client.echoes(echo).await);
        until("counters are written", || place.node.health().warning.is_some()).await;
    });
}
