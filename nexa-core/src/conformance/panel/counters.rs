//! Cases about what was used, and until when it can be.

use super::{Fixture, MIB, done, fresh_grant};
use crate::domain::{
    grant::{Grant, SeenEnd},
    measure::Traffic,
    time::{after, days},
};

/// "`apply` never changes what was used: neither a repeat nor a renewal resets the counter."
pub async fn apply_never_resets_the_counter(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    if !of.consume(grant.panel_id, 3 * MIB).await {
        return;
    }
    let renewal = Grant { limit: Traffic::gib(20), ends_at: after(grant.ends_at, days(30)), ..grant.clone() };
    let pause = Grant { enabled: false, ..renewal.clone() };
    for step in [&grant, &renewal, &pause, &renewal] {
        done(panel.apply(step).await, "apply");
        assert_eq!(done(panel.find(grant.panel_id).await, "find").counter, Traffic::bytes(3 * MIB));
    }
}

/// "`apply` on an exclusive panel brings a counter that is lower up to what the grant says was counted."
pub async fn apply_brings_a_counter_back(of: &dyn Fixture) {
    let panel = of.panel();
    if !panel.profile().exclusive {
        return;
    }
    let lost = Grant { counted: Traffic::bytes(7 * MIB), ..fresh_grant() };
    let kept = fresh_grant();
    done(panel.apply(&kept).await, "apply");
    let behind = Grant { counted: Traffic::bytes(9 * MIB), ..kept };
    for grant in [lost, behind] {
        let seen = done(panel.apply(&grant).await, "apply");
        assert_eq!(seen.counter, grant.counted, "the answer shows what was counted");
        assert_eq!(done(panel.apply(&grant).await, "apply again"), seen);
        assert_eq!(done(panel.find(grant.panel_id).await, "find").counter, grant.counted);
        if of.consume(grant.panel_id, MIB).await {
            let counter = done(panel.find(grant.panel_id).await, "find").counter;
            assert_eq!(counter, grant.counted.plus(Traffic::bytes(MIB)), "it does not go on from there");
        }
    }
}

/// "`apply` never lowers a counter, however little the grant says was counted."
pub async fn apply_never_lowers_a_counter(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    if !of.consume(grant.panel_id, 3 * MIB).await {
        return;
    }
    for counted in [0, MIB, 3 * MIB] {
        let behind = Grant { counted: Traffic::bytes(counted), ..grant.clone() };
        done(panel.apply(&behind).await, "apply");
        assert_eq!(done(panel.find(grant.panel_id).await, "find").counter, Traffic::bytes(3 * MIB));
    }
}

/// "`list` and `find` give counters as absolute numbers since the identity was made."
pub async fn counters_are_absolute(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    assert_eq!(done(panel.find(grant.panel_id).await, "find").counter, Traffic::ZERO);
    for step in 1..=2 {
        if !of.consume(grant.panel_id, 5 * MIB).await {
            return;
        }
        let found = done(panel.find(grant.panel_id).await, "find");
        assert_eq!(found.counter, Traffic::bytes(step * 5 * MIB));
        assert!(done(panel.list().await, "list").contains(&found), "list and find differ");
    }
}

/// "`list` and `find` tell when the time of an identity is over: never before the end of its grant, at most three days
/// later."
pub async fn tells_when_it_ends(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    let changed = Grant { ends_at: after(grant.ends_at, days(60)), ..grant.clone() };
    for grant in [grant, changed] {
        done(panel.apply(&grant).await, "apply");
        let mut listed = done(panel.list().await, "list");
        listed.retain(|seen| seen.panel_id == grant.panel_id);
        listed.push(done(panel.find(grant.panel_id).await, "find"));
        for seen in listed {
            let SeenEnd::At(end) = seen.ends else { panic!("its time has begun") };
            assert!(
                grant.ends_at <= end && end <= after(grant.ends_at, days(3)),
                "{end} for {}",
                grant.ends_at
            );
            assert_eq!(seen.resets_every, None, "it counts on");
        }
    }
}
