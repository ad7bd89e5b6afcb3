//! What happens to a reseller's credit, and to its customers when there is none.

use crate::world::{Shop, cents, days, dollars, hours, minutes, on_every_storage, prepaid, refused, wish};
use nexa_core::{
    backoffice::model::ResellerTermsRequest,
    storefront::model::{CheckoutRequest, PageRequest, Purpose},
};

on_every_storage!(
    customers_are_not_asked_for_what_would_only_wait,
    what_was_paid_without_credit_is_delivered_when_there_is_some,
    a_gift_without_credit_waits_for_its_code,
    a_gift_that_waits_for_credit_can_be_taken_back,
    a_gift_costs_once_whoever_claims_it,
    what_is_taken_back_in_time_gives_its_price_back,
    a_postpaid_reseller_owes_down_to_its_limit,
    a_reseller_hears_once_that_its_credit_runs_low,
    a_suspended_reseller_sells_nothing_new,
    a_renewal_from_the_wallet_waits_for_credit,
);

async fn customers_are_not_asked_for_what_would_only_wait(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(cents(500)).await;
    branch.sells().await;
    let customer = branch.shop.customer_with(dollars(7)).await;
    assert_eq!(refused(customer.orders("wallet").await), "not_supplied");
    assert_eq!(refused(customer.orders(&branch.shop.transfer).await), "not_supplied");
    assert_eq!(customer.wallet().await, 700, "nothing was taken");
    let topped_up = customer.tops_up(dollars(1), &branch.shop.transfer).await;
    topped_up.expect("money for the wallet is the reseller's own business");
    branch.shop.is_in_order().await;
}

async fn what_was_paid_without_credit_is_delivered_when_there_is_some(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(3)).await;
    let [ann, ben] = [branch.shop.customer().await, branch.shop.customer().await];
    let first = ann.orders(&branch.shop.transfer).await.expect("an order");
    let second = ben.orders(&branch.shop.transfer).await.expect("an order");
    shop.bank.pays(&first);
    shop.after(minutes(10)).await;
    shop.bank.pays(&second);
    shop.after(minutes(10)).await;
    assert_eq!(ann.subscription().await.state, "active");
    assert_eq!(ben.looks_at(&second).await.state, "paid");
    assert!(ben.shop.subscriptions().await.expect("subscriptions").is_empty());
    assert_eq!(ben.wallet().await, 0, "the price was taken and is kept");
    let flagged = nexa_core::backoffice::model::OperatorOrderFilter { attention: true, ..Default::default() };
    let flagged = branch.shop.operator.orders(flagged, PageRequest::default()).await.expect("orders").items;
    assert_eq!((flagged.len(), flagged[0].attention.as_deref()), (1, Some("supply_unpaid")));
    let account = shop.told(&branch.account).await;
    assert_eq!(account.iter().filter(|key| *key == "credit-out").count(), 1, "{account:?}");
    shop.after(days(1)).await;
    assert_eq!(ben.looks_at(&second).await.state, "paid", "however long it takes");
    branch.tops_up(dollars(3)).await;
    shop.works().await;
    assert_eq!(ben.looks_at(&second).await.state, "fulfilled");
    assert_eq!((ben.subscription().await.state.as_str(), branch.wallet().await), ("active", 0));
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn a_gift_without_credit_waits_for_its_code(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(3)).await;
    let [ann, ben] = [branch.shop.customer().await, branch.shop.customer().await];
    let first = ann.orders(&branch.shop.transfer).await.expect("an order");
    let gift =
        CheckoutRequest { gift: true, ..wish(Purpose::New, &branch.shop.month, None, &branch.shop.transfer) };
    let second = ben.shop.checkout(gift, None).await.expect("a gift");
    shop.bank.pays(&first);
    shop.after(minutes(10)).await;
    shop.bank.pays(&second);
    shop.after(minutes(10)).await;
    assert!(ben.shop.gifts().await.expect("gifts").is_empty());
    branch.tops_up(dollars(3)).await;
    shop.works().await;
    assert_eq!(ben.looks_at(&second).await.state, "fulfilled");
    assert!(ben.shop.gifts().await.expect("gifts").remove(0).code.is_some());
    branch.shop.is_in_order().await;
}

