//! Many threads at one shop.

use super::{customer, wish};
use std::{collections::BTreeSet, sync::Arc, thread};

#[test]
fn calls_come_from_many_threads() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let shop = runtime().block_on(customer());
    let wish = runtime().block_on(wish(&shop));
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let (shop, wish) = (Arc::clone(&shop), wish.clone());
            thread::spawn(move || {
                runtime().block_on(async {
                    shop.plans().await.expect("plans");
                    shop.me().await.expect("me");
                    // One key, so one order, whoever is first; who comes while it is being placed is told to wait.
                    loop {
                        match shop.checkout(wish.clone(), Some("same".to_owned())).await {
                            Err(nexa_ffi::ShopError::Refused { code, .. }) if code == "in_flight" => {}
                            order => break order.expect("an order").order_id,
                        }
                    }
                })
            })
        })
        .collect();
    let orders: BTreeSet<_> = threads.into_iter().map(|one| one.join().expect("no panic")).collect();
    assert_eq!(orders.len(), 1);
}
