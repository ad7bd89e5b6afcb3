//! Crashes, old disks and lost disks.

use crate::{
    block_on,
    world::{Place, Servers, until},
};
use nexa_core::domain::{grant::Grant, measure::Traffic};

const MIB: u64 = 1 << 20;

#[test]
fn the_same_ports_and_keys_come_back_and_nothing_is_counted_twice() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, sink) = (servers.echo().await, servers.sink().await);
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        let (paused, other) = place.sell(|grant| grant.enabled = false).await;
        client.pushes(sink, 3 * MIB).await.unwrap();
        // A round writes the counter down.
        place.node.round().await;
        client.pushes(sink, MIB).await.unwrap();
        let place = place.crash().await;
        until("it serves again", || place.node.health().version.len() > 1).await;
        place.node.round().await;
        assert!(client.echoes(echo).await, "the link that was imported before works on");
        assert!(!other.echoes(echo).await);
        let counted = place.counted(grant.panel_id);
        assert!((3 * MIB..=4 * MIB + 10).contains(&counted), "{counted}: at most the last second is lost");
        assert_eq!(place.counted(paused.panel_id), 0);
    });
}

#[test]
fn an_old_disk_is_brought_up_to_date_by_the_next_word() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, sink) = (servers.echo().await, servers.sink().await);
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|grant| grant.limit = Traffic::bytes(10 * MIB)).await;
        let old = std::fs::read(place.file()).unwrap();
        client.pushes(sink, 9 * MIB).await.unwrap();
        place.node.round().await;
        let seen = place.counted(grant.panel_id);
        let file = place.file();
        let place = {
            // While it is down, a backup is put in the place of its file.
            let place = place.crash_with(|| std::fs::write(&file, &old).unwrap()).await;
            place.node.round().await;
            place
        };
        assert!(place.counted(grant.panel_id) < seen, "the backup knows nothing of what was used");
        place.hold(&Grant { counted: Traffic::bytes(seen), ..grant.clone() }).await;
        assert_eq!(place.counted(grant.panel_id), seen);
        assert!(client.pushes(sink, 2 * MIB).await.is_err(), "no free traffic");
        assert!(!client.echoes(echo).await);
    });
}

#[test]
fn who_was_stopped_for_long_gives_its_port_away() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let ports = crate::world::ports(1);
        let place = Place::new(&[("node_ports", ports.as_str()), ("node_keep_days", "0")]);
        let (old, _) = place.sell(|_| {}).await;
        place.hold(&Grant { enabled: false, ..old.clone() }).await;
        place.node.round().await;
        let (new, client) = place.sell(|_| {}).await;
        assert!(client.echoes(echo).await, "the only port is another's");
        let full = place.node.apply(&old).await;
        assert!(format!("{full:?}").contains("all ports are in use"), "{full:?}");
        place.node.remove(new.panel_id).await.done().unwrap();
        place.hold(&old).await;
        assert!(place.client(old.panel_id).echoes(echo).await, "and comes back when there is one");
    });
}

#[test]
fn an_address_that_was_taken_from_the_node_is_replaced() {
    block_on(async {
        let mut servers = Servers::new();
        let mirror = servers.mirror("127.0.0.1:0").await;
        let place = Place::new(&[("node_addresses", "127.0.0.91")]);
        let (_, client) = place.sell(|grant| grant.extras.dedicated_ip = true).await;
        assert_eq!(client.reads(mirror).await.unwrap(), "127.0.0.91");
        let place = place.crash_into(&[("node_addresses", "127.0.0.92")]).await;
        for _ in 0..3 {
            place.node.round().await;
        }
        assert_eq!(client.reads(mirror).await.unwrap(), "127.0.0.92");
    });
}

#[test]
fn after_a_lost_disk_the_same_words_bring_the_same_link() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        let file = place.file();
        let place = place.crash_with(|| std::fs::remove_file(&file).unwrap()).await;
        assert!(!client.echoes(echo).await);
        place.hold(&grant).await;
        assert!(client.echoes(echo).await, "key and port are made from the identity");
    });
}
