//! Resellers of a shop, and the prices that they pay.

use super::{actions::note, shop::own_hosts};
use crate::{
    domain::{
        deed::Deed,
        look::Look,
        money::Currency,
        permission::Permission,
        refusal::Refusal,
        reseller::{
            Credit, MOST_LEVELS, Reseller, ResellerTerms, Standing, SupplyCount, Ware, Warned, WholesaleList,
            WholesalePrice,
        },
        shop::{Locale, Shop, TrialNeeds},
        subscription::GraceTerms,
        user::{Principal, Role, TokenKind, User},
    },
    engine::{
        Core,
        account::sign_in::{account_number, new_token, number_identity},
        figures, supply,
    },
    error::{Failure, Result},
    ids::{ShopId, UserId, WholesaleListId},
    ports::storage::{Inserted, Locked, Read, Tx},
};
use jiff::Timestamp;

/// Days that the link to a reseller's new shop is good.
const CLAIM_DAYS: u32 = 7;

/// A shop for somebody else, who sells what this one delivers.
pub(crate) struct NewReseller {
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) locale: Locale,
    pub(crate) hosts: Vec<String>,
    /// Which user of the supplier's shop it is; a new one without.
    pub(crate) account: Option<UserId>,
    pub(crate) terms: ResellerTerms,
}

/// A reseller, with what is shown once.
pub(crate) struct NewlyMade {
    pub(crate) seen: ResellerSeen,
    /// The secret of the one-time link by which its operator comes into the new shop.
    pub(crate) claim: String,
    /// The account number of its account in the supplier's shop, if that is new.
    pub(crate) account_number: Option<String>,
}

/// A reseller as its supplier sees it.
pub(crate) struct ResellerSeen {
    pub(crate) reseller: Reseller,
    pub(crate) shop: Shop,
    pub(crate) credit: Credit,
    /// All that was supplied and not given back.
    pub(crate) supplied: Vec<SupplyCount>,
    pub(crate) running: u32,
    /// Whether somebody came in by the link to its shop.
    pub(crate) claimed: bool,
}

/// Makes the shop, its account here, and the link for whoever runs it.
pub(crate) async fn add_reseller(core: &Core, who: &Principal, new: NewReseller) -> Result<NewlyMade> {
    who.may(Permission::Resellers)?;
    let mut tx = core.begin().await?;
    let own = core.shop(tx.as_read(), who.shop_id).await?;
    let terms = new.terms.checked(own.currency)?;
    tx.wholesale_list(own.id, terms.list_id).await?.ok_or(Refusal::NotFound)?;
    if levels_above(tx.as_read(), own.id).await? >= MOST_LEVELS {
        return Err(Refusal::SupplierDecides.into());
    }
    let hosts: Vec<String> = new.hosts.iter().map(|host| host.trim().to_lowercase()).collect();
    if hosts.is_empty() {
        return Err(Refusal::bad_input("hosts", "at least one").into());
    }
    if tx.shops().await?.iter().any(|other| other.hosts.iter().any(|host| hosts.contains(host))) {
        return Err(Refusal::NameTaken.into());
    }
    let shop = bare(core, &own, new.name, (new.currency, new.locale), hosts).checked()?;
    own_hosts(core, tx.as_read(), &shop).await?;
    tx.save_shop(&shop).await?;
    figures::keep(core, tx.as_mut(), shop.id).await?;
    let (user_id, account_number) = account(core, tx.as_mut(), own.id, new.account).await?;
    let created_at = core.world.now();
    let reseller = Reseller {
        shop_id: own.id,
        reseller_shop: shop.id,
        user_id,
        created_at,
        terms,
        standing: Standing::Active,
        suspended_at: None,
        warned: Warned::No,
    };
    if tx.insert_reseller(&reseller).await? == Inserted::Taken {
        return Err(Refusal::StillInUse.into());
    }
    let id = core.world.id();
    let operator =
        User { id, shop_id: shop.id, role: Role::Operator, blocked: false, locale: None, created_at };
    tx.save_user(&operator).await?;
    let opened = new_token(core, shop.id, id, TokenKind::Claim, Vec::new(), CLAIM_DAYS);
    tx.insert_token(&opened.token).await?;
    supply::keep_books(core, tx.as_mut(), &own).await?;
    note(core, tx.as_mut(), who, Deed::ResellerAdded { reseller: shop.id }).await?;
    let seen = seen(core, tx.as_read(), reseller).await?;
    core.commit(tx).await?;
    Ok(NewlyMade { seen, claim: opened.clear, account_number })
}

