//! The first start, and the check of everything that was configured.

use super::{
    Core, account::sign_in::new_token, adapters::server_context, operate::check_chain, worker::rounds,
};
use crate::{
    domain::{
        extras::Extras,
        look::Look,
        money::Currency,
        server::{Group, Health, Server, ServerState},
        shop::{Locale, Shop, TrialNeeds},
        user::{Role, TokenKind, User},
    },
    error::{Error, Result},
    ids::ShopId,
    ports::{
        outcome::Outcome,
        storage::{Read, Tx},
    },
    secret::Secret,
};
use serde_json::Value;

/// What the first start made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installed {
    /// The operator's own shop.
    pub shop_id: ShopId,
    /// The secret of a fresh one-time operator link, while nobody runs the shop. Older links stay good until they end.
    pub claim: Option<String>,
}

/// A server that the first shop begins with, so that it can sell from its first minute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirstServer {
    /// Name shown to customers, 1 to 40 characters.
    pub name: String,
    /// Which adapter speaks to it; its kind must be registered.
    pub kind: String,
    /// The adapter's configuration.
    pub config: Secret<Value>,
    /// ISO 3166-1 alpha-2 country code, upper-case, if known.
    pub region: Option<String>,
}

/// What one check showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckLine {
    /// What was checked, e.g. `server "Frankfurt"`.
    pub subject: String,
    /// Whether it can be used.
    pub ok: bool,
    /// What to know or to mend.
    pub lines: Vec<String>,
}

/// The first shop, and the group that its first servers belong to.
struct Made {
    shop: Shop,
    group: Group,
}

/// Days that an operator link is good.
const CLAIM_DAYS: u32 = 1;

/// See [`super::Nexa::install`].
pub(super) async fn install(
    core: &Core,
    name: &str,
    currency: Currency,
    locale: Locale,
    test: bool,
    first_server: Option<FirstServer>,
) -> Result<Installed> {
    core.fits_key(core.read().await?.as_mut()).await?;
    let mut tx = core.begin().await?;
    let shop = if let Some(shop) = tx.shops().await?.into_iter().next() {
        shop
    } else {
        let made = first_shop(core, tx.as_mut(), name, currency, locale, test).await?;
        if let Some(first) = first_server {
            add_first_server(core, tx.as_mut(), &made, first).await?;
        }
        made.shop
    };
    let operator = if let Some(user) = tx.operators(shop.id).await?.into_iter().next() {
        user
    } else {
        first_operator(core, tx.as_mut(), &shop).await?
    };
    let claim = if tx.identities(shop.id, operator.id).await?.is_empty() {
        let opened = new_token(core, shop.id, operator.id, TokenKind::Claim, Vec::new(), CLAIM_DAYS);
        tx.insert_token(&opened.token).await?;
        Some(opened.clear)
    } else {
        None
    };
    core.commit(tx).await?;
    Ok(Installed { shop_id: shop.id, claim })
}

async fn first_shop(
    core: &Core,
    tx: &mut dyn Tx,
    name: &str,
    currency: Currency,
    locale: Locale,
    test: bool,
) -> Result<Made> {
    let shop = Shop {
        id: core.world.id(),
        name: name.to_owned(),
        currency,
        locale,
        hosts: Vec::new(),
        support_url: None,
        look: Look::default(),
        trial_plan: None,
        trial_needs: TrialNeeds::None,
        adoption_plan: None,
        timezone: None,
        telegram: None,
        maintenance: None,
        grace: crate::domain::subscription::GraceTerms::NONE,
        automatic_rates: false,
        test,
        created_at: core.world.now(),
    };
    let shop = shop.checked()?;
    tx.save_shop(&shop).await?;
    let group = Group { id: core.world.id(), shop_id: shop.id, name: "main".to_owned(), spread: 0 };
    tx.save_group(&group).await?;
    Ok(Made { shop, group })
}

/// Adds the server without speaking to it: it may begin to live only after the shop does. What it offers is asked when
/// it is first compared.
async fn add_first_server(core: &Core, tx: &mut dyn Tx, of: &Made, first: FirstServer) -> Result<()> {
    let panel = core.connect_panel(&first.kind, &first.config)?;
    let id = core.world.id();
    let server = Server {
        id,
        shop_id: of.shop.id,
        group_id: of.group.id,
        name: first.name,
        kind: first.kind,
        config_sealed: core.seal_config(&server_context(id), &first.config),
        version: 1,
        region: first.region,
        capacity: 0,
        state: ServerState::Open,
        health: Health::unknown(),
        offers: Extras::NONE,
        sold_out: Extras::NONE,
        created_at: core.world.now(),
    };
    let server = server.checked()?;
    tx.save_server(&server).await?;
    Ok(rounds(core, tx, &server, panel.profile().compare_every).await?)
}

