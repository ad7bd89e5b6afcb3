//! Commissions: two levels, a hold, what becomes of refunds, and taking the money out of the shop.

use crate::world::{Customer, Shop, cents, dollars, hours, minutes, on_every_storage, payment_of, refused};
use futures::future::join_all;
use nexa_core::{
    backoffice::model::{AlertSettingsView, DecideRequest, TelegramRequest},
    storefront::model::{
        PageRequest, ReferralTermsView, SignUpRequest, WithdrawRequest, WithdrawalTermsView, WithdrawalView,
    },
};

on_every_storage!(
    two_levels_are_paid_after_their_hold,
    terms_are_those_of_when_it_was_ordered,
    orders_count_as_the_terms_say,
    what_was_a_commission_brings_none,
    a_refund_before_the_hold_is_over_leaves_nothing,
    a_refund_afterwards_takes_back_what_is_there,
    money_that_is_lost_takes_its_share_along,
    a_withdrawal_is_paid,
    a_withdrawal_is_refused_and_its_money_can_go_again,
    only_matured_commissions_can_be_withdrawn,
    of_many_at_once_none_takes_more_than_there_is,
    what_is_odd_waits_for_a_person,
    who_leaves_is_paid_nothing_more,
    who_is_blocked_is_paid_later,
    what_was_spent_is_set_off_against_what_comes_later,
    those_who_run_the_shop_hear_of_what_waits,
);

/// A tenth to whoever invited, a twentieth to whoever invited them, of every order, after two days.
fn terms() -> ReferralTermsView {
    ReferralTermsView {
        on: true,
        reward_bp: 1000,
        second_bp: Some(500),
        orders: Some("every".to_owned()),
        hold_days: Some(2),
        withdrawal: Some(WithdrawalTermsView { least: cents(20), ways: vec!["other".to_owned()] }),
        ..ReferralTermsView::default()
    }
}

async fn gives(shop: &Shop, terms: ReferralTermsView) {
    shop.operator.set_referral_terms(terms).await.expect("terms");
}

async fn invited_by(shop: &Shop, friend: &Customer) -> Customer {
    let code = friend.shop.invitation().await.expect("an invitation").code;
    Customer::comes(shop, SignUpRequest { invitation: Some(code), ..SignUpRequest::default() }).await
}

/// Somebody who was invited and has bought a month; Ann invited Bob, and Bob invited Eve.
async fn chain(shop: &Shop) -> (Customer, Customer, Customer) {
    let ann = shop.customer().await;
    let bob = invited_by(shop, &ann).await;
    let eve = invited_by(shop, &bob).await;
    (ann, bob, eve)
}

/// Buys a month for five dollars out of a wallet.
async fn buys(shop: &Shop, who: &Customer) -> String {
    who.receives(dollars(5)).await;
    let order = who.orders("wallet").await.expect("an order");
    shop.works().await;
    order.order_id
}

/// What was earned: pending, in the wallet, void, free to be withdrawn.
async fn earned(who: &Customer) -> (i64, i64, i64, i64) {
    let own = who.shop.invitation().await.expect("an invitation");
    (own.pending.minor, own.earned.minor, own.reversed.minor, own.withdrawable.minor)
}

fn wanted(minor: i64) -> WithdrawRequest {
    WithdrawRequest { amount: cents(minor), way: "other".to_owned(), destination: "in person".to_owned() }
}

async fn holds(shop: &Shop, account: &str) -> i64 {
    let books = shop.operator.books().await.expect("books");
    books.accounts.iter().filter(|a| a.account == account).map(|a| a.balance.minor).sum()
}

