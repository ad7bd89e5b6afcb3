//! Commissions and withdrawals.

use super::{Bench, cases};
use crate::{
    domain::{
        commission::{
            Affiliate, Commission, CommissionCount, CommissionState, Crowd, Level, Pinned, RewardDays, Sign,
        },
        money::{Currency, Money},
        order::Order,
        referral::{Payout, Referral, ReferralTerms},
        user::User,
        withdrawal::{Withdrawal, WithdrawalState, WithdrawalWay},
    },
    ids::ShopId,
    ports::storage::{CommissionFilter, Inserted, Locked, Page, WithdrawalFilter},
};

cases![
    what_an_order_pays_stays_as_it_was_placed,
    an_order_brings_one_commission_of_each_level,
    what_became_of_a_commission_is_kept,
    days_are_kept_until_a_subscription_has_them,
    what_was_paid_too_much_is_found,
    commissions_are_counted,
    whoever_brings_customers_is_listed,
    earnings_are_kept_and_never_below_zero,
    withdrawals_are_kept,
    commissions_of_one_shop_are_not_another_shops,
];

fn irr(minor: i64) -> Money {
    Money::new(minor, Currency::Irr)
}

async fn another(bench: &Bench, shop: ShopId) -> User {
    let user = bench.user(shop);
    let mut tx = bench.tx().await;
    tx.save_user(&user).await.unwrap();
    tx.commit().await.unwrap();
    user
}

/// An order of a user, that is there.
async fn ordered(bench: &Bench, of: &User) -> Order {
    let order = bench.order(of);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    order
}

fn commission(bench: &Bench, of: &Order, gets: &User, level: Level) -> Commission {
    Commission {
        id: bench.world.id(),
        shop_id: of.shop_id,
        order_id: of.id,
        level,
        user_id: gets.id,
        invited_id: of.user_id,
        base: irr(1000),
        amount: irr(100),
        reversed: irr(0),
        paid: irr(0),
        back: irr(0),
        days: None,
        state: CommissionState::Pending,
        signs: vec![Sign::Circle, Sign::Crowd],
        reason: None,
        made_at: bench.later(),
        matures_at: bench.later(),
    }
}

async fn add(bench: &Bench, of: &Commission) {
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_commission(of).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
}

async fn what_an_order_pays_stays_as_it_was_placed(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let order = ordered(&bench, &ann).await;
    assert_eq!(bench.read().await.pinned(shop.id, order.id).await.unwrap(), None);
    let terms = ReferralTerms { on: true, second_bp: 7, ..ReferralTerms::default() };
    let placed = Pinned { shop_id: shop.id, order_id: order.id, terms, base: None };
    let paid = Pinned { base: Some(irr(70)), ..placed.clone() };
    for (written, kept) in
        [(placed.clone(), placed), (Pinned { terms: ReferralTerms::default(), ..paid.clone() }, paid)]
    {
        let mut tx = bench.tx().await;
        tx.save_pinned(&written).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.read().await.pinned(shop.id, order.id).await.unwrap(), Some(kept));
    }
    let nowhere = Pinned { shop_id: shop.id, order_id: bench.world.id(), terms, base: None };
    assert!(bench.tx().await.save_pinned(&nowhere).await.is_err());
}

async fn an_order_brings_one_commission_of_each_level(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let (bob, eve) = (another(&bench, shop.id).await, another(&bench, shop.id).await);
    let order = ordered(&bench, &bob).await;
    let (first, second) =
        (commission(&bench, &order, &ann, Level::First), commission(&bench, &order, &eve, Level::Second));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_commission(&second).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_commission(&first).await.unwrap(), Inserted::New);
    let twin = commission(&bench, &order, &eve, Level::First);
    assert_eq!(tx.insert_commission(&twin).await.unwrap(), Inserted::Taken);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.commissions_of(shop.id, order.id).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(read.commission(shop.id, first.id).await.unwrap(), Some(first.clone()));
    let of = |user, state| CommissionFilter { user, state };
    let all = read.commissions(shop.id, of(None, None), Page::default()).await.unwrap();
    assert_eq!(all, [second.clone(), first.clone()], "newest first");
    let own = read.commissions(shop.id, of(Some(ann.id), None), Page::default()).await.unwrap();
    assert_eq!(own, [first]);
    let held = of(None, Some(CommissionState::Held));
    assert_eq!(read.commissions(shop.id, held, Page::default()).await.unwrap(), []);
    let own = Commission { level: Level::Second, ..commission(&bench, &order, &bob, Level::First) };
    assert!(bench.tx().await.insert_commission(&own).await.is_err(), "nobody earns by themselves");
}

