//! Whom a shop lets into its office, and what they may do there.

use super::{actions::note, growth::home};
use crate::{
    domain::{
        deed::Deed,
        permission::{Permission, Permissions},
        refusal::Refusal,
        staff::{self, Change, Member, Rank, StaffRules},
        user::{Principal, Role, TokenKind, User},
    },
    engine::{
        Core,
        account::{
            sign_in::new_token,
            standing::{is_guarded, rank},
        },
    },
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{Read, Tx},
};
use jiff::Timestamp;

/// Days that an invitation is good.
const INVITED_DAYS: u32 = 1;

/// Somebody of the staff, and how they stand.
pub(crate) struct Colleague {
    pub(crate) user: User,
    /// What the shop keeps of them; nothing of a first owner without a name.
    pub(crate) member: Option<Member>,
    pub(crate) rank: Rank,
    /// Whether they came already.
    pub(crate) joined: bool,
    /// Whether they have a second factor.
    pub(crate) guarded: bool,
}

/// An invitation, shown once.
pub(crate) struct Invited {
    pub(crate) colleague: Colleague,
    /// The address that lets them in.
    pub(crate) link: String,
    /// Until when.
    pub(crate) until: Timestamp,
}

/// The staff, owners first, and what holds for all of them.
pub(crate) async fn colleagues(core: &Core, who: &Principal) -> Result<(Vec<Colleague>, StaffRules)> {
    who.may(Permission::Staff)?;
    let mut read = core.read().await?;
    let mut all = Vec::new();
    for user in everybody(read.as_mut(), who.shop_id).await? {
        all.push(colleague(read.as_mut(), user).await?);
    }
    Ok((all, read.staff_rules(who.shop_id).await?.unwrap_or_default()))
}

/// Lets somebody in who comes by the link of the answer.
pub(crate) async fn invite(core: &Core, who: &Principal, name: &str, wish: Rank) -> Result<Invited> {
    who.may(Permission::Staff)?;
    let (name, now) = (staff::name(name)?, core.world.now());
    let mut tx = core.begin().await?;
    let owners = hold_all(tx.as_mut(), who.shop_id).await?;
    let user = User {
        id: core.world.id(),
        shop_id: who.shop_id,
        role: wish.role(),
        blocked: false,
        locale: None,
        created_at: now,
    };
    change(tx.as_mut(), who, &user, Rank::NONE, wish, owners).await?;
    tx.save_user(&user).await?;
    let (shop_id, user_id, permissions) = (who.shop_id, user.id, wish.permissions);
    tx.save_member(&Member { shop_id, user_id, name, permissions, since: now }).await?;
    let opened = new_token(core, shop_id, user_id, TokenKind::Claim, Vec::new(), INVITED_DAYS);
    tx.insert_token(&opened.token).await?;
    let deed = Deed::StaffInvited { user: user_id, owner: wish.owner, permissions };
    let colleague = colleague(tx.as_read(), user).await?;
    let home = home(core, tx.as_read(), shop_id).await?;
    note(core, tx.as_mut(), who, deed).await?;
    core.commit(tx).await?;
    let link = format!("{home}/operator/{}", opened.clear);
    Ok(Invited { colleague, link, until: opened.token.expires_at })
}

/// Gives somebody another name, or lets them do something else. It holds from their next request on.
pub(crate) async fn change_member(
    core: &Core,
    who: &Principal,
    id: UserId,
    name: Option<&str>,
    wish: impl FnOnce(Rank) -> Rank + Send,
) -> Result<Colleague> {
    who.may(Permission::Staff)?;
    let name = name.map(staff::name).transpose()?;
    let mut tx = core.begin().await?;
    let owners = hold_all(tx.as_mut(), who.shop_id).await?;
    let (user, was) = of_the_staff(tx.as_mut(), who.shop_id, id).await?;
    let wish = wish(was);
    change(tx.as_mut(), who, &user, was, wish, owners).await?;
    let kept = tx.member(who.shop_id, id).await?;
    let since = kept.as_ref().map_or(user.created_at, |member| member.since);
    let name = name.or(kept.map(|member| member.name)).unwrap_or_default();
    let permissions = wish.permissions;
    tx.save_member(&Member { shop_id: who.shop_id, user_id: id, name, permissions, since }).await?;
    let user = User { role: wish.role(), ..user };
    tx.save_user(&user).await?;
    let colleague = colleague(tx.as_read(), user).await?;
    let deed = Deed::StaffChanged { user: id, owner: wish.owner, permissions };
    note(core, tx.as_mut(), who, deed).await?;
    core.commit(tx).await?;
    Ok(colleague)
}

