//! Two processes run the same shop's bot: one asks Telegram, and when it is gone the other does.

use crate::{script::Chat, world::Shop};
use nexa_core::domain::shop::Locale;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Longer than a process that has just found out who leads waits before it asks again.
const LOOKED: Duration = Duration::from_secs(12);

#[tokio::test]
async fn one_process_at_a_time_asks_telegram_and_another_follows() {
    let mut shop = Shop::closed(Locale::En).await;
    let (end_first, first) = shop.another_process();
    let polls = || shop.telegram.calls("getupdates");
    shop.telegram.until("the first asks", || polls() > 0).await;
    let (second_stop, second) = shop.another_process();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(polls(), 1, "only the first asks");
    let phone = Chat::new(&shop).phone;
    phone.start(None);
    shop.telegram.rests().await;
    let answers = phone.answers();
    assert!(answers > 0);

    end_first.send(()).expect("it runs");
    first.await.expect("it ends");
    let before = polls();
    timeout(LOOKED, async {
        while polls() == before {
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("the second follows at its next look");
    phone.start(None);
    shop.telegram.rests().await;
    assert!(phone.answers() > answers, "answered by the second");

    // Killed, it says nothing of its end: who comes next waits until its time is over.
    second.abort();
    drop((second.await, second_stop));
    let before = polls();
    shop.bot_starts();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(shop.telegram.calls("getupdates"), before, "the dead one still leads");
    shop.clock.advance(jiff::SignedDuration::from_secs(31));
    timeout(LOOKED, async {
        while shop.telegram.calls("getupdates") == before {
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("its time is over");
    assert_eq!(shop.telegram.faults(), Vec::<String>::new(), "Telegram was never asked by two at once");
}
