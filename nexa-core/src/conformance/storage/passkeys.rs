//! Passkeys.

use super::{Bench, cases};
use crate::{
    domain::{passkey::Passkey, user::User},
    ports::storage::Inserted,
};

cases![
    a_passkey_comes_back_as_it_was,
    a_users_passkeys_come_oldest_first,
    a_passkey_is_there_once_in_each_shop,
    only_what_is_sealed_and_the_last_use_of_a_passkey_change,
    a_passkey_is_taken_away_once,
    passkeys_of_one_shop_are_not_those_of_another,
];

fn passkey(bench: &Bench, user: &User) -> Passkey {
    Passkey {
        id: bench.world.id(),
        shop_id: user.shop_id,
        user_id: user.id,
        lookup: bench.print(),
        sealed: "sealed".into(),
        name: "Chrome, Android".into(),
        created_at: bench.later(),
        last_used: None,
    }
}

async fn a_passkey_comes_back_as_it_was(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let made = passkey(&bench, &user);
    let mut tx = bench.tx().await;
    assert_eq!(tx.passkey(shop.id, &made.lookup).await.unwrap(), None);
    assert_eq!(tx.insert_passkey(&made).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.passkey(shop.id, &made.lookup).await.unwrap(), Some(made));
}

async fn a_users_passkeys_come_oldest_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let (one, two) = (passkey(&bench, &user), passkey(&bench, &user));
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for made in [&two, &one, &passkey(&bench, &other)] {
        assert_eq!(tx.insert_passkey(made).await.unwrap(), Inserted::New);
    }
    assert_eq!(tx.passkeys(shop.id, user.id).await.unwrap(), [one, two]);
}

async fn a_passkey_is_there_once_in_each_shop(bench: Bench) {
    let (_, mine) = bench.open_shop().await;
    let (_, theirs) = bench.open_shop().await;
    let made = passkey(&bench, &mine);
    let again = Passkey { lookup: made.lookup.clone(), ..passkey(&bench, &mine) };
    let elsewhere = Passkey { lookup: made.lookup.clone(), ..passkey(&bench, &theirs) };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_passkey(&made).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_passkey(&again).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.insert_passkey(&elsewhere).await.unwrap(), Inserted::New);
    assert_eq!(tx.passkeys(mine.shop_id, mine.id).await.unwrap(), [made]);
}

async fn only_what_is_sealed_and_the_last_use_of_a_passkey_change(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let made = passkey(&bench, &user);
    let after = Passkey { sealed: "again".into(), last_used: Some(bench.later()), ..made.clone() };
    let odd =
        Passkey { name: "other".into(), lookup: bench.print(), created_at: bench.later(), ..after.clone() };
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_passkey(&made).await.unwrap(), Inserted::New);
    tx.save_passkey(&odd).await.unwrap();
    assert_eq!(tx.passkeys(shop.id, user.id).await.unwrap(), [after]);
    assert!(tx.save_passkey(&passkey(&bench, &user)).await.is_err(), "it must be there");
}

async fn a_passkey_is_taken_away_once(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let made = passkey(&bench, &user);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_passkey(&made).await.unwrap(), Inserted::New);
    assert!(!tx.delete_passkey(shop.id, other.id, made.id).await.unwrap(), "another's");
    assert!(tx.delete_passkey(shop.id, user.id, made.id).await.unwrap());
    assert!(!tx.delete_passkey(shop.id, user.id, made.id).await.unwrap());
    assert_eq!(tx.passkeys(shop.id, user.id).await.unwrap(), []);
}

async fn passkeys_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let (theirs, user) = bench.open_shop().await;
    let made = passkey(&bench, &user);
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_passkey(&made).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.passkey(mine.id, &made.lookup).await.unwrap(), None);
    assert_eq!(tx.passkeys(mine.id, user.id).await.unwrap(), []);
    assert!(!tx.delete_passkey(mine.id, user.id, made.id).await.unwrap());
    assert_eq!(tx.passkeys(theirs.id, user.id).await.unwrap(), [made]);
    let moved = Passkey { shop_id: mine.id, ..passkey(&bench, &user) };
    assert!(tx.insert_passkey(&moved).await.is_err(), "a passkey needs its user");
}
