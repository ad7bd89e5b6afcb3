//! Resellers: shops of their own that sell what another shop delivers, and pay for it with their credit there.

mod credit;
mod invoices;
mod rules;

use crate::world::{GIB, Shop, days, dollars, minutes, on_every_storage, refused};
use nexa_core::storefront::model::{PageRequest, Purpose};

on_every_storage!(
    a_reseller_sells_what_its_supplier_delivers,
    what_is_used_is_counted_in_the_resellers_shop,
    a_sale_of_a_resellers_reseller_costs_both,
    a_resellers_reseller_runs_dry_above,
    each_side_sees_its_own,
    what_the_supplier_changes_changes_everywhere,
    a_server_that_lost_a_resellers_customer_is_mended,
);

async fn a_reseller_sells_what_its_supplier_delivers(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(10)).await;
    let plans = branch.shop.guest().plans().await.expect("plans");
    assert_eq!((plans.len(), &plans[0].price), (1, &dollars(7)), "at its own price");
    let customer = branch.sells().await;
    let held = customer.subscription().await;
    assert_eq!((held.state.as_str(), held.limit_bytes, held.servers.len()), ("active", 10 * GIB, 1));
    assert_eq!(shop.server("frankfurt").entries().len(), 1, "on the supplier's server");
    assert!(branch.shop.opens(&held.link).await.expect("a link").contains("trojan://"));
    assert_eq!((customer.wallet().await, branch.wallet().await), (0, 700), "both have paid");
    let seen = branch.seen().await;
    assert_eq!((seen.sales, seen.turnover, seen.running), (1, dollars(3), 1));
    let supply = branch.shop.operator.supply().await.expect("a supplier");
    assert_eq!((supply.supplier.as_str(), supply.wallet, supply.room), ("Fast Net", dollars(7), dollars(7)));
    customer.receives(dollars(7)).await;
    customer.renews(&held, "wallet").await.expect("renewed");
    branch.shop.works().await;
    assert_eq!(customer.subscription().await.limit_bytes, 20 * GIB);
    assert_eq!(branch.wallet().await, 400, "a renewal costs as much");
    shop.after(minutes(3)).await;
    let figures = branch.shop.operator.summary(30).await.expect("a summary").figures;
    let paid = figures.iter().find(|figure| figure.name == "orders_paid").and_then(|figure| figure.value);
    assert_eq!(paid, Some(2), "its figures are kept from the first sale on");
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn what_is_used_is_counted_in_the_resellers_shop(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(10)).await;
    let customer = branch.sells().await;
    shop.server("frankfurt").carries(2 * GIB);
    shop.after(minutes(10)).await;
    let held = customer.subscription().await;
    assert_eq!(held.used_bytes, 2 * GIB);
    let history = customer.shop.usage(&held.subscription_id, 7).await.expect("a history");
    assert!(history.days.iter().any(|day| day.bytes == 2 * GIB));
    shop.after(days(31)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    assert!(!shop.server("frankfurt").lets_in());
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn a_sale_of_a_resellers_reseller_costs_both(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let twig = branch.shop.has_a_reseller("twig.example.org", dollars(4)).await;
    branch.tops_up(dollars(10)).await;
    twig.tops_up(dollars(10)).await;
    let customer = twig.sells().await;
    assert_eq!(customer.subscription().await.state, "active");
    assert_eq!((branch.wallet().await, twig.wallet().await), (700, 600));
    assert_eq!(shop.server("frankfurt").entries().len(), 1, "on the operator's server");
    let order = customer.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    twig.shop.operator.refund_order(&order.order_id).await.expect("taken back");
    shop.works().await;
    assert_eq!((branch.wallet().await, twig.wallet().await), (1000, 1000), "both have theirs back");
    assert_eq!(customer.wallet().await, 700);
    let deeper = twig.shop.asks_resellers_for(vec![]).await;
    let request = nexa_core::backoffice::model::AddResellerRequest {
        shop_name: "Leaf".to_owned(),
        currency: "USD".to_owned(),
        locale: "en".to_owned(),
        hosts: vec!["leaf.example.org".to_owned()],
        user_id: None,
        terms: crate::world::prepaid(&deeper),
    };
    assert_eq!(refused(twig.shop.operator.add_reseller(request).await), "supplier_decides");
    for one in [&shop, &branch.shop, &twig.shop] {
        one.is_in_order().await;
    }
}

async fn a_resellers_reseller_runs_dry_above(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let twig = branch.shop.has_a_reseller("twig.example.org", dollars(4)).await;
    branch.tops_up(dollars(3)).await;
    twig.tops_up(dollars(20)).await;
    let [ann, ben] = [twig.shop.customer().await, twig.shop.customer().await];
    let first = ann.orders(&twig.shop.transfer).await.expect("an order");
    let second = ben.orders(&twig.shop.transfer).await.expect("an order");
    shop.bank.pays(&first);
    shop.after(minutes(10)).await;
    shop.bank.pays(&second);
    shop.after(minutes(10)).await;
    assert_eq!(ben.looks_at(&second).await.state, "paid");
    assert_eq!((branch.wallet().await, twig.wallet().await), (0, 1600), "all the way up or not at all");
    branch.tops_up(dollars(3)).await;
    shop.works().await;
    assert_eq!(ben.looks_at(&second).await.state, "fulfilled");
    assert_eq!((branch.wallet().await, twig.wallet().await), (0, 1200));
    for one in [&shop, &branch.shop, &twig.shop] {
        one.is_in_order().await;
    }
}

async fn each_side_sees_its_own(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(10)).await;
    let customer = branch.sells().await;
    let held = customer.subscription().await.subscription_id;
    let operator = &shop.operator;
    assert_eq!(refused(operator.subscription(&held).await), "not_found");
    assert_eq!(refused(operator.user(&customer.id).await), "not_found");
    assert!(operator.subscriptions(None, PageRequest::default()).await.expect("mine").items.is_empty());
    let theirs = &branch.shop.operator;
    assert!(theirs.servers().await.expect("servers").is_empty());
    assert_eq!(refused(theirs.user(&branch.account).await), "not_found");
    assert_eq!(refused(theirs.reseller(&branch.id).await), "not_found");
    assert_eq!(refused(theirs.suspend_reseller(&branch.id).await), "not_found");
    assert_eq!(refused(operator.supply().await), "not_found");
    assert_eq!(shop.door.shop_of("branch.example.org").await.expect("a shop").id, branch.shop.id);
    assert_eq!(shop.door.shop_of("shop.example.org").await.expect("a shop").id, shop.id);
    let mine = crate::world::wish(Purpose::New, &shop.month, None, "wallet");
    assert_eq!(refused(customer.shop.checkout(mine, None).await), "not_found", "the supplier's own plan");
}

