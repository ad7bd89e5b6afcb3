//! What goes wrong outside: processes die, panels go down, clocks jump. And how often, which each seed draws anew, with
//! some kinds of trouble switched off altogether, so that one kind cannot hide another.

use super::{
    dice::Dice,
    env::{Mode, Rates},
    panel::NAMES,
    run::{Outside, PROCESSES},
    trouble::Trouble,
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// The rates of a seed.
pub fn rates(dice: &Dice, mode: Mode) -> Rates {
    if mode == Mode::Clean {
        return Rates::default();
    }
    let rate = |most: u64| if dice.hit(250) { 0 } else { dice.between(1, most) };
    let chaos = mode == Mode::Chaos;
    Rates {
        storage: rate(25),
        panel: rate(150),
        gateway: rate(150),
        slow: rate(200),
        zombie: match mode {
            Mode::Chaos => rate(60),
            Mode::Late => dice.between(100, 300),
            Mode::Calm | Mode::Clean => 0,
        },
        kill: rate(80),
        down: rate(25),
        jump: if chaos { rate(15) } else { 0 },
    }
}

/// Makes the weather of one busy time.
pub fn blow(outside: &Outside, until: Timestamp) {
    let outside = outside.clone();
    let env = Arc::clone(&outside.env);
    env.clone().beside(async move {
        while env.now() < until {
            env.sleep_secs(60, 60).await;
            if env.fault(env.rates.kill, Trouble::Strike) {
                strike(&outside).await;
            }
            if env.fault(env.rates.down, Trouble::PanelDown) {
                let name = env.dice.pick(&NAMES).copied().unwrap_or_default();
                let panel = outside.panels.panel(name);
                panel.set_down(true);
                let env = Arc::clone(&env);
                env.clone().beside(async move {
                    env.sleep_secs(60, 7200).await;
                    panel.set_down(false);
                });
            }
            if env.fault(env.rates.jump, Trouble::ClockJump) {
                let minutes = i64::try_from(env.dice.between(1, 60)).unwrap_or(1);
                let step = SignedDuration::from_mins(minutes);
                env.clock.advance(if env.dice.hit(400) { -step } else { step });
            }
            if env.mode != Mode::Clean && env.dice.hit(100) && env.alive().len() < PROCESSES.len() {
                second(&outside).await;
            }
        }
    });
}

/// Kills one process, or all, at some poll of its own; a new one follows.
async fn strike(outside: &Outside) {
    let env = &outside.env;
    let all = env.dice.hit(300);
    let living: Vec<_> = env.alive().keys().copied().collect();
    let Some(victim) = env.dice.pick(&living).copied() else { return };
    env.spawner.light_fuse(victim, env.dice.between(0, 400));
    for _ in 0..60 {
        if !env.alive().contains_key(&victim) {
            break;
        }
        env.sleep_secs(1, 1).await;
    }
    for process in living {
        if process == victim || all {
            env.spawner.kill(process);
        }
    }
    env.sleep_secs(1, 90).await;
    start(outside, victim).await;
}

/// Starts a process and waits until it is up. Only one starts at a time: the first one frees what dead ones held.
async fn start(outside: &Outside, process: u32) {
    let env = &outside.env;
    if env.alive().contains_key(&process) {
        return;
    }
    let alone = env.alive().is_empty();
    outside.boot(process, alone);
    while !env.alive().contains_key(&process) {
        env.sleep_secs(1, 1).await;
    }
}

async fn second(outside: &Outside) {
    for process in PROCESSES {
        start(outside, process).await;
    }
}
