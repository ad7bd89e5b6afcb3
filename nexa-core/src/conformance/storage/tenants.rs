//! Rows of one shop are never given to another: everything is put into shop B, then asked for as shop A.

use super::{
    Bench, cases,
    fixture::{Stall, first},
};
use crate::{
    domain::{
        event::Event,
        job::{Job, JobState, QueuedJob},
        ledger::Account,
        measure::Traffic,
        money::{Currency, Money},
        notice::{Notice, NoticeRecord},
        order::Attention,
        rate::{Origin, Rate},
        usage::{Day, DayUsage},
        user::IdentityKind,
    },
    ids::ShopId,
    ports::storage::{Answer, Inserted, OrderFilter, Posted, Tx},
};

cases![
    lists_of_one_shop_show_nothing_of_another,
    rows_of_one_shop_are_not_found_from_another,
    rows_of_one_shop_are_not_held_or_taken_by_another,
    rows_of_one_shop_cannot_be_overwritten_from_another,
    rows_of_one_shop_cannot_hang_on_rows_of_another,
];

/// A shop without anything, and one with one of everything.
async fn poisoned(bench: &Bench) -> (ShopId, Stall) {
    let (shop, _) = bench.open_shop().await;
    (shop.id, bench.stall().await)
}

async fn lists_of_one_shop_show_nothing_of_another(bench: Bench) {
    let (mine, theirs) = poisoned(&bench).await;
    let mut tx = bench.tx().await;
    fill(&bench, &mut *tx, &theirs).await;
    let user = theirs.user.id;
    let users = tx.users(mine, first()).await.unwrap();
    assert!(users.len() == 1 && users[0].shop_id == mine);
    assert_eq!(tx.identities(mine, user).await.unwrap(), []);
    assert_eq!(tx.tokens(mine, user).await.unwrap(), []);
    assert_eq!(tx.plans(mine).await.unwrap(), []);
    assert_eq!(tx.packs(mine).await.unwrap(), []);
    assert_eq!(tx.groups(mine).await.unwrap(), []);
    assert_eq!(tx.servers(mine).await.unwrap(), []);
    assert_eq!(tx.loads(mine, theirs.group.id).await.unwrap(), []);
    assert_eq!(tx.gateways(mine).await.unwrap(), []);
    assert_eq!(tx.rates(mine).await.unwrap(), []);
    for user in [None, Some(user)] {
        for state in [None, Some(theirs.order.state)] {
            for attention in [false, true] {
                let filter = OrderFilter { user, state, attention };
                assert_eq!(tx.orders(mine, filter, first()).await.unwrap(), []);
            }
        }
        assert_eq!(tx.subscriptions(mine, user, first()).await.unwrap(), []);
    }
    let subscription = theirs.order.sale().unwrap().subscription_id;
    assert_eq!(tx.orders_of(mine, subscription).await.unwrap(), []);
    assert_eq!(tx.kept_orders(mine, theirs.user.id).await.unwrap(), []);
    assert_eq!(tx.payments(mine, theirs.order.id).await.unwrap(), []);
    assert_eq!(tx.waiting_receipts(mine, first()).await.unwrap(), []);
    assert_eq!(tx.receipts(mine, theirs.payment.id).await.unwrap(), []);
    assert_eq!(tx.count_receipts(mine, user, theirs.payment.created_at).await.unwrap(), 0);
    assert_eq!(tx.entries(mine, Account::Wallet(user), first()).await.unwrap(), []);
    assert_eq!(tx.trial_balance(mine).await.unwrap(), []);
    assert_eq!(tx.balance(mine, Account::Wallet(user), Currency::Irr).await.unwrap().minor, 0);
    assert_eq!(tx.poison_jobs(mine).await.unwrap(), []);
    assert_eq!(tx.notices(mine, user, first()).await.unwrap(), []);
    assert_eq!(tx.push_targets(mine, user).await.unwrap(), []);
    assert_eq!(tx.events(mine, first()).await.unwrap(), []);
    assert_eq!(tx.answer(mine, "owner", "key").await.unwrap(), None);
    assert_eq!(tx.rate(mine, Currency::Ltc).await.unwrap(), None);
    let first = Day::from_number(0);
    assert_eq!(tx.usage_days(mine, theirs.subscription.id, first).await.unwrap(), []);
}

