//! What asking costs.

use super::{Process, SLOW};
use nexa_core::ports::{limiter::Limiter, stash::Stash};
use nexa_valkey::testing::Server;
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test]
async fn what_asking_costs() {
    let Some(server) = Server::start("what_asking_costs", &[]).await else { return };
    let process = Process::up(&server.address()).await;
    process.valkey.keep("document", &[7; 4096], Duration::from_mins(1)).await.unwrap();
    let (mut counted, mut found) = (Vec::new(), Vec::new());
    for number in 0..1000 {
        let began = Instant::now();
        let subject = number.to_string();
        process.valkey.take(SLOW, &subject).await.ok();
        counted.push(began.elapsed());
        let began = Instant::now();
        process.valkey.find("document").await.ok();
        found.push(began.elapsed());
    }
    let middle = |mut all: Vec<Duration>| {
        all.sort_unstable();
        (all[500].as_micros(), all[990].as_micros())
    };
    let ((counted, slow_count), (found, slow_find)) = (middle(counted), middle(found));
    let told = format!(
        "asking Valkey on this machine: a try is counted in {counted} µs (99 %: {slow_count}), 4 KiB are found in {found} µs \
         (99 %: {slow_find})\n"
    );
    drop(std::io::Write::write_all(&mut std::io::stderr().lock(), told.as_bytes()));
    assert!(counted < 50_000 && found < 50_000, "{told}");
}
