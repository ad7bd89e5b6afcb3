//! A messenger in memory that can be told to turn senders away.

use crate::{
    domain::{
        alert::{Alert, AlertSettings},
        letter::Bounce,
        notice::NoticeRecord,
        shop::{Locale, Shop},
    },
    ports::notifier::{Delivery, MailRoute, Notifier, Recipient},
    text::{Message, message},
};
use async_trait::async_trait;
use jiff::SignedDuration;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
struct Chats {
    sent: Vec<(i64, Message)>,
    mailed: Vec<(String, Message, MailRoute)>,
    bouncing: BTreeSet<String>,
    posted: Vec<(i64, Option<i64>, String)>,
    blocked: BTreeSet<i64>,
    pause: Option<SignedDuration>,
    down: bool,
    calls: u64,
}

/// All chats of the world. Clones share them.
#[derive(Clone, Default)]
pub struct FakeNotifier {
    chats: Arc<Mutex<Chats>>,
}

impl FakeNotifier {
    fn mail(&self, route: &MailRoute, told: Message) -> Delivery {
        let mut chats = self.chats();
        chats.calls += 1;
        let address = route.address.expose().clone();
        if chats.bouncing.contains(&address) {
            return Delivery::Bounced(Bounce::Hard);
        }
        chats.mailed.push((address, told, route.clone()));
        Delivery::Sent
    }

    fn chats(&self) -> MutexGuard<'_, Chats> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came to an account, oldest first.
    #[must_use]
    pub fn came_to(&self, account: i64) -> Vec<Message> {
        self.chats().sent.iter().filter(|(to, _)| *to == account).map(|(_, told)| told.clone()).collect()
    }

    /// What was posted into a chat, oldest first, with its thread.
    #[must_use]
    pub fn posted_to(&self, chat: i64) -> Vec<(Option<i64>, String)> {
        let chats = self.chats();
        let there = chats.posted.iter().filter(|(to, ..)| *to == chat);
        there.map(|(_, thread, text)| (*thread, text.clone())).collect()
    }

    /// What came to a mailbox, oldest first, each with the route that it took.
    #[must_use]
    pub fn mailed_to(&self, address: &str) -> Vec<(Message, MailRoute)> {
        let chats = self.chats();
        let there = chats.mailed.iter().filter(|(to, ..)| to == address);
        there.map(|(_, told, route)| (told.clone(), route.clone())).collect()
    }

    /// Nobody has this address from now on.
    pub fn set_bouncing(&self, address: &str, bouncing: bool) {
        let mut chats = self.chats();
        if bouncing {
            chats.bouncing.insert(address.to_owned());
        } else {
            chats.bouncing.remove(address);
        }
    }

    /// How often a message was to be sent to anybody.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.chats().calls
    }

    /// Whether an account turns messages away.
    pub fn set_blocked(&self, account: i64, blocked: bool) {
        let mut chats = self.chats();
        if blocked {
            chats.blocked.insert(account);
        } else {
            chats.blocked.remove(&account);
        }
    }

    /// Asks everybody for this pause, until told otherwise.
    pub fn set_pause(&self, pause: Option<SignedDuration>) {
        self.chats().pause = pause;
    }

    /// Whether it answers.
    pub fn set_down(&self, down: bool) {
        self.chats().down = down;
    }
}

#[async_trait]
impl Notifier for FakeNotifier {
    async fn deliver(
        &self,
        _shop: &Shop,
        to: Recipient<'_>,
        notice: &NoticeRecord,
        locale: Locale,
    ) -> Delivery {
        if let Some(route) = to.mail {
            return self.mail(route, message(locale, &notice.notice));
        }
        let Some(account) = to.telegram else { return Delivery::NoAddress };
        let mut chats = self.chats();
        chats.calls += 1;
        if chats.down {
            return Delivery::Failed("switched off".to_owned());
        }
        if let Some(pause) = chats.pause {
            return Delivery::Later(pause, "too many messages".to_owned());
        }
        if chats.blocked.contains(&account) {
            return Delivery::Blocked;
        }
        chats.sent.push((account, message(locale, &notice.notice)));
        Delivery::Sent
    }

    async fn alert(&self, _shop: &Shop, to: &AlertSettings, alert: &Alert, text: &str) -> Delivery {
        let mut chats = self.chats();
        if chats.down {
            return Delivery::Failed("switched off".to_owned());
        }
        chats.posted.push((to.chat_id, to.topics.get(&alert.kind()).copied(), text.to_owned()));
        Delivery::Sent
    }
}
