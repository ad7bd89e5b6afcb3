//! Resellers, what they pay, what was supplied to them, and whose servers serve their customers.

use super::{Bench, cases, fixture::Stall};
use crate::{
    domain::{
        grant::GrantRecord,
        measure::Traffic,
        money::{Currency, Money},
        plan::Plan,
        reseller::{
            Invoice, Reseller, ResellerTerms, Source, Standing, Supply, SupplyCount, Ware, Warned,
            WholesaleList, WholesalePrice,
        },
        usage::{Day, DayUsage},
    },
    ids::ShopId,
    ports::storage::Inserted,
};
use jiff::Timestamp;

cases![
    resellers_come_back_as_they_were,
    a_shop_has_one_supplier_and_an_account_one_reseller,
    wholesale_lists_belong_to_one_shop,
    a_ware_has_one_source_and_only_of_its_supplier,
    what_was_supplied_is_counted_until_it_is_given_back,
    an_invoice_is_of_one_month_and_has_one_number,
    customers_of_resellers_are_served_by_their_suppliers_and_nobody_else,
    running_subscriptions_are_counted_by_shop,
    resellers_of_one_shop_are_not_found_from_another,
];

fn irr(minor: i64) -> Money {
    Money::new(minor, Currency::Irr)
}

fn reseller(bench: &Bench, supplier: &Stall, below: ShopId) -> Reseller {
    let terms = ResellerTerms {
        list_id: bench.world.id(),
        limit: Some(irr(5_000)),
        quota: Some(7),
        low_below: irr(900),
        floor_percent: 120,
        dunning: true,
    };
    Reseller {
        shop_id: supplier.shop.id,
        reseller_shop: below,
        user_id: supplier.user.id,
        created_at: bench.later(),
        terms,
        standing: Standing::Active,
        suspended_at: None,
        warned: Warned::No,
    }
}

/// A supplier and its reseller, written down.
async fn pair(bench: &Bench) -> (Stall, Stall, Reseller) {
    let (above, below) = (bench.stall().await, bench.stall().await);
    let row = reseller(bench, &above, below.shop.id);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_reseller(&row).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    (above, below, row)
}

