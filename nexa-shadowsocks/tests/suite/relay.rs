//! Traffic: what goes in comes out, is counted, and goes nowhere it must not.

use crate::{
    block_on,
    client::Client,
    world::{Place, Servers},
};
use nexa_core::{conformance::panel::fresh_grant, domain::grant::Grant};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::sleep,
};

const MIB: u64 = 1 << 20;

async fn moves_both_ways(client: &Client, echo: SocketAddr, bytes: usize) {
    let mut flow = client.connect(echo).await.unwrap();
    let sent: Vec<u8> = (0..bytes).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let (first, rest) = sent.split_at(1000);
    flow.write_all(first).await.unwrap();
    flow.write_all(rest).await.unwrap();
    let mut heard = vec![0; bytes];
    flow.read_exact(&mut heard).await.unwrap();
    assert!(sent == heard, "something else came back");
}

#[test]
fn every_cipher_carries_tcp_and_udp() {
    block_on(async {
        for method in [
            "2022-blake3-aes-128-gcm",
            "2022-blake3-aes-256-gcm",
            "2022-blake3-chacha20-poly1305",
            "chacha20-ietf-poly1305",
            "aes-256-gcm",
        ] {
            let mut servers = Servers::new();
            let (echo, packets) = (servers.echo().await, servers.packets().await);
            let place = Place::new(&[("node_method", method)]);
            let (grant, client) = place.sell(|_| {}).await;
            moves_both_ways(&client, echo, 300_000).await;
            assert_eq!(place.counted(grant.panel_id), 600_000, "{method}");
            let mut session = client.packets().await;
            session.send(packets, b"ping").await;
            let (heard, from) = session.receive().await.expect(method);
            assert_eq!((heard.as_slice(), from), (&b"ping"[..], packets.into()));
            assert_eq!(place.counted(grant.panel_id), 600_008, "{method}");
        }
    });
}

#[test]
fn names_are_looked_up() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, packets) = (servers.echo().await, servers.packets().await);
        let place = Place::new(&[]);
        let (_, client) = place.sell(|_| {}).await;
        let mut flow = client.connect(("localhost".to_owned(), echo.port())).await.unwrap();
        flow.write_all(b"a").await.unwrap();
        assert_eq!(flow.read_u8().await.unwrap(), b'a');
        let mut session = client.packets().await;
        session.send(("localhost".to_owned(), packets.port()), b"b").await;
        assert_eq!(session.receive().await.unwrap().0, b"b");
        assert!(client.reads(("no-such-name.invalid".to_owned(), 80)).await.is_err());
    });
}

#[test]
fn what_is_counted_is_what_moved() {
    block_on(async {
        let mut servers = Servers::new();
        let (sink, packets) = (servers.sink().await, servers.packets().await);
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        client.pushes(sink, 50 * MIB).await.unwrap();
        assert_eq!(place.counted(grant.panel_id), 50 * MIB);
        let mut session = client.packets().await;
        let mut moved = 0;
        for _ in 0..200 {
            session.send(packets, &[1; 1200]).await;
            moved += 1200 + session.receive().await.map_or(0, |(heard, _)| heard.len());
        }
        assert_eq!(place.counted(grant.panel_id) - 50 * MIB, u64::try_from(moved).unwrap());
    });
}

#[test]
fn nobody_reaches_inside() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, packets) = (servers.echo().await, servers.packets().await);
        let place = Place::new(&[("node_allow_private", "false")]);
        let (grant, client) = place.sell(|_| {}).await;
        assert!(!client.echoes(echo).await, "a server on this machine");
        let mut named = client.connect(("localhost".to_owned(), echo.port())).await.unwrap();
        named.write_all(b"x").await.unwrap();
        assert!(named.read_u8().await.is_err());
        let mut session = client.packets().await;
        session.send(packets, b"x").await;
        session.send(("localhost".to_owned(), packets.port()), b"x").await;
        assert!(session.receive().await.is_none());
        assert_eq!(place.counted(grant.panel_id), 0);
    });
}

#[test]
fn mail_ports_are_refused() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let refused = echo.port().to_string();
        let place = Place::new(&[("node_refused_ports", refused.as_str())]);
        let (_, client) = place.sell(|_| {}).await;
        assert!(!client.echoes(echo).await);
        let open = Place::new(&[]);
        let (_, client) = open.sell(|_| {}).await;
        assert!(client.echoes(echo).await);
    });
}