/// Makes the link for whoever runs a reseller's shop anew, while nobody came in by one; those before are dead.
pub(crate) async fn renew_claim(core: &Core, who: &Principal, reseller: ShopId) -> Result<NewlyMade> {
    who.may(Permission::Resellers)?;
    let mut tx = core.begin().await?;
    let row = held(tx.as_mut(), who, reseller).await?.into_inner();
    let owner = tx.operators(reseller).await?.into_iter().next().ok_or(Refusal::NotFound)?.id;
    // Before the identities are looked at: whoever uses one of these at the same time takes it away, too.
    for before in tx.tokens(reseller, owner).await? {
        if before.kind == TokenKind::Claim && !tx.delete_token(reseller, before.id).await? {
            return Err(Refusal::AlreadyDecided.into());
        }
    }
    if !tx.identities(reseller, owner).await?.is_empty() {
        return Err(Refusal::AlreadyDecided.into());
    }
    let opened = new_token(core, reseller, owner, TokenKind::Claim, Vec::new(), CLAIM_DAYS);
    tx.insert_token(&opened.token).await?;
    note(core, tx.as_mut(), who, Deed::ResellerLinkRenewed { reseller }).await?;
    let seen = seen(core, tx.as_read(), row).await?;
    core.commit(tx).await?;
    Ok(NewlyMade { seen, claim: opened.clear, account_number: None })
}

async fn levels_above(read: &mut dyn Read, shop: ShopId) -> Result<usize, Failure> {
    let (mut shop, mut above) = (shop, 0);
    while let Some(reseller) = read.reseller_of(shop).await? {
        (shop, above) = (reseller.shop_id, above + 1);
        if above >= MOST_LEVELS {
            break;
        }
    }
    Ok(above)
}

fn bare(
    core: &Core,
    own: &Shop,
    name: String,
    (currency, locale): (Currency, Locale),
    hosts: Vec<String>,
) -> Shop {
    Shop {
        id: core.world.id(),
        name,
        currency,
        locale,
        hosts,
        support_url: None,
        look: Look::default(),
        trial_plan: None,
        trial_needs: TrialNeeds::None,
        adoption_plan: None,
        timezone: None,
        telegram: None,
        maintenance: None,
        grace: GraceTerms::NONE,
        automatic_rates: false,
        test: own.test,
        created_at: core.world.now(),
    }
}

/// The account that is the reseller's credit: a user that is there, or a new one with an account number.
async fn account(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    known: Option<UserId>,
) -> Result<(UserId, Option<String>)> {
    if let Some(user) = known {
        supply::suits_account(tx.as_read(), shop, user).await?;
        return Ok((user, None));
    }
    let (id, created_at) = (core.world.id(), core.world.now());
    let user = User { id, shop_id: shop, role: Role::Customer, blocked: false, locale: None, created_at };
    tx.save_user(&user).await?;
    let number = account_number(core);
    if tx.insert_identity(&number_identity(core, shop, id, &number)).await? == Inserted::Taken {
        return Err(Failure::core("an account number came twice").into());
    }
    Ok((id, Some(number)))
}

/// One of the caller's resellers.
async fn held(tx: &mut dyn Tx, who: &Principal, reseller: ShopId) -> Result<Locked<Reseller>> {
    Ok(tx.lock_reseller(who.shop_id, reseller).await?.ok_or(Refusal::NotFound)?)
}

/// Changes what was agreed. It holds for sales from now on.
pub(crate) async fn change_reseller(
    core: &Core,
    who: &Principal,
    reseller: ShopId,
    terms: ResellerTerms,
) -> Result<ResellerSeen> {
    who.may(Permission::Resellers)?;
    let mut tx = core.begin().await?;
    let own = core.shop(tx.as_read(), who.shop_id).await?;
    let held = held(tx.as_mut(), who, reseller).await?;
    let terms = terms.checked(own.currency)?;
    tx.wholesale_list(own.id, terms.list_id).await?.ok_or(Refusal::NotFound)?;
    let held = held.map(|r| Reseller { terms, ..r });
    let room = supply::credit_of(tx.as_read(), &held).await?.room(&held.terms)?;
    let held = held.map(|r| r.relieved(room));
    let row = Reseller::clone(&held);
    tx.save_reseller(held).await?;
    note(core, tx.as_mut(), who, Deed::ResellerChanged { reseller }).await?;
    supply::wake(core, tx.as_mut(), reseller).await?;
    let seen = seen(core, tx.as_read(), row).await?;
    core.commit(tx).await?;
    Ok(seen)
}

