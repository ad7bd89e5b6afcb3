//! A panel in memory that keeps state, tells the truth to tests, and misbehaves by plan. No runtime, no clock, no IO.
//! It must never forget what it was told, or its truth would be worth nothing.

pub use super::panel_truth::{Account, Truth};
use crate::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
        link::Format,
        measure::Traffic,
    },
    ports::{
        outcome::Outcome,
        panel::{OwnerNote, Panel, PanelHealth, PanelProfile},
    },
    world::World,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Ways to misbehave, one call each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No connection; nothing was done.
    Unreachable,
    /// Refused; nothing was done.
    Rejected,
    /// Done, but the answer got lost.
    AmbiguousDone,
    /// Not done, and the answer got lost.
    AmbiguousNotDone,
    /// No answer now; the call takes effect after two more calls.
    SlowZombie,
    /// No answer now; the call takes effect when [`FakePanel::settle`] says so, whatever was done since.
    Late,
    /// A create that leaves a user "unknown" with 1000 GiB, enabled, behind an error.
    HalfMade,
    /// The panel forgets the identity's usage, then answers as usual.
    CounterReset,
}

/// Which call a fault is drawn for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// [`Panel::apply`].
    Apply,
    /// [`Panel::remove`].
    Remove,
    /// Any call that only reads.
    Read,
}

type Plan = Box<dyn FnMut(Call, Option<PanelId>) -> Option<Fault> + Send>;

enum Write {
    Apply(Grant),
    Remove(PanelId),
}

#[derive(Default)]
struct Inner {
    truth: Truth,
    removed: BTreeSet<PanelId>,
    queue: VecDeque<Fault>,
    plan: Option<Plan>,
    zombies: Vec<(u8, Write)>,
    late: Vec<Write>,
    down: bool,
    frozen: bool,
    exclusive: bool,
    offers: Extras,
    sold_out: Extras,
    given_away: Extras,
}

/// The panel. Shared by everyone who connects with the same name.
pub struct FakePanel {
    profile: PanelProfile,
    /// Where its share links lead; differs from panel to panel, as it does outside.
    address: String,
    inner: Mutex<Inner>,
}

impl Default for FakePanel {
    fn default() -> Self {
        Self {
            profile: PanelProfile {
                kind: "memory",
                deadline: SignedDuration::from_secs(1),
                list_every: SignedDuration::from_secs(60),
                compare_every: SignedDuration::from_hours(6),
                formats: vec![Format::Uris, Format::SingBox, Format::Clash, Format::Extras],
                exclusive: false,
            },
            address: "127.0.0.1".to_owned(),
            inner: Mutex::default(),
        }
    }
}

impl FakePanel {
    /// An empty panel that behaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty panel that behaves, whose share links lead to `address`.
    #[must_use]
    pub fn at(address: String) -> Self {
        Self { address, ..Self::default() }
    }

    /// The same as a panel that nobody but us writes to, compared each minute.
    #[must_use]
    pub fn exclusive(mut self) -> Self {
        self.profile.exclusive = true;
        self.profile.compare_every = SignedDuration::from_mins(1);
        self.lock().exclusive = true;
        self
    }

    /// The extras that it says it can give, and gives.
    pub fn set_offers(&self, offers: Extras) {
        self.lock().offers = offers;
    }

    /// Those of its extras that it says it has none left of.
    pub fn set_sold_out(&self, extras: Extras) {
        self.lock().sold_out = extras;
    }

    /// What it took from identities that are stopped and gave to others: its documents no longer show these.
    pub fn set_given_away(&self, extras: Extras) {
        self.lock().given_away = extras;
    }

    /// Draws every call's fault from `plan`, after the queue is empty.
    pub fn plan(&self, plan: impl FnMut(Call, Option<PanelId>) -> Option<Fault> + Send + 'static) {
        self.lock().plan = Some(Box::new(plan));
    }

    /// Draws faults from `faults`, for `per_mille` of all calls, by the world's randomness.
    pub fn plan_random(&self, world: World, per_mille: u64, faults: Vec<Fault>) {
        self.plan(move |_, _| {
            let hit = world.below(1000) < per_mille;
            let index = usize::try_from(world.below(u64::try_from(faults.len()).unwrap_or(0))).unwrap_or(0);
            if hit { faults.get(index).copied() } else { None }
        });
    }

