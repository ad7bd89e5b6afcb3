//! Two shops in one installation: whatever id of the one is given to the other, it does not exist.

use crate::world::{Customer, Shop, days, dollars, on_every_storage, payment_of, refused, wish};
use nexa_core::{
    backoffice::model::{
        AcceptRequest, AddPlanRequest, AddServerRequest, OperatorOrderFilter, RejectRequest, RejectionReason,
        ShopRequest, UpdateGatewayRequest, UpdatePlanRequest, UpdateServerRequest, WalletCorrection,
    },
    storefront::model::{
        OrderView, PageRequest, Purpose, QrFormat, QuoteRequest, SignInRequest, SubscriptionView,
    },
};
use serde_json::json;

on_every_storage!(
    a_customer_sees_nothing_of_the_other_shop,
    a_customer_sees_nothing_of_another_customer,
    an_operator_sees_nothing_of_the_other_shop,
    an_account_is_good_in_one_shop,
    a_job_that_was_given_up_belongs_to_one_shop,
);

/// Something of everything that a customer can have.
struct Belongings {
    order: OrderView,
    subscription: SubscriptionView,
}

async fn belongings(shop: &Shop) -> (Customer, Belongings) {
    let customer = shop.customer().await;
    let subscription = customer.has_a_month(shop).await;
    let order = customer.orders(&shop.card).await.expect("an order");
    customer.hands_in(&order, "receipt").await.expect("taken");
    (customer, Belongings { order, subscription })
}

async fn finds_nothing(nosy: &Customer, of: &Belongings) {
    let (order, subscription) = (of.order.order_id.as_str(), of.subscription.subscription_id.as_str());
    let shop = &nosy.shop;
    assert_eq!(refused(shop.order(order).await), "not_found");
    assert_eq!(refused(shop.pay(order, "wallet", false).await), "not_found");
    assert_eq!(refused(shop.cancel_order(order).await), "not_found");
    assert_eq!(refused(nosy.hands_in(&of.order, "mine").await), "not_found");
    assert_eq!(refused(shop.subscription(subscription).await), "not_found");
    assert_eq!(refused(shop.reset_link(subscription).await), "not_found");
    assert_eq!(refused(shop.link_qr(subscription, QrFormat::Png).await), "not_found");
    assert_eq!(refused(nosy.renews(&of.subscription, "wallet").await), "not_found");
    assert!(shop.orders(PageRequest::default()).await.expect("my orders").items.is_empty());
    assert!(shop.subscriptions().await.expect("my subscriptions").is_empty());
    assert!(shop.notices(PageRequest::default()).await.expect("my notices").items.is_empty());
}

async fn a_customer_sees_nothing_of_another_customer(shop: Shop) {
    let (_, theirs) = belongings(&shop).await;
    finds_nothing(&shop.customer_with(dollars(50)).await, &theirs).await;
}

async fn a_customer_sees_nothing_of_the_other_shop(shop: Shop) {
    let other = shop.next_door().await;
    let (_, theirs) = belongings(&other).await;
    let nosy = shop.customer_with(dollars(50)).await;
    finds_nothing(&nosy, &theirs).await;
    let quote = |plan: &str, method: Option<&String>| {
        nosy.shop.quote(QuoteRequest {
            plan_id: plan.to_owned(),
            method: method.cloned(),
            ..QuoteRequest::default()
        })
    };
    assert_eq!(refused(quote(&other.month, None).await), "not_found");
    assert_eq!(refused(quote(&shop.month, Some(&other.transfer)).await), "not_found");
    let their_plan = wish(Purpose::New, &other.month, None, "wallet");
    assert_eq!(refused(nosy.shop.checkout(their_plan, None).await), "not_found");
    assert_eq!(refused(nosy.orders(&other.transfer).await), "not_found");
    let mine = nosy.orders(&shop.transfer).await.expect("an order");
    assert_eq!(refused(nosy.shop.pay(&mine.order_id, &other.card, false).await), "not_found");
    let plans = nosy.shop.plans().await.expect("plans");
    assert!(plans.iter().all(|p| p.plan_id != other.month));
    let methods = nosy.shop.methods().await.expect("methods");
    assert!(methods.iter().all(|m| m.method != other.transfer && m.method != other.card));
    assert_eq!(nosy.wallet().await, 5000, "nothing was taken");
}

