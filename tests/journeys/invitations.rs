//! Customers who bring customers, and the links by which the operator finds them.

use crate::world::{Customer, Shop, cents, dollars, minutes, on_every_storage, refused, wish};
use futures::future::join_all;
use nexa_core::{
    backoffice::model::CampaignRequest,
    domain::job::{Job, JobState, QueuedJob},
    ids::{Id as _, OrderId},
    storefront::model::{PageRequest, Purpose, ReferralTermsView, SignInRequest, SignUpRequest},
};

on_every_storage!(
    whoever_invited_gets_a_share_of_the_first_purchase,
    trials_top_ups_and_second_purchases_bring_nothing,
    a_reward_is_paid_once_however_often_the_job_runs,
    a_refund_takes_back_what_the_order_had_brought,
    what_was_spent_meanwhile_is_not_taken_back,
    two_who_invite_each_other_at_once_do_not_both_succeed,
    guessing_codes_becomes_slow,
    who_left_invites_nobody_any_more,
    a_wrong_invitation_keeps_nobody_from_signing_up,
    who_comes_by_mail_may_come_by_an_invitation,
    an_export_tells_of_the_invitation,
);

/// The operator gives a tenth of the first order, and half a dollar to the invited.
async fn gives(shop: &Shop, welcome: bool) {
    let welcome = welcome.then(|| cents(50));
    let hold_days = Some(0);
    let terms = ReferralTermsView { on: true, reward_bp: 1010, welcome, hold_days, ..Default::default() };
    shop.operator.set_referral_terms(terms).await.expect("terms");
}

async fn invited_by(shop: &Shop, friend: &Customer) -> Customer {
    let code = friend.shop.invitation().await.expect("an invitation").code;
    Customer::comes(shop, SignUpRequest { invitation: Some(code), ..SignUpRequest::default() }).await
}

async fn whoever_invited_gets_a_share_of_the_first_purchase(shop: Shop) {
    gives(&shop, true).await;
    let ann = shop.customer().await;
    let bob = invited_by(&shop, &ann).await;
    let order = bob.orders(&shop.transfer).await.expect("an order");
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 0), "nothing is paid yet");
    shop.bank.pays(&order);
    shop.after(minutes(1)).await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (50, 50), "10.1 percent of 5.00, rounded down");
    let told = ann.shop.notices(PageRequest::default()).await.expect("notices").items.remove(0);
    assert_eq!(told.key, "invitation-rewarded");
    assert!(told.text.contains("0.50"), "{}", told.text);
    assert!(bob.was_told().await.contains(&"welcome-credited".to_owned()));
    let mine = ann.shop.invitation().await.expect("an invitation");
    assert_eq!((mine.invited, mine.paying, mine.earned.minor), (1, 1, 50));
    let entry = ann.shop.wallet(PageRequest::default()).await.expect("a wallet").items.remove(0);
    assert_eq!((entry.reason.as_str(), entry.amount.minor), ("referral", 50));
    shop.is_in_order().await;
}

async fn trials_top_ups_and_second_purchases_bring_nothing(shop: Shop) {
    let month = shop.month.clone();
    shop.gives_trials_of(&month).await;
    gives(&shop, false).await;
    let ann = shop.customer().await;
    let bob = invited_by(&shop, &ann).await;
    bob.shop.trial().await.expect("a trial");
    let top_up = bob.tops_up(dollars(20), &shop.transfer).await.expect("an order");
    shop.bank.pays(&top_up);
    shop.after(minutes(1)).await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 2000));
    for _ in 0..2 {
        bob.orders("wallet").await.expect("an order");
        shop.works().await;
        assert_eq!(ann.wallet().await, 50, "the first one only");
    }
    let eve = invited_by(&shop, &bob).await;
    let off = ReferralTermsView { reward_bp: 1000, ..Default::default() };
    shop.operator.set_referral_terms(off).await.expect("terms");
    eve.has_a_month(&shop).await;
    gives(&shop, true).await;
    eve.receives(dollars(5)).await;
    eve.orders("wallet").await.expect("an order");
    shop.works().await;
    assert_eq!(
        (bob.wallet().await, eve.wallet().await),
        (1000, 0),
        "the first one was paid while nothing was given"
    );
    shop.is_in_order().await;
}

/// The job behind an order's reward, once more.
async fn does_again(shop: &Shop, order: OrderId) {
    let job = QueuedJob {
        id: order.uuid().into(),
        shop_id: shop.id,
        job: Job::RewardReferrer { order },
        run_at: shop.now(),
        attempts: 0,
        state: JobState::Ready,
        last_error: None,
        key: None,
    };
    let mut tx = shop.storage.begin().await.expect("storage");
    tx.add_job(&job).await.expect("a job");
    tx.commit().await.expect("committed");
}

async fn a_reward_is_paid_once_however_often_the_job_runs(shop: Shop) {
    gives(&shop, true).await;
    let ann = shop.customer().await;
    let bob = invited_by(&shop, &ann).await;
    bob.receives(dollars(50)).await;
    let orders = join_all((0..8).map(|_| bob.orders("wallet"))).await;
    let ids: Vec<OrderId> = orders.iter().flatten().map(|o| o.order_id.parse().expect("an id")).collect();
    assert_eq!(ids.len(), 8);
    shop.works().await;
    for order in ids {
        does_again(&shop, order).await;
    }
    shop.works().await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (50, 1050));
    shop.is_in_order().await;
}