async fn first_operator(core: &Core, tx: &mut dyn Tx, shop: &Shop) -> Result<User> {
    let (id, created_at) = (core.world.id(), core.world.now());
    let user = User { id, shop_id: shop.id, role: Role::Operator, blocked: false, locale: None, created_at };
    tx.save_user(&user).await?;
    Ok(user)
}

/// See [`super::Nexa::unusable`].
pub(super) async fn unusable(core: &Core) -> Result<Vec<CheckLine>> {
    let mut read = core.read().await?;
    let mut lines = Vec::new();
    for shop in read.shops().await? {
        for server in read.servers(shop.id).await? {
            let refused = core.panel(&server).err();
            lines.extend(refused.map(|e| problem(format!("server \"{}\"", server.name), &plain(&e))));
        }
        for account in read.gateways(shop.id).await? {
            let refused = core.gateway(&shop, &account).err();
            lines.extend(refused.map(|e| problem(format!("gateway \"{}\"", account.name), &plain(&e))));
        }
    }
    Ok(lines)
}

/// See [`super::Nexa::check`].
pub(super) async fn check(core: &Core) -> Result<Vec<CheckLine>> {
    let mut read = core.read().await?;
    let mut lines = Vec::new();
    if let Some(mailer) = &core.mailer {
        let subject = "mail".to_owned();
        lines.push(match mailer.check().await {
            Outcome::Done(what) => CheckLine { subject, ok: true, lines: vec![what] },
            other => problem(subject, &said(other)),
        });
    }
    for shop in read.shops().await? {
        lines.push(deeds(core, read.as_mut(), &shop).await?);
        let servers = read.servers(shop.id).await?;
        if servers.is_empty() {
            lines.push(problem(format!("shop \"{}\"", shop.name), "has no server: nothing can be delivered"));
        }
        for server in servers {
            let subject = format!("server \"{}\"", server.name);
            lines.push(match core.panel(&server) {
                Err(error) => problem(subject, &plain(&error)),
                Ok(panel) => match panel.health().await {
                    Outcome::Done(health) => {
                        let mut notes = vec![format!("{} {}", server.kind, health.version)];
                        notes.extend(health.warning);
                        CheckLine { subject, ok: true, lines: notes }
                    }
                    other => problem(subject, &said(other)),
                },
            });
        }
        let gateways = read.gateways(shop.id).await?;
        if gateways.is_empty() {
            lines.push(problem(format!("shop \"{}\"", shop.name), "has no gateway: only wallets can pay"));
        }
        for account in gateways {
            let subject = format!("gateway \"{}\"", account.name);
            lines.push(match core.gateway(&shop, &account) {
                Err(error) => problem(subject, &plain(&error)),
                Ok(gateway) => match gateway.check().await {
                    Outcome::Done(check) => CheckLine { subject, ok: true, lines: check.lines },
                    other => problem(subject, &said(other)),
                },
            });
        }
    }
    Ok(lines)
}

/// Whether the record of what the staff did is as it was written.
async fn deeds(core: &Core, read: &mut dyn Read, of: &Shop) -> Result<CheckLine> {
    let subject = format!("deeds of shop \"{}\"", of.name);
    let check = check_chain(core, read, of.id).await?;
    Ok(match check.broken_at {
        None => CheckLine { subject, ok: true, lines: vec![format!("{} in an unbroken chain", check.deeds)] },
        Some(number) => {
            problem(subject, &format!("number {number} of {} is not what was written", check.deeds))
        }
    })
}

fn problem(subject: String, what: &str) -> CheckLine {
    CheckLine { subject, ok: false, lines: vec![what.to_owned()] }
}

fn plain(error: &Error) -> String {
    match error {
        Error::Refused(refusal) => crate::text::plain(&crate::text::refusal(Locale::En, refusal)),
        Error::Failed(failure) => failure.what.clone(),
        offline @ Error::Offline { .. } => offline.to_string(),
    }
}

/// What an outcome that is not `Done` says, for the operator.
pub(super) fn said<T>(outcome: Outcome<T>) -> String {
    match outcome {
        Outcome::Done(_) => "works".to_owned(),
        Outcome::Rejected(why) => format!("refused: {why}"),
        Outcome::NotFound => "not found".to_owned(),
        Outcome::Unreachable(why) => format!("unreachable: {why}"),
        Outcome::Ambiguous(why) => format!("no clear answer: {why}"),
    }
}