async fn what_became_of_a_commission_is_kept(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let bob = another(&bench, shop.id).await;
    let order = ordered(&bench, &bob).await;
    let made = commission(&bench, &order, &ann, Level::First);
    add(&bench, &made).await;
    let mut tx = bench.tx().await;
    assert!(tx.lock_commission(shop.id, bench.world.id()).await.unwrap().is_none());
    let held = tx.lock_commission(shop.id, made.id).await.unwrap().unwrap();
    let state = CommissionState::Matured;
    let became = move |c: Commission| Commission {
        reversed: irr(30),
        paid: irr(90),
        back: irr(20),
        state,
        reason: Some("دلیل".into()),
        signs: vec![Sign::LostMoney],
        ..c
    };
    let other = held.map(|c| Commission { amount: irr(99), user_id: bob.id, ..became(c) });
    tx.save_commission(other).await.unwrap();
    tx.commit().await.unwrap();
    let kept = bench.read().await.commission(shop.id, made.id).await.unwrap();
    assert_eq!(kept, Some(became(made.clone())), "only what became of it changes");
    let over = Locked::held_by_storage(Commission { reversed: irr(101), ..made.clone() });
    assert!(bench.tx().await.save_commission(over).await.is_err(), "more than it is");
    let nowhere = Locked::held_by_storage(Commission { id: bench.world.id(), ..made });
    assert!(bench.tx().await.save_commission(nowhere).await.is_err());
}

async fn days_are_kept_until_a_subscription_has_them(bench: Bench) {
    let stall = bench.stall().await;
    let (shop, ann) = (stall.shop.id, stall.user.id);
    let bob = another(&bench, shop).await;
    let order = ordered(&bench, &bob).await;
    let days = RewardDays { days: 7, void: 0, to: None };
    let fresh = commission(&bench, &order, &stall.user, Level::First);
    let made = Commission { amount: irr(0), days: Some(days), ..fresh };
    add(&bench, &made).await;
    let count = bench.read().await.commission_count(shop, ann).await.unwrap();
    assert_eq!(count, CommissionCount { days_pending: 7, ..CommissionCount::default() });
    let became =
        |void, to, state| Commission { days: Some(RewardDays { void, to, ..days }), state, ..made.clone() };
    let lies = [
        became(8, None, CommissionState::Pending),
        became(0, None, CommissionState::Matured),
        became(0, Some(stall.subscription.id), CommissionState::Pending),
    ];
    for lie in lies {
        assert!(bench.tx().await.save_commission(Locked::held_by_storage(lie)).await.is_err());
    }
    let given = became(2, Some(stall.subscription.id), CommissionState::Matured);
    let mut tx = bench.tx().await;
    tx.save_commission(Locked::held_by_storage(given.clone())).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.commission(shop, made.id).await.unwrap(), Some(given));
    let count = CommissionCount { days_given: 5, ..CommissionCount::default() };
    assert_eq!(read.commission_count(shop, ann).await.unwrap(), count);
    assert_eq!(read.affiliates(shop, 10).await.unwrap().first().unwrap().count, count);
}

async fn what_was_paid_too_much_is_found(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let mut lacking = Vec::new();
    for (back, lacks) in [(0, true), (40, false), (30, true)] {
        let bob = another(&bench, shop.id).await;
        let order = ordered(&bench, &bob).await;
        let state = CommissionState::Matured;
        let fresh = commission(&bench, &order, &ann, Level::First);
        let made = Commission { state, reversed: irr(40), paid: irr(100), back: irr(back), ..fresh };
        add(&bench, &made).await;
        if lacks {
            lacking.push(made);
        }
    }
    let bob = another(&bench, shop.id).await;
    let mut read = bench.read().await;
    assert_eq!(read.overpaid(shop.id, ann.id).await.unwrap(), lacking, "the oldest first");
    assert_eq!(read.overpaid(shop.id, bob.id).await.unwrap(), []);
    let (other, _) = bench.open_shop().await;
    assert_eq!(bench.read().await.overpaid(other.id, ann.id).await.unwrap(), []);
}

