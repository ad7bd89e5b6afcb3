//! Two `nexa node` processes on hosts of their own, a shop on a third and a target on a fourth: extras, crashes, and
//! nodes that are cut off from their shop.

use super::{
    super::require::{found, tell},
    client::{Proxy, curl, echo_packets},
    net::{Net, NodeHost, Running},
    scene::Scene,
};
use nexa_core::backoffice::model::OperatorServerView;
use reqwest::Method;
use serde_json::json;
use std::{net::SocketAddr, process::Command, time::Duration};
use tokio::time::{Instant, sleep};

const MIB: u64 = 1 << 20;

/// Everything that runs.
struct Far {
    net: Net,
    entry: NodeHost,
    exit: NodeHost,
    _target: Running,
    scene: Scene,
}

impl Far {
    async fn open(mut net: Net) -> Self {
        let (entry, exit) = (net.host("e", &[2]), net.host("x", &[3, 33, 34]));
        let target = net.host("t", &[4]);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/live/node/target.py");
        let at = net.address(4).to_string();
        let target = Running::on(
            &target,
            "python3",
            |command: &mut Command| {
                command.args([script, &at]);
            },
            None,
        );
        let addresses = format!("{},{},192.0.2.1", net.address(33), net.address(34));
        let ports = ("NODE_PORTS", "20000-20099");
        let settings = [ports, ("NODE_TRUNK_PORT", "4000"), ("NODE_ADDRESSES", addresses.as_str())];
        let mut exit = NodeHost::new(&exit, net.address(3), &settings);
        exit.start();
        let trunk = exit.printed("ss://").await;
        let mut entry = NodeHost::new(&entry, net.address(2), &[ports, ("NODE_EXIT", trunk.as_str())]);
        entry.start();
        let scene = Scene::open(&[]).await;
        Self { net, entry, exit, _target: target, scene }
    }

    /// Adds both nodes to the shop by the tokens that they printed.
    async fn join(&self) {
        for (name, region, node) in [("Entry", "DE", &self.entry), ("Exit", "FI", &self.exit)] {
            let token = node.printed("nxj_").await;
            self.scene.shop.output().secret(&token);
            let server = json!({
                "name": name, "kind": "shadowsocks", "region": region, "capacity": 100,
                "config": { "join": token, "allow_private": true },
            });
            let server: OperatorServerView = self.scene.operator.post("/admin/servers", server).await;
            assert!(server.up, "{server:?}");
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}:9000/{path}", self.net.address(4))
    }

    async fn who(&self, proxy: &Proxy) -> String {
        let (body, whole) = proxy.curl(&self.url("who")).await;
        assert!(whole, "the target is not reached");
        String::from_utf8(body).unwrap()
    }

    /// The one `ss://` line behind a link, and a client for it.
    async fn import(&self, link: &str) -> (String, Proxy) {
        let links = self.scene.share_links(link).await;
        let [share] = links.as_slice() else { panic!("{links:?}") };
        (share.clone(), Proxy::sslocal(share).await)
    }
}

async fn output(child: std::process::Child) -> (usize, bool) {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    (output.stdout.len(), output.status.success())
}

async fn tokens_are_checked(far: &Far) {
    let token = far.entry.printed("nxj_").await;
    let middle = token.len() / 2;
    let forged = format!("{}{}", &token[..middle], token[middle..].to_uppercase());
    for (join, code) in [("nxj_nonsense", "bad_config"), (forged.as_str(), "bad_config")] {
        let server = json!({ "name": "Forged", "kind": "shadowsocks", "config": { "join": join, "allow_private": true } });
        let answer =
            far.scene.operator.ask(Method::POST, "/admin/servers", None, Some(&server)).await.unwrap();
        assert_eq!(answer.code(), code, "{answer:?}");
    }
    let inside = json!({ "name": "Inside", "kind": "shadowsocks", "config": { "join": token } });
    let answer = far.scene.operator.ask(Method::POST, "/admin/servers", None, Some(&inside)).await.unwrap();
    assert_eq!(answer.code(), "bad_config", "a private address that was not meant: {answer:?}");
}

async fn extras_are_sold_where_they_are_offered(far: &Far) {
    let nobody = json!({
        "name": "Ports", "days": 30, "traffic_bytes": MIB, "devices": 1, "on_sale": true,
        "prices": [{ "minor": 500, "currency": "USD" }], "extras": ["port_forward"],
    });
    let refused = far.scene.operator.ask(Method::POST, "/admin/plans", None, Some(&nobody)).await.unwrap();
    assert_eq!(refused.code(), "extra_not_offered", "{refused:?}");

    let everywhere = far.scene.plan(100 * MIB, &[], None).await;
    let bought = far.scene.buy_new("everywhere", &everywhere).await;
    assert_eq!(far.scene.share_links(&bought.link).await.len(), 2, "one link, both nodes");

    let own = far.scene.plan(100 * MIB, &["dedicated_ip"], None).await;
    let mut seen = Vec::new();
    for key in ["own-1", "own-2"] {
        let bought = far.scene.buy_new(key, &own).await;
        let (line, proxy) = far.import(&bought.link).await;
        assert!(line.contains(&format!("@{}:", far.net.address(3))), "{line}");
        seen.push(far.who(&proxy).await);
        let page = far.scene.customer.open(&bought.link, "page").await;
        assert!(page.body.contains(seen.last().unwrap()), "the customer is told the address");
    }
    seen.sort_unstable();
    assert_eq!(
        seen,
        [far.net.address(33).to_string(), far.net.address(34).to_string()],
        "each has one of its own"
    );

    let far_plan = far.scene.plan(100 * MIB, &["multi_hop"], None).await;
    let bought = far.scene.buy_new("far", &far_plan).await;
    let (line, proxy) = far.import(&bought.link).await;
    assert!(line.contains(&format!("@{}:", far.net.address(2))), "{line}");
    assert_eq!(far.who(&proxy).await, far.net.address(3).to_string(), "in at the entry, out at the exit");
    let packets = SocketAddr::from((far.net.address(4), 9001));
    assert!(echo_packets(&line, packets, MIB).await >= MIB);
    let (file, whole) = proxy.curl(&far.url(&(20 * MIB).to_string())).await;
    assert!(whole && file.len() == 20 << 20);
    far.scene.until(&bought.subscription_id, "the usage", |s| s.used_bytes > 20 * MIB).await;
}

