//! Invitations and campaigns.

use super::{Bench, cases};
use crate::{
    domain::{
        money::{Currency, Money},
        order::{Order, OrderKind, OrderState},
        pack::{PackKind, PackSale},
        referral::{
            CameBy, Campaign, CampaignCount, Invitation, Payout, Referral, ReferralCount, ReferralTerms,
        },
        user::User,
    },
    ids::ShopId,
    ports::storage::Inserted,
};

cases![
    what_is_given_for_invitations_comes_back,
    everybody_has_one_invitation_and_its_code_is_unique,
    everybody_is_invited_once,
    what_came_of_invitations_is_counted,
    the_first_paid_order_is_found,
    campaigns_are_counted,
    where_a_campaign_tells_is_changed,
    invitations_of_one_shop_are_not_another_shops,
];

fn irr(minor: i64) -> Money {
    Money::new(minor, Currency::Irr)
}

async fn what_is_given_for_invitations_comes_back(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    assert_eq!(bench.read().await.referral_terms(shop.id).await.unwrap(), None);
    for terms in [
        ReferralTerms { on: true, reward_bp: 2500, welcome: Some(irr(10)), ..ReferralTerms::default() },
        ReferralTerms::default(),
    ] {
        let mut tx = bench.tx().await;
        tx.save_referral_terms(shop.id, &terms).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(bench.read().await.referral_terms(shop.id).await.unwrap(), Some(terms));
    }
    let nowhere = bench.world.id();
    assert!(bench.tx().await.save_referral_terms(nowhere, &ReferralTerms::default()).await.is_err());
}

fn invitation(bench: &Bench, of: &User) -> Invitation {
    Invitation { shop_id: of.shop_id, user_id: of.id, lookup: bench.print(), sealed: "sealed".into() }
}

async fn another(bench: &Bench, shop: ShopId) -> User {
    let user = bench.user(shop);
    let mut tx = bench.tx().await;
    tx.save_user(&user).await.unwrap();
    tx.commit().await.unwrap();
    user
}

async fn everybody_has_one_invitation_and_its_code_is_unique(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let bob = another(&bench, shop.id).await;
    let own = invitation(&bench, &ann);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_invitation(&own).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_invitation(&invitation(&bench, &ann)).await.unwrap(), Inserted::Taken);
    let same = Invitation { lookup: own.lookup.clone(), ..invitation(&bench, &bob) };
    assert_eq!(tx.insert_invitation(&same).await.unwrap(), Inserted::Taken);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.invitation(shop.id, ann.id).await.unwrap(), Some(own.clone()));
    assert_eq!(tx.invitation(shop.id, bob.id).await.unwrap(), None);
    assert_eq!(tx.invitation_by_code(shop.id, &own.lookup).await.unwrap(), Some(own.clone()));
    assert_eq!(tx.invitation_by_code(shop.id, &bench.print()).await.unwrap(), None);
    assert!(tx.delete_invitation(shop.id, ann.id).await.unwrap());
    assert!(!tx.delete_invitation(shop.id, ann.id).await.unwrap());
    assert_eq!(tx.invitation_by_code(shop.id, &own.lookup).await.unwrap(), None);
    let nobody = Invitation { user_id: bench.world.id(), ..own };
    assert!(tx.insert_invitation(&nobody).await.is_err());
}

fn referral(bench: &Bench, of: &User, by: &User) -> Referral {
    Referral {
        shop_id: of.shop_id,
        user_id: of.id,
        referrer_id: by.id,
        accepted_at: bench.later(),
        payout: None,
    }
}

fn payout(of: &Order) -> Payout {
    Payout { order_id: of.id, welcome: irr(30), welcome_back: irr(0) }
}

