//! Inviting others: the own link, what it brought, and taking that out of the shop.

use super::{
    Face, Visitor,
    account::{self, Asking, Kept},
    form::Form,
    visitor::{answer, asked, cursor},
};
use crate::{
    paths,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use nexa_core::{
    domain::refusal::Refusal,
    error::Result as Done,
    frontdesk::Remembered,
    storefront::model::{
        CommissionPage, CommissionView, InvitationView, MoneyView, PageRequest, WithdrawRequest,
        WithdrawalPage,
    },
    text,
};
use poem::{Body, Request, Response, Result, handler};
use sha2::{Digest, Sha256};

/// Characters that the name of a form may have.
const LONGEST_KEY: usize = 40;

#[derive(Template)]
#[template(path = "invite.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    own: &'a InvitationView,
    /// The link as a QR code.
    qr: String,
    commissions: &'a CommissionPage,
    withdrawals: &'a WithdrawalPage,
    unit: String,
    /// Names the form, so that a second press of its button is no second withdrawal.
    key: String,
    form: &'a Form,
}

impl Page<'_> {
    /// How long it takes until a share is money.
    fn waits(&self) -> Option<String> {
        self.own.terms.hold_days.filter(|days| *days > 0).map(|days| self.words.days(days))
    }

    /// What whoever invites gets.
    fn gives(&self) -> String {
        let terms = &self.own.terms;
        match terms.reward_days {
            Some(days) => self.so_many("invite-gives-days", days),
            None => self.share("invite-gives", terms.reward_bp),
        }
    }

    /// What whoever invited whoever invites gets, if anything.
    fn gives_second(&self) -> Option<String> {
        let terms = &self.own.terms;
        match terms.reward_days {
            Some(_) => {
                let days = terms.second_days.filter(|days| *days > 0)?;
                Some(self.so_many("invite-gives-second-days", days))
            }
            None => Some(self.share("invite-gives-second", terms.second_bp.filter(|bp| *bp > 0)?)),
        }
    }

    fn share(&self, key: &str, bp: u32) -> String {
        let text = format!("{}.{:02}", bp / 100, bp % 100);
        let text = text::digits(self.words.0, text.trim_end_matches('0').trim_end_matches('.'));
        self.words.with(key, &[("percent", text::Arg::Text(&text))])
    }

    fn so_many(&self, key: &str, days: u32) -> String {
        self.words.with(key, &[("days", text::Arg::Text(&self.words.days(days)))])
    }

    /// What became of a commission.
    fn became(&self, of: &CommissionView) -> String {
        let given = of.days.is_some() && of.state == "matured";
        self.words.part("commission", if given { "given" } else { &of.state })
    }
}

/// Shows them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    render(&visitor, request, &Form::default(), None).await
}

async fn render(
    visitor: &Visitor,
    request: &Request,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let own = store.invitation().await.map_err(Said)?;
    let page = PageRequest { cursor: cursor(request), limit: Some(20) };
    let commissions = store.commissions(page).await.map_err(Said)?;
    let some = PageRequest { cursor: None, limit: Some(20) };
    let withdrawals = store.withdrawals(some).await.map_err(Said)?;
    let done = asked("done", request).filter(|what| what == "asked");
    let page = Page {
        words,
        face: visitor.face(),
        error: refusal.map(|refusal| say::refusal(words.0, refusal)),
        done: done.map(|_| words.get("invite-asked")),
        qr: nexa_core::qr::svg(&own.web_link).unwrap_or_default(),
        own: &own,
        commissions: &commissions,
        withdrawals: &withdrawals,
        unit: text::unit(words.0, visitor.shop.currency),
        key: BASE32_NOPAD.encode(&visitor.desk().config.world.bytes::<15>()),
        form,
    };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Takes commission money out of the shop.
#[handler]
pub async fn withdraw(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    match answer(ask_once(&visitor, &form).await)? {
        Ok(()) => Ok(visitor.to(&format!("{}?done=asked", paths::INVITE))),
        Err(Refusal::ProveAgain) => {
            let kept = Some(Kept::of(paths::INVITE, &form));
            account::ask_proof(&visitor, request, Asking { kept, ..Asking::before(paths::INVITE) }).await
        }
        Err(refusal) => render(&visitor, request, &form, Some(&refusal)).await,
    }
}

/// Asks for it once for each form that was shown.
async fn ask_once(visitor: &Visitor, form: &Form) -> Done<()> {
    let key = form.given("key").filter(|key| key.len() <= LONGEST_KEY);
    let (Some(key), Some(user)) = (key, visitor.who.user_id) else { return ask(visitor, form).await };
    let (door, shop) = (visitor.desk().doors.frontdesk(), visitor.shop.id);
    let (owner, key) = (user.to_string(), format!("withdrawal:{key}"));
    if door.remember(shop, &owner, &key, &digest(form)).await?.is_some() {
        return Ok(());
    }
    let outcome = ask(visitor, form).await;
    let (content_type, body) = (String::new(), String::new());
    let kept = outcome.is_ok().then_some(Remembered { status: 200, content_type, body });
    if let Err(error) = door.answered(shop, &owner, &key, kept).await {
        tracing::error!(%error, "an answer could not be kept");
    }
    outcome
}

/// What was wished, so that another wish under the same name is told from a repeat.
fn digest(form: &Form) -> String {
    let mut hash = Sha256::new();
    for field in ["amount", "way", "destination"] {
        hash.update(form.text(field));
        hash.update([0]);
    }
    HEXLOWER.encode(&hash.finalize())
}

async fn ask(visitor: &Visitor, form: &Form) -> Done<()> {
    let amount = text::typed_money(visitor.locale(), form.text("amount"), visitor.shop.currency)
        .ok_or_else(|| Refusal::bad_input("amount", "an amount of money"))?;
    let request = WithdrawRequest {
        amount: MoneyView { minor: amount.minor, currency: amount.currency.code().to_owned() },
        way: form.text("way").to_owned(),
        destination: form.text("destination").to_owned(),
    };
    visitor.store().withdraw(request).await.map(drop)
}
