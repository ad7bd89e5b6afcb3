//! Many sales on the credit of one reseller.

use super::{at_once, crowd, told, won};
use crate::world::{Shop, dollars};
use futures::future::FutureExt as _;
use std::sync::Arc;

/// Sixty-four customers buy with money that is there, on credit for ten: ten are delivered, and the others' money waits.
pub(super) async fn selling_on_credit_for_ten(shop: Shop, rounds: usize) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let crowd = crowd(&branch.shop).await;
    let mut wins = 0;
    for _ in 0..rounds.min(5) {
        branch.tops_up(dollars(30)).await;
        for one in &crowd {
            one.receives(dollars(7)).await;
        }
        let before = branch.seen().await.sales;
        let tries = crowd.iter().map(|of| {
            let front = Arc::clone(&of.shop);
            let month = crate::world::wish(
                nexa_core::storefront::model::Purpose::New,
                &branch.shop.month,
                None,
                "wallet",
            );
            async move { front.checkout(month, None).await }.boxed()
        });
        let paid = won(at_once(tries.collect()).await, &["not_supplied"]);
        shop.works().await;
        let seen = branch.seen().await;
        assert_eq!((seen.sales - before, seen.wallet.minor), (10, 0), "exactly ten");
        assert!(paid.len() >= 10, "whoever came in between has paid, and waits");
        wins += paid.len();
        // What waits is bought when there is credit, so that the next round begins anew.
        let waiting = i64::try_from(paid.len()).expect("a few") - 10;
        if waiting > 0 {
            branch.tops_up(dollars(3 * waiting)).await;
            shop.works().await;
        }
        assert_eq!(branch.wallet().await, 0, "each cost once");
    }
    told("selling on credit for ten", rounds.min(5), wins);
    shop.is_in_order().await;
    branch.shop.is_in_order().await;
}
