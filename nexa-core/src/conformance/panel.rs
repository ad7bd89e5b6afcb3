//! What every panel adapter must do: one case per sentence of [`Panel`]'s "Behaviour".
//!
//! Bring a [`Fixture`], then either write `nexa_core::panel_suite!(block_on, fixture)` to get one test per sentence, or
//! call [`run_all`] where one panel serves all cases in turn. The suite takes every identity off the panel: never point
//! it at a panel with customers.
#![expect(clippy::panic, clippy::missing_panics_doc, reason = "a failed case panics, as tests do")]

mod counters;
mod outside;

pub use counters::{
    apply_brings_a_counter_back, apply_never_lowers_a_counter, apply_never_resets_the_counter,
    counters_are_absolute, tells_when_it_ends,
};
pub use outside::{
    document_gives_links, health_tells_why, no_secret_in_texts, notes_tell_of_what_is_there,
    silence_is_ambiguous,
};

use crate::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
        link::Format,
        measure::Traffic,
        time::{after, days},
    },
    ports::{outcome::Outcome, panel::Panel},
    world::{OsEntropy, SystemClock, World},
};
use async_trait::async_trait;
use std::{fmt::Debug, sync::Arc};

const MIB: u64 = 1 << 20;

/// A panel under test and the power over it. What a fixture cannot do, it leaves at its default, and the suite checks
/// that much less.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The adapter, connected to a panel that works.
    fn panel(&self) -> Arc<dyn Panel>;
    /// The adapter with a wrong key to the same panel.
    fn wrong_key(&self) -> Option<Arc<dyn Panel>> {
        None
    }
    /// The adapter with an address where nothing listens.
    fn dead(&self) -> Option<Arc<dyn Panel>> {
        None
    }
    /// The adapter, with a short deadline, connected to the panel that [`Fixture::freeze`] freezes.
    fn impatient(&self) -> Option<Arc<dyn Panel>> {
        None
    }
    /// Makes the panel take calls without answering.
    async fn freeze(&self) {}
    /// Ends [`Fixture::freeze`].
    async fn thaw(&self) {}
    /// Makes the panel count `bytes` for the identity; whether it could.
    async fn consume(&self, _panel_id: PanelId, _bytes: u64) -> bool {
        false
    }
    /// Whether the identity could really connect now, if the fixture can tell.
    async fn connects(&self, _panel_id: PanelId) -> Option<bool> {
        None
    }
    /// How often the panel was told to change the identity, if the fixture can tell.
    async fn writes(&self, _panel_id: PanelId) -> Option<u64> {
        None
    }
    /// What the identity's share links show of it: the identity itself, unless the panel makes its credential of it.
    fn credential(&self, panel_id: PanelId) -> String {
        panel_id.expose()
    }
    /// Texts that no outcome may contain.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Expands to one `#[test]` per sentence. `$block_on` runs a future to its end; `$fixture` is an expression that makes a
/// fresh [`Fixture`] in an async block.
#[macro_export]
macro_rules! panel_suite {
    ($block_on:path, $fixture:expr) => {
        $crate::panel_suite!(@list @tests $block_on, $fixture;);
    };
    (@list $($then:tt)*) => {
        $crate::panel_suite! { $($then)*
            apply_makes_the_panel_hold_the_grant apply_again_changes_nothing apply_never_resets_the_counter
            apply_brings_a_counter_back apply_never_lowers_a_counter disabled_stops_and_stays enabled_lets_connect_again apply_answers_with_the_grant
            rejected_leaves_nothing_behind holds_tells_differences unknown_is_not_found list_gives_each_once
            counters_are_absolute tells_when_it_ends notes_tell_of_what_is_there remove_takes_off document_gives_links health_tells_why silence_is_ambiguous
            no_secret_in_texts }
    };
    (@tests $block_on:path, $fixture:expr; $($case:ident)+) => {
        $(#[test]
        fn $case() {
            $block_on(async { $crate::conformance::panel::$case(&$fixture).await });
        })+
    };
    (@run $fixture:ident; $($case:ident)+) => {{
        $($case($fixture).await;)+
        [$(stringify!($case)),+].len()
    }};
}

