//! Taking over what another panel or bot had: its users, what is in their wallets, and the services that they use.
//!
//! A first pass only looks, and is all that a trial is. The second does the same row by row, each in a transaction of its
//! own that decides anew, so that a crash leaves whole rows behind and the same import goes on where it was. What is here
//! already changes nothing: identities, identities on panels and the causes of journals are each there once.

mod ground;
mod row;

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        import::{
            Found, ImportKind,
            amount::Unit,
            tally::{MOST_LINES, Tally},
        },
        money::Money,
        permission::Permission,
        refusal::Refusal,
        user::Principal,
    },
    engine::{Core, acting::owner, supply},
    error::Result,
    ids::{PlanId, ServerId},
};
use ground::Ground;
use row::Rows;
use std::collections::BTreeMap;

/// Where the rows are.
pub(crate) enum ImportFrom {
    /// Read from a file already.
    Rows(Vec<Found>),
    /// At the panel of a server, those whose names have this in them.
    Server(ServerId, String),
}

/// What is to be taken over, and as what.
pub(crate) struct ImportWish {
    pub(crate) kind: ImportKind,
    pub(crate) from: ImportFrom,
    /// The plan that services get whose own plan is not named among `plans`.
    pub(crate) plan: Option<PlanId>,
    /// The plans that services get, by what the source calls theirs.
    pub(crate) plans: BTreeMap<String, PlanId>,
    /// What the balances are in.
    pub(crate) unit: Option<Unit>,
    /// Whether a service of which nobody knows whose it is gets an account with a number of its own.
    pub(crate) anonymous: bool,
    /// Whether to look only.
    pub(crate) dry_run: bool,
}

/// What came of it.
pub(crate) struct ImportDone {
    pub(crate) tally: Tally,
    /// What was put into wallets in all.
    pub(crate) credited: Money,
    /// The numbers of accounts that belong to services of nobody, by the places of their rows.
    pub(crate) numbers: Vec<(String, String)>,
}

/// Takes over what is in the rows, or only says what that would come to.
pub(crate) async fn import(core: &Core, who: &Principal, wish: ImportWish) -> Result<ImportDone> {
    who.may(Permission::Settings)?;
    let found = match &wish.from {
        ImportFrom::Rows(_) => Vec::new(),
        ImportFrom::Server(server, name) => ground::users_of(core, who.shop_id, *server, name).await?,
    };
    let found = match &wish.from {
        ImportFrom::Rows(rows) => rows.as_slice(),
        ImportFrom::Server(..) => found.as_slice(),
    };
    let shop = core.shop(core.read().await?.as_mut(), who.shop_id).await?;
    if let Some(unit) = wish.unit {
        who.may(Permission::MoveMoney)?;
        if unit.currency != shop.currency {
            return Err(Refusal::WrongCurrency { expected: shop.currency }.into());
        }
    }
    if found.iter().any(|one| one.service.is_some()) {
        who.may(Permission::ServeCustomers)?;
        supply::own_goods(core.read().await?.as_mut(), shop.id).await?;
    }
    let ground = Ground::of(core, shop.id, &wish, found).await?;
    let mut looked = pass(core, &ground, &wish, found, false).await?;
    if wish.dry_run {
        looked.1.clear();
    } else if looked.0.is_something() {
        let rows = u32::try_from(found.len()).unwrap_or(u32::MAX);
        note_alone(core, who, Deed::ImportBegun { from: wish.kind, rows }).await?;
        looked = pass(core, &ground, &wish, found, true).await?;
        let services = looked.0.adopted.saturating_add(looked.0.made);
        let credited = Money::new(looked.0.credited, shop.currency);
        let done = Deed::Imported { from: wish.kind, users: looked.0.users_made, services, credited };
        note_alone(core, who, done).await?;
    } else if !looked.1.is_empty() {
        // Whoever is told the number of an account can sign in with it.
        let credited = Money::zero(shop.currency);
        let done = Deed::Imported { from: wish.kind, users: 0, services: 0, credited };
        note_alone(core, who, done).await?;
    }
    let (tally, numbers) = looked;
    Ok(ImportDone { credited: Money::new(tally.credited, shop.currency), tally, numbers })
}

async fn note_alone(core: &Core, who: &Principal, deed: Deed) -> Result<()> {
    let mut tx = core.begin().await?;
    note(core, tx.as_mut(), who, deed).await?;
    Ok(core.commit(tx).await?)
}

/// Goes through all rows, and does what they say or only looks.
async fn pass(
    core: &Core,
    ground: &Ground,
    wish: &ImportWish,
    found: &[Found],
    does: bool,
) -> Result<(Tally, Vec<(String, String)>)> {
    let (mut tally, mut numbers) = (Tally::default(), Vec::new());
    let mut rows = Rows::new(core, ground, wish);
    for one in found {
        let done = if does { rows.take(one).await? } else { rows.look(one).await? };
        if let (Ok(_), Some(number)) = (&done, rows.number(one))
            && numbers.len() < MOST_LINES.saturating_mul(100)
        {
            numbers.push((one.place.clone(), number));
        }
        tally.count(&one.place, done);
    }
    Ok((tally, numbers))
}

/// The first owner of a shop, for whoever sits at its machine: by the shop's id or name, or of the only one there is.
pub(in crate::engine) async fn import_owner(core: &Core, shop: Option<&str>) -> Result<Principal> {
    let mut read = core.read().await?;
    let shops = read.shops().await?;
    let mut fitting =
        shops.iter().filter(|one| shop.is_none_or(|of| of == one.name || of == one.id.to_string()));
    let (Some(found), None) = (fitting.next(), fitting.next()) else {
        return Err(Refusal::bad_input("shop", "the id or the name of one shop").into());
    };
    let id = found.id;
    drop(read);
    owner(core, id).await
}
