//! Three instances behind a proxy on one database with a standby: each part dies in turn while customers buy, the
//! database is failed over, and an instance sleeps past its leases. Nothing may be lost or doubled.

mod part;
mod postgres;
mod proxy;

use super::{
    customer::{Customer, Dice, Street},
    kill::{checked, number, settle},
};
use crate::{
    live::require::{asked, found, tell},
    process::{GIB, Sale, Shop, free_port},
};
use nexa_hiddify::testing::{FakeHiddify, Release};
use nexa_payments::testing::{EsploraServer, MemoryChain};
use part::{Part, program};
use postgres::Pair;
use proxy::Proxy;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

/// Customers at the same time.
const CUSTOMERS: usize = 10;
/// Orders, if nobody says how many.
const ORDERS: usize = 300;
/// Seconds that a job is held.
const LEASE: u64 = 15;
/// Whoever sells nothing for so long, besides a second for each order, sells nothing any more.
const MOST: Duration = Duration::from_mins(15);
/// How long an instance sleeps: longer than its leases; by command as long as a machine that is moved elsewhere.
const NAP: Duration = Duration::from_secs(LEASE + 5);
const LONG_NAP: Duration = Duration::from_secs(90);
/// A key that all instances have.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The programs that are not ours.
struct Programs {
    haproxy: PathBuf,
    redis: PathBuf,
    postgres: PathBuf,
}

impl Programs {
    fn find(test: &str) -> Option<Self> {
        let mut homes: Vec<String> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin").display().to_string())
            .collect();
        homes.sort_by(|a, b| b.cmp(a));
        let homes: Vec<&str> = homes.iter().map(String::as_str).collect();
        let basebackup = program("pg_basebackup", &homes)
            .map_err(|missing| crate::live::require::Missing::new("postgres", missing.why));
        let redis = program("redis-server", &[])
            .map_err(|missing| crate::live::require::Missing::new("redis", missing.why));
        Some(Self {
            haproxy: found(test, program("haproxy", &["/usr/sbin"]))?,
            redis: found(test, redis)?,
            postgres: found(test, basebackup)?.parent().unwrap().to_owned(),
        })
    }
}

/// Everything that runs.
struct Fleet {
    instances: [Shop; 3],
    proxy: Proxy,
    redis: Part,
    pair: Pair,
    _folder: TempDir,
}

impl Fleet {
    async fn start(programs: &Programs) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pair = Pair::start(&programs.postgres);
        let redis_port = free_port();
        let redis = redis(&programs.redis, folder.path(), redis_port);
        let ports = [free_port(), free_port(), free_port()];
        let addresses = ports.map(|port| format!("127.0.0.1:{port}"));
        let proxy = Proxy::start(&programs.haproxy, folder.path(), &addresses, pair.ports);
        pair.is_reached_through(proxy.books);
        let valkey = format!("redis://127.0.0.1:{redis_port}");
        let mut instances =
            [("true", ports[0]), ("true", ports[1]), ("false", ports[2])].map(|(worker, port)| {
                let settings = [
                    ("database", proxy.database.as_str()),
                    ("valkey", valkey.as_str()),
                    ("master_key", KEY),
                    ("worker", worker),
                    ("lease_seconds", "15"),
                    ("drain_seconds", "1"),
                ];
                Shop::new(&settings).on(port).behind(&proxy.url)
            });
        for instance in &mut instances {
            instance.start().await;
        }
        let fleet = Self { instances, proxy, redis, pair, _folder: folder };
        fleet.healthy().await;
        fleet
    }

    /// Waits until the proxy lets customers through; gives how long that took.
    async fn healthy(&self) -> Duration {
        let began = Instant::now();
        let health = format!("{}/healthz", self.proxy.url);
        let http = crate::process::http();
        while !http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(began.elapsed() < Duration::from_mins(1), "the fleet does not come back");
            sleep(Duration::from_millis(20)).await;
        }
        began.elapsed()
    }

    /// What happens in one turn.
    async fn suffer(&mut self, what: Blow, nap: Duration) {
        match what {
            Blow::Instance(number) => {
                self.instances[number].kill();
                self.instances[number].start().await;
            }
            Blow::Nap(number) => {
                self.instances[number].signal("STOP");
                sleep(nap).await;
                self.instances[number].signal("CONT");
            }
            Blow::Proxy => tokio::task::block_in_place(|| {
                self.proxy.part.end("KILL");
                self.proxy.part.start_again();
            }),
            Blow::Redis => tokio::task::block_in_place(|| {
                self.redis.end("KILL");
                self.redis.start_again();
            }),
            Blow::Standby => tokio::task::block_in_place(|| self.pair.kill_standby()),
            Blow::Primary => {
                let began = Instant::now();
                tokio::task::block_in_place(|| self.pair.fail_over());
                self.healthy().await;
                tell(&format!("fleet drill: failed over in {} ms\n", began.elapsed().as_millis()));
            }
        }
    }
}