async fn two_levels_are_paid_after_their_hold(shop: Shop) {
    gives(&shop, terms()).await;
    let (ann, bob, eve) = chain(&shop).await;
    buys(&shop, &eve).await;
    assert_eq!((earned(&ann).await, earned(&bob).await), ((25, 0, 0, 0), (50, 0, 0, 0)));
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 0), "nothing can be used yet");
    shop.after(hours(47)).await;
    assert_eq!(bob.wallet().await, 0);
    shop.after(hours(1)).await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (25, 50));
    assert_eq!((earned(&ann).await, earned(&bob).await), ((0, 25, 0, 25), (0, 50, 0, 50)));
    assert!(bob.was_told().await.contains(&"invitation-rewarded".to_owned()));
    let shown = bob.shop.commissions(PageRequest::default()).await.expect("commissions").items.remove(0);
    assert_eq!((shown.level, shown.state.as_str(), shown.amount.minor), (1, "matured", 50));
    let all = shop.operator.affiliates().await.expect("affiliates");
    let of = all.iter().map(|a| (a.invited, a.paying, a.matured.minor)).collect::<Vec<_>>();
    assert_eq!(of, [(1, 1, 50), (1, 0, 25)]);
    shop.is_in_order().await;
}

async fn terms_are_those_of_when_it_was_ordered(shop: Shop) {
    gives(&shop, ReferralTermsView { hold_days: Some(0), ..terms() }).await;
    let (_, bob, eve) = chain(&shop).await;
    let order = eve.orders(&shop.transfer).await.expect("an order");
    gives(&shop, ReferralTermsView { reward_bp: 4000, ..terms() }).await;
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    assert_eq!(bob.wallet().await, 50, "as it was then, and at once");
    gives(&shop, ReferralTermsView { on: false, ..terms() }).await;
    buys(&shop, &eve).await;
    assert_eq!(earned(&bob).await, (0, 50, 0, 50), "nothing is given any more");
    shop.is_in_order().await;
}

async fn orders_count_as_the_terms_say(shop: Shop) {
    let at_once = |orders: &str, order_days| ReferralTermsView {
        orders: Some(orders.to_owned()),
        order_days,
        hold_days: Some(0),
        ..terms()
    };
    for (terms, after_two, after_three) in [
        (at_once("first", None), 50, 50),
        (at_once("every", None), 100, 150),
        (at_once("within", Some(3)), 100, 100),
    ] {
        gives(&shop, terms).await;
        let ann = shop.customer().await;
        let bob = invited_by(&shop, &ann).await;
        buys(&shop, &bob).await;
        buys(&shop, &bob).await;
        assert_eq!(ann.wallet().await, after_two);
        shop.after(hours(72)).await;
        buys(&shop, &bob).await;
        assert_eq!(ann.wallet().await, after_three);
    }
    shop.is_in_order().await;
}

async fn what_was_a_commission_brings_none(shop: Shop) {
    gives(&shop, ReferralTermsView { reward_bp: 4000, second_bp: Some(1000), hold_days: Some(0), ..terms() })
        .await;
    let (ann, bob, eve) = chain(&shop).await;
    for _ in 0..2 {
        buys(&shop, &eve).await;
    }
    assert_eq!((ann.wallet().await, bob.wallet().await), (100, 400));
    bob.receives(dollars(3)).await;
    bob.orders("wallet").await.expect("an order");
    shop.works().await;
    assert_eq!(bob.wallet().await, 200);
    assert_eq!(ann.wallet().await, 100 + 120, "of the three dollars that were no commission");
    assert_eq!(earned(&bob).await.3, 200, "other money is spent first");
    shop.is_in_order().await;
}

async fn a_refund_before_the_hold_is_over_leaves_nothing(shop: Shop) {
    gives(&shop, terms()).await;
    let (ann, bob, eve) = chain(&shop).await;
    let order = buys(&shop, &eve).await;
    shop.operator.refund_order(&order).await.expect("begun");
    shop.after(hours(72)).await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 0));
    assert_eq!((earned(&ann).await, earned(&bob).await), ((0, 0, 25, 0), (0, 0, 50, 0)));
    let shown = bob.shop.commissions(PageRequest::default()).await.expect("commissions").items.remove(0);
    assert_eq!(shown.state, "reversed");
    shop.is_in_order().await;
}

