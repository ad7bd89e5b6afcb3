//! The sentences of the port's "Behaviour" block.

use super::{Bench, cases};
use futures::FutureExt as _;

cases![
    what_was_written_is_visible_after_the_commit_and_never_before,
    a_dropped_transaction_leaves_nothing_behind,
    a_commit_that_was_asked_for_finishes_without_its_caller,
    a_transaction_sees_its_own_writes,
    reads_never_wait_for_a_writer,
    what_may_be_old_was_committed_and_is_always_to_be_had,
    a_failed_call_leaves_nothing_to_commit,
    a_failed_transaction_does_not_harm_the_next,
    a_row_can_only_refer_to_rows_that_are_there,
    transactions_run_one_after_the_other,
    a_check_passes_and_times_are_counted,
];

async fn what_was_written_is_visible_after_the_commit_and_never_before(bench: Bench) {
    let shop = bench.shop();
    let mut tx = bench.tx().await;
    tx.save_shop(&shop).await.unwrap();
    assert_eq!(bench.read().await.shop(shop.id).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.shop(shop.id).await.unwrap(), Some(shop));
}

async fn a_dropped_transaction_leaves_nothing_behind(bench: Bench) {
    let shop = bench.shop();
    let mut tx = bench.tx().await;
    tx.save_shop(&shop).await.unwrap();
    drop(tx);
    assert_eq!(bench.tx().await.shop(shop.id).await.unwrap(), None);
    assert_eq!(bench.read().await.shop(shop.id).await.unwrap(), None);
}

async fn a_commit_that_was_asked_for_finishes_without_its_caller(bench: Bench) {
    let shop = bench.shop();
    let mut tx = bench.tx().await;
    tx.save_shop(&shop).await.unwrap();
    drop(tx.commit().now_or_never());
    // The next transaction begins only after the one before it has ended.
    assert_eq!(bench.tx().await.shop(shop.id).await.unwrap(), Some(shop));
}

async fn a_transaction_sees_its_own_writes(bench: Bench) {
    let (shop, mut user) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    user.blocked = true;
    tx.save_user(&user).await.unwrap();
    assert_eq!(tx.user(shop.id, user.id).await.unwrap(), Some(user.clone()));
    assert_eq!(tx.as_read().user(shop.id, user.id).await.unwrap(), Some(user));
}

async fn what_may_be_old_was_committed_and_is_always_to_be_had(bench: Bench) {
    let (before, user) = bench.open_shop().await;
    let after = crate::domain::user::User { blocked: true, ..user.clone() };
    let stale = async || {
        let mut read = bench.storage.read_stale().await.unwrap();
        read.user(before.id, user.id).await.unwrap()
    };
    // The user may be too new for it; a change that is not committed never shows.
    let mut tx = bench.tx().await;
    tx.save_user(&after).await.unwrap();
    assert!(stale().await.is_none_or(|seen| seen == user));
    tx.commit().await.unwrap();
    for _ in 0..20 {
        assert!(stale().await.is_none_or(|seen| seen == user || seen == after));
    }
}

async fn reads_never_wait_for_a_writer(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    tx.save_user(&crate::domain::user::User { blocked: true, ..user.clone() }).await.unwrap();
    // The transaction stays open: a read that waited for it would never come back.
    assert_eq!(bench.read().await.user(shop.id, user.id).await.unwrap(), Some(user));
    drop(tx);
}

async fn a_failed_call_leaves_nothing_to_commit(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    let other = bench.user(shop.id);
    tx.save_user(&other).await.unwrap();
    let stranger = bench.user(bench.world.id());
    assert!(tx.insert_token(&bench.token(&stranger)).await.is_err());
    assert!(tx.commit().await.is_err());
    let mut read = bench.read().await;
    assert_eq!(read.user(shop.id, other.id).await.unwrap(), None);
    assert_eq!(read.user(shop.id, user.id).await.unwrap(), Some(user));
}

async fn a_failed_transaction_does_not_harm_the_next(bench: Bench) {
    let mut tx = bench.tx().await;
    assert!(tx.save_user(&bench.user(bench.world.id())).await.is_err());
    drop(tx);
    let (shop, user) = bench.open_shop().await;
    assert_eq!(bench.read().await.user(shop.id, user.id).await.unwrap(), Some(user));
}

async fn a_row_can_only_refer_to_rows_that_are_there(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, stranger) = (stall.shop.id, bench.user(stall.shop.id));
    assert!(bench.tx().await.insert_token(&bench.token(&stranger)).await.is_err());
    assert!(bench.tx().await.insert_order(&bench.order(&stranger)).await.is_err());
    assert!(bench.tx().await.insert_payment(&bench.payment(&bench.order(&stall.user))).await.is_err());
    assert!(bench.tx().await.insert_subscription(&bench.subscription(&stranger)).await.is_err());
    let group = bench.group(shop);
    assert!(bench.tx().await.save_plan(&bench.plan(&group)).await.is_err());
    assert!(bench.tx().await.save_server(&bench.server(&group)).await.is_err());
    let payment = bench.payment(&stall.order);
    assert!(bench.tx().await.save_movement(&bench.movement(&payment, "a:0")).await.is_err());
    assert!(bench.tx().await.insert_receipt(&bench.receipt(&payment)).await.is_err());
    let grant = bench.grant(&stall.subscription, &bench.server(&stall.group));
    assert!(bench.tx().await.save_grant(&grant).await.is_err());
}

async fn transactions_run_one_after_the_other(bench: Bench) {
    let bump = async || {
        let mut tx = bench.tx().await;
        let index = tx.next_index("turn").await.unwrap();
        tx.commit().await.unwrap();
        index
    };
    let mut given = futures::future::join_all((0..20).map(|_| bump())).await;
    given.sort_unstable();
    assert_eq!(given, (0..20).collect::<Vec<u32>>());
}

async fn a_check_passes_and_times_are_counted(bench: Bench) {
    bench.storage.check().await.unwrap();
    let before = bench.storage.times();
    bench.open_shop().await;
    let after = bench.storage.times();
    assert_eq!(after.transactions, before.transactions + 1);
    assert_eq!(after.commits, before.commits + 1);
    bench.storage.check().await.unwrap();
}