#[test]
fn strangers_and_replayed_packets_move_nothing() {
    block_on(async {
        let mut servers = Servers::new();
        let packets = servers.packets().await;
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        let session = client.packets().await;
        session.send_as(1, packets, b"once").await;
        assert!(session.receive().await.is_some());
        session.send_as(1, packets, b"once").await;
        assert!(session.receive().await.is_none(), "the same number again");
        assert_eq!(place.counted(grant.panel_id), 8);
        let other = place.sell(|_| {}).await.1;
        let mut wrong = client.clone();
        wrong.config.set_addr(other.config.addr().clone());
        wrong.packets().await.send(packets, b"x").await;
        assert!(wrong.packets().await.receive().await.is_none(), "another's key");
        assert_eq!(place.counted(grant.panel_id), 8);
    });
}

#[test]
fn a_dedicated_address_is_what_servers_see() {
    block_on(async {
        let mut servers = Servers::new();
        let mirror = servers.mirror("127.0.0.1:0").await;
        let place = Place::new(&[("node_addresses", "127.0.0.71,127.0.0.72,203.0.113.99")]);
        let dedicated = |grant: &mut Grant| grant.extras.dedicated_ip = true;
        let (one, first) = place.sell(dedicated).await;
        let (_, second) = place.sell(dedicated).await;
        let (_, shared) = place.sell(|_| {}).await;
        let seen = [
            first.reads(mirror).await.unwrap(),
            second.reads(mirror).await.unwrap(),
            shared.reads(mirror).await.unwrap(),
        ];
        assert_eq!(seen, ["127.0.0.71", "127.0.0.72", "127.0.0.1"]);
        let third = Grant { extras: one.extras, ..fresh_grant() };
        let refused = place.node.apply(&third).await;
        assert!(format!("{refused:?}").contains("no address of this node is free"), "{refused:?}");
        let health = place.node.health();
        assert!(health.offers.dedicated_ip && health.sold_out.dedicated_ip);
        let told = health.warning.unwrap();
        assert!(told.contains("203.0.113.99") && told.contains("0 of 2 addresses are free"), "{told}");
        // A link reset gives another identity to the same subscription, with the same address.
        let reset = Grant { panel_id: fresh_grant().panel_id, ..one.clone() };
        place.hold(&reset).await;
        assert_eq!(place.client(reset.panel_id).reads(mirror).await.unwrap(), "127.0.0.71");
        place.node.remove(one.panel_id).await.done().unwrap();
        assert_eq!(place.client(reset.panel_id).reads(mirror).await.unwrap(), "127.0.0.71");
        let one = reset;
        // A removed one rests before it is another's.
        place.node.remove(one.panel_id).await.done().unwrap();
        assert!(place.node.apply(&third).await.done().is_none(), "it rests");
    });
}

#[test]
fn two_hops_leave_from_the_second() {
    block_on(async {
        let mut servers = Servers::new();
        let (mirror, packets) = (servers.mirror("127.0.0.1:0").await, servers.packets().await);
        let exit_ports = crate::world::ports(1);
        let trunk = exit_ports.split('-').next().unwrap();
        let exit = Place::new(&[("node_trunk_port", trunk)]);
        exit.node.round().await;
        let link = exit.node.trunk_link().unwrap().unwrap();
        let entry = Place::new(&[("node_exit", link.as_str())]);
        let (grant, client) = entry.sell(|grant| grant.extras.multi_hop = true).await;
        assert_eq!(client.reads(mirror).await.unwrap(), "127.0.0.1");
        let mut session = client.packets().await;
        session.send(packets, b"far").await;
        assert_eq!(session.receive().await.unwrap().0, b"far");
        assert_eq!(entry.counted(grant.panel_id), 1 + 9 + 6);
        // The exit's port is for many customers at once, and a request without a word is none that counts as wrong.
        for _ in 0..40 {
            let mut flow = client.connect(mirror).await.unwrap();
            let _nothing = flow.write(&[]).await.unwrap();
        }
        assert!(client.reads(mirror).await.is_ok());
        // What it cannot give any more does not keep it from stopping somebody.
        let alone = Place::new(&[]);
        alone.hold(&Grant { enabled: false, ..grant.clone() }).await;
        drop(exit);
        // Its tasks end when the runtime comes to them.
        sleep(Duration::from_millis(300)).await;
        assert!(client.reads(mirror).await.is_err(), "without its exit it goes nowhere");
        let refused = Place::new(&[]).node.apply(&grant).await;
        assert!(format!("{refused:?}").contains("multi_hop"), "{refused:?}");
    });
}
