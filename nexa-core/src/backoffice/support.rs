//! Looking after those who ask.

use super::{
    LocalBackoffice,
    model::{
        ColleagueView, FilledAnswerView, LetterHookView, OperatorTicketView, SavedAnswerRequest,
        SavedAnswerView, SupportFiguresView, SupportTermsRequest, SupportTermsView,
    },
    request::unit,
};
use crate::{
    domain::{
        permission::Permission,
        refusal::Refusal,
        support::{SavedAnswer, SupportHours, SupportTerms},
        ticket::TicketState,
    },
    engine::cases,
    error::Result,
    storefront::view::{locale, word},
};
use async_trait::async_trait;
use jiff::civil::Time;

/// Looking after those who ask: what they are promised, who answers, and how well that goes.
///
/// # Behaviour
/// - `support_terms` promise an answer within an hour at any time, until `set_support_terms` says otherwise; what that
///   leaves out stays.
/// - `new_letter_hook` shows an address once; the one before takes nothing from then on. Without an address that customers
///   write to it answers `bad_input`.
/// - `support_staff` are the owners and the members who may answer tickets, by what their colleagues call them.
/// - `assign_ticket` gives a ticket to one of them and answers `not_found` for everybody else; without a user it is
///   nobody's.
/// - `answer_seen` answers a ticket as `answer_ticket` does, and `said_meanwhile` when something was said or done in it
///   since that version; `close_seen` closes it so. Closing a closed one changes nothing, whatever the version.
/// - `save_answer` keeps an answer, `fill_answer` fills it in for a ticket, and `remove_answer` throws it away.
/// - `support_figures` are of tickets opened in the last 30 days, against what was promised when each was opened.
/// - An answer that is due and not there is told once for each message that waits.
#[async_trait]
pub trait SupportDesk: Send + Sync {
    /// What those who ask are promised.
    async fn support_terms(&self) -> Result<SupportTermsView>;
    /// Changes it.
    async fn set_support_terms(&self, request: SupportTermsRequest) -> Result<SupportTermsView>;
    /// Makes the address that mails are handed over at, in place of the one before.
    async fn new_letter_hook(&self) -> Result<LetterHookView>;
    /// Whom tickets may be given to.
    async fn support_staff(&self) -> Result<Vec<ColleagueView>>;
    /// Gives a ticket to somebody, or to nobody in particular.
    async fn assign_ticket(&self, ticket_id: &str, user_id: Option<String>) -> Result<OperatorTicketView>;
    /// Takes a ticket on.
    async fn take_ticket(&self, ticket_id: &str) -> Result<OperatorTicketView>;
    /// Answers a ticket as it was at this version.
    async fn answer_seen(&self, ticket_id: &str, version: u32, text: &str) -> Result<OperatorTicketView>;
    /// Closes a ticket as it was at this version.
    async fn close_seen(&self, ticket_id: &str, version: u32) -> Result<OperatorTicketView>;
    /// Answers that are kept, by name.
    async fn saved_answers(&self) -> Result<Vec<SavedAnswerView>>;
    /// Keeps an answer, at most 200.
    async fn save_answer(&self, request: SavedAnswerRequest) -> Result<SavedAnswerView>;
    /// Throws one away.
    async fn remove_answer(&self, answer_id: &str) -> Result<()>;
    /// One as it would be sent in a ticket.
    async fn fill_answer(&self, ticket_id: &str, answer_id: &str) -> Result<FilledAnswerView>;
    /// How well the shop answered in the last 30 days.
    async fn support_figures(&self) -> Result<SupportFiguresView>;
}

#[async_trait]
impl SupportDesk for LocalBackoffice {
    async fn support_terms(&self) -> Result<SupportTermsView> {
        Ok(terms(&cases::support_terms(&self.core, &self.who).await?))
    }

    async fn set_support_terms(&self, request: SupportTermsRequest) -> Result<SupportTermsView> {
        let change = |was| changed(was, request);
        Ok(terms(&cases::set_support_terms(&self.core, &self.who, change).await?))
    }

    async fn new_letter_hook(&self) -> Result<LetterHookView> {
        Ok(LetterHookView { url: cases::new_letter_hook(&self.core, &self.who).await? })
    }

    async fn support_staff(&self) -> Result<Vec<ColleagueView>> {
        let staff = cases::support_staff(&self.core, &self.who).await?;
        let view = |(user, name): (crate::ids::UserId, String)| ColleagueView {
            user_id: user.to_string(),
            name,
            me: self.who.user_id == Some(user),
        };
        Ok(staff.into_iter().map(view).collect())
    }

