//! One row of an import: what it comes to, decided from what is here, and done in one transaction.

use super::{ImportWish, ground::Ground};
use crate::{
    domain::{
        adoption::{Rest, rest},
        grant::{PanelId, Seen},
        import::{
            Fault, Found, Service,
            tally::{Done, Taken},
        },
        ledger::{Account, Journal},
        measure::Traffic,
        money::Money,
        plan::Plan,
        user::{ACCOUNT_NUMBER_DIGITS, Identity, IdentityKind},
    },
    engine::{
        Core,
        account::sign_in::{identity_context, new_user, number_identity, telegram_identity},
        adoption::take_over,
        earnings,
        invites::Arrival,
        kept::wallet_filled,
    },
    error::{Error, Failure, Result},
    ids::{ServerId, UserId},
    ports::storage::{Inserted, Posted, Read, Tx},
    secret::{Fingerprint, Purpose},
};
use std::collections::{BTreeMap, BTreeSet};

/// Goes through rows and remembers what stood in earlier ones.
pub(super) struct Rows<'a> {
    core: &'a Core,
    ground: &'a Ground,
    wish: &'a ImportWish,
    identities: BTreeSet<PanelId>,
    /// What stood in the wallets of earlier rows, by what their owners are known by.
    wallets: BTreeMap<Fingerprint, i64>,
    /// Those who would be made by an earlier row.
    newcomers: BTreeSet<String>,
}

/// What a row comes to.
struct Step<'a> {
    owner: Owner,
    /// The cause of the journal, and how much.
    credit: Option<(String, Money)>,
    service: Option<Move<'a>>,
}

/// Whose it becomes.
enum Owner {
    Known(UserId),
    New(Vec<(IdentityKind, String)>),
}

/// What becomes of a service.
struct Move<'a> {
    service: &'a Service,
    plan: &'a Plan,
    left: Rest,
    held: &'a [(ServerId, Seen)],
}

/// Either what is decided, or why nothing is done with the row.
type Decided<T> = Result<Result<T, Fault>>;

/// Leaves with the fault of a row.
macro_rules! sound {
    ($decided:expr) => {
        match $decided {
            Ok(sound) => sound,
            Err(fault) => return Ok(Err(fault)),
        }
    };
}

impl<'a> Rows<'a> {
    pub(super) fn new(core: &'a Core, ground: &'a Ground, wish: &'a ImportWish) -> Self {
        let (identities, wallets, newcomers) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        Self { core, ground, wish, identities, wallets, newcomers }
    }

    /// What a row would come to.
    pub(super) async fn look(&mut self, found: &'a Found) -> Decided<Done> {
        let mut read = self.core.read().await?;
        let step = sound!(self.decide(read.as_mut(), found).await?);
        let user_made = match step.owner {
            Owner::Known(_) => false,
            Owner::New(named) => {
                named.into_iter().fold(true, |new, (_, value)| self.newcomers.insert(value) && new)
            }
        };
        Ok(Ok(Done {
            user_made,
            credited: step.credit.map(|(_, money)| money.minor),
            service: step.service.map(|service| service.becomes()),
        }))
    }

    /// Does what a row says.
    pub(super) async fn take(&mut self, found: &'a Found) -> Decided<Done> {
        let mut tx = self.core.begin().await?;
        let step = sound!(self.decide(tx.as_read(), found).await?);
        let mut done = Done { user_made: matches!(step.owner, Owner::New(_)), ..Done::default() };
        if !done.user_made && step.credit.is_none() && step.service.is_none() {
            return Ok(Ok(done));
        }
        let user = self.owner(tx.as_mut(), step.owner).await?;
        if let Some((cause, money)) = step.credit
            && self.credit(tx.as_mut(), user, cause, money).await?
        {
            done.credited = Some(money.minor);
        }
        if let Some(moved) = step.service {
            self.adopt(tx.as_mut(), user, &moved).await?;
            done.service = Some(moved.becomes());
        }
        self.core.commit(tx).await?;
        Ok(Ok(done))
    }

    /// The number of the account that a service of nobody belongs to. It follows from the service, so that the same import
    /// comes to the same account and can tell its number again.
    pub(super) fn number(&self, found: &Found) -> Option<String> {
        let service = found.service.as_ref().filter(|_| self.wish.anonymous && found.person.is_nobody())?;
        let about = format!("{}|{}", self.ground.shop, service.identity.expose());
        let mut number = String::new();
        for round in 0_u32.. {
            let hash = self.core.keys.fingerprint(Purpose::Import, &format!("{about}|{round}"));
            let bytes = data_encoding::HEXLOWER.decode(hash.0.as_bytes()).unwrap_or_default();
            // Of the numbers that a byte has, 250 are as many of each digit.
            let digits = bytes.into_iter().filter(|byte| *byte < 250);
            number.extend(digits.filter_map(|byte| char::from_digit(u32::from(byte % 10), 10)));
            if number.len() >= ACCOUNT_NUMBER_DIGITS || round > 9 {
                break;
            }
        }
        number.truncate(ACCOUNT_NUMBER_DIGITS);
        (number.len() == ACCOUNT_NUMBER_DIGITS).then_some(number)
    }