async fn a_refund_takes_back_what_the_order_had_brought(shop: Shop) {
    gives(&shop, true).await;
    let ann = shop.customer().await;
    let bob = invited_by(&shop, &ann).await;
    bob.receives(dollars(5)).await;
    let order = bob.orders("wallet").await.expect("an order");
    shop.works().await;
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.works().await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 500), "as if nothing had been");
    assert!(ann.was_told().await.contains(&"invitation-reward-taken-back".to_owned()));
    assert!(bob.was_told().await.contains(&"welcome-credit-taken-back".to_owned()));
    assert_eq!(ann.shop.invitation().await.expect("an invitation").earned.minor, 0);
    bob.orders("wallet").await.expect("an order");
    shop.works().await;
    assert_eq!(ann.wallet().await, 0, "it is not the first any more");
    shop.is_in_order().await;
}

async fn what_was_spent_meanwhile_is_not_taken_back(shop: Shop) {
    gives(&shop, false).await;
    let ann = shop.customer_with(cents(470)).await;
    let bob = invited_by(&shop, &ann).await;
    bob.receives(dollars(5)).await;
    let order = bob.orders("wallet").await.expect("an order");
    shop.works().await;
    ann.orders("wallet").await.expect("bought with the reward");
    assert_eq!(ann.wallet().await, 20);
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.works().await;
    assert_eq!((ann.wallet().await, bob.wallet().await), (0, 500), "never below zero");
    assert_eq!(ann.shop.invitation().await.expect("an invitation").earned.minor, 30);
    shop.is_in_order().await;
}

async fn two_who_invite_each_other_at_once_do_not_both_succeed(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let of_ann = ann.shop.invitation().await.expect("an invitation").code;
    let of_bob = bob.shop.invitation().await.expect("an invitation").code;
    let (one, two) = futures::join!(ann.shop.accept_invitation(&of_bob), bob.shop.accept_invitation(&of_ann));
    assert_ne!(one.is_ok(), two.is_ok());
    let codes = join_all((0..64).map(|_| ann.shop.invitation())).await;
    assert!(codes.into_iter().all(|own| own.expect("an invitation").code == of_ann));
}

async fn guessing_codes_becomes_slow(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let code = ann.shop.invitation().await.expect("an invitation").code;
    for _ in 0..5 {
        assert_eq!(refused(bob.shop.accept_invitation(&"b".repeat(26)).await), "invitation_unknown");
    }
    assert_eq!(refused(bob.shop.accept_invitation(&code).await), "too_many_attempts");
    shop.after(minutes(1)).await;
    bob.shop.accept_invitation(&code).await.expect("accepted");
}

async fn who_left_invites_nobody_any_more(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    let code = ann.shop.invitation().await.expect("an invitation").code;
    ann.shop.delete_account(false).await.expect("gone");
    assert_eq!(refused(bob.shop.accept_invitation(&code).await), "invitation_unknown");
    assert_eq!(refused(ann.shop.invitation().await), "not_signed_in");
}

async fn a_wrong_invitation_keeps_nobody_from_signing_up(shop: Shop) {
    for code in ["", "x", "دعوت", &"c".repeat(26), &"c".repeat(5000)] {
        let (invitation, campaign) = (Some(code.to_owned()), Some(code.to_owned()));
        let bob =
            Customer::comes(&shop, SignUpRequest { invitation, campaign, ..SignUpRequest::default() }).await;
        assert!(!bob.shop.invitation().await.expect("an invitation").accepted);
    }
    let other = shop.next_door().await;
    let theirs = other.customer().await.shop.invitation().await.expect("an invitation").code;
    let bob = shop.customer().await;
    assert_eq!(refused(bob.shop.accept_invitation(&theirs).await), "invitation_unknown", "of another shop");
}

async fn who_comes_by_mail_may_come_by_an_invitation(shop: Shop) {
    let ann = shop.customer().await;
    let invitation = Some(ann.shop.invitation().await.expect("an invitation").code);
    let email = "sara@example.org";
    shop.guest().request_code(email, None).await.expect("mailed");
    let (email, code) = (Some(email.to_owned()), Some(shop.mail.code(email)));
    let with = SignInRequest { email, code, invitation, ..SignInRequest::default() };
    shop.guest().sign_in(with).await.expect("a new account");
    assert_eq!(ann.shop.invitation().await.expect("an invitation").invited, 1);
}

async fn an_export_tells_of_the_invitation(shop: Shop) {
    let ann = shop.customer().await;
    let bob = invited_by(&shop, &ann).await;
    let code = bob.shop.invitation().await.expect("an invitation").code;
    let export = bob.shop.export().await.expect("an export");
    assert!(export.contains(&code) && !export.contains(&ann.id), "without saying by whom");
    let spring = CampaignRequest { code: "spring".to_owned(), name: "Spring".to_owned(), postback_url: None };
    shop.operator.add_campaign(spring).await.expect("a campaign");
    let campaign = Some("spring:click-7".to_owned());
    let eve = Customer::comes(&shop, SignUpRequest { campaign, ..SignUpRequest::default() }).await;
    let export = eve.shop.export().await.expect("an export");
    assert!(export.contains("\"spring\"") && export.contains("\"click-7\""), "{export}");
    let wished = bob.shop.checkout(wish(Purpose::New, &shop.month, None, "wallet"), None).await;
    assert_eq!(refused(wished), "not_enough_funds");
}