async fn a_gift_that_waits_for_credit_can_be_taken_back(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(3)).await;
    let [ann, ben, eve] =
        [branch.shop.customer().await, branch.shop.customer().await, branch.shop.customer().await];
    let first = ann.orders(&branch.shop.transfer).await.expect("an order");
    let gift = || CheckoutRequest {
        gift: true,
        ..wish(Purpose::New, &branch.shop.month, None, &branch.shop.transfer)
    };
    let of_ben = ben.shop.checkout(gift(), None).await.expect("a gift");
    let of_eve = eve.shop.checkout(gift(), None).await.expect("a gift");
    shop.bank.pays(&first);
    shop.after(minutes(5)).await;
    shop.bank.pays(&of_ben);
    shop.bank.pays(&of_eve);
    shop.after(minutes(5)).await;
    for (who, order) in [(&ben, &of_ben), (&eve, &of_eve)] {
        assert_eq!(who.looks_at(order).await.state, "paid");
    }
    let operator = &branch.shop.operator;
    assert_eq!(operator.refund_order(&of_ben.order_id).await.expect("taken back").state, "refunded");
    assert_eq!(ben.wallet().await, 700);
    assert_eq!(refused(operator.refund_order(&of_ben.order_id).await), "order_not_refundable", "once");
    assert_eq!(refused(eve.shop.delete_account(false).await), "wallet_not_empty");
    eve.shop.delete_account(true).await.expect("gone");
    assert_eq!(operator.order(&of_eve.order_id).await.expect("her order").state, "refunded");
    branch.tops_up(dollars(3)).await;
    shop.works().await;
    assert_eq!(branch.wallet().await, 300, "nothing waits any more");
    assert!(ben.shop.gifts().await.expect("gifts").is_empty());
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn a_gift_costs_once_whoever_claims_it(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(6)).await;
    let [ann, ben] = [branch.shop.customer_with(dollars(14)).await, branch.shop.customer().await];
    let gift = || CheckoutRequest { gift: true, ..wish(Purpose::New, &branch.shop.month, None, "wallet") };
    ann.shop.checkout(gift(), None).await.expect("a gift");
    let back = ann.shop.checkout(gift(), None).await.expect("another");
    assert_eq!(branch.wallet().await, 0);
    let code = ann.shop.gifts().await.expect("gifts").pop().expect("a gift").code.expect("a code");
    ben.shop.claim_gift(&code, None).await.expect("claimed without credit");
    shop.works().await;
    assert_eq!((ben.subscription().await.state.as_str(), branch.wallet().await), ("active", 0));
    shop.after(days(5)).await;
    ann.shop.take_gift_back(&back.order_id).await.expect("taken back");
    let both = (ann.wallet().await, branch.wallet().await);
    assert_eq!(both, (700, 300), "nothing was delivered, however long ago it was");
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn what_is_taken_back_in_time_gives_its_price_back(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(6)).await;
    let [early, late] = [branch.sells().await, branch.sells().await];
    let order_of = async |of: &crate::world::Customer| {
        of.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0).order_id
    };
    shop.after(days(2)).await;
    branch.shop.operator.refund_order(&order_of(&early).await).await.expect("taken back");
    shop.works().await;
    assert_eq!((early.wallet().await, branch.wallet().await), (700, 300));
    shop.after(days(2)).await;
    branch.shop.operator.refund_order(&order_of(&late).await).await.expect("taken back");
    shop.works().await;
    assert_eq!((late.wallet().await, branch.wallet().await), (700, 300), "later than three days: not");
    assert_eq!(branch.seen().await.sales, 1);
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn a_postpaid_reseller_owes_down_to_its_limit(shop: Shop) {
    let list = shop.asks_resellers_for(vec![crate::world::costs(&shop.month, dollars(3))]).await;
    let terms = ResellerTermsRequest { limit: Some(dollars(5)), ..prepaid(&list) };
    let branch = shop.has_a_reseller_on("branch.example.org", terms).await;
    branch.tops_up(dollars(1)).await;
    branch.sells().await;
    let seen = branch.seen().await;
    assert_eq!((seen.wallet, seen.owed, seen.room), (dollars(0), dollars(2), dollars(3)));
    branch.sells().await;
    let seen = branch.seen().await;
    assert_eq!((seen.owed, seen.room), (dollars(5), dollars(0)));
    let customer = branch.shop.customer_with(dollars(7)).await;
    assert_eq!(refused(customer.orders("wallet").await), "not_supplied");
    branch.tops_up(dollars(7)).await;
    let seen = branch.seen().await;
    assert_eq!(
        (seen.wallet, seen.owed, seen.room),
        (dollars(2), dollars(0), dollars(7)),
        "what is owed first"
    );
    customer.orders("wallet").await.expect("sold");
    shop.works().await;
    assert_eq!(branch.seen().await.owed, dollars(1));
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}