    fn lookup(&self, value: &str) -> Fingerprint {
        self.core.keys.fingerprint(Purpose::Identity, value)
    }

    /// What a row comes to, as things stand.
    async fn decide(&mut self, read: &mut dyn Read, found: &'a Found) -> Decided<Step<'a>> {
        if let Some(fault) = found.fault {
            return Ok(Err(fault));
        }
        let owner = sound!(self.whose(read, found).await?);
        let moved = match &found.service {
            Some(service) => self.moved(read, service, &owner).await?,
            None => Ok(None),
        };
        if let Err(fault) = &moved
            && *fault != Fault::Over
        {
            return Ok(Err(*fault));
        }
        // Last, so that no wallet counts as seen of which nothing came over.
        let credit = sound!(self.worth(read, found, &owner).await?);
        let service = match moved {
            // The wallet comes over also of whoever has nothing that runs.
            Err(Fault::Over) if credit.is_some() => None,
            decided => sound!(decided),
        };
        Ok(Ok(Step { owner, credit, service }))
    }

    async fn whose(&self, read: &mut dyn Read, found: &Found) -> Decided<Owner> {
        let person = &found.person;
        let mut named = Vec::new();
        named.extend(person.telegram.clone().map(|id| (IdentityKind::Telegram, id)));
        named.extend(person.email.clone().map(|address| (IdentityKind::Email, address)));
        named.extend(self.number(found).map(|number| (IdentityKind::AccountNumber, number)));
        if named.is_empty() {
            return Ok(Err(Fault::Nobody));
        }
        let mut known = BTreeSet::new();
        for (kind, value) in &named {
            let Some(identity) = read.identity(self.ground.shop, *kind, &self.lookup(value)).await? else {
                continue;
            };
            // Whoever only typed an address in may lie in wait for its owner.
            if !identity.verified {
                return Ok(Err(Fault::EmailUnproved));
            }
            known.insert(identity.user_id);
        }
        let Some(user) = known.pop_first() else { return Ok(Ok(Owner::New(named))) };
        if !known.is_empty() {
            return Ok(Err(Fault::TwoUsers));
        }
        let blocked = read.user(self.ground.shop, user).await?.is_none_or(|user| user.blocked);
        Ok(if blocked { Err(Fault::Blocked) } else { Ok(Owner::Known(user)) })
    }

    /// By what the owner of a wallet is known: what the row says, then what is known here besides.
    async fn names(&self, read: &mut dyn Read, found: &Found, owner: &Owner) -> Result<Vec<Fingerprint>> {
        let said = found.person.telegram.iter().chain(&found.person.email);
        let mut names: Vec<Fingerprint> = said.map(|value| self.lookup(value)).collect();
        if let Owner::Known(user) = owner
            && !names.is_empty()
        {
            let here = read.identities(self.ground.shop, *user).await?.into_iter();
            let outside = here.filter(|one| one.verified && one.kind != IdentityKind::AccountNumber);
            names.extend(outside.map(|one| one.lookup));
        }
        Ok(names)
    }

    fn cause(&self, name: &Fingerprint) -> String {
        let source = self.core.keys.fingerprint(Purpose::Import, &format!("wallet|{}", name.0));
        format!("import:{}:{}", self.wish.kind.name(), source.0)
    }

    /// What is put into the wallet: once for each person and kind of source, whatever stands there later, and by whichever
    /// of their names.
    async fn worth(
        &mut self,
        read: &mut dyn Read,
        found: &Found,
        owner: &Owner,
    ) -> Decided<Option<(String, Money)>> {
        let Some(text) = &found.balance else { return Ok(Ok(None)) };
        let names = self.names(read, found, owner).await?;
        let Some(first) = names.first() else { return Ok(Ok(None)) };
        let unit = match self.wish.unit {
            Some(unit) => unit,
            None if text.trim_matches(['0', '.']).is_empty() => return Ok(Ok(None)),
            None => return Ok(Err(Fault::NoCurrency)),
        };
        let Some(money) = sound!(unit.worth(text)) else { return Ok(Ok(None)) };
        let before = names.iter().find_map(|name| self.wallets.get(name).copied());
        if before.is_some_and(|before| before != money.minor) {
            return Ok(Err(Fault::Duplicate));
        }
        self.wallets.extend(names.iter().map(|name| (name.clone(), money.minor)));
        // A list with a line for each service repeats the wallet in each of them.
        if before.is_some() {
            return Ok(Ok(None));
        }
        for name in &names {
            if read.is_posted(self.ground.shop, &self.cause(name)).await? {
                return Ok(Ok(None));
            }
        }
        Ok(Ok(Some((self.cause(first), money))))
    }

    async fn moved(
        &mut self,
        read: &mut dyn Read,
        service: &'a Service,
        owner: &Owner,
    ) -> Decided<Option<Move<'a>>> {
        if !self.identities.insert(service.identity) {
            return Ok(Err(Fault::Duplicate));
        }
        if let Some(here) = read.subscription_by_identity(service.identity).await? {
            let own = matches!(owner, Owner::Known(user) if here.shop_id == self.ground.shop && here.user_id == *user);
            return Ok(if own { Ok(None) } else { Err(Fault::IdentityTaken) });
        }
        if service.plan.is_none() && self.wish.plan.is_none() && service.over {
            return Ok(Err(Fault::Over));
        }
        let plan = sound!(self.ground.plan(self.wish, service));
        let held = self.ground.held(plan, service.identity);
        let now = self.core.world.now();
        let left = match service.rest {
            _ if !held.is_empty() => {
                rest(&held.iter().map(|(_, seen)| seen.clone()).collect::<Vec<_>>(), now)
            }
            _ if service.over => return Ok(Err(Fault::Over)),
            // It begins anew on our servers: what was used elsewhere counts no more, what is left does.
            Some(told) => Rest { used: Traffic::ZERO, ..told },
            None => return Ok(Err(Fault::PanelUserMissing)),
        };
        if left.ends_at <= now || left.left == Traffic::ZERO {
            return Ok(Err(Fault::Over));
        }
        Ok(Ok(Some(Move { service, plan, left, held })))
    }

