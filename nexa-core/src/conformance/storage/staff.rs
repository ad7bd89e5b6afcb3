//! Who works in the office.

use super::{Bench, cases};
use crate::{
    domain::{
        permission::Permissions,
        staff::{Member, Preset, StaffRules},
        user::User,
    },
    ids::ShopId,
};

cases![members_come_back_as_they_were, rules_are_kept_by_shop];

fn member(bench: &Bench, user: &User) -> Member {
    Member {
        shop_id: user.shop_id,
        user_id: user.id,
        name: "سارا".into(),
        permissions: Preset::Support.permissions(),
        since: bench.later(),
    }
}

async fn members_come_back_as_they_were(bench: Bench) {
    let (shop, one) = bench.open_shop().await;
    let (_, stranger) = bench.open_shop().await;
    let two = bench.user(shop.id);
    let (first, second) = (member(&bench, &two), member(&bench, &one));
    let mut tx = bench.tx().await;
    tx.save_user(&two).await.unwrap();
    for of in [&second, &first, &member(&bench, &stranger)] {
        tx.save_member(of).await.unwrap();
    }
    let changed = Member { permissions: Permissions::NONE, name: "Sara".into(), ..second };
    tx.save_member(&changed).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.staff(shop.id).await.unwrap(), [first.clone(), changed.clone()], "oldest first");
    assert_eq!(read.member(shop.id, one.id).await.unwrap(), Some(changed));
    assert_eq!(read.member(stranger.shop_id, one.id).await.unwrap(), None);
    drop(read);
    let mut tx = bench.tx().await;
    assert!(tx.delete_member(shop.id, one.id).await.unwrap());
    assert!(!tx.delete_member(shop.id, one.id).await.unwrap());
    assert!(!tx.delete_member(shop.id, stranger.id).await.unwrap(), "of another shop");
    assert_eq!(tx.staff(shop.id).await.unwrap(), [first]);
    let nobody = Member { user_id: bench.world.id(), ..member(&bench, &two) };
    assert!(tx.save_member(&nobody).await.is_err(), "a member is somebody");
}

async fn rules_are_kept_by_shop(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    assert_eq!(tx.staff_rules(shop.id).await.unwrap(), None);
    for second_factor in [false, true] {
        tx.save_staff_rules(shop.id, StaffRules { second_factor }).await.unwrap();
        assert_eq!(tx.staff_rules(shop.id).await.unwrap(), Some(StaffRules { second_factor }));
    }
    let other: ShopId = bench.world.id();
    assert_eq!(tx.staff_rules(other).await.unwrap(), None);
    assert!(tx.save_staff_rules(other, StaffRules::default()).await.is_err(), "of a shop");
}