async fn everybody_is_invited_once(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let (bob, eve) = (another(&bench, shop.id).await, another(&bench, shop.id).await);
    let (order, known) = (bench.order(&bob), referral(&bench, &bob, &ann));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_referral(&known).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_referral(&referral(&bench, &bob, &eve)).await.unwrap(), Inserted::Taken);
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.referral(shop.id, bob.id).await.unwrap(), Some(known.clone()));
    let paid = Referral { payout: Some(payout(&order)), ..known };
    let back = Payout { welcome_back: irr(29), ..payout(&order) };
    for changed in [paid.clone(), Referral { payout: Some(back), ..paid.clone() }] {
        let mut tx = bench.tx().await;
        let other = Referral { referrer_id: eve.id, accepted_at: bench.later(), ..changed.clone() };
        tx.save_referral(&other).await.unwrap();
        tx.commit().await.unwrap();
        let kept = bench.read().await.referral(shop.id, bob.id).await.unwrap();
        assert_eq!(kept, Some(changed), "only what came of it changes");
    }
    assert!(bench.tx().await.save_referral(&referral(&bench, &eve, &ann)).await.is_err(), "not there");
    assert!(bench.tx().await.insert_referral(&referral(&bench, &ann, &ann)).await.is_err(), "by oneself");
    let nobody = Referral { referrer_id: bench.world.id(), ..referral(&bench, &eve, &ann) };
    assert!(bench.tx().await.insert_referral(&nobody).await.is_err());
}

async fn what_came_of_invitations_is_counted(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.referral_count(shop.id, ann.id).await.unwrap(), ReferralCount::default());
    for (n, paid) in [false, true, true].into_iter().enumerate() {
        let bob = bench.user(shop.id);
        tx.save_user(&bob).await.unwrap();
        let (order, known) = (bench.order(&bob), referral(&bench, &bob, &ann));
        assert_eq!(tx.insert_order(&order).await.unwrap(), Inserted::New, "{n}");
        assert_eq!(tx.insert_referral(&known).await.unwrap(), Inserted::New);
        let payout = paid.then(|| payout(&order));
        tx.save_referral(&Referral { payout, ..known }).await.unwrap();
    }
    let count = tx.referral_count(shop.id, ann.id).await.unwrap();
    assert_eq!(count, ReferralCount { invited: 3, paying: 2 });
}

fn paid(bench: &Bench, of: &User, minor: i64) -> Order {
    let state = OrderState::Paid;
    Order { price: irr(minor), state, paid_at: Some(bench.later()), ..bench.order(of) }
}

async fn the_first_paid_order_is_found(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let free = paid(&bench, &ann, 0);
    let top_up = Order { kind: OrderKind::TopUp, ..paid(&bench, &ann, 5) };
    let pack = PackSale {
        pack_id: bench.world.id(),
        pack_name: "More".into(),
        what: PackKind::Traffic,
        amount: 1,
        subscription_id: bench.world.id(),
    };
    let pack = Order { kind: OrderKind::Pack(pack), ..paid(&bench, &ann, 5) };
    let (first, second) = (paid(&bench, &ann, 5), paid(&bench, &ann, 5));
    let mut tx = bench.tx().await;
    for order in [&bench.order(&ann), &free, &top_up, &pack] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.first_paid(shop.id, ann.id).await.unwrap(), None);
    for order in [&second, &first] {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.first_paid(shop.id, ann.id).await.unwrap(), Some(first.id), "by when it was paid");
    assert_eq!(tx.first_paid(shop.id, bench.world.id()).await.unwrap(), None);
}

fn campaign(bench: &Bench, shop: ShopId, code: &str) -> Campaign {
    let postback_sealed = Some("sealed".to_owned());
    Campaign {
        shop_id: shop,
        code: code.into(),
        name: "بهار".into(),
        created_at: bench.later(),
        postback_sealed,
    }
}

fn by(code: &str) -> CameBy {
    CameBy { code: code.into(), click: Some("a1".into()) }
}

async fn where_a_campaign_tells_is_changed(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let spring = campaign(&bench, shop.id, "spring");
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_campaign(&spring).await.unwrap(), Inserted::New);
    for sealed in [Some("anew".to_owned()), None] {
        tx.save_postback(shop.id, "spring", sealed.clone()).await.unwrap();
        let changed = Campaign { postback_sealed: sealed, ..spring.clone() };
        assert_eq!(tx.campaign(shop.id, "spring").await.unwrap(), Some(changed));
    }
    assert!(tx.save_postback(other.id, "spring", None).await.is_err(), "another shop's");
}

