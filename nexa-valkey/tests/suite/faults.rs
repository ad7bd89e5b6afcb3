//! What happens to servers: they are killed, hang, forget, fill up, want another password, become slow.

use super::{IN_TIME, Process};
use nexa_core::ports::{
    limiter::{Away, Limiter},
    stash::Stash,
};
use nexa_valkey::testing::{Server, Way};
use std::time::Duration;
use tokio::time::Instant;

const A_WHILE: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_killed_server_keeps_nobody_waiting_and_is_found_again() {
    let Some(mut server) = Server::start("a_killed_server", &[]).await else { return };
    let process = Process::up(&server.address()).await;
    server.kill();
    let (answers, longest) = process.asked_for(A_WHILE).await;
    assert_eq!(answers, 0);
    assert!(longest < IN_TIME, "{longest:?}");
    server.restart().await;
    process.becomes(true).await;
    // It has lost the rule by which it counts, and learns it again.
    assert!(process.is_granted("one").await);
}

#[tokio::test]
async fn a_hanging_server_is_given_up_and_found_again() {
    let Some(server) = Server::start("a_hanging_server", &[]).await else { return };
    let process = Process::up(&server.address()).await;
    server.pause(true);
    let began = Instant::now();
    // One question is enough: nobody needs to ask again for it to be noticed.
    assert_eq!(process.valkey.find("name").await, Err(Away));
    process.becomes(false).await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    let began = Instant::now();
    for _ in 0..100 {
        assert_eq!(process.valkey.find("name").await, Err(Away));
    }
    assert!(began.elapsed() < A_WHILE, "it is known to be down, so nobody waits: {:?}", began.elapsed());
    server.pause(false);
    process.becomes(true).await;
    assert!(process.is_granted("one").await);
}

#[tokio::test]
async fn many_at_once_wait_for_a_hanging_server_only_once() {
    let Some(server) = Server::start("many_at_once", &[]).await else { return };
    let process = Process::up(&server.address()).await;
    server.pause(true);
    let began = Instant::now();
    let asked = (0..1000).map(|number| {
        let valkey = process.valkey.clone();
        async move { valkey.take(super::SLOW, &number.to_string()).await }
    });
    let answers = futures(asked).await;
    assert!(answers.iter().all(|answer| *answer == Err(Away)));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    server.pause(false);
}

/// All of them at the same time.
async fn futures<T: Send + 'static>(
    all: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut tasks = tokio::task::JoinSet::new();
    for one in all {
        tasks.spawn(one);
    }
    tasks.join_all().await
}

#[tokio::test]
async fn a_server_that_forgets_everything_goes_on() {
    let Some(server) = Server::start("a_server_that_forgets", &[]).await else { return };
    let process = Process::patient(&server.address()).await;
    process.valkey.keep("name", b"value", A_WHILE).await.unwrap();
    assert!(process.is_granted("one").await);
    for command in [["FLUSHALL", "SYNC"], ["SCRIPT", "FLUSH"]] {
        assert!(server.say(&command).starts_with('+'));
        assert!(process.is_granted("one").await, "{command:?}");
        assert_eq!(process.valkey.find("name").await, Ok(None));
    }
    assert!(process.valkey.is_up());
}

#[tokio::test]
async fn a_full_server_is_not_relied_on_until_there_is_room() {
    let Some(server) = Server::start("a_full_server", &[]).await else { return };
    let process = Process::patient(&server.address()).await;
    assert!(server.say(&["CONFIG", "SET", "maxmemory", "1"]).starts_with('+'));
    assert!(!process.is_granted("one").await);
    process.becomes(false).await;
    assert!(process.valkey.check().await.unwrap_err().contains("OOM"));
    assert!(server.say(&["CONFIG", "SET", "maxmemory", "0"]).starts_with('+'));
    process.becomes(true).await;
    // Where old things make room for new ones, it is only forgetful.
    assert!(server.say(&["CONFIG", "SET", "maxmemory", "20mb"]).starts_with('+'));
    assert!(server.say(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]).starts_with('+'));
    let large = vec![7; 100_000];
    for number in 0..300 {
        process.valkey.keep(&number.to_string(), &large, Duration::from_mins(1)).await.unwrap();
    }
    assert!(process.is_granted("two").await && process.valkey.is_up());
}

#[tokio::test]
async fn a_wrong_password_is_told_without_telling_it() {
    let Some(server) = Server::start("a_wrong_password", &["--requirepass", "right-one"]).await else {
        return;
    };
    let at = |password: &str| format!("redis://:{password}@127.0.0.1:{}", server.port());
    let process = Process::at(&at("wrong-one"));
    let why = process.valkey.check().await.unwrap_err();
    assert!(!why.contains("wrong-one") && !why.contains("127.0.0.1"), "{why}");
    let (answers, _) = process.asked_for(Duration::from_millis(300)).await;
    assert_eq!(answers, 0);
    let without = Process::at(&server.address());
    assert!(without.valkey.check().await.unwrap_err().contains("NOAUTH"));
    let process = Process::patient(&at("right-one")).await;
    assert!(process.is_granted("one").await);
}

#[tokio::test]
async fn a_slow_way_is_not_waited_for() {
    let Some(server) = Server::start("a_slow_way", &[]).await else { return };
    let way = Way::to(server.port()).await;
    let process = Process::up(&way.address()).await;
    assert!(process.is_granted("one").await);
    way.delay(300);
    let (_, longest) = process.asked_for(A_WHILE).await;
    assert!(longest < IN_TIME, "{longest:?}");
    assert!(!process.valkey.is_up());
    way.delay(0);
    process.becomes(true).await;
}