async fn an_account_is_good_in_one_shop(shop: Shop) {
    let other = shop.next_door().await;
    let customer = other.customer().await;
    assert_eq!(refused(shop.door.principal(shop.id, &customer.token).await), "not_signed_in");
    let account_number = Some(customer.number.clone());
    let number = SignInRequest { account_number, ..SignInRequest::default() };
    assert_eq!(refused(shop.guest().sign_in(number).await), "wrong_credentials");
    assert_eq!(shop.door.shop_of("other.example.org").await.expect("a shop").id, other.id);
    assert_eq!(shop.door.shop_of("shop.example.org").await.expect("a shop").id, shop.id);
}

async fn an_operator_sees_nothing_of_the_other_shop(shop: Shop) {
    let other = shop.next_door().await;
    let (customer, theirs) = belongings(&other).await;
    let operator = &shop.operator;
    let before = snapshot(&other).await;
    things_run(&shop, &other).await;

    let user = customer.id.as_str();
    assert_eq!(refused(operator.user(user).await), "not_found");
    for query in [user, &customer.number, &theirs.subscription.link] {
        assert_eq!(refused(operator.find_user(query).await), "not_found");
    }
    assert_eq!(refused(operator.block_user(user, true).await), "not_found");
    let gift = WalletCorrection { amount: dollars(1) };
    assert_eq!(refused(operator.correct_wallet(user, gift, "k".to_owned()).await), "not_found");

    let order = theirs.order.order_id.as_str();
    assert_eq!(refused(operator.order(order).await), "not_found");
    assert_eq!(refused(operator.refund_order(order).await), "not_found");
    let of_user = OperatorOrderFilter { user_id: Some(user.to_owned()), ..OperatorOrderFilter::default() };
    assert!(operator.orders(of_user, PageRequest::default()).await.expect("orders").items.is_empty());
    let all = operator.orders(OperatorOrderFilter::default(), PageRequest::default()).await.expect("orders");
    assert!(all.items.is_empty());

    let receipt = &other.operator.receipts(PageRequest::default()).await.expect("receipts")[0];
    let id = receipt.receipt_id.as_str();
    assert!(operator.receipts(PageRequest::default()).await.expect("receipts").is_empty());
    assert_eq!(refused(operator.receipt_picture(id).await), "not_found");
    let accept = AcceptRequest { received: receipt.due.clone(), version: receipt.version };
    assert_eq!(refused(operator.accept_receipt(id, accept).await), "not_found");
    let reject = RejectRequest { reason: RejectionReason::Forged, version: receipt.version };
    assert_eq!(refused(operator.reject_receipt(id, reject).await), "not_found");

    let subscription = theirs.subscription.subscription_id.as_str();
    assert_eq!(refused(operator.subscription(subscription).await), "not_found");
    assert_eq!(refused(operator.suspend(subscription).await), "not_found");
    assert_eq!(refused(operator.resume(subscription).await), "not_found");
    assert_eq!(refused(operator.revoke(subscription).await), "not_found");
    for of in [None, Some(user.to_owned())] {
        let page = operator.subscriptions(of, PageRequest::default()).await.expect("subscriptions");
        assert!(page.items.is_empty());
    }
    assert_eq!(
        payment_of(&customer.looks_at(&theirs.order).await),
        payment_of(&after_receipt(&theirs.order))
    );
    assert_eq!(snapshot(&other).await, before, "nothing changed next door");
    shop.is_in_order().await;
    other.is_in_order().await;
}