/// Lets a reseller sell nothing new, or sell again. What was sold goes on either way.
pub(crate) async fn set_standing(
    core: &Core,
    who: &Principal,
    reseller: ShopId,
    standing: Standing,
) -> Result<ResellerSeen> {
    who.may(Permission::Resellers)?;
    let mut tx = core.begin().await?;
    let held = held(tx.as_mut(), who, reseller).await?;
    let was = held.standing;
    let held = held.map(|r| r.stand(standing, core.world.now()));
    let row = Reseller::clone(&held);
    tx.save_reseller(held).await?;
    if was != standing {
        let deed = match standing {
            Standing::Active => Deed::ResellerResumed { reseller },
            Standing::Suspended => Deed::ResellerSuspended { reseller },
        };
        note(core, tx.as_mut(), who, deed).await?;
        supply::wake(core, tx.as_mut(), reseller).await?;
    }
    let seen = seen(core, tx.as_read(), row).await?;
    core.commit(tx).await?;
    Ok(seen)
}

/// The caller's resellers, oldest first.
pub(crate) async fn resellers(core: &Core, who: &Principal) -> Result<Vec<ResellerSeen>> {
    who.may(Permission::Resellers)?;
    let mut read = core.read().await?;
    let mut all = Vec::new();
    for reseller in read.resellers(who.shop_id).await? {
        all.push(seen(core, read.as_mut(), reseller).await?);
    }
    Ok(all)
}

/// One of them.
pub(crate) async fn reseller(core: &Core, who: &Principal, reseller: ShopId) -> Result<ResellerSeen> {
    who.may(Permission::Resellers)?;
    let mut read = core.read().await?;
    let reseller = read.reseller(who.shop_id, reseller).await?.ok_or(Refusal::NotFound)?;
    seen(core, read.as_mut(), reseller).await
}

async fn seen(core: &Core, read: &mut dyn Read, reseller: Reseller) -> Result<ResellerSeen> {
    let shop = core.shop(read, reseller.reseller_shop).await?;
    let credit = supply::credit_of(read, &reseller).await?;
    let (always, ever) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let supplied = read.supplied(reseller.shop_id, shop.id, always, ever).await?;
    let running = read.count_running(shop.id).await?;
    let claimed = claimed(read, shop.id).await?;
    Ok(ResellerSeen { reseller, shop, credit, supplied, running, claimed })
}

async fn claimed(read: &mut dyn Read, shop: ShopId) -> Result<bool> {
    for owner in read.operators(shop).await? {
        if !read.identities(shop, owner.id).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A list as the supplier wants it.
pub(crate) struct ListWish {
    pub(crate) name: String,
    pub(crate) return_days: u32,
    pub(crate) prices: Vec<WholesalePrice>,
}

/// Adds a list, or changes the one of this id for sales from now on.
pub(crate) async fn save_wholesale_list(
    core: &Core,
    who: &Principal,
    id: Option<WholesaleListId>,
    wish: ListWish,
) -> Result<WholesaleList> {
    who.may(Permission::Resellers)?;
    let mut tx = core.begin().await?;
    let own = core.shop(tx.as_read(), who.shop_id).await?;
    let ListWish { name, return_days, prices } = wish;
    let (id, created_at) = match id {
        Some(id) => (id, tx.wholesale_list(own.id, id).await?.ok_or(Refusal::NotFound)?.created_at),
        None => (core.world.id(), core.world.now()),
    };
    let list = WholesaleList { id, shop_id: own.id, name, return_days, prices, created_at };
    let list = list.checked(own.currency)?;
    for price in &list.prices {
        let known = match price.ware {
            Ware::Plan(plan) => tx.plan(own.id, plan).await?.is_some(),
            Ware::Pack(pack) => tx.pack(own.id, pack).await?.is_some(),
        };
        known.then_some(()).ok_or(Refusal::NotFound)?;
    }
    tx.save_wholesale_list(&list).await?;
    note(core, tx.as_mut(), who, Deed::WholesaleListSaved { list: id }).await?;
    for reseller in tx.resellers(own.id).await?.into_iter().filter(|r| r.terms.list_id == id) {
        supply::wake(core, tx.as_mut(), reseller.reseller_shop).await?;
    }
    core.commit(tx).await?;
    Ok(list)
}

/// The caller's lists, oldest first.
pub(crate) async fn wholesale_lists(core: &Core, who: &Principal) -> Result<Vec<WholesaleList>> {
    who.may(Permission::Resellers)?;
    Ok(core.read().await?.wholesale_lists(who.shop_id).await?)
}