async fn resellers_come_back_as_they_were(bench: Bench) {
    let (above, below, row) = pair(&bench).await;
    let mut tx = bench.tx().await;
    let held = tx.lock_reseller(above.shop.id, below.shop.id).await.unwrap().unwrap();
    assert_eq!(*held, row);
    let terms = ResellerTerms { limit: None, quota: None, ..row.terms.clone() };
    let changed = Reseller { terms, warned: Warned::Out, ..row.stand(Standing::Suspended, bench.later()) };
    tx.save_reseller(held.map(|_| changed.clone())).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let shop = above.shop.id;
    assert_eq!(read.reseller(shop, below.shop.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(read.reseller_of(below.shop.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(read.reseller_by_account(shop, above.user.id).await.unwrap(), Some(changed.clone()));
    assert_eq!(read.resellers(shop).await.unwrap(), [changed]);
    assert_eq!(read.reseller_of(shop).await.unwrap(), None);
}

async fn a_shop_has_one_supplier_and_an_account_one_reseller(bench: Bench) {
    let (above, below, row) = pair(&bench).await;
    let other = bench.stall().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_reseller(&row).await.unwrap(), Inserted::Taken);
    let elsewhere = reseller(&bench, &other, below.shop.id);
    assert_eq!(tx.insert_reseller(&elsewhere).await.unwrap(), Inserted::Taken);
    let second = reseller(&bench, &above, other.shop.id);
    assert_eq!(tx.insert_reseller(&second).await.unwrap(), Inserted::Taken, "the account is taken");
    let stranger = Reseller { user_id: below.user.id, ..second };
    assert!(tx.insert_reseller(&stranger).await.is_err(), "an account is a user of the supplier's shop");
}

async fn wholesale_lists_belong_to_one_shop(bench: Bench) {
    let (mine, theirs) = (bench.stall().await, bench.stall().await);
    let prices = vec![WholesalePrice { ware: Ware::Plan(bench.world.id()), price: irr(0) }];
    let (id, created_at) = (bench.world.id(), bench.later());
    let list =
        WholesaleList {
            id, shop_id: mine.shop.id, name: "طلایی".into(), return_days: 3, prices, created_at
        };
    let mut tx = bench.tx().await;
    tx.save_wholesale_list(&list).await.unwrap();
    let changed =
        WholesaleList { name: "نقره‌ای".into(), return_days: 90, prices: vec![], ..list.clone() };
    let later = WholesaleList { created_at: bench.later(), ..changed.clone() };
    tx.save_wholesale_list(&later).await.unwrap();
    tx.commit().await.unwrap();
    let taken = WholesaleList { shop_id: theirs.shop.id, ..list };
    assert!(bench.tx().await.save_wholesale_list(&taken).await.is_err());
    let mut read = bench.read().await;
    assert_eq!(read.wholesale_lists(mine.shop.id).await.unwrap(), std::slice::from_ref(&changed));
    assert_eq!(read.wholesale_list(mine.shop.id, id).await.unwrap(), Some(changed));
    assert_eq!(read.wholesale_list(theirs.shop.id, id).await.unwrap(), None);
    assert_eq!(read.wholesale_lists(theirs.shop.id).await.unwrap(), []);
}

async fn a_ware_has_one_source_and_only_of_its_supplier(bench: Bench) {
    let (above, below, _) = pair(&bench).await;
    let (ware, of) = (Ware::Plan(bench.world.id()), Ware::Plan(bench.world.id()));
    let source = Source { shop_id: below.shop.id, ware, supplier: above.shop.id, of };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_source(&source).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_source(&source).await.unwrap(), Inserted::Taken);
    tx.commit().await.unwrap();
    let turned = Source { shop_id: above.shop.id, supplier: below.shop.id, ..source };
    assert!(bench.tx().await.insert_source(&turned).await.is_err(), "the other way round");
    let mut read = bench.read().await;
    assert_eq!(read.source(below.shop.id, ware).await.unwrap(), Some(source));
    assert_eq!(read.source(above.shop.id, ware).await.unwrap(), None);
    assert_eq!(read.made_from(above.shop.id, of).await.unwrap(), [source]);
    assert_eq!(read.made_from(below.shop.id, of).await.unwrap(), []);
}

async fn what_was_supplied_is_counted_until_it_is_given_back(bench: Bench) {
    let (above, below, _) = pair(&bench).await;
    let shop = above.shop.id;
    let (gold, more) = (Ware::Plan(bench.world.id()), Ware::Pack(bench.world.id()));
    let mut all = Vec::new();
    for (ware, price) in [(gold, 300), (gold, 0), (more, 50)] {
        let order = bench.order(&below.user);
        let mut tx = bench.tx().await;
        assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
        let (order_id, reseller_shop, at) = (order.id, below.shop.id, bench.later());
        let price = irr(price);
        let one = Supply { shop_id: shop, order_id, reseller_shop, ware, price, at, returned_at: None };
        assert_eq!(tx.insert_supply(&one).await.unwrap(), Inserted::New);
        assert_eq!(tx.insert_supply(&one).await.unwrap(), Inserted::Taken);
        tx.commit().await.unwrap();
        all.push(one);
    }
    let (always, ever) = (Timestamp::UNIX_EPOCH, bench.in_secs(100));
    let count = |ware, count, sum| SupplyCount { ware, count, sum: irr(sum) };
    let mut read = bench.read().await;
    assert_eq!(read.supply(shop, all[0].order_id).await.unwrap(), Some(all[0].clone()));
    assert_eq!(read.supply(below.shop.id, all[0].order_id).await.unwrap(), None);
    let counted = read.supplied(shop, below.shop.id, always, ever).await.unwrap();
    assert_eq!(counted, [count(more, 1, 50), count(gold, 2, 300)]);
    let counted = read.supplied(shop, below.shop.id, all[1].at, all[2].at).await.unwrap();
    assert_eq!(counted, [count(gold, 1, 0)], "from the one moment until before the other");
    assert_eq!(read.supplied(shop, shop, always, ever).await.unwrap(), []);
    drop(read);
    let at = bench.later();
    let mut tx = bench.tx().await;
    tx.return_supply(shop, all[0].order_id, at).await.unwrap();
    tx.commit().await.unwrap();
    assert!(bench.tx().await.return_supply(shop, all[0].order_id, at).await.is_err(), "once");
    let mut read = bench.read().await;
    let returned = Supply { returned_at: Some(at), ..all.remove(0) };
    assert_eq!(read.supply(shop, returned.order_id).await.unwrap(), Some(returned));
    let counted = read.supplied(shop, below.shop.id, always, ever).await.unwrap();
    assert_eq!(counted, [count(more, 1, 50), count(gold, 1, 0)]);
}

async fn an_invoice_is_of_one_month_and_has_one_number(bench: Bench) {
    let (above, below, _) = pair(&bench).await;
    let shop = above.shop.id;
    let lines = vec![SupplyCount { ware: Ware::Plan(bench.world.id()), count: 2, sum: irr(600) }];
    let first = Invoice {
        id: bench.world.id(),
        shop_id: shop,
        reseller_shop: below.shop.id,
        number: 1,
        from: bench.now(),
        until: bench.in_secs(10),
        lines,
        sum: irr(600),
        due: irr(500),
        paid: irr(0),
        issued_at: bench.in_secs(10),
    };
    let mut tx = bench.tx().await;
    assert_eq!(tx.last_invoice_number(shop).await.unwrap(), 0);
    assert_eq!(tx.insert_invoice(&first).await.unwrap(), Inserted::New);
    let again = Invoice { id: bench.world.id(), number: 2, ..first.clone() };
    assert_eq!(tx.insert_invoice(&again).await.unwrap(), Inserted::Taken, "the same month");
    let (from, until) = (bench.in_secs(10), bench.in_secs(20));
    let same = Invoice { from, until, number: 1, ..again.clone() };
    assert_eq!(tx.insert_invoice(&same).await.unwrap(), Inserted::Taken, "the same number");
    let second = Invoice { number: 2, ..same };
    assert_eq!(tx.insert_invoice(&second).await.unwrap(), Inserted::New);
    let paid = Invoice { paid: irr(500), ..first.clone() };
    tx.save_invoice(&paid).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.last_invoice_number(shop).await.unwrap(), 2);
    assert_eq!(read.invoice(shop, first.id).await.unwrap(), Some(paid.clone()));
    assert_eq!(read.invoice(below.shop.id, first.id).await.unwrap(), None);
    assert_eq!(read.invoices(shop, below.shop.id).await.unwrap(), [paid, second]);
    assert_eq!(read.invoices(below.shop.id, below.shop.id).await.unwrap(), []);
}

/// What a shop's customer may have of another shop's servers.
async fn serves(bench: &Bench, owner: &Stall, of: &Stall) -> [bool; 3] {
    let grant: GrantRecord = bench.grant(&of.subscription, &owner.server);
    let granted = bench.tx().await.save_grant(&grant).await.is_ok();
    let usage = DayUsage { day: Day::from_number(1), server: owner.server.id, traffic: Traffic::bytes(1) };
    let counted = bench.tx().await.add_usage(of.shop.id, of.subscription.id, usage).await.is_ok();
    let plan = Plan { shop_id: of.shop.id, ..bench.plan(&owner.group) };
    let planned = bench.tx().await.save_plan(&plan).await.is_ok();
    [granted, counted, planned]
}

async fn customers_of_resellers_are_served_by_their_suppliers_and_nobody_else(bench: Bench) {
    let (above, below, _) = pair(&bench).await;
    let lowest = bench.stall().await;
    let stranger = bench.stall().await;
    let row = reseller(&bench, &below, lowest.shop.id);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_reseller(&row).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    for (owner, of) in [(&above, &above), (&above, &below), (&above, &lowest), (&below, &lowest)] {
        assert_eq!(serves(&bench, owner, of).await, [true; 3]);
    }
    for (owner, of) in [(&below, &above), (&lowest, &below), (&stranger, &below), (&above, &stranger)] {
        assert_eq!(serves(&bench, owner, of).await, [false; 3]);
    }
    let grant = bench.grant(&lowest.subscription, &above.server);
    let mut tx = bench.tx().await;
    tx.save_grant(&grant).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let on = read.grants_on(above.server.id, None, 10).await.unwrap();
    assert_eq!(on, [(grant, lowest.subscription.clone())], "with the subscription of its own shop");
    assert_eq!(read.loads(above.shop.id, above.group.id).await.unwrap(), [(above.server.id, 1)]);
}

async fn running_subscriptions_are_counted_by_shop(bench: Bench) {
    let (mine, theirs) = (bench.stall().await, bench.stall().await);
    let mut tx = bench.tx().await;
    let held = tx.lock_subscription(theirs.shop.id, theirs.subscription.id).await.unwrap().unwrap();
    tx.save_subscription(held.map(crate::domain::subscription::Subscription::revoke)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.count_running(mine.shop.id).await.unwrap(), 1);
    assert_eq!(read.count_running(theirs.shop.id).await.unwrap(), 0);
}

async fn resellers_of_one_shop_are_not_found_from_another(bench: Bench) {
    let (above, below, row) = pair(&bench).await;
    let mine = bench.stall().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.resellers(mine.shop.id).await.unwrap(), []);
    assert_eq!(tx.reseller(mine.shop.id, below.shop.id).await.unwrap(), None);
    assert_eq!(tx.reseller_by_account(mine.shop.id, above.user.id).await.unwrap(), None);
    assert!(tx.lock_reseller(mine.shop.id, below.shop.id).await.unwrap().is_none());
    let held = tx.lock_reseller(above.shop.id, below.shop.id).await.unwrap().unwrap();
    assert!(tx.save_reseller(held.map(|r| Reseller { shop_id: mine.shop.id, ..r })).await.is_err());
    drop(tx);
    assert_eq!(bench.read().await.reseller_of(below.shop.id).await.unwrap(), Some(row));
}
