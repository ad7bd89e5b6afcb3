//! What every notifier must do, one function per sentence of [`crate::ports::notifier::Notifier`].
#![expect(clippy::missing_panics_doc, reason = "a suite fails by panicking")]

use crate::{
    domain::{
        alert::{Alert, AlertKind, AlertSettings},
        notice::{Notice, NoticeRecord},
        shop::{Locale, Shop},
        user::{Role, User},
    },
    ports::notifier::{Delivery, Notifier, Recipient},
    text::message,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use uuid::Uuid;

/// A messenger with one account that takes messages.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The notifier.
    fn notifier(&self) -> Arc<dyn Notifier>;
    /// A shop that it serves.
    fn shop(&self) -> Shop;
    /// An account that takes messages.
    fn account(&self) -> i64;
    /// The texts that came to the account, oldest first.
    async fn received(&self) -> Vec<String>;
    /// A chat of those who run the shop, with a thread for tickets and none for the rest.
    fn chat(&self) -> AlertSettings;
    /// The texts that came to that chat, oldest first, each with its thread.
    async fn posted(&self) -> Vec<(Option<i64>, String)>;
    /// The account turns the shop away from now on.
    async fn block(&self);
    /// The messenger asks for this pause from now on.
    async fn ask_for_pause(&self, pause: SignedDuration);
}

fn user(shop: &Shop) -> User {
    User {
        id: Uuid::from_u128(7).into(),
        shop_id: shop.id,
        role: Role::Customer,
        blocked: false,
        locale: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn notice(shop: &Shop) -> NoticeRecord {
    NoticeRecord {
        id: Uuid::from_u128(9).into(),
        shop_id: shop.id,
        user_id: user(shop).id,
        notice: Notice::EndsInOneDay { subscription: Uuid::from_u128(8).into() },
        created_at: Timestamp::UNIX_EPOCH,
        delivered_at: None,
    }
}

async fn deliver(world: &dyn Fixture, telegram: Option<i64>, locale: Locale) -> Delivery {
    let shop = world.shop();
    let to = Recipient { user: &user(&shop), telegram, mail: None };
    world.notifier().deliver(&shop, to, &notice(&shop), locale).await
}

/// `deliver` answers `Sent` when the messenger took the message, and the message says what the notice says.
pub async fn sends_what_the_notice_says(world: &dyn Fixture) {
    for locale in Locale::ALL {
        assert_eq!(deliver(world, Some(world.account()), locale).await, Delivery::Sent);
        let told = message(locale, &notice(&world.shop()).notice);
        let came = world.received().await;
        assert!(came.last().is_some_and(|text| text.contains(&told.text)), "{came:?}");
    }
    assert_eq!(world.received().await.len(), Locale::ALL.len(), "each once");
}

/// `deliver` answers `NoAddress` for a user that it has no address of, and sends nothing.
pub async fn knows_whom_it_cannot_reach(world: &dyn Fixture) {
    assert_eq!(deliver(world, None, Locale::Fa).await, Delivery::NoAddress);
    assert_eq!(world.received().await, [""; 0]);
}

/// `deliver` answers `Blocked` when the user does not want to be reached this way any more.
pub async fn says_that_it_is_turned_away(world: &dyn Fixture) {
    world.block().await;
    assert_eq!(deliver(world, Some(world.account()), Locale::Fa).await, Delivery::Blocked);
    assert_eq!(world.received().await, [""; 0]);
}

/// `deliver` answers `Later` with the pause that the messenger asks for, and then has sent nothing.
pub async fn hands_on_the_pause_that_is_asked_for(world: &dyn Fixture) {
    let pause = SignedDuration::from_secs(37);
    world.ask_for_pause(pause).await;
    let delivery = deliver(world, Some(world.account()), Locale::Fa).await;
    assert!(matches!(delivery, Delivery::Later(asked, _) if asked == pause), "{delivery:?}");
    assert_eq!(world.received().await, [""; 0]);
}

/// `alert` posts the text once, into the thread of its kind where the settings name one; a notifier that knows no chats
/// answers `NoAddress`.
pub async fn posts_alerts_where_they_belong(world: &dyn Fixture) {
    let (shop, chat) = (world.shop(), world.chat());
    let alerts = [
        Alert::TicketOpened { ticket: Uuid::from_u128(1).into() },
        Alert::ServerDown { server: Uuid::from_u128(2).into() },
    ];
    for alert in alerts {
        let delivery = world.notifier().alert(&shop, &chat, &alert, alert.key()).await;
        if delivery == Delivery::NoAddress {
            assert_eq!(world.posted().await, [], "it knows no chats");
            return;
        }
        assert_eq!(delivery, Delivery::Sent);
    }
    let posted = world.posted().await;
    let threads: Vec<Option<i64>> = posted.iter().map(|(thread, _)| *thread).collect();
    assert_eq!(threads, [chat.topics.get(&AlertKind::Tickets).copied(), None]);
    assert!(posted.iter().zip(alerts).all(|((_, text), alert)| text.contains(alert.key())), "{posted:?}");
}

/// Every case, each against a new messenger.
pub async fn all<F: Fixture>(make: impl AsyncFn() -> F) {
    sends_what_the_notice_says(&make().await).await;
    knows_whom_it_cannot_reach(&make().await).await;
    says_that_it_is_turned_away(&make().await).await;
    hands_on_the_pause_that_is_asked_for(&make().await).await;
    posts_alerts_where_they_belong(&make().await).await;
}