async fn a_reseller_hears_once_that_its_credit_runs_low(shop: Shop) {
    let list = shop.asks_resellers_for(vec![crate::world::costs(&shop.month, dollars(3))]).await;
    let terms = ResellerTermsRequest { low_below: Some(dollars(5)), ..prepaid(&list) };
    let branch = shop.has_a_reseller_on("branch.example.org", terms).await;
    let heard = async || {
        let told = shop.told(&branch.account).await;
        told.iter().filter(|key| *key == "credit-low").count()
    };
    branch.tops_up(dollars(11)).await;
    branch.sells().await;
    assert_eq!(heard().await, 0);
    branch.sells().await;
    assert_eq!(heard().await, 0, "five are left");
    branch.tops_up(dollars(1)).await;
    branch.sells().await;
    assert_eq!(heard().await, 1);
    branch.sells().await;
    assert_eq!(heard().await, 1, "once");
    branch.tops_up(dollars(5)).await;
    branch.sells().await;
    assert_eq!(heard().await, 2, "again after there was enough");
}

async fn a_suspended_reseller_sells_nothing_new(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(20)).await;
    let customer = branch.sells().await;
    let held = customer.subscription().await;
    let waits = branch.shop.customer().await;
    let order = waits.orders(&branch.shop.transfer).await.expect("an order");
    let seen = shop.operator.suspend_reseller(&branch.id).await.expect("suspended");
    assert!(seen.state == "suspended" && seen.suspended_at.is_some());
    customer.receives(dollars(7)).await;
    assert_eq!(refused(customer.renews(&held, "wallet").await), "not_supplied");
    shop.bank.pays(&order);
    shop.after(minutes(10)).await;
    assert_eq!(waits.looks_at(&order).await.state, "paid", "kept, and not delivered");
    assert_eq!(customer.subscription().await.state, "active", "what was sold goes on");
    assert_eq!(branch.shop.operator.supply().await.expect("a supplier").state, "suspended");
    shop.operator.resume_reseller(&branch.id).await.expect("resumed");
    shop.works().await;
    assert_eq!(waits.looks_at(&order).await.state, "fulfilled");
    customer.renews(&held, "wallet").await.expect("renewed");
    shop.works().await;
    branch.shop.is_in_order().await;
}

async fn a_renewal_from_the_wallet_waits_for_credit(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(3)).await;
    let customer = branch.sells().await;
    let held = customer.subscription().await.subscription_id;
    customer.shop.set_auto_renew(&held, true).await.expect("on");
    customer.receives(dollars(7)).await;
    shop.after(days(28)).await;
    for _ in 0..47 {
        shop.after(hours(1)).await;
    }
    assert_eq!(customer.wallet().await, 700, "nothing is taken for what would not come");
    branch.tops_up(dollars(3)).await;
    for _ in 0..3 {
        shop.after(hours(1)).await;
    }
    assert_eq!((customer.wallet().await, branch.wallet().await), (0, 0));
    assert_eq!(customer.subscription().await.state, "active");
    branch.shop.is_in_order().await;
}
