//! Alerts: tells those who run a shop, in a chat of theirs, what to look at. What has settled itself meanwhile is not told.

use super::{Core, Nexa, worker::Next};
use crate::{
    domain::{
        alert::{Alert, AlertSettings},
        commission::CommissionState,
        deposit::DepositState,
        job::Job,
        permission::Permission,
        refusal::Refusal,
        reseller::Warned,
        shop::{Locale, Shop},
        telegram::Bot,
        time::after,
        user::Principal,
        webhook::WebhookState,
        withdrawal::WithdrawalState,
    },
    error::{Error, Failure, Part, Result, Retry},
    ids::{JobId, OrderId, PaymentId, ServerId, ShopId},
    ports::{
        notifier::Delivery,
        storage::{Read, Tx},
    },
    text::{self, Arg},
};
use jiff::SignedDuration;

/// How long a notifier may take.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);
/// How long a server may be silent before it is told.
const SILENT: SignedDuration = SignedDuration::from_mins(5);
/// How long the same is gathered that may happen with every sale.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Posts an alert, if it still means something.
pub(super) async fn deliver_alert(core: &Core, shop: ShopId, alert: Alert) -> Result<Next> {
    let mut read = core.read().await?;
    let Some(shop) = read.shop(shop).await? else { return Ok(Next::Done) };
    let Some(settings) = shop.telegram.as_ref().and_then(|bot| bot.alerts.clone()) else {
        return Ok(Next::Done);
    };
    if settings.muted.contains(&alert.kind()) {
        return Ok(Next::Done);
    }
    let Some(text) = sentence(read.as_mut(), &shop, &settings, alert).await? else { return Ok(Next::Done) };
    drop(read);
    let (mut again, mut failed) = (None, None);
    for notifier in &core.notifiers {
        let call = core.world.within(DEADLINE, notifier.alert(&shop, &settings, &alert, &text)).await;
        match call.unwrap_or_else(|| Delivery::Failed("no answer in time".to_owned())) {
            Delivery::Sent => return Ok(Next::Done),
            Delivery::NoAddress => {}
            // Of a chat that turns the bot away the operator must hear elsewhere: in the list of stuck jobs.
            Delivery::Blocked | Delivery::Bounced(_) => {
                failed = Some("the chat takes no messages of the bot".to_owned());
            }
            Delivery::Later(pause, _) => {
                again = Some(after(core.world.now(), pause.max(SignedDuration::from_secs(1))));
            }
            Delivery::Failed(why) => failed = Some(why),
        }
    }
    match (again, failed) {
        (Some(then), _) => Ok(Next::Again(then)),
        (None, None) => Ok(Next::Done),
        (None, Some(what)) => Err(Error::Failed(Failure { part: Part::Notifier, retry: Retry::Later, what })),
    }
}

/// What an alert says; nothing when there is nothing to look at any more.
async fn sentence(
    read: &mut dyn Read,
    shop: &Shop,
    settings: &AlertSettings,
    alert: Alert,
) -> Result<Option<String>> {
    let locale = shop.locale;
    match alert {
        Alert::ReceiptUploaded { payment } => receipt(read, shop.id, locale, payment).await,
        Alert::DepositWaits { deposit } => {
            let waits = read.deposit(shop.id, deposit).await?.filter(|d| d.state == DepositState::Waiting);
            Ok(waits.map(|d| text::alert(locale, &alert, &[("amount", Arg::Money(d.amount))])))
        }
        Alert::TicketOpened { ticket } | Alert::TicketReplied { ticket } => {
            let waits = read.ticket(shop.id, ticket).await?.is_some_and(|t| t.waiting.is_some());
            Ok(waits.then(|| text::alert(locale, &alert, &[])))
        }
        Alert::TicketOverdue { ticket, message } => {
            let waits = read.ticket(shop.id, ticket).await?.is_some_and(|t| t.waiting == Some(message));
            Ok(waits.then(|| text::alert(locale, &alert, &[])))
        }
        Alert::OrderFlagged { order } => {
            let flagged = read.order(shop.id, order).await?.filter(|o| o.attention.is_some());
            Ok(flagged.map(|o| text::alert(locale, &alert, &[("amount", Arg::Money(o.price))])))
        }
        Alert::JobGivenUp { job } => given_up(read, shop.id, locale, job).await,
        Alert::ServerDown { server } => {
            let down = read.server(shop.id, server).await?.filter(|s| !s.health.up);
            Ok(down.map(|s| text::alert(locale, &alert, &[("server", Arg::Text(&s.name))])))
        }
        Alert::CreditOut { reseller } => {
            let still = read.reseller(shop.id, reseller).await?.filter(|r| r.warned == Warned::Out);
            let name = read.shop(reseller).await?.filter(|_| still.is_some()).map(|shop| shop.name);
            Ok(name.map(|name| text::alert(locale, &alert, &[("reseller", Arg::Text(&name))])))
        }
        Alert::WebhookStopped { webhook } => {
            let still = read.webhooks(shop.id).await?.into_iter().find(|one| one.id == webhook);
            let still = still.filter(|one| matches!(one.state, WebhookState::Gone | WebhookState::Failing));
            Ok(still.map(|_| text::alert(locale, &alert, &[])))
        }
        Alert::WithdrawalAsked { withdrawal } => {
            let waits = read.withdrawal(shop.id, withdrawal).await?;
            let waits = waits.filter(|w| w.state == WithdrawalState::Asked);
            Ok(waits.map(|w| text::alert(locale, &alert, &[("amount", Arg::Money(w.amount))])))
        }
        Alert::CommissionHeld { commission } => {
            let waits = read.commission(shop.id, commission).await?;
            let waits = waits.filter(|c| c.state == CommissionState::Held);
            Ok(waits.map(|c| match c.days {
                Some(days) => {
                    let days = text::days(locale, days.due());
                    text::alert(locale, &alert, &[("amount", Arg::Text(&days))])
                }
                None => text::alert(locale, &alert, &[("amount", Arg::Money(c.amount))]),
            }))
        }
        Alert::BackupFailed | Alert::PostbackLost => Ok(Some(text::alert(locale, &alert, &[]))),
        Alert::LargePayment { order } => large(read, shop.id, locale, settings, order).await,
    }
}