async fn a_refund_afterwards_takes_back_what_is_there(shop: Shop) {
    gives(&shop, ReferralTermsView { hold_days: Some(0), ..terms() }).await;
    let (ann, bob, eve) = chain(&shop).await;
    let (first, second) = (buys(&shop, &eve).await, buys(&shop, &eve).await);
    bob.shop.withdraw(wanted(70)).await.expect("asked for");
    assert_eq!((ann.wallet().await, bob.wallet().await), (50, 30));
    for order in [first, second] {
        shop.operator.refund_order(&order).await.expect("begun");
        shop.works().await;
    }
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 0), "as far as it is there");
    assert_eq!((earned(&ann).await, earned(&bob).await), ((0, 0, 50, 0), (0, 70, 100, 0)));
    assert!(bob.was_told().await.contains(&"invitation-reward-taken-back".to_owned()));
    let asked = waiting(&shop).await;
    shop.operator.refuse_withdrawal(&asked.withdrawal_id, note("refunded")).await.expect("refused");
    assert_eq!((bob.wallet().await, earned(&bob).await), (0, (0, 0, 100, 0)), "what comes back is void, too");
    shop.is_in_order().await;
}

async fn money_that_is_lost_takes_its_share_along(shop: Shop) {
    gives(&shop, ReferralTermsView { hold_days: Some(0), ..terms() }).await;
    let (ann, bob, eve) = chain(&shop).await;
    let order = eve.orders(&shop.transfer).await.expect("an order");
    let transfer = shop.bank.begins(&order, &payment_of(&order).due.clone());
    shop.bank.confirms(&transfer);
    shop.after(minutes(1)).await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (25, 50));
    shop.bank.gateway().contest(&transfer);
    shop.after(hours(2)).await;
    assert_eq!(bob.wallet().await, 50, "nothing is decided yet");
    shop.bank.gateway().drop_transfer(&transfer);
    shop.after(hours(2)).await;
    assert!(eve.looks_at(&order).await.attention, "a person sees it");
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 0));
    assert_eq!(earned(&bob).await, (0, 0, 50, 0));
    shop.is_in_order().await;
}

/// Bob, with fifty cents of commission in the wallet.
async fn rich(shop: &Shop) -> Customer {
    gives(shop, ReferralTermsView { hold_days: Some(0), ..terms() }).await;
    let (_, bob, eve) = chain(shop).await;
    buys(shop, &eve).await;
    assert_eq!(bob.wallet().await, 50);
    bob
}

async fn waiting(shop: &Shop) -> WithdrawalView {
    let asked = Some("asked".to_owned());
    let all = shop.operator.all_withdrawals(asked, PageRequest::default()).await.expect("withdrawals");
    all.items.into_iter().next().expect("one").withdrawal
}

fn note(words: &str) -> DecideRequest {
    DecideRequest { note: words.to_owned() }
}

async fn a_withdrawal_is_paid(shop: Shop) {
    let bob = rich(&shop).await;
    let asked = bob.shop.withdraw(wanted(40)).await.expect("asked for");
    assert_eq!((bob.wallet().await, holds(&shop, "withdrawals_due").await), (10, 40));
    let seen = waiting(&shop).await;
    assert_eq!((&seen.withdrawal_id, seen.destination.as_deref()), (&asked.withdrawal_id, Some("in person")));
    assert_eq!(refused(shop.operator.pay_withdrawal(&seen.withdrawal_id, note(" ")).await), "bad_input");
    shop.operator.pay_withdrawal(&seen.withdrawal_id, note("tx 7")).await.expect("paid");
    let again = shop.operator.refuse_withdrawal(&seen.withdrawal_id, note("no")).await;
    assert_eq!(refused(again), "already_decided");
    assert_eq!((holds(&shop, "withdrawals_due").await, holds(&shop, "withdrawn").await), (0, 40));
    let mine = bob.shop.withdrawals(PageRequest::default()).await.expect("withdrawals").items.remove(0);
    assert_eq!((mine.state.as_str(), mine.note.as_deref()), ("paid", Some("tx 7")));
    assert!(bob.was_told().await.contains(&"withdrawal-paid".to_owned()));
    assert_eq!(bob.wallet().await, 10);
    shop.is_in_order().await;
}