/// Every case, one after the other, on one panel; returns how many there were.
pub async fn run_all(of: &dyn Fixture) -> usize {
    crate::panel_suite!(@list @run of;)
}

fn world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

/// A grant for a fresh identity: 30 days from now, 10 GiB.
#[must_use]
pub fn fresh_grant() -> Grant {
    let now = world().now();
    Grant {
        panel_id: PanelId::new(world().uuid_v4()),
        label: world().uuid_v4().to_string(),
        enabled: true,
        starts_at: now,
        ends_at: after(now, days(30)),
        limit: Traffic::gib(10),
        devices: 2,
        extras: Extras::NONE,
        counted: Traffic::ZERO,
    }
}

fn done<T: Debug>(outcome: Outcome<T>, what: &str) -> T {
    match outcome {
        Outcome::Done(value) => value,
        other => panic!("{what}: {other:?}"),
    }
}

#[track_caller]
fn assert_shows(seen: &Seen, grant: &Grant) {
    assert!(seen.panel_id == grant.panel_id, "another identity");
    assert_eq!(seen.enabled, grant.enabled, "enabled");
    assert!(
        seen.limit.as_bytes().abs_diff(grant.limit.as_bytes()) <= 1,
        "{} for {}",
        seen.limit,
        grant.limit
    );
}

async fn assert_held(panel: &dyn Panel, grant: &Grant) {
    assert_shows(&done(panel.find(grant.panel_id).await, "find"), grant);
    assert!(done(panel.holds(grant).await, "holds"), "the panel holds something else");
}

/// "`apply` makes the panel hold exactly the grant, whether or not it held the identity before."
pub async fn apply_makes_the_panel_hold_the_grant(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    assert_held(&*panel, &grant).await;
    let now = grant.starts_at;
    let changes = [
        Grant { limit: Traffic::bytes(15 * 1024 * MIB + 7), ..grant.clone() },
        Grant { ends_at: after(now, days(90)), limit: Traffic::gib(40), ..grant.clone() },
        Grant { starts_at: after(now, -days(40)), ends_at: after(now, days(3)), ..grant.clone() },
        Grant {
            enabled: false,
            starts_at: after(now, -days(40)),
            ends_at: after(now, -days(9)),
            ..grant.clone()
        },
        Grant { limit: Traffic::bytes(1), ..grant },
    ];
    for change in changes {
        done(panel.apply(&change).await, "apply of a change");
        assert_held(&*panel, &change).await;
    }
}

/// "`apply` of the same grant again changes nothing and answers the same."
pub async fn apply_again_changes_nothing(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    let first = done(panel.apply(&grant).await, "apply");
    let writes = of.writes(grant.panel_id).await;
    for _ in 0..3 {
        assert_eq!(done(panel.apply(&grant).await, "apply again"), first);
    }
    assert_eq!(of.writes(grant.panel_id).await, writes, "a repeat reached the panel as a change");
    let list = done(panel.list().await, "list");
    assert_eq!(list.iter().filter(|seen| seen.panel_id == grant.panel_id).count(), 1);
}

/// "`apply` with `enabled` false stops the identity from connecting and keeps it on the panel."
pub async fn disabled_stops_and_stays(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    let stopped = Grant { enabled: false, ..grant };
    done(panel.apply(&stopped).await, "apply disabled");
    assert_held(&*panel, &stopped).await;
    assert_ne!(of.connects(stopped.panel_id).await, Some(true), "still connects");
    let born_stopped = Grant { enabled: false, ..fresh_grant() };
    done(panel.apply(&born_stopped).await, "apply of a disabled newcomer");
    assert_held(&*panel, &born_stopped).await;
    assert_ne!(of.connects(born_stopped.panel_id).await, Some(true), "connects though it was made disabled");
}