async fn a_killed_node_comes_back(far: &mut Far) {
    let plan = far.scene.plan(101 * MIB, &["multi_hop"], None).await;
    let bought = far.scene.buy_new("killed", &plan).await;
    let (_, proxy) = far.import(&bought.link).await;
    let download = proxy.begin(&far.url(&format!("slow/{}", 40 * MIB)));
    sleep(Duration::from_millis(2500)).await;
    far.entry.kill();
    let (came, whole) = output(download).await;
    assert!(!whole);
    far.entry.start();
    let began = Instant::now();
    while !proxy.curl(&far.url("10")).await.1 {
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "the node does not serve again\n{}",
            far.entry.output.tail()
        );
        sleep(Duration::from_millis(200)).await;
    }
    sleep(Duration::from_secs(12)).await;
    let used = far.scene.customer.subscription(&bought.subscription_id).await.used_bytes;
    let came = u64::try_from(came).unwrap();
    assert!(used <= came + came / 100 + 64 * 1024, "{used} of {came}: nothing is counted twice");
    assert!(used + 2 * MIB >= came, "{used} of {came}: at most the last second is lost");
}

async fn nodes_go_on_without_their_shop(far: &mut Far) {
    let plan = far.scene.plan(12 * MIB, &["dedicated_ip"], None).await;
    // Both addresses are taken: it is not sold.
    let sold_out = far.scene.customer.checkout("sold-out", &far.scene.order_of(&plan)).await.unwrap();
    assert_eq!(sold_out.code(), "extra_unavailable", "{sold_out:?}");
    let plan = far.scene.plan(12 * MIB, &["multi_hop"], None).await;
    let bought = far.scene.buy_new("alone", &plan).await;
    let (_, proxy) = far.import(&bought.link).await;
    let download = proxy.begin(&far.url(&format!("slow/{}", 3 * MIB)));
    sleep(Duration::from_millis(500)).await;
    far.scene.shop.kill();
    assert_eq!(output(download).await, (3 << 20, true), "no customer notices that the shop is gone");
    let (file, whole) = proxy.curl(&far.url(&(30 * MIB).to_string())).await;
    assert!(!whole && file.len() < 10 << 20, "the limit holds without the shop: {}", file.len());
    far.scene.shop.start().await;
    let view = far.scene.until(&bought.subscription_id, "the end", |s| s.state == "exhausted").await;
    assert!(view.used_bytes.abs_diff(12 * MIB) < MIB, "{}", view.used_bytes);
}

/// A backup of the node's disk from before the purchase is put back: the shop brings it up to date by itself.
async fn an_old_disk_is_mended(far: &mut Far) {
    let old = std::fs::read(far.entry.file()).unwrap();
    let plan = far.scene.plan(20 * MIB, &["multi_hop"], None).await;
    let bought = far.scene.buy_new("old-disk", &plan).await;
    let (_, proxy) = far.import(&bought.link).await;
    let (_, whole) = proxy.curl(&far.url(&(15 * MIB).to_string())).await;
    assert!(whole);
    far.scene.until(&bought.subscription_id, "the usage", |s| s.used_bytes >= 15 * MIB).await;
    far.entry.kill();
    std::fs::write(far.entry.file(), old).unwrap();
    far.entry.start();
    let began = Instant::now();
    while !proxy.curl(&far.url("10")).await.1 {
        assert!(
            began.elapsed() < Duration::from_secs(150),
            "the access does not come back\n{}",
            far.entry.output.tail()
        );
        sleep(Duration::from_millis(500)).await;
    }
    let (_, whole) = proxy.curl(&far.url(&(15 * MIB).to_string())).await;
    assert!(!whole, "what was used before the backup stays used");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_serve_one_shop() {
    let Some(()) = found("live::node::namespaces", curl()) else { return };
    let Some(net) = found("live::node::namespaces", Net::new()) else { return };
    let began = Instant::now();
    let mut far = Far::open(net).await;
    tokens_are_checked(&far).await;
    far.join().await;
    extras_are_sold_where_they_are_offered(&far).await;
    a_killed_node_comes_back(&mut far).await;
    nodes_go_on_without_their_shop(&mut far).await;
    an_old_disk_is_mended(&mut far).await;
    let Far { scene, entry, exit, .. } = far;
    scene.end().await;
    for mut node in [entry, exit] {
        node.kill();
        node.output.drain();
        node.output.assert_clean();
    }
    tell(&format!("live node: two namespaces: done in {} s\n", began.elapsed().as_secs()));
}