async fn receipt(
    read: &mut dyn Read,
    shop: ShopId,
    locale: Locale,
    payment: PaymentId,
) -> Result<Option<String>> {
    use crate::domain::receipt::Decision;
    let waits = read.receipts(shop, payment).await?.iter().any(|r| r.decision == Decision::Waiting);
    let Some(held) = read.payment(shop, payment).await?.filter(|_| waits) else { return Ok(None) };
    let alert = Alert::ReceiptUploaded { payment };
    Ok(Some(text::alert(locale, &alert, &[("amount", Arg::Money(held.due))])))
}

async fn given_up(read: &mut dyn Read, shop: ShopId, locale: Locale, job: JobId) -> Result<Option<String>> {
    let stuck = read.poison_jobs(shop).await?.into_iter().find(|stuck| stuck.id == job);
    let alert = Alert::JobGivenUp { job };
    Ok(stuck.map(|stuck| text::alert(locale, &alert, &[("job", Arg::Text(stuck.job.name()))])))
}

async fn large(
    read: &mut dyn Read,
    shop: ShopId,
    locale: Locale,
    settings: &AlertSettings,
    order: OrderId,
) -> Result<Option<String>> {
    let Some(least) = settings.large_payment else { return Ok(None) };
    let enough = |price: crate::domain::money::Money| {
        price.currency == least.currency && price.minor >= least.minor && price.is_positive()
    };
    let held = read.order(shop, order).await?.filter(|o| enough(o.price));
    let alert = Alert::LargePayment { order };
    Ok(held.map(|o| text::alert(locale, &alert, &[("amount", Arg::Money(o.price))])))
}

/// Sees to it that something is told of that needs somebody's decision.
pub(super) async fn at_once(core: &Core, tx: &mut dyn Tx, shop: ShopId, alert: Alert) -> Result<(), Failure> {
    if core.notifiers.is_empty() {
        return Ok(());
    }
    core.enqueue(tx, shop, Job::Alert { alert }, core.world.now(), None).await
}

/// Sees to it that something is told of within the hour, once, however often it happens meanwhile.
pub(super) async fn of_this_hour(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    alert: Alert,
) -> Result<(), Failure> {
    if core.notifiers.is_empty() {
        return Ok(());
    }
    let at = after(core.world.now(), HOUR);
    core.enqueue(tx, shop, Job::Alert { alert }, at, Some(format!("{}:{shop}", alert.key()))).await
}

/// Sees to it that a server is told of that stays silent; once, however many notice.
pub(super) async fn server_fell_silent(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    server: ServerId,
) -> Result<(), Failure> {
    if core.notifiers.is_empty() {
        return Ok(());
    }
    let at = after(core.world.now(), SILENT);
    let job = Job::Alert { alert: Alert::ServerDown { server } };
    core.enqueue(tx, shop, job, at, Some(format!("silent:{server}"))).await
}

impl Nexa {
    /// Tells those who run the shops of this installation that there is no good new backup.
    pub async fn backup_failed(&self) -> Result<()> {
        backup_failed(&self.core).await
    }
}

/// Tells the shops that are nobody's resellers, whose operators run the machine, that there is no good new backup.
async fn backup_failed(core: &Core) -> Result<()> {
    let mut tx = core.begin().await?;
    for shop in tx.shops().await? {
        if tx.reseller_of(shop.id).await?.is_none() {
            at_once(core, tx.as_mut(), shop.id, Alert::BackupFailed).await?;
        }
    }
    Ok(core.commit(tx).await?)
}

/// Changes where alerts go. They go through the shop's bot, so there must be one that answers; silence
/// is always possible.
pub(crate) async fn set_alerts(core: &Core, who: &Principal, alerts: Option<AlertSettings>) -> Result<Shop> {
    who.may(Permission::Settings)?;
    super::operate::update_shop(core, who, |shop| {
        let bot = shop.telegram.clone().ok_or(Refusal::TelegramUnavailable)?;
        if alerts.is_some() && !bot.settings.answers {
            return Err(Refusal::TelegramUnavailable);
        }
        let wrong = |field| Refusal::bad_input(field, "as the messenger numbers it");
        if alerts.as_ref().is_some_and(|to| to.chat_id == 0) {
            return Err(wrong("chat_id"));
        }
        if alerts.as_ref().is_some_and(|to| to.topics.values().any(|topic| *topic <= 0)) {
            return Err(wrong("topics"));
        }
        let large = alerts.as_ref().and_then(|to| to.large_payment);
        if large.is_some_and(|least| least.currency != shop.currency) {
            return Err(Refusal::WrongCurrency { expected: shop.currency });
        }
        Ok(Shop { telegram: Some(Bot { alerts, ..bot }), ..shop })
    })
    .await
}