async fn commissions_are_counted(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let (order, since) = (ordered(&bench, &another(&bench, shop.id).await).await, bench.later());
    assert_eq!(
        bench.read().await.commission_count(shop.id, ann.id).await.unwrap(),
        CommissionCount::default()
    );
    for state in [
        CommissionState::Pending,
        CommissionState::Held,
        CommissionState::Matured,
        CommissionState::Refused,
        CommissionState::Reversed,
    ] {
        let bob = another(&bench, shop.id).await;
        let order = ordered(&bench, &bob).await;
        let made = Commission {
            state,
            reversed: irr(10),
            paid: if state == CommissionState::Matured { irr(90) } else { irr(0) },
            back: if state == CommissionState::Matured { irr(5) } else { irr(0) },
            ..commission(&bench, &order, &ann, Level::First)
        };
        add(&bench, &made).await;
    }
    add(&bench, &commission(&bench, &order, &ann, Level::Second)).await;
    let mut read = bench.read().await;
    let count = read.commission_count(shop.id, ann.id).await.unwrap();
    assert_eq!(
        count,
        CommissionCount { pending: 280, matured: 85, reversed: 140, ..CommissionCount::default() }
    );
    let crowd = read.crowd(shop.id, ann.id, since).await.unwrap();
    assert_eq!(crowd, Crowd { lately: 5, gone: 0 }, "of the first level");
    assert_eq!(read.crowd(shop.id, ann.id, bench.later()).await.unwrap(), Crowd::default());
}

async fn whoever_brings_customers_is_listed(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let eve = another(&bench, shop.id).await;
    for (n, (by, blocked)) in [(&eve, false), (&ann, true), (&ann, false)].into_iter().enumerate() {
        let bob = another(&bench, shop.id).await;
        let order = ordered(&bench, &bob).await;
        let known = Referral {
            shop_id: shop.id,
            user_id: bob.id,
            referrer_id: by.id,
            accepted_at: bench.later(),
            payout: None,
        };
        let payout = Payout { order_id: order.id, welcome: irr(0), welcome_back: irr(0) };
        let mut tx = bench.tx().await;
        assert_eq!(tx.insert_referral(&known).await.unwrap(), Inserted::New, "{n}");
        if blocked {
            tx.save_referral(&Referral { payout: Some(payout), ..known }).await.unwrap();
            tx.save_user(&User { blocked, ..bob }).await.unwrap();
            let state = CommissionState::Matured;
            let made = Commission { state, paid: irr(100), ..commission(&bench, &order, by, Level::First) };
            assert_eq!(tx.insert_commission(&made).await.unwrap(), Inserted::New);
        }
        tx.commit().await.unwrap();
    }
    let mut read = bench.read().await;
    let of = |user: &User, invited, paying, matured| Affiliate {
        user_id: user.id,
        invited,
        paying,
        count: CommissionCount { matured, ..CommissionCount::default() },
    };
    let (first, second) = (of(&ann, 2, 1, 100), of(&eve, 1, 0, 0));
    assert_eq!(read.affiliates(shop.id, 9).await.unwrap(), [first.clone(), second]);
    assert_eq!(read.affiliates(shop.id, 1).await.unwrap(), [first]);
    assert_eq!(read.crowd(shop.id, ann.id, bench.later()).await.unwrap().gone, 1);
}

async fn earnings_are_kept_and_never_below_zero(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.earnings(shop.id, ann.id, Currency::Irr).await.unwrap(), irr(0));
    for minor in [7, 0, 5] {
        tx.save_earnings(shop.id, ann.id, irr(minor)).await.unwrap();
        assert_eq!(tx.earnings(shop.id, ann.id, Currency::Irr).await.unwrap(), irr(minor));
    }
    assert_eq!(tx.earnings(shop.id, ann.id, Currency::Usd).await.unwrap().minor, 0, "of each currency");
    assert!(tx.save_earnings(shop.id, ann.id, irr(-1)).await.is_err());
}

fn withdrawal(bench: &Bench, of: &User) -> Withdrawal {
    Withdrawal {
        id: bench.world.id(),
        shop_id: of.shop_id,
        user_id: of.id,
        amount: irr(50),
        way: WithdrawalWay::Card,
        destination_sealed: Some("sealed".into()),
        state: WithdrawalState::Asked,
        note: None,
        asked_at: bench.later(),
        decided_at: None,
    }
}

