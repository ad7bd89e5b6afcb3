//! What operators did, and what they decide on.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        chain::{AuditFilter, ChainEnd, Place, Walk, Written, append},
        deed::{Deed, DeedRecord},
        receipt::{Decision, Receipt, Rejection},
        user::User,
    },
    error::Failure,
    ids::Id as _,
    ports::storage::{Inserted, Tx},
    secret::digest,
};

cases![
    deeds_stand_in_a_chain_by_shop,
    deeds_are_found_by_who_did_what_to_what,
    actions_come_back_as_they_were_and_newest_first,
    an_operator_s_key_is_used_once,
    actions_of_one_shop_are_not_those_of_another,
    receipts_are_compared_and_counted,
];

fn action(bench: &Bench, operator: &User, key: Option<&str>) -> DeedRecord {
    let at = bench.later();
    let deed = Deed::Blocked { user: bench.world.id() };
    let (reason, key) = ("a reason".into(), key.map(str::to_owned));
    DeedRecord {
        id: bench.world.id(),
        shop_id: operator.shop_id,
        operator: operator.id,
        deed,
        reason,
        key,
        at,
    }
}

/// Appends an action to its shop's chain; the hash is none that anybody checks.
async fn noted(tx: &mut dyn Tx, action: &DeedRecord) -> Result<Inserted, Failure> {
    let end = tx.lock_chain(action.shop_id).await?;
    let place = append(&end, &Written::of(action)?, digest);
    tx.insert_action(action, &place, &place.digest).await
}