    async fn assign_ticket(&self, ticket_id: &str, user_id: Option<String>) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let to = user_id
            .filter(|id| !id.is_empty())
            .map(|user| self.id(Permission::Support, &user))
            .transpose()?;
        let assigned = cases::assign_ticket(&self.core, &self.who, id, to).await?;
        self.ticket_view(self.read(Permission::Support).await?.as_mut(), &assigned).await
    }

    async fn take_ticket(&self, ticket_id: &str) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let me = self.who.may(Permission::Support)?;
        let taken = cases::assign_ticket(&self.core, &self.who, id, Some(me)).await?;
        self.ticket_view(self.read(Permission::Support).await?.as_mut(), &taken).await
    }

    async fn answer_seen(&self, ticket_id: &str, version: u32, text: &str) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let answered = cases::answer_ticket(&self.core, &self.who, id, text, Some(version)).await?;
        self.ticket_view(self.read(Permission::Support).await?.as_mut(), &answered).await
    }

    async fn close_seen(&self, ticket_id: &str, version: u32) -> Result<OperatorTicketView> {
        let id = self.id(Permission::Support, ticket_id)?;
        let closed = cases::shut_ticket(&self.core, &self.who, id, Some(version)).await?;
        self.ticket_view(self.read(Permission::Support).await?.as_mut(), &closed).await
    }

    async fn saved_answers(&self) -> Result<Vec<SavedAnswerView>> {
        Ok(cases::saved_answers(&self.core, &self.who).await?.iter().map(answer).collect())
    }

    async fn save_answer(&self, request: SavedAnswerRequest) -> Result<SavedAnswerView> {
        let given = request.answer_id.filter(|id| !id.is_empty());
        let id = given.map(|id| self.id(Permission::Support, &id)).transpose()?;
        let spoken = locale(request.locale.as_deref().filter(|tag| !tag.is_empty()))?;
        let kept =
            cases::save_answer(&self.core, &self.who, id, (&request.name, spoken, &request.text)).await?;
        Ok(answer(&kept))
    }

    async fn remove_answer(&self, answer_id: &str) -> Result<()> {
        cases::remove_answer(&self.core, &self.who, self.id(Permission::Support, answer_id)?).await
    }

    async fn fill_answer(&self, ticket_id: &str, answer_id: &str) -> Result<FilledAnswerView> {
        let (ticket, kept) =
            (self.id(Permission::Support, ticket_id)?, self.id(Permission::Support, answer_id)?);
        Ok(FilledAnswerView { text: cases::fill_answer(&self.core, &self.who, ticket, kept).await? })
    }

    async fn support_figures(&self) -> Result<SupportFiguresView> {
        let of = cases::support_figures(&self.core, &self.who).await?;
        Ok(SupportFiguresView {
            opened: of.opened,
            answered: of.answered,
            in_time_percent: of.in_time_percent,
            first_median_seconds: of.first_median,
            first_p90_seconds: of.first_p90,
            solved_median_seconds: of.solved_median,
        })
    }
}

/// A state of tickets by its word.
pub(super) fn state_of(word: &str) -> std::result::Result<TicketState, Refusal> {
    unit("state", word)
}

fn terms(of: &SupportTerms) -> SupportTermsView {
    let clock = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let days = of.hours.iter().flat_map(|hours| hours.days.iter());
    SupportTermsView {
        address: of.address.clone(),
        hooked: of.hook.is_some(),
        target_minutes: of.target_minutes,
        days: days.filter_map(|day| u32::try_from(*day).ok()).collect(),
        from: of.hours.as_ref().map(|hours| clock(hours.from)),
        until: of.hours.as_ref().map(|hours| clock(hours.until)),
    }
}

fn changed(was: SupportTerms, request: SupportTermsRequest) -> std::result::Result<SupportTerms, Refusal> {
    let address = match request.address {
        None => was.address,
        Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
    };
    let hours = match request.days {
        None => was.hours,
        Some(days) if days.is_empty() => None,
        Some(days) => {
            let day = |day: u32| i8::try_from(day).map_err(|_| Refusal::bad_input("days", "1 to 7"));
            let days = days.into_iter().map(day).collect::<std::result::Result<Vec<_>, _>>()?;
            let time = |field, text: Option<String>| {
                crate::domain::reach::minute(field, text.as_deref().unwrap_or_default())
            };
            Some(SupportHours {
                days,
                from: time("from", request.from)?,
                until: time("until", request.until)?,
            })
        }
    };
    let target_minutes = request.target_minutes.unwrap_or(was.target_minutes);
    SupportTerms { address, hours, target_minutes, hook: was.hook }.checked()
}

fn answer(of: &SavedAnswer) -> SavedAnswerView {
    SavedAnswerView {
        answer_id: of.id.to_string(),
        name: of.name.clone(),
        locale: of.locale.map(|locale| word(&locale)),
        text: of.text.clone(),
    }
}