async fn a_withdrawal_is_refused_and_its_money_can_go_again(shop: Shop) {
    let bob = rich(&shop).await;
    bob.shop.withdraw(wanted(50)).await.expect("asked for");
    let seen = waiting(&shop).await;
    shop.operator.refuse_withdrawal(&seen.withdrawal_id, note("no such place")).await.expect("refused");
    assert_eq!((bob.wallet().await, earned(&bob).await.3), (50, 50));
    assert!(bob.was_told().await.contains(&"withdrawal-refused".to_owned()));
    bob.shop.withdraw(wanted(50)).await.expect("asked for again");
    assert_eq!((bob.wallet().await, holds(&shop, "withdrawals_due").await), (0, 50));
    shop.is_in_order().await;
}

async fn only_matured_commissions_can_be_withdrawn(shop: Shop) {
    let bob = rich(&shop).await;
    bob.receives(dollars(9)).await;
    assert_eq!(refused(bob.shop.withdraw(wanted(51)).await), "not_enough_funds", "other money stays");
    assert_eq!(refused(bob.shop.withdraw(wanted(19)).await), "amount_out_of_range");
    let card =
        WithdrawRequest { way: "card".to_owned(), destination: "4242424242424242".to_owned(), ..wanted(50) };
    assert_eq!(refused(bob.shop.withdraw(card).await), "withdrawal_not_offered");
    let card =
        WithdrawRequest { way: "card".to_owned(), destination: "4242424242424241".to_owned(), ..wanted(50) };
    assert_eq!(refused(bob.shop.withdraw(card).await), "bad_input");
    bob.orders("wallet").await.expect("an order");
    assert_eq!(earned(&bob).await.3, 50, "what is no commission is spent first");
    bob.receives(cents(70)).await;
    bob.orders("wallet").await.expect("an order");
    assert_eq!((bob.wallet().await, earned(&bob).await.3), (20, 20), "then the rest");
    gives(&shop, ReferralTermsView { withdrawal: None, ..terms() }).await;
    assert_eq!(refused(bob.shop.withdraw(wanted(20)).await), "withdrawal_not_offered");
    shop.is_in_order().await;
}

async fn of_many_at_once_none_takes_more_than_there_is(shop: Shop) {
    let bob = rich(&shop).await;
    bob.receives(dollars(9)).await;
    let all = join_all((0..64).map(|_| bob.shop.withdraw(wanted(20)))).await;
    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 2);
    assert_eq!((bob.wallet().await, holds(&shop, "withdrawals_due").await), (910, 40));
    assert_eq!(earned(&bob).await.3, 10);
    shop.is_in_order().await;
}

async fn what_is_odd_waits_for_a_person(shop: Shop) {
    gives(&shop, ReferralTermsView { hold_days: Some(0), ..terms() }).await;
    let ann = shop.customer().await;
    for n in 1..=6 {
        let bob = invited_by(&shop, &ann).await;
        buys(&shop, &bob).await;
        assert_eq!(ann.wallet().await, 50 * n.min(4), "the fifth within minutes is one too many");
    }
    let state = |name: &str| Some(name.to_owned());
    let page = PageRequest::default;
    let held = shop.operator.all_commissions(state("held"), page()).await.expect("commissions").items;
    assert_eq!(held.len(), 2);
    assert_eq!(held[0].signs, ["crowd"]);
    let ids: Vec<&str> = held.iter().map(|c| c.commission.commission_id.as_str()).collect();
    assert_eq!(refused(shop.operator.refuse_commission(ids[0], note("")).await), "bad_input");
    shop.operator.refuse_commission(ids[0], note("one person")).await.expect("refused");
    assert_eq!(refused(shop.operator.approve_commission(ids[0]).await), "already_decided");
    shop.operator.approve_commission(ids[1]).await.expect("approved");
    shop.works().await;
    assert_eq!((ann.wallet().await, earned(&ann).await), (250, (0, 250, 50, 250)));
    let shown = ann.shop.commissions(page()).await.expect("commissions").items;
    assert!(shown.iter().any(|c| c.state == "refused" && c.reason.as_deref() == Some("one person")));
    let deeds = shop.operator.actions(page()).await.expect("deeds").items;
    let refusals = deeds.iter().filter(|deed| deed.reason == "one person").count();
    assert_eq!(refusals, 1, "it is in the record");
    shop.is_in_order().await;
}