    /// The user, made if there is none; nobody else changes it until the end of the transaction.
    async fn owner(&self, tx: &mut dyn Tx, owner: Owner) -> Result<UserId> {
        let (core, shop) = (self.core, self.ground.shop);
        let named = match owner {
            Owner::Known(user) => {
                tx.lock_user(shop, user).await?;
                return Ok(user);
            }
            Owner::New(named) => named,
        };
        let user = new_user(core, tx, shop, None, &Arrival::default()).await?.token.user_id;
        for (kind, value) in named {
            let lookup = self.lookup(&value);
            let identity = match kind {
                IdentityKind::AccountNumber => number_identity(core, shop, user, &value),
                IdentityKind::Telegram => telegram_identity(core, shop, user, &lookup, &value),
                // Whoever runs the shop vouches for it, so a code by mail leads into this account.
                IdentityKind::Email => Identity {
                    shop_id: shop,
                    user_id: user,
                    kind,
                    lookup,
                    sealed: Some(core.keys.seal(&core.world, &identity_context(user), value.as_bytes())),
                    password: None,
                    verified: true,
                    created_at: core.world.now(),
                },
            };
            if tx.insert_identity(&identity).await? == Inserted::Taken {
                return Err(soon("somebody came while their row was read"));
            }
        }
        Ok(user)
    }

    /// Puts money into a wallet, unless that was done before.
    async fn credit(&self, tx: &mut dyn Tx, user: UserId, cause: String, money: Money) -> Result<bool> {
        let (core, shop) = (self.core, self.ground.shop);
        let journal = Journal::new(core.world.id(), shop, cause, core.world.now());
        let journal = journal.transfer(Account::Import, Account::Wallet(user), money)?;
        earnings::hold(tx, &journal).await?;
        match tx.post(&journal).await? {
            Posted::New => wallet_filled(core, tx, shop, user).await.map(|()| true),
            Posted::Already => Ok(false),
            Posted::Short => Err(Failure::core("what came over would overdraw").into()),
        }
    }

    async fn adopt(&self, tx: &mut dyn Tx, user: UserId, of: &Move<'_>) -> Result<()> {
        let identity = of.service.identity;
        let id = take_over(self.core, tx, (user, identity), of.plan, (of.left, of.held)).await?;
        if let Some(name) = &of.service.name
            && let Some(made) = tx.lock_subscription(self.ground.shop, id).await?
            // A name that no subscription may have is no reason to leave the service out.
            && let Ok(renamed) = (*made).clone().rename(name)
        {
            tx.save_subscription(made.map(|_| renamed)).await?;
        }
        Ok(())
    }
}

impl Move<'_> {
    const fn becomes(&self) -> Taken {
        if self.held.is_empty() { Taken::Made } else { Taken::Adopted }
    }
}

fn soon(what: &str) -> Error {
    Failure::storage(what).into()
}
