//! Bugs that are planted at run time, in the wrappers around the ports: the simulation must find each of them.

/// A planted bug.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// Whoever asks holds the lease.
    LeaseAlwaysHeld,
    /// Each try on a panel makes an identity of its own.
    FreshIdentity,
    /// An unclear answer of a panel counts as done.
    AmbiguousIsDone,
    /// A panel's remove is believed and never sent.
    RemoveForgotten,
    /// A gateway reports what was asked for, not what arrived.
    ClaimedAmount,
    /// A journal is posted again under the same cause.
    CauseIgnored,
    /// The same transfer is kept under a new name each time.
    MovementRenamed,
    /// A lost commit counts as made.
    LostCommitIsOk,
    /// The order's key is not kept.
    KeyIgnored,
    /// A trial is never used up.
    TrialUnclaimed,
    /// Payments are not looked at by ourselves.
    NoPoll,
    /// Nobody watches the end of a subscription.
    EndForgotten,
    /// A job that follows from an event is lost now and then.
    ConsequenceLost,
    /// What stayed unclear is not looked at again.
    DoubtForgotten,
    /// That money is to be sent back is not kept.
    ReturnForgotten,
    /// A gateway's refund is believed and never sent.
    RefundForgotten,
    /// What is sent back is not told apart when the movements are summed.
    ReturnsUnread,
    /// What was set aside for an order stays there.
    ReleaseForgotten,
    /// It comes back twice.
    ReleasedTwice,
}

impl Mutant {
    /// Those that must be found. The lease is not among them: a job ends before its lease does, so the fence is a second
    /// door behind one that is closed.
    pub const ALL: [Self; 18] = [
        Self::FreshIdentity,
        Self::ReturnForgotten,
        Self::RefundForgotten,
        Self::ReturnsUnread,
        Self::AmbiguousIsDone,
        Self::RemoveForgotten,
        Self::ClaimedAmount,
        Self::CauseIgnored,
        Self::MovementRenamed,
        Self::LostCommitIsOk,
        Self::KeyIgnored,
        Self::TrialUnclaimed,
        Self::NoPoll,
        Self::EndForgotten,
        Self::ConsequenceLost,
        Self::DoubtForgotten,
        Self::ReleaseForgotten,
        Self::ReleasedTwice,
    ];
}
