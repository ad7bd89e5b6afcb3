//! Server groups: changing them, and taking away what nobody uses.

use super::actions::note_why;
use crate::{
    domain::{deed::Deed, permission::Permission, refusal::Refusal, server::Group, user::Principal},
    engine::Core,
    error::Result,
    ids::GroupId,
};

/// Changes a group. Whoever is placed already stays where they are.
pub(crate) async fn change_group(
    core: &Core,
    who: &Principal,
    id: GroupId,
    name: String,
    spread: u32,
) -> Result<Group> {
    who.may(Permission::Catalogue)?;
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(Refusal::bad_input("name", "1 to 40 characters").into());
    }
    let mut tx = core.begin().await?;
    let known = tx.group(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if tx.groups(who.shop_id).await?.iter().any(|other| other.id != id && other.name == name) {
        return Err(Refusal::NameTaken.into());
    }
    let group = Group { name, spread, ..known };
    tx.save_group(&group).await?;
    note_why(core, tx.as_mut(), who, Deed::GroupChanged { group: id }, group.name.clone()).await?;
    core.commit(tx).await?;
    Ok(group)
}

/// Takes a group away that has no plans, servers and subscriptions.
pub(crate) async fn remove_group(core: &Core, who: &Principal, id: GroupId) -> Result<()> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let known = tx.group(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if tx.group_in_use(who.shop_id, id).await? {
        return Err(Refusal::StillInUse.into());
    }
    tx.retire_group(who.shop_id, id).await?;
    note_why(core, tx.as_mut(), who, Deed::GroupRemoved { group: id }, known.name).await?;
    core.commit(tx).await?;
    Ok(())
}
