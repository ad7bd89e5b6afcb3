//! Conversations with the shop: all of them, one of them, and a new one; a picture may come along with what is said.

use super::{
    Face, Visitor,
    form::Form,
    visitor::{answer, asked, cursor},
};
use crate::{
    limits::Gate,
    paths,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Result as Done},
    storefront::model::{
        ArticleEntryView, OpenTicketRequest, PageRequest, SubscriptionView, TicketEntryView, TicketPage,
        TicketView,
    },
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "tickets.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    page: &'a TicketPage,
    own: &'a [SubscriptionView],
    typed: Typed<'a>,
    /// What was looked for first, and articles that may answer it.
    asked: &'a str,
    found: &'a [ArticleEntryView],
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    of: &'a TicketView,
    text: &'a str,
}

/// What was filled in.
#[derive(Clone, Copy, Default)]
struct Typed<'a> {
    subject: &'a str,
    text: &'a str,
    about: &'a str,
}

impl List<'_> {
    /// What a ticket is called; one without a subject is called by what it is.
    fn called(&self, of: &TicketEntryView) -> String {
        called(self.words, of)
    }
}

impl Page<'_> {
    fn title(&self) -> String {
        called(self.words, &self.of.ticket)
    }
}

fn called(words: Words, of: &TicketEntryView) -> String {
    of.subject.clone().unwrap_or_else(|| words.get("page-ticket"))
}

fn id(request: &Request) -> &str {
    request.raw_path_param("ticket").unwrap_or_default()
}

/// Shows the own tickets, newest first, and how a new one is opened.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let about = asked("subscription", request).unwrap_or_default();
    let words = words_of(request);
    render_list(&visitor, request, Typed { about: &about, subject: &words, ..Typed::default() }, None).await
}

/// What somebody looks for before they write.
fn words_of(request: &Request) -> String {
    asked("q", request).unwrap_or_default().trim().chars().take(100).collect()
}

async fn render_list(
    visitor: &Visitor,
    request: &Request,
    typed: Typed<'_>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let wish = PageRequest { cursor: cursor(request), limit: Some(20) };
    let page = store.tickets(wish).await.map_err(Said)?;
    let own = store.subscriptions().await.map_err(Said)?;
    let error = refusal.map(|refusal| say::refusal(words.0, refusal));
    // What was typed into the form counts as well: whoever was refused may find the answer meanwhile.
    let looked_for = if refusal.is_some() { typed.subject.to_owned() } else { words_of(request) };
    let found = match &*looked_for {
        "" => Vec::new(),
        question => store.articles(Some(question), Some(&visitor.tag())).await.map_err(Said)?,
    };
    let found = found.get(..5).unwrap_or(&found);
    let (face, asked) = (visitor.face(), &*looked_for);
    let page = List { words, face, error, page: &page, own: &own, typed, asked, found };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Opens a ticket.
#[handler]
pub async fn open(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let (form, picture) = Form::with_picture(request, body).await?;
    let wish = OpenTicketRequest {
        subject: form.given("subject"),
        text: form.text("text").to_owned(),
        subscription_id: form.given("about"),
    };
    let done = match may_show(&visitor, picture.as_ref()).await {
        Ok(()) => visitor.store().open_ticket(wish, picture).await,
        Err(error) => Err(error),
    };
    match answer(done)? {
        Ok(opened) => Ok(visitor.to(&paths::ticket(&opened.ticket.ticket_id))),
        Err(refusal) => {
            let typed =
                Typed { subject: form.text("subject"), text: form.text("text"), about: form.text("about") };
            render_list(&visitor, request, typed, Some(&refusal)).await
        }
    }
}

/// Shows one ticket.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    match Visitor::customer(request).await? {
        Ok(visitor) => render(&visitor, id(request), "", None).await,
        Err(away) => Ok(away),
    }
}

async fn render(visitor: &Visitor, id: &str, text: &str, refusal: Option<&Refusal>) -> Result<Response> {
    let of = visitor.store().ticket(id).await.map_err(Said)?;
    let words = visitor.words;
    let error = refusal.map(|refusal| say::refusal(words.0, refusal));
    let page = Page { words, face: visitor.face(), error, of: &of, text };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Takes the form of one step: says more, or closes.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let (form, picture) = Form::with_picture(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    match answer(take(&visitor, id(request), step, (&form, picture)).await)? {
        Ok(()) => Ok(visitor.to(&paths::ticket(id(request)))),
        Err(refusal @ (Refusal::NotFound | Refusal::NotSignedIn)) => Err(Said::from(refusal).into()),
        Err(refusal) => render(&visitor, id(request), form.text("text"), Some(&refusal)).await,
    }
}

/// Decoding pictures is dear, so their senders are slowed down as those of receipts are.
async fn may_show(visitor: &Visitor, picture: Option<&Vec<u8>>) -> Done<()> {
    if picture.is_some() { visitor.take(Gate::Receipt).await } else { Ok(()) }
}

async fn take(
    visitor: &Visitor,
    id: &str,
    step: &str,
    (form, picture): (&Form, Option<Vec<u8>>),
) -> Done<()> {
    let store = visitor.store();
    match step {
        "reply" => {
            may_show(visitor, picture.as_ref()).await?;
            store.reply_ticket(id, form.text("text"), picture).await.map(drop)
        }
        "close" => store.close_ticket(id).await.map(drop),
        _ => Err(Error::from(Refusal::NotFound)),
    }
}