/// Adds to their shop what a stall does not have yet.
async fn fill(bench: &Bench, tx: &mut dyn Tx, theirs: &Stall) {
    let (shop_id, user) = (theirs.shop.id, &theirs.user);
    assert_eq!(tx.insert_identity(&bench.identity(user, IdentityKind::Email)).await.unwrap(), Inserted::New);
    tx.insert_token(&bench.token(user)).await.unwrap();
    tx.save_push_target(&super::inbox::browser(bench, user, "theirs")).await.unwrap();
    tx.save_plan(&bench.plan(&theirs.group)).await.unwrap();
    tx.save_pack(&bench.pack(shop_id)).await.unwrap();
    tx.save_gateway(&bench.gateway(shop_id)).await.unwrap();
    let price = Money::new(5, Currency::Irr);
    let (fresh_until, set_at) = (bench.now(), bench.now());
    let rate = Rate { asset: Currency::Ltc, price, fresh_until, origin: Origin::Operator, set_at };
    tx.save_rate(shop_id, &rate).await.unwrap();
    let order = bench.order(user);
    let order = crate::domain::order::Order { attention: Some(Attention::PaymentReview), ..order };
    let order = order.keep(bench.now());
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    tx.insert_receipt(&bench.receipt(&theirs.payment)).await.unwrap();
    tx.save_grant(&bench.grant(&theirs.subscription, &theirs.server)).await.unwrap();
    let usage = DayUsage { day: Day::from_number(1), server: theirs.server.id, traffic: Traffic::bytes(1) };
    tx.add_usage(shop_id, theirs.subscription.id, usage).await.unwrap();
    let posted = tx.post(&bench.journal(shop_id, "cause", user.id, 5)).await.unwrap();
    assert_eq!(posted, Posted::New);
    let job = bench.job(shop_id, Job::ExpireOrder { order: order.id });
    tx.add_job(&QueuedJob { state: JobState::Poison, ..job }).await.unwrap();
    let event = Event::UserSignedUp { user: user.id };
    tx.insert_event(bench.world.id(), shop_id, &event, bench.now()).await.unwrap();
    let notice = Notice::Ready { subscription: theirs.subscription.id };
    let (id, user_id, created_at) = (bench.world.id(), user.id, bench.now());
    let notice = NoticeRecord { id, shop_id, user_id, notice, created_at, delivered_at: None };
    tx.save_notice(&notice).await.unwrap();
    let (owner, key, request) = ("owner".into(), "key".into(), "digest".into());
    let answer = Answer { shop_id, owner, key, request, response_sealed: None, created_at };
    assert_eq!(tx.insert_answer(&answer).await.unwrap(), Inserted::New);
}

async fn rows_of_one_shop_are_not_found_from_another(bench: Bench) {
    let (mine, theirs) = poisoned(&bench).await;
    let identity = bench.identity(&theirs.user, IdentityKind::Email);
    let (plan, gateway) = (bench.plan(&theirs.group), bench.gateway(theirs.shop.id));
    let (pack, receipt) = (bench.pack(theirs.shop.id), bench.receipt(&theirs.payment));
    let order = crate::domain::order::Order { key: Some("key".into()), ..bench.order(&theirs.user) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_identity(&identity).await.unwrap(), Inserted::New);
    tx.save_plan(&plan).await.unwrap();
    tx.save_pack(&pack).await.unwrap();
    tx.save_gateway(&gateway).await.unwrap();
    tx.insert_receipt(&receipt).await.unwrap();
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.user(mine, theirs.user.id).await.unwrap(), None);
    assert_eq!(read.identity(mine, identity.kind, &identity.lookup).await.unwrap(), None);
    assert_eq!(read.plan(mine, plan.id).await.unwrap(), None);
    assert_eq!(read.pack(mine, pack.id).await.unwrap(), None);
    assert_eq!(read.group(mine, theirs.group.id).await.unwrap(), None);
    assert_eq!(read.server(mine, theirs.server.id).await.unwrap(), None);
    assert_eq!(read.gateway(mine, gateway.id).await.unwrap(), None);
    assert_eq!(read.order(mine, order.id).await.unwrap(), None);
    assert_eq!(read.order_by_key(mine, theirs.user.id, "key").await.unwrap(), None);
    assert_eq!(read.payment(mine, theirs.payment.id).await.unwrap(), None);
    assert_eq!(read.receipt(mine, receipt.id).await.unwrap(), None);
    assert!(!read.receipt_seen(mine, &receipt.digest, bench.world.id()).await.unwrap());
    assert_eq!(read.subscription(mine, theirs.subscription.id).await.unwrap(), None);
}

