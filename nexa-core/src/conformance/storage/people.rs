//! Shops, users, identities, tokens.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        alert::{AlertKind, AlertSettings},
        bot::BotSettings,
        shop::{Locale, Shop, TrialNeeds},
        telegram::Bot,
        user::{Identity, IdentityKind, Role, Token, User},
    },
    ports::storage::Inserted,
    secret::{Fingerprint, Secret},
};

cases![
    shops_come_back_as_they_were_and_oldest_first,
    users_come_back_as_they_were_and_newest_first,
    an_identity_is_unique_by_shop_kind_and_hash,
    a_password_can_be_replaced_and_nothing_else_of_an_identity,
    an_identity_can_be_taken_away,
    identities_of_a_user_come_oldest_first,
    tokens_are_found_by_digest_and_listed_newest_first,
    a_token_and_its_digest_exist_once,
    a_token_keeps_when_it_was_used,
    tokens_can_be_taken_away,
    expired_tokens_are_swept_up,
    a_trial_is_claimed_once_per_identity,
];

async fn shops_come_back_as_they_were_and_oldest_first(bench: Bench) {
    let one = bench.shop();
    let topics = [(AlertKind::Tickets, 7)].into();
    let alerts =
        Some(AlertSettings { chat_id: -5, topics, muted: [AlertKind::Servers].into(), large_payment: None });
    let bot = Bot {
        id: 5,
        username: "shop_bot".into(),
        token_sealed: "sealed".into(),
        settings: BotSettings::default(),
        alerts,
    };
    let two = Shop {
        support_url: None,
        trial_plan: None,
        trial_needs: TrialNeeds::Verified,
        adoption_plan: None,
        telegram: Some(bot),
        test: false,
        ..bench.shop()
    };
    let mut tx = bench.tx().await;
    tx.save_shop(&two).await.unwrap();
    tx.save_shop(&one).await.unwrap();
    let renamed = Shop { name: "Renamed".into(), locale: Locale::Ru, hosts: vec![], ..one };
    tx.save_shop(&renamed).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.shop(two.id).await.unwrap(), Some(two.clone()));
    assert_eq!(read.shops().await.unwrap(), [renamed, two]);
    assert_eq!(read.shop(bench.world.id()).await.unwrap(), None);
}

async fn users_come_back_as_they_were_and_newest_first(bench: Bench) {
    let (shop, one) = bench.open_shop().await;
    let (two, three) = (
        User { locale: Some(Locale::Ru), ..bench.user(shop.id) },
        User { locale: None, ..bench.user(shop.id) },
    );
    let mut tx = bench.tx().await;
    tx.save_user(&three).await.unwrap();
    tx.save_user(&two).await.unwrap();
    let changed = User { role: Role::Operator, blocked: true, ..one };
    tx.save_user(&changed).await.unwrap();
    let held = tx.lock_user(shop.id, changed.id).await.unwrap().unwrap();
    assert_eq!(held.into_inner(), changed);
    assert!(tx.lock_user(shop.id, bench.world.id()).await.unwrap().is_none());
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.users(shop.id, first()).await.unwrap(), [three.clone(), two.clone(), changed.clone()]);
    assert_eq!(read.users(shop.id, page(NONE, 2)).await.unwrap(), [three, two.clone()]);
    assert_eq!(read.users(shop.id, page(Some(two.id), 2)).await.unwrap(), [changed]);
}

async fn an_identity_is_unique_by_shop_kind_and_hash(bench: Bench) {
    let (_, user) = bench.open_shop().await;
    let (_, stranger) = bench.open_shop().await;
    let mail = bench.identity(&user, IdentityKind::Email);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_identity(&mail).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_identity(&mail).await.unwrap(), Inserted::Taken);
    let telegram = Identity { kind: IdentityKind::Telegram, ..mail.clone() };
    assert_eq!(tx.insert_identity(&telegram).await.unwrap(), Inserted::New);
    let elsewhere = Identity { shop_id: stranger.shop_id, user_id: stranger.id, ..mail.clone() };
    assert_eq!(tx.insert_identity(&elsewhere).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let found = read.identity(user.shop_id, IdentityKind::Email, &mail.lookup).await.unwrap();
    assert_eq!(found, Some(mail.clone()));
    let found = read.identity(stranger.shop_id, IdentityKind::Email, &mail.lookup).await.unwrap();
    assert_eq!(found, Some(elsewhere));
    let other = Fingerprint("00".into());
    assert_eq!(read.identity(user.shop_id, IdentityKind::Email, &other).await.unwrap(), None);
}

async fn a_password_can_be_replaced_and_nothing_else_of_an_identity(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let mail = bench.identity(&user, IdentityKind::Email);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_identity(&mail).await.unwrap(), Inserted::New);
    let password = Some(Secret::new("hash".to_owned()));
    let changed = Identity { password: password.clone(), verified: true, sealed: None, ..mail.clone() };
    tx.save_identity(&changed).await.unwrap();
    let found = tx.identity(shop.id, IdentityKind::Email, &mail.lookup).await.unwrap();
    assert_eq!(found, Some(Identity { password, verified: true, ..mail }));
    let unknown = bench.identity(&user, IdentityKind::Email);
    assert!(tx.save_identity(&unknown).await.is_err());
}