async fn deeds_stand_in_a_chain_by_shop(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (other, they) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.lock_chain(shop.id).await.unwrap(), ChainEnd::start());
    for _ in 0..3 {
        assert_eq!(noted(tx.as_mut(), &action(&bench, &user, None)).await.unwrap(), Inserted::New);
    }
    let kept = action(&bench, &user, Some("key"));
    assert_eq!(noted(tx.as_mut(), &kept).await.unwrap(), Inserted::New);
    let end = tx.lock_chain(shop.id).await.unwrap();
    assert_eq!((end.number, &end.seal), (4, &end.digest), "as it was given");
    assert_eq!(noted(tx.as_mut(), &action(&bench, &user, Some("key"))).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.chain_end(shop.id).await.unwrap(), end, "what was not written takes no place");
    assert_eq!(noted(tx.as_mut(), &action(&bench, &they, None)).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let all = read.chain(shop.id, 0, 9).await.unwrap();
    assert_eq!(all.iter().map(|of| of.place.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(all[3].written, Written::of(&kept).unwrap(), "letter by letter");
    assert_eq!(read.chain(shop.id, 2, 1).await.unwrap(), &all[2..3]);
    let mut walk = Walk::new(shop.id);
    assert!(walk.along(&all, digest));
    assert_eq!(walk.done(&read.chain_end(shop.id).await.unwrap()).broken_at, None);
    assert_eq!(read.chain_end(other.id).await.unwrap().number, 1);
    assert_eq!(read.chain_end(bench.world.id()).await.unwrap(), ChainEnd::start());
    drop(read);
    let mut tx = bench.tx().await;
    let elsewhere = Place { number: 9, previous: end.digest.clone(), digest: end.digest.clone() };
    let next = action(&bench, &user, None);
    assert!(tx.insert_action(&next, &elsewhere, &end.seal).await.is_err(), "not the next place");
}

async fn deeds_are_found_by_who_did_what_to_what(bench: Bench) {
    let (shop, one) = bench.open_shop().await;
    let two = bench.user(shop.id);
    let (blocked, begun) = (action(&bench, &one, None), action(&bench, &two, None));
    let begun = DeedRecord { deed: Deed::MaintenanceBegun, ..begun };
    let mut tx = bench.tx().await;
    tx.save_user(&two).await.unwrap();
    for action in [&blocked, &begun] {
        assert_eq!(noted(tx.as_mut(), action).await.unwrap(), Inserted::New);
    }
    let none = AuditFilter::default();
    let both = [(2, begun.clone()), (1, blocked.clone())];
    assert_eq!(tx.audit(shop.id, &none, None, 9).await.unwrap(), both);
    assert_eq!(tx.audit(shop.id, &none, None, 1).await.unwrap(), both[..1]);
    assert_eq!(tx.audit(shop.id, &none, Some(2), 9).await.unwrap(), both[1..]);
    let by = AuditFilter { by: Some(two.id), ..none.clone() };
    assert_eq!(tx.audit(shop.id, &by, None, 9).await.unwrap(), both[..1]);
    let named = AuditFilter { deed: Some("blocked".into()), ..none.clone() };
    assert_eq!(tx.audit(shop.id, &named, None, 9).await.unwrap(), both[1..]);
    let user = match blocked.deed {
        Deed::Blocked { user } => Some(user.uuid()),
        _ => None,
    };
    let about = AuditFilter { about: user, ..none.clone() };
    assert_eq!(tx.audit(shop.id, &about, None, 9).await.unwrap(), both[1..]);
    let nothing = AuditFilter { about: Some(one.id.uuid()), ..none.clone() };
    assert_eq!(tx.audit(shop.id, &nothing, None, 9).await.unwrap(), []);
    assert_eq!(tx.audit(bench.world.id(), &none, None, 9).await.unwrap(), []);
}

async fn actions_come_back_as_they_were_and_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (one, two) = (action(&bench, &user, Some("key")), action(&bench, &user, None));
    let mut tx = bench.tx().await;
    for action in [&two, &one] {
        assert_eq!(noted(tx.as_mut(), action).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.actions(shop.id, first()).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(read.actions(shop.id, page(NONE, 1)).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(read.actions(shop.id, page(Some(two.id), 1)).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(read.action_by_key(shop.id, user.id, "key").await.unwrap(), Some(one));
    assert_eq!(read.action_by_key(shop.id, user.id, "other").await.unwrap(), None);
}

async fn an_operator_s_key_is_used_once(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    assert_eq!(noted(tx.as_mut(), &action(&bench, &user, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(noted(tx.as_mut(), &action(&bench, &user, Some("key"))).await.unwrap(), Inserted::Taken);
    assert_eq!(noted(tx.as_mut(), &action(&bench, &other, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.actions(shop.id, first()).await.unwrap().len(), 2);
    let nobody = DeedRecord { operator: bench.world.id(), ..action(&bench, &user, None) };
    assert!(noted(tx.as_mut(), &nobody).await.is_err(), "somebody did it");
}

async fn actions_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, me) = bench.open_shop().await;
    let (_, they) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(noted(tx.as_mut(), &action(&bench, &they, Some("key"))).await.unwrap(), Inserted::New);
    assert_eq!(tx.actions(mine.id, first()).await.unwrap(), []);
    assert_eq!(tx.action_by_key(mine.id, they.id, "key").await.unwrap(), None);
    let moved = DeedRecord { operator: they.id, ..action(&bench, &me, None) };
    assert!(noted(tx.as_mut(), &moved).await.is_err(), "an operator of the shop did it");
}

async fn receipts_are_compared_and_counted(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let (shop, user, payment) = (stall.shop.id, stall.user.id, &stall.payment);
    let decided = |decision| Receipt { decision, ..bench.receipt(payment) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.decided_receipts(shop, user).await.unwrap(), (0, 0));
    let (yes, no) = (decided(Decision::Accepted), decided(Decision::Rejected(Rejection::Forged)));
    for receipt in [&yes, &no, &decided(Decision::Rejected(Rejection::TimedOut)), &decided(Decision::Waiting)]
    {
        tx.insert_receipt(receipt).await.unwrap();
    }
    assert_eq!(tx.decided_receipts(shop, user).await.unwrap(), (1, 2));
    assert_eq!(tx.decided_receipts(other.shop.id, user).await.unwrap(), (0, 0));
    assert_eq!(tx.likenesses(shop, payment.id, 9).await.unwrap(), [], "of other payments");
    let somebody = bench.world.id();
    assert_eq!(tx.likenesses(shop, somebody, 9).await.unwrap(), vec![yes.likeness.clone(); 4]);
    assert_eq!(tx.likenesses(shop, somebody, 3).await.unwrap().len(), 3);
    assert_eq!(tx.likenesses(other.shop.id, somebody, 9).await.unwrap(), []);
}
