//! One seed from the first start of a shop to the last check.

use super::{
    checker, customer,
    dice::Dice,
    env::{Env, Mode, Tally},
    executor::{Executor, Process},
    gateway::SimGatewayKind,
    mutant::Mutant,
    operator,
    panel::{NAMES, SimPanelKind, misbehave},
    shop::{self, Shop},
    storage::SimStorage,
    traffic, weather,
};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    Nexa,
    domain::time::after,
    ports::gateway::GatewayKind,
    secret::Keys,
    sim,
    sim::{gateway::FakeKind, panel_kind::FakePanelKind},
};
use nexa_payments::card::CardKind;
use std::sync::Arc;

/// The engine's processes.
pub const PROCESSES: [Process; 2] = [1, 2];

/// What a run came to.
pub struct Report {
    pub seed: u64,
    pub mode: Mode,
    pub tally: Tally,
    pub repairs: u64,
    pub fingerprint: u64,
    pub violations: Vec<String>,
}

/// Everything that outlives the engine's processes.
#[derive(Clone)]
pub struct Outside {
    pub env: Arc<Env>,
    pub panels: Arc<FakePanelKind>,
    pub bank: FakeKind,
}

impl Outside {
    /// A fresh engine over the same storage, as after a restart.
    pub fn engine(&self) -> Nexa {
        let env = || Arc::clone(&self.env);
        let fake: Arc<dyn GatewayKind> = Arc::new(SimGatewayKind { env: env(), kind: self.bank.clone() });
        let card: Arc<dyn GatewayKind> = Arc::new(SimGatewayKind { env: env(), kind: CardKind });
        Nexa::builder(Arc::new(SimStorage { env: env() }), Keys::new([7; 32]))
            .world(self.env.world.clone())
            .panel_kind(Arc::new(SimPanelKind::new(env(), Arc::clone(&self.panels))))
            .gateway_kind(fake)
            .gateway_kind(card)
            .build()
    }

    /// Starts a process; `alone` when no other one uses the storage.
    pub fn boot(&self, process: Process, alone: bool) {
        let nexa = self.engine();
        self.env.spawner.spawn(process, {
            let (env, nexa) = (Arc::clone(&self.env), nexa.clone());
            async move {
                let worker = nexa.worker();
                while alone && worker.prepare().await.is_err() {
                    env.sleep_secs(1, 2).await;
                }
                env.born(process, nexa);
                worker.run(std::future::pending()).await;
            }
        });
    }
}

/// Runs one seed.
pub fn run(seed: u64, mode: Mode, mutant: Option<Mutant>) -> Report {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let (world, clock) = sim::world(seed, start);
    let alive = Arc::new(std::sync::Mutex::new(None::<Arc<Env>>));
    let bury = Arc::clone(&alive);
    let mut executor = Executor::new(Arc::clone(&clock), Dice::new(seed, 1), move |process| {
        if let Some(env) = bury.lock().unwrap().as_ref()
            && env.alive().remove(&process).is_some()
        {
            env.tally().kills += 1;
        }
    });
    let dice = Dice::new(seed, 2);
    let rates = weather::rates(&dice, mode);
    let env = Arc::new(Env::new(mode, mutant, (world, clock), dice, executor.spawner(), rates));
    *alive.lock().unwrap() = Some(Arc::clone(&env));
    let outside = Outside {
        env: Arc::clone(&env),
        panels: Arc::new(FakePanelKind::default()),
        bank: FakeKind::default(),
    };
    let shop = Arc::new(env.still(shop::open(&outside)));
    for name in NAMES {
        misbehave(&env, &outside.panels.panel(name));
    }
    outside.boot(PROCESSES[0], true);
    let rounds = if env.dice.hit(300) { 3 } else { 2 };
    for round in 0..rounds {
        if !env.violations().is_empty() {
            break;
        }
        one_day(&mut executor, &outside, &shop, round);
    }
    *alive.lock().unwrap() = None;
    let (tally, repairs) = (env.tally().clone(), env.repairs());
    if mode == Mode::Clean && repairs > 0 {
        env.violation(format!("{repairs} repairs in a run without faults"));
    }
    env.spawner.note(&format!("{tally:?} {repairs} {} {:?}", executor.polls, env.violations()));
    let fingerprint = env.spawner.fingerprint();
    Report { seed, mode, tally, repairs, fingerprint, violations: env.violations() }
}

fn one_day(executor: &mut Executor, outside: &Outside, shop: &Arc<Shop>, round: u32) {
    let env = &outside.env;
    let hour = |hours| SignedDuration::from_hours(hours);
    env.set_faulty(env.mode != Mode::Clean);
    let busy_until = after(env.now(), hour(2));
    let quiet_from = after(env.now(), SignedDuration::from_mins(230));
    customer::crowd(outside, shop, round);
    operator::work(outside, shop, quiet_from);
    traffic::flow(outside, shop, quiet_from);
    weather::blow(outside, busy_until);
    executor.run(busy_until, || false);
    // The storm is over; late money is still to come.
    env.set_faulty(false);
    for name in NAMES {
        outside.panels.panel(name).set_down(false);
    }
    executor.run(quiet_from, || false);
    executor.run(after(env.now(), SignedDuration::from_mins(100)), || false);
    if env.mode == Mode::Chaos {
        // Long enough for every server to be compared once.
        executor.outage(&PROCESSES, hour(7));
        outside.boot(PROCESSES[0], true);
        executor.run(after(env.now(), SignedDuration::from_mins(45)), || false);
    }
    env.still(checker::check(outside, shop));
    executor.outage(&PROCESSES, hour(18));
    outside.boot(PROCESSES[0], true);
    executor.run(after(env.now(), SignedDuration::from_mins(5)), || false);
}