/// The order as it is once a receipt was handed in.
fn after_receipt(order: &OrderView) -> OrderView {
    let mut order = order.clone();
    order.payment.as_mut().expect("a payment").receipt = Some("waiting".to_owned());
    order
}

/// What the other operator runs: servers, plans, gateways, keys, jobs.
async fn things_run(shop: &Shop, other: &Shop) {
    let operator = &shop.operator;
    let server = &other.operator.servers().await.expect("servers")[0];
    let change =
        UpdateServerRequest { name: None, state: None, config: None, region: None, capacity: Some(1) };
    assert_eq!(refused(operator.update_server(&server.server_id, change).await), "not_found");
    assert_eq!(refused(operator.check_server(&server.server_id).await), "not_found");
    let group_id = Some(server.group_id.clone());
    let into_their_group = AddServerRequest {
        name: "spy".to_owned(),
        kind: "memory".to_owned(),
        group_id: group_id.clone(),
        config: json!({ "name": "spy" }),
        region: None,
        capacity: None,
    };
    assert_eq!(refused(operator.add_server(into_their_group).await), "not_found");
    let on_their_group = AddPlanRequest {
        name: "Theirs".to_owned(),
        days: 1,
        traffic_bytes: 1 << 30,
        devices: 1,
        extras: vec![],
        group_id,
        prices: vec![dollars(1)],
        on_sale: true,
    };
    assert_eq!(refused(operator.add_plan(on_their_group).await), "not_found");
    let cheaper = UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: Some(vec![dollars(1)]),
        extras: None,
        on_sale: None,
    };
    assert_eq!(refused(operator.update_plan(&other.month, cheaper).await), "not_found");
    let off = UpdateGatewayRequest { name: None, config: None, enabled: Some(false) };
    assert_eq!(refused(operator.update_gateway(&other.card, off).await), "not_found");
    assert_eq!(refused(operator.check_gateway(&other.card).await), "not_found");
    let trial_plan_id = Some(other.month.clone());
    let trial = ShopRequest { trial_plan_id, ..ShopRequest::default() };
    assert_eq!(refused(operator.update_shop(trial).await), "not_found");
    let key = &shop.operator.api_keys().await.expect("keys")[0];
    assert_eq!(refused(other.operator.remove_api_key(&key.key_id).await), "not_found");
}

async fn a_job_that_was_given_up_belongs_to_one_shop(shop: Shop) {
    let other = shop.next_door().await;
    let customer = other.customer_with(dollars(5)).await;
    other.server("singapore").goes_down();
    customer.orders("wallet").await.expect("an order");
    other.gives_something_up().await;
    let given_up = other.operator.poison_jobs().await.expect("jobs");
    assert!(shop.operator.poison_jobs().await.expect("jobs").is_empty());
    other.server("singapore").comes_back();
    for job in &given_up {
        assert_eq!(refused(shop.operator.retry_job(&job.job_id).await), "not_found");
        other.operator.retry_job(&job.job_id).await.expect("tried again");
    }
    other.after(days(1)).await;
    assert_eq!(customer.subscription().await.state, "active");
    other.is_in_order().await;
}

/// Whatever an operator could have changed.
async fn snapshot(shop: &Shop) -> String {
    let operator = &shop.operator;
    let receipts = operator.receipts(PageRequest::default()).await.expect("receipts");
    let subscriptions = operator.subscriptions(None, PageRequest::default()).await.expect("subscriptions");
    let users = operator.users(PageRequest::default()).await.expect("users");
    let plans = operator.plans().await.expect("plans");
    let gateways = operator.gateways().await.expect("gateways");
    let shop = operator.shop().await.expect("the shop");
    format!("{shop:#?}\n{plans:#?}\n{gateways:#?}\n{users:#?}\n{receipts:#?}\n{subscriptions:#?}")
}
