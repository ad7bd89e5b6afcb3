//! What goes wrong outside, by kind, and how often it did: a sum of faults hides the kind that never came.

use nexa_core::sim::panel::Fault;
use std::{collections::BTreeMap, fmt, ops::AddAssign};

/// One kind of trouble.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Trouble {
    /// Storage was busy when a unit of work began, or a read.
    StorageBusy,
    /// A commit got lost.
    CommitLost,
    /// Another unit of work overtook one that ran beside it.
    Overtaken,
    /// A commit was made, and its answer got lost.
    CommitUnheard,
    /// A panel was not reached.
    PanelUnreachable,
    /// A panel refused what it could have done.
    PanelRefused,
    /// A panel did it, and its answer got lost.
    PanelUnheard,
    /// A panel did not do it, and its answer got lost.
    PanelSilent,
    /// A panel left half of a user behind an error.
    PanelHalfMade,
    /// A panel forgot what an identity had used.
    PanelForgot,
    /// A request landed on a panel long after its caller gave up.
    PanelLate,
    /// A panel was down for up to two hours.
    PanelDown,
    /// A gateway was not reached.
    GatewayUnreachable,
    /// A gateway did it, and its answer got lost.
    GatewayUnheard,
    /// A call to another machine, or its answer, took long.
    Slow,
    /// A process was struck down, or all of them.
    Strike,
    /// The clock jumped.
    ClockJump,
}

impl Trouble {
    /// All kinds, so that one that never came is told with a zero.
    pub const ALL: [Self; 17] = [
        Self::StorageBusy,
        Self::CommitLost,
        Self::Overtaken,
        Self::CommitUnheard,
        Self::PanelUnreachable,
        Self::PanelRefused,
        Self::PanelUnheard,
        Self::PanelSilent,
        Self::PanelHalfMade,
        Self::PanelForgot,
        Self::PanelLate,
        Self::PanelDown,
        Self::GatewayUnreachable,
        Self::GatewayUnheard,
        Self::Slow,
        Self::Strike,
        Self::ClockJump,
    ];
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unreachable => Self::PanelUnreachable,
            Fault::Rejected => Self::PanelRefused,
            Fault::AmbiguousDone => Self::PanelUnheard,
            Fault::AmbiguousNotDone => Self::PanelSilent,
            Fault::HalfMade => Self::PanelHalfMade,
            Fault::CounterReset => Self::PanelForgot,
            Fault::SlowZombie | Fault::Late => Self::PanelLate,
        }
    }
}

/// How often each kind came.
#[derive(Clone, Default, Debug)]
pub struct Troubles(BTreeMap<Trouble, u64>);

impl Troubles {
    /// One more of this kind.
    pub fn count(&mut self, kind: Trouble) {
        *self.0.entry(kind).or_default() += 1;
    }

    /// How often this kind came.
    pub fn of(&self, kind: Trouble) -> u64 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// All kinds together.
    pub fn sum(&self) -> u64 {
        self.0.values().sum()
    }
}

impl AddAssign<&Self> for Troubles {
    fn add_assign(&mut self, other: &Self) {
        for (kind, times) in &other.0 {
            *self.0.entry(*kind).or_default() += times;
        }
    }
}

impl fmt::Display for Troubles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, kind) in Trouble::ALL.into_iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{kind:?} {}", self.of(kind))?;
        }
        Ok(())
    }
}