async fn who_leaves_is_paid_nothing_more(shop: Shop) {
    gives(&shop, terms()).await;
    let (_, bob, eve) = chain(&shop).await;
    buys(&shop, &eve).await;
    assert_eq!(refused(bob.shop.delete_account(false).await), "wallet_not_empty", "something waits");
    bob.shop.delete_account(true).await.expect("gone");
    shop.after(hours(48)).await;
    let page = PageRequest::default();
    let all = shop.operator.all_commissions(Some("refused".to_owned()), page).await.expect("commissions");
    assert_eq!(all.items.len(), 1);
    assert_eq!(all.items[0].paid.minor, 0);
    shop.is_in_order().await;
}

async fn who_is_blocked_is_paid_later(shop: Shop) {
    gives(&shop, terms()).await;
    let (_, bob, eve) = chain(&shop).await;
    buys(&shop, &eve).await;
    shop.operator.block_user(&bob.id, true).await.expect("blocked");
    shop.after(hours(72)).await;
    let pending = Some("pending".to_owned());
    let waits = shop.operator.all_commissions(pending, PageRequest::default()).await.expect("commissions");
    assert_eq!(waits.items.iter().map(|c| c.user_id.as_str()).collect::<Vec<_>>(), [bob.id.as_str()]);
    shop.operator.block_user(&bob.id, false).await.expect("unblocked");
    shop.after(hours(24)).await;
    assert_eq!((bob.wallet().await, earned(&bob).await), (50, (0, 50, 0, 50)));
    shop.is_in_order().await;
}

async fn what_was_spent_is_set_off_against_what_comes_later(shop: Shop) {
    gives(&shop, ReferralTermsView { hold_days: Some(0), ..terms() }).await;
    let ann = shop.customer().await;
    let (bob, eve) = (invited_by(&shop, &ann).await, invited_by(&shop, &ann).await);
    let order = buys(&shop, &bob).await;
    ann.shop.withdraw(wanted(40)).await.expect("asked for");
    shop.operator.refund_order(&order).await.expect("begun");
    shop.works().await;
    assert_eq!(ann.wallet().await, 0, "forty are gone");
    buys(&shop, &eve).await;
    assert_eq!((ann.wallet().await, earned(&ann).await), (10, (0, 50, 50, 10)));
    buys(&shop, &eve).await;
    assert_eq!(
        (ann.wallet().await, earned(&ann).await),
        (60, (0, 100, 50, 60)),
        "nothing is lacking any more"
    );
    shop.is_in_order().await;
}

async fn those_who_run_the_shop_hear_of_what_waits(shop: Shop) {
    let token = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8".to_owned();
    let bot = TelegramRequest { token, username: "@fast_net_bot".to_owned() };
    shop.operator.set_telegram(bot).await.expect("a bot");
    let chat = AlertSettingsView { chat_id: -100, topics: vec![], muted: vec![], large_payment: None };
    shop.operator.set_alerts(chat).await.expect("alerts");
    let bob = rich(&shop).await;
    bob.shop.withdraw(wanted(20)).await.expect("asked for");
    let settled = waiting(&shop).await;
    shop.operator.refuse_withdrawal(&settled.withdrawal_id, note("no")).await.expect("refused at once");
    bob.shop.withdraw(wanted(30)).await.expect("asked for");
    let (ann, _, eve) = chain(&shop).await;
    let code = eve.shop.invitation().await.expect("an invitation").code;
    ann.shop.accept_invitation(&code).await.expect("a circle");
    buys(&shop, &ann).await;
    let told: Vec<String> = shop.messenger.posted_to(-100).into_iter().map(|(_, text)| text).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("A withdrawal of 0.30 USD waits"), "{told:?}");
    for amount in ["0.50", "0.25"] {
        let odd = format!("A commission of {amount} USD looks odd");
        assert!(told.iter().any(|text| text.starts_with(&odd)), "{told:?}");
    }
}
