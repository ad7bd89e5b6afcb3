//! What happens to a demo from outside: payments, traffic, answers, and a lost connection.

use super::{Demo, stock::Stocked};
use crate::error::ShopError;
use nexa_core::{
    backoffice::Backoffice,
    domain::{
        money::{Currency, Money},
        refusal::Refusal,
        shop::Locale,
    },
    error::Result,
    ids::GatewayId,
    sim::{
        gateway::{FakeBank, FakeGateway},
        panel_kind::FakePanelKind,
    },
    storefront::model::PaymentView,
    world::World,
};
use std::sync::{Arc, Weak, atomic::Ordering};

/// The strings behind the scenes of [`Shop::demo`](crate::Shop::demo). It does not keep the demo alive: when the shop object
/// is gone, nothing can be paid, which is refused as `not_found`.
#[derive(uniffi::Object)]
pub struct DemoControls {
    demo: Weak<Demo>,
    office: Arc<dyn Backoffice>,
    bank: Arc<FakeBank>,
    panels: Arc<FakePanelKind>,
    gateway: GatewayId,
    endpoint: String,
    locale: Locale,
    world: World,
}

impl DemoControls {
    pub(super) fn new(
        demo: &Arc<Demo>,
        stocked: Stocked,
        bank: Arc<FakeBank>,
        panels: Arc<FakePanelKind>,
        world: World,
    ) -> Self {
        let Stocked { office, gateway, endpoint, locale, .. } = stocked;
        Self { demo: Arc::downgrade(demo), office, bank, panels, gateway, endpoint, locale, world }
    }

    fn told<T>(&self, answer: Result<T>) -> Result<T, ShopError> {
        answer.map_err(|error| ShopError::of(error, self.locale))
    }

    fn demo(&self) -> Result<Arc<Demo>, ShopError> {
        self.demo.upgrade().ok_or_else(|| ShopError::refused(&Refusal::NotFound, self.locale))
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl DemoControls {
    /// The customer pays what is due, and the gateway says so: the order is paid when this returns.
    pub async fn pay(&self, payment: PaymentView) -> Result<(), ShopError> {
        let due = Money::new(payment.due.minor, Currency::Usd);
        let (reference, now) = (payment.payment_id, self.world.now());
        let transfer = self.bank.pay(&reference, due, now);
        self.bank.confirm(&transfer);
        let gateway = FakeGateway::signed(Arc::clone(&self.bank), Currency::Usd);
        let callback = gateway.message(&reference);
        let received = self.demo()?.nexa.frontdesk().receive(self.gateway, &self.endpoint, callback).await;
        self.told(received).map(drop)
    }

    /// The customer uses traffic; gives how many bytes got through before the limit. The shop sees it within a minute.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
    pub fn use_traffic(&self, subscription_id: String, bytes: u64) -> u64 {
        let panel = self.panels.panel(super::stock::PANELS[0]);
        let accounts = panel.truth().accounts;
        let mut of = accounts.into_iter().filter(|(_, account)| account.grant.label == subscription_id);
        of.next().map_or(0, |(identity, _)| panel.consume(identity, bytes))
    }

    /// The shop answers a ticket.
    pub async fn answer_ticket(&self, ticket_id: String, text: String) -> Result<(), ShopError> {
        self.told(self.office.answer_ticket(&ticket_id, &text).await).map(drop)
    }

    /// Whether the shop cannot be reached from now on.
    pub fn set_offline(&self, offline: bool) -> Result<(), ShopError> {
        self.demo()?.offline.store(offline, Ordering::Relaxed);
        Ok(())
    }
}
