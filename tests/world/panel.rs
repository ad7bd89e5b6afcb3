//! A server as it really is, whatever the shop believes.

use jiff::Timestamp;
use nexa_core::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId},
        measure::Traffic,
    },
    ports::panel::Panel as _,
    sim::panel::{Account, Call, FakePanel, Fault, Truth},
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use uuid::Uuid;

/// A server seen from outside.
pub struct Server {
    panel: Arc<FakePanel>,
}

/// What it holds for one customer.
pub struct Entry {
    pub id: PanelId,
    pub account: Account,
}

impl Server {
    pub fn new(panel: Arc<FakePanel>) -> Self {
        Self { panel }
    }

    /// All that it holds.
    pub fn entries(&self) -> Vec<Entry> {
        self.panel.truth().accounts.into_iter().map(|(id, account)| Entry { id, account }).collect()
    }

    /// Somebody made a service by hand, in the panel.
    pub async fn made_by_hand(&self, limit: u64, ends_at: Timestamp) -> PanelId {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = u128::from(MADE.fetch_add(1, Ordering::Relaxed));
        let identity = Uuid::from_u128(0xa59e_4807_8100_45d7_83b6_0000_0000_0000 + number);
        self.holds_by_hand(PanelId::new(identity), limit, ends_at).await
    }

    /// The same with this identity.
    pub async fn holds_by_hand(&self, panel_id: PanelId, limit: u64, ends_at: Timestamp) -> PanelId {
        let grant = Grant {
            panel_id,
            label: "Ali, paid in cash".to_owned(),
            enabled: true,
            starts_at: Timestamp::UNIX_EPOCH,
            ends_at,
            limit: Traffic::bytes(limit),
            devices: 1,
            extras: Extras::NONE,
            counted: Traffic::ZERO,
        };
        self.panel.apply(&grant).await.done().expect("made");
        panel_id
    }

    /// Somebody switched it off by hand.
    pub async fn switched_off_by_hand(&self, panel_id: PanelId) {
        let grant = self.account(panel_id).grant;
        self.panel.apply(&Grant { enabled: false, ..grant }).await.done().expect("switched off");
    }

    /// What it holds for one of several.
    pub fn account(&self, panel_id: PanelId) -> Account {
        self.panel.truth().accounts.remove(&panel_id).expect("an account")
    }

    /// Whoever has this identity sends so many bytes; how many got through.
    pub fn carries_for(&self, panel_id: PanelId, bytes: u64) -> u64 {
        self.panel.consume(panel_id, bytes)
    }

    /// The one customer that it holds.
    pub fn entry(&self) -> Entry {
        let mut entries = self.entries();
        assert_eq!(entries.len(), 1, "one customer on the server");
        entries.remove(0)
    }

    /// Whether the one customer that it holds can connect.
    pub fn lets_in(&self) -> bool {
        self.entry().account.grant.enabled
    }

    /// Its one customer sends this many bytes; how many got through.
    pub fn carries(&self, bytes: u64) -> u64 {
        self.panel.consume(self.entry().id, bytes)
    }

    /// From now on it says that it can give these.
    pub fn offers(&self, extras: Extras) {
        self.panel.set_offers(extras);
    }

    /// From now on it says that it has none left of these.
    pub fn is_sold_out_of(&self, extras: Extras) {
        self.panel.set_sold_out(extras);
    }

    /// What it kept of these for stopped customers went to others, and it has none left.
    pub fn gives_away_the_last(&self, extras: Extras) {
        self.panel.set_given_away(extras);
        self.panel.set_sold_out(extras);
    }

    /// All that it holds, to go back to.
    pub fn backup(&self) -> Truth {
        self.panel.truth()
    }

    /// Its disk is as it was at the backup, or as on the first day.
    pub fn is_restored(&self, backup: Truth) {
        self.panel.restore(backup);
    }

    /// It does not do what it is asked next, and the answer gets lost.
    pub fn loses_its_next_answer(&self) {
        self.panel.fault(Fault::AmbiguousNotDone);
    }

    /// What it is asked next gets no answer, and is done when nobody waits for it any more.
    pub fn does_its_next_write_late(&self) {
        self.panel.plan(|call, _| (call == Call::Apply).then_some(Fault::Late));
    }

    /// It does what it is asked and lists whom it holds, but every answer about one customer gets lost.
    pub fn says_nothing_of_anybody(&self) {
        self.panel.plan(|_, who| who.map(|_| Fault::AmbiguousDone));
    }

    /// What it was asked before is done now.
    pub fn does_what_is_late(&self) {
        self.panel.settle();
    }

    /// It takes nobody off until it behaves again.
    pub fn takes_nobody_off(&self) {
        self.panel.plan(|call, _| (call == Call::Remove).then_some(Fault::Unreachable));
    }

    /// It does all that it is told again.
    pub fn behaves(&self) {
        self.panel.behave();
    }

    /// Nothing answers there any more.
    pub fn goes_down(&self) {
        self.panel.set_down(true);
    }

    /// It is back.
    pub fn comes_back(&self) {
        self.panel.set_down(false);
    }
}
