//! An instance that is told to end tells proxies first, and goes on answering meanwhile.

use crate::process::{Shop, binary, http};
use std::{process::Command, time::Duration};
use tokio::time::sleep;

#[tokio::test]
async fn a_draining_instance_says_so_and_answers_all_the_same() {
    // Longer than a slow machine needs for what is asked meanwhile.
    let mut shop = Shop::new(&[("drain_seconds", "10")]);
    shop.start().await;
    let asked = async |path: &str| {
        let answer = http().get(format!("{}{path}", shop.url())).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(asked("/healthz").await, (200, "ok\n".to_owned()));
    shop.signal("TERM");
    let mut health = asked("/healthz").await;
    for _ in 0..50 {
        if health.0 != 200 {
            break;
        }
        sleep(Duration::from_millis(50)).await;
        health = asked("/healthz").await;
    }
    assert_eq!(health, (503, "draining\n".to_owned()));
    assert_eq!(asked("/v1/plans").await.0, 200, "who comes all the same is served");
    sleep(Duration::from_secs(1)).await;
    assert!(shop.is_running(), "proxies have time to notice");
    // The second wish.
    let (status, took) = shop.terminate().await;
    assert_eq!(status.code(), Some(0), "{}", shop.output().tail());
    assert!(took < Duration::from_secs(4), "told twice, it ends at once: {took:?}");
    shop.start().await;
    let (status, took) = shop.terminate().await;
    assert_eq!(status.code(), Some(0));
    assert!(took >= Duration::from_secs(10), "told once, it takes its time: {took:?}");
}

#[test]
fn a_worker_says_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let told = |command: &str, settings: &[(&str, &str)]| {
        let mut program = Command::new(binary::nexa());
        program.arg(command).env_clear().current_dir(folder.path()).envs(settings.iter().copied());
        let (status, told) = Shop::ends(program);
        assert_eq!(status.code(), Some(2), "{told}");
        told
    };
    let database = ("NEXA_DATABASE", "postgres://nexa@127.0.0.1:1/nexa");
    assert!(told("worker", &[]).contains("give the address of a PostgreSQL server"));
    assert!(told("worker", &[database]).contains("`public_url`"));
    assert!(told("serve", &[("NEXA_WORKER", "false")]).contains("worker = false needs a database"));
    assert!(told("serve", &[("NEXA_REPLICA", database.1)]).contains("replica: only a `database`"));
    assert!(!folder.path().join("nexa-data").exists(), "a mistake leaves nothing behind");
}
