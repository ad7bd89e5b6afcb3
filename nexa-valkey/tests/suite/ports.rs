//! What the ports promise, on the real server.

use super::{Process, SLOW};
use async_trait::async_trait;
use nexa_core::{
    conformance::{limiter, stash},
    ports::{
        limiter::{Limiter, Taken},
        stash::Stash,
    },
    secret::Secret,
};
use nexa_valkey::{Valkey, testing::Server};
use std::sync::Arc;

/// Four processes at one server.
struct Four {
    server: Server,
    processes: Vec<Process>,
    next: std::sync::atomic::AtomicUsize,
}

impl Four {
    async fn new(test: &str) -> Option<Self> {
        let server = Server::start(test, &[]).await?;
        let mut processes = Vec::new();
        for _ in 0..4 {
            processes.push(Process::patient(&server.address()).await);
        }
        Some(Self { server, processes, next: std::sync::atomic::AtomicUsize::new(0) })
    }

    fn one(&self) -> Arc<Valkey> {
        let next = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Arc::clone(&self.processes[next % self.processes.len()].valkey)
    }
}

#[async_trait]
impl limiter::Fixture for Four {
    fn limiter(&self) -> Arc<dyn Limiter> {
        self.one()
    }

    async fn written(&self) -> Vec<u8> {
        let written = self.server.written();
        assert!(written.contains("nexa:count:"), "{written}");
        written.into_bytes()
    }
}

#[async_trait]
impl stash::Fixture for Four {
    fn stash(&self) -> Arc<dyn Stash> {
        self.one()
    }

    async fn written(&self) -> Vec<u8> {
        let written = self.server.written();
        assert!(written.contains("nexa:kept:"), "{written}");
        written.into_bytes()
    }
}

#[tokio::test]
async fn it_counts_as_its_port_promises() {
    let test = "it_counts_as_its_port_promises";
    if Server::start(test, &[]).await.is_some() {
        limiter::all(async || Four::new(test).await.unwrap()).await;
    }
}

#[tokio::test]
async fn it_keeps_as_its_port_promises() {
    let test = "it_keeps_as_its_port_promises";
    if Server::start(test, &[]).await.is_some() {
        stash::all(async || Four::new(test).await.unwrap()).await;
    }
}

#[tokio::test]
async fn everything_ends_by_itself_and_other_installations_share_nothing() {
    let Some(server) = Server::start("everything_ends_by_itself", &[]).await else { return };
    let process = Process::patient(&server.address()).await;
    assert!(process.is_granted("192.0.2.1").await);
    process.valkey.keep("name", b"value", std::time::Duration::from_secs(5)).await.unwrap();
    let names = server.say(&["KEYS", "*"]);
    for name in names.split("\r\n").filter(|part| part.starts_with("nexa:")) {
        let left: i64 = server.say(&["PTTL", name]).trim_start_matches(':').trim().parse().unwrap();
        assert!((1..=600_000).contains(&left), "{name}: {left}");
    }
    let (key, deadline) = (Secret::new([8; 32]), std::time::Duration::from_secs(5));
    let other = Process::run(Valkey::with_deadline(&server.address(), &key, deadline).unwrap());
    other.valkey.check().await.unwrap();
    other.becomes(true).await;
    assert_eq!(other.valkey.take(SLOW, "192.0.2.1").await, Ok(Taken::Granted { left: 19 }));
    assert_eq!(other.valkey.find("name").await, Ok(None));
}

#[test]
fn addresses_of_another_form_are_refused() {
    for wrong in
        ["", "127.0.0.1:6379", "http://127.0.0.1", "redis+unix:///tmp/x", "redis://", "redis://h:99999"]
    {
        assert!(Valkey::new(wrong, &Secret::new([7; 32])).is_err(), "{wrong}");
    }
    for right in
        ["redis://127.0.0.1", "rediss://user:password@valkey.example.org:6380/2", "redis://[::1]:6379"]
    {
        assert!(Valkey::new(right, &Secret::new([7; 32])).is_ok(), "{right}");
    }
}
