//! How things were arranged, what servers cost, and what was taken away.

use super::{Bench, cases};
use crate::{
    domain::{
        money::{Currency, Money},
        payment::{Payment, PaymentState},
        rent::Rent,
        server::ServerState,
        shelf::Shelf,
        subscription::{Subscription, SubscriptionState},
    },
    ids::{Id as _, PlanId},
    ports::storage::Inserted,
};

cases![
    an_order_is_kept_until_another_takes_its_place,
    rents_come_back_as_they_were_oldest_server_first,
    a_server_that_was_taken_away_is_read_no_more,
    a_group_is_in_use_by_plans_servers_and_subscriptions,
    a_group_that_was_taken_away_is_read_no_more,
    the_first_paid_payment_is_noticed,
    shelves_of_one_shop_are_out_of_reach_of_another,
];

async fn an_order_is_kept_until_another_takes_its_place(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let id = || bench.world.id::<PlanId>().uuid();
    let [one, two, three] = [id(), id(), id()];
    let mut tx = bench.tx().await;
    tx.arrange(shop.id, Shelf::Plans, &[two, one]).await.unwrap();
    tx.arrange(shop.id, Shelf::Gateways, &[one]).await.unwrap();
    assert_eq!(tx.shelf(shop.id, Shelf::Plans).await.unwrap(), [two, one]);
    tx.arrange(shop.id, Shelf::Plans, &[three, two]).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.shelf(shop.id, Shelf::Plans).await.unwrap(), [three, two]);
    assert_eq!(read.shelf(shop.id, Shelf::Gateways).await.unwrap(), [one]);
    assert!(read.shelf(shop.id, Shelf::Packs).await.unwrap().is_empty());
}

async fn rents_come_back_as_they_were_oldest_server_first(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, one, two) = (stall.shop.id, stall.server.id, bench.server(&stall.group));
    let bare = Rent { cost: None, note: "until spring".to_owned() };
    let paid = Rent { cost: Some(Money::new(449, Currency::Eur)), note: String::new() };
    let mut tx = bench.tx().await;
    tx.save_server(&two).await.unwrap();
    tx.save_rent(shop, two.id, &bare).await.unwrap();
    tx.save_rent(shop, one, &bare).await.unwrap();
    tx.save_rent(shop, one, &paid).await.unwrap();
    // Saving the server leaves alone what it costs.
    tx.save_server(&stall.server).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.rents(shop).await.unwrap(), [(one, paid), (two.id, bare)]);
}

async fn a_server_that_was_taken_away_is_read_no_more(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, gone) = (stall.shop.id, stall.server.id);
    let mut tx = bench.tx().await;
    tx.save_rent(shop, gone, &Rent::default()).await.unwrap();
    tx.retire_server(shop, gone).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.server(shop, gone).await.unwrap(), None);
    assert!(read.servers(shop).await.unwrap().iter().all(|s| s.id != gone));
    assert!(read.all_servers().await.unwrap().iter().all(|s| s.id != gone));
    assert!(read.loads(shop, stall.group.id).await.unwrap().iter().all(|(id, _)| *id != gone));
    assert_eq!(read.rents(shop).await.unwrap(), []);
    drop(read);
    assert!(bench.tx().await.retire_server(shop, gone).await.is_err(), "once");
}

async fn a_group_is_in_use_by_plans_servers_and_subscriptions(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let groups = [bench.group(shop.id), bench.group(shop.id), bench.group(shop.id), bench.group(shop.id)];
    let [by_plan, by_server, by_subscription, by_none] = &groups;
    let server = bench.server(by_server);
    let held = Subscription { group_id: by_subscription.id, ..bench.subscription(&user) };
    let over =
        Subscription { group_id: by_none.id, state: SubscriptionState::Revoked, ..bench.subscription(&user) };
    let mut tx = bench.tx().await;
    for group in &groups {
        tx.save_group(group).await.unwrap();
        assert!(!tx.group_in_use(shop.id, group.id).await.unwrap());
    }
    tx.save_plan(&bench.plan(by_plan)).await.unwrap();
    tx.save_server(&server).await.unwrap();
    tx.insert_subscription(&held).await.unwrap();
    tx.insert_subscription(&over).await.unwrap();
    for (group, used) in [(by_plan, true), (by_server, true), (by_subscription, true), (by_none, false)] {
        assert_eq!(tx.group_in_use(shop.id, group.id).await.unwrap(), used);
    }
    tx.retire_server(shop.id, server.id).await.unwrap();
    assert!(!tx.group_in_use(shop.id, by_server.id).await.unwrap(), "the server went");
    tx.commit().await.unwrap();
}

async fn a_group_that_was_taken_away_is_read_no_more(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (gone, stays) = (bench.group(shop.id), bench.group(shop.id));
    let mut tx = bench.tx().await;
    tx.save_group(&gone).await.unwrap();
    tx.save_group(&stays).await.unwrap();
    tx.retire_group(shop.id, gone.id).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.group(shop.id, gone.id).await.unwrap(), None);
    assert_eq!(read.groups(shop.id).await.unwrap(), [stays]);
    drop(read);
    assert!(bench.tx().await.retire_group(shop.id, gone.id).await.is_err(), "once");
}

async fn the_first_paid_payment_is_noticed(bench: Bench) {
    let (stall, other) = (bench.stall().await, bench.stall().await);
    let order = bench.order(&stall.user);
    let paid = Payment { state: PaymentState::Paid, ..bench.payment(&order) };
    let mut tx = bench.tx().await;
    assert!(!tx.was_paid(stall.shop.id).await.unwrap());
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    tx.insert_payment(&paid).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert!(read.was_paid(stall.shop.id).await.unwrap());
    assert!(!read.was_paid(other.shop.id).await.unwrap());
}

async fn shelves_of_one_shop_are_out_of_reach_of_another(bench: Bench) {
    let (mine, theirs) = (bench.open_shop().await.0.id, bench.stall().await);
    let (server, group) = (theirs.server.id, theirs.group.id);
    let mut tx = bench.tx().await;
    tx.arrange(theirs.shop.id, Shelf::Plans, &[theirs.server.id.uuid()]).await.unwrap();
    tx.save_rent(theirs.shop.id, server, &Rent::default()).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert!(read.shelf(mine, Shelf::Plans).await.unwrap().is_empty());
    assert_eq!(read.rents(mine).await.unwrap(), []);
    assert!(!read.group_in_use(mine, group).await.unwrap());
    drop(read);
    assert!(bench.tx().await.save_rent(mine, server, &Rent::default()).await.is_err());
    assert!(bench.tx().await.retire_server(mine, server).await.is_err());
    assert!(bench.tx().await.retire_group(mine, group).await.is_err());
    let still = bench.read().await.server(theirs.shop.id, server).await.unwrap();
    assert!(still.is_some_and(|server| server.state != ServerState::Off));
}
