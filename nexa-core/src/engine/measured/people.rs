//! What tells people and their programs, and what tells us rates: counted by outcome. These are counted without their
//! times: a deadline bounds each, and nobody waits for one on a page.

use crate::{
    domain::{
        alert::{Alert, AlertSettings},
        market::Quote,
        money::Currency,
        notice::NoticeRecord,
        push::Browser,
        refusal::Refusal,
        shop::{Locale, Shop},
        webhook::Reply,
    },
    metric::{MESSAGES, RATE_SOURCE_CALLS, WEBHOOK_CALLS},
    ports::{
        caller::{Caller, HookCall},
        mailer::{Mail, Mailer},
        notifier::{Announcement, Delivery, Notifier, Recipient},
        outcome::Outcome,
        pusher::{PushMessage, Pusher},
        rates::RateSource,
    },
    secret::Secret,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;

struct Counted<T: ?Sized>(Arc<T>);

/// A notifier whose messages are counted.
pub(in crate::engine) fn notifier(of: Arc<dyn Notifier>) -> Arc<dyn Notifier> {
    Arc::new(Counted(of))
}

/// A mailer whose mails are counted.
pub(in crate::engine) fn mailer(of: Arc<dyn Mailer>) -> Arc<dyn Mailer> {
    Arc::new(Counted(of))
}

/// A pusher whose messages are counted.
pub(in crate::engine) fn pusher(of: Arc<dyn Pusher>) -> Arc<dyn Pusher> {
    Arc::new(Counted(of))
}

/// A caller whose calls are counted.
pub(in crate::engine) fn caller(of: Arc<dyn Caller>) -> Arc<dyn Caller> {
    Arc::new(Counted(of))
}

/// A source of rates whose answers are counted.
pub(in crate::engine) fn source(of: Arc<dyn RateSource>) -> Arc<dyn RateSource> {
    Arc::new(Counted(of))
}

fn message(channel: &'static str, call: &'static str, outcome: &'static str) {
    metrics::counter!(MESSAGES.name, "channel" => channel, "call" => call, "outcome" => outcome).increment(1);
}

#[async_trait]
impl Notifier for Counted<dyn Notifier> {
    fn channel(&self) -> &'static str {
        self.0.channel()
    }

    async fn deliver(
        &self,
        shop: &Shop,
        to: Recipient<'_>,
        notice: &NoticeRecord,
        locale: Locale,
    ) -> Delivery {
        let delivery = self.0.deliver(shop, to, notice, locale).await;
        message(self.0.channel(), "deliver", delivery.name());
        delivery
    }

    async fn alert(&self, shop: &Shop, to: &AlertSettings, alert: &Alert, text: &str) -> Delivery {
        let delivery = self.0.alert(shop, to, alert, text).await;
        message(self.0.channel(), "alert", delivery.name());
        delivery
    }

    async fn announce(&self, shop: &Shop, to: i64, announcement: &Announcement) -> Delivery {
        let delivery = self.0.announce(shop, to, announcement).await;
        message(self.0.channel(), "announce", delivery.name());
        delivery
    }
}

#[async_trait]
impl Mailer for Counted<dyn Mailer> {
    async fn send(&self, mail: &Mail) -> Outcome<()> {
        let outcome = self.0.send(mail).await;
        message("mail", "send", outcome.name());
        outcome
    }

    async fn check(&self) -> Outcome<String> {
        self.0.check().await
    }
}

#[async_trait]
impl Pusher for Counted<dyn Pusher> {
    fn public_key(&self) -> String {
        self.0.public_key()
    }

    fn accepts(&self, browser: &Browser) -> bool {
        self.0.accepts(browser)
    }

    async fn push(&self, browser: &Browser, message_to: &PushMessage) -> Outcome<()> {
        let outcome = self.0.push(browser, message_to).await;
        message("push", "push", outcome.name());
        outcome
    }
}

/// The class of a receiver's answer.
const fn answered(reply: &Reply) -> &'static str {
    match reply.status {
        None => "no_answer",
        Some(200..=299) => "2xx",
        Some(300..=399) => "3xx",
        Some(400..=499) => "4xx",
        Some(500..=599) => "5xx",
        Some(_) => "other",
    }
}

fn called(call: &'static str, reply: &Reply) {
    metrics::counter!(WEBHOOK_CALLS.name, "call" => call, "outcome" => answered(reply)).increment(1);
}

#[async_trait]
impl Caller for Counted<dyn Caller> {
    fn accepts(&self, url: &str, inside: bool) -> Result<(), Refusal> {
        self.0.accepts(url, inside)
    }

    async fn tell(&self, call: &HookCall) -> Reply {
        let reply = self.0.tell(call).await;
        called("tell", &reply);
        reply
    }

    async fn fetch(&self, url: &Secret<String>) -> Reply {
        let reply = self.0.fetch(url).await;
        called("fetch", &reply);
        reply
    }
}

#[async_trait]
impl RateSource for Counted<dyn RateSource> {
    fn name(&self) -> &str {
        self.0.name()
    }

    async fn quotes(&self, assets: &[Currency], now: Timestamp) -> Outcome<Vec<Quote>> {
        let outcome = self.0.quotes(assets, now).await;
        let source = self.0.name().to_owned();
        metrics::counter!(RATE_SOURCE_CALLS.name, "source" => source, "outcome" => outcome.name())
            .increment(1);
        outcome
    }
}
