//! Codes that were mailed, second factors, proofs that work once; and what is taken away with an account.

use super::{Bench, cases, fixture::first};
use crate::{
    domain::{
        notice::{Notice, NoticeRecord},
        proof::{MailCode, SecondFactor},
        user::User,
    },
    ids::{ShopId, UserId},
    ports::storage::Inserted,
};

cases![
    a_code_replaces_the_one_for_the_same_address_and_purpose,
    a_code_is_taken_away_once,
    a_second_factor_comes_back_as_it_was,
    a_proof_is_spent_once_in_each_shop,
    old_codes_and_proofs_are_swept_up,
    proofs_of_one_shop_are_not_those_of_another,
    notices_and_pictures_of_one_user_are_taken_away,
];

fn code(bench: &Bench, shop: ShopId, user: Option<UserId>) -> MailCode {
    MailCode {
        shop_id: shop,
        address: bench.print(),
        user_id: user,
        sealed: "sealed".into(),
        code: bench.print(),
        link: user.is_none().then(|| bench.print()),
        tries: 0,
        created_at: bench.later(),
        expires_at: bench.in_secs(600),
    }
}

fn factor(bench: &Bench, user: &User) -> SecondFactor {
    SecondFactor {
        shop_id: user.shop_id,
        user_id: user.id,
        seed_sealed: "sealed".into(),
        confirmed: false,
        last_step: 0,
        recovery: Vec::new(),
        created_at: bench.later(),
    }
}

async fn a_code_replaces_the_one_for_the_same_address_and_purpose(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let old = code(&bench, shop.id, None);
    let adding = MailCode { address: old.address.clone(), ..code(&bench, shop.id, Some(user.id)) };
    let new = MailCode { address: old.address.clone(), tries: 3, ..code(&bench, shop.id, None) };
    let mut tx = bench.tx().await;
    for code in [&old, &adding, &new] {
        tx.save_code(code).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    let held = tx.lock_code(shop.id, &old.address, None).await.unwrap().unwrap();
    assert_eq!(held.into_inner(), new);
    let held = tx.lock_code(shop.id, &old.address, Some(user.id)).await.unwrap().unwrap();
    assert_eq!(held.into_inner(), adding, "another purpose has a code of its own");
    assert!(tx.lock_code(shop.id, &bench.print(), None).await.unwrap().is_none());
    assert_eq!(tx.code_by_link(shop.id, old.link.as_ref().unwrap()).await.unwrap(), None);
    assert_eq!(tx.code_by_link(shop.id, new.link.as_ref().unwrap()).await.unwrap(), Some(new.clone()));
}

async fn a_code_is_taken_away_once(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let old = code(&bench, shop.id, None);
    let new = MailCode { address: old.address.clone(), ..code(&bench, shop.id, None) };
    let mut tx = bench.tx().await;
    tx.save_code(&old).await.unwrap();
    tx.save_code(&new).await.unwrap();
    assert!(!tx.delete_code(&old).await.unwrap(), "it was replaced");
    assert!(tx.delete_code(&new).await.unwrap());
    assert!(!tx.delete_code(&new).await.unwrap());
}

async fn a_second_factor_comes_back_as_it_was(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let begun = factor(&bench, &user);
    let recovery = vec![bench.print(), bench.print()];
    let set = SecondFactor { confirmed: true, last_step: 59_000_000, recovery, ..begun.clone() };
    let mut tx = bench.tx().await;
    assert_eq!(tx.second_factor(shop.id, user.id).await.unwrap(), None);
    tx.save_second_factor(&begun).await.unwrap();
    assert_eq!(tx.second_factor(shop.id, user.id).await.unwrap(), Some(begun));
    tx.save_second_factor(&set).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.second_factor(shop.id, user.id).await.unwrap(), Some(set));
    let mut tx = bench.tx().await;
    assert!(tx.delete_second_factor(shop.id, user.id).await.unwrap());
    assert!(!tx.delete_second_factor(shop.id, user.id).await.unwrap());
}

