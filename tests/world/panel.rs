//! A server as it really is, whatever the shop believes.

use nexa_core::{
    domain::{extras::Extras, grant::PanelId},
    sim::panel::{Account, Call, FakePanel, Fault, Truth},
};
use std::sync::Arc;

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