/// Takes the office away from somebody, with their sessions and keys. Who came is a customer from then on; who did not
/// never comes.
pub(crate) async fn remove_member(core: &Core, who: &Principal, id: UserId) -> Result<()> {
    who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    let owners = hold_all(tx.as_mut(), who.shop_id).await?;
    let (user, was) = of_the_staff(tx.as_mut(), who.shop_id, id).await?;
    change(tx.as_mut(), who, &user, was, Rank::NONE, owners).await?;
    let never_came = tx.identities(who.shop_id, id).await?.is_empty();
    for token in tx.tokens(who.shop_id, id).await? {
        tx.delete_token(who.shop_id, token.id).await?;
    }
    tx.delete_member(who.shop_id, id).await?;
    tx.save_user(&User { role: Role::Customer, blocked: user.blocked || never_came, ..user }).await?;
    note(core, tx.as_mut(), who, Deed::StaffRemoved { user: id }).await?;
    Ok(core.commit(tx).await?)
}

/// Decides whether the office is shut for whoever has no second factor. An owner's decision.
pub(crate) async fn set_staff_rules(core: &Core, who: &Principal, rules: StaffRules) -> Result<()> {
    let user = who.may(Permission::Staff)?;
    let mut tx = core.begin().await?;
    tx.lock_user(who.shop_id, user).await?.ok_or(Refusal::NotSignedIn)?;
    owner_only(tx.as_read(), who).await?;
    tx.save_staff_rules(who.shop_id, rules).await?;
    note(core, tx.as_mut(), who, Deed::SecondFactorRule { required: rules.second_factor }).await?;
    Ok(core.commit(tx).await?)
}

/// Owners and members, in the order in which they came.
pub(super) async fn everybody(read: &mut dyn Read, shop: ShopId) -> Result<Vec<User>> {
    let mut all = read.operators(shop).await?;
    for member in read.staff(shop).await? {
        if !all.iter().any(|user| user.id == member.user_id) {
            all.extend(read.user(shop, member.user_id).await?.filter(|user| user.role.is_staff()));
        }
    }
    Ok(all)
}

/// Holds the whole staff, always in the same order, so that of two who change each other one comes first. How many
/// owners there are.
async fn hold_all(tx: &mut dyn Tx, shop: ShopId) -> Result<usize> {
    let mut all: Vec<UserId> = everybody(tx.as_read(), shop).await?.into_iter().map(|user| user.id).collect();
    all.sort_unstable();
    let mut owners = 0_usize;
    for id in all {
        let held = tx.lock_user(shop, id).await?;
        if held.is_some_and(|user| user.role == Role::Operator) {
            owners = owners.saturating_add(1);
        }
    }
    Ok(owners)
}

/// Somebody of the staff, whom [`hold_all`] holds.
async fn of_the_staff(tx: &mut dyn Tx, shop: ShopId, id: UserId) -> Result<(User, Rank)> {
    let user = tx.user(shop, id).await?.filter(|user| user.role.is_staff()).ok_or(Refusal::NotFound)?;
    let rank = rank(tx.as_read(), &user).await?;
    Ok((user, rank))
}

/// How high the caller stands now, through what it came in with.
async fn theirs(read: &mut dyn Read, who: &Principal, user: &User) -> Result<Rank> {
    let held = rank(read, user).await?;
    let permissions = held.permissions.and(&who.permissions);
    let whole = permissions.cover(&Permissions::all());
    Ok(Rank { owner: held.owner && whole, permissions })
}

/// Refuses whoever is not an owner, and keys of owners that hold less than everything.
pub(super) async fn owner_only(read: &mut dyn Read, who: &Principal) -> Result<()> {
    let user = read.user(who.shop_id, who.staff()?).await?.ok_or(Refusal::NotSignedIn)?;
    if theirs(read, who, &user).await?.owner { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
}

async fn change(
    tx: &mut dyn Tx,
    who: &Principal,
    of: &User,
    was: Rank,
    wish: Rank,
    owners: usize,
) -> Result<()> {
    let by = who.staff()?;
    let caller = tx.user(who.shop_id, by).await?.ok_or(Refusal::NotSignedIn)?;
    let theirs = theirs(tx.as_read(), who, &caller).await?;
    Ok(Change { by, theirs, of: of.id, was, wish, owners }.checked()?)
}

async fn colleague(read: &mut dyn Read, user: User) -> Result<Colleague> {
    let member = read.member(user.shop_id, user.id).await?;
    let joined = !read.identities(user.shop_id, user.id).await?.is_empty();
    let guarded = is_guarded(read, &user).await?;
    let rank = Rank::of(&user, member.as_ref());
    Ok(Colleague { user, member, rank, joined, guarded })
}
