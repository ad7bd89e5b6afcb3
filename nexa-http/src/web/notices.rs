//! What the shop has told a customer, and what they want to hear.

use super::{
    Face, Visitor,
    form::Form,
    visitor::{answer, cursor},
};
use crate::{
    paths,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    storefront::model::{
        ActionView, MailPreferencesView, NoticePage, NoticePreferencesRequest, NoticePreferencesView,
        PageRequest,
    },
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "notices.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    notices: &'a NoticePage,
    wishes: &'a NoticePreferencesView,
}

impl Page<'_> {
    fn quiet_hint(&self) -> String {
        self.words.with("reach-quiet-hint", &[("zone", Arg::Text(&self.wishes.in_timezone))])
    }

    /// Where mails go, or that they do not arrive.
    fn mail_hint(&self, of: &MailPreferencesView) -> String {
        let key = if of.failing_since.is_some() { "reach-mail-failing" } else { "reach-mail-hint" };
        self.words.with(key, &[("address", Arg::Text(&of.address))])
    }

    /// The page where an action is done.
    #[expect(clippy::unused_self, reason = "a template calls methods")]
    fn leads_to(&self, action: &ActionView) -> String {
        if let Some(ticket) = &action.ticket_id {
            return paths::ticket(ticket);
        }
        match (action.action.as_str(), &action.subscription_id, &action.order_id) {
            ("renew", Some(of), _) => format!("{}?subscription={of}", paths::BUY),
            ("buy-traffic", Some(of), _) => format!("{}?subscription={of}&pack=traffic", paths::BUY),
            (_, Some(of), _) => paths::subscription(of),
            (_, _, Some(of)) => paths::order(of),
            _ => paths::WALLET.to_owned(),
        }
    }
}

/// Shows the notices, newest first.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    match Visitor::customer(request).await? {
        Ok(visitor) => render(&visitor, request, None).await,
        Err(away) => Ok(away),
    }
}

async fn render(visitor: &Visitor, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let wish = PageRequest { cursor: cursor(request), limit: Some(20) };
    let notices = store.notices(wish).await.map_err(Said)?;
    let wishes = store.notice_preferences().await.map_err(Said)?;
    let error = refusal.map(|refusal| say::refusal(words.0, refusal));
    let page = Page { words, face: visitor.face(), error, notices: &notices, wishes: &wishes };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Changes what the customer wants to hear.
#[handler]
pub async fn choose(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    // Without an address the form has no boxes for mails.
    let mailed = |name: &str| form.ticked("mailed").then(|| form.ticked(name));
    let wishes = NoticePreferencesRequest {
        reminders: Some(form.ticked("reminders")),
        news: Some(form.ticked("news")),
        support: Some(form.ticked("support")),
        mail_reminders: mailed("mail_reminders"),
        mail_news: mailed("mail_news"),
        mail_support: mailed("mail_support"),
        quiet_from: Some(form.text("quiet_from").to_owned()),
        quiet_until: Some(form.text("quiet_until").to_owned()),
        timezone: None,
    };
    match answer(visitor.store().set_notice_preferences(wishes).await)? {
        Ok(_) => Ok(visitor.to(paths::NOTICES)),
        Err(refusal) => render(&visitor, request, Some(&refusal)).await,
    }
}
