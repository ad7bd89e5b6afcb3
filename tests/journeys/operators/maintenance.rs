//! The shop is closed for maintenance: nobody buys, and everything else goes on.

use crate::world::{GIB, Shop, dollars, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{AcceptRequest, MaintenanceRequest},
    domain::{refusal::Refusal, shop::Locale},
    error::Error,
    storefront::model::PageRequest,
    text,
};

on_every_storage!(nothing_is_sold_under_maintenance, money_on_its_way_is_not_lost_under_maintenance);

async fn closes(shop: &Shop, note: Option<&str>) {
    let request = MaintenanceRequest { on: true, note: note.map(str::to_owned) };
    let told = shop.operator.set_maintenance(request).await.expect("closed").maintenance;
    assert_eq!(told.as_deref(), Some(note.unwrap_or_default()));
}

async fn opens(shop: &Shop) {
    let request = MaintenanceRequest { on: false, note: None };
    assert_eq!(shop.operator.set_maintenance(request).await.expect("open").maintenance, None);
}

async fn nothing_is_sold_under_maintenance(shop: Shop) {
    shop.gives_trials_of(&shop.adds_plan("Taste", 1, GIB, dollars(1)).await).await;
    let customer = shop.customer_with(dollars(20)).await;
    let held = customer.has_a_month(&shop).await;
    let open = customer.orders(&shop.transfer).await.expect("an order");
    closes(&shop, Some("New servers until 18:00.")).await;

    let no = customer.orders("wallet").await;
    let Err(Error::Refused(why @ Refusal::Maintenance { .. })) = no else { panic!("{no:?}") };
    for locale in Locale::ALL {
        assert!(text::refusal(locale, &why).contains("New servers until 18:00."), "{locale:?}");
    }
    assert_eq!(refused(customer.renews(&held, "wallet").await), "maintenance");
    assert_eq!(refused(customer.tops_up(dollars(5), &shop.transfer).await), "maintenance");
    assert_eq!(refused(customer.shop.pay(&open.order_id, "wallet", false).await), "maintenance");
    assert_eq!(refused(customer.shop.trial().await), "maintenance");
    assert_eq!(customer.wallet().await, 2000, "nothing was charged");

    assert!(shop.opens(&held.link).await.is_ok_and(|body| !body.is_empty()), "links go on");
    let offer = shop.guest().offer().await.expect("an offer");
    assert_eq!(offer.maintenance.as_deref(), Some("New servers until 18:00."));
    let face = shop.door.shop_of("shop.example.org").await.expect("the shop");
    assert_eq!(face.maintenance.as_deref(), Some("New servers until 18:00."));
    let operator = shop.operator_as_customer();
    operator.receives(dollars(5)).await;
    operator.orders("wallet").await.expect("whoever runs it may try");

    closes(&shop, None).await;
    let Err(Error::Refused(why)) = customer.orders("wallet").await else { panic!("sold") };
    for locale in Locale::ALL {
        assert!(text::refusal(locale, &why).len() > 20, "a sentence without a note, too");
    }
    opens(&shop).await;
    customer.orders("wallet").await.expect("sold again");
    assert_eq!(shop.guest().offer().await.expect("an offer").maintenance, None);
    let noted = shop.operator.actions(PageRequest::default()).await.expect("actions").items;
    let switched = noted.iter().filter(|a| a.deed.starts_with("maintenance"));
    let switched: Vec<_> = switched.map(|a| a.deed.as_str()).collect();
    assert_eq!(switched, ["maintenance_ended", "maintenance_begun"], "a new note is no new maintenance");
}

async fn money_on_its_way_is_not_lost_under_maintenance(shop: Shop) {
    let (one, two) = (shop.customer().await, shop.customer().await);
    let by_transfer = one.orders(&shop.transfer).await.expect("an order");
    let by_card = two.orders(&shop.card).await.expect("an order");
    closes(&shop, None).await;
    shop.bank.pays(&by_transfer);
    two.hands_in(&by_card, "receipt").await.expect("taken");
    let receipt = shop.operator.receipts(PageRequest::default()).await.expect("receipts").remove(0);
    let accept = AcceptRequest { received: receipt.due.clone(), version: receipt.version };
    shop.operator.accept_receipt(&receipt.receipt_id, accept).await.expect("accepted");
    shop.after(crate::world::minutes(30)).await;
    assert_eq!(one.looks_at(&by_transfer).await.state, "fulfilled");
    assert_eq!(two.looks_at(&by_card).await.state, "fulfilled");
    shop.is_in_order().await;
}
