//! What the fixtures of chains share: nobody sends messages, transfers come and are undone, and servers fail in ways that
//! have names.

use nexa_core::{
    conformance::gateway::Outage,
    domain::money::Money,
    ports::gateway::{Gateway, Opened},
};
use std::sync::Arc;

/// A gateway that watches a chain, with power over that chain; [`watched!`] makes it a `Fixture` at [`NOW`].
pub(crate) trait Watched: Send + Sync {
    /// What its server does wrong.
    type Fault: Copy + 'static;
    /// The outages that it can make, and how.
    const FAULTS: &'static [(Outage, Self::Fault)];
    const SECRETS: &'static [&'static str];
    /// Whether its money is final as soon as it can be seen.
    const FINAL_AT_ONCE: bool = false;
    fn watcher(&self) -> Arc<dyn Gateway>;
    fn fails(&self, fault: Option<Self::Fault>);
    /// Sends money, final or not; answers the movement's id.
    fn pays(&self, opened: &Opened, amount: Money, is_final: bool) -> String;
    /// Makes a transfer disappear for good.
    fn undo(&self, movement: &str);
}

/// The moment that all of them are told, in seconds since 1970.
pub(crate) const NOW: i64 = 1_800_000_000;

/// Makes a [`Watched`] a fixture of the core's suite.
macro_rules! watched {
    ($fixture:ty) => {
        #[async_trait::async_trait]
        impl nexa_core::conformance::gateway::Fixture for $fixture {
            fn gateway(&self) -> Arc<dyn Gateway> {
                crate::watched::Watched::watcher(self)
            }
            fn now(&self) -> jiff::Timestamp {
                jiff::Timestamp::from_second(crate::watched::NOW).expect("a moment")
            }
            async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
                self.pays(opened, amount, Self::FINAL_AT_ONCE)
            }
            async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
                self.pays(opened, amount, true)
            }
            fn is_final_at_once(&self) -> bool {
                Self::FINAL_AT_ONCE
            }
            async fn drop_transfer(&self, movement: &str) {
                self.undo(movement);
            }
            async fn outage(&self, outage: Outage) {
                self.fails(Self::FAULTS.iter().find(|(known, _)| *known == outage).map(|(_, fault)| *fault));
            }
            fn outages(&self) -> Vec<Outage> {
                Self::FAULTS.iter().map(|(outage, _)| *outage).collect()
            }
            fn signed(
                &self,
                _opened: &Opened,
                _amount: Money,
            ) -> Option<nexa_core::ports::gateway::Callback> {
                None
            }
            fn forged(
                &self,
                _opened: &Opened,
                _amount: Money,
            ) -> Option<nexa_core::ports::gateway::Callback> {
                None
            }
            fn secrets(&self) -> Vec<String> {
                Self::SECRETS.iter().map(|secret| (*secret).to_owned()).collect()
            }
        }
    };
}
pub(crate) use watched;
