//! The simulated messenger passes the suite that real ones must pass.
#![cfg(feature = "testing")]

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    conformance::notifier::{Fixture, all},
    domain::{
        alert::{AlertKind, AlertSettings},
        look::Look,
        money::Currency,
        shop::{Locale, Shop, TrialNeeds},
    },
    ports::notifier::Notifier,
    sim::notifier::FakeNotifier,
};
use std::sync::Arc;
use uuid::Uuid;

const ACCOUNT: i64 = 279_058_397;

#[derive(Default)]
struct Fake(FakeNotifier);

#[async_trait]
impl Fixture for Fake {
    fn notifier(&self) -> Arc<dyn Notifier> {
        Arc::new(self.0.clone())
    }
    fn shop(&self) -> Shop {
        Shop {
            id: Uuid::nil().into(),
            name: "Fast Net".to_owned(),
            currency: Currency::Irr,
            locale: Locale::Fa,
            timezone: None,
            hosts: Vec::new(),
            support_url: None,
            look: Look::default(),
            trial_plan: None,
            trial_needs: TrialNeeds::None,
            adoption_plan: None,
            telegram: None,
            maintenance: None,
            grace: nexa_core::domain::subscription::GraceTerms::NONE,
            automatic_rates: false,
            test: true,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }
    fn account(&self) -> i64 {
        ACCOUNT
    }
    async fn received(&self) -> Vec<String> {
        self.0.came_to(ACCOUNT).into_iter().map(|told| told.text).collect()
    }
    fn chat(&self) -> AlertSettings {
        let topics = [(AlertKind::Tickets, 7)].into();
        AlertSettings { chat_id: -1_001_234_567_890, topics, muted: [].into(), large_payment: None }
    }
    async fn posted(&self) -> Vec<(Option<i64>, String)> {
        self.0.posted_to(self.chat().chat_id)
    }
    async fn block(&self) {
        self.0.set_blocked(ACCOUNT, true);
    }
    async fn ask_for_pause(&self, pause: SignedDuration) {
        self.0.set_pause(Some(pause));
    }
}

#[tokio::test]
async fn the_simulated_messenger_keeps_the_rules() {
    all(async || Fake::default()).await;
}
