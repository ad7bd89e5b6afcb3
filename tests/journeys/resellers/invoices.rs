//! What postpaid resellers are asked for each month.

use crate::world::{Reseller, Shop, costs, days, dollars, minutes, on_every_storage, prepaid, refused};
use nexa_core::backoffice::model::ResellerTermsRequest;

on_every_storage!(
    a_month_is_written_down_when_it_is_over,
    an_idle_month_is_not_the_one_that_asks,
    an_unpaid_invoice_is_remembered_and_suspends_in_the_end,
    whoever_pays_before_gets_no_invoice,
);

async fn postpaid(shop: &Shop, dunning: bool) -> Reseller {
    let list = shop.asks_resellers_for(vec![costs(&shop.month, dollars(3))]).await;
    let terms = ResellerTermsRequest { limit: Some(dollars(50)), dunning, ..prepaid(&list) };
    shop.has_a_reseller_on("branch.example.org", terms).await
}

async fn a_month_is_written_down_when_it_is_over(shop: Shop) {
    let branch = postpaid(&shop, false).await;
    branch.sells().await;
    branch.sells().await;
    shop.after(days(30)).await;
    assert!(shop.operator.invoices(&branch.id).await.expect("invoices").is_empty(), "March has 31 days");
    shop.after(days(1)).await;
    let all = shop.operator.invoices(&branch.id).await.expect("invoices");
    assert_eq!(all.len(), 1);
    let first = &all[0];
    assert_eq!(
        (first.number, &first.sum, &first.due, first.state.as_str()),
        (1, &dollars(6), &dollars(6), "open")
    );
    assert_eq!((first.lines.len(), first.lines[0].count, first.lines[0].name.as_str()), (1, 2, "Month"));
    assert_eq!((first.from.as_str(), first.until.as_str()), ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"));
    assert_eq!(branch.shop.operator.own_invoices().await.expect("mine"), all, "both see the same");
    assert_eq!(branch.shop.operator.invoice(&first.invoice_id).await.expect("mine"), *first);
    let other = shop.next_door().await;
    assert_eq!(refused(other.operator.invoice(&first.invoice_id).await), "not_found");
    branch.tops_up(dollars(4)).await;
    let after = shop.operator.invoice(&first.invoice_id).await.expect("an invoice");
    assert_eq!((after.paid, after.state.as_str()), (dollars(4), "open"));
    branch.sells().await;
    shop.after(days(30)).await;
    let all = shop.operator.invoices(&branch.id).await.expect("invoices");
    assert_eq!(
        (all.len(), all[1].number, &all[1].due),
        (2, 2, &dollars(3)),
        "what the first asks for is not asked twice"
    );
    branch.tops_up(dollars(5)).await;
    let all = shop.operator.invoices(&branch.id).await.expect("invoices");
    assert!(all.iter().all(|one| one.state == "paid" && one.paid == one.due), "{all:?}");
    assert_eq!(branch.seen().await.owed, dollars(0));
    let told = shop.told(&branch.account).await;
    assert_eq!(told.iter().filter(|key| *key == "invoice-issued").count(), 2);
    shop.is_in_order().await;
}

async fn an_idle_month_is_not_the_one_that_asks(shop: Shop) {
    let branch = postpaid(&shop, false).await;
    shop.after(days(31)).await;
    branch.sells().await;
    shop.after(days(30)).await;
    let all = shop.operator.invoices(&branch.id).await.expect("invoices");
    assert_eq!(all.len(), 1, "nothing is written of March");
    let only = &all[0];
    assert_eq!((only.from.as_str(), only.until.as_str()), ("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"));
    assert_eq!((&only.sum, &only.due, only.lines.len()), (&dollars(3), &dollars(3), 1));
    shop.is_in_order().await;
}

async fn an_unpaid_invoice_is_remembered_and_suspends_in_the_end(shop: Shop) {
    let branch = postpaid(&shop, true).await;
    let customer = branch.sells().await;
    shop.after(days(31)).await;
    let reminders = async || {
        let told = shop.told(&branch.account).await;
        told.iter().filter(|key| *key == "invoice-unpaid").count()
    };
    shop.after(days(6)).await;
    assert_eq!(reminders().await, 0);
    shop.after(days(1)).await;
    assert_eq!(reminders().await, 1);
    shop.after(days(7)).await;
    assert_eq!((reminders().await, branch.seen().await.state.as_str()), (2, "active"));
    shop.after(days(7)).await;
    let seen = branch.seen().await;
    assert!(seen.state == "suspended" && seen.suspended_at.is_some(), "{seen:?}");
    assert!(shop.told(&branch.account).await.contains(&"supply-stopped".to_owned()));
    customer.receives(dollars(7)).await;
    assert_eq!(refused(customer.orders("wallet").await), "not_supplied");
    shop.after(minutes(1)).await;
    shop.is_in_order().await;
}

async fn whoever_pays_before_gets_no_invoice(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(10)).await;
    branch.sells().await;
    shop.after(days(62)).await;
    assert!(shop.operator.invoices(&branch.id).await.expect("invoices").is_empty());
    let permissions = nexa_core::domain::permission::Permissions::NONE;
    let clerk =
        shop.nexa.backoffice(nexa_core::domain::user::Principal { permissions, ..shop.operator_is.clone() });
    assert_eq!(refused(clerk.invoices(&branch.id).await), "not_allowed");
    assert_eq!(refused(clerk.invoice(&branch.id).await), "not_allowed");
    assert_eq!(refused(clerk.own_invoices().await), "not_allowed");
}