    /// Behaves from now on; what is under way still lands.
    pub fn behave(&self) {
        let mut inner = self.lock();
        inner.plan = None;
        inner.queue.clear();
        inner.down = false;
        inner.frozen = false;
    }

    /// The next call, whichever it is, meets this fault.
    pub fn fault(&self, fault: Fault) {
        self.lock().queue.push_back(fault);
    }

    /// Whether nothing listens.
    pub fn set_down(&self, down: bool) {
        self.lock().down = down;
    }

    /// Whether it takes calls and never answers, nor does what they say.
    pub fn set_frozen(&self, frozen: bool) {
        self.lock().frozen = frozen;
    }

    /// A customer sends `bytes`; returns how many got through before the panel stopped them.
    pub fn consume(&self, panel_id: PanelId, bytes: u64) -> u64 {
        let mut inner = self.lock();
        let Some(account) = inner.truth.accounts.get_mut(&panel_id).filter(|account| account.grant.enabled)
        else {
            return 0;
        };
        let passed = Traffic::bytes(bytes).min(account.grant.limit.minus(account.counter));
        account.counter = account.counter.plus(passed);
        account.passed = account.passed.plus(passed);
        passed.as_bytes()
    }

    /// Lets all calls that were left hanging take effect now.
    pub fn settle(&self) {
        let mut inner = self.lock();
        let zombies = std::mem::take(&mut inner.zombies).into_iter().map(|(_, write)| write);
        for write in zombies.chain(std::mem::take(&mut inner.late)) {
            inner.write(write);
        }
    }

    /// Forgets everything since `truth` was read, as a restored backup does.
    pub fn restore(&self, truth: Truth) {
        self.lock().truth = truth;
    }

    /// What it really holds.
    #[must_use]
    pub fn truth(&self) -> Truth {
        self.lock().truth.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, call: Call, panel_id: PanelId, write: Write) -> Outcome<Seen> {
        let mut inner = self.lock();
        match inner.draw(call, Some(panel_id)) {
            Err(end) => end.map(|never: std::convert::Infallible| match never {}),
            Ok(Some(Fault::AmbiguousDone)) => {
                inner.write(write);
                Outcome::Ambiguous("the answer got lost".into())
            }
            Ok(Some(Fault::SlowZombie)) => {
                inner.zombies.push((2, write));
                Outcome::Ambiguous("no answer in time".into())
            }
            Ok(Some(Fault::Late)) => {
                inner.late.push(write);
                Outcome::Ambiguous("no answer in time".into())
            }
            Ok(Some(Fault::HalfMade)) => inner.half_make(write),
            Ok(_) => inner.write(write),
        }
    }

    fn read<T>(&self, panel_id: Option<PanelId>, look: impl FnOnce(&Inner) -> Outcome<T>) -> Outcome<T> {
        let mut inner = self.lock();
        match inner.draw(Call::Read, panel_id) {
            Err(end) => end.map(|never: std::convert::Infallible| match never {}),
            Ok(None) => look(&inner),
            Ok(Some(_)) => Outcome::Ambiguous("the answer got lost".into()),
        }
    }
}

impl Inner {
    /// Ends the call, or says which of the other faults it meets.
    fn draw(
        &mut self,
        call: Call,
        panel_id: Option<PanelId>,
    ) -> Result<Option<Fault>, Outcome<std::convert::Infallible>> {
        self.let_zombies_land();
        if self.down {
            return Err(Outcome::Unreachable("nothing listens".into()));
        }
        if self.frozen {
            return Err(Outcome::Ambiguous("no answer in time".into()));
        }
        let queued = self.queue.pop_front();
        let fault = queued.or_else(|| self.plan.as_mut().and_then(|plan| plan(call, panel_id)));
        match fault {
            Some(Fault::Unreachable) => Err(Outcome::Unreachable("no connection".into())),
            Some(Fault::Rejected) => Err(Outcome::Rejected("refused by plan".into())),
            Some(Fault::AmbiguousNotDone) => Err(Outcome::Ambiguous("the answer got lost".into())),
            Some(Fault::CounterReset) => {
                let account = panel_id.and_then(|id| self.truth.accounts.get_mut(&id));
                if let Some(account) = account {
                    account.counter = Traffic::ZERO;
                }
                Ok(None)
            }
            other => Ok(other),
        }
    }