/// "`apply` with `enabled` true lets an identity that was stopped connect again."
pub async fn enabled_lets_connect_again(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&Grant { enabled: false, ..grant.clone() }).await, "apply disabled");
    done(panel.apply(&grant).await, "apply enabled");
    assert_held(&*panel, &grant).await;
    assert_ne!(of.connects(grant.panel_id).await, Some(false), "does not connect");
}

/// "`apply` answers `Done` only when the panel's own answer shows the grant."
pub async fn apply_answers_with_the_grant(of: &dyn Fixture) {
    let panel = of.panel();
    for limit in [1, 107_374_183, 15 * 1024 * MIB + 1, 1_000_000_000_001] {
        let grant = Grant { limit: Traffic::bytes(limit), ..fresh_grant() };
        assert_shows(&done(panel.apply(&grant).await, "apply"), &grant);
    }
}

/// "`apply` leaves nothing usable behind when it answers `Rejected` for an identity that it did not hold before."
pub async fn rejected_leaves_nothing_behind(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = Grant { label: "x".repeat(600), ..fresh_grant() };
    match panel.apply(&grant).await {
        Outcome::Rejected(_) => assert_eq!(panel.find(grant.panel_id).await, Outcome::NotFound),
        Outcome::Done(_) => assert_held(&*panel, &grant).await,
        other => panic!("neither taken nor refused: {other:?}"),
    }
}

/// "`holds` answers `Done(true)` after `apply`, `Done(false)` for another limit, end or switch."
pub async fn holds_tells_differences(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    assert!(done(panel.holds(&grant).await, "holds"));
    let others = [
        Grant { limit: Traffic::bytes(10 * 1024 * MIB + MIB), ..grant.clone() },
        Grant { ends_at: after(grant.ends_at, days(2)), ..grant.clone() },
        Grant { ends_at: after(grant.ends_at, -days(2)), ..grant.clone() },
        Grant { enabled: false, ..grant },
    ];
    for other in others {
        assert!(!done(panel.holds(&other).await, "holds another"), "holds everything");
    }
}

/// "`holds` and `find` answer `NotFound` for an identity that the panel does not hold."
pub async fn unknown_is_not_found(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    assert_eq!(panel.holds(&grant).await, Outcome::NotFound);
    assert_eq!(panel.find(grant.panel_id).await, Outcome::NotFound);
    assert_eq!(panel.document(grant.panel_id, Format::Uris).await, Outcome::NotFound);
}

/// "`list` gives every identity once; an empty panel gives an empty list."
pub async fn list_gives_each_once(of: &dyn Fixture) {
    let panel = of.panel();
    for seen in done(panel.list().await, "list") {
        done(panel.remove(seen.panel_id).await, "remove");
    }
    assert_eq!(done(panel.list().await, "list of an empty panel"), Vec::new());
    let mut wanted: Vec<_> = (0..5).map(|_| fresh_grant()).collect();
    for grant in &wanted {
        done(panel.apply(grant).await, "apply");
    }
    let mut listed = done(panel.list().await, "list");
    listed.sort_by_key(|seen| seen.panel_id);
    wanted.sort_by_key(|grant| grant.panel_id);
    assert_eq!(listed.len(), wanted.len());
    for (seen, grant) in listed.iter().zip(&wanted) {
        assert_shows(seen, grant);
    }
}

/// "`remove` takes the identity off; a second `remove` answers `NotFound`."
pub async fn remove_takes_off(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    assert_eq!(panel.remove(grant.panel_id).await, Outcome::NotFound);
    done(panel.apply(&grant).await, "apply");
    done(panel.remove(grant.panel_id).await, "remove");
    assert_eq!(panel.find(grant.panel_id).await, Outcome::NotFound);
    assert_eq!(panel.remove(grant.panel_id).await, Outcome::NotFound);
    assert!(done(panel.list().await, "list").iter().all(|seen| seen.panel_id != grant.panel_id));
    assert_ne!(of.connects(grant.panel_id).await, Some(true), "removed, and still connects");
}