async fn withdrawals_are_kept(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let bob = another(&bench, shop.id).await;
    let (first, second) = (withdrawal(&bench, &ann), withdrawal(&bench, &bob));
    let mut tx = bench.tx().await;
    tx.insert_withdrawal(&first).await.unwrap();
    tx.insert_withdrawal(&second).await.unwrap();
    let held = tx.lock_withdrawal(shop.id, first.id).await.unwrap().unwrap();
    let decided_at = Some(bench.later());
    let became = move |w: Withdrawal| Withdrawal {
        destination_sealed: None,
        state: WithdrawalState::Paid,
        note: Some("ref".into()),
        decided_at,
        ..w
    };
    tx.save_withdrawal(held.map(|w| Withdrawal { amount: irr(9), ..became(w) })).await.unwrap();
    tx.commit().await.unwrap();
    let first = became(first);
    let mut read = bench.read().await;
    assert_eq!(read.withdrawal(shop.id, first.id).await.unwrap(), Some(first.clone()));
    let of = |user, state| WithdrawalFilter { user, state };
    let list = read.withdrawals(shop.id, of(None, None), Page::default()).await.unwrap();
    assert_eq!(list, [second.clone(), first.clone()], "newest first");
    let list = read.withdrawals(shop.id, of(Some(ann.id), None), Page::default()).await.unwrap();
    assert_eq!(list, [first]);
    let asked = of(None, Some(WithdrawalState::Asked));
    assert_eq!(
        read.withdrawals(shop.id, asked, Page::default()).await.unwrap(),
        std::slice::from_ref(&second)
    );
    assert!(bench.tx().await.lock_withdrawal(shop.id, bench.world.id()).await.unwrap().is_none());
    assert!(bench.tx().await.insert_withdrawal(&second).await.is_err(), "it is there");
}

async fn commissions_of_one_shop_are_not_another_shops(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let theirs = bench.stall().await;
    let (shop, user) = (theirs.shop.id, &theirs.user);
    let bob = another(&bench, shop).await;
    let order = ordered(&bench, &bob).await;
    let (made, asked) = (commission(&bench, &order, user, Level::First), withdrawal(&bench, user));
    let pinned =
        Pinned { shop_id: shop, order_id: order.id, terms: ReferralTerms::default(), base: Some(irr(1)) };
    let mut tx = bench.tx().await;
    tx.save_pinned(&pinned).await.unwrap();
    assert_eq!(tx.insert_commission(&made).await.unwrap(), Inserted::New);
    tx.save_earnings(shop, user.id, irr(5)).await.unwrap();
    tx.insert_withdrawal(&asked).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.pinned(mine.id, order.id).await.unwrap(), None);
    assert_eq!(tx.commission(mine.id, made.id).await.unwrap(), None);
    assert_eq!(tx.commissions_of(mine.id, order.id).await.unwrap(), []);
    let every = CommissionFilter::default();
    assert_eq!(tx.commissions(mine.id, every, Page::default()).await.unwrap(), []);
    assert_eq!(tx.commission_count(mine.id, user.id).await.unwrap(), CommissionCount::default());
    assert_eq!(tx.crowd(mine.id, user.id, made.made_at).await.unwrap(), Crowd::default());
    assert_eq!(tx.earnings(mine.id, user.id, Currency::Irr).await.unwrap(), irr(0));
    assert_eq!(tx.affiliates(mine.id, 9).await.unwrap(), []);
    assert_eq!(tx.withdrawal(mine.id, asked.id).await.unwrap(), None);
    let every = WithdrawalFilter::default();
    assert_eq!(tx.withdrawals(mine.id, every, Page::default()).await.unwrap(), []);
    assert!(tx.lock_commission(mine.id, made.id).await.unwrap().is_none());
    assert!(tx.lock_withdrawal(mine.id, asked.id).await.unwrap().is_none());
    drop(tx);
    assert!(bench.tx().await.save_earnings(mine.id, user.id, irr(5)).await.is_err());
    let over = Locked::held_by_storage(Commission { shop_id: mine.id, ..made });
    assert!(bench.tx().await.save_commission(over).await.is_err());
    let over = Locked::held_by_storage(Withdrawal { shop_id: mine.id, ..asked });
    assert!(bench.tx().await.save_withdrawal(over).await.is_err());
}