/// What can happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Blow {
    Instance(usize),
    Nap(usize),
    Proxy,
    Redis,
    Standby,
    Primary,
}

/// Everything once; afterwards what can happen again does.
const BLOWS: [Blow; 8] = [
    Blow::Instance(0),
    Blow::Standby,
    Blow::Instance(2),
    Blow::Nap(1),
    Blow::Proxy,
    Blow::Primary,
    Blow::Redis,
    Blow::Instance(1),
];

fn redis(program: &Path, folder: &Path, port: u16) -> Part {
    let (program, folder) = (program.to_owned(), folder.to_owned());
    Part::start("redis", port, move || {
        let mut command = Command::new(&program);
        command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--dir"]);
        command.arg(&folder);
        command
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_when_every_part_of_a_fleet_dies_in_turn() {
    let test = "nothing_is_lost_or_doubled_when_every_part_of_a_fleet_dies_in_turn";
    if !asked("haproxy") {
        tell(&format!("SKIPPED: {test}: NEXA_LIVE=haproxy asks for it\n"));
        return;
    }
    let Some(programs) = Programs::find(test) else { return };
    let wanted = number("NEXA_FLEET_ORDERS", ORDERS);
    let seed = u64::try_from(number("NEXA_SEED", 20_261_128)).unwrap();
    let nap = if wanted > ORDERS { LONG_NAP } else { NAP };
    let most = MOST + Duration::from_secs(u64::try_from(wanted).unwrap());
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let chain = MemoryChain::new();
    let esplora = EsploraServer::start(chain.clone()).await.unwrap();
    let mut fleet = Fleet::start(&programs).await;
    let first = &fleet.instances[0];
    let sale = Sale::open(first, panel.config(), &esplora.base_url(), 50 * GIB).await;
    let secret = json!({ "secret": "a-play-money-secret-of-the-drill" });
    let sandbox = sale.add_gateway("sandbox", secret).await.gateway_id;
    let (closed, made) = (AtomicBool::new(false), AtomicUsize::new(0));
    let street = Arc::new(Street { sale, sandbox, chain, closed, made });
    let mut people = JoinSet::new();
    for name in 0..CUSTOMERS {
        let caller = first.guest().sign_up().await;
        people.spawn(Customer::new(&street, caller, name, seed).live());
    }

    let began = Instant::now();
    let mut dice = Dice(seed);
    let mut blows = 0;
    let enough = || street.made.load(Ordering::Relaxed) >= wanted;
    for blow in BLOWS.iter().chain(BLOWS.iter().filter(|blow| **blow != Blow::Primary).cycle()) {
        if blows >= BLOWS.len() && enough() {
            break;
        }
        // The old primary is gone, and with it the standby.
        if blows >= BLOWS.len() && *blow == Blow::Standby {
            continue;
        }
        assert!(began.elapsed() < most, "{} of {wanted} orders", street.made.load(Ordering::Relaxed));
        sleep(Duration::from_millis(1_000 + dice.below(2_000))).await;
        fleet.suffer(*blow, nap).await;
        blows += 1;
    }
    let chaos = began.elapsed();
    fleet.healthy().await;
    street.close();
    let truths = people.join_all().await;
    settle(&fleet.instances[0], &street.sale, &panel, &truths).await;
    let quiet = began.elapsed().saturating_sub(chaos);
    let sum = checked(&street, &panel, &truths).await;
    let off =
        "SELECT COUNT(*) FROM (SELECT currency FROM entries GROUP BY currency HAVING SUM(minor) <> 0) AS off";
    let off = fleet.pair.tell(off);
    tell(&format!(
        "fleet drill: {blows} blows in {} s and {} s of quiet; {} orders ({} fulfilled, {} unpaid): {} lost, {} doubled; \
         {off} currencies whose entries do not sum to zero\n",
        chaos.as_secs(),
        quiet.as_secs(),
        sum.orders,
        sum.fulfilled,
        sum.unpaid,
        sum.lost,
        sum.doubled,
    ));
    assert_eq!((sum.lost, sum.doubled, sum.wrong.as_slice()), (0, 0, &[][..]), "{sum:#?}");
    assert_eq!(off, "0");
    assert!(sum.fulfilled > wanted / 4, "too little happened to prove anything: {sum:?}");
    for instance in &mut fleet.instances {
        assert_eq!(instance.terminate().await.0.code(), Some(0), "{}", instance.output().tail());
    }
}
