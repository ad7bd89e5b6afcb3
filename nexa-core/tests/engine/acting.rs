//! The ports by the word of the program that embeds the engine.

use super::{Shop, usd};
use futures::executor::block_on;
use nexa_core::{
    backoffice::model::WalletCorrection,
    domain::{refusal::Refusal, user::Principal},
    error::{Error, Result},
    storefront::model::{CheckoutRequest, SignUpRequest},
};

fn code<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(Error::Refused(refusal)) => refusal.code().to_owned(),
        Err(other) => panic!("{other}"),
    }
}

async fn signed_up(shop: &Shop) -> String {
    let guest = shop.nexa.storefront(Principal::guest(shop.id));
    guest.sign_up(SignUpRequest::default()).await.unwrap().session.user_id
}

#[test]
fn a_program_buys_for_a_user_that_it_let_in_by_itself() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let user = signed_up(&shop).await;
        let owner = shop.nexa.owner(shop.id).await.unwrap();
        let correction = WalletCorrection { amount: usd(500) };
        owner.correct_wallet(&user, correction, "welcome".to_owned()).await.unwrap();
        let ali = shop.nexa.customer(shop.id, &user).await.unwrap();
        let order = ali.checkout(CheckoutRequest::of_plan(&shop.plan, "wallet"), None).await.unwrap();
        shop.works().await;
        assert_eq!(ali.order(&order.order_id).await.unwrap().state, "fulfilled");
        let said = ali.me().await.unwrap();
        assert_eq!((said.user_id, said.wallet.minor), (user, 0));
    });
}

#[test]
fn a_programs_word_changes_no_account() {
    block_on(async {
        let shop = Shop::with(&[]).await;
        let ali = shop.nexa.customer(shop.id, &signed_up(&shop).await).await.unwrap();
        assert_eq!(code(ali.new_account_number().await), "not_allowed");
        assert_eq!(code(ali.totp_begin().await), "not_allowed");
        assert_eq!(code(ali.revoke_other_sessions().await), "not_allowed");
        assert_eq!(code(ali.delete_account(true).await), "not_allowed");
    });
}

#[test]
fn nobody_acts_for_the_blocked_for_strangers_or_for_a_shop_that_is_not_there() {
    block_on(async {
        let (shop, other) = (Shop::with(&[]).await, Shop::with(&[]).await);
        let user = signed_up(&shop).await;
        // Both worlds draw the same ids; the second one is in the other shop only.
        let stranger = [signed_up(&other).await, signed_up(&other).await];
        assert_eq!(stranger.first(), Some(&user));
        assert_eq!(code(shop.nexa.customer(shop.id, &stranger[1]).await), "not_signed_in");
        assert_eq!(code(shop.nexa.customer(shop.id, "ali").await), "not_found");
        shop.operator.block_user(&user, true).await.unwrap();
        assert_eq!(code(shop.nexa.customer(shop.id, &user).await), Refusal::Blocked.code());
        let nowhere = nexa_core::ids::ShopId::from(uuid::Uuid::nil());
        assert_eq!(code(shop.nexa.owner(nowhere).await), "bad_input");
    });
}