async fn a_proof_is_spent_once_in_each_shop(bench: Bench) {
    let (one, _) = bench.open_shop().await;
    let (two, _) = bench.open_shop().await;
    let proof = bench.print();
    let mut tx = bench.tx().await;
    assert_eq!(tx.spend_proof(one.id, &proof, bench.in_secs(60)).await.unwrap(), Inserted::New);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.spend_proof(one.id, &proof, bench.in_secs(60)).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.spend_proof(two.id, &proof, bench.in_secs(60)).await.unwrap(), Inserted::New);
}

async fn old_codes_and_proofs_are_swept_up(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let old = code(&bench, shop.id, None);
    let proof = bench.print();
    let mut tx = bench.tx().await;
    tx.save_code(&old).await.unwrap();
    assert_eq!(tx.spend_proof(shop.id, &proof, old.expires_at).await.unwrap(), Inserted::New);
    let new = code(&bench, shop.id, None);
    tx.save_code(&new).await.unwrap();
    assert_eq!(tx.delete_old_proofs(old.expires_at).await.unwrap(), 0);
    assert_eq!(tx.delete_old_proofs(new.expires_at).await.unwrap(), 2);
    assert!(tx.lock_code(shop.id, &old.address, None).await.unwrap().is_none());
    assert!(tx.lock_code(shop.id, &new.address, None).await.unwrap().is_some());
    assert_eq!(tx.spend_proof(shop.id, &proof, new.expires_at).await.unwrap(), Inserted::New);
}

async fn proofs_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, _) = bench.open_shop().await;
    let (theirs, user) = bench.open_shop().await;
    let sent = code(&bench, theirs.id, None);
    let mut tx = bench.tx().await;
    tx.save_code(&sent).await.unwrap();
    tx.save_second_factor(&factor(&bench, &user)).await.unwrap();
    assert_eq!(tx.code_by_link(mine.id, sent.link.as_ref().unwrap()).await.unwrap(), None);
    assert!(tx.lock_code(mine.id, &sent.address, None).await.unwrap().is_none());
    assert!(!tx.delete_code(&MailCode { shop_id: mine.id, ..sent.clone() }).await.unwrap());
    assert_eq!(tx.second_factor(mine.id, user.id).await.unwrap(), None);
    assert!(!tx.delete_second_factor(mine.id, user.id).await.unwrap());
    assert!(tx.delete_code(&sent).await.unwrap());
    let moved = SecondFactor { shop_id: mine.id, ..factor(&bench, &user) };
    assert!(tx.save_second_factor(&moved).await.is_err(), "a factor needs its user");
}

async fn notices_and_pictures_of_one_user_are_taken_away(bench: Bench) {
    let (one, two) = (bench.stall().await, bench.stall().await);
    let mut tx = bench.tx().await;
    for stall in [&one, &two] {
        tx.insert_receipt(&bench.receipt(&stall.payment)).await.unwrap();
        let notice = Notice::Ready { subscription: stall.subscription.id };
        let (id, user_id, created_at) = (bench.world.id(), stall.user.id, bench.now());
        let shop_id = stall.shop.id;
        let notice = NoticeRecord { id, shop_id, user_id, notice, created_at, delivered_at: None };
        tx.save_notice(&notice).await.unwrap();
    }
    assert_eq!(tx.delete_notices(two.shop.id, one.user.id).await.unwrap(), 0);
    assert_eq!(tx.delete_notices(one.shop.id, one.user.id).await.unwrap(), 1);
    assert_eq!(tx.blank_receipts(two.shop.id, one.user.id).await.unwrap(), 0);
    assert_eq!(tx.blank_receipts(one.shop.id, one.user.id).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.notices(one.shop.id, one.user.id, first()).await.unwrap(), []);
    assert_eq!(read.notices(two.shop.id, two.user.id, first()).await.unwrap().len(), 1);
    let blank = read.receipts(one.shop.id, one.payment.id).await.unwrap().remove(0);
    assert_eq!((blank.picture_sealed.as_str(), blank.note.as_str()), ("", ""));
    let kept = read.receipts(two.shop.id, two.payment.id).await.unwrap().remove(0);
    assert!(!kept.picture_sealed.is_empty());
}