async fn campaigns_are_counted(bench: Bench) {
    let (shop, ann) = bench.open_shop().await;
    let (bob, eve) = (another(&bench, shop.id).await, another(&bench, shop.id).await);
    let (old, new) = (campaign(&bench, shop.id, "Spring"), campaign(&bench, shop.id, "spring"));
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_campaign(&old).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_campaign(&new).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_campaign(&campaign(&bench, shop.id, "spring")).await.unwrap(), Inserted::Taken);
    for user in [&ann, &bob] {
        assert_eq!(tx.note_campaign(shop.id, user.id, &by("spring")).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.note_campaign(shop.id, bob.id, &by("Spring")).await.unwrap(), Inserted::Taken);
    let refunded = Order { state: OrderState::Refunded, ..paid(&bench, &bob, 7) };
    let top_up = Order { kind: OrderKind::TopUp, ..paid(&bench, &bob, 9) };
    let bought = [paid(&bench, &ann, 5), paid(&bench, &ann, 6), paid(&bench, &eve, 100)];
    let sale = bench.order(&ann).sale().unwrap().clone();
    let tried = Order { kind: OrderKind::Trial(sale), ..paid(&bench, &ann, 0) };
    for order in bought.iter().chain([&refunded, &top_up, &tried, &bench.order(&bob)]) {
        assert_eq!(tx.insert_order(order).await.unwrap(), Inserted::New);
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.campaign(shop.id, "spring").await.unwrap(), Some(new.clone()));
    assert_eq!(read.campaign(shop.id, "SPRING").await.unwrap(), None);
    assert_eq!(read.campaign_of(shop.id, bob.id).await.unwrap(), Some(by("spring")));
    assert_eq!(read.campaign_of(shop.id, eve.id).await.unwrap(), None);
    let all = read.campaigns(shop.id).await.unwrap();
    let counted = |campaign, sign_ups, trials, paying, revenue| {
        let commission = 0;
        CampaignCount { campaign, sign_ups, trials, paying, revenue, commission }
    };
    assert_eq!(all, [counted(new, 2, 1, 1, 11), counted(old, 0, 0, 0, 0)]);
    let mut tx = bench.tx().await;
    tx.forget_click(shop.id, bob.id).await.unwrap();
    tx.forget_click(shop.id, eve.id).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let without = CameBy { click: None, ..by("spring") };
    assert_eq!(read.campaign_of(shop.id, bob.id).await.unwrap(), Some(without));
    assert_eq!(read.campaign_of(shop.id, ann.id).await.unwrap(), Some(by("spring")));
    assert!(
        bench.tx().await.note_campaign(shop.id, eve.id, &by("autumn")).await.is_err(),
        "no such campaign"
    );
}

async fn invitations_of_one_shop_are_not_another_shops(bench: Bench) {
    let (mine, ann) = bench.open_shop().await;
    let theirs = bench.stall().await;
    let (shop, user) = (theirs.shop.id, &theirs.user);
    let bob = another(&bench, shop).await;
    let (own, known) = (invitation(&bench, user), referral(&bench, user, &bob));
    let mut tx = bench.tx().await;
    tx.save_referral_terms(shop, &ReferralTerms::default()).await.unwrap();
    assert_eq!(tx.insert_invitation(&own).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_referral(&known).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_campaign(&campaign(&bench, shop, "spring")).await.unwrap(), Inserted::New);
    assert_eq!(tx.note_campaign(shop, user.id, &by("spring")).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_order(&paid(&bench, user, 5)).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.referral_terms(mine.id).await.unwrap(), None);
    assert_eq!(tx.invitation(mine.id, user.id).await.unwrap(), None);
    assert_eq!(tx.invitation_by_code(mine.id, &own.lookup).await.unwrap(), None);
    assert!(!tx.delete_invitation(mine.id, user.id).await.unwrap());
    assert_eq!(tx.referral(mine.id, user.id).await.unwrap(), None);
    assert_eq!(tx.referral_count(mine.id, bob.id).await.unwrap(), ReferralCount::default());
    assert_eq!(tx.first_paid(mine.id, user.id).await.unwrap(), None);
    assert_eq!(tx.campaign(mine.id, "spring").await.unwrap(), None);
    assert_eq!(tx.campaign_of(mine.id, user.id).await.unwrap(), None);
    assert_eq!(tx.campaigns(mine.id).await.unwrap(), []);
    assert_eq!(tx.insert_campaign(&campaign(&bench, mine.id, "spring")).await.unwrap(), Inserted::New);
    drop(tx);
    assert!(bench.tx().await.save_referral(&Referral { shop_id: mine.id, ..known }).await.is_err());
    assert!(bench.tx().await.note_campaign(mine.id, ann.id, &by("spring")).await.is_err(), "theirs");
    let over = Referral { referrer_id: user.id, ..referral(&bench, &ann, &bob) };
    assert!(bench.tx().await.insert_referral(&over).await.is_err(), "by a user of another shop");
}