async fn what_the_supplier_changes_changes_everywhere(shop: Shop) {
    use nexa_core::backoffice::model::UpdatePlanRequest;
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let twig = branch.shop.has_a_reseller("twig.example.org", dollars(4)).await;
    let same = UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: None,
        extras: None,
        on_sale: None,
    };
    let more = UpdatePlanRequest { devices: Some(5), ..same.clone() };
    shop.operator.update_plan(&shop.month, more.clone()).await.expect("five devices");
    for below in [&branch, &twig] {
        assert_eq!(below.shop.guest().plans().await.expect("plans")[0].devices, 5);
        let own = UpdatePlanRequest { devices: Some(9), ..same.clone() };
        assert_eq!(
            refused(below.shop.operator.update_plan(&below.shop.month, own).await),
            "supplier_decides"
        );
        let named = UpdatePlanRequest { name: Some("Gold".to_owned()), ..same.clone() };
        below.shop.operator.update_plan(&below.shop.month, named).await.expect("its own name");
    }
    twig.tops_up(dollars(20)).await;
    branch.tops_up(dollars(20)).await;
    let customer = twig.shop.customer_with(dollars(7)).await;
    let off = UpdatePlanRequest { on_sale: Some(false), ..same };
    shop.operator.update_plan(&shop.month, off).await.expect("off sale");
    assert!(twig.shop.guest().plans().await.expect("plans").is_empty());
    assert_eq!(refused(customer.orders("wallet").await), "plan_not_on_sale");
}

async fn a_server_that_lost_a_resellers_customer_is_mended(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(10)).await;
    let server = shop.server("frankfurt");
    let empty = server.backup();
    let customer = branch.sells().await;
    server.is_restored(empty);
    assert!(server.entries().is_empty());
    shop.after(days(2)).await;
    assert_eq!(server.entries().len(), 1, "told again");
    assert_eq!(customer.subscription().await.state, "active");
    assert!(shop.nexa.repairs() > 0 && shop.operator.poison_jobs().await.expect("jobs").is_empty());
}