async fn an_identity_can_be_taken_away(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let mail = bench.identity(&user, IdentityKind::Email);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_identity(&mail).await.unwrap(), Inserted::New);
    assert!(!tx.delete_identity(bench.world.id(), mail.kind, &mail.lookup).await.unwrap());
    assert!(!tx.delete_identity(shop.id, IdentityKind::Telegram, &mail.lookup).await.unwrap());
    assert!(tx.delete_identity(shop.id, mail.kind, &mail.lookup).await.unwrap());
    assert!(!tx.delete_identity(shop.id, mail.kind, &mail.lookup).await.unwrap());
    assert_eq!(tx.identities(shop.id, user.id).await.unwrap(), []);
}

async fn identities_of_a_user_come_oldest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let one = Identity { sealed: None, ..bench.identity(&user, IdentityKind::AccountNumber) };
    let two = bench.identity(&user, IdentityKind::Email);
    let not_mine = bench.identity(&other, IdentityKind::Email);
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for identity in [&two, &not_mine, &one] {
        assert_eq!(tx.insert_identity(identity).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.identities(shop.id, user.id).await.unwrap(), [one, two]);
}

async fn tokens_are_found_by_digest_and_listed_newest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (one, two) = (bench.token(&user), bench.token(&user));
    let mut tx = bench.tx().await;
    tx.insert_token(&one).await.unwrap();
    tx.insert_token(&two).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.token(&one.digest).await.unwrap(), Some(one.clone()));
    assert_eq!(read.token(&bench.print()).await.unwrap(), None);
    assert_eq!(read.tokens(shop.id, user.id).await.unwrap(), [two, one]);
    assert_eq!(read.tokens(shop.id, bench.world.id()).await.unwrap(), []);
}

async fn a_token_and_its_digest_exist_once(bench: Bench) {
    let (_, user) = bench.open_shop().await;
    let one = bench.token(&user);
    let mut tx = bench.tx().await;
    tx.insert_token(&one).await.unwrap();
    tx.commit().await.unwrap();
    let same_digest = crate::domain::user::Token { digest: one.digest.clone(), ..bench.token(&user) };
    assert!(bench.tx().await.insert_token(&same_digest).await.is_err());
    let same_id = crate::domain::user::Token { id: one.id, ..bench.token(&user) };
    assert!(bench.tx().await.insert_token(&same_id).await.is_err());
}

async fn a_token_keeps_when_it_was_used(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let token = bench.token(&user);
    let mut tx = bench.tx().await;
    tx.insert_token(&token).await.unwrap();
    let (last_seen, proved_at, expires_at) = (bench.later(), bench.later(), bench.in_secs(999));
    let later = Token { last_seen, proved_at, expires_at, ..token.clone() };
    tx.save_token(&Token { label: "another".into(), ..later.clone() }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.tokens(shop.id, user.id).await.unwrap(), std::slice::from_ref(&later));
    let elsewhere = Token { shop_id: bench.world.id(), ..later };
    assert!(bench.tx().await.save_token(&elsewhere).await.is_err());
}

async fn tokens_can_be_taken_away(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let token = bench.token(&user);
    let mut tx = bench.tx().await;
    tx.insert_token(&token).await.unwrap();
    assert!(!tx.delete_token(bench.world.id(), token.id).await.unwrap());
    assert!(tx.delete_token(shop.id, token.id).await.unwrap());
    assert!(!tx.delete_token(shop.id, token.id).await.unwrap());
    assert_eq!(tx.token(&token.digest).await.unwrap(), None);
}

async fn expired_tokens_are_swept_up(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (old, new) = (bench.token(&user), bench.token(&user));
    let mut tx = bench.tx().await;
    tx.insert_token(&old).await.unwrap();
    tx.insert_token(&new).await.unwrap();
    assert_eq!(tx.delete_expired_tokens(old.expires_at).await.unwrap(), 0);
    assert_eq!(tx.delete_expired_tokens(new.expires_at).await.unwrap(), 1);
    assert_eq!(tx.token(&old.digest).await.unwrap(), None);
    assert_eq!(tx.tokens(shop.id, user.id).await.unwrap(), [new]);
}

async fn a_trial_is_claimed_once_per_identity(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let lookup = bench.print();
    let mut tx = bench.tx().await;
    let kind = IdentityKind::Telegram;
    assert_eq!(tx.claim_trial(shop.id, kind, &lookup, bench.now()).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.claim_trial(shop.id, kind, &lookup, bench.now()).await.unwrap(), Inserted::Taken);
    let other = IdentityKind::Email;
    assert_eq!(tx.claim_trial(shop.id, other, &lookup, bench.now()).await.unwrap(), Inserted::New);
}