    fn let_zombies_land(&mut self) {
        for (calls, write) in std::mem::take(&mut self.zombies) {
            match calls.checked_sub(1) {
                Some(left) => self.zombies.push((left, write)),
                None => drop(self.write(write)),
            }
        }
    }

    fn half_make(&mut self, write: Write) -> Outcome<Seen> {
        match write {
            Write::Apply(grant) if !self.truth.accounts.contains_key(&grant.panel_id) => {
                let half =
                    Grant { label: "unknown".into(), enabled: true, limit: Traffic::gib(1000), ..grant };
                self.write(Write::Apply(half));
                Outcome::Ambiguous("the panel failed".into())
            }
            other => self.write(other),
        }
    }

    fn write(&mut self, write: Write) -> Outcome<Seen> {
        match write {
            Write::Remove(panel_id) => match self.truth.accounts.remove(&panel_id) {
                Some(account) => {
                    self.removed.insert(panel_id);
                    Outcome::Done(account.seen())
                }
                None => Outcome::NotFound,
            },
            Write::Apply(grant) => {
                let panel_id = grant.panel_id;
                let counted = if self.exclusive { grant.counted } else { Traffic::ZERO };
                if let Some(account) = self.truth.accounts.get_mut(&panel_id) {
                    account.counter = account.counter.max(counted);
                    if !account.holds(&grant) {
                        account.grant = grant;
                        account.writes = account.writes.saturating_add(1);
                    }
                    return Outcome::Done(account.seen());
                }
                if self.removed.contains(&panel_id) {
                    self.truth.resurrected.insert(panel_id);
                }
                let creates = self.truth.creates.entry(panel_id).or_default();
                *creates = creates.saturating_add(1);
                let account = Account { counter: counted, ..Account::new(grant) };
                let seen = account.seen();
                self.truth.accounts.insert(panel_id, account);
                Outcome::Done(seen)
            }
        }
    }
}

#[async_trait]
impl Panel for FakePanel {
    fn profile(&self) -> &PanelProfile {
        &self.profile
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        self.write(Call::Apply, grant.panel_id, Write::Apply(grant.clone()))
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.read(Some(grant.panel_id), |inner| match inner.truth.accounts.get(&grant.panel_id) {
            Some(account) => Outcome::Done(account.holds(grant)),
            None => Outcome::NotFound,
        })
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.read(Some(panel_id), |inner| match inner.truth.accounts.get(&panel_id) {
            Some(account) => Outcome::Done(account.seen()),
            None => Outcome::NotFound,
        })
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        self.read(None, |inner| Outcome::Done(inner.truth.accounts.values().map(Account::seen).collect()))
    }

    async fn notes(&self) -> Outcome<Vec<OwnerNote>> {
        let note = |(id, account): (&PanelId, &Account)| OwnerNote {
            panel_id: *id,
            name: account.grant.label.clone(),
            telegram: None,
        };
        self.read(None, |inner| Outcome::Done(inner.truth.accounts.iter().map(note).collect()))
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.write(Call::Remove, panel_id, Write::Remove(panel_id)).map(|_| ())
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.read(Some(panel_id), |inner| match inner.truth.accounts.get(&panel_id) {
            Some(account) => {
                let grant = &account.grant;
                let gone = if grant.enabled { Extras::NONE } else { inner.given_away };
                let shown = Grant { extras: gone.missing(grant.extras), ..grant.clone() };
                Outcome::Done(super::panel_kind::document(&shown, &self.address, format))
            }
            None => Outcome::NotFound,
        })
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        self.read(None, |inner| {
            Outcome::Done(PanelHealth {
                version: "1.0".into(),
                warning: None,
                offers: inner.offers,
                sold_out: inner.sold_out,
            })
        })
    }
}