async fn rows_of_one_shop_are_not_held_or_taken_by_another(bench: Bench) {
    let (mine, theirs) = poisoned(&bench).await;
    let token = bench.token(&theirs.user);
    let mut tx = bench.tx().await;
    tx.insert_token(&token).await.unwrap();
    assert!(tx.lock_user(mine, theirs.user.id).await.unwrap().is_none());
    assert!(tx.lock_order(mine, theirs.order.id).await.unwrap().is_none());
    assert!(tx.lock_payment(mine, theirs.payment.id).await.unwrap().is_none());
    assert!(tx.lock_subscription(mine, theirs.subscription.id).await.unwrap().is_none());
    assert!(!tx.delete_token(mine, token.id).await.unwrap());
    assert!(tx.token(&token.digest).await.unwrap().is_some());
}

async fn rows_of_one_shop_cannot_be_overwritten_from_another(bench: Bench) {
    let (mine, theirs) = poisoned(&bench).await;
    let group = crate::domain::server::Group { shop_id: mine, ..theirs.group.clone() };
    assert!(bench.tx().await.save_group(&group).await.is_err());
    let pack = bench.pack(theirs.shop.id);
    let mut tx = bench.tx().await;
    tx.save_pack(&pack).await.unwrap();
    tx.commit().await.unwrap();
    let taken = crate::domain::pack::Pack { shop_id: mine, ..pack };
    assert!(bench.tx().await.save_pack(&taken).await.is_err());
    let own = bench.group(mine);
    let mut tx = bench.tx().await;
    tx.save_group(&own).await.unwrap();
    tx.commit().await.unwrap();
    let server = crate::domain::server::Server { shop_id: mine, group_id: own.id, ..theirs.server.clone() };
    assert!(bench.tx().await.save_server(&server).await.is_err());
    let held = crate::ports::storage::Locked::held_by_storage(crate::domain::order::Order {
        shop_id: mine,
        ..theirs.order.clone()
    });
    assert!(bench.tx().await.save_order(held).await.is_err());
    let mut read = bench.read().await;
    assert_eq!(read.server(theirs.shop.id, theirs.server.id).await.unwrap(), Some(theirs.server));
    assert_eq!(read.order(theirs.shop.id, theirs.order.id).await.unwrap(), Some(theirs.order));
}

async fn rows_of_one_shop_cannot_hang_on_rows_of_another(bench: Bench) {
    let (mine, theirs) = poisoned(&bench).await;
    let order = crate::domain::order::Order { shop_id: mine, ..bench.order(&theirs.user) };
    assert!(bench.tx().await.insert_order(&order).await.is_err());
    let plan = crate::domain::plan::Plan { shop_id: mine, ..bench.plan(&theirs.group) };
    assert!(bench.tx().await.save_plan(&plan).await.is_err());
    let payment = crate::domain::payment::Payment { shop_id: mine, ..bench.payment(&theirs.order) };
    assert!(bench.tx().await.insert_payment(&payment).await.is_err());
    let receipt = crate::domain::receipt::Receipt { shop_id: mine, ..bench.receipt(&theirs.payment) };
    assert!(bench.tx().await.insert_receipt(&receipt).await.is_err());
    let grant = bench.grant(&theirs.subscription, &theirs.server);
    let grant = crate::domain::grant::GrantRecord { shop_id: mine, ..grant };
    assert!(bench.tx().await.save_grant(&grant).await.is_err());
    let usage = DayUsage { day: Day::from_number(1), server: theirs.server.id, traffic: Traffic::bytes(1) };
    assert!(bench.tx().await.add_usage(mine, theirs.subscription.id, usage).await.is_err());
}
