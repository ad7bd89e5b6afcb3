//! Where users stand in the bot's dialogue.

use super::{Bench, cases};
use crate::domain::{dialogue::Dialogue, user::User};

cases![
    a_dialogue_comes_back_as_it_was,
    a_newer_dialogue_takes_the_place_of_the_older,
    a_dialogue_is_forgotten,
    all_dialogues_of_a_shop_are_locked,
    a_dialogue_needs_its_user,
    dialogues_of_one_shop_are_not_those_of_another,
];

fn dialogue(bench: &Bench, of: &User) -> Dialogue {
    Dialogue {
        shop_id: of.shop_id,
        user_id: of.id,
        sealed: "sealed".into(),
        unlocked: false,
        updated_at: bench.later(),
    }
}

async fn a_dialogue_comes_back_as_it_was(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let kept = dialogue(&bench, &user);
    let mut tx = bench.tx().await;
    assert_eq!(tx.dialogue(shop.id, user.id).await.unwrap(), None);
    tx.save_dialogue(&kept).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.dialogue(shop.id, user.id).await.unwrap(), Some(kept));
}

async fn a_newer_dialogue_takes_the_place_of_the_older(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let older = dialogue(&bench, &user);
    let newer =
        Dialogue { sealed: "other".into(), unlocked: true, updated_at: bench.later(), ..older.clone() };
    let mut tx = bench.tx().await;
    tx.save_dialogue(&older).await.unwrap();
    tx.save_dialogue(&newer).await.unwrap();
    assert_eq!(tx.dialogue(shop.id, user.id).await.unwrap(), Some(newer));
}

async fn a_dialogue_is_forgotten(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    tx.save_dialogue(&dialogue(&bench, &user)).await.unwrap();
    tx.delete_dialogue(shop.id, user.id).await.unwrap();
    tx.delete_dialogue(shop.id, user.id).await.unwrap();
    assert_eq!(tx.dialogue(shop.id, user.id).await.unwrap(), None);
}

async fn all_dialogues_of_a_shop_are_locked(bench: Bench) {
    let ((mine, user), (theirs, other)) = (bench.open_shop().await, bench.open_shop().await);
    let open = Dialogue { unlocked: true, ..dialogue(&bench, &user) };
    let next_door = Dialogue { unlocked: true, ..dialogue(&bench, &other) };
    let mut tx = bench.tx().await;
    tx.save_dialogue(&open).await.unwrap();
    tx.save_dialogue(&next_door).await.unwrap();
    tx.lock_dialogues(mine.id).await.unwrap();
    assert_eq!(tx.dialogue(mine.id, user.id).await.unwrap(), Some(Dialogue { unlocked: false, ..open }));
    assert_eq!(tx.dialogue(theirs.id, other.id).await.unwrap(), Some(next_door));
}

async fn a_dialogue_needs_its_user(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let nobody = bench.user(shop.id);
    assert!(bench.tx().await.save_dialogue(&dialogue(&bench, &nobody)).await.is_err());
}

async fn dialogues_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, user) = bench.open_shop().await;
    let (theirs, _) = bench.open_shop().await;
    let kept = dialogue(&bench, &user);
    let mut tx = bench.tx().await;
    tx.save_dialogue(&kept).await.unwrap();
    assert_eq!(tx.dialogue(theirs.id, user.id).await.unwrap(), None);
    tx.delete_dialogue(theirs.id, user.id).await.unwrap();
    assert_eq!(tx.dialogue(mine.id, user.id).await.unwrap(), Some(kept));
}
