//! A fresh `serve` sells an access that carries traffic, on one machine, at once.

use super::{
    super::require::{found, tell},
    client::{Proxy, curl, echo_packets},
    internet::Internet,
    scene::Scene,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const MIB: u64 = 1 << 20;

/// What `moved` bytes may be counted as: within 1 % or 64 KiB.
fn fits(counted: u64, moved: u64) -> bool {
    counted.abs_diff(moved) <= (moved / 100).max(64 << 10)
}

/// Ports of this machine for the node of a shop.
fn ports() -> String {
    let first = 40_000 + std::process::id() % 80 * 100;
    format!("{first}-{}", first + 49)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_shop_sells_an_access_that_carries_traffic() {
    let Some(()) = found("live::node::journey", curl()) else { return };
    let internet = Internet::begin().await;
    let ports = ports();
    let settings = [("node", "true"), ("node_allow_private", "true"), ("node_ports", &ports)];
    let mut scene = Scene::open(&settings).await;
    let servers = scene.servers().await;
    assert_eq!((servers.len(), servers[0].kind.as_str()), (1, "shadowsocks"), "{servers:?}");
    let plan = scene.plan(160 * MIB, &[], None).await;
    let bought = scene.buy_new("first", &plan).await;
    let links = scene.share_links(&bought.link).await;
    let [link] = links.as_slice() else { panic!("{links:?}") };
    scene.shop.output().secret(link.split(['@', ':']).nth(2).unwrap());

    // Whatever the app, it shows the server's name.
    assert!(link.ends_with("#Main%20server"), "{link}");
    let sing_box = scene.customer.open(&bought.link, "sing-box").await.json();
    let outbounds = sing_box["outbounds"].as_array().unwrap();
    let own = outbounds.iter().find(|one| one["type"] == "shadowsocks" && one["tag"] == "Main server");
    assert_eq!(
        own.unwrap()["server_port"].as_u64().unwrap().to_string(),
        link.split([':', '#']).nth(3).unwrap()
    );
    let chosen = outbounds.iter().find(|one| one["type"] == "selector").unwrap();
    assert!(chosen["outbounds"].as_array().unwrap().iter().any(|tag| tag == "Main server"), "{chosen}");
    let clash = scene.customer.open(&bought.link, "clash").await.body;
    assert_eq!(clash.matches("Main server").count(), 2, "{clash}");
    let list = scene.customer.open(&bought.link, "sip008").await.json();
    assert_eq!(list["servers"][0]["remarks"], "Main server", "{list}");

    // As the README does it.
    let given = scene.customer.open(&bought.link, "plain").await.body;
    let (file, whole) = Proxy::nexa(&given).await.curl(&internet.file(5)).await;
    assert!(whole && file == b"xxxxx");

    // 50 MiB over TCP by `curl --proxy`, 50 MiB over UDP.
    let began = Instant::now();
    let proxy = Proxy::sslocal(link).await;
    let (file, whole) = proxy.curl(&internet.file(50 * MIB)).await;
    assert!(whole && file.len() == 50 << 20);
    let moved = 50 * MIB + echo_packets(link, internet.packets, 50 * MIB).await;
    tell(&format!("live node: {} MiB in {} ms\n", moved / MIB, began.elapsed().as_millis()));
    let id = &bought.subscription_id;
    let seen = scene.until(id, "the usage", |s| fits(s.used_bytes, moved)).await;
    assert_eq!(seen.state, "active");
    let page = scene.customer.open(&bought.link, "page").await;
    assert!(page.body.contains("100") && page.body.contains("MiB"), "{}", page.body);

    // Killed in the middle of a download: the same link works again, and what was counted stays counted.
    let download = proxy.begin(&internet.slow_file(40 * MIB));
    sleep(Duration::from_millis(2500)).await;
    scene.shop.kill();
    let cut = tokio::task::spawn_blocking(move || download.wait_with_output().unwrap()).await.unwrap();
    assert!(!cut.status.success());
    let most = moved + u64::try_from(cut.stdout.len()).unwrap();
    scene.shop.start().await;
    let (_, whole) = proxy.curl(&internet.file(10)).await;
    assert!(whole, "the same port and key are back");
    sleep(Duration::from_secs(3)).await;
    let after = scene.customer.subscription(id).await.used_bytes;
    assert!(after + 64 * 1024 >= seen.used_bytes, "{after} < {}", seen.used_bytes);
    assert!(after <= most + most / 100, "{after} > {most}: nothing is counted twice");

    // Cut at the quota, at once, and told to the app.
    let (file, whole) = proxy.curl(&internet.file(200 * MIB)).await;
    assert!(!whole && file.len() < 100 << 20, "{}", file.len());
    let used_up = scene.until(id, "the end", |s| s.state == "exhausted").await;
    assert!(fits(used_up.used_bytes, 160 * MIB), "{}", used_up.used_bytes);
    assert!(!proxy.curl(&internet.file(1)).await.1);
    assert!(scene.share_links(&bought.link).await.is_empty());

    // Renewed: the same link goes on.
    let renewed = scene.renew("second", &plan, id).await;
    assert_eq!((renewed.link.as_str(), renewed.state.as_str()), (bought.link.as_str(), "active"));
    assert_eq!(scene.share_links(&renewed.link).await, links);
    let (file, whole) = proxy.curl(&internet.file(MIB)).await;
    assert!(whole && file.len() == 1 << 20);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_implementation_of_the_protocol_connects() {
    let Some(()) = found("live::node::journey", curl()) else { return };
    let internet = Internet::begin().await;
    let ports = ports();
    let settings = [
        ("node", "true"),
        ("node_allow_private", "true"),
        ("node_ports", &ports),
        ("node_method", "chacha20-ietf-poly1305"),
    ];
    let scene = Scene::open(&settings).await;
    let plan = scene.plan(160 * MIB, &[], None).await;
    let bought = scene.buy_new("first", &plan).await;
    let links = scene.share_links(&bought.link).await;
    let proxy = Proxy::ss_local(&links[0]).await;
    let Some(proxy) = found("live::node::journey: shadowsocks-libev", proxy) else { return };
    let (file, whole) = proxy.curl(&internet.file(20 * MIB)).await;
    assert!(whole && file.len() == 20 << 20);
    let id = &bought.subscription_id;
    scene.until(id, "the usage", |s| fits(s.used_bytes, 20 * MIB)).await;
    scene.end().await;
}
