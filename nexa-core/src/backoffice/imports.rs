//! Taking over what another panel or bot had.

use super::{
    LocalBackoffice,
    model::{ImportAccountView, ImportCountView, ImportLineView, ImportReportView, ImportRequest},
};
use crate::{
    domain::{
        import::{ImportKind, MOST_PLANS, amount::Unit},
        permission::Permission,
        refusal::Refusal,
    },
    engine::{cases, id},
    error::Result,
    storefront::view::money,
};
use async_trait::async_trait;
use jiff::SignedDuration;

/// How long a file may take to be read; one can be made so that it takes for ever.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// Taking over users, their wallets and their services from a panel or a bot that was used before.
///
/// # Behaviour
/// - `import` needs the permission `settings`; `move_money` too when it is said what balances are in, and
///   `serve_customers` when there are services.
/// - With `dry_run` nothing changes, and the report says what would.
/// - The same import once more changes nothing.
/// - Of one wallet a kind of source is credited once, whatever it holds later, and by whichever name its owner is known.
/// - `plans` names at most 1000 plans of the source.
/// - Whenever the number of an account is told, that is noted.
/// - A service keeps its identity. What is left of it is what the servers of its plan say, if any holds it.
/// - While a server of such a plan is silent the answer is `servers_silent`, and nothing changes.
/// - What cannot be taken over is left out with a reason, and hinders nothing else.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Takes over what a file or a server's own panel has, or says what that would come to.
    async fn import(&self, request: ImportRequest) -> Result<ImportReportView>;
}

#[async_trait]
impl Imports for LocalBackoffice {
    async fn import(&self, request: ImportRequest) -> Result<ImportReportView> {
        self.who.may(Permission::Settings)?;
        let kind = ImportKind::from_name(&request.kind)?;
        let unit = request.currency.as_deref().map(Unit::read).transpose()?;
        let plan = request.plan_id.as_deref().map(id).transpose()?;
        if request.plans.len() > MOST_PLANS {
            return Err(Refusal::bad_input("plans", "at most 1000").into());
        }
        let plans = request.plans.into_iter();
        let plans = plans.map(|(name, plan)| Ok((name, id(&plan)?))).collect::<Result<_>>()?;
        let from = match (kind, request.file, request.server_id) {
            (ImportKind::Hiddify, _, Some(server)) => {
                cases::ImportFrom::Server(id(&server)?, request.name.unwrap_or_default())
            }
            (ImportKind::Hiddify, _, None) => {
                return Err(Refusal::bad_input("server_id", "is missing").into());
            }
            (_, Some(file), _) => {
                let reading = crate::import::read(kind, file, self.core.world.now());
                let read = self.core.world.within(PATIENCE, reading).await;
                let slow = Refusal::bad_input("file", "takes too long to be read");
                cases::ImportFrom::Rows(read.ok_or(slow)??)
            }
            (_, None, _) => return Err(Refusal::bad_input("file", "is missing").into()),
        };
        let (anonymous, dry_run) = (request.anonymous, request.dry_run);
        let wish = cases::ImportWish { kind, from, plan, plans, unit, anonymous, dry_run };
        Ok(report(kind, dry_run, cases::import(&self.core, &self.who, wish).await?))
    }
}

fn report(kind: ImportKind, dry_run: bool, done: cases::ImportDone) -> ImportReportView {
    let tally = done.tally;
    let left_out = tally.left_out.iter();
    let lines = tally.lines.into_iter();
    let accounts = done.numbers.into_iter();
    ImportReportView {
        kind: kind.name().to_owned(),
        dry_run,
        rows: tally.rows,
        users_made: tally.users_made,
        wallets: tally.wallets,
        credited: money(done.credited),
        adopted: tally.adopted,
        made: tally.made,
        here: tally.here,
        left_out: left_out
            .map(|(fault, count)| ImportCountView { reason: fault.code().to_owned(), count: *count })
            .collect(),
        lines: lines
            .map(|(place, fault)| ImportLineView { place, reason: fault.code().to_owned() })
            .collect(),
        accounts: accounts
            .map(|(place, account_number)| ImportAccountView { place, account_number })
            .collect(),
    }
}
