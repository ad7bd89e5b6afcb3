//! What every adapter over HTTP must come through, whatever its panel is called: it hangs, goes away, fails at random.
#![expect(clippy::panic, clippy::missing_panics_doc, reason = "a failed case panics, as tests do")]

use futures::future::join_all;
use nexa_core::{
    conformance::panel::{Fixture, fresh_grant},
    domain::{
        grant::{Grant, PanelId},
        measure::Traffic,
    },
    ports::{outcome::Outcome, panel::Panel},
};
use std::{io, time::Duration};

/// Longer than the time by which a fake panel lands a call that it answered too early.
const LANDED: Duration = Duration::from_millis(700);

/// A fake panel that misbehaves on command, and tells the truth.
pub trait Misbehaving: Fixture {
    /// Lets `per_mille` of all calls meet a fault after which the same words again settle everything; 0 ends it.
    fn set_storm(&self, seed: u64, per_mille: u64);
    /// Lets the next write be done and never answered.
    fn hang_once(&self);
    /// Whether nothing listens at its address.
    fn set_down(&self, down: bool) -> impl Future<Output = io::Result<()>> + Send;
    /// How many users it has.
    fn count(&self) -> usize;
    /// How often a user was made for an identity.
    fn creates_of(&self, panel_id: PanelId) -> u32;
    /// Users that were taken off and made again, which must never happen.
    fn resurrected(&self) -> Vec<String>;
}

/// Expands to one `#[test]` per case. `$block_on` runs a future to its end, in a runtime with time and IO; `$fixture` is
/// an expression that makes a fresh [`Misbehaving`] in an async block.
#[macro_export]
macro_rules! misbehaving_suite {
    ($block_on:path, $fixture:expr) => {
        $crate::misbehaving_suite! { @tests $block_on, $fixture;
            a_panel_that_went_away_is_unreachable_and_comes_back
            a_call_that_hangs_ends_within_the_deadline_and_was_done_once
            a_storm_of_failures_leaves_every_user_once_and_right
            what_was_removed_is_not_made_again_by_any_failure }
    };
    (@tests $block_on:path, $fixture:expr; $($case:ident)+) => {
        $(#[test]
        fn $case() {
            $block_on(async { $crate::testing::misbehaving::$case(&$fixture).await });
        })+
    };
}

/// Applies until done, as the engine does; returns how many tries it took.
pub async fn persist(panel: &dyn Panel, grant: &Grant) -> u32 {
    for tries in 1..=20 {
        match panel.apply(grant).await {
            Outcome::Done(_) => return tries,
            Outcome::Rejected(why) => panic!("refused: {why}"),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("never done");
}

async fn set_down(of: &impl Misbehaving, down: bool) {
    if let Err(error) = of.set_down(down).await {
        panic!("the fake panel cannot be stopped or started: {error}");
    }
}

/// A panel that went away is told as unreachable, and what was wanted meanwhile arrives when it is back.
pub async fn a_panel_that_went_away_is_unreachable_and_comes_back(of: &impl Misbehaving) {
    let (panel, grant) = (of.panel(), fresh_grant());
    persist(&*panel, &grant).await;
    set_down(of, true).await;
    let off = Grant { enabled: false, ..grant };
    let outcome = panel.apply(&off).await;
    assert!(matches!(outcome, Outcome::Unreachable(_) | Outcome::Ambiguous(_)), "{outcome:?}");
    let health = panel.health().await;
    assert!(matches!(health, Outcome::Unreachable(_)), "{health:?}");
    set_down(of, false).await;
    persist(&*panel, &off).await;
    assert_eq!(of.connects(off.panel_id).await, Some(false), "what was wanted meanwhile");
}

/// A call that is never answered ends, and doing it again makes no second user.
pub async fn a_call_that_hangs_ends_within_the_deadline_and_was_done_once(of: &impl Misbehaving) {
    let Some(panel) = of.impatient() else { panic!("the fixture has no adapter with a short deadline") };
    let grant = fresh_grant();
    of.hang_once();
    let tries = persist(&*panel, &grant).await;
    assert!(tries <= 2, "the deadline did not end it: {tries} tries");
    assert_eq!(of.creates_of(grant.panel_id), 1);
    assert_eq!(panel.holds(&grant).await, Outcome::Done(true));
}

/// Many users at a panel that fails a third of its calls end up made once, and as they were wanted last.
pub async fn a_storm_of_failures_leaves_every_user_once_and_right(of: &impl Misbehaving) {
    let panel = of.panel();
    let mut wanted = Vec::new();
    for seed in 1..=2 {
        of.set_storm(seed, 300);
        let grants: Vec<Grant> = (0..30).map(|_| fresh_grant()).collect();
        let work = grants.into_iter().map(async |grant| {
            persist(&*panel, &grant).await;
            let renewed = Grant { limit: Traffic::gib(77), ..grant };
            persist(&*panel, &renewed).await;
            renewed
        });
        wanted.extend(join_all(work).await);
    }
    of.set_storm(1, 0);
    tokio::time::sleep(LANDED).await;
    // Late calls may have landed after newer ones: one more round, as the reconciler does.
    for grant in &wanted {
        persist(&*panel, grant).await;
    }
    assert_eq!(of.count(), wanted.len());
    for grant in &wanted {
        assert_eq!(panel.holds(grant).await, Outcome::Done(true));
        assert_eq!(of.creates_of(grant.panel_id), 1);
    }
}

/// An identity that was taken off for good never comes back.
pub async fn what_was_removed_is_not_made_again_by_any_failure(of: &impl Misbehaving) {
    let panel = of.panel();
    of.set_storm(7, 400);
    for _ in 0..10 {
        let grant = fresh_grant();
        persist(&*panel, &grant).await;
        // Calls that are late must have landed before the identity is given up.
        tokio::time::sleep(LANDED).await;
        while !matches!(panel.remove(grant.panel_id).await, Outcome::Done(()) | Outcome::NotFound) {}
    }
    tokio::time::sleep(LANDED).await;
    assert_eq!(of.resurrected(), Vec::<String>::new());
    assert_eq!(of.count(), 0);
}
