//! What a customer wants to hear outside the inbox.

use super::{
    LocalStorefront,
    model::{MailPreferencesView, NoticePreferencesRequest, NoticePreferencesView},
    view::moment,
};
use crate::{
    domain::{
        notice::Matter,
        reach::{NoticePreferences, Quiet, Reach, zone},
        refusal::Refusal,
    },
    engine::{Core, cases},
    error::Result,
};
use async_trait::async_trait;
use std::collections::BTreeSet;

/// What I want to hear, and when.
///
/// # Behaviour
/// - Everything comes, at every hour, until `set_notice_preferences` says something else; what it leaves out stays.
/// - In quiet hours optional messages wait for their end, and the rest comes at once; the inbox shows all at once.
/// - What is not wanted by e-mail may still come another way; an address that mails do not arrive at is shown as failing, and
///   is used again once it is proved again.
/// - Times, pairs of times and zones that make no sense answer `bad_input`, and change nothing.
#[async_trait]
pub trait Preferences: Send + Sync {
    /// What I want to hear.
    async fn notice_preferences(&self) -> Result<NoticePreferencesView>;
    /// Changes what I want to hear.
    async fn set_notice_preferences(
        &self,
        request: NoticePreferencesRequest,
    ) -> Result<NoticePreferencesView>;
}

#[async_trait]
impl Preferences for LocalStorefront {
    async fn notice_preferences(&self) -> Result<NoticePreferencesView> {
        let reach = cases::my_reach(&self.core, &self.who).await?;
        view(&self.core, &reach).await
    }

    async fn set_notice_preferences(
        &self,
        request: NoticePreferencesRequest,
    ) -> Result<NoticePreferencesView> {
        let change = |was| changed(was, request);
        let reach = cases::set_preferences(&self.core, &self.who, change).await?;
        view(&self.core, &reach).await
    }
}

fn changed(
    mut was: NoticePreferences,
    request: NoticePreferencesRequest,
) -> std::result::Result<NoticePreferences, Refusal> {
    let wishes = [
        (Matter::Reminder, request.reminders),
        (Matter::News, request.news),
        (Matter::Support, request.support),
    ];
    choose(&mut was.without, wishes);
    let by_mail = [
        (Matter::Reminder, request.mail_reminders),
        (Matter::News, request.mail_news),
        (Matter::Support, request.mail_support),
    ];
    choose(&mut was.unmailed, by_mail);
    was.quiet = match (request.quiet_from.as_deref(), request.quiet_until.as_deref()) {
        (None, None) => was.quiet,
        (Some(""), Some("")) => None,
        (Some(from), Some(until)) => Some(Quiet::new(from, until)?),
        _ => return Err(Refusal::bad_input("quiet_until", "goes with quiet_from")),
    };
    if let Some(name) = request.timezone {
        was.timezone = Some(name).filter(|name| !name.is_empty());
        was.timezone.as_deref().map(zone).transpose()?;
    }
    Ok(was)
}

/// Takes out what is wanted, and puts in what is not.
fn choose(without: &mut BTreeSet<Matter>, wishes: [(Matter, Option<bool>); 3]) {
    for (matter, wanted) in wishes {
        match wanted {
            Some(true) => drop(without.remove(&matter)),
            Some(false) => drop(without.insert(matter)),
            None => {}
        }
    }
}

/// What is chosen, as the contract and the export show it.
pub(super) async fn view(core: &Core, reach: &Reach) -> Result<NoticePreferencesView> {
    let shop = core.shop(core.read().await?.as_mut(), reach.shop_id).await?;
    let address = cases::mailed_to(core, reach.shop_id, reach.user_id).await?;
    let wishes = &reach.preferences;
    let wants = |matter| !wishes.without.contains(&matter);
    let mails = |matter| !wishes.unmailed.contains(&matter);
    let clock = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let zone = shop.zone().iana_name().unwrap_or("UTC").to_owned();
    Ok(NoticePreferencesView {
        reminders: wants(Matter::Reminder),
        news: wants(Matter::News),
        support: wants(Matter::Support),
        mail: address.map(|address| MailPreferencesView {
            address,
            failing_since: reach.mailbox.failing_since.map(moment),
            reminders: mails(Matter::Reminder),
            news: mails(Matter::News),
            support: mails(Matter::Support),
        }),
        quiet_from: wishes.quiet.map(|quiet| clock(quiet.from)),
        quiet_until: wishes.quiet.map(|quiet| clock(quiet.until)),
        timezone: wishes.timezone.clone(),
        in_timezone: wishes.timezone.clone().unwrap_or(zone),
    })
}
